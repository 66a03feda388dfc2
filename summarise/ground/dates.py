"""Dates that a text may mean: written out, without their year, or told from the day of publication ("last year", "on Monday").

Every reading that the arithmetic allows is one: "in November" is the last November before the day of publication and the next one after it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from summarise.figures import find_numerals

MONTHS = "january february march april may june july august september october november december".split()
_MONTH_NUMBER = {name: n for n, full in enumerate(MONTHS, start=1) for name in (full, full[:3])} | {"sept": 9}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "fall": (9, 10, 11), "winter": (12, 1, 2)}
_ORDER = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "final": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
}

_MONTH = "(?:" + "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_COUNT = r"[\w-]+(?:\s(?:and\sa\shalf|hundred|dozen))?"
_DATE = re.compile(
    rf"""\b(?:
      (?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-\d\d)?)(?![-\d])
    | (?P<slashed>\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR})
    | (?:(?P<day>{_DAY})(?:\s?[-–]\s?\d{{1,2}})?\s(?:of\s)?)?(?P<month>{_MONTH})
      (?:\s(?P<after>{_DAY})(?!\d)(?:\s?[-–]\s?\d{{1,2}})?)?(?:,?\s(?:of\s)?(?P<year>{_YEAR})\b)?
    | (?P<part>first|second|third|fourth|final|[1-4](?:st|nd|rd|th))[\s-](?P<unit>quarter|half)
      (?:\s(?:of\s)?(?:the\syear\s)?(?P<unit_year>{_YEAR}))?
    | q(?P<q>[1-4])(?:\s(?:of\s)?(?P<q_year>{_YEAR}))?
    | (?:(?P<which>last|this|next|past|previous|coming|following)\s)?(?P<season>spring|summer|autumn|fall|winter)
      (?:\s(?:of\s)?(?P<season_year>{_YEAR}))?
    | (?P<near>last|this|next|past|previous|coming|following|current)\s(?:\w+\s)?(?P<span>year|month|week|quarter|decade|century)
    | (?P<count>{_COUNT})\s(?P<ago_unit>day|week|fortnight|month|year|decade|centurie|century)s?
      \s(?P<ago>ago|earlier|before|later|from\snow|previously)
    | (?P<word>today|tonight|yesterday|tomorrow|now|currently|overnight)
    | (?P<weekday>weekend|{"|".join(_WEEKDAYS)})
    | (?P<range>{_YEAR})\s?[-–/]\s?(?P<to>\d\d(?:\d\d)?)\b
    | (?P<lone>{_YEAR})s?
    )""",
    re.VERBOSE,
)  # fmt: skip


class Dated(NamedTuple):
    """A time named at [start, end) and the ISO dates, whole or partial, that it may mean."""

    start: int
    end: int
    dates: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Day:
    """The day of publication, as far as it is known."""

    year: int | None
    month: int | None
    day: int | None

    @property
    def date(self) -> date | None:
        return date(self.year, self.month, self.day) if self.year and self.month and self.day else None


@lru_cache(maxsize=1024)
def dates_in(text: str, published: str | None = None) -> tuple[Dated, ...]:
    """The times that `text` names, in order; `published` is an ISO date, whole or partial."""
    low = text.lower()
    now = _day(published)
    if len(low) != len(text):
        return ()
    found = (match for match in _DATE.finditer(low) if text[match.start() : match.end()] != "may")
    return tuple([Dated(*match.span(), frozenset(_readings(match, now))) for match in found])


def may_mean(wanted: str, dates: Iterable[str]) -> bool:
    """Whether one of the dates is `wanted`, or lies in it."""
    return any(each == wanted or each.startswith(f"{wanted}-") for each in dates)


def _day(published: str | None) -> _Day:
    parts = [int(part) for part in re.findall(r"\d+", (published or "")[:10])]
    try:
        if len(parts) == 3:
            date(*parts)
    except ValueError:
        parts = parts[:2]
    return _Day(*(parts + [None] * 3)[:3])


def _readings(match: re.Match[str], now: _Day) -> Iterator[str]:
    for group, read in _READERS.items():
        if match[group] is not None:
            yield from read(match, now)
            return


def _iso(match: re.Match[str], _: _Day) -> Iterator[str]:
    yield match["iso"]


def _slashed(match: re.Match[str], _: _Day) -> Iterator[str]:
    first, second, year = map(int, re.split("[/.]", match["slashed"]))
    for month, day in ((second, first), (first, second)):
        yield from _whole(year, month, day)


def _month(match: re.Match[str], now: _Day) -> Iterator[str]:
    month = _MONTH_NUMBER[match["month"].rstrip(".")]
    said = match["day"] or match["after"]
    day = int(re.sub(r"\D", "", said)) if said else None
    years = [int(match["year"])] if match["year"] else _years_around(now, month)
    for year in years:
        if day:
            yield from _whole(year, month, day)
        else:
            yield from _whole_month(year, month)
    if not years:
        yield f"--{month:02}"


def _years_around(now: _Day, month: int) -> list[int]:
    """The year of the last such month before today and of the next one; this year's own month is both."""
    if now.year is None:
        return []
    if now.month is None:
        return [now.year - 1, now.year, now.year + 1]
    return sorted({now.year if month <= now.month else now.year - 1, now.year if month >= now.month else now.year + 1})


def _whole(year: int, month: int, day: int) -> Iterator[str]:
    try:
        yield date(year, month, day).isoformat()
    except ValueError:
        return


def _whole_month(year: int, month: int) -> Iterator[str]:
    """The month, and its last day: a year to March ends on the 31st."""
    yield f"{year:04}-{month:02}"
    yield f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def _part(match: re.Match[str], now: _Day) -> Iterator[str]:
    number, unit = _ORDER[match["part"]], match["unit"]
    months = 3 if unit == "quarter" else 6
    if unit == "half" and number > 2:
        return
    yield from _months(match["unit_year"], now, range(months * (number - 1) + 1, months * number + 1))


def _quarter(match: re.Match[str], now: _Day) -> Iterator[str]:
    number = int(match["q"])
    yield from _months(match["q_year"], now, range(3 * number - 2, 3 * number + 1))


def _season(match: re.Match[str], now: _Day) -> Iterator[str]:
    yield from _months(match["season_year"], now, _SEASONS[match["season"]])


def _months(year: str | None, now: _Day, months: Iterable[int]) -> Iterator[str]:
    for each in [int(year)] if year else [now.year - 1, now.year, now.year + 1] if now.year else []:
        for month in months:
            yield from _whole_month(each, month)


def _near(match: re.Match[str], now: _Day) -> Iterator[str]:
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0}.get(match["near"], 1)
    span = match["span"]
    if now.year is None:
        return
    if span == "year":
        yield from (f"{now.year + step:04}", f"{now.year + step:04}-12", f"{now.year + step:04}-12-31")
        if match["near"] == "past":
            yield f"{now.year:04}"
    elif span == "decade":
        yield from (f"{year:04}" for year in range(now.year + 10 * step, now.year + 1))
    elif span == "month" and now.month:
        yield from _shifted_months(now, step)
    elif span == "quarter" and now.month:
        first = now.year * 12 + 3 * ((now.month - 1) // 3) + 3 * step
        for index in range(first, first + 3):
            yield from _whole_month(index // 12, index % 12 + 1)
    elif span == "week" and now.date:
        monday = now.date - timedelta(days=now.date.weekday()) + timedelta(weeks=step)
        yield from ((monday + timedelta(days=n)).isoformat() for n in range(7))


def _shifted_months(now: _Day, step: int) -> Iterator[str]:
    index = (now.year or 0) * 12 + (now.month or 1) - 1 + step
    if 12 <= index < 12 * 9999:
        yield from _whole_month(index // 12, index % 12 + 1)


def _ago(match: re.Match[str], now: _Day) -> Iterator[str]:
    count, unit = _count(match["count"]), match["ago_unit"]
    if count is None or now.year is None:
        return
    sign = 1 if match["ago"] in ("later", "from now") else -1
    if unit in ("day", "week", "fortnight"):
        days = count * {"day": 1, "week": 7, "fortnight": 14}[unit]
        if now.date and days < 40_000:
            yield (now.date + sign * timedelta(days=days)).isoformat()
        return
    months = count * {"month": 1, "year": 12, "decade": 120}.get(unit, 1_200)
    if months < 12 * now.year:
        if now.month:
            yield from _shifted_months(now, sign * months)
        if unit != "month":
            yield f"{now.year + sign * months // 12:04}"


def _count(words: str) -> int | None:
    if words in ("a", "an", "one"):
        return 1
    found = find_numerals(words)
    return int(found[0].value) if found and 0 < found[0].value < 5_000 else None


def _word(match: re.Match[str], now: _Day) -> Iterator[str]:
    if now.date:
        yield (now.date + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(match["word"], 0))).isoformat()
        if match["word"] == "overnight":
            yield (now.date - timedelta(days=1)).isoformat()


def _weekday(match: re.Match[str], now: _Day) -> Iterator[str]:
    for weekday in ("saturday", "sunday") if match["weekday"] == "weekend" else (match["weekday"],) if now.date else ():
        if now.date:
            away = (now.date.weekday() - _WEEKDAYS.index(weekday)) % 7
            yield from ((now.date + timedelta(days=days)).isoformat() for days in (-away, -away - 7, 7 - away, 14 - away))


def _range(match: re.Match[str], _: _Day) -> Iterator[str]:
    yield match["range"]
    yield match["to"] if len(match["to"]) == 4 else match["range"][:2] + match["to"]


def _lone(match: re.Match[str], _: _Day) -> Iterator[str]:
    year = int(match["lone"])
    yield f"{year:04}"
    yield f"{year:04}-12"
    yield f"{year:04}-12-31"


_READERS: dict[str, Callable[[re.Match[str], _Day], Iterator[str]]] = {
    "iso": _iso,
    "slashed": _slashed,
    "month": _month,
    "part": _part,
    "q": _quarter,
    "season": _season,
    "near": _near,
    "count": _ago,
    "word": _word,
    "weekday": _weekday,
    "range": _range,
    "lone": _lone,
}
"""How each form of a time is read, by the group of `_DATE` that it fills."""
