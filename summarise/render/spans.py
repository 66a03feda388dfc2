"""Spans: overlapping evidence as properly nested marks in a text, by a stack of open marks."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from summarise.schema import CitedFigure, Claim, Span, Stance, Summary


DEEPEST = 8
"""Depth of marks within marks; deeper ones keep their link and lose their mark."""


@dataclass
class EvidenceMark:
    """Characters of a text. `links` are linked from its start, as name by key; `owners` are the keys of all items that it belongs to."""

    start: int
    end: int
    tag: str
    links: dict[str, str] = field(default_factory=dict)
    owners: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, or the start or the end of a mark. `key` is the first of the `links`, which are (key, name).

    A mark that is reopened after another has ended has its `owners`, but not its links.
    """

    kind: Literal["text", "start", "end"]
    text: str = ""
    tag: str = ""
    key: str = ""
    links: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()


def nested(text: str, marks: Iterable[EvidenceMark]) -> Iterator[Piece]:
    """The whole text in order, with every start ended. The marks must lie within the text."""
    stack: list[EvidenceMark] = []
    at = 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.tag)):
        at = yield from _up_to(text, at, mark.start, stack)
        yield from _opened(mark, stack)
    yield from _up_to(text, at, len(text), stack)


def _opened(mark: EvidenceMark, stack: list[EvidenceMark]) -> Iterator[Piece]:
    """Marks that end before this one does are closed first, and reopened inside it."""
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


def _start(mark: EvidenceMark) -> Piece:
    return Piece("start", tag=mark.tag, key=next(iter(mark.links), ""), links=tuple(mark.links.items()), owners=tuple(mark.owners))


def _up_to(text: str, at: int, end: int, stack: list[EvidenceMark]) -> Generator[Piece, None, int]:
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
class ItemSpans:
    """An item with the spans that prove it: for a figure the number itself, without the sentence around it."""

    kind: Kind
    item: Claim | Stance | CitedFigure
    spans: tuple[Span | CitedFigure, ...]


def item_spans(summary: Summary) -> Iterator[ItemSpans]:
    """Those of claims, then of stances, then of figures."""
    yield from (ItemSpans("claim", claim, tuple(claim.evidence)) for claim in summary.claims)
    yield from (ItemSpans("stance", stance, tuple(stance.evidence)) for stance in summary.stances)
    yield from (ItemSpans("figure", figure, (figure,)) for figure in summary.figures)
