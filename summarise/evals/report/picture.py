"""The picture: scores with their intervals, as places on a scale from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarise.evals.estimates import Estimate
from summarise.evals.metrics import HEADLINE, METRICS
from summarise.evals.report.side import Named, letter
from summarise.evals.table import with_interval

TICKS = (0, 25, 50, 75, 100)
"""Percent of the scale."""

_TITLE, _ROW, _GAP, _FOOT = 18, 40, 22, 12


@dataclass(frozen=True, slots=True)
class Strip:
    """Percent of the scale, None for what is undefined; what lies beyond the scale is put on its end."""

    value: str | None
    low: str | None
    high: str | None

    @classmethod
    def of(cls, one: Estimate) -> Strip:
        return cls(*map(_percent, (one.value, one.low, one.high)))


@dataclass(frozen=True, slots=True)
class Line:
    """One score, at a height in pixels."""

    name: str
    score: str
    strip: Strip
    y: int


@dataclass(frozen=True, slots=True)
class Band:
    """One metric with a line for each result."""

    title: str
    y: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    bands: tuple[Band, ...]
    height: int


def picture(results: Sequence[Named]) -> Picture:
    """The headline scores, metric by metric."""
    bands = tuple(_bands(results))
    return Picture(bands, bands[-1].lines[-1].y + _ROW + _FOOT if bands else 0)


def _bands(results: Sequence[Named]) -> Iterator[Band]:
    y = _TITLE
    for name in HEADLINE:
        metric = METRICS[name]
        lines = tuple(_line(at, called, result.estimate(name), y + _ROW // 2 + at * _ROW) for at, (called, result) in enumerate(results))
        yield Band(f"{metric.group.capitalize()}: {metric.label}", y, lines)
        y = lines[-1].y + _ROW + _GAP


def _line(at: int, name: str, one: Estimate, y: int) -> Line:
    return Line(f"{letter(at)} {name}", with_interval(one), Strip.of(one), y)


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * min(max(value, 0.0), 1.0):.1f}%"
