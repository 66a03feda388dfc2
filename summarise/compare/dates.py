"""Dates of articles and sentences, and articles that are near-copies of one another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from summarise.figures.dates import read_times, resolve
from summarise.figures.lexicon import MONTHS
from summarise.figures.model import FoldedText
from summarise.schema import CitedFigure, Claim, Span, Summary

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
# What may follow a year: "in 2000 homes" names none.
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
# "HOBART, March 11, 2025 (Tasman Wire) - " says when a report was written, not when something happened.
_DATELINE = re.compile(r"\s*[A-Z]{3}[^a-z]{0,40}[^\n]{0,60}?\s[-–—]{1,2}\s")
# "The mill that has paid wages since 1907 wants more": a subordinate clause has a time of its own.
_SUBORDINATE = re.compile(
    r"\b(?:who|which|whose|when|since|after|before|until|because|that (?:has|had|have|is|was|were))\b[^,;:.]*\Z", re.IGNORECASE
)
# Characters before a date in which the beginning of its clause is looked for.
_LONGEST_CLAUSE = 120


def date_of(text: str | None) -> str | None:
    """What an article gives as its date, as YYYY, YYYY-MM or YYYY-MM-DD; None if it is missing, no date, or impossible."""
    given = (text or "").strip()[:80]
    match = _ISO.fullmatch(given)
    if match:
        return _checked(match[1], match[3] or match[5], match[4] or match[6])
    named = _DECLARED.search(given)
    return _date(named) if named else None


def partial_date(text: str | None) -> str | None:
    """`text` if it is a valid YYYY, YYYY-MM or YYYY-MM-DD, else None."""
    return text if text is not None and date_of(text) == text else None


def dates_in(text: str, published: str | None = None) -> tuple[str, ...]:
    """The dates that `text` names in its main clauses, in order. The two ends of a span of time are left out.

    A day without a year gets the year of the article, which was `published` on that date, where the tense leaves no doubt.
    """
    dateline = _DATELINE.match(text)
    body = text[dateline.end() :] if dateline else text
    found = [(match.start(), _date(match)) for match in _NAMED.finditer(body) if not match["span"]]
    if published:
        found += _without_year(body, published)
    found = [(start, day) for start, day in found if not _SUBORDINATE.search(body, max(0, start - _LONGEST_CLAUSE), start)]
    return tuple(dict.fromkeys(day for _, day in sorted(found, key=lambda place: place[0]) if day))


def is_before(a: str, b: str) -> bool:
    """Whether the partial date `a` is over when `b` begins; false if one contains the other."""
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


# Shorter quotes ("Yes.", "No comment.") occur in articles that have nothing to do with each other.
_SHORTEST = 20
_FEWEST_SHARED = 4
_SHARE = 0.6
# A quote that occurs in this many different texts is boilerplate.
_MOST_TEXTS = 32


def long_quotes(evidence: Iterable[Span]) -> frozenset[str]:
    """The quotes that are long enough to identify a text, their white space folded."""
    quotes = (" ".join(span.quote.split()) for span in evidence)
    return frozenset(quote for quote in quotes if len(quote) >= _SHORTEST)


def origins(summaries: Sequence[Summary]) -> list[int]:
    """For each summary, the position of the one that it copies, its own if it copies none.

    Two are copies when they have one text, or when at least four of their quotes, and 60 % of those of the one that has fewer, are
    identical. The original is the earliest by date, then by order.
    """
    texts = _Texts()
    copies: dict[int, list[int]] = defaultdict(list)
    for at in sorted(range(len(summaries)), key=lambda at: _content(summaries[at])):
        copies[texts.add(summaries[at])].append(at)
    origin = [0] * len(summaries)
    for positions in copies.values():
        first = min(positions, key=lambda at: (_published(summaries[at]), at))
        for at in positions:
            origin[at] = first
    return origin


class _Texts:
    """An inverted index from quotes to the texts seen so far."""

    def __init__(self) -> None:
        self._by_digest: dict[str, int] = {}
        self._by_quote: dict[str, list[int]] = defaultdict(list)
        self._versions: list[tuple[int, int]] = []
        """The text of each version that was kept, and how many quotes the version has. The number of a text is that of its first."""

    def add(self, summary: Summary) -> int:
        """The number of the text of which this is a copy, or a new one."""
        items: list[Claim | CitedFigure] = [*summary.claims, *summary.figures]
        quotes = long_quotes(span for item in items for span in item.evidence)
        digest = summary.article.sha256
        text = self._by_digest.get(digest) if digest else None
        if text is None:
            text = self._most_similar(quotes)
        # A copy that brings no new quote need not be looked at again.
        if text is None or any(quote not in self._by_quote for quote in quotes):
            text = self._remember(quotes, text)
        if digest:
            self._by_digest.setdefault(digest, text)
        return text

    def _most_similar(self, quotes: frozenset[str]) -> int | None:
        shared = Counter(version for quote in quotes for version in self._by_quote.get(quote, ()))
        enough = {version: max(_FEWEST_SHARED, _SHARE * min(len(quotes), self._versions[version][1])) for version in shared}
        similar = [(-count, version) for version, count in shared.items() if count >= enough[version]]
        return self._versions[min(similar)[1]][0] if similar else None

    def _remember(self, quotes: frozenset[str], known: int | None) -> int:
        """The number of the text; a new one if it is not known."""
        version = len(self._versions)
        text = version if known is None else known
        self._versions.append((text, len(quotes)))
        for quote in quotes:
            if len(self._by_quote[quote]) < _MOST_TEXTS:
                self._by_quote[quote].append(version)
        return text


def _content(summary: Summary) -> tuple[str, str, str, str]:
    """Orders summaries independently of their positions."""
    return _published(summary), summary.article.sha256 or "", summary.article.id, summary.gist


def _published(summary: Summary) -> str:
    return date_of(summary.article.published) or "~"
