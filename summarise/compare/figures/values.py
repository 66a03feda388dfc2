"""Values of two figures, as far as they can be held against each other: equal, within rounding, apart, or not to be told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from summarise.compare.figures.units import converted
from summarise.schema import CitedFigure

Likeness = Literal["equal", "rounding", "apart", "unsure"]

_NEAR = Decimal("0.05")
# "More than 300" is said of 340, not of 900.
_BEYOND = Decimal("1.15")
_ROUND = frozenset({"about"})
_PLAIN = frozenset({"exact", "about", "range"})


@dataclass(frozen=True)
class Value:
    """From `low` to `high` in base units, the same number twice where it is no range; None where the number is open or not known.

    `digits` is how many significant digits were written.
    """

    low: Decimal | None
    high: Decimal | None
    bound: str
    digits: int

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    @property
    def middle(self) -> Decimal | None:
        return None if self.low is None or self.high is None else (self.low + self.high) / 2


def value_of(figure: CitedFigure) -> Value:
    low, high = (figure.low, figure.high) if figure.value is None else (figure.value, figure.value)
    number = figure.value if figure.value is not None else low if low is not None else high
    return Value(
        None if low is None else converted(low, figure.unit),
        None if high is None else converted(high, figure.unit),
        figure.bound,
        _digits(number) if number is not None else 0,
    )


def likeness(a: Value, b: Value) -> Likeness:
    if None in (a.low, a.high, b.low, b.high):
        return "unsure"
    if (a.low, a.high) == (b.low, b.high):
        return "equal" if a.bound == b.bound or {a.bound, b.bound} <= _PLAIN else "rounding" if {a.bound, b.bound} & _PLAIN else "unsure"
    if a.is_range or b.is_range:
        return _of_ranges(a, b)
    return _of_numbers(*sorted((a, b), key=lambda v: (v.bound != "exact", v.digits * -1, v.middle or 0)))


def _of_ranges(a: Value, b: Value) -> Likeness:
    assert a.low is not None and a.high is not None and b.low is not None and b.high is not None
    if a.high < b.low or b.high < a.low:
        return "apart" if a.bound != "about" and b.bound != "about" else "unsure"
    return "rounding" if not (a.is_range and b.is_range) else "unsure"


def _of_numbers(fine: Value, rough: Value) -> Likeness:
    """`fine` is the one that is given more exactly."""
    x, y = fine.low, rough.low
    assert x is not None and y is not None
    apart = abs(x - y) / max(abs(x), abs(y))
    if rough.bound in ("more_than", "at_least"):
        return _of_limit(x, y, apart, fine)
    if rough.bound in ("less_than", "at_most"):
        return _of_limit(-x, -y, apart, fine)
    if rough.bound in _ROUND or fine.bound in _ROUND:
        return "rounding" if apart <= _NEAR or _rounded(x, rough.digits) == y else "apart" if apart > 2 * _NEAR else "unsure"
    if rough.digits < fine.digits and _rounded(x, rough.digits) == y:
        return "rounding" if apart <= _NEAR else "unsure"
    if rough.digits < fine.digits and rough.digits == 1 and apart <= _NEAR:
        return "unsure"
    return "apart"


def _of_limit(x: Decimal, limit: Decimal, apart: Decimal, fine: Value) -> Likeness:
    """Of "more than `limit`" and the number `x`; for "less than", both negated."""
    if fine.bound != "exact":
        return "unsure"
    if x < limit:
        return "apart" if apart > _NEAR else "unsure"
    return "rounding" if max(abs(x), abs(limit)) <= min(abs(x), abs(limit)) * _BEYOND else "unsure"


def _digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)


def _rounded(number: Decimal, digits: int) -> Decimal:
    if not number:
        return number
    place = Decimal(1).scaleb(number.adjusted() - digits + 1)
    return number.quantize(place, rounding=ROUND_HALF_UP)
