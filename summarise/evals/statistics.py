"""Statistics: percentile bootstrap over clusters, paired randomisation test, Holm correction, Krippendorff alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from summarise.evals.metrics import METRICS, Counts, CountTable, Metric, averaged, columns

if TYPE_CHECKING:
    from summarise.evals.metrics import Array, Columns


RESAMPLES = 2_000
FEWEST_CLUSTERS = 20
"""With fewer, an interval is too narrow to be believed, and is told so."""

Interval = tuple[float | None, float | None]


def seed_of(digest: str) -> int:
    """A seed from a digest in hex: the same gold always gives the same intervals."""
    return int(digest[:16], 16)


def resampled(clusters: Array, seed: int, resamples: int = RESAMPLES) -> Array:
    """The sums of `resamples` corpora, each of as many clusters, drawn with replacement. `clusters` is clusters by counts."""
    import numpy as np

    count, chance = clusters.shape[0], np.random.default_rng(seed)
    times = [np.bincount(chance.integers(count, size=count), minlength=count) for _ in range(resamples)]
    return np.array(times, dtype=np.float64) @ clusters


def interval(values: Array, confidence: float = 0.95) -> Interval:
    """The percentiles that hold `confidence` of the values; None where a metric was undefined in every resample. nan does not count."""
    import numpy as np

    known = values[~np.isnan(values)]
    if not known.size:
        return None, None
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


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
    table = CountTable([averaged(repeats) for repeats in runs], clusters)
    articles = table.articles
    corpus, each = columns(articles.sum(axis=0, keepdims=True), table.names), columns(articles, table.names)
    drawn = columns(resampled(table.by_cluster(articles), seed, resamples), table.names)
    by_repeat = list(_by_repeat(runs, clusters))
    return [_estimate(metric, corpus, each, drawn, by_repeat) for metric in METRICS.values()]


def _by_repeat(runs: Sequence[Sequence[Counts]], clusters: Sequence[str]) -> Iterator[Columns]:
    """The sums of the corpus in each repeat that every article has; none for one repeat, which has no spread."""
    repeats = min(map(len, runs), default=0)
    for repeat in range(repeats if repeats > 1 else 0):
        table = CountTable([repeats[repeat] for repeats in runs], clusters)
        yield columns(table.articles.sum(axis=0, keepdims=True), table.names)


def _estimate(metric: Metric, corpus: Columns, each: Columns, drawn: Columns, by_repeat: Iterable[Columns]) -> Estimate:
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


MOST_EXACT = 10_000
DRAWS = 9_999
# Differences this near to the observed one are the same one, computed in another order.
_NOISE = 1e-12


def swaps(clusters: int, seed: int) -> tuple[Array, bool]:
    """Rows of 0 and 1, which clusters are swapped: all ways that there are, where these are few, and True; else random ones, and False."""
    import numpy as np

    if 2**clusters <= MOST_EXACT:
        rows = np.arange(2**clusters)[:, None] >> np.arange(clusters)[None, :] & 1
        return rows.astype(np.float64), True
    return np.random.default_rng(seed).integers(0, 2, size=(DRAWS, clusters)).astype(np.float64), False


def p_values(metrics: Mapping[str, Metric], names: Mapping[str, int], a: Array, b: Array, seed: int) -> dict[str, float | None]:
    """Two-sided p of the difference in each metric of the corpus; None where it is undefined for `a` or for `b`.

    `a` and `b` are clusters by counts, in the same columns. Swaps under which a metric is undefined count against the difference.
    """
    from summarise.evals.metrics import columns

    chosen, exact = swaps(a.shape[0], seed)
    moved = chosen @ (b - a)
    totals_a, totals_b = a.sum(axis=0, keepdims=True), b.sum(axis=0, keepdims=True)
    real_a, real_b = columns(totals_a, names), columns(totals_b, names)
    swapped_a, swapped_b = columns(totals_a + moved, names), columns(totals_b - moved, names)
    return {
        name: p_value(float((metric.of(real_b) - metric.of(real_a))[0]), metric.of(swapped_b) - metric.of(swapped_a), exact=exact)
        for name, metric in metrics.items()
    }


def p_value(seen: float, under_chance: Array, *, exact: bool) -> float | None:
    """The share of differences at least as large as the one seen: c/R where all are known, (c+1)/(R+1) where R were drawn."""
    import numpy as np

    if np.isnan(seen):
        return None
    as_large = int(np.count_nonzero(~(np.abs(under_chance) < abs(seen) - _NOISE)))
    return as_large / len(under_chance) if exact else (as_large + 1) / (len(under_chance) + 1)


def holm(p_values: Mapping[str, float | None]) -> dict[str, float | None]:
    """The same p, raised so that all together are wrong no more often than one alone would be. None counts for nothing."""
    known = sorted((p, name) for name, p in p_values.items() if p is not None)
    raised: dict[str, float | None] = dict.fromkeys(p_values)
    highest = 0.0
    for rank, (p, name) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        raised[name] = highest
    return raised


def krippendorff(units: Sequence[Sequence[int]]) -> float | None:
    """Krippendorff's alpha of ordinal ratings: 1 for full agreement, 0 for what chance would give, below for less.

    A unit holds the ratings that one thing got, in any order; units with fewer than two say nothing and are left out. None where nothing
    can vary.
    """
    paired = [Counter(unit) for unit in units if len(unit) >= 2]
    totals = sum(paired, Counter[int]())
    ranks, size = _ranks(totals), totals.total()
    seen = sum(_disagreement(unit, ranks) / (unit.total() - 1) for unit in paired)
    expected = _disagreement(totals, ranks) / (size - 1) if size > 1 else 0.0
    return 1 - seen / expected if expected else None


def _disagreement(counts: Mapping[int, int], ranks: Mapping[int, float]) -> float:
    """The sum of the squared distances of all ordered pairs of ratings."""
    pairs = permutations(counts, 2)
    return sum(counts[a] * counts[b] * (ranks[a] - ranks[b]) ** 2 for a, b in pairs)


def _ranks(totals: Mapping[int, int]) -> dict[int, float]:
    """The distance of two ratings is how many lie between them, the two themselves counted half."""
    ranks, below = {}, 0.0
    for value in sorted(totals):
        ranks[value] = below + totals[value] / 2
        below += totals[value]
    return ranks
