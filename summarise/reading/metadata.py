"""What a reader gives back: a text with its declared metadata and an id, or the reason why there is none."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from summarise.article import normalise_newlines
from summarise.errors import InputError
from summarise.text.sanitise import as_utf8, is_blank, iso_date, shown

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


# What no text is written with: NUL and controls, but for bell, backspace, tab, line ends, vertical tab, form feed and escape, which tell
# terminals and printers how to show a text. C1 controls are not among them: they are the quotes of texts that were decoded wrongly.
_ODD = bytes(code for code in (*range(32), 127) if code not in b"\a\b\t\n\v\f\r\x1b")
# Of 27,000 files of 40 binary kinds, nearly all hold 4.3 % and more of them, and texts at most 1 %.
_MOST = 0.02
_FEW = 3


@dataclass(frozen=True, slots=True)
class Unread:
    """An article that cannot be read. `id` is the one it would have had, `where` the path as given, and line or row."""

    id: str
    where: str
    error: InputError


@dataclass(frozen=True, slots=True)
class Found:
    """An article's text before it has its id. `row` counts from 1 in a table, None where a file is one article."""

    text: str
    known: Known = NOTHING
    warnings: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be read; `place` is its line or row in words."""

    error: InputError
    row: int
    place: str


def sound(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with \\n newlines and without NUL, and a warning where it had any: offsets count in what comes back.

    Raises InputError for what is no text: nothing that can be seen, lone surrogates, or too much that no text is written with.
    """
    try:
        refuse_binary(text.encode("utf-8"), len(text))
    except UnicodeEncodeError as error:
        raise InputError("it holds half a surrogate pair, so it is no text", kind="binary") from error
    if is_blank(text):
        raise InputError("there is no text in it", kind="empty")
    nuls = text.count("\0")
    warning = f"{nuls:,} NUL character{'s' * (nuls != 1)} left out of the text"
    return normalise_newlines(text.replace("\0", "")), (warning,) if nuls else ()


def refuse_binary(content: bytes, characters: int) -> None:
    """Raises InputError where more than three of the `characters` in `content`, and more than 2 %, are ones that no text is written with.

    `content` is in an encoding that leaves ASCII as it is.
    """
    odd = len(content) - len(content.translate(None, _ODD))
    if odd > max(_FEW, _MOST * characters):
        raise InputError(f"{odd:,} of its {characters:,} characters are control characters, so it is no text", kind="binary")


LONGEST = 120
_ROWS = re.compile(r"(.*)-[0-9]{6,}", re.DOTALL)
_DIGEST = 8


def clean(name: str, longest: int = LONGEST) -> str:
    """`name` as an id: letters, digits, ".", "_" and "-" stay, all else becomes "-"; a long one is cut and ends in a hash of the whole."""
    composed = unicodedata.normalize("NFC", as_utf8(name[: 40 * LONGEST]))
    kept = "".join(c if c.isalnum() or c in "._-" else " " for c in composed)
    tidy = re.sub(r"\.{2,}", ".", "-".join(kept.split())).strip("-.") or "article"
    if len(tidy) <= longest and len(name) <= 40 * LONGEST:
        return tidy
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{tidy[: longest - _DIGEST - 1].rstrip('-.')}-{digest}"


class Ids:
    """Gives each article of one read its id. Upper and lower case count as the same, since some file systems think so.

    An id from a name takes some dozens of bytes of memory; the numbered ids of a table take none, since no other id may look like them.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._next: dict[str, int] = {}
        self._prefixes: set[str] = set()
        self._numbered: set[str] = set()

    def unique(self, name: str) -> str:
        """The id for `name`; "-2", "-3", … is appended when it is taken."""
        return self._first_free(clean(name), LONGEST, self._take)

    def prefix(self, name: str) -> str:
        """What the ids of a table's rows begin with, see `numbered`."""
        return self._first_free(clean(name, LONGEST - 20), LONGEST - 13, self._take_prefix)

    def _first_free(self, wanted: str, longest: int, take: Callable[[str], bool]) -> str:
        if take(wanted):
            return wanted
        number = self._next.get(wanted.casefold(), 2)
        while not take(candidate := f"{wanted[: longest - len(str(number)) - 1].rstrip('-.')}-{number}"):
            number += 1
        self._next[wanted.casefold()] = number + 1
        return candidate

    def _take(self, id: str) -> bool:
        folded = id.casefold()
        rows = _ROWS.fullmatch(folded)
        # 64 bits instead of the string: a collision gives a needless "-2", never a duplicate
        digest = _hash_64(folded)
        if digest in self._taken or (rows and rows[1] in self._prefixes):
            return False
        self._taken.add(digest)
        if rows:
            self._numbered.add(rows[1])
        return True

    def _take_prefix(self, prefix: str) -> bool:
        folded = prefix.casefold()
        if folded in self._prefixes or folded in self._numbered:
            return False
        self._prefixes.add(folded)
        return True


def numbered(prefix: str, row: int) -> str:
    """The id of a row that declares none: "name-000012"."""
    return f"{prefix}-{row:06d}"


def _hash_64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
