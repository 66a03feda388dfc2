"""The dates and times that a sentence names, and which ISO date each of them is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from summarise.numbers.lexicon import MONTHS
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose

_MONTH = "|".join(sorted((month for month in MONTHS), key=len, reverse=True))
_TIME = pattern(
    rf"""\b(?:
      (?P<month>{_MONTH})\.?\ (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\ |\ ))?(?P<year>(?:19|20)\d\d)\b
    | (?P<day2>\d{{1,2}})\ (?P<month2>{_MONTH})\.?(?:,?\ (?P<year2>(?:19|20)\d\d))?\b
    | (?:in|on|last|this|since|by|during|from|until)\ (?P<month3>{_MONTH})\b
        (?!\.?\ (?:\d{{1,2}},?\ )?(?:19|20)\d\d)\.?(?:\ (?P<day3>\d{{1,2}})\b)?
    | (?P<relative>(?:last|this|next|previous|the\ previous)\ (?:fiscal\ )?(?:year|month)
        |a\ year\ (?:ago|earlier)|yesterday|today|year\ to\ date)\b(?P<whose>'s)?
    | (?<![\d.,$£€/-])(?P<year4>(?:19|20)\d\d)\b(?![\d,.]\d|\ ?(?:%|percent|per|million|billion|people|units|tons|-))
    )""",
    re.VERBOSE,
)
# A date after these bounds a span of time; the figure does not hold for that date itself.
_SPANNING = pattern(r"\b(?:since|from|until|till|between|before|after|and|to|through)(?: (?:early|late|mid))? \Z")
# When something was said or came about is no time of what is counted there.
_EVENT = pattern(
    r"\b(?:said|told(?: [a-z]+){1,2}|says|announced|wrote|testified|founded|established|built|opened|reopened|closed|born|launched"
    r"|created|set up|introduced|invented|elected|appointed|retired|died|married|joined|moved|arrived|began|started|published|released"
    r"|came out)"
    r"(?: (?:back )?(?:in|on|early|late|in early|in late))? ?\Z"
)
# "the 2015 agreement" is a name; a year so called is a time.
_NAMING = pattern(r"\b(?:the|a|an|its|his|her|their|our|my|this|that|'s) \Z")
_NAMED = pattern(r" (?!(?:fiscal|financial|calendar|tax|school|crop|marketing)?\ ?(?:year|season)\b)[a-z]")
_FUTURE = pattern(
    r"\b(?:will|'ll|would|shall|to be|is to|are to|going to|due|plans?|planned|expects?|expected|forecast|aims?|hopes?|next|coming"
    r"|by|until|target)\b"
)
_PAST = pattern(
    r"\b(?:was|were|had|did|rose|fell|grew|lost|won|sold|bought|paid|spent|cost|made|took|gave|got|shrank|sank|went|came|saw|hit|left|stood"
    r"|[a-z]{2,}ed)\b"
)
_RELATIVE_CUES = (
    *(f"{lead} {unit}" for lead in ("last", "this", "next", "previous") for unit in ("year", "month", "fiscal")),
    *("a year ago", "a year earlier", "year to date"),
)
# No time is named without one of these.
_CUES = (*(month for month in MONTHS if len(month) == 3), *_RELATIVE_CUES, "yesterday", "today", "19", "20")
_ISO = pattern(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_BEFORE_THAT = ("a year earlier", "previous year", "the previous year")
_TENSE = 90


class Time(NamedTuple):
    """A date or time that a sentence names, for which a figure can hold.

    `whose` is for "last year's", which speaks of what follows only. `tense` is that of the words around it, None where they show none.
    """

    start: int
    end: int
    match: re.Match[str]
    whose: bool
    tense: str | None


def read_times(prose: Prose, opens: int, closes: int) -> list[Time]:
    """The times between `opens` and `closes`, in order."""
    if not prose.has_any(_CUES, opens, closes):
        return []
    return [_time(prose, match, opens) for match in _TIME.finditer(prose.low, opens, closes) if _can_hold(prose, match)]


def _can_hold(prose: Prose, match: re.Match[str]) -> bool:
    low, start = prose.low, match.start()
    if not match["relative"] and _SPANNING.search(low, max(0, start - 16), start):
        return False
    if match["year4"] and _NAMING.search(low, max(0, start - 8), start) and _NAMED.match(low, match.end()):
        return False
    return _EVENT.search(low, max(0, start - 40), start) is None


def _time(prose: Prose, match: re.Match[str], opens: int) -> Time:
    start, end = match.span()
    around = max(opens, start - _TENSE)
    tense = "future" if _FUTURE.search(prose.low, around, end) else "past" if _PAST.search(prose.low, around, start) else None
    return Time(start, end, match, match["whose"] is not None, tense)


def resolve(time: Time, published: str | None, before: str | None = None) -> str | None:
    """The ISO date, whole or partial, of a time in an article of that date; None where that is not certain.

    `before` is the year to which "a year earlier" looks back.
    """
    match = time.match
    if match["relative"]:
        return _relative(match["relative"], before if before and match["relative"] in _BEFORE_THAT else published)
    if match["year4"]:
        return match["year4"]
    month = MONTHS[match["month"] or match["month2"] or match["month3"]]
    day = match["day"] or match["day2"] or match["day3"]
    year = match["year"] or match["year2"] or _year_of(month, time, published)
    return _iso(year, month, day) if year else None


def _iso(year: str, month: int, day: str | None) -> str | None:
    if day is None:
        return f"{year}-{month:02}"
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return f"{year}-{month:02}"


def _year_of(month: int, time: Time, published: str | None) -> str | None:
    """The year of a month named without one, where the tense leaves no doubt."""
    now = _ISO.match(published or "")
    if not now or not now[2]:
        return None
    year, away = int(now[1]), month - int(now[2])
    if away == 0:
        return f"{year - 1:04}" if time.match[0].startswith("last") else f"{year:04}"
    if time.tense == "future":
        return f"{year:04}" if away > 0 else None
    if away < 0:
        return f"{year:04}"
    return f"{year - 1:04}" if time.tense == "past" or time.match[0].startswith("last") else None


def _relative(words: str, published: str | None) -> str | None:
    now = _ISO.match(published or "")
    if not now:
        return None
    year, month, day = int(now[1]), now[2], now[3]
    if words in ("yesterday", "today"):
        return _day(year, month, day, back=words == "yesterday")
    if words.endswith("month"):
        return _month(year, int(month), words.split(maxsplit=1)[0]) if month else None
    back = 1 if words.startswith(("last", "previous", "the previous", "a year")) else -1 if words.startswith("next") else 0
    return f"{year - back:04}"


def _month(year: int, month: int, word: str) -> str:
    index = year * 12 + month - 1 + {"this": 0, "next": 1}.get(word, -1)
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _day(year: int, month: str | None, day: str | None, *, back: bool) -> str | None:
    if not month or not day:
        return None
    try:
        return (date(year, int(month), int(day)) - timedelta(days=back)).isoformat()
    except (ValueError, OverflowError):
        return None
