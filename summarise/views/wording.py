"""The words that every view uses for the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarise.schema import ArticleInfo, Dropped, Summary

STANCE = {"favour": "is for", "against": "is against", "neutral": "is neutral on", "mixed": "is divided on"}
ARROWS = {"favour": "▲", "against": "▼", "neutral": "●", "mixed": "◆"}
UNKNOWN = "—"


def heading(article: ArticleInfo) -> str:
    """The title, the id where there is none."""
    return article.title or article.id


def byline(article: ArticleInfo) -> list[str]:
    """Source and date, as far as they are known."""
    return [part for part in (article.source, article.published) if part]


def speaker(name: str | None) -> str:
    return "the article" if name is None else name


def holder(name: str | None) -> str:
    return "the author" if name is None else name


def dropped(item: Dropped) -> str:
    """An item that was not kept, and why, in one sentence."""
    return f"{item.kind.replace('_', ' ')}: {item.why}"


def grounded(summary: Summary) -> tuple[int, int]:
    """How many of the items that the client named were kept, and how many it named."""
    kept = len(summary.claims) + len(summary.stances) + len(summary.figures)
    lost = sum(item.kind not in {"gist", "field"} for item in summary.checks.dropped)
    return kept, kept + lost


def remarks(summary: Summary) -> Iterator[str]:
    """What was dropped, then what was warned of."""
    yield from map(dropped, summary.checks.dropped)
    yield from summary.checks.warnings


def stances(summary: Summary) -> str:
    """The stances in short: "Xi → Russia ▲  author → sanctions ▼"."""
    return "  ".join(f"{s.holder or 'author'} → {s.target} {ARROWS[s.polarity]}" for s in summary.stances) or UNKNOWN
