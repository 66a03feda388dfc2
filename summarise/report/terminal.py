"""A comparison as lines of a terminal. Nothing that is shown can be obeyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from summarise.report import words
from summarise.views import wording
from summarise.views.amount import amount
from summarise.views.columns import cut, wrapped
from summarise.views.visible import one_line

if TYPE_CHECKING:
    from summarise.compare.groups import ClaimGroup, FigureGroup, StanceCell
    from summarise.compare.source import Source
    from summarise.comparison import Comparison

_INDENT = "  "
_HANGING = "      "
_MOST = 40


def comparison_lines(comparison: Comparison, width: int = 100) -> Iterator[str]:
    """The verdicts, the articles by key, then what stands in several of them: figures, claims, stances. The rest is counted."""
    together = [group for group in comparison.figures if words.is_side_by_side(group)]
    claims = [group for group in comparison.claims if len(group.sources) > 1 or group.contradicted]
    alone = len(comparison.claims) - len(claims)
    yield cut(words.verdict_line(comparison), width)
    yield from _section("articles", map(_source, comparison.sources), width)
    yield from _section("figures side by side", map(_figure, together), width)
    yield from _section("claims of several articles", map(_claim, claims), width)
    if alone:
        yield f"{_INDENT}and {words.counted(alone, 'claim')} of one article"
    yield from _section("who stands where", map(_stance, comparison.stances.cells), width)


def _section(title: str, items: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Each item is a line, and lines that stand under it."""
    listed = list(items)
    if listed:
        yield from ("", title)
    for item in listed[:_MOST]:
        yield from _shown(item, width)
    if len(listed) > _MOST:
        yield f"{_INDENT}and {len(listed) - _MOST:,} more: -f json has them all, summarise report shows them"


def _shown(item: Sequence[str], width: int) -> Iterator[str]:
    first, *under = item
    yield from wrapped(one_line(first), width, _INDENT)
    for line in under:
        yield from wrapped(one_line(line), width, _HANGING)


def _source(source: Source) -> list[str]:
    article = source.summary.article
    copied = [f"copy of {source.origin}"] if source.origin != source.key else []
    return [f"{source.key}  {' · '.join([wording.heading(article), *wording.byline(article), *copied])}"]


def _figure(group: FigureGroup) -> list[str]:
    verdict = words.VERDICT[group.verdict]
    values = "   ".join(_reading(group, at) for at in range(len(group.readings)))
    return [f"{verdict.sign} {group.label}   {values}", f"{verdict.one}: {group.reason}"]


def _reading(group: FigureGroup, at: int) -> str:
    reading = group.readings[at]
    known = ", ".join(part for part in (reading.time, reading.scope) if part)
    keys = " ".join(source.key for source in reading.sources)
    return f"{amount(reading.figures[0].figure)} ({keys}{': ' + known if known else ''})"


def _claim(group: ClaimGroup) -> list[str]:
    said = " ".join(source.key for source in group.sources)
    under = [f"{said} · corroborated by {words.counted(group.corroborated, 'source')}"]
    against = [f"✗ {stated.source.key}: {stated.contradicts}" for stated in group.claims if stated.contradicts]
    return [f"“{group.text}”", *under, *against]


def _stance(cell: StanceCell) -> list[str]:
    keys = " ".join(source.key for source in cell.sources)
    change = f" {words.CHANGE[cell.change].sign} {words.CHANGE[cell.change].one}" if cell.change else ""
    return [f"{wording.ARROWS[cell.polarity]} {cell.holder} {wording.STANCE[cell.polarity]} {cell.target}{change} ({keys})"]
