"""A figure: a number that measures something, with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import Literal

Bound = Literal["exact", "about", "at_least", "at_most", "more_than", "less_than", "range"]
Change = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text; `text[start:end] == quote`, in code points.

    `quote` holds the number with its scale, currency or unit words ("US$20 billion"); bound words set `bound` only.
    `value` is scaled and exact ("1.4 billion" is 1400000000), None for a range, which has `low` and `high` instead.
    `unit` is the singular noun ("agreement", "cubic metre", "percent", "percentage point"), None for plain money.
    `currency` is an ISO 4217 code. `per` is the denominator of a rate ("year", "barrel"). `as_of` is a whole or partial ISO date.
    """

    start: int
    end: int
    quote: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = "exact"
    unit: str | None = None
    currency: str | None = None
    per: str | None = None
    change: Change | None = None
    measure: str | None = None
    as_of: str | None = None
    speaker: str | None = None


FIELDS = tuple(field.name for field in fields(Figure))
values_of = attrgetter(*FIELDS)
"""All that a figure holds, in the order of FIELDS."""
