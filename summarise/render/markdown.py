"""A summary as Markdown to paste. Text of the article or the model cannot act as markup in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise import wording
from summarise.text.sanitise import one_line
from summarise.wording import amount, measured

if TYPE_CHECKING:
    from summarise.schema import ArticleInfo, CitedFigure, Claim, Failure, Span, Stance, Summary


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
# Markup of CommonMark, formulas ($) and templates ({); a colon in an address or an emoji; the start of a bare address.
_SIGNS = re.compile(r"[\\`*_{}\[\]#~$]|:(?=//|[a-z0-9_+-]{1,40}:)|(?<=www)\.", re.IGNORECASE)
_BLOCK_START = re.compile(r"^(\d{1,9}(?=[.)](?: |$))|(?=[-+=](?:[-= ]|$)))")


FIGURE_COLUMNS = ("value", "what is measured", "as of", "given by", "quote")


@dataclass(frozen=True)
class Section:
    """A table with its title. Cells are plain texts; they are escaped when they are rendered."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def markdown(summary: Summary) -> str:
    """The whole summary: title, gist, claims, stances, figures, and what was dropped. Sections without items are left out."""
    return document(
        [
            *_head(summary.article),
            escaped(summary.gist),
            *section("Claims", map(_claim, summary.claims)),
            *section("Stances", map(_stance, summary.stances)),
            *table(figure_section(summary)),
            *section("Dropped and remarked", (f"- {escaped(remark)}" for remark in wording.remarks(summary))),
        ]
    )


def failure_markdown(failure: Failure) -> str:
    """An article that failed, with the reason."""
    error = failure.error
    reason = f"**Failed** ({escaped(error.kind)}): {escaped(error.message)}"
    return document([*_head(failure.article), reason, escaped(error.hint)])


def escaped(text: str) -> str:
    """`text` on one line, with everything escaped that Markdown or HTML could interpret, anywhere on a line."""
    inline = _SIGNS.sub(r"\\\g<0>", one_line(text)).translate(_ENTITIES)
    return _BLOCK_START.sub(r"\1\\", inline)


def figure_section(summary: Summary) -> Section:
    """The figures of a summary as a table."""
    return Section("Figures", FIGURE_COLUMNS, [_figure(figure) for figure in summary.figures])


def table(of: Section) -> list[str]:
    """A heading and a table; nothing for no rows."""
    lines = [_row([escaped(cell) or wording.UNKNOWN for cell in row]) for row in of.rows]
    return [f"## {of.title}", "\n".join([_row(of.columns), f"|{' --- |' * len(of.columns)}", *lines])] if lines else []


def section(title: str, items: Iterable[str]) -> list[str]:
    """A heading and Markdown below it; nothing for no items."""
    listed = list(items)
    return [f"## {title}", "\n".join(listed)] if listed else []


def document(parts: Iterable[str]) -> str:
    """Blocks of Markdown with an empty line between two; empty ones are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(figure: CitedFigure) -> tuple[str, ...]:
    return amount(figure), measured(figure), figure.as_of or wording.UNKNOWN, wording.speaker(figure.speaker), figure.quote


def _head(article: ArticleInfo) -> list[str]:
    known = [*wording.byline(article), *([article.url] if article.url else [])]
    return [f"# {escaped(wording.heading(article)) or 'Untitled'}", " · ".join(map(escaped, known))]


def _claim(claim: Claim) -> str:
    return _item(f"{escaped(claim.text)} ({escaped(wording.speaker(claim.speaker))} {claim.mode})", claim.evidence)


def _stance(stance: Stance) -> str:
    return _item(f"{escaped(wording.holder(stance.holder))} {wording.STANCE[stance.polarity]} {escaped(stance.target)}", stance.evidence)


def _item(text: str, evidence: list[Span]) -> str:
    quotes = "\n  >\n".join(f"  > “{escaped(span.quote)}”" for span in evidence)
    return f"- {text}\n{quotes}" if quotes else f"- {text}"
