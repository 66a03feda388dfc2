"""Dates as declared: only what is ISO-like is read."""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(
    r"([12][0-9]{3})"
    r"(?:(?P<sep>[-/])([0-9]{2})(?:(?P=sep)([0-9]{2}))?|([0-9]{2})([0-9]{2}))?"
    r"([T ][0-9]{2}(?:[:0-9.,]{0,16}) ?(?:Z|UTC|GMT|[+-][0-9:]{2,6})?)?",
    re.ASCII,
)


def iso_date(value: str) -> str | None:
    """ "2019", "2019-06" or "2019-06-05" of an ISO-like date, its time of day and zone cut off; None for any other spelling.

    2019/06/05 and 20190605 count as ISO-like. The day is the one that stands there, not the one in UTC.
    """
    match = _ISO.fullmatch(value.strip()[:40])
    if not match:
        return None
    year, month, day = match[1], match[3] or match[5], match[4] or match[6]
    return None if match[7] and not day else _checked(year, month, day)


def _checked(year: str, month: str | None, day: str | None) -> str | None:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, day) if part)
