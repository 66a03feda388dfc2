"""The report page: results in, one HTML file out."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.errors import UsageError
from summarise.evals.compare import (
    FOUND,
    GROUP_TITLES,
    Difference,
    Flip,
    ResultComparison,
    cautions,
    compare,
    count,
    header,
    number,
    p_shown,
    span,
    usage_cells,
    with_interval,
)
from summarise.evals.gold.model import LAYERS
from summarise.evals.metrics import HEADLINE, METRICS
from summarise.evals.report.rows import FAR, GROUPS, Group, Named, clipped, columns, letter, near_text
from summarise.evals.report.sections import ArticleSection, field_counts, layer_counts, sections
from summarise.evals.results import Result
from summarise.evals.statistics import Estimate
from summarise.files import write_whole
from summarise.render.html import assets, environment, rendered
from summarise.render.table import UNDEFINED

if TYPE_CHECKING:
    from jinja2 import Environment


ROOM, ROOM_EACH = 1_000_000, 10_000
"""Bytes of a report, and for each article of one with more than a hundred."""


def fitted(bodies: Mapping[str, str], room: int | None) -> tuple[dict[str, str], str]:
    """As many of the first bodies as `room` bytes hold when the others are packed beside them, and the others, packed.

    All of them and "" where all fit, or where `room` is None.
    """
    names = list(bodies)
    if room is None or _size(bodies, names) <= room:
        return dict(bodies), ""

    def is_too_much(plain: int) -> bool:
        return _size(bodies, names[:plain]) + len(_rest(bodies, names[plain:])) > room

    most = bisect_left(range(1, len(names)), True, key=is_too_much)
    return {name: bodies[name] for name in names[:most]}, _rest(bodies, names[most:])


def packed(bodies: Mapping[str, str]) -> str:
    """JSON of them, deflated, in base64."""
    return b64encode(zlib.compress(json.dumps(dict(bodies), ensure_ascii=False, separators=(",", ":")).encode(), 9)).decode()


def _rest(bodies: Mapping[str, str], names: list[str]) -> str:
    return packed({name: bodies[name] for name in names})


def _size(bodies: Mapping[str, str], names: list[str]) -> int:
    return sum(len(bodies[name].encode()) for name in names)


SIGNS: Mapping[Group, str] = {"missed": "✗", "spurious": "+", "wrong": "◐", "right": "✓", "uncounted": "○"}
NAMES: Mapping[Group, str] = {
    "missed": "missed",
    "spurious": "spurious",
    "wrong": "wrong field",
    "right": "right",
    "uncounted": "not counted",
}
MEANINGS: Mapping[Group, str] = {
    "missed": "a label that nothing in the output was matched with",
    "spurious": "an item of the output that no label was matched with",
    "wrong": "found, with at least one field that is not the label's",
    "right": "found, with all fields right",
    "uncounted": "optional labels and what matched them, and items of layers that are not labelled in full",
}
FIELD_COLUMNS = ("right", "another value", "left out", "only in the output")

ALPHA = 0.05


def metric_groups(results: list[tuple[str, str, Result]]) -> list[tuple[str, list[str]]]:
    """The metrics that any result has, by layer."""
    known = [name for name in METRICS if any(one.metric == name for _, _, result in results for one in result.estimates)]
    return [(title.capitalize(), [name for name in known if METRICS[name].group == group]) for group, title in GROUP_TITLES.items()]


def signature_parts(result: Result) -> dict[str, str]:
    """What the scores depend on, and what the outputs took; what is not known is left out."""
    told, settings = result.signature, result.settings
    parts = {
        "model": told.model,
        "failed": len(result.failed),
        "prompt": told.prompt,
        "gold digest": told.gold[:12],
        "guide version": told.guidelines,
        "metric version": told.metrics,
        "package": told.package,
        "commit": _commit(result.environment),
        "temperature": settings.get("temperature"),
        "resamples": count(result.resamples),
        "repeats": result.repeats if result.repeats > 1 else None,
        "made": result.made,
        **dict(zip(("tokens", "cost", "seconds"), usage_cells(result.usage()), strict=True)),
    }
    return {name: clipped(str(value)) for name, value in parts.items() if value not in (None, "", UNDEFINED)}


def signature_names(signatures: Sequence[Mapping[str, str]]) -> list[str]:
    """All names that any of them has, in order."""
    return list(dict.fromkeys(name for one in signatures for name in one))


def verdict(one: Difference) -> str:
    """What a difference is worth, in a word and a sign."""
    if one.p_holm is None or not one.drop or one.p_holm >= ALPHA:
        return "no clear difference"
    return "▲ better" if one.drop < 0 else "▼ worse"


def flip_sentence(flip: Flip) -> str:
    what = "" if flip.what == FOUND else f", {flip.what}"
    return f"{flip.layer[:-1]} {flip.label}{what}: {flip.text}"


def flip_reason(flip: Flip) -> str:
    """Why the one that lacks it does, without what the heading says already."""
    return clipped(near_text(flip.decision) if flip.decision and flip.what == FOUND else flip.reason)


def _commit(environment: Mapping[str, Any]) -> str:
    commit = str(environment.get("commit") or "")[:12]
    return f"{commit} with changes" if commit and environment.get("dirty") else commit


KNOWN: Mapping[str, Any] = {
    "SIGNS": SIGNS,
    "NAMES": NAMES,
    "MEANINGS": MEANINGS,
    "GROUPS": GROUPS,
    "LAYERS": LAYERS,
    "METRICS": METRICS,
    "FIELD_COLUMNS": FIELD_COLUMNS,
    "FAR": f"{FAR:.2f}".removeprefix("0"),
    "metric_groups": metric_groups,
    "signature_parts": signature_parts,
    "signature_names": signature_names,
    "verdict": verdict,
    "flip_sentence": flip_sentence,
    "flip_reason": flip_reason,
    "clipped": clipped,
    "cautions": cautions,
    "header": header,
    "number": number,
    "span": span,
    "count": count,
    "with_interval": with_interval,
    "p_shown": p_shown,
}


TICKS = (0, 25, 50, 75, 100)
"""Percent of the scale."""

_TITLE, _ROW, _GAP, _FOOT = 18, 40, 22, 12


@dataclass(frozen=True, slots=True)
class Strip:
    """Percent of the scale, None for what is undefined; what lies beyond the scale is put on its end."""

    value: str | None
    low: str | None
    high: str | None

    @classmethod
    def of(cls, one: Estimate) -> Strip:
        return cls(*map(_percent, (one.value, one.low, one.high)))


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score, at a height in pixels."""

    name: str
    score: str
    strip: Strip
    y: int


@dataclass(frozen=True, slots=True)
class Band:
    """One metric with a line for each result."""

    title: str
    y: int
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ScoreChart:
    bands: tuple[Band, ...]
    height: int


def score_chart(results: Sequence[Named]) -> ScoreChart:
    """The headline scores, metric by metric."""
    bands = tuple(_bands(results))
    return ScoreChart(bands, bands[-1].lines[-1].y + _ROW + _FOOT if bands else 0)


def _bands(results: Sequence[Named]) -> Iterator[Band]:
    y = _TITLE
    for name in HEADLINE:
        metric = METRICS[name]
        lines = tuple(_line(at, called, result.estimate(name), y + _ROW // 2 + at * _ROW) for at, (called, result) in enumerate(results))
        yield Band(f"{metric.group.capitalize()}: {metric.label}", y, lines)
        y = lines[-1].y + _ROW + _GAP


def _line(at: int, name: str, one: Estimate, y: int) -> ScoreLine:
    return ScoreLine(f"{letter(at)} {name}", with_interval(one), Strip.of(one), y)


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * min(max(value, 0.0), 1.0):.1f}%"


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


def _page(results: Sequence[Named], comparisons: Sequence[ResultComparison], *, full: bool) -> str:
    systems = columns(results)
    listed = sections(results[0][1].articles, systems)
    known = {**_known(results, comparisons), "columns": systems, "sections": listed, "rows_by_label": _rows_by_label(listed)}
    bodies = {one.key: rendered(_environment(), "decisions.html", section=one, columns=systems) for one in listed}
    frame = rendered(_environment(), "page.html", **known, bodies={}, packed="-")
    room = None if full else max(ROOM, ROOM_EACH * len(listed)) - len(frame.encode())
    plain, packed = fitted(bodies, room)
    return rendered(_environment(), "page.html", **known, bodies=plain, packed=packed)


def _rows_by_label(listed: Sequence[ArticleSection]) -> Mapping[tuple[str, str, str], str]:
    """Keys of rows by article, layer and label, to link to."""
    return {(one.article.id, row.layer, row.name): row.key for one in listed for row in one.rows if row.gold}


def _known(results: Sequence[Named], comparisons: Sequence[ResultComparison]) -> dict[str, Any]:
    return {
        **assets(_FOLDER),
        "results": [(letter(at), name, result) for at, (name, result) in enumerate(results)],
        "chart": score_chart(results),
        "ticks": TICKS,
        "tick_labels": [f"{tick / 100:g}" for tick in TICKS],
        "comparisons": list(zip([letter(at) for at in range(1, len(results))], comparisons, strict=True)),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(_FOLDER)
    made.globals.update({**KNOWN, "strip": Strip.of, "layer_counts": layer_counts, "field_counts": field_counts})
    made.filters["signature_parts"] = signature_parts
    return made
