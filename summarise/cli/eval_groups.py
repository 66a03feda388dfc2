"""`summarise eval groups`: whether figures of several articles are put together as a reader would."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from summarise.compare.groups import FigureGroup
from summarise.evals.grouping import GroupingScore, score_grouping
from summarise.evals.groups import Labels


def groups(arguments: argparse.Namespace) -> int:
    from summarise.cli.compare import items_of
    from summarise.compare.figures import figure_groups
    from summarise.compare.source import sources_of
    from summarise.evals.grouping_table import grouping_lines
    from summarise.evals.groups import read_groups
    from summarise.schema import Summary

    arguments.paths = arguments.paths or ["corpus"]
    summaries = [item for item in items_of(arguments) if isinstance(item, Summary)]
    texts = {summary.article.id: summary.article.text for summary in summaries if summary.article.text is not None}
    labels = read_groups(Path(arguments.labels), texts)
    for line in grouping_lines(_scores(figure_groups(sources_of(summaries)), labels, sorted(texts))):
        print(line)
    return 0


def _scores(found: Sequence[FigureGroup], labels: Labels, ids: Sequence[str]) -> Iterator[tuple[str, GroupingScore]]:
    tuned = frozenset(ids) & labels.tuned
    held_out = frozenset(ids) - labels.tuned
    yield f"all {len(ids)} articles", score_grouping(found, labels)
    if tuned and held_out:
        yield f"{len(tuned)} articles with which the rules were made", score_grouping(found, labels, tuned)
        yield f"{len(held_out)} others", score_grouping(found, labels, held_out)
