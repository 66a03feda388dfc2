"""Units of measure: whether two of them measure the same, and how many of one the other is. Money is never converted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from summarise.numbers.units_table import NAMES

if TYPE_CHECKING:
    from summarise.schema import CitedFigure

Kind = Literal["money", "percent", "points", "quantity", "count"]

_SHARES: dict[str, Kind] = {"percent": "percent", "percentage point": "points"}
_DIGITS = 12
# Measures that conversion would get wrong: temperatures are differences as often as not, a ton is three things, a degree may be an angle.
_NOT_CONVERTED = frozenset("degree Celsius|degree Fahrenheit|kelvin|ton|degree|dozen|cup|pixel|gauge|mach|sigma|bitcoin|satoshi".split("|"))


@dataclass(frozen=True)
class Dimension:
    """What a number is counted in. `of` is the currency, the physical dimension, or what the unit is called where nothing converts it.

    Counts are of one dimension whatever they count: one article says "340 workers", another "340 jobs" or "340".
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
    """`number` in the base unit of its dimension, to 12 digits; itself where nothing converts its unit."""
    base = _base(unit) if unit and is_measure(unit) else None
    if base is None or base[0] == 1:
        return number
    return Decimal(f"{number * base[0]:.{_DIGITS}g}")


def is_measure(unit: str) -> bool:
    """Whether `unit` is one of measure, such as "metre"; "agreement" is none."""
    return unit in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(NAMES.values())


@lru_cache(maxsize=512)
def _base(unit: str) -> tuple[Decimal, str] | None:
    """How many base units one `unit` is, and the physical dimension; None where that is unknown or unsure."""
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
