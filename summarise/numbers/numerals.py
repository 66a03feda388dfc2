"""Every number in a text, whatever it means: what grounding compares."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from summarise.numbers.prose import Prose
from summarise.numbers.scan import numbers


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number of a text, scaled ("1.4 billion" is 1400000000) and without sign."""

    start: int
    end: int
    value: Decimal


def find_numerals(text: str) -> list[Numeral]:
    """Every number in `text`, in order, none inside another; each decimal digit of any script lies in one of them."""
    return [Numeral(number.start, number.end, number.value) for number in numbers(Prose(text))]
