"""Results side by side: the tables of one and of several, differences with intervals, and the items that were judged differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Literal

from summarise.errors import NotComparable
from summarise.evals.gold.model import LAYERS, GoldClaim, GoldStance, Label, Layer
from summarise.evals.metrics import HEADLINE, METRICS, CountTable, Metric, averaged, columns
from summarise.evals.outputs import Usage
from summarise.evals.results import ArticleResult, Result
from summarise.evals.scorer import Decision, in_place_of
from summarise.evals.statistics import FEWEST_CLUSTERS, Estimate, holm, interval, p_values, resampled, rounded, seed_of
from summarise.render.table import UNDEFINED, Table

if TYPE_CHECKING:
    from summarise.evals.metrics import Array, Columns


FOUND = "found"
"""What flips when a label itself is found or lost, and not one of its fields."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A label that one result got right and the other did not. `what` is `FOUND`, or the name of a field of a label that both found.

    `text` is the wording of the label. `reason` says why the result that lacks it does, and `decision` is what that result decided of the
    label; None where the article failed there.
    """

    article: str
    layer: Layer
    label: str
    what: str
    change: Literal["gained", "lost"]
    text: str
    reason: str
    decision: Decision | None


def flips(a: Result, b: Result) -> list[Flip]:
    """What `b` gained and lost against `a`, in the order of the articles. With repeats, what most of them got right is right."""
    others = {article.id: article for article in b.articles}
    return [flip for article in a.articles for flip in _of_article(article, others[article.id])]


def _of_article(a: ArticleResult, b: ArticleResult) -> Iterator[Flip]:
    before, after = _rights(a), _rights(b)
    decided = [_decisions(one) for one in (a, b)]
    failed = [next((run.failed for run in one.runs if run.failed is not None), None) for one in (a, b)]
    for layer in LAYERS:
        for label in a.labels.of(layer):
            key = (layer, label.id)
            for what in _whats(before[key], after[key]):
                if (what in before[key]) != (what in after[key]):
                    lost = what in before[key]
                    decision = decided[lost].get(key) if failed[lost] is None else None
                    reason = f"the article failed: {failed[lost]}" if failed[lost] is not None else _reason(decision, what)
                    yield Flip(a.id, layer, label.id, what, "lost" if lost else "gained", wording(label), reason, decision)


_Key = tuple[Layer, str]


def _whats(was: set[str], now: set[str]) -> list[str]:
    """The label itself; its fields only where both have found it."""
    return sorted(was | now) if FOUND in was and FOUND in now else [FOUND]


def _rights(article: ArticleResult) -> Mapping[_Key, set[str]]:
    """What at least half of the runs got right, by label."""
    counted: Counter[tuple[Layer, str, str]] = Counter()
    for run in article.runs:
        for one in run.decisions:
            if one.verdict == "matched" and one.gold is not None:
                counted[one.layer, one.gold, FOUND] += 1
                counted.update((one.layer, one.gold, field.name) for field in one.fields if field.verdict == "correct")
    rights: dict[_Key, set[str]] = defaultdict(set)
    for (layer, label, what), times in counted.items():
        if 2 * times >= len(article.runs):
            rights[layer, label].add(what)
    return rights


def _decisions(article: ArticleResult) -> Mapping[_Key, Decision]:
    """What the first run that says anything of a label decided of it."""
    decisions: dict[_Key, Decision] = {}
    for run in article.runs:
        for one in run.decisions:
            if one.gold is not None:
                decisions.setdefault((one.layer, one.gold), one)
    return decisions


def _reason(decision: Decision | None, what: str) -> str:
    """Of a field only what stands in its place."""
    if decision is None:
        return ""
    return next((in_place_of(field) for field in decision.wrong if field.name == what), decision.reason)


def wording(label: Label) -> str:
    """A label in one line."""
    if isinstance(label, GoldClaim):
        return label.text
    if isinstance(label, GoldStance):
        return f"{label.holder.label} · {label.target.label} · {label.polarity}"
    return " · ".join(str(part) for part in (label.amounts[0], label.unit, label.currency, label.measure) if part)


@dataclass(frozen=True, slots=True)
class Difference:
    """`change` is b - a. `p` is two-sided, `p_holm` the same corrected for all metrics that were tested together.

    `win`, `tie` and `loss` count the articles in which b is better, alike and worse, where both are defined.
    """

    metric: str
    a: float | None
    b: float | None
    change: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None
    win: int
    tie: int
    loss: int

    @property
    def drop(self) -> float | None:
        """By how much b is worse; negative where it is better."""
        return None if self.change is None else self.change if METRICS[self.metric].lower_is_better else -self.change


@dataclass(frozen=True)
class ResultComparison:
    a: Result
    b: Result
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]

    @property
    def defined(self) -> list[Difference]:
        """The differences in metrics that either result defines."""
        return [one for one in self.differences if one.a is not None or one.b is not None]

    def difference(self, metric: str) -> Difference:
        """Raises KeyError for a metric that was not compared."""
        return {one.metric: one for one in self.differences}[metric]


def compare(a: Result, b: Result, tested: Sequence[str] = ()) -> ResultComparison:
    """`b` against `a`. `tested` are the metrics that Holm's correction is over; all, where none are named.

    Raises NotComparable where the two measure different things.
    """
    check_comparable(a, b)
    both = _PairedCounts.of(a, b)
    seed = seed_of(a.signature.gold)
    p = p_values(METRICS, both.names, *both.clusters, seed)
    corrected = holm({name: p[name] for name in tested or METRICS})
    drawn = [columns(resampled(counts, seed, a.resamples), both.names) for counts in both.clusters]
    differences = [_difference(metric, both, drawn, p[name], corrected.get(name)) for name, metric in METRICS.items()]
    return ResultComparison(a, b, tuple(differences), tuple(flips(a, b)))


def check_comparable(a: Result, b: Result) -> None:
    """Raises NotComparable with everything that differs and may not."""
    pairs = {
        "gold": (a.signature.gold[:12], b.signature.gold[:12]),
        "guide version": (a.signature.guidelines, b.signature.guidelines),
        "metric version": (a.signature.metrics, b.signature.metrics),
        "thresholds": (a.thresholds, b.thresholds),
        "article": ([(one.id, one.cluster) for one in a.articles], [(one.id, one.cluster) for one in b.articles]),
    }
    differing = [f"{name}{f' {one} and {other}' if isinstance(one, str) else 's'}" for name, (one, other) in pairs.items() if one != other]
    if differing:
        raise NotComparable(
            f"the results cannot be compared, they differ in: {'; '.join(differing)}", hint="score both again with the same gold"
        )


@dataclass(frozen=True)
class _PairedCounts:
    """The counts of both, in the same columns: by article and by cluster."""

    names: Mapping[str, int]
    articles: tuple[Array, Array]
    clusters: tuple[Array, Array]

    @classmethod
    def of(cls, a: Result, b: Result) -> _PairedCounts:
        tables = [CountTable([averaged([run.counts for run in article.runs]) for article in one.articles], one.clusters) for one in (a, b)]
        names = {name: at for at, name in enumerate(sorted({*tables[0].names, *tables[1].names}))}
        one, other = (table.aligned(names) for table in tables)
        return cls(names, (one, other), (tables[0].by_cluster(one), tables[1].by_cluster(other)))

    def totals(self) -> tuple[Columns, Columns]:
        a, b = (columns(counts.sum(axis=0, keepdims=True), self.names) for counts in self.articles)
        return a, b


def _difference(metric: Metric, both: _PairedCounts, drawn: Sequence[Columns], p: float | None, p_holm: float | None) -> Difference:
    a, b = (float(metric.of(total)[0]) for total in both.totals())
    change = None if isnan(b - a) else rounded(b - a)
    low, high = interval(metric.of(drawn[1]) - metric.of(drawn[0])) if change is not None else (None, None)
    win, tie, loss = _by_article(metric, *(metric.of(columns(counts, both.names)) for counts in both.articles))
    return Difference(metric.name, _known(a), _known(b), change, rounded(low), rounded(high), p, p_holm, win, tie, loss)


def _by_article(metric: Metric, a: Array, b: Array) -> tuple[int, int, int]:
    better = [(one - other) * (1 if metric.lower_is_better else -1) for one, other in zip(a.tolist(), b.tolist(), strict=True)]
    known = [gain for gain in better if not isnan(gain)]
    win, loss = sum(gain > 1e-9 for gain in known), sum(gain < -1e-9 for gain in known)
    return win, len(known) - win - loss, loss


def _known(value: float) -> float | None:
    return None if isnan(value) else rounded(value)


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
    return Table(" against ".join(reversed(names)), columns, [_difference_cells(one) for one in found.defined], notes)


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


def _difference_cells(one: Difference) -> tuple[str, ...]:
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
