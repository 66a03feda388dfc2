"""Letters that stand for a scale where the place allows it: "$2.7m", "2.7m sales", but not "2.7m high"."""

from __future__ import annotations

from decimal import Decimal

from summarise.numbers.lexicon import HAN_SCALES, LETTER_SCALES
from summarise.numbers.pattern import pattern
from summarise.numbers.words import AFTER_METRES

_LETTERS = "kKmMbBtT"
_SCALES = frozenset(_LETTERS).union(HAN_SCALES)
_LETTER = pattern(rf"(?P<gap> ?)(?P<letter>[{_LETTERS}])(?![\w'²³^]|/)(?P<next>[ -]?[^\W\d_]*)")
_HAN = pattern(f" ?([{''.join(HAN_SCALES)}]+)")


def letter_scale(plain: str, end: int, *, money: bool, value: Decimal) -> tuple[int, int] | None:
    """The scale that a letter after the number means, and where it ends; None when the letter is a unit or a name."""
    if plain[end : end + 2].lstrip(" ")[:1] not in _SCALES:  # as nearly always
        return None
    match = _LETTER.match(plain, end)
    if match is None:
        return _han(plain, end)
    if _means_scale(match["letter"], bool(match["gap"]), match["next"], money=money, value=value):
        return match.end("letter"), LETTER_SCALES[match["letter"].lower()]
    return None


def _means_scale(letter: str, spaced: bool, following: str, *, money: bool, value: Decimal) -> bool:
    word = following.strip(" -")
    if money:
        return not spaced or letter in "mMbB"
    if letter == "M":
        return True
    if letter in "kK":
        return not spaced
    if letter == "m":
        return not spaced and word.islower() and following.startswith(" ") and word not in AFTER_METRES
    return letter in "bB" and value < 1000 and (not spaced or (letter == "B" and word.islower()))


def _han(plain: str, end: int) -> tuple[int, int] | None:
    match = _HAN.match(plain, end)
    if not match:
        return None
    scale = 1
    for sign in match[1][:3]:
        scale *= HAN_SCALES[sign]
    return end + len(match.group()) - max(0, len(match[1]) - 3), scale
