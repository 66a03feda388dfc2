"""The report: a comparison in, one HTML file out, with its timeline as an SVG chart."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from summarise import wording
from summarise.files import write_whole
from summarise.render.comparison import (
    CHANGE,
    STANCE,
    VERDICT,
    clipped,
    contradicted,
    counted,
    is_side_by_side,
    relation,
    tally,
    unit_of,
    verdicts,
)
from summarise.render.comparison import title as title_of
from summarise.render.html import address, assets, environment, rendered
from summarise.render.report_article import Anchors, Passage, article_view, holding, passages, shared_groups
from summarise.schema import Span
from summarise.text.sanitise import in_json, safe

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from summarise.compare.comparison import Comparison
    from summarise.compare.model import SourceArticle, StanceCell, StanceMatrix, TimelineEvent
    from summarise.render.spans import Kind
    from summarise.schema import CitedFigure, Summary


MOST = 14
_WIDTH, _MARGIN, _LABELS = 1000, 14, 330
_LANE, _FOOT, _TOP = 23, 30, 20
_WIDEST, _LARGE, _WIDE, _COMMON = 14.0, 13.0, 9.5, 8.2
"""Width of a letter at the size of the labels, as in a wide font, so that no two labels overlap."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
_MOST_TICKS = 8
_WHEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Dot:
    """An event from `x` to `end`, the period that its date leaves open, and its label at the height `y`."""

    event: TimelineEvent
    x: float
    end: float
    y: int
    letters: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class TimelineChart:
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    height: int

    @property
    def axis(self) -> int:
        return self.height - _FOOT


def timeline_chart(events: Sequence[TimelineEvent]) -> TimelineChart | None:
    """None for fewer than two events, for more than `MOST`, and if one has no valid date."""
    spans = [(event, span) for event in events if (span := _span(event.when))]
    if not 2 <= len(spans) <= MOST or len(spans) < len(events):
        return None
    first, last = min(start for _, (start, _) in spans), max(end for _, (_, end) in spans)
    scale = (_WIDTH - _MARGIN - _LABELS) / max(last - first, 1)
    placed = [(event, _x(start, first, scale), _x(end, first, scale)) for event, (start, end) in spans]
    labels = [_label(event) for event, _, _ in placed]
    lanes = _lanes([x for _, x, _ in placed], [_wide(f"{letters} {label}") for letters, label in labels])
    height = _TOP + _LANE * max(lanes) + _FOOT
    dots = (
        Dot(event, x, end, height - _FOOT - 10 - _LANE * (lane - 1), *words)
        for (event, x, end), lane, words in zip(placed, lanes, labels, strict=True)
    )
    return TimelineChart(tuple(dots), tuple(_ticks(first, last, scale)), height)


def _span(when: str) -> tuple[float, float] | None:
    """The months since the year 0 at which it begins and ends; None if it is not a date."""
    found = _WHEN.fullmatch(when)
    if not found:
        return None
    year, month, day = found.groups()
    months = int(year) * 12
    if month is None:
        return months, months + 12
    months += min(max(int(month), 1), 12) - 1
    if day is None:
        return months, months + 1
    at = months + (min(max(int(day), 1), 31) - 1) / 31
    return at, at


def _x(months: float, first: float, scale: float) -> float:
    return round(_MARGIN + (months - first) * scale, 1)


def _label(event: TimelineEvent) -> tuple[str, str]:
    """Letters of its articles, and as much of its text as fits beside them."""
    letters = ", ".join(source.key for source in event.sources[:4])
    shown = clipped(event.text, 42)
    while _wide(f"{letters} {shown}") > _LABELS - _MARGIN and len(shown) > 1:
        shown = f"{shown[:-2].rstrip()}…"
    return letters, shown


def _wide(text: str) -> float:
    return sum(map(_width, text))


def _width(sign: str) -> float:
    if east_asian_width(sign) in "WF":
        return _WIDEST
    if sign in "WMmw@%—…":
        return _LARGE
    return _WIDE if sign.isupper() or sign.isdigit() else _COMMON


def _lanes(starts: Sequence[float], widths: Sequence[float]) -> list[int]:
    """The lane of each label, from 1. A label extends to the right of its start.

    It is above all labels that start beside it, so no two labels overlap, and no line from a label down to the axis crosses one.
    """
    lanes = [1] * len(starts)
    order = sorted(range(len(starts)), key=lambda at: (starts[at], at))
    for place in reversed(range(len(order))):
        at = order[place]
        beside = [lanes[other] for other in order[place + 1 :] if starts[other] <= starts[at] + widths[at] + 12]
        lanes[at] = 1 + max(beside, default=0)
    return lanes


def _ticks(first: float, last: float, scale: float) -> Iterator[Tick]:
    step = next((step for step in _STEPS if (last - first) / step <= _MOST_TICKS), _STEPS[-1])
    month = -(-int(first * 1000) // (step * 1000)) * step
    while month <= last:
        year, in_year = divmod(month, 12)
        yield Tick(_x(month, first, scale), f"{year}" if step >= 12 else f"{_MONTHS[in_year]} {year}")
        month += step


COLUMNS = 6
"""With more articles than these a figure has a list of articles, not a column for each."""
OPEN = 12
"""With more articles than these the list of them is folded, and the texts are opened one by one."""
ROWS = 40
"""More rows of a table than these are folded."""
MOST_HOLDERS, MOST_TARGETS = 12, 6
_ROOM = 70


def report(comparison: Comparison) -> str:
    """One HTML file that needs nothing else and loads nothing. The same comparison gives the same bytes."""
    sources, figures, claims = comparison.sources, comparison.figures, comparison.claims
    anchors, shared = Anchors(sources, figures, claims), shared_groups(figures, claims)
    page = rendered(
        _environment(),
        "page.html",
        **assets(),
        title=title_of(comparison),
        comparison=comparison,
        anchors=anchors,
        together=[group for group in figures if is_side_by_side(group)],
        alone=[group for group in figures if not is_side_by_side(group)],
        matrix=matrix(comparison.stances),
        chart=timeline_chart(comparison.timeline),
        articles=[article_view(source, anchors, shared) for source in sources],
        lines=_lines(comparison),
    )
    return str(page)


def write_report(comparison: Comparison, path: str | Path) -> None:
    """The file is written whole or not at all. Raises OutputError."""
    write_whole(Path(path), report(comparison))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment()
    made.globals.update(
        VERDICT=VERDICT,
        STANCE=STANCE,
        CHANGE=CHANGE,
        ARROWS=wording.ARROWS,
        COLUMNS=COLUMNS,
        OPEN=OPEN,
        ROWS=ROWS,
        address=address,
        amount=wording.amount,
        clipped=clipped,
        contradicted=contradicted,
        context=context,
        counted=counted,
        first_items=_first_items,
        heading=wording.heading,
        holder=wording.holder,
        measured=wording.measured,
        models=_models,
        relation=relation,
        remarks=wording.remarks,
        speaker=wording.speaker,
        tally=tally,
        unit_of=unit_of,
        verdicts=verdicts,
    )
    return made


# --- what the templates call ------------------------------------------------------------------------------------------


def context(figure: CitedFigure) -> tuple[str, str, str]:
    """What is before the figure in its sentence, the figure, and what is after it; far ends are cut."""
    for span in figure.evidence:
        at = figure.start - span.start
        if at >= 0 and span.quote.startswith(figure.quote, at):
            end = at + len(figure.quote)
            return _end_of(span.quote[max(0, at - _ROOM - 1) : at]), figure.quote, _start_of(span.quote[end : end + _ROOM + 1])
    return "", figure.quote, ""


def _end_of(text: str) -> str:
    return text if len(text) <= _ROOM else f"… {text[-_ROOM:].partition(' ')[2]}"


def _start_of(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[:_ROOM].rpartition(' ')[0]} …"


def _first_items(event: TimelineEvent) -> list[tuple[SourceArticle, Kind, str]]:
    """For each of its articles the first item that it has of the event: article, kind and id."""
    items: list[tuple[SourceArticle, Kind, str]] = [
        *((cited.source, "figure", cited.figure.id) for cited in event.figures),
        *((stated.source, "claim", stated.claim.id) for stated in event.claims),
    ]
    return list({source.key: (source, kind, id) for source, kind, id in reversed(items)}.values())[::-1]


def _models(comparison: Comparison) -> list[str]:
    """The models or clients, each with its prompt, the most frequent first."""
    found = Counter(
        f"{source.summary.run.model or source.summary.run.client} · {source.summary.run.prompt}" for source in comparison.sources
    )
    return [clipped(name, 80) for name, _ in found.most_common(3)]


@dataclass(frozen=True)
class MatrixView:
    """`rows` are the holders with a cell for each target; `rest` are the cells of holders or targets that do not fit into the table."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[StanceCell | None, ...]], ...]
    rest: tuple[StanceCell, ...]


def matrix(stances: StanceMatrix) -> MatrixView:
    """The targets with most holders come first, otherwise all is in the order given. Holders without a stance have no row."""
    cells = {(cell.holder, cell.target): cell for cell in stances.cells}
    asked = Counter(cell.target for cell in stances.cells)
    known = [target for target in dict.fromkeys(stances.targets) if asked[target]]
    targets = tuple(sorted(known, key=lambda target: -asked[target])[:MOST_TARGETS])
    filled = {cell.holder for cell in stances.cells if cell.target in targets}
    holders = [holder for holder in dict.fromkeys(stances.holders) if holder in filled][:MOST_HOLDERS]
    rows = tuple((holder, tuple(cells.get((holder, target)) for target in targets)) for holder in holders)
    shown = {id(cell) for _, row in rows for cell in row}
    return MatrixView(targets, rows, tuple(cell for cell in stances.cells if id(cell) not in shown))


# --- the summaries as JSON lines, for the downloads -------------------------------------------------------------------

# A quote or a text that can be read from the page is replaced by this sign, which JSON has nowhere outside its strings.
_ELSEWHERE = "@"
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'  # possessive, so that no escape of a long text needs room on the backtracking stack
_SPAN = re.compile(rf'("start":(\d{{1,16}}),"end":(\d{{1,16}}),"quote":)({_STRING})')
_TEXT = re.compile(rf'("text":)({_STRING})')


def _lines(comparison: Comparison) -> Markup:
    """A line of JSON for each summary and failure, escaped for HTML."""
    from markupsafe import Markup

    whole = [*(line(source.summary) for source in comparison.sources), *(in_json(failure.to_json()) for failure in comparison.failures)]
    return Markup("\n".join(whole).replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704  # nothing else is special between tags


def line(summary: Summary) -> str:
    """The JSON of a summary, without the text and the quotes that passages of the page contain."""
    known = [passage for passage in passages(summary) if safe(passage.text) == passage.text]
    short = _SPAN.sub(lambda match: _quote(match, known), summary.to_json())
    if known and summary.article.text is not None:
        short = _TEXT.sub(rf"\1{_ELSEWHERE}", short, count=1)
    return in_json(short)


def _quote(match: re.Match[str], known: Sequence[Passage]) -> str:
    head, start, end, quote = match.groups()
    span = Span(start=int(start), end=int(end), quote=json.loads(quote))
    return match[0] if holding(known, span) is None else f"{head}{_ELSEWHERE}"
