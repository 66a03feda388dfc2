"""Results and comparisons of results as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from summarise.evals.compare import Difference, Flip, ResultComparison
from summarise.evals.metrics import HEADLINE, METRICS
from summarise.evals.outputs import Usage
from summarise.evals.results import Result
from summarise.evals.statistics import FEWEST_CLUSTERS, Estimate
from summarise.render.table import UNDEFINED, Table

GROUP_TITLES = {"claims": "claims", "stances": "stances", "figures": "figures", "text": "without gold"}


def result_table(result: Result) -> Table:
    """A row for each metric, by layer; below it what the outputs took, the signature, and what to be careful about."""
    repeated = result.repeats > 1
    columns = ("metric", "value", "95 % interval", "n", "", "macro", *(("sd of repeats",) if repeated else ()))
    rows: list[tuple[str, ...]] = []
    for group, title in GROUP_TITLES.items():
        shown = [_cells(one, repeated=repeated) for one in result.estimates if METRICS[one.metric].group == group]
        rows += [(title,), *shown] if shown else []
    return Table(header(result), columns, rows, [*_took(result), str(result.signature), *(f"⚠ {one}" for one in cautions(result))])


def result_summary(result: Result) -> Table:
    """What to paste in a pull request: the metrics that are defined, without their means over articles."""
    rows = [
        (f"{METRICS[one.metric].group}: {METRICS[one.metric].label}", number(one.value), span(one), count(one.n))
        for one in result.estimates
        if one.value is not None
    ]
    return Table("", ("metric", "value", "95 % interval", "n"), rows, [header(result), *cautions(result), str(result.signature)])


def models_table(results: Sequence[tuple[str, Result]]) -> Table:
    """A row for each result: the headline metric of each layer with its interval, and what the outputs took."""
    columns = ("", *(f"{METRICS[name].group} {METRICS[name].label}" for name in HEADLINE), "tokens", "cost", "seconds", "failed")
    rows = []
    for name, result in results:
        scores = [with_interval(result.estimate(metric)) for metric in HEADLINE]
        rows.append((name, *scores, *usage_cells(result.usage()), str(len(result.failed))))
    return Table("", columns, rows)


_MOST_FLIPS = 40


def comparison_table(names: tuple[str, str], found: ResultComparison) -> Table:
    """A row for each metric that either result defines; below it the flipped labels, both signatures, and what to be careful about."""
    columns = ("metric", "a", "b", "change", "95 % interval", "p", "p (Holm)", "win/tie/loss")
    signatures = [f"{letter}: {result.signature}" for letter, result in (("a", found.a), ("b", found.b))]
    notes = [*_flips(found.flips), "", *signatures, *(f"⚠ {one}" for one in cautions(found.b))]
    return Table(" against ".join(reversed(names)), columns, [_difference(one) for one in found.defined], notes)


def header(result: Result) -> str:
    """How much was scored, and how much of it failed."""
    articles, clusters = len(result.articles), len(set(result.clusters))
    parts = [f"{articles} article{'s' * (articles != 1)} in {clusters} cluster{'s' * (clusters != 1)}", f"{len(result.failed)} failed"]
    return " · ".join([*parts, *([f"{result.repeats} repeats"] if result.repeats > 1 else [])])


def cautions(result: Result) -> Iterator[str]:
    """What a reader of these numbers has to know."""
    clusters = len(set(result.clusters))
    if clusters < FEWEST_CLUSTERS:
        few = f"only {clusters} cluster{'s' * (clusters != 1)} of articles"
        yield f"{few}: fewer than {FEWEST_CLUSTERS} are too few, the true intervals are wider than these"
    yield from result.warnings


# --- cells ------------------------------------------------------------------------------------------------------------


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


def p_shown(p: float | None) -> str:
    return UNDEFINED if p is None else "<.001" if p < 0.001 else number(p)


def usage_cells(usage: Usage) -> tuple[str, str, str]:
    """Tokens, cost, seconds."""
    tokens = UNDEFINED if usage.tokens is None else f"{usage.tokens:,}"
    cost = UNDEFINED if usage.cost is None else f"${usage.cost:.4f}"
    return tokens, cost, UNDEFINED if usage.seconds is None else f"{usage.seconds:.1f}"


def _cells(one: Estimate, *, repeated: bool) -> tuple[str, ...]:
    metric = METRICS[one.metric]
    macro = f"{number(one.macro)} of {one.macro_n}" if one.macro is not None else UNDEFINED
    spread = (number(one.repeat_sd),) if repeated else ()
    return (f"{metric.label}{metric.arrow}", number(one.value), span(one), count(one.n), metric.of_what, macro, *spread)


def _took(result: Result) -> list[str]:
    tokens, cost, seconds = usage_cells(result.usage())
    is_known = (tokens, cost, seconds) != (UNDEFINED,) * 3
    return [f"tokens {tokens} · cost {cost} · seconds {seconds}"] if is_known else []


def _difference(one: Difference) -> tuple[str, ...]:
    metric = METRICS[one.metric]
    label = f"{metric.group}: {metric.label}{metric.arrow}"
    interval = UNDEFINED if one.low is None else f"{number(one.low, signed=True)}…{number(one.high, signed=True)}"
    change = number(one.change, signed=True)
    return label, number(one.a), number(one.b), change, interval, p_shown(one.p), p_shown(one.p_holm), f"{one.win}/{one.tie}/{one.loss}"


def _flips(found: Sequence[Flip]) -> Iterator[str]:
    gained = sum(flip.change == "gained" for flip in found)
    yield f"flipped: {gained} gained, {len(found) - gained} lost"
    for flip in found[:_MOST_FLIPS]:
        sign = "+" if flip.change == "gained" else "−"
        what = "" if flip.what == "found" else f" {flip.what}"
        yield f"  {sign} {flip.article} {flip.label}{what}: {flip.text} ({flip.reason})"
    if len(found) > _MOST_FLIPS:
        yield f"  … and {len(found) - _MOST_FLIPS} more"
