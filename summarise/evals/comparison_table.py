"""A comparison as lines for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarise.evals.comparison import Comparison, Difference
from summarise.evals.flips import Flip
from summarise.evals.metrics import METRICS
from summarise.evals.table import UNDEFINED, aligned, cautions, models_table, number
from summarise.views.markdown import escaped
from summarise.views.visible import one_line

_MOST_FLIPS = 40


def comparison_table(names: tuple[str, str], found: Comparison) -> Iterator[str]:
    """Lines: both with what they took, each metric that is defined on a side, the flipped labels, and the signatures."""
    yield from models_table(list(zip(names, (found.a, found.b), strict=True)))
    yield ""
    rows = [("metric", "a", "b", "change", "95 % interval", "p", "p (Holm)", "win/tie/loss")]
    yield from aligned([*rows, *(_cells(one) for one in _shown(found))])
    yield from ("", *_flips(found.flips), "")
    for name, result in zip(("a", "b"), (found.a, found.b), strict=True):
        yield one_line(f"{name}: {result.signature}")
    yield from (f"⚠ {one_line(caution)}" for caution in cautions(found.b))


def comparison_markdown(names: tuple[str, str], found: Comparison) -> str:
    """A table to paste, with the flipped labels below it."""
    title = " against ".join(escaped(name) for name in reversed(names))
    head = "| metric | a | b | change | 95 % interval | p (Holm) | win/tie/loss |\n| --- | ---: | ---: | ---: | :---: | ---: | :---: |"
    rows = [f"| {' | '.join(escaped(cell) for cell in (*cells[:5], *cells[6:]))} |" for cells in map(_cells, _shown(found))]
    listed = [f"- {escaped(line)}" for line in map(_flip, found.flips[:_MOST_FLIPS])]
    notes = [escaped(f"{name}: {result.signature}") for name, result in (("a", found.a), ("b", found.b))]
    return "\n".join([f"**{title}**", "", head, *rows, "", *listed, "", *(f"{note}  " for note in notes)]) + "\n"


def p_shown(p: float | None) -> str:
    return UNDEFINED if p is None else "<.001" if p < 0.001 else number(p)


def _shown(found: Comparison) -> list[Difference]:
    return [one for one in found.differences if one.a is not None or one.b is not None]


def _cells(one: Difference) -> tuple[str, ...]:
    metric = METRICS[one.metric]
    label = f"{metric.group}: {metric.label}{' ↓' if metric.lower_is_better else ''}"
    between = UNDEFINED if one.low is None else f"{number(one.low, signed=True)}…{number(one.high, signed=True)}"
    change = number(one.change, signed=True)
    return label, number(one.a), number(one.b), change, between, p_shown(one.p), p_shown(one.p_holm), f"{one.win}/{one.tie}/{one.loss}"


def _flips(found: Sequence[Flip]) -> Iterator[str]:
    gained = sum(flip.change == "gained" for flip in found)
    yield f"flipped: {gained} gained, {len(found) - gained} lost"
    yield from (f"  {one_line(_flip(flip))}" for flip in found[:_MOST_FLIPS])
    if len(found) > _MOST_FLIPS:
        yield f"  … and {len(found) - _MOST_FLIPS} more"


def _flip(flip: Flip) -> str:
    sign = "+" if flip.change == "gained" else "−"
    what = "" if flip.what == "found" else f" {flip.what}"
    return f"{sign} {flip.article} {flip.label}{what}: {flip.text} ({flip.reason})"
