"""A desk: gold files are read at it, and outputs scored against them; there is one in each process that takes part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from summarise.evals.evaluation import scored
from summarise.evals.gold import Faults, Gold, ReadArticle, read_gold
from summarise.evals.gold.files import read_one
from summarise.evals.gold.kept import Kept
from summarise.evals.heading import Heading
from summarise.evals.outputs import Output, parse_line
from summarise.evals.result import ArticleResult
from summarise.evals.result_file import article_line

Read = tuple[Heading | None, Faults]
Task = tuple[str, Sequence[bytes | str], str]
"""A gold file, the lines of output that are to be scored against it, and where they were looked for."""


class Desk:
    """Keeps the gold that it has read until it is scored; `kept` is what it has of earlier times."""

    def __init__(self, read_article: ReadArticle, kept: Kept | None = None) -> None:
        self._read_article = read_article
        self.kept = kept
        self._gold: dict[str, Gold] = {}

    def read(self, file: str) -> Read:
        """What is known of one gold file; None beside its faults where it has any."""
        gold, faults = (self.kept.read if self.kept else read_one)(Path(file), self._read_article)
        if gold is None:
            return None, faults
        self._gold[file] = gold
        return Heading.of(gold), faults

    def score(self, file: str, outputs: Sequence[Output], source: str) -> ArticleResult:
        """Gold that was read at another desk is read again. Raises GoldError where it has gone bad since."""
        gold = self._gold.pop(file, None) or read_gold([Path(file)], self._read_article)[0]
        return scored(gold, outputs, source)

    def answer(self, question: tuple[str, Sequence[Any]]) -> list[Any]:
        """What is asked of a desk in another process: to read files, or to score tasks. Results come as lines of JSON."""
        what, tasks = question
        return [self.read(one) for one in tasks] if what == "read" else [self._scored(one) for one in tasks]

    def _scored(self, task: Task) -> str:
        file, lines, source = task
        return article_line(self.score(file, [parse_line(line) for line in lines], source))
