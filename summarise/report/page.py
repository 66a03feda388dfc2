"""The page: a comparison in, one HTML file out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.export.outlet import write_whole
from summarise.report import words
from summarise.report.anchors import Anchors
from summarise.report.card import Shared
from summarise.report.chapter import chapter
from summarise.report.lines import lines
from summarise.report.matrix import matrix
from summarise.report.picture import picture
from summarise.views.html import address
from summarise.views.page import assets, environment, rendered

if TYPE_CHECKING:
    from jinja2 import Environment

    from summarise.comparison import Comparison

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
