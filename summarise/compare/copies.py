"""Copies: articles that are one text, whole or for the most part, found by what they cite."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from summarise.compare.dates import date_of
from summarise.schema import CitedFigure, Claim, Summary

# Shorter quotes ("Yes.", "No comment.") stand in articles that have nothing to do with each other.
_SHORTEST = 20
_FEWEST = 4
_SHARE = 0.6
# A quote that this many different texts have is furniture.
_MOST = 32


def origins(summaries: Sequence[Summary]) -> list[int]:
    """For each summary, the place of the one that it copies, its own where it copies none.

    Two are copies when they have one text, or when at least four of their quotes, and 60 % of those of the one that has fewer, are the
    same letter for letter. The original is the earliest by date, then by order.
    """
    known = _Known()
    copies: dict[int, list[int]] = defaultdict(list)
    for at in sorted(range(len(summaries)), key=lambda at: _content(summaries[at])):
        copies[known.add(summaries[at])].append(at)
    origin = [0] * len(summaries)
    for places in copies.values():
        first = min(places, key=lambda at: (_published(summaries[at]), at))
        for at in places:
            origin[at] = first
    return origin


class _Known:
    """Texts seen so far, each with the number of the text that it copies."""

    def __init__(self) -> None:
        self._by_digest: dict[str, int] = {}
        self._by_quote: dict[str, list[int]] = defaultdict(list)
        self._sizes: list[int] = []
        self._texts: list[int] = []

    def add(self, summary: Summary) -> int:
        """The number of the text of which this is a copy, or a new one."""
        quotes, digest = _quotes(summary), summary.article.sha256
        text = self._by_digest.get(digest) if digest else None
        if text is None:
            text = self._like(quotes)
        is_new = text is None
        if text is None:
            text = len(self._texts)
        if digest:
            self._by_digest.setdefault(digest, text)
        # A copy that brings no new quote need not be looked at again.
        if is_new or any(quote not in self._by_quote for quote in quotes):
            self._remember(quotes, text)
        return text

    def _like(self, quotes: frozenset[str]) -> int | None:
        shared = Counter(place for quote in quotes for place in self._by_quote.get(quote, ()))
        enough = {place: max(_FEWEST, _SHARE * min(len(quotes), self._sizes[place])) for place in shared}
        alike = [(-count, place) for place, count in shared.items() if count >= enough[place]]
        return self._texts[min(alike)[1]] if alike else None

    def _remember(self, quotes: frozenset[str], text: int) -> None:
        place = len(self._texts)
        self._texts.append(text)
        self._sizes.append(len(quotes))
        for quote in quotes:
            if len(self._by_quote[quote]) < _MOST:
                self._by_quote[quote].append(place)


def _quotes(summary: Summary) -> frozenset[str]:
    items: list[Claim | CitedFigure] = [*summary.claims, *summary.figures]
    found = (" ".join(span.quote.split()) for item in items for span in item.evidence)
    return frozenset(quote for quote in found if len(quote) >= _SHORTEST)


def _content(summary: Summary) -> tuple[str, str, str, str]:
    """Orders summaries in a way that does not depend on where they stand."""
    return _published(summary), summary.article.sha256 or "", summary.article.id, summary.gist


def _published(summary: Summary) -> str:
    return date_of(summary.article.published) or "~"
