"""The table of a comparison's scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from summarise.evals.grouping import GroupingScore

_HEAD = ("pairs of figures", "said", "right", "labelled", "precision", "recall")
_WIDTHS = (16, 5, 6, 9, 20, 20)


def grouping_lines(scores: Iterable[tuple[str, GroupingScore]]) -> Iterator[str]:
    """For each named score a line that tells what it rests on, then a table."""
    for at, (name, score) in enumerate(scores):
        if at:
            yield ""
        yield f"{name}: {score.found} of {score.labels} labelled figures are in the summaries"
        yield _line(_HEAD)
        for one in score.scores:
            counts = (one.said, one.right, one.labelled)
            yield _line((one.relation, *map(str, counts), _estimate(one.precision), _estimate(one.recall)))


def _line(cells: Iterable[str]) -> str:
    first, *rest = (
        cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True))
    )
    return "  " + "".join((first, *rest))


def _estimate(found: tuple[float | None, float | None, float | None]) -> str:
    value, low, high = found
    if value is None:
        return "—"
    interval = "" if low is None or high is None else f" [{low:.2f}, {high:.2f}]"
    return f"{value:.3f}{interval}"
