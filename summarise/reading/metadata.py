"""What a reader returns: a checked text with cleaned metadata and an id, or the reason why there is none."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from summarise.article import normalise_newlines
from summarise.errors import InputError
from summarise.text.sanitise import as_utf8, clip, is_blank, printable

Metadata = dict[str, str]
"""Values of Article's fields by name; what is not declared is missing."""

# Control characters but white space, and lone surrogates. Invisible characters stay: what shows a title makes it safe.
_CONTROLS = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)))
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_ISO = re.compile(
    r"([12][0-9]{3})"
    r"(?:(?P<sep>[-/])([0-9]{2})(?:(?P=sep)([0-9]{2}))?|([0-9]{2})([0-9]{2}))?"
    r"([T ][0-9]{2}(?:[:0-9.,]{0,16}) ?(?:Z|UTC|GMT|[+-][0-9:]{2,6})?)?",
    re.ASCII,
)


def iso_date(value: str) -> str | None:
    """ "2019", "2019-06" or "2019-06-05" of an ISO-like date, its time of day and zone cut off; None for any other spelling.

    2019/06/05 and 20190605 count as ISO-like. The day is the one that is written, not the one in UTC.
    """
    match = _ISO.fullmatch(value.strip()[:40])
    if not match:
        return None
    year, month, day = match[1], match[3] or match[5], match[4] or match[6]
    if match[7] and not day:
        return None
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, day) if part)


def _language(text: str) -> str | None:
    code = text.replace("_", "-")
    return code if _LANGUAGE.fullmatch(code) else None


def _url(text: str) -> str | None:
    return text if _URL.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class _Field:
    """How long a value may be, what is said of one that cannot be used, and the check that returns None for it."""

    longest: int
    refusal: str
    check: Callable[[str], str | None] = str


_FIELDS = {
    "id": _Field(4000, "the id is not a plain value"),
    "title": _Field(500, "the title is not text"),
    "source": _Field(200, "the source is not text"),
    "published": _Field(60, "the date of publication is not an ISO date", iso_date),
    "url": _Field(2000, "the URL is not http or https", _url),
    "language": _Field(40, "the language is not a language code", _language),
}


def metadata_of(raw: Mapping[str, object]) -> tuple[Metadata, tuple[str, ...]]:
    """The fields of `raw` that can be used, cleaned, and a warning for each that cannot."""
    metadata: Metadata = {}
    warnings: list[str] = []
    for name, field in _FIELDS.items():
        value = raw.get(name)
        if value is None or value == "":
            continue
        text = _one_line(value, field.longest)
        usable = field.check(text) if text else text
        if usable:
            metadata[name] = usable
        elif usable is None:
            warnings.append(f"{field.refusal}: {printable(str(value)[:200], 60)!r} is left out")
    return metadata, tuple(warnings)


def _one_line(value: object, longest: int) -> str | None:
    """The value as one line of text; None for what is neither text, number, date nor an object with a name."""
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, date):  # a datetime is one too
        value = value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return clip(" ".join(str(value)[: longest * 2].translate(_CONTROLS).split()), longest)


@dataclass(frozen=True, slots=True)
class Unread:
    """An article that cannot be read. `id` is the one it would have had, `where` the path as given, with the line or row."""

    id: str
    where: str
    error: InputError


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article before it has its final id. `row` counts from 1 in a table; None where the file is one article."""

    text: str
    metadata: Metadata
    warnings: tuple[str, ...]
    row: int | None

    @classmethod
    def of(cls, text: str, declared: Mapping[str, object], warnings: tuple[str, ...] = (), row: int | None = None) -> RawArticle:
        """From a text as found and declared metadata as found. Raises InputError, see `clean_text`."""
        text, removed = clean_text(text)
        metadata, refused = metadata_of(declared)
        return cls(text, metadata, warnings + refused + removed, row)


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be read; `place` is its line or row in words."""

    error: InputError
    row: int
    place: str


def clean_text(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with \\n newlines and without NUL, and a warning where it had any: offsets count in what comes back.

    Raises InputError for what is not text: nothing visible, lone surrogates, or too many control characters.
    """
    try:
        refuse_binary(text.encode("utf-8"), len(text))
    except UnicodeEncodeError as error:
        raise InputError("it holds half a surrogate pair, so it is not text", kind="binary") from error
    if is_blank(text):
        raise InputError("there is no text in it", kind="empty")
    nuls = text.count("\0")
    warning = f"{nuls:,} NUL character{'s' * (nuls != 1)} left out of the text"
    return normalise_newlines(text.replace("\0", "")), (warning,) if nuls else ()


# Control characters that no text holds: all but bell, backspace, tab, line ends, vertical tab, form feed and escape, which tell terminals
# and printers how to show a text. C1 controls are not among them: they are the quotes of texts that were decoded wrongly.
_NEVER_IN_TEXT = bytes(code for code in (*range(32), 127) if code not in b"\a\b\t\n\v\f\r\x1b")
# Measured on 27,000 files of 40 binary types: nearly all hold 4.3 % and more of these, texts at most 1 %.
_MOST_CONTROLS = 0.02
_FEW_CONTROLS = 3


def refuse_binary(content: bytes, characters: int) -> None:
    """Raises InputError where more than three of the `characters` in `content`, and more than 2 %, are controls that no text holds.

    `content` is in an encoding that leaves ASCII as it is.
    """
    controls = len(content) - len(content.translate(None, _NEVER_IN_TEXT))
    if controls > max(_FEW_CONTROLS, _MOST_CONTROLS * characters):
        raise InputError(f"{controls:,} of its {characters:,} characters are control characters, so it is not text", kind="binary")


LONGEST = 120
_NUMBERED = re.compile(r"(.*)-[0-9]{6,}", re.DOTALL)
_DIGEST = 8


def safe_id(name: str, longest: int = LONGEST) -> str:
    """`name` as an id: letters, digits, ".", "_" and "-" stay, all else becomes "-"; a long one is cut and ends in a hash of the whole."""
    composed = unicodedata.normalize("NFC", as_utf8(name[: 40 * LONGEST]))
    kept = "".join(c if c.isalnum() or c in "._-" else " " for c in composed)
    tidy = re.sub(r"\.{2,}", ".", "-".join(kept.split())).strip("-.") or "article"
    if len(tidy) <= longest and len(name) <= 40 * LONGEST:
        return tidy
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{tidy[: longest - _DIGEST - 1].rstrip('-.')}-{digest}"


class Ids:
    """Gives each article of one read a unique id. Case does not count, since some file systems ignore it.

    An id from a name takes some dozens of bytes of memory; the numbered ids of a table take none, since no other id may look like them.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._next: dict[str, int] = {}
        self._prefixes: set[str] = set()
        self._numbered: set[str] = set()

    def unique(self, name: str) -> str:
        """The id for `name`; "-2", "-3", … is appended when it is taken."""
        return self._first_free(safe_id(name), LONGEST, self._take)

    def prefix(self, name: str) -> str:
        """What the ids of a table's rows begin with, see `numbered`."""
        return self._first_free(safe_id(name, LONGEST - 20), LONGEST - 13, self._take_prefix)

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
        rows = _NUMBERED.fullmatch(folded)
        # 64 bits instead of the string: a collision gives a needless "-2", never a duplicate
        digest = int.from_bytes(hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest())
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
