"""Many summaries as one table: a row for each article."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.schema import Failure, Summary
from summarise.views import html, wording

COLUMNS = ("article", "claims", "figures", "stance", "grounded")


def overview_html(items: Sequence[Summary | Failure], limit: int = 50) -> str:
    """A fragment of HTML: a row for each of the first `limit` items, and how many there are beyond them."""
    table = html.table(COLUMNS, map(row, items[:limit]))
    more = f'<div style="opacity:.75">and {len(items) - limit:,} more</div>' if len(items) > limit else ""
    return html.box(table + more)


def row(item: Summary | Failure) -> tuple[str, ...]:
    """The cells of one item, as plain text."""
    title = wording.heading(item.article)
    if isinstance(item, Failure):
        return title, wording.UNKNOWN, wording.UNKNOWN, f"✗ {item.error.kind}: {item.error.message}", wording.UNKNOWN
    kept, named = wording.grounded(item)
    return title, str(len(item.claims)), str(len(item.figures)), wording.stances(item), f"{kept}/{named}"
