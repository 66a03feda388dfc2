"""Dates and times in a sentence, and the one that a figure holds for (`as_of`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from summarise.figures.lexicon import MONTHS
from summarise.figures.model import FoldedText, alternatives, pattern

_MONTH = alternatives(MONTHS)
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
# A date after these words bounds a period; the figure does not hold for that date.
_SPANNING = pattern(r"\b(?:since|from|until|till|between|before|after|and|to|through)(?: (?:early|late|mid))? \Z")
# The time at which something was said or happened is not that of the figure.
_EVENT = pattern(
    r"\b(?:said|told(?: [a-z]+){1,2}|says|announced|wrote|testified|founded|established|built|opened|reopened|closed|born|launched"
    r"|created|set up|introduced|invented|elected|appointed|retired|died|married|joined|moved|arrived|began|started|published|released"
    r"|came out)"
    r"(?: (?:back )?(?:in|on|early|late|in early|in late))? ?\Z"
)
# "the 2015 agreement" is a name; "the 2015 fiscal year" is a time.
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
# Every time contains one of these.
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


def read_times(prose: FoldedText, opens: int, closes: int) -> list[Time]:
    """The times between `opens` and `closes`, in order."""
    if not prose.has_any(_CUES, opens, closes):
        return []
    return [_time(prose, match, opens) for match in _TIME.finditer(prose.low, opens, closes) if _can_hold(prose, match)]


def _can_hold(prose: FoldedText, match: re.Match[str]) -> bool:
    low, start = prose.low, match.start()
    if not match["relative"] and _SPANNING.search(low, max(0, start - 16), start):
        return False
    if match["year4"] and _NAMING.search(low, max(0, start - 8), start) and _NAMED.match(low, match.end()):
        return False
    return _EVENT.search(low, max(0, start - 40), start) is None


def _time(prose: FoldedText, match: re.Match[str], opens: int) -> Time:
    start, end = match.span()
    around = max(opens, start - _TENSE)
    tense = "future" if _FUTURE.search(prose.low, around, end) else "past" if _PAST.search(prose.low, around, start) else None
    return Time(start, end, match, match["whose"] is not None, tense)


def resolve(time: Time, published: str | None, before: str | None = None) -> str | None:
    """The ISO date, whole or partial, of a time in an article of that date; None if that is uncertain.

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
    """The year of a month named without one, if the tense decides it, else None."""
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
    year = int(now[1])
    if words in ("yesterday", "today"):
        return _day(now[0], back=words == "yesterday")
    if words.endswith("month"):
        return _month(year, int(now[2]), words.split(maxsplit=1)[0]) if now[2] else None
    back = 1 if words.startswith(("last", "previous", "the previous", "a year")) else -1 if words.startswith("next") else 0
    return f"{year - back:04}"


def _month(year: int, month: int, word: str) -> str:
    index = year * 12 + month - 1 + {"this": 0, "next": 1}.get(word, -1)
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _day(published: str, *, back: bool) -> str | None:
    try:
        return (date.fromisoformat(published) - timedelta(days=back)).isoformat()
    except (ValueError, OverflowError):
        return None


Extent = tuple[int, int]

_FARTHEST = 120
# These begin another clause, which may be about another time.
_CLAUSE = pattern(
    r"\b(?:when|while|whereas|but|after|before|which|who|whose|that|because|although|though|if|unless"
    r"|now|currently|today|at present|so far|at the moment|still)\b|[;:()]|--| - "
)
# "38 in 2015": the time is that of the number it follows, not of a later one.
_FOLLOWS = pattern(
    r"[ ,(]*(?:(?:in|on|for|by|at|as of|during|over|the|early|late|mid|end|start|beginning|middle|close|first|second|third|fourth|quarter"
    r"|half|of|fiscal|financial|year|season|only|just|back|alone|both)[ ,-]+)*"
)
# What may stand between two numbers that share a time: "32 farms and 38 mills in 2015", "5% to 12 million in 2019".
_LISTED = pattern(r"[ ,(]*(?:(?:and|or|to|by|of|a|an|the|total|about|nearly|almost|around|some|more|less|over|than|at|least|most)[ ,]+)*")
# "90 more than it has today": the time is that of the other side of the comparison.
_THAN = pattern(r"\bthan\b")
# "…, and in 2031 it makes 50,000": the time is that of what follows.
_LEADS = pattern(r"(?:,| and| or)(?: (?:in|on|by|for|during))? \Z")
# The words before a starting point or the other side of a comparison.
_LEFT_BEHIND = pattern(
    r"\b(?:from|than|compared (?:with|to)|against|versus|vs\.?)(?: (?:about|nearly|almost|around|some|just|only|a|the))* \Z"
)
_GOES_ON = pattern(r",? to (?:about |nearly |almost |around |some |more than )?")


def read_as_of(prose: FoldedText, figure: Extent, others: Sequence[Extent], times: Sequence[Time], published: str | None) -> str | None:
    """The ISO date, whole or partial, of a figure; `others` are all figures of its sentence, itself among them, in text order."""
    if not times:
        return None
    after = next((time for time in times if time.start >= figure[1] and not time.whose), None)
    before = next((time for time in reversed(times) if time.end <= figure[0]), None)
    after = after if after and _holds_after(prose, figure, others, after) else None
    before = before if before and _holds_before(prose, figure, others, before) else None
    shared = after is not None and any(figure[1] <= other[0] < after.start for other in others)
    chosen = before if shared and before else after or before
    return _date(chosen, times, published) if chosen else None


def _holds_after(prose: FoldedText, figure: Extent, others: Sequence[Extent], time: Time) -> bool:
    start, end = figure
    if time.start - end > _FARTHEST or _CLAUSE.search(prose.low, end, time.start) or _THAN.search(prose.low, end, time.start):
        return False
    if _LEADS.search(prose.low, end, time.start) and any(other[0] >= time.end for other in others):
        return False
    between = [other for other in others if end <= other[0] < time.start]
    if not between:
        return True
    return _LISTED.fullmatch(prose.low, end, between[0][0]) is not None and not _is_left_behind(prose, start)


def _holds_before(prose: FoldedText, figure: Extent, others: Sequence[Extent], time: Time) -> bool:
    start, _ = figure
    if start - time.end > _FARTHEST or _CLAUSE.search(prose.low, time.end, start) or _is_left_behind(prose, start):
        return False
    if time.whose:
        return not any(time.end <= other[0] < start for other in others)
    owner = next((other for other in reversed(others) if other[1] <= time.start), None)
    if owner is None or _FOLLOWS.fullmatch(prose.low, owner[1], time.start) is None:
        return True
    return _GOES_ON.fullmatch(prose.low, time.end, start) is not None and not _is_left_behind(prose, owner[0])


def _is_left_behind(prose: FoldedText, start: int) -> bool:
    return _LEFT_BEHIND.search(prose.low, max(0, start - 40), start) is not None


def _date(time: Time, times: Sequence[Time], published: str | None) -> str | None:
    earlier = next((other for other in reversed(times) if other.end <= time.start), None)
    known = resolve(earlier, published) if earlier else None
    return resolve(time, published, known and known[:4])
