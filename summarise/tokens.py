"""Tokens, estimated without a tokenizer."""

from __future__ import annotations

_BYTES_PER_TOKEN = 3


def estimate_tokens(text: str) -> int:
    """About how many tokens `text` is, rather too many than too few: a third of its UTF-8 bytes.

    English takes 4 to 5 bytes a token, Chinese about 3, so a request that is estimated to fit does fit.
    """
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)
