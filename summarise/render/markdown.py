"""A summary as Markdown to paste. Text of the article or the model can be nothing but text in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from summarise import wording
from summarise.text.sanitise import one_line
from summarise.wording import amount, measured

if TYPE_CHECKING:
    from summarise.schema import ArticleInfo, CitedFigure, Claim, Failure, Span, Stance, Summary


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
# Signs of CommonMark, of formulas ($) and of templates ({); a colon that makes an address or an emoji; the start of a bare address.
_SIGNS = re.compile(r"[\\`*_{}\[\]#~$]|:(?=//|[a-z0-9_+-]{1,40}:)|(?<=www)\.", re.IGNORECASE)
_BLOCK_START = re.compile(r"^(\d{1,9}(?=[.)](?: |$))|(?=[-+=](?:[-= ]|$)))")


def markdown(summary: Summary) -> str:
    """The whole summary: title, gist, claims, stances, figures, and what was dropped. Sections without items are left out."""
    parts = [
        *_head(summary.article),
        escaped(summary.gist),
        *_section("Claims", map(_claim, summary.claims)),
        *_section("Stances", map(_stance, summary.stances)),
        *_figures(summary.figures),
        *_section("Dropped and remarked", (f"- {escaped(remark)}" for remark in wording.remarks(summary))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def failure_markdown(failure: Failure) -> str:
    """An article that failed, with the reason."""
    error = failure.error
    reason = f"**Failed** ({escaped(error.kind)}): {escaped(error.message)}"
    parts = [*_head(failure.article), reason, escaped(error.hint)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, with everything escaped that Markdown or HTML could act on, wherever on a line it is put."""
    inline = _SIGNS.sub(r"\\\g<0>", one_line(text)).translate(_ENTITIES)
    return _BLOCK_START.sub(r"\1\\", inline)


def _head(article: ArticleInfo) -> list[str]:
    known = [*wording.byline(article), *([article.url] if article.url else [])]
    return [f"# {escaped(wording.heading(article)) or 'Untitled'}", " · ".join(map(escaped, known))]


def _section(name: str, items: Iterable[str]) -> list[str]:
    items = list(items)
    return [f"## {name}", "\n".join(items)] if items else []


def _claim(claim: Claim) -> str:
    return _item(f"{escaped(claim.text)} ({escaped(wording.speaker(claim.speaker))} {claim.mode})", claim.evidence)


def _stance(stance: Stance) -> str:
    return _item(f"{escaped(wording.holder(stance.holder))} {wording.STANCE[stance.polarity]} {escaped(stance.target)}", stance.evidence)


def _item(text: str, evidence: list[Span]) -> str:
    quotes = "\n  >\n".join(f"  > “{escaped(span.quote)}”" for span in evidence)
    return f"- {text}\n{quotes}" if quotes else f"- {text}"


def _figures(figures: list[CitedFigure]) -> list[str]:
    if not figures:
        return []
    head = "| value | what is measured | as of | given by | quote |\n| --- | --- | --- | --- | --- |"
    return ["## Figures", "\n".join([head, *map(_row, figures)])]


def _row(figure: CitedFigure) -> str:
    cells = (amount(figure), measured(figure), figure.as_of or "", wording.speaker(figure.speaker), figure.quote)
    return f"| {' | '.join(escaped(cell) or wording.UNKNOWN for cell in cells)} |"
