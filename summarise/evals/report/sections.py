"""The section of an article in the report, and counts of what was right and wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.evals.gold.model import LAYERS, Layer
from summarise.evals.metrics import FIELDS
from summarise.evals.report.rows import GROUPS, Cell, Group, Keys, Row, SystemColumn, clipped, pieces, rows
from summarise.evals.results import ArticleResult, Result
from summarise.render.spans import Piece


@dataclass(frozen=True, slots=True)
class ErrorCounts:
    """Of one article and one system. `alarms` counts items that do not stand on the text, whatever else they are."""

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
class LayerOutcome:
    """Of all articles of a result; repeats are added up."""

    layer: Layer
    matched: int
    missed: int
    spurious: int
    uncounted: int


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """Of the matched pairs in which the label or the item fills the field in."""

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


def error_counts(rows: Sequence[Row], systems: int) -> tuple[ErrorCounts, ...]:
    """Those of each system."""
    return tuple(_error_counts(row.cells[at] for row in rows) for at in range(systems))


def layer_counts(result: Result) -> Iterator[LayerOutcome]:
    counted = Counter((one.layer, one.verdict) for article in result.articles for run in article.runs for one in run.decisions)
    for layer in LAYERS:
        matched, missed, spurious = (counted[layer, verdict] for verdict in ("matched", "missed", "spurious"))
        uncounted = sum(counted[layer, verdict] for verdict in ("optional", "left_out", "repeated", "unjudged"))
        yield LayerOutcome(layer, matched, missed, spurious, uncounted)


def field_counts(result: Result) -> Iterator[FieldOutcome]:
    """Those of fields that were compared at least once."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for article in result.articles:
        for run in article.runs:
            for one in run.decisions:
                if one.verdict == "matched":
                    counted.update((one.layer, f.name, f.verdict) for f in one.fields if f.gold is not None or f.output is not None)
    for layer, names in FIELDS.items():
        for name in names:
            verdicts = [counted[layer, name, verdict] for verdict in ("correct", "incorrect", "missing", "spurious")]
            if any(verdicts):
                yield FieldOutcome(layer, name, *verdicts)


def _error_counts(cells: Iterable[Cell | None]) -> ErrorCounts:
    known = [cell for cell in cells if cell]
    counted = Counter(cell.group for cell in known)
    return ErrorCounts(**{group: counted[group] for group in GROUPS}, alarms=sum(bool(cell.alarms) for cell in known))


@dataclass(frozen=True)
class ArticleSection:
    """`failures` are (name of the system, reason)."""

    article: ArticleResult
    key: str
    rows: tuple[Row, ...]
    counts: tuple[ErrorCounts, ...]
    failures: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return clipped(self.article.title or self.article.id)

    @property
    def errors(self) -> int:
        return sum(one.errors for one in self.counts)

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


def sections(articles: Sequence[ArticleResult], columns: Sequence[SystemColumn]) -> list[ArticleSection]:
    """What went wrong most comes first: failed articles, then by the number of errors."""
    keys = Keys()
    found = [_section(article, columns, keys) for article in articles]
    return sorted(found, key=lambda one: (-len(one.failures), -one.errors, one.article.id))


def _section(article: ArticleResult, columns: Sequence[SystemColumn], keys: Keys) -> ArticleSection:
    listed = tuple(rows(article, columns, keys))
    failures = tuple((column.name, clipped(reason)) for column in columns if (reason := column.run(article).failed) is not None)
    return ArticleSection(article, f"a{keys.new()}", listed, error_counts(listed, len(columns)), failures)
