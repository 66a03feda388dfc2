"""The time a figure holds for, where its sentence says it."""

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
_CLAUSE = pattern(r"\b(?:when|while|whereas|but|after|before|which|who|that)\b|;")
_RELATIVE_CUES = (
    *(f"{lead} {unit}" for lead in ("last", "this", "next", "previous") for unit in ("year", "month", "fiscal")),
    *("a year ago", "a year earlier", "year to date"),
)
# No time is named without one of these.
_CUES = (*(month for month in MONTHS if len(month) == 3), *_RELATIVE_CUES, "yesterday", "today", "19", "20")
_ISO = pattern(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_FARTHEST = 120


class Time(NamedTuple):
    """A date or time that a sentence names; `whose` for "last year's", which speaks of what follows only."""

    start: int
    end: int
    match: re.Match[str]
    whose: bool


def read_times(prose: Prose, opens: int, closes: int) -> list[Time]:
    """The times between `opens` and `closes` for which a figure can hold, in order."""
    times: list[Time] = []
    if not prose.has_any(_CUES, opens, closes):
        return times
    for match in _TIME.finditer(prose.low, opens, closes):
        spans = _SPANNING.search(prose.low, max(0, match.start() - 16), match.start())
        if match["relative"] or not spans:
            times.append(Time(match.start(), match.end(), match, match["whose"] is not None))
    return times


def read_as_of(prose: Prose, start: int, end: int, times: list[Time], published: str | None) -> str | None:
    """The ISO date, whole or partial, of the figure from `start` to `end`: of several the nearest, after it rather than before."""
    best: tuple[int, Time] | None = None
    for time in times:
        if (time.end > start and time.start < end) or not _belongs(prose, time, start, end):
            continue
        distance = time.start - end if time.start >= end else start - time.end + 20
        if distance <= _FARTHEST and (best is None or distance < best[0]):
            best = distance, time
    return _resolve(best[1].match, published) if best else None


def _belongs(prose: Prose, time: Time, start: int, end: int) -> bool:
    """Whether a time can be the figure's: one before it must stand in the same clause."""
    if time.start >= end:
        return not time.whose
    return start - time.end <= _FARTHEST and _CLAUSE.search(prose.low, time.end, start) is None


def _resolve(match: re.Match[str], published: str | None) -> str | None:
    if match["relative"]:
        return _relative(match["relative"], published)
    if match["year4"]:
        return match["year4"]
    month = MONTHS[match["month"] or match["month2"] or match["month3"]]
    day = match["day"] or match["day2"] or match["day3"]
    year = match["year"] or match["year2"] or _year_of(month, published, last=match[0].startswith("last"))
    return _iso(year, month, day) if year else None


def _iso(year: str, month: int, day: str | None) -> str | None:
    if day is None:
        return f"{year}-{month:02}"
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return f"{year}-{month:02}"


def _year_of(month: int, published: str | None, *, last: bool) -> str | None:
    """The year of a month named without one: the latest such month that is not after publication."""
    now = _ISO.match(published or "")
    if not now or not now[2]:
        return None
    past = month > int(now[2]) or (last and month == int(now[2]))
    return f"{int(now[1]) - past:04}"


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
