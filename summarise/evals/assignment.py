"""The best one-to-one assignment: pairs chosen so that the sum of their weights is largest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf

Pair = tuple[int, int]

# The best assignment takes the cube of their number of steps.
_MOST_PAIRS = 10_000


def assign(weights: Mapping[Pair, float]) -> list[Pair]:
    """Of the possible pairs (row, column) with their positive weights, those of an assignment of largest sum, sorted.

    No row and no column is used twice. Of equally good assignments the same one is always taken. Where over 10,000 pairs depend on
    each other, as in no article that was labelled by hand, the heaviest pair is taken again and again, which may miss the largest sum.
    """
    if len({row for row, _ in weights}) == len(weights) == len({column for _, column in weights}):
        return sorted(weights)  # as in most articles: nothing to choose between
    chosen: list[Pair] = []
    of_row: dict[int, list[Pair]] = defaultdict(list)
    for pair in weights:
        of_row[pair[0]].append(pair)
    for rows, columns in _components(weights):
        if len(rows) == 1 or len(columns) == 1:
            pairs = ((row, column) for row in rows for column in columns if (row, column) in weights)
            chosen.append(max(pairs, key=lambda pair: (weights[pair], -pair[0], -pair[1])))
        elif len(rows) * len(columns) > _MOST_PAIRS:
            chosen += _heaviest({pair: weights[pair] for row in rows for pair in of_row[row]})
        else:
            matrix = [[weights.get((row, column), 0.0) for column in columns] for row in rows]
            found = ((rows[at], columns[to]) for at, to in _solved(matrix))
            chosen += [pair for pair in found if weights.get(pair, 0.0) > 0]
    return sorted(chosen)


def _heaviest(weights: Mapping[Pair, float]) -> Iterator[Pair]:
    """Down from the heaviest pair, each that is still free."""
    rows, columns = set[int](), set[int]()
    for row, column in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            yield row, column


def _components(weights: Mapping[Pair, float]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that depend on each other; most articles fall into parts of one or two."""
    neighbours: dict[Pair, list[Pair]] = {}
    for row, column in sorted(weights):
        neighbours.setdefault((0, row), []).append((1, column))
        neighbours.setdefault((1, column), []).append((0, row))
    seen: set[Pair] = set()
    components = []
    for start in neighbours:
        if start not in seen:
            seen.add(start)
            found, open_ = [start], [start]
            while open_:
                new = [node for node in neighbours[open_.pop()] if node not in seen]
                seen.update(new)
                found += new
                open_ += new
            components.append((sorted(n for side, n in found if side == 0), sorted(n for side, n in found if side == 1)))
    return components


def _solved(weights: Sequence[Sequence[float]]) -> list[Pair]:
    """All rows of a full matrix assigned to columns, or all columns to rows where these are fewer."""
    if len(weights) <= len(weights[0]):
        return [(row, column) for column, row in enumerate(_hungarian(weights)) if row >= 0]
    turned = [list(column) for column in zip(*weights, strict=True)]
    return [(row, column) for row, column in enumerate(_hungarian(turned)) if column >= 0]


def _hungarian(weights: Sequence[Sequence[float]]) -> list[int]:
    """For each column its row, -1 for none, by shortest augmenting paths with potentials; no more rows than columns."""
    start = len(weights[0])  # a column more, from which every path begins
    row_of = [-1] * (start + 1)
    of_rows, of_columns = [0.0] * len(weights), [0.0] * (start + 1)
    for row in range(len(weights)):
        row_of[start] = row
        column, before = _shortest_path(weights, of_rows, of_columns, row_of)
        while column != start:
            row_of[column] = row_of[before[column]]
            column = before[column]
    return row_of[:start]


def _shortest_path(
    weights: Sequence[Sequence[float]], of_rows: list[float], of_columns: list[float], row_of: list[int]
) -> tuple[int, list[int]]:
    """The free column that costs least to reach, and from which column each was reached. Changes both potentials."""
    start = len(weights[0])
    before, slack = [start] * start, [inf] * start
    visited, open_ = [], set(range(start))
    column = start
    while row_of[column] != -1:
        visited.append(column)
        row = row_of[column]
        for other in open_:
            cost = -weights[row][other] - of_rows[row] - of_columns[other]
            if cost < slack[other]:
                slack[other], before[other] = cost, column
        column = min(open_, key=lambda other: (slack[other], other))
        step = slack[column]
        for other in visited:
            of_rows[row_of[other]] += step
            of_columns[other] -= step
        for other in open_:
            slack[other] -= step
        open_.discard(column)
    return column, before
