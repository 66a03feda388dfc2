"""Two results of the same gold compared: metric differences with intervals, and the items that were judged differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from summarise.errors import NotComparable
from summarise.evals.gold.model import LAYERS, Layer
from summarise.evals.metrics import METRICS, Metric, Table, averaged, sums
from summarise.evals.results import ArticleResult, Result
from summarise.evals.statistics import holm, interval, p_values, resampled, rounded, seed_of

if TYPE_CHECKING:
    from summarise.evals.metrics import Array, Sums


Change = Literal["gained", "lost"]


@dataclass(frozen=True, slots=True)
class Flip:
    """`what` is "found" for the label itself, else the name of a field that was right. `reason` is that of the result that lacks it."""

    article: str
    layer: Layer
    label: str
    what: str
    change: Change
    text: str
    reason: str


def flips(a: Result, b: Result) -> list[Flip]:
    """What `b` gained and lost against `a`, in the order of the articles. With repeats, what most of them got right is right."""
    others = {article.id: article for article in b.articles}
    return [flip for article in a.articles for flip in _of_article(article, others[article.id])]


def _of_article(a: ArticleResult, b: ArticleResult) -> Iterator[Flip]:
    before, after = _rights(a), _rights(b)
    reasons = [_reasons(one) for one in (a, b)]
    for layer in LAYERS:
        for label in a.labels[layer]:
            id = str(label["id"])
            was, now = before[layer, id], after[layer, id]
            for what in _whats(was, now):
                if (what in was) != (what in now):
                    change: Change = "gained" if what in now else "lost"
                    reason = reasons[change == "lost"][layer, id]
                    yield Flip(a.id, layer, id, what, change, wording(label), reason)


_Key = tuple[Layer, str]


def _whats(was: set[str], now: set[str]) -> list[str]:
    """The label itself; its fields only where both have found it."""
    return sorted(was | now) if "found" in was and "found" in now else ["found"]


def _rights(article: ArticleResult) -> Mapping[_Key, set[str]]:
    """What at least half of the runs got right, by label."""
    counted: Counter[tuple[Layer, str, str]] = Counter()
    for run in article.runs:
        for one in run.decisions:
            if one.verdict == "matched" and one.gold is not None:
                counted[one.layer, one.gold, "found"] += 1
                counted.update((one.layer, one.gold, field.name) for field in one.fields if field.verdict == "correct")
    rights: dict[_Key, set[str]] = defaultdict(set)
    for (layer, label, what), times in counted.items():
        if 2 * times >= len(article.runs):
            rights[layer, label].add(what)
    return rights


def _reasons(article: ArticleResult) -> Mapping[_Key, str]:
    """What was decided of each label, in the first run that says anything of it."""
    reasons: dict[_Key, str] = defaultdict(str)
    for run in article.runs:
        if run.failed is not None:
            return defaultdict(partial(str, f"the article failed: {run.failed}"), reasons)
        for one in run.decisions:
            if one.gold is not None:
                reasons.setdefault((one.layer, one.gold), one.reason)
    return reasons


def wording(label: Mapping[str, Any]) -> str:
    """A label in one line."""
    if "text" in label:
        return str(label["text"])
    if "polarity" in label:
        return f"{label['holder']['label']} · {label['target']['label']} · {label['polarity']}"
    parts = (*label["amounts"][:1], label["unit"], label["currency"], label["measure"])
    return " · ".join(str(part) for part in parts if part)


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
class Comparison:
    a: Result
    b: Result
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]

    def difference(self, metric: str) -> Difference:
        """Raises KeyError for a metric that was not compared."""
        return {one.metric: one for one in self.differences}[metric]


def compare(a: Result, b: Result, tested: Sequence[str] = ()) -> Comparison:
    """`b` against `a`. `tested` are the metrics that Holm's correction is over; all, where none are named.

    Raises NotComparable where the two measure different things.
    """
    check_comparable(a, b)
    sides = _Sides.of(a, b)
    seed = seed_of(a.signature.gold)
    p = p_values(METRICS, sides.names, *sides.clusters, seed)
    corrected = holm({name: p[name] for name in tested or METRICS})
    drawn = [sums(resampled(side, seed, a.resamples), sides.names) for side in sides.clusters]
    differences = [_difference(metric, sides, drawn, p[name], corrected.get(name)) for name, metric in METRICS.items()]
    return Comparison(a, b, tuple(differences), tuple(flips(a, b)))


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
class _Sides:
    """The counts of both, in the same columns: by article and by cluster."""

    names: Mapping[str, int]
    articles: tuple[Array, Array]
    clusters: tuple[Array, Array]

    @classmethod
    def of(cls, a: Result, b: Result) -> _Sides:
        tables = [Table([averaged([run.counts for run in article.runs]) for article in side.articles], side.clusters) for side in (a, b)]
        names = {name: at for at, name in enumerate(sorted({*tables[0].names, *tables[1].names}))}
        one, other = (table.aligned(names) for table in tables)
        return cls(names, (one, other), (tables[0].by_cluster(one), tables[1].by_cluster(other)))

    def totals(self) -> tuple[Sums, Sums]:
        one, other = (sums(side.sum(axis=0, keepdims=True), self.names) for side in self.articles)
        return one, other


def _difference(metric: Metric, sides: _Sides, drawn: Sequence[Sums], p: float | None, p_holm: float | None) -> Difference:
    a, b = (float(metric.of(side)[0]) for side in sides.totals())
    change = None if isnan(b - a) else rounded(b - a)
    low, high = interval(metric.of(drawn[1]) - metric.of(drawn[0])) if change is not None else (None, None)
    win, tie, loss = _by_article(metric, *(metric.of(sums(side, sides.names)) for side in sides.articles))
    return Difference(metric.name, _known(a), _known(b), change, rounded(low), rounded(high), p, p_holm, win, tie, loss)


def _by_article(metric: Metric, a: Array, b: Array) -> tuple[int, int, int]:
    better = [(one - other) * (1 if metric.lower_is_better else -1) for one, other in zip(a.tolist(), b.tolist(), strict=True)]
    known = [gain for gain in better if not isnan(gain)]
    win, loss = sum(gain > 1e-9 for gain in known), sum(gain < -1e-9 for gain in known)
    return win, len(known) - win - loss, loss


def _known(value: float) -> float | None:
    return None if isnan(value) else rounded(value)
