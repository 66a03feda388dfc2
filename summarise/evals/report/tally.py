"""Tallies: how many labels and items of an article, or fields of a layer, were right and how many went wrong, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from summarise.evals.fields import FIGURE_FIELDS
from summarise.evals.gold.labels import LAYERS, Layer
from summarise.evals.report.cell import GROUPS, Cell
from summarise.evals.report.rows import Row
from summarise.evals.result import Result

_FIELDS: dict[Layer, tuple[str, ...]] = {"claims": ("speaker", "mode"), "stances": ("polarity",), "figures": FIGURE_FIELDS}


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one article and one side. `alarms` counts items that do not stand on the text, whatever else they are."""

    missed: int
    spurious: int
    wrong: int
    right: int
    uncounted: int
    alarms: int

    @property
    def errors(self) -> int:
        return self.missed + self.spurious + self.wrong


@dataclass(frozen=True, slots=True)
class LayerTally:
    """Of all articles of a result; repeats are added up."""

    layer: Layer
    matched: int
    missed: int
    spurious: int
    uncounted: int


@dataclass(frozen=True, slots=True)
class FieldTally:
    """Of the matched items in which either side fills the field in."""

    layer: Layer
    name: str
    correct: int
    incorrect: int
    missing: int
    spurious: int

    @property
    def share(self) -> float:
        """Of the compared that are right."""
        return self.correct / (self.correct + self.incorrect + self.missing + self.spurious)


def tallies(rows: Sequence[Row], sides: int) -> tuple[Tally, ...]:
    """A tally for each side."""
    return tuple(_tally(row.cells[at] for row in rows) for at in range(sides))


def layer_tallies(result: Result) -> Iterator[LayerTally]:
    counted = Counter((one.layer, one.verdict) for article in result.articles for run in article.runs for one in run.decisions)
    for layer in LAYERS:
        matched, missed, spurious = (counted[layer, verdict] for verdict in ("matched", "missed", "spurious"))
        uncounted = sum(counted[layer, verdict] for verdict in ("optional", "left_out", "unjudged"))
        yield LayerTally(layer, matched, missed, spurious, uncounted)


def field_tallies(result: Result) -> Iterator[FieldTally]:
    """Those of fields that were compared at least once."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for article in result.articles:
        for run in article.runs:
            for one in run.decisions:
                if one.verdict == "matched":
                    counted.update((one.layer, f.name, f.verdict) for f in one.fields if f.gold is not None or f.output is not None)
    for layer, names in _FIELDS.items():
        for name in names:
            verdicts = [counted[layer, name, verdict] for verdict in ("correct", "incorrect", "missing", "spurious")]
            if any(verdicts):
                yield FieldTally(layer, name, *verdicts)


def _tally(cells: Iterable[Cell | None]) -> Tally:
    known = [cell for cell in cells if cell]
    counted = Counter(cell.group for cell in known)
    return Tally(**{group: counted[group] for group in GROUPS}, alarms=sum(bool(cell.alarms) for cell in known))
