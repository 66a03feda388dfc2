"""The figures of a text: numbers that measure something, each with its exact place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile

from summarise.numbers.bounds import read_bound
from summarise.numbers.change import carries_on, read_change
from summarise.numbers.currency import dollar_of
from summarise.numbers.digits import LONGEST
from summarise.numbers.figure import Change, Figure
from summarise.numbers.lexicon import tidy
from summarise.numbers.measure import read_measure
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose
from summarise.numbers.quantity import Quantity, read_quantity
from summarise.numbers.ranges import join
from summarise.numbers.scan import numbers
from summarise.numbers.sentence import Sentence
from summarise.numbers.when import Extent, read_as_of

_EXACT_DIGITS = 15
_BARE_DOLLAR = pattern(r"-?\$(?! ?us)")
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
    quantities = _in_dollars_of_the_article(prose, [quantity for quantity in join(prose, found) if _is_exact(quantity.value)])
    figures: list[Figure] = []
    sentence: Sentence | None = None
    extents: list[Extent] = []
    for n, quantity in enumerate(quantities):
        if sentence is None or quantity.start not in sentence:
            sentence = Sentence(prose, quantity.start, quantity.end)
            extents = _in_sentence(quantities, n, sentence)
        as_of = (
            None if quantity.unit in _DURATIONS else read_as_of(prose, (quantity.start, quantity.end), extents, sentence.times, published)
        )
        figures.append(_figure(prose, quantity, figures[-1] if figures else None, sentence, as_of))
    return figures


def _in_dollars_of_the_article(prose: Prose, quantities: list[Quantity]) -> list[Quantity]:
    dollar = dollar_of(prose) if "$" in prose.plain else "USD"
    if dollar == "USD":
        return quantities
    return [q._replace(currency=dollar) if q.currency == "USD" and _BARE_DOLLAR.match(prose.low, q.start) else q for q in quantities]


def _in_sentence(quantities: Sequence[Quantity], first: int, sentence: Sentence) -> list[Extent]:
    """The figures of a sentence; none, without a look, where it names no time that they could share."""
    if not sentence.times:
        return []
    later = (quantities[n] for n in range(first, len(quantities)))
    return [(q.start, q.end) for q in takewhile(lambda q: q.start in sentence, later)]


def _figure(prose: Prose, quantity: Quantity, last: Figure | None, sentence: Sentence, as_of: str | None) -> Figure:
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
        as_of=as_of,
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
