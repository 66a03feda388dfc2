"""Text made visible: what a screen would obey or hide is shown as a sign instead."""

from __future__ import annotations

import re
from collections.abc import Callable

# Controls but \n, lone surrogates, line separators, and the format characters that hide or reorder. The joiners U+200C and U+200D
# stay, because they shape emoji and Persian and Hindi words, and so do the number signs of Arabic, which can be seen.
_OBEYED = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}


def safe(text: str) -> str:
    """`text` with each control, escape, bidirectional, invisible and unpaired character as a visible sign ("␛", "<U+202E>"). \\n stays."""
    return _OBEYED.sub(_sign, text)


def obeyed(text: str, written: Callable[[str], str]) -> str:
    """`text` with each of these characters as `written` says."""
    return _OBEYED.sub(lambda match: written(match[0]), text)


def one_line(text: str) -> str:
    """`safe` text on one line: every run of white space is one space, none at the ends."""
    return safe(" ".join(text.split()))


def is_right_to_left(text: str) -> bool:
    """Whether it has letters that could reorder what stands beside them."""
    return _RIGHT_TO_LEFT.search(text) is not None


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _PICTURES.get(code) or f"<U+{code:04X}>"
