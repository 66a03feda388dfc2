"""Values and units of two figures: equal, equal after rounding, different, or not comparable."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from summarise.figures import Figure
from summarise.figures.units import NAMES
from summarise.schema import CitedFigure

Kind = Literal["money", "percent", "points", "quantity", "count"]

_SHARES: dict[str, Kind] = {"percent": "percent", "percentage point": "points"}
_DIGITS = 12
# Units that conversion would get wrong: temperatures are often differences, a ton is three units, a degree may be an angle.
_NOT_CONVERTED = frozenset("degree Celsius|degree Fahrenheit|kelvin|ton|degree|dozen|cup|pixel|gauge|mach|sigma|bitcoin|satoshi".split("|"))


@dataclass(frozen=True)
class Dimension:
    """What a number is counted in. `of` is the currency, the physical dimension, or the name of a unit that cannot be converted.

    All counts have one dimension whatever they count: one article says "340 workers", another "340 jobs" or "340".
    """

    kind: Kind
    of: str = ""


def dimension(figure: CitedFigure) -> Dimension:
    if figure.currency:
        return Dimension("money", figure.currency)
    unit = figure.unit or ""
    if unit in _SHARES:
        return Dimension(_SHARES[unit])
    if not unit or not is_measure(unit):
        return Dimension("count")
    base = _base(unit)
    return Dimension("quantity", base[1] if base else unit)


def converted(number: Decimal, unit: str | None) -> Decimal:
    """`number` in the base unit of its dimension, to 12 digits; unchanged if its unit cannot be converted."""
    base = _base(unit) if unit and is_measure(unit) else None
    if base is None or base[0] == 1:
        return number
    return Decimal(f"{number * base[0]:.{_DIGITS}g}")


def is_measure(unit: str) -> bool:
    """Whether `unit` is a unit of measurement, such as "metre"; "agreement" is not."""
    return unit in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(NAMES.values())


@lru_cache(maxsize=512)
def _base(unit: str) -> tuple[Decimal, str] | None:
    """How many base units one `unit` is, and the physical dimension; None if that is unknown or ambiguous."""
    from pint.errors import PintError

    if unit in _NOT_CONVERTED:
        return None
    try:
        quantity = _registry().parse_expression(unit.replace("watt hour", "watt_hour")).to_base_units()
    except (PintError, AttributeError, ValueError):
        return None
    if quantity.dimensionless:
        return None
    return Decimal(f"{quantity.magnitude:.{_DIGITS}g}"), str(quantity.dimensionality)


@cache
def _registry() -> Any:
    from pint import UnitRegistry

    return UnitRegistry(cache_folder=None)


Likeness = Literal["equal", "rounding", "apart", "unsure"]

# Relative difference up to which two rounded numbers may be one.
_NEAR = Decimal("0.05")
# "More than 300" is said of 340, not of 900.
_BEYOND = Decimal("1.15")
_PLAIN = frozenset({"exact", "about", "range"})


@dataclass(frozen=True)
class Value:
    """From `low` to `high` in base units, the same number twice if it is not a range; None where the number is open or unknown.

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
    number = stated_number(figure)
    return Value(
        None if low is None else converted(low, figure.unit),
        None if high is None else converted(high, figure.unit),
        figure.bound,
        digits(number) if number is not None else 0,
    )


def stated_number(figure: Figure | CitedFigure) -> Decimal | None:
    """Its value, or the lower end of its range that is known; None if it has neither."""
    return next((number for number in (figure.value, figure.low, figure.high) if number is not None), None)


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
    if "about" in (rough.bound, fine.bound):
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


def digits(number: Decimal) -> int:
    """How many significant digits it has."""
    return len(number.normalize().as_tuple().digits)


def _rounded(number: Decimal, digits: int) -> Decimal:
    if not number:
        return number
    place = Decimal(1).scaleb(number.adjusted() - digits + 1)
    return number.quantize(place, rounding=ROUND_HALF_UP)
