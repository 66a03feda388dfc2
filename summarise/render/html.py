"""A summary as a fragment of HTML for notebooks: no script, no style sheet, colours of the page around it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from summarise import wording
from summarise.text.sanitise import one_line
from summarise.wording import amount, measured

if TYPE_CHECKING:
    from summarise.schema import ArticleInfo, CitedFigure, Claim, Failure, Span, Stance, Summary


_GREY = "rgba(128,128,128,.4)"
_LINE = f"1px solid {_GREY}"
_BOX = f"border:{_LINE};border-radius:6px;padding:.8em 1em;max-width:60em;color:inherit;background:transparent;line-height:1.45"
_QUOTE = f"margin:.15em 0 .5em;padding-left:.7em;border-left:3px solid {_GREY};opacity:.75;font-size:.92em"
_CELL = f"padding:.25em .7em .25em 0;border-bottom:{_LINE};text-align:left;vertical-align:top"


def html(summary: Summary) -> str:
    """The whole summary in one `div`. Every text is escaped; the only link is the article's own http or https address."""
    parts = [
        _head(summary.article),
        f'<p style="margin:.4em 0">{text(summary.gist)}</p>',
        _list("Claims", map(_claim, summary.claims)),
        _list("Stances", map(_stance, summary.stances)),
        _figures(summary.figures),
        _remarks(summary),
    ]
    return box("".join(parts))


def failure_html(failure: Failure) -> str:
    """An article that failed, with the reason, in one `div`."""
    error = failure.error
    reason = " ".join(text(part) for part in (f"{error.kind}: {error.message}", error.hint) if part)
    return box(f'{_head(failure.article)}<p style="margin:.4em 0">✗ {reason}</p>')


def box(content: str) -> str:
    """HTML in the frame that all fragments share."""
    return f'<div class="summarise" style="{_BOX}">{content}</div>'


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of plain texts, escaped here."""
    lines = _row("th", columns) + "".join(_row("td", row) for row in rows)
    return f'<table style="border-collapse:collapse;color:inherit;background:transparent">{lines}</table>'


def section(name: str, content: str) -> str:
    """HTML below a heading."""
    return f'<div style="margin-top:.7em;font-weight:600">{name}</div>{content}'


def text(value: str) -> str:
    """`value` escaped, and kept apart from the writing direction of what stands around it."""
    return f"<bdi>{escape(one_line(value))}</bdi>"


def address(url: str | None) -> str | None:
    """`url` when it can be trusted as a link: http or https, a host, no user name, nothing that has to be guessed."""
    if not url or not url.isascii() or not url.isprintable() or set(url) & set(" \"'<>\\^`{|}"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else None


def _row(tag: str, cells: Iterable[str]) -> str:
    filled = (f'<{tag} style="{_CELL}">{text(cell)}</{tag}>' for cell in cells)
    return f"<tr>{''.join(filled)}</tr>"


def _head(article: ArticleInfo) -> str:
    title = text(wording.heading(article))
    if trusted := address(article.url):
        title = f'<a href="{escape(trusted)}" rel="noopener noreferrer" target="_blank" style="color:inherit">{title}</a>'
    line = " · ".join(map(text, wording.byline(article)))
    return f'<div style="font-weight:600">{title}</div><div style="opacity:.75">{line}</div>'


def _list(name: str, items: Iterable[str]) -> str:
    found = "".join(f"<li>{item}</li>" for item in items)
    return section(name, f'<ul style="margin:.2em 0;padding-left:1.3em">{found}</ul>') if found else ""


def _claim(claim: Claim) -> str:
    voice = f'<span style="opacity:.75">({text(wording.speaker(claim.speaker))} {claim.mode})</span>'
    return f"{text(claim.text)} {voice}{_quotes(claim.evidence)}"


def _stance(stance: Stance) -> str:
    words = f"{text(wording.holder(stance.holder))} {wording.STANCE[stance.polarity]} {text(stance.target)}"
    return f"{wording.ARROWS[stance.polarity]} {words}{_quotes(stance.evidence)}"


def _quotes(evidence: list[Span]) -> str:
    return "".join(f'<div style="{_QUOTE}">“{text(span.quote)}”</div>' for span in evidence)


def _figures(figures: list[CitedFigure]) -> str:
    if not figures:
        return ""
    rows = ((amount(f), measured(f), f.as_of or wording.UNKNOWN, wording.speaker(f.speaker), f.quote) for f in figures)
    return section("Figures", table(("value", "what is measured", "as of", "given by", "quote"), rows))


def _remarks(summary: Summary) -> str:
    remarks = list(wording.remarks(summary))
    if not remarks:
        return ""
    items = "".join(f"<li>{text(remark)}</li>" for remark in remarks)
    return f'<details style="margin-top:.7em"><summary>{len(remarks)} dropped or remarked</summary><ul>{items}</ul></details>'
