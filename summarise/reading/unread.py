"""What reading found at one place: an article's text, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.errors import InputError
from summarise.reading.known import NOTHING, Known
from summarise.text import normalise_newlines
from summarise.views.visible import is_blank

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
