"""A side: one run of one result, which is a column of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from summarise.evals.result import ArticleResult, Result, Run

Named = tuple[str, Result]
"""A result and what to call it."""


@dataclass(frozen=True)
class Side:
    """`letter` is the same for all runs of a result; with repeats a number follows it. `runs` are by the id of the article."""

    name: str
    letter: str
    runs: dict[str, Run] = field(repr=False)

    def run(self, article: ArticleResult) -> Run:
        """Raises KeyError for an article that this side has not."""
        return self.runs[article.id]


def sides(results: Sequence[Named]) -> list[Side]:
    """A side for every repeat of every result."""
    return [side for at, (name, result) in enumerate(results) for side in _of(letter(at), name, result)]


def letter(at: int) -> str:
    """A, B … Z, then A1, B1 …"""
    return chr(ord("A") + at % 26) + (str(at // 26) if at >= 26 else "")


def _of(letter: str, name: str, result: Result) -> Iterator[Side]:
    for repeat in range(result.repeats):
        runs = {article.id: article.runs[repeat] for article in result.articles if repeat < len(article.runs)}
        number = f"{repeat + 1}" if result.repeats > 1 else ""
        yield Side(f"{name} run {number}" if number else name, f"{letter}{number}", _filled(runs, result))


def _filled(runs: dict[str, Run], result: Result) -> dict[str, Run]:
    """With an empty run for an article that was repeated fewer times than others."""
    empty = Run({}, (), {}, failed="no such run")
    return {article.id: runs.get(article.id, empty) for article in result.articles}
