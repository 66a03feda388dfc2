"""Lines: the summaries as JSON for the page's script to save, without the words that the page shows already."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from summarise.report.passages import Passage, holding, passages
from summarise.schema import Span
from summarise.views.visible import in_json, safe

if TYPE_CHECKING:
    from markupsafe import Markup

    from summarise.comparison import Comparison
    from summarise.schema import Summary

# A quote or a text that can be read from the page is this sign, which JSON has nowhere outside its strings.
ELSEWHERE = "@"
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_SPAN = re.compile(rf'("start":(\d{{1,16}}),"end":(\d{{1,16}}),"quote":)({_STRING})')
_TEXT = re.compile(rf'("text":)({_STRING})')


def lines(comparison: Comparison) -> Markup:
    """A line of JSON for each summary and failure, escaped for HTML."""
    from markupsafe import Markup

    whole = [*(line(source.summary) for source in comparison.sources), *(in_json(failure.to_json()) for failure in comparison.failures)]
    return Markup("\n".join(whole).replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704  # nothing else acts between tags


def line(summary: Summary) -> str:
    """The JSON of one, with `ELSEWHERE` for every quote that a passage holds, and for the text."""
    known = [passage for passage in passages(summary) if safe(passage.text) == passage.text]
    short = _SPAN.sub(lambda match: _quote(match, known), summary.to_json())
    if known and summary.article.text is not None:
        short = _TEXT.sub(rf"\1{ELSEWHERE}", short, count=1)
    return in_json(short)


def _quote(match: re.Match[str], known: Sequence[Passage]) -> str:
    head, start, end, quote = match.groups()
    span = Span(start=int(start), end=int(end), quote=json.loads(quote))
    return match[0] if holding(known, span) is None else f"{head}{ELSEWHERE}"
