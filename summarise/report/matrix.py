"""The matrix: who stands where, as far as a table can show it, and all the rest as a list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarise.compare.groups import StanceCell, StanceMatrix

MOST_HOLDERS, MOST_TARGETS = 12, 6


@dataclass(frozen=True)
class Matrix:
    """`rows` are the holders with a cell for each target; `rest` are the cells of holders or targets that the table has no room for."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[StanceCell | None, ...]], ...]
    rest: tuple[StanceCell, ...]


def matrix(stances: StanceMatrix) -> Matrix:
    """The targets that most holders speak of come first, otherwise all is in the order given. Holders without a stance have no row."""
    cells = {(cell.holder, cell.target): cell for cell in stances.cells}
    asked = Counter(cell.target for cell in stances.cells)
    known = [target for target in dict.fromkeys(stances.targets) if asked[target]]
    targets = tuple(sorted(known, key=lambda target: -asked[target])[:MOST_TARGETS])
    filled = {cell.holder for cell in stances.cells if cell.target in targets}
    holders = [holder for holder in dict.fromkeys(stances.holders) if holder in filled][:MOST_HOLDERS]
    rows = tuple((holder, tuple(cells.get((holder, target)) for target in targets)) for holder in holders)
    shown = {id(cell) for _, row in rows for cell in row}
    return Matrix(targets, rows, tuple(cell for cell in stances.cells if id(cell) not in shown))
