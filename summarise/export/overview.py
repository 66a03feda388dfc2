"""Many summaries as one table for notebooks: a row for each article."""

from __future__ import annotations

from collections.abc import Sequence

from summarise import display
from summarise.schema import Failure, Summary
from summarise.views import html


def overview_html(items: Sequence[Summary | Failure], limit: int = 50) -> str:
    """A fragment of HTML: a row for each of the first `limit` items, and how many there are beyond them."""
    table = html.table(display.COLUMNS, map(display.row, items[:limit]))
    more = f'<div style="opacity:.75">and {len(items) - limit:,} more</div>' if len(items) > limit else ""
    return html.box(table + more)
