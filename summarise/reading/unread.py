"""What reading found at one place: an article's text, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.errors import InputError
from summarise.reading.known import NOTHING, Known
from summarise.text import normalise_newlines

# Share of control characters above which text is taken for something else; a stray form feed or Ctrl-Z is no reason to refuse a page.
_MOST_CONTROLS = 0.003
_FEW = 2
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10, 11, 12, 13, 0x85)}


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
    """`text` with \\n newlines. Raises InputError for what is no text: nothing but white space, NUL, lone surrogates, many control characters."""
    if not text or text.isspace():
        raise InputError("there is no text in it", kind="empty")
    if "\0" in text:
        raise InputError("it holds NUL characters, so it is no text", kind="binary")
    if not text.isascii():
        _refuse_surrogates(text)
    if not text.isprintable():
        _refuse_controls(text)
    return normalise_newlines(text)


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("it holds half a surrogate pair, so it is no text", kind="binary") from error


def _refuse_controls(text: str) -> None:
    controls = len(text) - len(text.translate(_CONTROLS))
    if controls > max(_FEW, _MOST_CONTROLS * len(text)):
        raise InputError(f"{controls:,} of its {len(text):,} characters are control characters, so it is no text", kind="binary")
