"""A comparison as Markdown to paste. Text of the articles or the model can be nothing but text in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from summarise.report import words
from summarise.views import wording
from summarise.views.amount import amount
from summarise.views.markdown import escaped

if TYPE_CHECKING:
    from summarise.compare.groups import ClaimGroup, Event, FigureGroup, StanceCell
    from summarise.compare.source import Source
    from summarise.comparison import Comparison
    from summarise.schema import Failure


def comparison_markdown(comparison: Comparison) -> str:
    """All that stands side by side. Sections without items are left out, and figures of one article are only counted."""
    together = [group for group in comparison.figures if words.is_side_by_side(group)]
    parts = [
        f"# {words.title(comparison)[0].upper()}{words.title(comparison)[1:]}",
        words.verdict_line(comparison),
        *_list("Articles", map(_source, comparison.sources)),
        *_list("Failed", map(_failure, comparison.failures)),
        *_table("The same figure, side by side", ("what is measured", "do they agree?", "what the articles say"), map(_figure, together)),
        *_table("Who stands where", ("holder", "stance", "target", "articles"), map(_stance, comparison.stances.cells)),
        *_table("Timeline", ("when", "what", "articles"), map(_event, comparison.timeline)),
        *_table("Claims", ("claim", "corroborated by", "contradicted by", "first said by"), map(_claim, comparison.claims)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _source(source: Source) -> str:
    article = source.summary.article
    known = [*wording.byline(article), *([f"copy of {source.origin}"] if source.origin != source.key else [])]
    return f"**{escaped(source.key)}** {' · '.join(map(escaped, [wording.heading(article) or 'Untitled', *known]))}"


def _failure(failure: Failure) -> str:
    return escaped(f"{wording.heading(failure.article)}: {failure.error.message}")


def _figure(group: FigureGroup) -> list[str]:
    verdict = words.VERDICT[group.verdict]
    return [
        group.label,
        f"{verdict.sign} {verdict.one}: {group.reason}",
        "; ".join(_reading(group, at) for at in range(len(group.readings))),
    ]


def _reading(group: FigureGroup, at: int) -> str:
    reading, said = group.readings[at], words.relation(group, at)
    figure = reading.figures[0].figure
    known = ", ".join(part for part in (reading.time, reading.scope) if part)
    parts = (
        amount(figure),
        words.unit_of(figure),
        f"({known})" if known else "",
        f"in {words.keys(reading.sources)}",
        f"({said.sign} {said.one})" if said else "",
    )
    return " ".join(part for part in parts if part)


def _stance(cell: StanceCell) -> list[str]:
    return [cell.holder, words.stance(cell), cell.target, words.keys(cell.sources)]


def _event(event: Event) -> list[str]:
    return [event.when, event.text, words.keys(event.sources)]


def _claim(group: ClaimGroup) -> list[str]:
    first = f"{group.first.source.key} ({group.first.source.published or wording.UNKNOWN})" if group.first else ""
    return [group.text, *words.sides(group), first]


def _list(name: str, items: Iterable[str]) -> list[str]:
    lines = [f"- {item}" for item in items]
    return [f"## {name}", "\n".join(lines)] if lines else []


def _table(name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = list(map(_row, rows))
    heads = list(columns)
    return [f"## {name}", "\n".join([f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines])] if lines else []


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_filled(cells))} |"


def _filled(cells: Iterable[str]) -> Iterator[str]:
    return (escaped(cell) or wording.UNKNOWN for cell in cells)
