"""Whether two results differ by more than chance: the paired randomisation test, and Holm's correction for many tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarise.evals.metrics import Array, Metric

MOST_EXACT = 10_000
DRAWS = 9_999
# Differences this near to the observed one are the same one, computed in another order.
_NOISE = 1e-12


def swaps(clusters: int, seed: int) -> tuple[Array, bool]:
    """Rows of 0 and 1, which clusters change sides: all there are, where these are few, and True; else random ones, and False."""
    import numpy as np

    if 2**clusters <= MOST_EXACT:
        rows = np.arange(2**clusters)[:, None] >> np.arange(clusters)[None, :] & 1
        return rows.astype(np.float64), True
    return np.random.default_rng(seed).integers(0, 2, size=(DRAWS, clusters)).astype(np.float64), False


def p_values(metrics: Mapping[str, Metric], names: Mapping[str, int], a: Array, b: Array, seed: int) -> dict[str, float | None]:
    """Two-sided p of the difference in each metric of the corpus; None where it is undefined on either side.

    `a` and `b` are clusters by counts, in the same columns. Swaps under which a metric is undefined count against the difference.
    """
    from summarise.evals.sums import sums

    chosen, exact = swaps(a.shape[0], seed)
    moved = chosen @ (b - a)
    totals_a, totals_b = a.sum(axis=0, keepdims=True), b.sum(axis=0, keepdims=True)
    real_a, real_b = sums(totals_a, names), sums(totals_b, names)
    swapped_a, swapped_b = sums(totals_a + moved, names), sums(totals_b - moved, names)
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
