"""The page: results in, one HTML file out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.errors import UsageError
from summarise.evals.comparison import Comparison, compare
from summarise.evals.report import words
from summarise.evals.report.chapter import Chapter, chapters
from summarise.evals.report.fitting import ROOM, ROOM_EACH, fitted
from summarise.evals.report.picture import TICKS, Strip, picture
from summarise.evals.report.side import Named, letter, sides
from summarise.evals.report.tally import field_tallies, layer_tallies
from summarise.evals.report.wording import clipped
from summarise.export.outlet import write_whole
from summarise.views.page import assets, environment, rendered

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"


def report(results: Sequence[Named], *, full: bool = False) -> str:
    """The report of one or more results, each with what to call it; the first is what the others are compared with.

    It takes at most 1 MB, or 10 kB for each article of more than a hundred. Where there is no room, the decisions on articles with few
    errors are packed, which takes JavaScript to read, and the report says so; `full` packs nothing. The same results give the same bytes.

    Raises NotComparable for results that measure different things, UsageError for none at all.
    """
    if not results:
        raise UsageError("a report needs a result", hint="results are written by summarise eval -o FILE")
    comparisons = [compare(results[0][1], other) for _, other in results[1:]]
    named = [(clipped(name), result) for name, result in results]
    return _page(named, comparisons, full=full)


def write_report(results: Sequence[Named], path: Path, *, full: bool = False) -> None:
    """A broken write leaves no half of a report. Raises what `report` raises, and OutputError."""
    write_whole(path, report(results, full=full))


def _page(results: Sequence[Named], comparisons: Sequence[Comparison], *, full: bool) -> str:
    columns = sides(results)
    listed = chapters(results[0][1].articles, columns)
    known = {**_known(results, comparisons), "columns": columns, "chapters": listed, "rows_by_label": _rows_by_label(listed)}
    bodies = {chapter.key: rendered(_environment(), "decisions.html", chapter=chapter, columns=columns) for chapter in listed}
    frame = rendered(_environment(), "page.html", **known, bodies={}, packed="-")
    room = None if full else max(ROOM, ROOM_EACH * len(listed)) - len(frame.encode())
    plain, packed = fitted(bodies, room)
    return rendered(_environment(), "page.html", **known, bodies=plain, packed=packed)


def _rows_by_label(listed: Sequence[Chapter]) -> Mapping[tuple[str, str, str], str]:
    """Keys of rows by article, layer and label, to link to."""
    return {(one.article.id, row.layer, row.name): row.key for one in listed for row in one.rows if row.gold}


def _known(results: Sequence[Named], comparisons: Sequence[Comparison]) -> dict[str, Any]:
    return {
        **assets(_FOLDER),
        "results": [(letter(at), name, result) for at, (name, result) in enumerate(results)],
        "picture": picture(results),
        "ticks": TICKS,
        "tick_labels": [f"{tick / 100:g}" for tick in TICKS],
        "comparisons": list(zip([letter(at) for at in range(1, len(results))], comparisons, strict=True)),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(_FOLDER)
    made.globals.update({**words.KNOWN, "strip": Strip.of, "layer_tallies": layer_tallies, "field_tallies": field_tallies})
    made.filters["signature_parts"] = words.signature_parts
    return made
