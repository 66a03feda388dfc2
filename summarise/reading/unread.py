"""What reading found at one place: an article's text, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from summarise.errors import InputError
from summarise.reading.known import NOTHING, Known
from summarise.text import normalise_newlines

# Share of control characters above which text is taken for something else; a stray form feed or Ctrl-Z is no reason to refuse a page.
_MOST_CONTROLS = 0.003
_FEW = 2
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\v\f\r")
_LATE_CONTROLS = re.compile(b"\xc2[\x80-\x84\x86-\x9f]")  # U+0080 to U+009F in UTF-8, but for the newline among them


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


def sound(text: str) -> str:
    """`text` with \\n newlines. Raises InputError for what is no text: only white space, NUL, lone surrogates, many control characters."""
    if not text or text.isspace():
        raise InputError("there is no text in it", kind="empty")
    if "\0" in text:
        raise InputError("it holds NUL characters, so it is no text", kind="binary")
    try:
        controls = _controls_in(text)
    except UnicodeEncodeError as error:
        raise InputError("it holds half a surrogate pair, so it is no text", kind="binary") from error
    if controls > max(_FEW, _MOST_CONTROLS * len(text)):
        raise InputError(f"{controls:,} of its {len(text):,} characters are control characters, so it is no text", kind="binary")
    return normalise_newlines(text)


def _controls_in(text: str) -> int:
    # counted in bytes: ten times as fast as in characters
    content = text.encode("utf-8")
    early = len(content) - len(content.translate(None, _CONTROLS))
    return early if len(content) == len(text) else early + len(_LATE_CONTROLS.findall(content))
