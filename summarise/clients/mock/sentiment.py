"""Sentiment: whether words praise or blame what stands near them."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.clients.mock.lexicon import words

_NEAR = 3


def sign(lows: Sequence[str], k: int) -> int:
    """+1 where the word at k praises, -1 where it blames, turned round by a negation shortly before it; else 0."""
    low = lows[k]
    value = (low in words("sentiment", "praise")) - (low in words("sentiment", "blame"))
    if value and any(w in words("sentiment", "negators") for w in lows[max(0, k - _NEAR) : k]):
        return -value
    return value


def balance(lows: Sequence[str]) -> int:
    """The words that praise less those that blame."""
    return sum(sign(lows, k) for k in range(len(lows)))


_WINDOW = 15


def toward(lows: Sequence[str], k: int) -> int:
    """The balance of the words around the one at k: above 0 where the text near it praises, below where it blames."""
    return balance(lows[max(0, k - _WINDOW) : k + _WINDOW])
