"""Krippendorff's alpha: agreement beyond chance, for any number of raters and with ratings missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Level = Literal["nominal", "ordinal", "interval"]
_Distance = Callable[[int, int], float]


def krippendorff(units: Sequence[Sequence[int]], level: Level = "ordinal") -> float | None:
    """1 for full agreement, 0 for what chance would give, below for less; None where nothing can vary.

    A unit holds the ratings that one thing got, in any order; units with fewer than two say nothing and are left out.
    """
    paired = [Counter(unit) for unit in units if len(unit) >= 2]
    totals = sum(paired, Counter[int]())
    distance = _LEVELS[level](totals)
    size = totals.total()
    seen = sum(_disagreement(unit, distance) / (unit.total() - 1) for unit in paired)
    expected = _disagreement(totals, distance) / (size - 1) if size > 1 else 0.0
    return 1 - seen / expected if expected else None


def _disagreement(counts: Mapping[int, int], distance: _Distance) -> float:
    """The sum of the distances of all ordered pairs of ratings."""
    return sum(times * others * distance(a, b) for a, times in counts.items() for b, others in counts.items() if a != b)


def _nominal(_: Mapping[int, int]) -> _Distance:
    return lambda a, b: 1.0


def _interval(_: Mapping[int, int]) -> _Distance:
    return lambda a, b: float(a - b) ** 2


def _ordinal(totals: Mapping[int, int]) -> _Distance:
    """The distance is how many ratings lie between the two, the two themselves counted half."""
    ranks, below = {}, 0.0
    for value in sorted(totals):
        ranks[value] = below + totals[value] / 2
        below += totals[value]
    return lambda a, b: (ranks[a] - ranks[b]) ** 2


_LEVELS: Mapping[Level, Callable[[Mapping[int, int]], _Distance]] = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval}
