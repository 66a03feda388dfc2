"""Intervals: clusters of articles drawn again and again with replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarise.evals.metrics import Array

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
