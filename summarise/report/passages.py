"""Passages: the parts of an article's text that are known. All of it, or the quotes that prove something."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise.views.places import places

if TYPE_CHECKING:
    from summarise.schema import CitedFigure, Span, Summary


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` stands at the character `start` of the article."""

    start: int
    text: str

    def holds(self, span: Span | CitedFigure) -> bool:
        """Whether the words of `span` stand in it, at their place."""
        at = span.start - self.start
        return at >= 0 and bool(span.quote) and span.end - span.start == len(span.quote) and self.text.startswith(span.quote, at)


def passages(summary: Summary) -> tuple[Passage, ...]:
    """In order, none touching another. The whole text is one; without it, quotes that overlap are one."""
    if summary.article.text is not None:
        return (Passage(0, summary.article.text),)
    sentences = (span for figure in summary.figures for span in figure.evidence)
    return tuple(_merged([*(span for place in places(summary) for span in place.spans), *sentences]))


def holding(found: Sequence[Passage], span: Span | CitedFigure) -> int | None:
    """Which passage the words of `span` stand in; None where they stand in none."""
    at = bisect_right(found, span.start, key=lambda passage: passage.start) - 1
    return at if at >= 0 and found[at].holds(span) else None


def _merged(spans: Iterable[Span | CitedFigure]) -> Iterator[Passage]:
    """A quote that does not say the same as those it overlaps is left out. Signs are kept in lists, so that many quotes cost no more."""
    start, signs = 0, list[str]()
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.end - span.start != len(span.quote) or not span.quote:
            continue
        if span.start > start + len(signs) or not signs:
            if signs:
                yield Passage(start, "".join(signs))
            start, signs = span.start, list(span.quote)
            continue
        known = "".join(signs[span.start - start : span.end - start])
        if span.quote.startswith(known):
            signs.extend(span.quote[len(known) :])
    if signs:
        yield Passage(start, "".join(signs))
