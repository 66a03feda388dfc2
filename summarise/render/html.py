"""Summaries and tables as fragments of HTML for notebooks: no script, no style sheet, colours of the page around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summarise import wording
from summarise.render.markdown import Section, figure_section
from summarise.render.page import environment, rendered
from summarise.text.sanitise import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

    from summarise.schema import Failure, Summary


def html(summary: Summary) -> str:
    """The whole summary in one `div`. Every text is escaped; the only link is the article's own http or https address."""
    figures, remarks = figure_section(summary), list(wording.remarks(summary))
    known = {"summary": summary, "sections": [figures] if figures.rows else [], "most": len(figures.rows), "remarks": remarks}
    return _fragment(article=summary.article, lead=[summary.gist], **known)


def failure_html(failure: Failure) -> str:
    """An article that failed, with the reason, in one `div`."""
    error = failure.error
    return _fragment(article=failure.article, sign="✗ ", lead=[part for part in (f"{error.kind}: {error.message}", error.hint) if part])


def sections_html(sections: Sequence[Section], *, title: str = "", lead: str = "", most: int) -> str:
    """Tables under a title, the first `most` rows of each, in one `div`."""
    return _fragment(title=title, lead=[lead] if lead else [], sections=sections, most=most)


def address(url: str | None) -> str | None:
    """`url` if it can be trusted as a link: http or https, a host, no user name, nothing ambiguous."""
    if not url or not url.isascii() or not url.isprintable() or set(url) & set(" \"'<>\\^`{|}"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else None


def _fragment(**known: Any) -> str:
    return str(rendered(_environment(), "notebook.html", **known))


@cache
def _environment() -> Environment:
    made = environment()
    made.globals.update(
        one_line=one_line,
        address=address,
        name_of=wording.heading,
        byline=wording.byline,
        speaker=wording.speaker,
        holder=wording.holder,
        ARROWS=wording.ARROWS,
        STANCE=wording.STANCE,
    )
    return made
