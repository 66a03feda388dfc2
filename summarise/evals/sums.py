"""Counts of many articles as one matrix, and the sums of it that metrics are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarise.evals.metrics import Array, Sums

Counts = Mapping[str, float]


def averaged(repeats: Sequence[Counts]) -> dict[str, float]:
    """The mean of each count over the repeats of one article."""
    if len(repeats) == 1:
        return dict(repeats[0])
    names = sorted({name for counts in repeats for name in counts})
    return {name: sum(counts.get(name, 0.0) for counts in repeats) / len(repeats) for name in names}


@dataclass(frozen=True)
class Table:
    """`rows` are the counts of articles, `clusters` names the cluster of each."""

    rows: Sequence[Counts]
    clusters: Sequence[str]

    @cached_property
    def names(self) -> dict[str, int]:
        found = sorted({name for counts in self.rows for name in counts})
        return {name: at for at, name in enumerate(found)}

    @cached_property
    def articles(self) -> Array:
        """Articles by counts."""
        return self.aligned(self.names)

    def aligned(self, names: Mapping[str, int]) -> Array:
        """Articles by counts, in the columns that `names` says."""
        import numpy as np

        matrix = np.zeros((len(self.rows), len(names)))
        for row, counts in enumerate(self.rows):
            for name, count in counts.items():
                matrix[row, names[name]] = count
        return matrix

    def by_cluster(self, articles: Array) -> Array:
        """Rows of the same cluster summed; clusters in alphabetical order."""
        import numpy as np

        order = {name: at for at, name in enumerate(sorted(set(self.clusters)))}
        found = np.zeros((len(order), articles.shape[1]))
        np.add.at(found, [order[name] for name in self.clusters], articles)
        return found


def sums(matrix: Array, names: Mapping[str, int]) -> Sums:
    """The columns of a matrix by name; zeros for counts that never occurred."""
    import numpy as np

    zeros = np.zeros(matrix.shape[0])
    return lambda name: matrix[:, names[name]] if name in names else zeros
