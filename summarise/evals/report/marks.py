"""The text of an article with the evidence of labels and of outputs marked in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from summarise.evals.report.rows import Row
from summarise.views.marks import Mark, Piece, nested

Kind = Literal["u", "b"]
"""The element of a mark: u for gold, b for an output."""


def pieces(text: str, rows: Iterable[Row]) -> Iterator[Piece]:
    """The whole text in order, with every start ended. A row's own mark has its key; where several share one, the first has it."""
    return nested(text, _marks(rows, len(text)))


def _marks(rows: Iterable[Row], length: int) -> Iterable[Mark]:
    """One for each span and kind. A row is linked from its first span; from an output's too, where that stands elsewhere."""
    found: dict[tuple[int, int, Kind], Mark] = {}

    def add(span: tuple[int, int], tag: Kind, row: Row | None) -> None:
        start, end = span
        if 0 <= start < end <= length:
            mark = found.setdefault((start, end, tag), Mark(start, end, tag))
            if row:
                mark.links[row.key] = row.name

    for row in rows:
        own = row.places[0] if row.places else ()
        for place in row.places:
            for span in place:
                add(span, "u", row if span == own[0] else None)
        for cell in row.cells:
            for at, span in enumerate(cell.spans if cell else ()):
                add(span, "b", row if at == 0 and not _touches(span, own) else None)
    return found.values()


def _touches(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)
