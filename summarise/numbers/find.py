"""The figures of a text: first version, soon replaced by the full grammar."""

from __future__ import annotations

import re

from summarise.numbers.figure import Figure
from summarise.numbers.prose import Prose
from summarise.numbers.scan import numbers

_SIGNS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR"}
_NAMES = {"yuan": "CNY", "dollars": "USD", "euros": "EUR", "pounds": "GBP", "yen": "JPY", "rubles": "RUB"}
_UNIT = re.compile(r" ?(%|percent\b|per cent\b)| ((?:separate |bilateral |natural |cubic )*)([a-z]+s)\b| (yuan|yen)\b")
_BEFORE = re.compile(r"(more than|over|about|around|nearly|almost|at least|up to) (?:us)?[$£€]?$")
_BOUNDS = {
    "more than": "more_than", "over": "more_than", "about": "about", "around": "about",
    "nearly": "about", "almost": "about", "at least": "at_least", "up to": "at_most",
}  # fmt: skip


def find_figures(text: str, *, published: str | None = None) -> list[Figure]:
    """The figures of `text`, sorted by start, never overlapping."""
    prose = Prose(text)
    found = []
    for number in numbers(prose):
        sign = text[number.start - 1 : number.start]
        unit = _UNIT.match(prose.low, number.end)
        if number.high or not (unit or sign in _SIGNS):
            continue
        start, end, currency, name = number.start, number.end, _SIGNS.get(sign), None
        if currency:
            start -= 3 if prose.low.startswith("us$", start - 3) else 1
        elif unit:
            end = unit.end()
            word = unit[3] or unit[4]
            currency = _NAMES.get(word)
            name = None if currency else "percent" if unit[1] else word.removesuffix("s")
        bound = _BEFORE.search(prose.low[max(0, start - 16) : start])
        kind = _BOUNDS[bound[1]] if bound else "exact"
        found.append(Figure(start, end, text[start:end], number.value, bound=kind, unit=name, currency=currency))  # type: ignore[arg-type]
    return found
