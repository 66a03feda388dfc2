"""Results and comparisons of results as tables, for a terminal or in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarise.evals.compare import Comparison, Difference, Flip
from summarise.evals.metrics import HEADLINE, METRICS, Metric
from summarise.evals.outputs import Usage
from summarise.evals.results import Result
from summarise.evals.statistics import FEWEST_CLUSTERS, Estimate
from summarise.render.markdown import escaped
from summarise.text.sanitise import one_line

UNDEFINED = "—"
_GROUPS = {"claims": "claims", "stances": "stances", "figures": "figures", "text": "without gold"}


def table(result: Result, *, colour: bool = False) -> Iterator[str]:
    """Lines: what was scored, a row for each metric, what it took, the signature, and what to be careful about."""
    yield header(result)
    rows = [("metric", "value", "95 % interval", "n", "", "macro", *(("sd of repeats",) if result.repeats > 1 else ()))]
    groups: list[str] = [""]
    for group, title in _GROUPS.items():
        shown = [one for one in result.estimates if METRICS[one.metric].group == group]
        rows += [_row(one, repeats=result.repeats > 1) for one in shown]
        groups += [title] * len(shown)
    last = ""
    for group, line in zip(groups, aligned(rows), strict=True):
        if group != last:
            yield group
        last = group
        yield line
    yield from ("", *_foot(result))


def header(result: Result) -> str:
    """How much was scored, and how much of it failed."""
    articles, clusters = len(result.articles), len(set(result.clusters))
    parts = [f"{articles} article{'s' * (articles != 1)} in {clusters} cluster{'s' * (clusters != 1)}", f"{len(result.failed)} failed"]
    return " · ".join([*parts, *([f"{result.repeats} repeats"] if result.repeats > 1 else [])])


def models_table(results: Sequence[tuple[str, Result]]) -> list[str]:
    """A row for each result: the headline of each layer with its interval, and what it took."""
    rows = [("", *(_title(METRICS[name]) for name in HEADLINE), "tokens", "cost", "seconds", "failed")]
    for name, result in results:
        scores = [with_interval(result.estimate(metric)) for metric in HEADLINE]
        rows.append((one_line(name), *scores, *usage_cells(result.usage()), str(len(result.failed))))
    return aligned(rows)


def markdown(result: Result) -> str:
    """A table to paste in a pull request: the metrics that are defined, then the signature."""
    head = "| metric | value | 95 % interval | n |\n| --- | ---: | :---: | ---: |"
    rows = [
        f"| {escaped(f'{METRICS[one.metric].group}: {METRICS[one.metric].label}')} | {number(one.value)} | {span(one)} | {count(one.n)} |"
        for one in result.estimates
        if one.value is not None
    ]
    notes = [escaped(line) for line in (header(result), *cautions(result), str(result.signature))]
    return "\n".join([head, *rows, "", *(f"{note}  " for note in notes)]) + "\n"


def cautions(result: Result) -> Iterator[str]:
    """What a reader of these numbers has to know."""
    clusters = len(set(result.clusters))
    if clusters < FEWEST_CLUSTERS:
        few = f"only {clusters} cluster{'s' * (clusters != 1)} of articles"
        yield f"{few}: fewer than {FEWEST_CLUSTERS} are too few, the true intervals are wider than these"
    yield from result.warnings


def number(value: float | None, *, signed: bool = False) -> str:
    """Three decimals, without the zero before the point: ".613", "1.000", "—"."""
    if value is None:
        return UNDEFINED
    text = f"{value:+.3f}" if signed else f"{value:.3f}"
    return text.replace("0.", ".", 1) if abs(value) < 0.9995 else text


def span(one: Estimate) -> str:
    return UNDEFINED if one.low is None or one.high is None else f"{number(one.low)}–{number(one.high)}"


def with_interval(one: Estimate) -> str:
    return f"{number(one.value)} ({span(one)})" if one.value is not None else UNDEFINED


def count(n: float) -> str:
    return f"{n:,.0f}" if n == round(n) else f"{n:,.1f}"


def usage_cells(usage: Usage) -> tuple[str, str, str]:
    """Tokens, cost, seconds."""
    tokens = UNDEFINED if usage.tokens is None else f"{usage.tokens:,}"
    cost = UNDEFINED if usage.cost is None else f"${usage.cost:.4f}"
    return tokens, cost, UNDEFINED if usage.seconds is None else f"{usage.seconds:.1f}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equal length in columns, the first to the left, the others to the right except those of words."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = [at == 0 or not any(any(sign.isdigit() for sign in row[at]) for row in rows[1:]) for at in range(len(widths))]
    cells = ((cell.ljust(w) if to_left else cell.rjust(w) for cell, w, to_left in zip(row, widths, left, strict=True)) for row in rows)
    return [("  " + "  ".join(row)).rstrip() for row in cells]


def _row(one: Estimate, *, repeats: bool) -> tuple[str, ...]:
    metric = METRICS[one.metric]
    label = f"{metric.label}{' ↓' if metric.lower_is_better else ''}"
    macro = f"{number(one.macro)} of {one.macro_n}" if one.macro is not None else UNDEFINED
    return (label, number(one.value), span(one), count(one.n), metric.of_what, macro, *((number(one.repeat_sd),) if repeats else ()))


def _title(metric: Metric) -> str:
    return f"{metric.group} {metric.label}"


def _foot(result: Result) -> Iterator[str]:
    tokens, cost, seconds = usage_cells(result.usage())
    if (tokens, cost, seconds) != (UNDEFINED,) * 3:
        yield f"tokens {tokens} · cost {cost} · seconds {seconds}"
    yield one_line(str(result.signature))
    for caution in cautions(result):
        yield f"⚠ {one_line(caution)}"


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
