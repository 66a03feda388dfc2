"""The text of an article with the evidence of labels and of outputs marked in it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from summarise.evals.report.rows import Row

Kind = Literal["u", "b"]
"""The element of a mark: u for gold, b for an output."""

DEEPEST = 8
"""Marks within marks; what is nested deeper keeps its link and loses its mark."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, or the start or the end of a mark. `key` names the mark; `links` are rows to link to, as (key, name)."""

    kind: Literal["text", "start", "end"]
    text: str = ""
    tag: Kind = "u"
    key: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass
class _Mark:
    start: int
    end: int
    tag: Kind
    links: dict[str, str] = field(default_factory=dict)


def pieces(text: str, rows: Iterable[Row]) -> Iterator[Piece]:
    """The whole text in order, with every start ended. A row's own mark has its key; where several share one, the first has it."""
    marks = sorted(_marks(rows, len(text)), key=lambda mark: (mark.start, -mark.end, mark.tag))
    stack: list[_Mark] = []
    at = 0
    for mark in marks:
        at = yield from _up_to(text, at, mark.start, stack)
        yield from _opened(mark, stack)
    yield from _up_to(text, at, len(text), stack)


def _marks(rows: Iterable[Row], length: int) -> Iterable[_Mark]:
    """One for each span and kind. A row is linked from its first span; from an output's too, where that stands elsewhere."""
    found: dict[tuple[int, int, Kind], _Mark] = {}

    def add(span: tuple[int, int], tag: Kind, row: Row | None) -> None:
        start, end = span
        if 0 <= start < end <= length:
            mark = found.setdefault((start, end, tag), _Mark(start, end, tag))
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


def _opened(mark: _Mark, stack: list[_Mark]) -> Iterator[Piece]:
    """Marks that end before this one does are ended first, and go on inside it."""
    key, links = next(iter(mark.links), ""), tuple(mark.links.items())
    if len(stack) >= DEEPEST:
        if mark.links:
            yield Piece("start", "", mark.tag, key, links)
            yield Piece("end", "", mark.tag)
        return
    crossing = next((at for at, open_ in enumerate(stack) if open_.end < mark.end), len(stack))
    again = stack[crossing:]
    yield from (Piece("end", "", open_.tag) for open_ in reversed(again))
    yield Piece("start", "", mark.tag, key, links)
    yield from (Piece("start", "", open_.tag) for open_ in again)
    stack[crossing:] = [mark, *again]


def _up_to(text: str, at: int, end: int, stack: list[_Mark]) -> Generator[Piece, None, int]:
    """The text from `at` to `end`, in which marks end; returns where it stopped."""
    while stack and stack[-1].end <= end:
        if stack[-1].end > at:
            yield Piece("text", text[at : stack[-1].end])
            at = stack[-1].end
        yield Piece("end", "", stack.pop().tag)
    if end > at:
        yield Piece("text", text[at:end])
    return max(at, end)
