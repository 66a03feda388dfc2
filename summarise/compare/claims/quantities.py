"""Numbers of a statement, each with its kind, so that those of two statements can be held against each other."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from summarise.compare.figures.values import Likeness, Value, likeness
from summarise.numbers import Figure, Numeral, find_figures, find_numerals
from summarise.numbers.lexicon import MONTHS
from summarise.schema import CitedFigure

_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_BESIDE = 12
# Beyond these nothing is measured, and decimal arithmetic is not exact.
_MOST_DIGITS = 24
# So many numbers of each claim, which the other has not, are held against each other; one with more is a table, and says no more or less.
_MOST_NEAR = 60
_LIMITS = frozenset({"at_least", "at_most", "more_than", "less_than"})
_TIMES = frozenset((*MONTHS, "am", "pm", "a.m", "p.m", "o'clock"))
_ORDINALS = ("st", "nd", "rd", "th")


@dataclass(frozen=True)
class Quantity:
    """`written` is as it stands in the text. `kind` is its currency or unit, "time" for a year, a day or an hour, None where not known."""

    written: str
    value: Decimal
    kind: str | None
    reach: Value

    def is_like(self, other: Quantity) -> bool:
        """Whether both can be one number, rounded or not."""
        bounds = {self.reach.bound, other.reach.bound}
        if self._clashes(other) or (bounds & _LIMITS and bounds & {"exact", "about"} and (self.value == other.value or "about" in bounds)):
            return False
        if self.value == other.value:
            return True
        return "time" not in (self.kind, other.kind) and self._held_against(other) in ("equal", "rounding")

    def is_apart_from(self, other: Quantity) -> bool:
        return self.kind == other.kind != "time" and self._held_against(other) == "apart"

    def _held_against(self, other: Quantity) -> Likeness:
        return "unsure" if max(self.reach.digits, other.reach.digits) > _MOST_DIGITS else likeness(self.reach, other.reach)

    def _clashes(self, other: Quantity) -> bool:
        """Money of another currency, or a percentage and a count."""
        return self.kind != other.kind and (self._is_set_apart or other._is_set_apart)

    @property
    def telling_kind(self) -> str | None:
        """Its kind where that keeps it apart from those of any other, None where it does not."""
        return self.kind if self._is_set_apart else None

    @property
    def _is_set_apart(self) -> bool:
        kind = self.kind or ""
        return kind.startswith("percent") or kind == "time" or kind[:3].isupper()


def quantities(text: str, cited: Iterable[CitedFigure] = ()) -> tuple[Quantity, ...]:
    """The numbers of `text` in its order; a range is one of them. Those that are `cited` in the same words are known without reading."""
    numerals = find_numerals(text)
    known = [(text.find(figure.quote), figure) for figure in cited if figure.quote]
    found = _together([(at, figure) for at, figure in known if at >= 0], numerals, text)
    if any(quantity.kind is None and not isinstance(source, CitedFigure) for _, quantity, source in found):
        found = _together([(figure.start, figure) for figure in find_figures(text)], numerals, text)
    return tuple(quantity for _, quantity, _ in sorted(found, key=lambda place: place[0]))


def _together(
    figures: Iterable[tuple[int, Figure | CitedFigure]], numerals: Iterable[Numeral], text: str
) -> list[tuple[int, Quantity, Figure | CitedFigure | Numeral]]:
    """The figures, each with its place, and the numerals that are in none of them."""
    kept = [(at, figure, value) for at, figure in figures if (value := _value(figure)) is not None]
    inside = _Reach((at, at + len(figure.quote)) for at, figure, _ in kept)
    bare = [numeral for numeral in numerals if not inside.touches(numeral.start, numeral.end)]
    return [
        *((at, _of_figure(figure, value), figure) for at, figure, value in kept),
        *((numeral.start, _of_numeral(numeral, text), numeral) for numeral in bare),
    ]


class _Reach:
    """What some spans of a text touch: the furthest end of those that start before a place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        in_order = sorted(spans)
        self._starts = [start for start, _ in in_order]
        self._ends = list(accumulate((end for _, end in in_order), max))

    def touches(self, start: int, end: int) -> bool:
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


def matched(a: Sequence[Quantity], b: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """Those of each that have no like among the other's, every one used once. The same number goes before one that is merely near."""
    left_a, left_b = _without_equals(a, b)
    kept_a, near_b, rest_b = [], left_b[:_MOST_NEAR], left_b[_MOST_NEAR:]
    for quantity in left_a[:_MOST_NEAR]:
        like = next((at for at, other in enumerate(near_b) if quantity.is_like(other)), None)
        if like is None:
            kept_a.append(quantity)
        else:
            del near_b[like]
    return [*kept_a, *left_a[_MOST_NEAR:]], [*near_b, *rest_b]


def _without_equals(a: Iterable[Quantity], b: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """Those of one value, kind and bound are all like another one of that value or none is, so one of each is asked."""
    unused: dict[Decimal, dict[object, deque[int]]] = defaultdict(lambda: defaultdict(deque))
    for at, quantity in enumerate(b):
        unused[quantity.value][quantity.telling_kind, quantity.reach.bound].append(at)
    left_a, used = [], set[int]()
    for quantity in a:
        alike = [places for places in unused[quantity.value].values() if places and quantity.is_like(b[places[0]])]
        if not alike:
            left_a.append(quantity)
            continue
        first = min(alike, key=lambda places: places[0])
        used.add(first.popleft())
    return left_a, [quantity for at, quantity in enumerate(b) if at not in used]


def _value(figure: Figure | CitedFigure) -> Decimal | None:
    return figure.value if figure.value is not None else figure.low if figure.low is not None else figure.high


def _of_figure(figure: Figure | CitedFigure, value: Decimal) -> Quantity:
    ends = (figure.low, figure.high) if figure.value is None else (value, value)
    kind = figure.currency or figure.unit
    return Quantity(figure.quote, value, f"{kind}/{figure.per}" if figure.per else kind, Value(*ends, figure.bound, _digits(value)))


def _of_numeral(numeral: Numeral, text: str) -> Quantity:
    value = numeral.value
    written = text[numeral.start : numeral.end]
    kind = "time" if _is_time(numeral, text) else None
    return Quantity(written, value, kind, Value(value, value, "exact", _digits(value)))


def _is_time(numeral: Numeral, text: str) -> bool:
    """A year, a day of a month, an hour, or an ordinal: another one is another time or thing, and contradicts nothing."""
    written = text[numeral.start : numeral.end]
    if len(written) == 4 and written.isdecimal() and _FIRST_YEAR <= numeral.value <= _LAST_YEAR:
        return True
    if (numeral.value >= 1 and written.endswith(_ORDINALS)) or text[numeral.end : numeral.end + 2].lower() in _ORDINALS:
        return True
    before = text[max(0, numeral.start - _BESIDE) : numeral.start].split()[-1:]
    after = text[numeral.end : numeral.end + _BESIDE].split()[:1]
    return any(word.strip(".,:;").lower() in _TIMES for word in (*before, *after))


def _digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)
