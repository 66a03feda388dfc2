"""A chapter: one article with all that was made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.evals.gold.labels import Layer
from summarise.evals.report.cell import Group
from summarise.evals.report.marks import pieces
from summarise.evals.report.rows import Keys, Row, rows
from summarise.evals.report.side import Side
from summarise.evals.report.tally import Tally, tallies
from summarise.evals.report.wording import clipped
from summarise.evals.result import ArticleResult
from summarise.views.marks import Piece


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
