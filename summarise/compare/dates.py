"""Dates: the one that an article declares, and those that a sentence names in full or in part."""

from __future__ import annotations

import re
from datetime import date

from summarise.numbers.lexicon import MONTHS
from summarise.numbers.prose import Prose
from summarise.numbers.times import read_times, resolve

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
    times = read_times(Prose(text), 0, len(text))
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
