"""The chapter of an article in the report, and tallies of what was right and wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.evals.gold.model import LAYERS, Layer
from summarise.evals.report.rows import GROUPS, Cell, Group, Keys, Row, pieces, rows
from summarise.evals.report.wording import Side, clipped
from summarise.evals.results import ArticleResult, Result
from summarise.evals.scorer import FIGURE_FIELDS
from summarise.render.spans import Piece

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


@dataclass(frozen=True)
class Chapter:
    """`failures` are (name of the side, reason)."""

    article: ArticleResult
    key: str
    rows: tuple[Row, ...]
    tallies: tuple[Tally, ...]
    failures: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return clipped(self.article.title or self.article.id)

    @property
    def errors(self) -> int:
        return sum(tally.errors for tally in self.tallies)

    @cached_property
    def words(self) -> int:
        return len(self.article.text.split())

    def groups(self) -> list[tuple[Group, Layer, list[Row]]]:
        """The rows under their headings."""
        found: dict[tuple[Group, Layer], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row.group, row.layer), []).append(row)
        return [(group, layer, listed) for (group, layer), listed in found.items()]

    def pieces(self) -> Iterator[Piece]:
        """Its text with marks."""
        return pieces(self.article.text, self.rows)


def chapters(articles: Sequence[ArticleResult], columns: Sequence[Side]) -> list[Chapter]:
    """What went wrong most comes first: failed articles, then by the number of errors."""
    keys = Keys()
    found = [_chapter(article, columns, keys) for article in articles]
    return sorted(found, key=lambda one: (-len(one.failures), -one.errors, one.article.id))


def _chapter(article: ArticleResult, columns: Sequence[Side], keys: Keys) -> Chapter:
    listed = tuple(rows(article, columns, keys))
    failures = tuple((side.name, clipped(reason)) for side in columns if (reason := side.run(article).failed) is not None)
    return Chapter(article, f"a{keys.new()}", listed, tallies(listed, len(columns)), failures)
