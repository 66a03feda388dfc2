"""The report: a comparison in, one HTML file out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.files import write_whole
from summarise.render import comparison as words
from summarise.render.html import address
from summarise.render.page import assets, environment, rendered
from summarise.render.report_article import Anchors, Passage, Shared, chapter, holding, passages
from summarise.render.timeline_chart import picture
from summarise.schema import Span
from summarise.text.sanitise import in_json, safe

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from summarise.compare.comparison import Comparison
    from summarise.compare.model import StanceCell, StanceMatrix
    from summarise.schema import Summary


# A quote or a text that can be read from the page is this sign, which JSON has nowhere outside its strings.
ELSEWHERE = "@"
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'  # possessive, so that each escape of a long text needs no room on the backtracking stack
_SPAN = re.compile(rf'("start":(\d{{1,16}}),"end":(\d{{1,16}}),"quote":)({_STRING})')
_TEXT = re.compile(rf'("text":)({_STRING})')


def lines(comparison: Comparison) -> Markup:
    """A line of JSON for each summary and failure, escaped for HTML."""
    from markupsafe import Markup

    whole = [*(line(source.summary) for source in comparison.sources), *(in_json(failure.to_json()) for failure in comparison.failures)]
    return Markup("\n".join(whole).replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704  # nothing else acts between tags


def line(summary: Summary) -> str:
    """The JSON of one, with `ELSEWHERE` for every quote that a passage holds, and for the text."""
    known = [passage for passage in passages(summary) if safe(passage.text) == passage.text]
    short = _SPAN.sub(lambda match: _quote(match, known), summary.to_json())
    if known and summary.article.text is not None:
        short = _TEXT.sub(rf"\1{ELSEWHERE}", short, count=1)
    return in_json(short)


def _quote(match: re.Match[str], known: Sequence[Passage]) -> str:
    head, start, end, quote = match.groups()
    span = Span(start=int(start), end=int(end), quote=json.loads(quote))
    return match[0] if holding(known, span) is None else f"{head}{ELSEWHERE}"


MOST_HOLDERS, MOST_TARGETS = 12, 6


@dataclass(frozen=True)
class Matrix:
    """`rows` are the holders with a cell for each target; `rest` are the cells of holders or targets that the table has no room for."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[StanceCell | None, ...]], ...]
    rest: tuple[StanceCell, ...]


def matrix(stances: StanceMatrix) -> Matrix:
    """The targets that most holders speak of come first, otherwise all is in the order given. Holders without a stance have no row."""
    cells = {(cell.holder, cell.target): cell for cell in stances.cells}
    asked = Counter(cell.target for cell in stances.cells)
    known = [target for target in dict.fromkeys(stances.targets) if asked[target]]
    targets = tuple(sorted(known, key=lambda target: -asked[target])[:MOST_TARGETS])
    filled = {cell.holder for cell in stances.cells if cell.target in targets}
    holders = [holder for holder in dict.fromkeys(stances.holders) if holder in filled][:MOST_HOLDERS]
    rows = tuple((holder, tuple(cells.get((holder, target)) for target in targets)) for holder in holders)
    shown = {id(cell) for _, row in rows for cell in row}
    return Matrix(targets, rows, tuple(cell for cell in stances.cells if id(cell) not in shown))


_FOLDER = Path(__file__).parent / "templates"

COLUMNS = 6
"""With more articles than these a figure has a list of articles, not a column for each."""
OPEN = 12
"""With more articles than these the list of them is folded, and the texts are opened one by one."""
ROWS = 40
"""More rows of a table than these are folded."""


def report(comparison: Comparison) -> str:
    """One HTML file that needs nothing else and asks for nothing. The same comparison gives the same bytes."""
    return str(rendered(_environment(), "page.html", **_known(comparison)))


def write_report(comparison: Comparison, path: str | Path) -> None:
    """A broken write leaves no half of a report. Raises OutputError."""
    write_whole(Path(path), report(comparison))


def _known(comparison: Comparison) -> dict[str, Any]:
    sources, figures, claims = comparison.sources, comparison.figures, comparison.claims
    anchors, shared = Anchors(sources, figures, claims), Shared(figures, claims)
    return {
        **assets(_FOLDER),
        "title": words.title(comparison),
        "comparison": comparison,
        "anchors": anchors,
        "together": [group for group in figures if words.is_side_by_side(group)],
        "alone": [group for group in figures if not words.is_side_by_side(group)],
        "matrix": matrix(comparison.stances),
        "picture": picture(comparison.timeline),
        "chapters": [chapter(source, anchors, shared) for source in sources],
        "lines": lines(comparison),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(_FOLDER)
    made.globals.update({**words.KNOWN, "address": address, "COLUMNS": COLUMNS, "OPEN": OPEN, "ROWS": ROWS})
    return made
