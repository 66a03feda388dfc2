"""Figures and numerals of a text: quantities with their context, and every number as a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import merge
from itertools import takewhile
from operator import attrgetter

from summarise.figures.context import SentenceContext, read_measure
from summarise.figures.dates import Extent, read_as_of
from summarise.figures.lexicon import ORDINALS, tidy
from summarise.figures.model import Change, Figure, FoldedText, pattern
from summarise.figures.modifiers import carries_on, read_bound, read_change
from summarise.figures.money import SIGNS, dollar_of
from summarise.figures.quantity import Quantity, counts_one, is_one, read_quantity
from summarise.figures.ranges import join
from summarise.figures.scan import LONGEST, Number, letter_scale, numbers

_EXACT_DIGITS = 15
_BARE_DOLLAR = pattern(r"-?\$(?! ?us)")
_DURATIONS = frozenset("second minute hour day week month year decade century".split())


def find_figures(text: str, *, published: str | None = None) -> list[Figure]:
    """The figures of `text`, sorted by start, never overlapping; an empty list for none.

    `published` is the ISO date of the article, whole or partial; "last year" is resolved by it and stays open without.
    """
    prose = FoldedText(text)
    found: list[Quantity] = []
    for number in numbers(prose):
        quantity = read_quantity(prose, number, found[-1].end if found else 0)
        if quantity is not None:
            found.append(quantity)
    quantities = _in_dollars_of_the_article(prose, [quantity for quantity in join(prose, found) if _is_exact(quantity.value)])
    figures: list[Figure] = []
    sentence: SentenceContext | None = None
    extents: list[Extent] = []
    for n, quantity in enumerate(quantities):
        if sentence is None or quantity.start not in sentence:
            sentence = SentenceContext(prose, quantity.start, quantity.end)
            extents = _in_sentence(quantities, n, sentence)
        as_of = (
            None if quantity.unit in _DURATIONS else read_as_of(prose, (quantity.start, quantity.end), extents, sentence.times, published)
        )
        figures.append(_figure(prose, quantity, figures[-1] if figures else None, sentence, as_of))
    return figures


def _in_dollars_of_the_article(prose: FoldedText, quantities: list[Quantity]) -> list[Quantity]:
    dollar = dollar_of(prose) if "$" in prose.plain else "USD"
    if dollar == "USD":
        return quantities
    return [q._replace(currency=dollar) if q.currency == "USD" and _BARE_DOLLAR.match(prose.low, q.start) else q for q in quantities]


def _in_sentence(quantities: Sequence[Quantity], first: int, sentence: SentenceContext) -> list[Extent]:
    """The places of the figures of a sentence; an empty list if the sentence names no time, as only times need them."""
    if not sentence.times:
        return []
    later = (quantities[n] for n in range(first, len(quantities)))
    return [(q.start, q.end) for q in takewhile(lambda q: q.start in sentence, later)]


def _figure(prose: FoldedText, quantity: Quantity, last: Figure | None, sentence: SentenceContext, as_of: str | None) -> Figure:
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


def _carried(prose: FoldedText, quantity: Quantity, last: Figure | None) -> Change | None:
    if last is None or last.change is None or not carries_on(prose.low[last.end : quantity.start]):
        return None
    return last.change


def _is_exact(value: Decimal) -> bool:
    digits = len(value.as_tuple().digits)
    whole = value == value.to_integral_value()
    return (whole or digits <= _EXACT_DIGITS) and abs(value.adjusted()) < LONGEST and digits <= 2 * LONGEST


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
    prose = FoldedText(text)
    cardinals, ordinals = list(_cardinals(prose)), list(_ordinals(prose))
    if not ordinals:
        return cardinals
    found: list[Numeral] = []
    for numeral in merge(cardinals, ordinals, key=attrgetter("start")):
        if not found or numeral.start >= found[-1].end:
            found.append(numeral)
    return found


def _cardinals(prose: FoldedText) -> Iterator[Numeral]:
    for number in numbers(prose):
        if number.high is not None or (is_one(prose, number) and not counts_one(prose, number)):
            continue
        yield _with_scale(prose, number) if number.form != "words" else _with_ordinal(prose, number)


def _with_scale(prose: FoldedText, number: Number) -> Numeral:
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


def _with_ordinal(prose: FoldedText, number: Number) -> Numeral:
    """A number in words with the ordinal that ends it: "twenty-first" is 21."""
    match = _ORDINAL_END.match(prose.low, number.end)
    if match and 0 < ORDINALS[match[1]] < 20 <= number.value and number.value % 10 == 0:
        return Numeral(number.start, match.end(), tidy(number.value + ORDINALS[match[1]]))
    return Numeral(number.start, number.end, tidy(number.value))


def _ordinals(prose: FoldedText) -> Iterator[Numeral]:
    for tail in _ORDINAL_TAIL.finditer(prose.low):
        end = tail.end()
        match = _ORDINAL.search(prose.low, max(0, end - _LONGEST_ORDINAL), end)
        if match:
            yield Numeral(match.start(), end, Decimal(ORDINALS[match[0]]))
