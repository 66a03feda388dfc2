"""One article of the report: its text with the evidence marked, and a card for each item."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from summarise.render.comparison import clipped
from summarise.render.spans import EvidenceMark, ItemSpans, Kind, Piece, item_spans, nested
from summarise.text.boilerplate import PageLine, find_boilerplate
from summarise.text.tokens import Tokens

if TYPE_CHECKING:
    from summarise.compare.model import ClaimGroup, FigureGroup, SourceArticle
    from summarise.schema import CitedFigure, Claim, Span, Stance, Summary

    Item = Claim | Stance | CitedFigure
    Group = FigureGroup | ClaimGroup
    SharedGroups = dict[tuple[Kind, str, str], Group]


# Ids of other programs may be anything; one of another form is replaced by its position after a point, which no such id contains.
_ID = re.compile(r"[a-z]{1,3}[0-9]{1,6}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class Anchors:
    """The article B is `b`, its figure f3 `b-f3`, a card about that `b-f3-card`."""

    def __init__(self, sources: Iterable[SourceArticle], figures: Sequence[FigureGroup], claims: Sequence[ClaimGroup]) -> None:
        self._listed = {source.key: list(_anchored(source)) for source in sources}
        self._items: dict[tuple[str, Kind, str], str] = {}
        for key, listed in self._listed.items():
            for found, anchor in listed:
                self._items.setdefault((key, found.kind, found.item.id), anchor)
        self._figures = dict(zip(map(id, figures), _names("figure", [group.key for group in figures]), strict=True))
        self._claims = dict(zip(map(id, claims), _names("claim", [group.key for group in claims]), strict=True))

    def listed(self, source: SourceArticle) -> list[tuple[ItemSpans, str]]:
        """All items of an article with their anchors, each of which is unique: claims, then stances, then figures."""
        return self._listed[source.key]

    def article(self, source: SourceArticle) -> str:
        return source.key.lower()

    def item(self, source: SourceArticle, kind: Kind, id: str) -> str:
        """The anchor of an item of the article; that of the article if it has no such item."""
        return self._items.get((source.key, kind, id), self.article(source))

    def figures(self, group: FigureGroup) -> str:
        return self._figures[id(group)]

    def claims(self, group: ClaimGroup) -> str:
        return self._claims[id(group)]


def _anchored(source: SourceArticle) -> Iterator[tuple[ItemSpans, str]]:
    """The items of an article, each with its anchor."""
    taken = set[str]()
    for position, found in enumerate(item_spans(source.summary), start=1):
        id = found.item.id
        fits = _ID.fullmatch(id) and id not in taken
        taken.add(id)
        yield found, f"{source.key.lower()}-{id if fits else f'.{position}'}"


def _names(prefix: str, keys: Sequence[str]) -> Iterator[str]:
    taken = set[str]()
    for position, key in enumerate((key.removeprefix(f"{prefix}-") for key in keys), start=1):
        fits = _KEY.fullmatch(key) and key not in taken
        taken.add(key)
        yield f"{prefix}-{key}" if fits else f"{prefix}-.{position}"


@dataclass(frozen=True)
class ItemCard:
    """An item beside the text. `anchor` is its place in the text, or the card itself if the text does not have it (`is_placed`)."""

    kind: Kind
    item: Item
    anchor: str
    is_placed: bool
    group: Group | None = None

    @property
    def key(self) -> str:
        return f"{self.anchor}-card" if self.is_placed else self.anchor


def shared_groups(figures: Iterable[FigureGroup], claims: Iterable[ClaimGroup]) -> SharedGroups:
    """The groups with more than one article, by the kind, article and id of each of their items."""
    found: SharedGroups = {}
    for figure in (group for group in figures if len(group.sources) > 1):
        for cited in (cited for reading in figure.readings for cited in reading.figures):
            found["figure", cited.source.key, cited.figure.id] = figure
    for claim in (group for group in claims if len(group.sources) > 1):
        for stated in claim.claims:
            found["claim", stated.source.key, stated.claim.id] = claim
    return found


def _cards(source: SourceArticle, placed: Collection[str], anchors: Anchors, shared: SharedGroups) -> tuple[ItemCard, ...]:
    """Claims, then stances, then figures, in the order of the article. `placed` are the anchors in its text."""
    return tuple(
        ItemCard(found.kind, found.item, anchor, anchor in placed, shared.get((found.kind, source.key, found.item.id)))
        for found, anchor in anchors.listed(source)
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` begins at the character `start` of the article."""

    start: int
    text: str


def passages(summary: Summary) -> tuple[Passage, ...]:
    """In order, none touching another. The whole text is one passage; without it, overlapping quotes are merged."""
    if summary.article.text is not None:
        return (Passage(0, summary.article.text),)
    sentences = (span for figure in summary.figures for span in figure.evidence)
    return tuple(_merged([*(span for found in item_spans(summary) for span in found.spans), *sentences]))


def holding(found: Sequence[Passage], span: Span | CitedFigure) -> int | None:
    """The index of the passage that contains the words of `span`, or None."""
    at = bisect_right(found, span.start, key=lambda passage: passage.start) - 1
    if at < 0 or not span.quote or span.end - span.start != len(span.quote):
        return None
    return at if found[at].text.startswith(span.quote, span.start - found[at].start) else None


def _merged(spans: Iterable[Span | CitedFigure]) -> Iterator[Passage]:
    """Merges intervals. A quote that contradicts one it overlaps is left out. Characters are kept in lists: many quotes cost no more."""
    start, letters = 0, list[str]()
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.end - span.start != len(span.quote) or not span.quote:
            continue
        if span.start > start + len(letters) or not letters:
            if letters:
                yield Passage(start, "".join(letters))
            start, letters = span.start, list(span.quote)
            continue
        known = "".join(letters[span.start - start : span.end - start])
        if span.quote.startswith(known):
            letters.extend(span.quote[len(known) :])
    if letters:
        yield Passage(start, "".join(letters))


_WRAPPED = 100
"""No program breaks lines at more characters than these, so a longer line is a paragraph of its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a text, from the character `start` to `end`; blank lines belong to the block before them."""

    start: int
    end: int
    is_boilerplate: bool = False


def blocks(text: str, evidence: Iterable[tuple[int, int]]) -> Iterator[Block]:
    """The text as alternating blocks of article and boilerplate. No line that a span of `evidence` touches is boilerplate."""
    lines = _lines(text, sorted(evidence))
    _classify(lines)
    start, kind = 0, None
    for line in lines:
        if (line.is_blank and not line.is_evidence) or line.is_boilerplate == kind:
            continue
        if kind is not None:
            yield Block(start, line.start, kind)
            start = line.start
        kind = line.is_boilerplate
    if text:
        yield Block(start, len(text), kind is True)


@dataclass(slots=True)
class _ReportLine:
    start: int
    words: str
    is_evidence: bool
    is_boilerplate: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.words


def _lines(text: str, evidence: list[tuple[int, int]]) -> list[_ReportLine]:
    """Lines and evidence are both in order, so one pass over both finds the lines that a span touches."""
    lines = []
    start, at, reach = 0, 0, -1
    for words in text.split("\n"):
        end = min(start + len(words) + 1, len(text))
        while at < len(evidence) and evidence[at][0] < end:
            reach = max(reach, evidence[at][1])
            at += 1
        lines.append(_ReportLine(start, words.strip(), reach > start))
        start = end
    return lines


def _classify(lines: Sequence[_ReportLine]) -> None:
    """Lines that may be those of one broken paragraph are boilerplate together or not at all."""
    written = [line for line in lines if not line.is_blank]
    found = find_boilerplate([PageLine(line.words, Tokens.of(line.words).words, is_alone=True) for line in written])
    for line, is_boilerplate in zip(written, found, strict=True):
        line.is_boilerplate = is_boilerplate and not line.is_evidence
    for _, listed in groupby(lines, key=lambda line: line.is_blank):
        group = list(listed)
        if all(len(line.words) <= _WRAPPED for line in group) and not all(line.is_boilerplate for line in group):
            for line in group:
                line.is_boilerplate = False


_Marks = dict[tuple[int, int, str], EvidenceMark]


@dataclass(frozen=True)
class TextSection:
    """Some lines of the text. `preview` is the title of a folded one, `lines` the number of its lines that are not blank."""

    pieces: tuple[Piece, ...]
    is_boilerplate: bool = False
    preview: str = ""
    lines: int = 0


@dataclass(frozen=True)
class ArticleView:
    """`text` is the passages with the character each starts at; there is one if the whole text is known."""

    source: SourceArticle
    key: str
    cards: tuple[ItemCard, ...]
    text: tuple[tuple[int, tuple[TextSection, ...]], ...]

    def headings(self) -> list[tuple[str, list[ItemCard]]]:
        """The cards of each kind under its heading; headings without cards are left out."""
        named = (("Claims", "claim"), ("Figures", "figure"), ("Stances", "stance"))
        found = [(title, [card for card in self.cards if card.kind == kind]) for title, kind in named]
        return [(title, listed) for title, listed in found if listed]

    @property
    def words(self) -> int | None:
        text = self.source.summary.article.text
        return None if text is None else len(text.split())


def article_view(source: SourceArticle, anchors: Anchors, shared: SharedGroups) -> ArticleView:
    known = passages(source.summary)
    marks = _marks(source, known, anchors)
    placed = {key for found in marks for mark in found.values() for key in mark.links}
    is_whole = source.summary.article.text is not None
    text = tuple((passage.start, tuple(_sections(passage.text, found, is_whole))) for passage, found in zip(known, marks, strict=True))
    return ArticleView(source, anchors.article(source), _cards(source, placed, anchors, shared), text)


def _marks(source: SourceArticle, known: Sequence[Passage], anchors: Anchors) -> list[_Marks]:
    """The marks of each passage, counted from its start. An item is linked from the first of its spans that is found."""
    marks: list[_Marks] = [{} for _ in known]
    for found, anchor in anchors.listed(source):
        is_linked = False
        for span in found.spans:
            at = holding(known, span)
            if at is None:
                continue
            start, end = span.start - known[at].start, span.end - known[at].start
            mark = marks[at].setdefault((start, end, found.kind), EvidenceMark(start, end, found.kind[0]))
            mark.owners[anchor] = None
            if not is_linked:
                mark.links[anchor] = clipped(found.item.id, 12)
                is_linked = True
    return marks


def _sections(text: str, marks: _Marks, is_whole: bool) -> Iterator[TextSection]:
    """No mark crosses the end of a block, because the lines that a mark touches are never boilerplate."""
    ordered = sorted(marks.values(), key=lambda mark: mark.start)
    parts = blocks(text, [(mark.start, mark.end) for mark in ordered]) if is_whole else [Block(0, len(text))]
    at = 0
    for block in parts:
        inside = []
        while at < len(ordered) and ordered[at].start < block.end:
            inside.append(replace(ordered[at], start=ordered[at].start - block.start, end=ordered[at].end - block.start))
            at += 1
        shown = text[block.start : block.end]
        if block.is_boilerplate:
            lines = [line for line in shown.split("\n") if line.strip()]
            yield TextSection((Piece("text", shown),), True, clipped(lines[0], 40), len(lines))
        else:
            yield TextSection(tuple(nested(shown, inside)))
