"""Every number in a text, whatever it means: what grounding compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from heapq import merge
from operator import attrgetter

from summarise.numbers.currencies import SIGNS
from summarise.numbers.lexicon import ORDINALS, tidy
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose
from summarise.numbers.quantity import counts_one, is_one
from summarise.numbers.scales import letter_scale
from summarise.numbers.scan import Number, numbers

_ORDINAL_TAIL = pattern("th(?:ird)?(?![a-z])")
_ORDINAL = pattern(rf"\b(?:{'|'.join(ORDINALS.keys() - {'first', 'second'})})\Z")
_LONGEST_ORDINAL = max(map(len, ORDINALS))
_ORDINAL_END = pattern(rf"[- ]({'|'.join(sorted(ORDINALS, key=len, reverse=True))})(?![a-z])")


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number of a text, scaled ("1.4 billion" is 1400000000) and without sign."""

    start: int
    end: int
    value: Decimal


def find_numerals(text: str) -> list[Numeral]:
    """Every number in `text`, in order, none inside another; each decimal digit of any script lies in one of them.

    Years, dates, labels and ordinals are numerals too ("70th" and "seventieth" are 70); "first", "second", the pronoun "one", and vague
    plurals such as "dozens" are none. A percentage keeps its number: "5%" is 5.
    """
    prose = Prose(text)
    cardinals, ordinals = list(_cardinals(prose)), list(_ordinals(prose))
    if not ordinals:
        return cardinals
    found: list[Numeral] = []
    for numeral in merge(cardinals, ordinals, key=attrgetter("start")):
        if not found or numeral.start >= found[-1].end:
            found.append(numeral)
    return found


def _cardinals(prose: Prose) -> Iterator[Numeral]:
    for number in numbers(prose):
        if number.high is not None or (is_one(prose, number) and not counts_one(prose, number)):
            continue
        yield _with_scale(prose, number) if number.form != "words" else _with_ordinal(prose, number)


def _with_scale(prose: Prose, number: Number) -> Numeral:
    if number.form == "long":
        return Numeral(number.start, number.end, number.value)
    if number.scaled:
        return Numeral(number.start, number.end, tidy(number.value))
    money = prose.plain[max(0, number.start - 2) : number.start].rstrip()[-1:] in SIGNS
    if number.start and prose.plain[number.start - 1].isalpha() and not money:
        return Numeral(number.start, number.end, tidy(number.value))
    scale = letter_scale(prose.plain, number.end, money=money, value=number.value)
    if scale is None:
        return Numeral(number.start, number.end, tidy(number.value))
    return Numeral(number.start, scale[0], tidy(number.value * scale[1]))


def _with_ordinal(prose: Prose, number: Number) -> Numeral:
    """ "twenty-first" is 21."""
    match = _ORDINAL_END.match(prose.low, number.end)
    if match and 0 < ORDINALS[match[1]] < 20 <= number.value and number.value % 10 == 0:
        return Numeral(number.start, match.end(), tidy(number.value + ORDINALS[match[1]]))
    return Numeral(number.start, number.end, tidy(number.value))


def _ordinals(prose: Prose) -> Iterator[Numeral]:
    for tail in _ORDINAL_TAIL.finditer(prose.low):
        end = tail.end()
        match = _ORDINAL.search(prose.low, max(0, end - _LONGEST_ORDINAL), end)
        if match:
            yield Numeral(match.start(), end, Decimal(ORDINALS[match[0]]))
