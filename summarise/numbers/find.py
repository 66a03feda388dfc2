"""The figures of a text: numbers that measure something, each with its exact place."""

from __future__ import annotations

from decimal import Decimal

from summarise.numbers.bounds import read_bound
from summarise.numbers.change import carries_on, read_change
from summarise.numbers.digits import LONGEST
from summarise.numbers.figure import Change, Figure
from summarise.numbers.lexicon import tidy
from summarise.numbers.measure import read_measure
from summarise.numbers.prose import Prose
from summarise.numbers.quantity import Quantity, read_quantity
from summarise.numbers.ranges import join
from summarise.numbers.scan import numbers
from summarise.numbers.sentence import Sentence
from summarise.numbers.when import read_as_of

_EXACT_DIGITS = 15
_DURATIONS = frozenset("second minute hour day week month year decade century".split())


def find_figures(text: str, *, published: str | None = None) -> list[Figure]:
    """The figures of `text`, sorted by start, never overlapping; an empty list for none.

    `published` is the ISO date of the article, whole or partial; "last year" is resolved by it and stays open without.
    """
    prose = Prose(text)
    found: list[Quantity] = []
    for number in numbers(prose):
        quantity = read_quantity(prose, number, found[-1].end if found else 0)
        if quantity is not None:
            found.append(quantity)
    quantities = [quantity for quantity in join(prose, found) if _is_exact(quantity.value)]
    figures: list[Figure] = []
    sentence: Sentence | None = None
    for quantity in quantities:
        if sentence is None or quantity.start not in sentence:
            sentence = Sentence(prose, quantity.start, quantity.end)
        figures.append(_figure(prose, quantity, figures[-1] if figures else None, sentence, published))
    return figures


def _figure(prose: Prose, quantity: Quantity, last: Figure | None, sentence: Sentence, published: str | None) -> Figure:
    start, end = quantity.start, quantity.end
    bound = read_bound(prose, start, end, quantity.number.end)
    if bound == "exact" and last is not None and last.bound != "range" and prose.low[last.end : start] == " (":
        bound = last.bound
    change = read_change(prose, start, end) or _carried(prose, quantity, last)
    ranged = quantity.high is not None
    return Figure(
        start,
        end,
        prose.raw[start:end],
        None if ranged else tidy(quantity.value),
        low=tidy(quantity.value) if ranged else None,
        high=tidy(quantity.high) if quantity.high is not None else None,
        bound="range" if ranged else bound,
        unit=quantity.unit,
        currency=quantity.currency,
        per=quantity.per,
        change=change,
        measure=read_measure(prose, quantity, sentence, last),
        as_of=None if quantity.unit in _DURATIONS else read_as_of(prose, start, end, sentence.times, published),
        speaker=sentence.speaker,
    )


def _carried(prose: Prose, quantity: Quantity, last: Figure | None) -> Change | None:
    if last is None or last.change is None or not carries_on(prose.low[last.end : quantity.start]):
        return None
    return last.change


def _is_exact(value: Decimal) -> bool:
    digits = len(value.as_tuple().digits)
    whole = value == value.to_integral_value()
    return (whole or digits <= _EXACT_DIGITS) and abs(value.adjusted()) < LONGEST and digits <= 2 * LONGEST
