"""Highlights: the text of an article for a terminal, with the evidence of its items in colours or in brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from summarise.views.columns import fitting
from summarise.views.marks import Mark, Piece, nested
from summarise.views.places import Kind, places
from summarise.views.visible import one_line, safe

if TYPE_CHECKING:
    from summarise.schema import Summary

SEEN: tuple[Kind, ...] = ("figure", "stance", "claim")
"""Where several stand in one place, the first of these is seen."""

Paint = Callable[[str, Kind], str]
_BLANKS = re.compile(r"[^\S\n]")


def highlights(text: str, summary: Summary, room: int, kinds: Collection[Kind] = SEEN, paint: Paint | None = None) -> Iterator[str]:
    """The lines of `text`, broken at `room` columns. `paint` colours a word of a kind; without it evidence stands as in "[c1 words]".

    Spans whose words do not stand in the text at their place are left out.
    """
    shown = _shown(nested(text, _marks(text, summary, kinds)), in_brackets=paint is None)
    for line in _lines(shown):
        broken = list(fitting("".join(line.parts), room))
        for words in broken or [[]]:
            yield " ".join(word if paint is None else _painted(word, line.kinds[at : at + len(word)], paint) for at, word in words)


def _marks(text: str, summary: Summary, kinds: Collection[Kind]) -> Iterable[Mark]:
    """One for each span and kind, with the ids of all that it proves."""
    found: dict[tuple[int, int, str], Mark] = {}
    for place in places(summary):
        for span in place.spans if place.kind in kinds else ():
            if span.quote and span.end - span.start == len(span.quote) and text.startswith(span.quote, span.start):
                mark = found.setdefault((span.start, span.end, place.kind), Mark(span.start, span.end, place.kind))
                mark.owners[place.id] = None
    return found.values()


class _Line:
    """A line of the text, and of what kind each of its characters is."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.kinds: list[Kind | None] = []


def _shown(pieces: Iterable[Piece], in_brackets: bool) -> Iterator[tuple[str, Kind | None]]:
    """Characters that a terminal can be given, with their kind."""
    open_: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            yield safe(_BLANKS.sub(" ", piece.text)), next((kind for kind in SEEN if kind in open_), None)
        elif piece.kind == "start":
            open_.append(piece.tag)
            if in_brackets:
                yield f"[{' '.join(map(one_line, piece.owners))} ", None
        else:
            open_.pop()
            if in_brackets:
                yield "]", None


def _lines(shown: Iterable[tuple[str, Kind | None]]) -> Iterator[_Line]:
    line = _Line()
    for text, kind in shown:
        for at, part in enumerate(text.split("\n")):
            if at:
                yield line
                line = _Line()
            line.parts.append(part)
            line.kinds += [kind] * len(part)
    yield line


def _painted(word: str, kinds: list[Kind | None], paint: Paint) -> str:
    runs, at = [], 0
    for kind, run in groupby(kinds):
        end = at + len(list(run))
        runs.append(paint(word[at:end], kind) if kind else word[at:end])
        at = end
    return "".join(runs)
