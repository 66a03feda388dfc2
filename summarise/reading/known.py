"""What is known about an article beside its text: only what is declared, cleaned, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from summarise.reading.dates import iso_date
from summarise.reading.shown import shown

_LONGEST = {"id": 4000, "title": 500, "source": 200, "published": 60, "url": 2000, "language": 40}
_UNPRINTED = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)))
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """Fields of an Article; None for what is not declared."""

    id: str | None = None
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None

    def or_else(self, other: Known) -> Known:
        """Self, with what it lacks taken from `other`."""
        lacking = {field: getattr(other, field) for field in _LONGEST if getattr(self, field) is None}
        return replace(self, **lacking)


NOTHING = Known()


def known(raw: Mapping[str, object]) -> tuple[Known, tuple[str, ...]]:
    """The fields of `raw` (by their names in `Known`) that can be used, and a warning for each that cannot."""
    fields: dict[str, str] = {}
    warnings: list[str] = []
    for field in _LONGEST:
        value = raw.get(field)
        if value is None or value == "":
            continue
        usable = _usable(field, value)
        if usable:
            fields[field] = usable
        elif usable is None:
            warnings.append(f"{_REFUSED[field]}: {shown(str(value)[:200], 60)!r} is left out")
    return Known(**fields), tuple(warnings)


_REFUSED = {
    "id": "the id is no plain value",
    "title": "the title is no text",
    "source": "the source is no text",
    "published": "the date of publication is not an ISO date",
    "url": "the URL is not http or https",
    "language": "the language is no language code",
}


def _usable(field: str, value: object) -> str | None:
    """The cleaned value; None when it is of no use, empty when there is nothing in it."""
    text = _one_line(value, _LONGEST[field])
    if not text:
        return text
    if field == "published":
        return iso_date(text)
    if field == "language":
        return text.replace("_", "-") if _LANGUAGE.fullmatch(text.replace("_", "-")) else None
    return text if field != "url" or _URL.fullmatch(text) else None


def _one_line(value: object, longest: int) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, date):  # a datetime is one too
        value = value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = value if isinstance(value, str) else _digits(value)
    text = " ".join(text[: longest * 2].translate(_UNPRINTED).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _digits(number: int) -> str:
    # str() of an integer of thousands of digits raises ValueError
    return str(number) if number.bit_length() < 400 else hex(number)
