"""A chapter: one article, its text with the evidence marked, and a card for each item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from summarise.report.anchors import Anchors
from summarise.report.card import Card, Shared, cards
from summarise.report.furniture import Block, blocks
from summarise.report.passages import Passage, holding, passages
from summarise.report.words import clipped
from summarise.views.marks import Mark, Piece, nested
from summarise.views.places import places

if TYPE_CHECKING:
    from summarise.compare.source import Source

Marks = dict[tuple[int, int, str], Mark]


@dataclass(frozen=True)
class Section:
    """Some lines of the text. `preview` is what a folded one is called, `lines` how many lines it has with something in them."""

    pieces: tuple[Piece, ...]
    is_furniture: bool = False
    preview: str = ""
    lines: int = 0


@dataclass(frozen=True)
class Chapter:
    """`text` are the passages with the character each starts at; there is one where the whole text is known."""

    source: Source
    key: str
    cards: tuple[Card, ...]
    text: tuple[tuple[int, tuple[Section, ...]], ...]

    def headings(self) -> list[tuple[str, list[Card]]]:
        """The cards under what they are; headings without cards are left out."""
        named = (("Claims", "claim"), ("Figures", "figure"), ("Stances", "stance"))
        found = [(title, [card for card in self.cards if card.kind == kind]) for title, kind in named]
        return [(title, listed) for title, listed in found if listed]

    @property
    def words(self) -> int | None:
        text = self.source.summary.article.text
        return None if text is None else len(text.split())


def chapter(source: Source, anchors: Anchors, shared: Shared) -> Chapter:
    known = passages(source.summary)
    marks = _marks(source, known, anchors)
    placed = {key for found in marks for mark in found.values() for key in mark.links}
    is_whole = source.summary.article.text is not None
    text = tuple((passage.start, tuple(_sections(passage.text, found, is_whole))) for passage, found in zip(known, marks, strict=True))
    return Chapter(source, anchors.article(source), tuple(cards(source, placed, anchors, shared)), text)


def _marks(source: Source, known: Sequence[Passage], anchors: Anchors) -> list[Marks]:
    """For each passage those in it, counted from its own start. An item is linked from the first of its spans that is found."""
    found: list[Marks] = [{} for _ in known]
    for place, anchor in zip(places(source.summary), anchors.listed(source), strict=True):
        is_linked = False
        for span in place.spans:
            at = holding(known, span)
            if at is None:
                continue
            start, end = span.start - known[at].start, span.end - known[at].start
            mark = found[at].setdefault((start, end, place.kind), Mark(start, end, place.kind[0]))
            mark.owners[anchor] = None
            if not is_linked:
                mark.links[anchor] = clipped(place.id, 12)
                is_linked = True
    return found


def _sections(text: str, marks: Marks, is_whole: bool) -> Iterator[Section]:
    """No mark goes over the end of a block, because the lines that one touches are never furniture."""
    ordered = sorted(marks.values(), key=lambda mark: mark.start)
    parts = blocks(text, [(mark.start, mark.end) for mark in ordered]) if is_whole else [Block(0, len(text))]
    at = 0
    for block in parts:
        inside = []
        while at < len(ordered) and ordered[at].start < block.end:
            inside.append(replace(ordered[at], start=ordered[at].start - block.start, end=ordered[at].end - block.start))
            at += 1
        yield _section(text[block.start : block.end], inside, block)


def _section(text: str, marks: list[Mark], block: Block) -> Section:
    if not block.is_furniture:
        return Section(tuple(nested(text, marks)))
    lines = [line for line in text.split("\n") if line.strip()]
    return Section((Piece("text", text),), True, clipped(lines[0], 40), len(lines))
