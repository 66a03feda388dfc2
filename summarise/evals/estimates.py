"""Estimates: every metric of a corpus with its interval, its mean over articles, and its spread between repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise.evals.bootstrap import RESAMPLES, interval, resampled
from summarise.evals.metrics import METRICS, Metric
from summarise.evals.sums import Counts, Table, averaged, sums

if TYPE_CHECKING:
    from summarise.evals.metrics import Array, Sums

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Estimate:
    """`value` is micro, over all articles; None where it is undefined. `macro` is the mean over the `macro_n` articles where it is defined.

    `n` is the number of items it rests on. `repeat_sd` is the standard deviation between repeats, None for fewer than two.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: float
    macro: float | None
    macro_n: int
    repeat_sd: float | None = None


def estimates(runs: Sequence[Sequence[Counts]], clusters: Sequence[str], seed: int, resamples: int = RESAMPLES) -> list[Estimate]:
    """All metrics. `runs` holds for each article the counts of its repeats."""
    table = Table([averaged(repeats) for repeats in runs], clusters)
    articles = table.articles
    corpus, each = sums(articles.sum(axis=0, keepdims=True), table.names), sums(articles, table.names)
    drawn = sums(resampled(table.by_cluster(articles), seed, resamples), table.names)
    by_repeat = list(_by_repeat(runs, clusters))
    return [_estimate(metric, corpus, each, drawn, by_repeat) for metric in METRICS.values()]


def _by_repeat(runs: Sequence[Sequence[Counts]], clusters: Sequence[str]) -> Iterator[Sums]:
    """The sums of the corpus in each repeat that every article has; none for one repeat, which has no spread."""
    repeats = min(map(len, runs), default=0)
    for repeat in range(repeats if repeats > 1 else 0):
        table = Table([repeats[repeat] for repeats in runs], clusters)
        yield sums(table.articles.sum(axis=0, keepdims=True), table.names)


def _estimate(metric: Metric, corpus: Sums, each: Sums, drawn: Sums, by_repeat: Iterable[Sums]) -> Estimate:
    by_article = _known(metric.of(each))
    value = _known(metric.of(corpus))
    low, high = interval(metric.of(drawn)) if value else (None, None)
    spread = [number for one in by_repeat for number in _known(metric.of(one))]
    return Estimate(
        metric.name,
        rounded(value[0]) if value else None,
        rounded(low),
        rounded(high),
        round(float(metric.n(corpus)[0]), 2),
        rounded(sum(by_article) / len(by_article)) if by_article else None,
        len(by_article),
        rounded(_deviation(spread)),
    )


def _known(values: Array) -> list[float]:
    return [float(value) for value in values if value == value]  # noqa: PLR0124  # nan is not equal to itself


def _deviation(values: Sequence[float]) -> float | None:
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    return float((sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5)


def rounded(value: float | None) -> float | None:
    """So that the last bits of a machine's arithmetic make no other bytes."""
    return None if value is None else round(value, _DIGITS) + 0.0
