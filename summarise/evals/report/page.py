"""The page: results in, one HTML file out."""

from __future__ import annotations

import hashlib
from base64 import b64encode
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
from summarise.views.visible import safe

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"


def report(results: Sequence[Named], *, full: bool = False) -> str:
    """The report of one or more results, each with what to call it; the first is what the others are compared with.

    It takes at most 1 MB, or 10 kB for each article of more than a hundred. Where there is no room, the decisions on articles with few
    errors are packed, which takes JavaScript to read, and the report says so; `full` packs nothing. The same results give the same bytes.

    Raises NotComparable for results that measure different things, UsageError for none at all or for one that contradicts itself.
    """
    if not results:
        raise UsageError("a report needs a result", hint="results are written by summarise eval -o FILE")
    comparisons = [compare(results[0][1], other) for _, other in results[1:]]
    named = [(clipped(name), result) for name, result in results]
    try:
        return _page(named, comparisons, full=full)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        names = ", ".join(name for name, _ in named)
        raise UsageError(f"{names}: a result that contradicts itself: {type(error).__name__}: {error}") from error


def write_report(results: Sequence[Named], path: Path, *, full: bool = False) -> None:
    """A broken write leaves no half of a report. Raises what `report` raises, and OutputError."""
    write_whole(path, report(results, full=full))


def _page(results: Sequence[Named], comparisons: Sequence[Comparison], *, full: bool) -> str:
    columns = sides(results)
    listed = chapters(results[0][1].articles, columns)
    known = {**_known(results, comparisons), "columns": columns, "chapters": listed, "rows_by_label": _rows_by_label(listed)}
    bodies = {chapter.key: _rendered("decisions.html", chapter=chapter, columns=columns) for chapter in listed}
    frame = _rendered("page.html", **known, bodies={}, packed="-")
    room = None if full else max(ROOM, ROOM_EACH * len(listed)) - len(frame.encode())
    plain, packed = fitted(bodies, room)
    return _rendered("page.html", **known, bodies=plain, packed=packed)


def _rendered(template: str, **known: Any) -> str:
    """What comes back is escaped, so that another template may take it as it is."""
    from markupsafe import Markup

    return Markup(_environment().get_template(template).render(known))  # noqa: S704


def _rows_by_label(listed: Sequence[Chapter]) -> Mapping[tuple[str, str, str], str]:
    """Keys of rows by article, layer and label, to link to."""
    return {(one.article.id, row.layer, row.name): row.key for one in listed for row in one.rows if row.gold}


def _known(results: Sequence[Named], comparisons: Sequence[Comparison]) -> dict[str, Any]:
    from markupsafe import Markup

    style, script = (_source(name) for name in ("report.css", "report.js"))
    return {
        "style": Markup(style),  # noqa: S704  # ours
        "script": Markup(script),  # noqa: S704
        "style_digest": _digest(style),
        "script_digest": _digest(script),
        "results": [(letter(at), name, result) for at, (name, result) in enumerate(results)],
        "picture": picture(results),
        "ticks": TICKS,
        "tick_labels": [f"{tick / 100:g}" for tick in TICKS],
        "comparisons": list(zip([letter(at) for at in range(1, len(results))], comparisons, strict=True)),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Every expression is made visible, then escaped, whatever its template is called."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.globals.update({**words.KNOWN, "strip": Strip.of, "layer_tallies": layer_tallies, "field_tallies": field_tallies})
    environment.filters["signature_parts"] = words.signature_parts
    return environment


def _visible(value: object) -> object:
    """Markup stays as it is: it was made of values that came through here."""
    return value if hasattr(value, "__html__") else safe(str(value))


@lru_cache(maxsize=2)
def _source(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _digest(source: str) -> str:
    return b64encode(hashlib.sha256(source.encode()).digest()).decode()
