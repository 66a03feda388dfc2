"""A comparison as a fragment of HTML for notebooks: no script, no style sheet, colours of the page around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from summarise.report import words
from summarise.views import wording
from summarise.views.amount import amount
from summarise.views.html import box, section, table, text

if TYPE_CHECKING:
    from summarise.compare.groups import ClaimGroup, FigureGroup, StanceCell
    from summarise.compare.source import Source
    from summarise.comparison import Comparison

_MOST = 20


def comparison_html(comparison: Comparison) -> str:
    """Verdicts, articles, and the first rows of figures, stances and claims, in one `div`. Every text is escaped; there are no links."""
    together = [group for group in comparison.figures if words.is_side_by_side(group)]
    shared = [group for group in comparison.claims if len(group.claims) > 1]
    parts = [
        f'<div style="font-weight:600">{text(words.title(comparison))}</div>',
        f'<p style="margin:.4em 0">{text(words.verdict_line(comparison))}</p>',
        _rows("Articles", ("", "title", "published", ""), [_source(source) for source in comparison.sources]),
        _rows("The same figure, side by side", ("what is measured", "do they agree?", "what the articles say"), map(_figure, together)),
        _rows("Who stands where", ("holder", "stance", "target", "articles"), map(_stance, comparison.stances.cells)),
        _rows("Claims in several articles", ("claim", "corroborated by", "contradicted by"), map(_claim, shared)),
    ]
    return box("".join(parts))


def _source(source: Source) -> tuple[str, ...]:
    article = source.summary.article
    copied = f"copy of {source.origin}" if source.origin != source.key else ""
    return source.key, words.clipped(wording.heading(article)), article.published or wording.UNKNOWN, copied


def _figure(group: FigureGroup) -> tuple[str, ...]:
    verdict = words.VERDICT[group.verdict]
    said = "; ".join(f"{amount(reading.figures[0].figure)} in {words.keys(reading.sources)}" for reading in group.readings)
    return words.clipped(group.label), f"{verdict.sign} {verdict.one}: {words.clipped(group.reason)}", said


def _stance(cell: StanceCell) -> tuple[str, ...]:
    return words.clipped(cell.holder), words.stance(cell), words.clipped(cell.target), words.keys(cell.sources)


def _claim(group: ClaimGroup) -> tuple[str, ...]:
    same, other = words.sides(group)
    return words.clipped(group.text), same, other or wording.UNKNOWN


def _rows(name: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    listed = list(rows)
    if not listed:
        return ""
    more = f'<div style="opacity:.75">and {len(listed) - _MOST:,} more</div>' if len(listed) > _MOST else ""
    return section(name, table(columns, listed[:_MOST]) + more)
