"""Summaries in a terminal: a table of articles, one article in full, or its text with the evidence marked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TextIO

from summarise import wording
from summarise.render.html import sections_html
from summarise.render.markdown import Section
from summarise.render.spans import EvidenceMark, Kind, Piece, item_spans, nested
from summarise.schema import CitedFigure, Failure, Span, Summary
from summarise.text.sanitise import columns as columns_of
from summarise.text.sanitise import cut, fitting, one_line, safe, wrapped
from summarise.wording import amount, measured

COLUMNS = ("article", "claims", "figures", "stance", "grounded")
_NUMERIC = {"claims", "figures", "grounded", "line"}
_INDENT = "  "
_HANGING = "      "
_GAP = 2
_NARROWEST = 40
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "claim": "33", "stance": "4;35", "figure": "1;36"}

# --- the table of articles --------------------------------------------------------------------------------------------


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """True for a terminal, unless NO_COLOR is set (and not empty) or TERM is "dumb"."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


class SummaryTable:
    """A head, then a line for each item as it comes. `width` is in columns, None for that of the terminal; at least 40."""

    def __init__(self, width: int | None = None, colour: bool = False) -> None:
        counts = [6, 7, 8]
        rest = _width(width) - sum(counts) - _GAP * len(COLUMNS)
        article = min(48, rest if rest < 24 else rest // 2)
        self._widths = [article, *counts[:2], max(0, rest - article), counts[2]]
        self._colour = colour

    @property
    def head(self) -> str:
        return _paint(_aligned(COLUMNS, COLUMNS, self._widths), "dim", self._colour)

    def line(self, item: Summary | Failure) -> str:
        line = _aligned(_row(item), COLUMNS, self._widths)
        return _paint(line, "red", self._colour) if isinstance(item, Failure) else _arrows(line, self._colour)


def _row(item: Summary | Failure) -> tuple[str, ...]:
    """The cells of one item under COLUMNS, as the article and the model wrote them: not yet safe to show."""
    title = wording.heading(item.article)
    if isinstance(item, Failure):
        return title, wording.UNKNOWN, wording.UNKNOWN, f"✗ {item.error.kind}: {item.error.message}", wording.UNKNOWN
    kept, named = wording.grounded(item)
    return title, str(len(item.claims)), str(len(item.figures)), wording.stances(item), f"{kept}/{named}"


def overview_html(items: Sequence[Summary | Failure], limit: int = 50) -> str:
    """The same table as a fragment of HTML: the first `limit` items, and how many more there are."""
    return sections_html([Section("", COLUMNS, list(map(_row, items)))], most=limit)


# --- one article ------------------------------------------------------------------------------------------------------


def show(
    item: Summary | Failure,
    width: int | None = None,
    colour: bool = False,
    *,
    layers: Collection[str] = (),
    text: str | None = None,
    with_text: bool = False,
) -> Iterator[str]:
    """Lines that show one article: title, gist, then claims, stances and figures, or only those among them that `layers` names.

    `text` is the article's, if the item does not have it: it gives the line numbers, and `with_text` shows it before the layers,
    its evidence in colours or, without `colour`, in brackets: "[c1 words]". `width` is as for `SummaryTable`.
    """
    layout = _ArticleLayout(_width(width), colour, text if item.article.text is None else item.article.text)
    yield _paint(cut(one_line(wording.heading(item.article)), layout.width), "bold", colour)
    if byline := " · ".join(map(one_line, wording.byline(item.article))):
        yield _paint(cut(byline, layout.width), "dim", colour)
    if isinstance(item, Failure):
        yield from layout.wrapped(f"✗ {item.error.kind}: {item.error.message} {item.error.hint}")
        return
    yield from layout.wrapped(item.gist)
    if with_text:
        yield from layout.highlighted(item, layers)
    for layer, lines in {"claims": layout.claims, "stances": layout.stances, "figures": layout.figures}.items():
        if not layers or layer in layers:
            yield from lines(item)
    yield from layout.section("dropped or remarked", (layout.wrapped(remark, _INDENT) for remark in wording.remarks(item)))


@dataclass(frozen=True)
class _ArticleLayout:
    """`text` is that of the article, None if it is not known."""

    width: int
    colour: bool
    text: str | None

    def wrapped(self, text: str, indent: str = "") -> Iterator[str]:
        yield from wrapped(one_line(text), self.width, indent)

    def section(self, name: str, items: Iterable[Iterable[str]]) -> Iterator[str]:
        lines = [line for item in items for line in item]
        if lines:
            yield from ("", _paint(name, "bold", self.colour), *lines)

    def highlighted(self, summary: Summary, layers: Collection[str]) -> Iterator[str]:
        if self.text is None:
            return
        kinds = [kind for kind in SEEN if not layers or f"{kind}s" in layers]
        lines = highlights(self.text.rstrip("\n"), summary, self.width - len(_INDENT), kinds, _coloured if self.colour else None)
        legend = f"text: {', '.join(_coloured(f'{kind}s', kind) for kind in reversed(SEEN))}" if self.colour else "text"
        yield from self.section(legend, [(f"{_INDENT}{line}" if line else "" for line in lines)])

    def claims(self, summary: Summary) -> Iterator[str]:
        return self.section(
            "claims",
            (
                [*self._item(claim.id, claim.text), *self._evidence(f"{wording.speaker(claim.speaker)} {claim.mode}", claim.evidence)]
                for claim in summary.claims
            ),
        )

    def stances(self, summary: Summary) -> Iterator[str]:
        items = []
        for stance in summary.stances:
            words = f"{wording.ARROWS[stance.polarity]} {wording.holder(stance.holder)} {wording.STANCE[stance.polarity]} {stance.target}"
            lines = (_arrows(line, self.colour) for line in self._item(stance.id, words))
            items.append([*lines, *self._evidence("", stance.evidence)])
        return self.section("stances", items)

    def figures(self, summary: Summary) -> Iterator[str]:
        if not summary.figures:
            return
        columns = ["value", "what is measured", "as of", "cited", *(["line"] if self.text is not None else []), ""]
        rows = [self._figure(figure) for figure in summary.figures]
        limits = [40] * (len(columns) - 1) + [self.width]
        longest = [min(limit, max(map(columns_of, cells))) for limit, cells in zip(limits, zip(columns, *rows, strict=True), strict=True)]
        widths = _shrunk(longest, self.width - len(_INDENT) - _GAP * (len(columns) - 1))
        yield from ("", _paint(_aligned(columns, columns, widths), "dim", self.colour))
        yield from (_aligned(row, columns, widths) for row in rows)

    def _item(self, id: str, words: str) -> Iterator[str]:
        return wrapped(one_line(words), self.width, _HANGING, f"{_INDENT}{_filled(one_line(id), 3)} ")

    def _evidence(self, words: str, evidence: list[Span]) -> Iterator[str]:
        """Who says it and in which line, then the quotes."""
        lines = dict.fromkeys(line for span in evidence if (line := self._line(span.start)))
        known = [part for part in (words, f"line {', '.join(lines)}" if lines else "") if part]
        for part in [" · ".join(known), *(f'"{span.quote}"' for span in evidence)]:
            yield from (_paint(line, "dim", self.colour) for line in self.wrapped(part, _HANGING))

    def _figure(self, figure: CitedFigure) -> list[str]:
        line = self._line(figure.start)
        known = [amount(figure), measured(figure) or wording.UNKNOWN, figure.as_of or wording.UNKNOWN, figure.speaker or wording.UNKNOWN]
        return [*map(one_line, known), *([line] if line else []), f'"{one_line(figure.quote)}"']

    def _line(self, start: int) -> str:
        """The number of the line of the article with the character `start`, from 1; "" if the text is not known."""
        return "" if self.text is None else str(self.text.count("\n", 0, start) + 1)


# --- the text with its evidence ---------------------------------------------------------------------------------------

SEEN: tuple[Kind, ...] = ("figure", "stance", "claim")
"""If several are in one place, the first of these is shown."""

_Paint = Callable[[str, Kind], str]
_BLANKS = re.compile(r"[^\S\n]")


def highlights(text: str, summary: Summary, room: int, kinds: Collection[Kind] = SEEN, paint: _Paint | None = None) -> Iterator[str]:
    """The lines of `text`, wrapped at `room` columns. `paint` colours a word of a kind; without it evidence is shown as "[c1 words]".

    Spans whose words are not in the text at their position are left out.
    """
    shown = _shown(nested(text, _marks(text, summary, kinds)), in_brackets=paint is None)
    for line, line_kinds in _lines(shown):
        for words in list(fitting(line, room)) or [[]]:
            yield " ".join(word if paint is None else _painted(word, line_kinds[at : at + len(word)], paint) for at, word in words)


def _marks(text: str, summary: Summary, kinds: Collection[Kind]) -> Iterable[EvidenceMark]:
    """One for each span and kind, with the ids of all items that it proves."""
    marks: dict[tuple[int, int, str], EvidenceMark] = {}
    for found in item_spans(summary):
        for span in found.spans if found.kind in kinds else ():
            if span.quote and span.end - span.start == len(span.quote) and text.startswith(span.quote, span.start):
                mark = marks.setdefault((span.start, span.end, found.kind), EvidenceMark(span.start, span.end, found.kind))
                mark.owners[found.item.id] = None
    return marks.values()


def _shown(pieces: Iterable[Piece], in_brackets: bool) -> Iterator[tuple[str, Kind | None]]:
    """Characters that are safe in a terminal, with their kind."""
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


def _lines(shown: Iterable[tuple[str, Kind | None]]) -> Iterator[tuple[str, list[Kind | None]]]:
    """Each line of the text, and the kind of each of its characters."""
    parts: list[str] = []
    kinds: list[Kind | None] = []
    for text, kind in shown:
        first, *others = text.split("\n")
        parts.append(first)
        kinds += [kind] * len(first)
        for other in others:
            yield "".join(parts), kinds
            parts, kinds = [other], [kind] * len(other)
    yield "".join(parts), kinds


def _painted(word: str, kinds: list[Kind | None], paint: _Paint) -> str:
    runs, at = [], 0
    for kind, run in groupby(kinds):
        end = at + len(list(run))
        runs.append(paint(word[at:end], kind) if kind else word[at:end])
        at = end
    return "".join(runs)


# --- columns and colours of a terminal --------------------------------------------------------------------------------


def _width(width: int | None) -> int:
    return max(_NARROWEST, shutil.get_terminal_size((100, 24)).columns if width is None else width)


def _shrunk(widths: list[int], room: int) -> list[int]:
    """`widths` with the widest made narrower until all fit into `room`."""
    while sum(widths) > room:
        widest = widths.index(max(widths))
        widths = [width - (at == widest) for at, width in enumerate(widths)]
    return widths


def _aligned(cells: Iterable[str], columns: Iterable[str], widths: Iterable[int]) -> str:
    """One line, each cell cut or filled to the width of its column; columns of no width are left out."""
    filled = (_filled(one_line(cell), width, column) for cell, column, width in zip(cells, columns, widths, strict=True) if width > 0)
    return (_INDENT + (" " * _GAP).join(filled)).rstrip()


def _filled(cell: str, width: int, column: str = "") -> str:
    shown = cut(cell, width)
    room = " " * (width - columns_of(shown))
    return room + shown if column in _NUMERIC else shown + room


def _paint(line: str, style: str, colour: bool) -> str:
    return f"\x1b[{_STYLES[style]}m{line}\x1b[0m" if colour else line


def _coloured(text: str, kind: Kind) -> str:
    return _paint(text, kind, True)


def _arrows(line: str, colour: bool) -> str:
    for polarity, style in (("favour", "green"), ("against", "red")):
        line = line.replace(arrow := wording.ARROWS[polarity], _paint(arrow, style, colour))
    return line
