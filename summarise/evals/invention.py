"""Invention: numbers, values, units, currencies and dates of an output that its article has nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from summarise.evals.alignment import numbers, unit_name
from summarise.evals.gold.model import Gold
from summarise.evals.outputs import OutputFigure
from summarise.figures.lexicon import PARTS, ratio, singular

_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")


def invented_numbers(gold: Gold, wording: str) -> tuple[str, ...]:
    """The numbers of `wording` that stand neither in the article nor in what is declared of it."""
    found = numbers(wording)
    if not found or found <= gold.numbers:
        return ()
    return tuple(sorted(f"{number:f}" for number in found - gold.numbers - _implied(gold)))


def _implied(gold: Gold) -> set[Decimal]:
    """Numbers of title and date, the years next to it ("last year"), and parts of a whole whose word the text has ("a third would")."""
    declared = numbers(f"{gold.title or ''} · {gold.published or ''}")
    published = _YEAR.search(gold.published or "")
    years = [] if published is None else [Decimal(int(published[0]) + apart) for apart in (-1, 0, 1)]
    return {*declared, *years, *(ratio(1, below) for word, below in PARTS.items() if gold.tokens.has_name([word]))}


class FigureFacts:
    """What values, units, currencies and years one article has: in its words, its labels, or by the rules of `summarise.figures`.

    The labels and the rules are asked too, because a value can be right and yet not be written in the text: "4p" is 0.04, "twice" is 2.
    A part of a whole may be given in percent: "a third" is 33, 33.3 and 33.33.
    """

    def __init__(self, gold: Gold) -> None:
        self._gold = gold

    def invented(self, item: OutputFigure) -> Iterator[str]:
        """What the item makes up: values as numbers, the rest with the name of its field."""
        for end in item.amount or ():
            if end is not None and abs(end) not in self._gold.numbers and abs(end) not in self._values:
                yield f"{end:f}"
        if item.unit and not self._has_unit(unit_name(item.unit)):
            yield f"unit {item.unit}"
        if item.currency and not self._has_currency(item.currency.strip().upper()):
            yield f"currency {item.currency}"
        if item.as_of and not self._has_time(item.as_of):
            yield f"as_of {item.as_of}"

    @cached_property
    def _values(self) -> set[Decimal]:
        amounts = (amount for label in self._gold.labels.figures for amount in label.amounts)
        labelled = {abs(end) for amount in amounts for end in amount if end is not None}
        read = {abs(end) for one in self._gold.found_figures for end in (one.value, one.low, one.high) if end is not None}
        implied = _implied(self._gold)
        shares = {round(100 * part, digits) for part in read | self._gold.numbers | implied if part < 1 for digits in range(3)}
        return labelled | read | shares | implied

    def _has_unit(self, unit: str) -> bool:
        return (
            unit in self._labelled_units or self._words.issuperset(unit.split()) or unit in {one.unit for one in self._gold.found_figures}
        )

    def _has_currency(self, code: str) -> bool:
        labelled = any(code in label.wordings("currency") for label in self._gold.labels.figures)
        return labelled or code in self._gold.tokens.places or code in {one.currency for one in self._gold.found_figures}

    def _has_time(self, time: str) -> bool:
        """Only the year is checked, as "on Monday" gives a day that the text does not have; "last year" and "five years ago" count too."""
        found = _YEAR.search(time)
        if found is None:
            return True
        year = int(found[0])
        published = _YEAR.search(self._gold.published or "")
        apart = None if published is None else abs(year - int(published[0]))
        is_near = apart is not None and (apart <= 1 or Decimal(apart) in self._gold.numbers)
        return is_near or Decimal(year) in self._gold.numbers or found[0] in self._years

    @cached_property
    def _labelled_units(self) -> set[str]:
        return {unit_name(wording) for label in self._gold.labels.figures for wording in label.wordings("unit")}

    @cached_property
    def _words(self) -> set[str]:
        """The words of the text, also in the singular."""
        plain = [form.casefold() for form in self._gold.tokens.places]
        return {*plain, *map(singular, plain)}

    @cached_property
    def _years(self) -> set[str]:
        labelled = (wording for label in self._gold.labels.figures for wording in label.wordings("as_of"))
        return {time[:4] for time in (*labelled, *(one.as_of for one in self._gold.found_figures if one.as_of))}
