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


_WINDOW = 20
# At this distance, in words, a word counts half as much as one right beside.
_HALF = 8
_LEAST = 0.25


def toward(lows: Sequence[str], k: int) -> int:
    """+1 where the words around the one at k praise, -1 where they blame, nearer ones counting more; 0 where they do neither."""
    near = range(max(0, k - _WINDOW), min(len(lows), k + _WINDOW))
    weight = sum(sign(lows, i) / (1 + abs(i - k) / _HALF) for i in near)
    return 0 if abs(weight) <= _LEAST else 1 if weight > 0 else -1
