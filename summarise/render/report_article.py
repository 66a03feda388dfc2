"""One article of the report: its text with the evidence marked, and a card for each item."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from summarise.render.comparison import clipped
from summarise.render.spans import Kind, Mark, Piece, nested, places
from summarise.text.boilerplate import PageLine, find_boilerplate
from summarise.text.tokens import Tokens

if TYPE_CHECKING:
    from summarise.compare.model import ClaimGroup, FigureGroup, Source
    from summarise.schema import CitedFigure, Claim, Span, Stance, Summary

    Item = Claim | Stance | CitedFigure
    Group = FigureGroup | ClaimGroup


# Ids of other programs may be anything; what has not this shape is named by its position, after a point that no such id has.
_ID = re.compile(r"[a-z]{1,3}[0-9]{1,6}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class Anchors:
    """The article B is `b`, its figure f3 `b-f3`, a card about that `b-f3-card`."""

    def __init__(self, sources: Iterable[Source], figures: Sequence[FigureGroup], claims: Sequence[ClaimGroup]) -> None:
        self._listed: dict[str, list[str]] = {}
        self._items: dict[tuple[str, Kind, str], str] = {}
        for source in sources:
            found = list(_items(source))
            self._listed[source.key] = [anchor for _, _, anchor in found]
            for kind, name, anchor in found:
                self._items.setdefault((source.key, kind, name), anchor)
        self._figures = dict(zip(map(id, figures), _names("figure", [group.key for group in figures]), strict=True))
        self._claims = dict(zip(map(id, claims), _names("claim", [group.key for group in claims]), strict=True))

    def listed(self, source: Source) -> list[str]:
        """Those of all items of an article: claims, then stances, then figures. None stands there twice."""
        return self._listed[source.key]

    def article(self, source: Source) -> str:
        return source.key.lower()

    def item(self, source: Source, kind: Kind, id: str) -> str:
        """The place of an item in its article; the article for an item that it has not."""
        return self._items.get((source.key, kind, id), self.article(source))

    def figures(self, group: FigureGroup) -> str:
        return self._figures[id(group)]

    def claims(self, group: ClaimGroup) -> str:
        return self._claims[id(group)]


def _items(source: Source) -> Iterator[tuple[Kind, str, str]]:
    """Kind, id and anchor."""
    found, taken = list(places(source.summary)), set[str]()
    for position, place in enumerate(found, start=1):
        fits = _ID.fullmatch(place.id) and place.id not in taken
        taken.add(place.id)
        yield place.kind, place.id, f"{source.key.lower()}-{place.id if fits else f'.{position}'}"


def _names(prefix: str, keys: Sequence[str]) -> Iterator[str]:
    taken = set[str]()
    for position, key in enumerate((key.removeprefix(f"{prefix}-") for key in keys), start=1):
        fits = _KEY.fullmatch(key) and key not in taken
        taken.add(key)
        yield f"{prefix}-{key}" if fits else f"{prefix}-.{position}"


@dataclass(frozen=True)
class Card:
    """`anchor` is the item's place in the text, or the card itself where the text does not hold the item (`is_placed`)."""

    kind: Kind
    item: Item
    anchor: str
    is_placed: bool
    group: Group | None = None

    @property
    def key(self) -> str:
        return f"{self.anchor}-card" if self.is_placed else self.anchor


class Shared:
    """The group that an item stands in, where that has more than one article."""

    def __init__(self, figures: Iterable[FigureGroup], claims: Iterable[ClaimGroup]) -> None:
        self._groups: dict[tuple[Kind, str, str], Group] = {}
        for figure in (group for group in figures if len(group.sources) > 1):
            for cited in (cited for reading in figure.readings for cited in reading.figures):
                self._groups["figure", cited.source.key, cited.figure.id] = figure
        for claim in (group for group in claims if len(group.sources) > 1):
            for stated in claim.claims:
                self._groups["claim", stated.source.key, stated.claim.id] = claim

    def group(self, source: Source, kind: Kind, id: str) -> Group | None:
        return self._groups.get((kind, source.key, id))


def cards(source: Source, placed: Collection[str], anchors: Anchors, shared: Shared) -> list[Card]:
    """Claims, then stances, then figures, in the order of the article. `placed` are the anchors that its text holds."""
    summary = source.summary
    items: list[tuple[Kind, Item]] = [
        *(("claim", claim) for claim in summary.claims),
        *(("stance", stance) for stance in summary.stances),
        *(("figure", figure) for figure in summary.figures),
    ]
    return [
        Card(kind, item, anchor, anchor in placed, shared.group(source, kind, item.id))
        for (kind, item), anchor in zip(items, anchors.listed(source), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` stands at the character `start` of the article."""

    start: int
    text: str

    def holds(self, span: Span | CitedFigure) -> bool:
        """Whether the words of `span` stand in it, at their place."""
        at = span.start - self.start
        return at >= 0 and bool(span.quote) and span.end - span.start == len(span.quote) and self.text.startswith(span.quote, at)


def passages(summary: Summary) -> tuple[Passage, ...]:
    """In order, none touching another. The whole text is one; without it, quotes that overlap are one."""
    if summary.article.text is not None:
        return (Passage(0, summary.article.text),)
    sentences = (span for figure in summary.figures for span in figure.evidence)
    return tuple(_merged([*(span for place in places(summary) for span in place.spans), *sentences]))


def holding(found: Sequence[Passage], span: Span | CitedFigure) -> int | None:
    """Which passage the words of `span` stand in; None where they stand in none."""
    at = bisect_right(found, span.start, key=lambda passage: passage.start) - 1
    return at if at >= 0 and found[at].holds(span) else None


def _merged(spans: Iterable[Span | CitedFigure]) -> Iterator[Passage]:
    """A quote that does not say the same as those it overlaps is left out. Signs are kept in lists, so that many quotes cost no more."""
    start, signs = 0, list[str]()
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.end - span.start != len(span.quote) or not span.quote:
            continue
        if span.start > start + len(signs) or not signs:
            if signs:
                yield Passage(start, "".join(signs))
            start, signs = span.start, list(span.quote)
            continue
        known = "".join(signs[span.start - start : span.end - start])
        if span.quote.startswith(known):
            signs.extend(span.quote[len(known) :])
    if signs:
        yield Passage(start, "".join(signs))


_WRAPPED = 100
"""No program breaks lines at more characters than these, so a longer line is a paragraph of its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a text, from the character `start` to `end`; blank lines belong to the block before them."""

    start: int
    end: int
    is_boilerplate: bool = False


def blocks(text: str, held: Iterable[tuple[int, int]]) -> Iterator[Block]:
    """The text as blocks of article and of boilerplate, in order. No line that `held`, the spans of evidence, touches is boilerplate."""
    lines = list(_lines(text))
    _judge(lines, sorted(held))
    start, kind = 0, None
    for line in lines:
        if (line.is_blank and not line.is_held) or line.is_boilerplate == kind:
            continue
        if kind is not None:
            yield Block(start, line.start, kind)
            start = line.start
        kind = line.is_boilerplate
    if text:
        yield Block(start, len(text), kind is True)


@dataclass(slots=True)
class _TextLine:
    start: int
    end: int
    words: str
    is_held: bool = False
    is_boilerplate: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.words


def _lines(text: str) -> Iterator[_TextLine]:
    at = 0
    for line in text.split("\n"):
        end = min(at + len(line) + 1, len(text))
        yield _TextLine(at, end, line.strip())
        at = end


def _judge(lines: list[_TextLine], held: list[tuple[int, int]]) -> None:
    """Lines that may be those of one broken paragraph are judged together."""
    _hold(lines, held)
    written = [line for line in lines if not line.is_blank]
    found = find_boilerplate([PageLine(line.words, Tokens.of(line.words).words, is_alone=True) for line in written])
    for line, is_boilerplate in zip(written, found, strict=True):
        line.is_boilerplate = is_boilerplate and not line.is_held
    for _, listed in groupby(lines, key=lambda line: line.is_blank):
        group = list(listed)
        if all(len(line.words) <= _WRAPPED for line in group) and not all(line.is_boilerplate for line in group):
            for line in group:
                line.is_boilerplate = False


def _hold(lines: list[_TextLine], held: list[tuple[int, int]]) -> None:
    """Marks the lines that a span touches; both are in order, so one walk over both is enough."""
    at, reach = 0, -1
    for line in lines:
        while at < len(held) and held[at][0] < line.end:
            reach = max(reach, held[at][1])
            at += 1
        line.is_held = reach > line.start


Marks = dict[tuple[int, int, str], Mark]


@dataclass(frozen=True)
class Section:
    """Some lines of the text. `preview` is what a folded one is called, `lines` how many lines it has with something in them."""

    pieces: tuple[Piece, ...]
    is_boilerplate: bool = False
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
    """No mark goes over the end of a block, because the lines that one touches are never boilerplate."""
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
    if not block.is_boilerplate:
        return Section(tuple(nested(text, marks)))
    lines = [line for line in text.split("\n") if line.strip()]
    return Section((Piece("text", text),), True, clipped(lines[0], 40), len(lines))
