"""One pass over a text that finds every number in it, whatever it means."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from string import digits
from typing import NamedTuple

from summarise.numbers.digits import LONGEST, read_digits
from summarise.numbers.lexicon import DOZEN, ONES, PARTS, SCALES, TEENS, TENS, VAGUE, VULGAR
from summarise.numbers.pattern import any_word, pattern
from summarise.numbers.prose import Prose
from summarise.numbers.spelled import extend_digits, read_spelled

_WORDS = [*ONES, *TEENS, *TENS, "hundred", *SCALES, *(word + "s" for word in SCALES), *DOZEN, *VAGUE, *PARTS]
_ANCHORS = [any_word(_WORDS, r"(?!(?!fold\b)[a-z])"), *digits]
_ANCHOR = pattern("|".join(_ANCHORS))
_ANCHOR_WITH_VULGAR = pattern("|".join([*_ANCHORS, *VULGAR]))  # half as fast, for the rare text that has such fractions


class Number(NamedTuple):
    """A number as written: `form` is "plain", "grouped", "decimal", "fraction", "power", "long" (digits) or "words".

    "long" ones are longer than any quantity; their value is exact and nothing is reckoned with it.

    `scaled` when a scale word took part; `high` is the upper end of a vague plural such as "dozens".
    """

    start: int
    end: int
    value: Decimal
    form: str
    scaled: bool
    high: Decimal | None = None


def numbers(prose: Prose) -> Iterator[Number]:
    """All numbers of a text in order, none inside another."""
    anchors = _ANCHOR_WITH_VULGAR if not prose.low.isascii() and any(map(prose.low.__contains__, VULGAR)) else _ANCHOR
    position = 0
    while anchor := anchors.search(prose.low, position):
        number = _read(prose, anchor.start())
        if number is None:
            position = anchor.end()
        else:
            yield number
            position = number.end


def _read(prose: Prose, start: int) -> Number | None:
    low = prose.low
    if not ("a" <= low[start] <= "z"):
        begin = _with_point(prose.plain, start)
        digits = read_digits(prose.plain, begin)
        if digits.end - begin > LONGEST:
            return Number(begin, digits.end, digits.value, "long", False)
        spelled = extend_digits(low, digits.end, digits.value)
        return Number(begin, spelled.end, spelled.value, digits.form, spelled.scaled)
    word = read_spelled(low, start)
    if word is None:
        return None
    return Number(_with_article(low, start, word.scaled), word.end, word.value, "words", word.scaled, word.high)


def _with_point(plain: str, start: int) -> int:
    """Where ".5" begins."""
    if start and plain[start - 1] == "." and plain[start] in "0123456789" and not plain[start - 2 : start - 1].strip(" (-$£€+~<>="):
        return start - 1
    return start


def _with_article(low: str, start: int, scaled: bool) -> int:
    """Takes the article into "a hundred", "a dozen", "a third"."""
    word_takes_it = scaled or low.startswith(tuple(PARTS), start)
    if word_takes_it and low.startswith("a ", start - 2) and start >= 2 and not low[start - 3 : start - 2].isalnum():
        return start - 2
    return start
