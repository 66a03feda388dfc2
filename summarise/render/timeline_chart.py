"""The timeline as an SVG chart: events on a time axis, with labels that never overlap, by greedy assignment to lanes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from summarise.render.comparison import clipped

if TYPE_CHECKING:
    from summarise.compare.model import TimelineEvent


MOST = 14
_WIDTH, _MARGIN, _LABELS = 1000, 14, 330
_LANE, _FOOT, _TOP = 23, 30, 20
_WIDEST, _LARGE, _WIDE, _COMMON = 14.0, 13.0, 9.5, 8.2
"""Width of a letter at the size of the labels, as in a wide font, so that no two labels overlap."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
_MOST_TICKS = 8
_WHEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Dot:
    """An event from `x` to `end`, the period that its date leaves open, and its label at the height `y`."""

    event: TimelineEvent
    x: float
    end: float
    y: int
    letters: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class TimelineChart:
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    height: int

    @property
    def axis(self) -> int:
        return self.height - _FOOT


def timeline_chart(events: Sequence[TimelineEvent]) -> TimelineChart | None:
    """None for fewer than two events, for more than `MOST`, and if one has no valid date."""
    spans = [(event, span) for event in events if (span := _span(event.when))]
    if not 2 <= len(spans) <= MOST or len(spans) < len(events):
        return None
    first, last = min(start for _, (start, _) in spans), max(end for _, (_, end) in spans)
    scale = (_WIDTH - _MARGIN - _LABELS) / max(last - first, 1)
    placed = [(event, _x(start, first, scale), _x(end, first, scale)) for event, (start, end) in spans]
    labels = [_label(event) for event, _, _ in placed]
    lanes = _lanes([x for _, x, _ in placed], [_wide(f"{letters} {label}") for letters, label in labels])
    height = _TOP + _LANE * max(lanes) + _FOOT
    dots = (
        Dot(event, x, end, height - _FOOT - 10 - _LANE * (lane - 1), *words)
        for (event, x, end), lane, words in zip(placed, lanes, labels, strict=True)
    )
    return TimelineChart(tuple(dots), tuple(_ticks(first, last, scale)), height)


def _span(when: str) -> tuple[float, float] | None:
    """The months since the year 0 at which it begins and ends; None if it is not a date."""
    found = _WHEN.fullmatch(when)
    if not found:
        return None
    year, month, day = found.groups()
    months = int(year) * 12
    if month is None:
        return months, months + 12
    months += min(max(int(month), 1), 12) - 1
    if day is None:
        return months, months + 1
    at = months + (min(max(int(day), 1), 31) - 1) / 31
    return at, at


def _x(months: float, first: float, scale: float) -> float:
    return round(_MARGIN + (months - first) * scale, 1)


def _label(event: TimelineEvent) -> tuple[str, str]:
    """Letters of its articles, and as much of its text as fits beside them."""
    letters = ", ".join(source.key for source in event.sources[:4])
    shown = clipped(event.text, 42)
    while _wide(f"{letters} {shown}") > _LABELS - _MARGIN and len(shown) > 1:
        shown = f"{shown[:-2].rstrip()}…"
    return letters, shown


def _wide(text: str) -> float:
    return sum(map(_width, text))


def _width(sign: str) -> float:
    if east_asian_width(sign) in "WF":
        return _WIDEST
    if sign in "WMmw@%—…":
        return _LARGE
    return _WIDE if sign.isupper() or sign.isdigit() else _COMMON


def _lanes(starts: Sequence[float], widths: Sequence[float]) -> list[int]:
    """The lane of each label, from 1. A label extends to the right of its start.

    It is above all labels that start beside it, so no two labels overlap, and no line from a label down to the axis crosses one.
    """
    lanes = [1] * len(starts)
    order = sorted(range(len(starts)), key=lambda at: (starts[at], at))
    for place in reversed(range(len(order))):
        at = order[place]
        beside = [lanes[other] for other in order[place + 1 :] if starts[other] <= starts[at] + widths[at] + 12]
        lanes[at] = 1 + max(beside, default=0)
    return lanes


def _ticks(first: float, last: float, scale: float) -> Iterator[Tick]:
    step = next((step for step in _STEPS if (last - first) / step <= _MOST_TICKS), _STEPS[-1])
    month = -(-int(first * 1000) // (step * 1000)) * step
    while month <= last:
        year, in_year = divmod(month, 12)
        yield Tick(_x(month, first, scale), f"{year}" if step >= 12 else f"{_MONTHS[in_year]} {year}")
        month += step
