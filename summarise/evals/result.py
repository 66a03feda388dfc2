"""A result: everything that was scored and decided, enough for a comparison, a report or an export without a new run.

An article holds its text, its labels and, for each repeat, the items of the output, both with their characters in the text, and the
decisions that tie them together: `Decision.gold` is the id of a label, `Decision.output` the place of an item in its layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from summarise.evals.estimates import Estimate
from summarise.evals.gold.labels import LAYERS, Gold, Layer, recorded_fields
from summarise.evals.metrics import VERSION
from summarise.evals.outputs import Output, Usage
from summarise.evals.placing import Placed
from summarise.evals.scorer import Decision, Score
from summarise.evals.thresholds import Thresholds

FORMAT = 1
_SKIPPED = ("spans", "around", "place", "optional")

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Signature:
    """What a score depends on; a printed number is worth little without it. Fields that are not known are left out of its text."""

    model: str
    prompt: str
    gold: str
    guidelines: str
    package: str
    metrics: str = VERSION

    def __str__(self) -> str:
        known = {"model": self.model, "prompt": self.prompt, "gold": self.gold[:12], "guide": self.guidelines}
        told = {**known, "metrics": self.metrics, "package": self.package}
        return " · ".join(f"{name} {value}" for name, value in told.items() if value)


@dataclass(frozen=True)
class Run:
    """One output of one article. `failed` says why there was none. `items` are as in `labels` of ArticleResult."""

    counts: Mapping[str, float]
    decisions: tuple[Decision, ...]
    items: Mapping[Layer, Sequence[Mapping[str, Any]]]
    gist: str = ""
    failed: str | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class ArticleResult:
    """`labels` are by layer; each is a mapping with its fields, and `spans`: a list of places, each a list of [start, end].

    `written` is how all of it stands in a result file, where that is known already.
    """

    id: str
    title: str | None
    cluster: str
    sha256: str
    text: str
    complete: tuple[Layer, ...]
    labels: Mapping[Layer, Sequence[Mapping[str, Any]]]
    runs: tuple[Run, ...]
    written: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Result:
    """`settings` and `environment` are told by whoever ran it, `made` (an ISO time) too; nothing else of it depends on the day."""

    signature: Signature
    articles: tuple[ArticleResult, ...]
    estimates: tuple[Estimate, ...]
    thresholds: Thresholds
    resamples: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    made: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def clusters(self) -> tuple[str, ...]:
        """That of each article."""
        return tuple(article.cluster for article in self.articles)

    @property
    def failed(self) -> tuple[ArticleResult, ...]:
        """Articles of which at least one run failed."""
        return tuple(article for article in self.articles if any(run.failed is not None for run in article.runs))

    @property
    def repeats(self) -> int:
        return max((len(article.runs) for article in self.articles), default=0)

    def estimate(self, metric: str) -> Estimate:
        """Raises KeyError for a metric that there is not."""
        return self._by_metric[metric]

    def usage(self) -> Usage:
        """The sums over all runs; None for what no run tells."""
        runs = [run.usage for article in self.articles for run in article.runs]
        return Usage(_total(run.tokens for run in runs), _total(run.cost for run in runs), _total(run.seconds for run in runs))

    @property
    def _by_metric(self) -> dict[str, Estimate]:
        return {estimate.metric: estimate for estimate in self.estimates}


def article_result(gold: Gold, runs: Sequence[tuple[Output, Score]]) -> ArticleResult:
    return ArticleResult(
        gold.id,
        gold.title,
        gold.cluster,
        gold.sha256,
        gold.text,
        tuple(layer for layer in LAYERS if layer in gold.complete),
        gold.records,
        tuple(_run(output, score) for output, score in runs),
    )


def item_record(one: Placed) -> dict[str, Any]:
    """An item of an output as JSON holds it."""
    found = {"spans": [[list(span) for span in one.spans]] if one.spans else [], "grounding": one.grounding}
    return recorded_fields(one.item, _SKIPPED) | found | {"invented": list(one.invented), "copy_of": one.copy_of}


def _total(values: Iterable[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _run(output: Output, score: Score) -> Run:
    items = {layer: [item_record(one) for one in score.items.get(layer, ())] for layer in LAYERS}
    counts = {name: round(count, 6) for name, count in sorted(score.counts.items())}
    return Run(counts, score.decisions, items, output.gist, output.failed, output.usage)
