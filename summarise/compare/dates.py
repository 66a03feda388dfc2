"""Dates of articles and sentences, and articles that are near-copies of one another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from summarise.figures.lexicon import MONTHS
from summarise.figures.model import FoldedText
from summarise.figures.times import read_times, resolve
from summarise.schema import CitedFigure, Claim, Summary

_MONTH = "|".join(sorted((month.capitalize() for month in MONTHS), key=len, reverse=True))
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]\d\d|20\d\d|2100)"
_ISO = re.compile(r"([12]\d{3})(?:([-/])(\d{1,2})(?:\2(\d{1,2}))?|(\d\d)(\d\d))?(?:[T ,].*)?", re.ASCII | re.DOTALL)
_DATED = rf"""(?:
      (?P<month>{_MONTH})\.?\ (?P<day>{_DAY}),?\ (?P<year>{_YEAR})
    | (?P<day2>{_DAY})(?:\ of)?\ (?P<month2>{_MONTH})\.?,?\ (?P<year2>{_YEAR})
    | (?P<iso>{_YEAR}-\d\d-\d\d)
    | (?P<month3>{_MONTH})\.?,?(?:\ of)?\ (?P<year3>{_YEAR})"""
_END = r"(?![\w%]|[.,/–-]\d)"
_DECLARED = re.compile(rf"(?<![\w.,/-]){_DATED}){_END}", re.ASCII | re.VERBOSE)
# What may follow a year. "In 2000 homes" names no year.
_AFTER_A_YEAR = (
    r"(?=\s*(?:$|[^\w\s$£€%]|[A-Z]|(?:and|or|but|when|while|where|to|the|after|before|with|as|for|by|at|in|on|from|it|he|she|they|that"
    r"|which|who|was|is|were|had|has|have|will|would|because|over|under|against|its|his|her|their|a|an|said|than|of|alone|onwards)\b))"
)
_NAMED = re.compile(
    rf"(?<![\w.,/-])(?P<span>(?:between|from|until|till|through|than|before|after|and|to)\ )?{_DATED}"
    rf"    | (?:[Ii]n|[Ss]ince|[Bb]y|of)\ (?:(?:early|late|mid)[ -]|the\ (?:spring|summer|autumn|fall|winter)\ of\ )?(?P<year4>{_YEAR})"
    rf"{_AFTER_A_YEAR}){_END}",
    re.ASCII | re.VERBOSE,
)
# "HOBART, March 11, 2025 (Tasman Wire) - " tells when a report was written, not when something was.
_DATELINE = re.compile(r"\s*[A-Z]{3}[^a-z]{0,40}[^\n]{0,60}?\s[-–—]{1,2}\s")


# "The mill that has paid wages since 1907 wants more": what stands aside has a time of its own.
_ASIDE = re.compile(
    r"\b(?:who|which|whose|when|since|after|before|until|because|that (?:has|had|have|is|was|were))\b[^,;:.]*\Z", re.IGNORECASE
)
_FARTHEST = 120


def date_of(text: str | None) -> str | None:
    """What an article gives as its date, as YYYY, YYYY-MM or YYYY-MM-DD; None for none, for no date at all and for an impossible one."""
    given = (text or "").strip()[:80]
    match = _ISO.fullmatch(given)
    if match:
        return _checked(match[1], match[3] or match[5], match[4] or match[6])
    named = _DECLARED.search(given)
    return _date(named) if named else None


def partial_date(text: str | None) -> str | None:
    """`text` where it is YYYY, YYYY-MM or YYYY-MM-DD of a day that there is."""
    return text if text is not None and date_of(text) == text else None


def dates_in(text: str, published: str | None = None) -> tuple[str, ...]:
    """The dates that `text` names in its main clauses, in order. Of a span of time, which has two ends, none is named.

    A day without a year has that of an article `published` then, where the tense leaves no doubt.
    """
    dateline = _DATELINE.match(text)
    body = text[dateline.end() :] if dateline else text
    found = [(match.start(), _date(match)) for match in _NAMED.finditer(body) if not match["span"]]
    if published:
        found += _without_year(body, published)
    found = [(start, day) for start, day in found if not _ASIDE.search(body, max(0, start - _FARTHEST), start)]
    return tuple(dict.fromkeys(day for _, day in sorted(found, key=lambda place: place[0]) if day))


def is_before(a: str, b: str) -> bool:
    """Whether the partial date `a` is over when `b` begins; not where one lies within the other."""
    length = min(len(a), len(b))
    return a[:length] < b[:length]


def _without_year(text: str, published: str) -> list[tuple[int, str | None]]:
    times = read_times(FoldedText(text), 0, len(text))
    return [
        (time.start, resolve(time, published))
        for time in times
        if (time.match["day2"] and not time.match["year2"]) or (time.match["day3"] and time.match["month3"])
    ]


def _date(match: re.Match[str]) -> str | None:
    named = match.groupdict()
    if named["iso"]:
        return date_of(named["iso"])
    if named.get("year4"):
        return named["year4"]
    month = MONTHS[(named["month"] or named["month2"] or named["month3"]).lower()]
    day = (named["day"] or named["day2"] or "").rstrip("stndrh")
    return _checked(named["year"] or named["year2"] or named["year3"], str(month), day or None)


def _checked(year: str, month: str | None, day: str | None) -> str | None:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])


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
