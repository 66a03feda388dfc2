"""Quotes: the stretches of a text that stand between quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DOUBLE = re.compile(r"[“”„\"«»]|``|''")
# A single mark that cannot be an apostrophe: it opens after a space and closes before one.
_SINGLE = re.compile(r"(?<![^\s(\[—–])[‘'](?=\w)|(?<=[.,!?\w])[’'](?=[\s)\]—–.,;:]|$)")
_OPENS = ("“", "„", "«", "``", "‘")
_CLOSES = ("”", "»", "’")


@dataclass(frozen=True, slots=True)
class Quote:
    """The characters [start, end) hold the quote with its marks. `runs_on`: it stops with its paragraph, without a closing mark."""

    start: int
    end: int
    runs_on: bool = False


def find_quotes(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Quote]:
    """The outermost quotes of each paragraph [start, end), in text order. Single marks count only where no double ones exist."""
    marks = _DOUBLE if _DOUBLE.search(text) else _SINGLE
    return [quote for start, end in paragraphs for quote in _in_paragraph(marks, text, start, end)]


def _in_paragraph(marks: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Quote]:
    opened: int | None = None
    for mark in marks.finditer(text, start, end):
        if opened is None:
            if mark[0] not in _CLOSES and not _is_possessive(text, mark):
                opened = mark.start()
        elif mark[0] not in _OPENS:
            yield Quote(opened, mark.end())
            opened = None
    if opened is not None:
        yield Quote(opened, end, runs_on=True)


def _is_possessive(text: str, mark: re.Match[str]) -> bool:
    """The mark in "the auditors' report": it follows a letter, and nothing is open."""
    return mark[0] == "'" and mark.start() > 0 and text[mark.start() - 1].isalnum()
