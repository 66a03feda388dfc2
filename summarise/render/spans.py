"""Spans: evidence that may overlap in any way, as properly nested marks in a text."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from summarise.schema import CitedFigure, Span, Summary


DEEPEST = 8
"""Marks within marks; what is nested deeper keeps its link and loses its mark."""


@dataclass
class Mark:
    """Characters of a text. `links` are what is linked from its start, as name by key; `owners` are the keys of all that it belongs to."""

    start: int
    end: int
    tag: str
    links: dict[str, str] = field(default_factory=dict)
    owners: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, or the start or the end of a mark. `key` is the first of the `links`, which are (key, name).

    A mark that goes on after another has ended starts again, with its `owners` and without its links.
    """

    kind: Literal["text", "start", "end"]
    text: str = ""
    tag: str = ""
    key: str = ""
    links: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()


def nested(text: str, marks: Iterable[Mark]) -> Iterator[Piece]:
    """The whole text in order, with every start ended. The marks must lie within the text."""
    stack: list[Mark] = []
    at = 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.tag)):
        at = yield from _up_to(text, at, mark.start, stack)
        yield from _opened(mark, stack)
    yield from _up_to(text, at, len(text), stack)


def _opened(mark: Mark, stack: list[Mark]) -> Iterator[Piece]:
    """Marks that end before this one does are ended first, and go on inside it."""
    if len(stack) >= DEEPEST:
        if mark.links:
            yield _start(mark)
            yield Piece("end", tag=mark.tag)
        return
    crossing = next((at for at, open_ in enumerate(stack) if open_.end < mark.end), len(stack))
    again = stack[crossing:]
    yield from (Piece("end", tag=open_.tag) for open_ in reversed(again))
    yield _start(mark)
    yield from (Piece("start", tag=open_.tag, owners=tuple(open_.owners)) for open_ in again)
    stack[crossing:] = [mark, *again]


def _start(mark: Mark) -> Piece:
    return Piece("start", tag=mark.tag, key=next(iter(mark.links), ""), links=tuple(mark.links.items()), owners=tuple(mark.owners))


def _up_to(text: str, at: int, end: int, stack: list[Mark]) -> Generator[Piece, None, int]:
    """The text from `at` to `end`, in which marks end; returns where it stopped."""
    while stack and stack[-1].end <= end:
        if stack[-1].end > at:
            yield Piece("text", text[at : stack[-1].end])
            at = stack[-1].end
        yield Piece("end", tag=stack.pop().tag)
    if end > at:
        yield Piece("text", text[at:end])
    return max(at, end)


Kind = Literal["claim", "stance", "figure"]


@dataclass(frozen=True, slots=True)
class Place:
    """An item with the spans that prove it: for a figure the number itself, without the sentence around it."""

    kind: Kind
    id: str
    spans: tuple[Span | CitedFigure, ...]


def places(summary: Summary) -> Iterator[Place]:
    """Claims, then stances, then figures."""
    yield from (Place("claim", claim.id, tuple(claim.evidence)) for claim in summary.claims)
    yield from (Place("stance", stance.id, tuple(stance.evidence)) for stance in summary.stances)
    yield from (Place("figure", figure.id, (figure,)) for figure in summary.figures)
