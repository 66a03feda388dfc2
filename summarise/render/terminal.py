"""Summaries in a terminal: a table of articles, one article in full, or its text with the evidence marked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TextIO

from summarise import wording
from summarise.render import html
from summarise.render.spans import Kind, Mark, Piece, nested, places
from summarise.schema import CitedFigure, Claim, Failure, Span, Stance, Summary
from summarise.text.sanitise import columns as columns_of
from summarise.text.sanitise import cut, fitting, one_line, safe, wrapped
from summarise.wording import amount, measured

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


__all__ = ["COLUMNS", "Table", "safe", "show", "table", "wants_colour"]

COLUMNS = ("article", "claims", "figures", "stance", "grounded")
_NUMERIC = {"claims", "figures", "grounded", "line"}
_INDENT = "  "
_HANGING = "      "
_GAP = 2
_NARROWEST = 40
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "claim": "33", "stance": "4;35", "figure": "1;36"}


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """True for a terminal, unless NO_COLOR is set (to anything but nothing) or TERM is "dumb"."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def table(items: Iterable[Summary | Failure], width: int | None = None, colour: bool = False) -> Iterator[str]:
    """Lines: a head, then one for each item as it comes. `width` is in columns, None for that of the terminal; never under 40."""
    layout = Table(width, colour)
    yield layout.head
    yield from map(layout.line, items)


class Table:
    """The lines of `table`, one at a time."""

    def __init__(self, width: int | None = None, colour: bool = False) -> None:
        self._widths = _overview_widths(_width(width))
        self._colour = colour

    @property
    def head(self) -> str:
        return _paint(_aligned(COLUMNS, COLUMNS, self._widths), "dim", self._colour)

    def line(self, item: Summary | Failure) -> str:
        line = _aligned(row(item), COLUMNS, self._widths)
        return _paint(line, "red", self._colour) if isinstance(item, Failure) else _arrows(line, self._colour)


def row(item: Summary | Failure) -> tuple[str, ...]:
    """The cells of one item under COLUMNS, as the article and the model wrote them: not yet safe to show."""
    title = wording.heading(item.article)
    if isinstance(item, Failure):
        return title, wording.UNKNOWN, wording.UNKNOWN, f"✗ {item.error.kind}: {item.error.message}", wording.UNKNOWN
    kept, named = wording.grounded(item)
    return title, str(len(item.claims)), str(len(item.figures)), wording.stances(item), f"{kept}/{named}"


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

    `text` is the article's, where the item does not hold it: it gives the numbers of the lines, and `with_text` shows it before the layers,
    their evidence in colours or, without `colour`, in brackets: "[c1 words]". `width` is as for `table`.
    """
    page = _Page(_width(width), colour, text if item.article.text is None else item.article.text)
    yield _paint(cut(one_line(wording.heading(item.article)), page.width), "bold", colour)
    if byline := " · ".join(map(one_line, wording.byline(item.article))):
        yield _paint(cut(byline, page.width), "dim", colour)
    if isinstance(item, Failure):
        yield from page.wrapped(f"✗ {item.error.kind}: {item.error.message} {item.error.hint}")
        return
    yield from page.wrapped(item.gist)
    if with_text and page.text is not None:
        yield from page.section(_legend(colour), [_highlights(page, page.text, item, layers)])
    for layer, section in _SECTIONS.items():
        if not layers or layer in layers:
            yield from section(page, item)
    yield from page.section("dropped or remarked", (page.wrapped(remark, _INDENT) for remark in wording.remarks(item)))


@dataclass(frozen=True)
class _Page:
    width: int
    colour: bool
    text: str | None

    def wrapped(self, text: str, indent: str = "") -> Iterator[str]:
        yield from wrapped(one_line(text), self.width, indent)

    def section(self, name: str, items: Iterable[Iterable[str]]) -> Iterator[str]:
        lines = [line for item in items for line in item]
        if lines:
            yield from ("", _paint(name, "bold", self.colour), *lines)

    def item(self, id: str, words: str) -> Iterator[str]:
        return wrapped(one_line(words), self.width, _HANGING, f"{_INDENT}{_filled(one_line(id), 3)} ")

    def proof(self, words: str, evidence: list[Span]) -> Iterator[str]:
        """Who says it and in which line, then the quotes."""
        lines = dict.fromkeys(str(self.line(span.start)) for span in evidence if self.text is not None)
        known = [part for part in (words, f"line {', '.join(lines)}" if lines else "") if part]
        for part in [" · ".join(known), *(f'"{span.quote}"' for span in evidence)]:
            yield from (_paint(line, "dim", self.colour) for line in self.wrapped(part, _HANGING))

    def line(self, start: int) -> int | None:
        """The line of the article on which the character `start` stands, from 1; None where the text is not known."""
        return None if self.text is None else self.text.count("\n", 0, start) + 1


def _legend(colour: bool) -> str:
    return "text" if not colour else "text: " + ", ".join(_painted_as(f"{kind}s", kind) for kind in reversed(SEEN))


def _highlights(page: _Page, text: str, summary: Summary, layers: Collection[str]) -> Iterator[str]:
    kinds = [kind for kind in SEEN if not layers or f"{kind}s" in layers]
    paint = _painted_as if page.colour else None
    lines = highlights(text.rstrip("\n"), summary, page.width - len(_INDENT), kinds, paint)
    return (f"{_INDENT}{line}" if line else "" for line in lines)


def _painted_as(text: str, kind: Kind) -> str:
    return _paint(text, kind, True)


def _claims(page: _Page, summary: Summary) -> Iterator[str]:
    def lines(claim: Claim) -> Iterator[str]:
        yield from page.item(claim.id, claim.text)
        yield from page.proof(f"{wording.speaker(claim.speaker)} {claim.mode}", claim.evidence)

    return page.section("claims", map(lines, summary.claims))


def _stances(page: _Page, summary: Summary) -> Iterator[str]:
    def lines(stance: Stance) -> Iterator[str]:
        words = f"{wording.ARROWS[stance.polarity]} {wording.holder(stance.holder)} {wording.STANCE[stance.polarity]} {stance.target}"
        yield from (_arrows(line, page.colour) for line in page.item(stance.id, words))
        yield from page.proof("", stance.evidence)

    return page.section("stances", map(lines, summary.stances))


def _figures(page: _Page, summary: Summary) -> Iterator[str]:
    if not summary.figures:
        return
    columns = ["value", "what is measured", "as of", "cited", *(["line"] if page.text is not None else []), ""]
    rows = [_figure(page, figure) for figure in summary.figures]
    limits = [40] * (len(columns) - 1) + [page.width]
    longest = [min(limit, max(map(columns_of, cells))) for limit, cells in zip(limits, zip(columns, *rows, strict=True), strict=True)]
    widths = _shrunk(longest, page.width - len(_INDENT) - _GAP * (len(columns) - 1))
    yield from ("", _paint(_aligned(columns, columns, widths), "dim", page.colour))
    yield from (_aligned(row, columns, widths) for row in rows)


def _figure(page: _Page, figure: CitedFigure) -> list[str]:
    line = page.line(figure.start)
    known = [amount(figure), measured(figure) or wording.UNKNOWN, figure.as_of or wording.UNKNOWN, figure.speaker or wording.UNKNOWN]
    return [*map(one_line, known), *([] if line is None else [str(line)]), f'"{one_line(figure.quote)}"']


_SECTIONS: dict[str, Callable[[_Page, Summary], Iterator[str]]] = {"claims": _claims, "stances": _stances, "figures": _figures}


# --- columns of a terminal --------------------------------------------------------------------------------------------


def _width(width: int | None) -> int:
    return max(_NARROWEST, shutil.get_terminal_size((100, 24)).columns if width is None else width)


def _overview_widths(width: int) -> list[int]:
    fixed = [6, 7, 8]
    rest = width - sum(fixed) - _GAP * 5
    article = min(48, rest if rest < 24 else rest // 2)
    claims, figures, grounded = fixed
    return [article, claims, figures, max(0, rest - article), grounded]


def _shrunk(widths: list[int], room: int) -> list[int]:
    """`widths` with the widest made narrower until all fit into `room`."""
    while sum(widths) > room:
        widest = widths.index(max(widths))
        widths = [width - (at == widest) for at, width in enumerate(widths)]
    return widths


def _aligned(cells: Iterable[str], columns: Iterable[str], widths: Iterable[int]) -> str:
    """One line, each cell cut or filled to the width of its column; columns without width are left out."""
    filled = (_filled(one_line(cell), width, column) for cell, column, width in zip(cells, columns, widths, strict=True) if width > 0)
    return (_INDENT + (" " * _GAP).join(filled)).rstrip()


def _filled(cell: str, width: int, column: str = "") -> str:
    shown = cut(cell, width)
    room = " " * (width - columns_of(shown))
    return room + shown if column in _NUMERIC else shown + room


def _paint(line: str, style: str, colour: bool) -> str:
    return f"\x1b[{_STYLES[style]}m{line}\x1b[0m" if colour else line


def _arrows(line: str, colour: bool) -> str:
    for polarity, style in (("favour", "green"), ("against", "red")):
        line = line.replace(arrow := wording.ARROWS[polarity], _paint(arrow, style, colour))
    return line


def overview_html(items: Sequence[Summary | Failure], limit: int = 50) -> str:
    """A fragment of HTML: a row for each of the first `limit` items, and how many there are beyond them."""
    table = html.table(COLUMNS, map(row, items[:limit]))
    more = f'<div style="opacity:.75">and {len(items) - limit:,} more</div>' if len(items) > limit else ""
    return html.box(table + more)
