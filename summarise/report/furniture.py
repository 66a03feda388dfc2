"""Furniture: lines of a page that are no part of its article, told from the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

_LONGEST = 80
_MOST_WORDS = 12
_WRAPPED = 100
"""No program breaks lines at more characters than these, so a longer line is a paragraph of its own."""
_ENDS = re.compile(r"[.!?…:;,。！？：；，、؟؛،।][\"'”’»)\]}*_]{0,3}$")
_MARKUP = re.compile(r"[#>|•▪*–—-]|\d{1,2}[.)]\s")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a text, from the character `start` to `end`; blank lines belong to the block before them."""

    start: int
    end: int
    is_furniture: bool = False


def blocks(text: str, held: Iterable[tuple[int, int]]) -> Iterator[Block]:
    """The text in turns of article and furniture. No line that `held`, the spans of evidence, touches is furniture."""
    lines = list(_lines(text))
    _judge(lines, sorted(held))
    start, kind = 0, None
    for line in lines:
        if (line.is_blank and not line.is_held) or line.is_furniture == kind:
            continue
        if kind is not None:
            yield Block(start, line.start, kind)
            start = line.start
        kind = line.is_furniture
    if text:
        yield Block(start, len(text), kind is True)


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    words: str
    is_held: bool = False
    is_furniture: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.words

    @property
    def is_short(self) -> bool:
        """As a heading, a menu or a date is: few words, no end of a sentence, no sign of a list."""
        few = len(self.words) <= _LONGEST and self.words.count(" ") < _MOST_WORDS
        return few and not self.is_held and not _ENDS.search(self.words[-4:]) and not _MARKUP.match(self.words)


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        end = min(at + len(line) + 1, len(text))
        yield _Line(at, end, line.strip())
        at = end


def _judge(lines: list[_Line], held: list[tuple[int, int]]) -> None:
    """Lines that may be those of one broken paragraph are judged together."""
    _hold(lines, held)
    for is_blank, listed in groupby(lines, key=lambda line: line.is_blank):
        group = list(listed)
        apart = any(len(line.words) > _WRAPPED for line in group)
        together = not is_blank and all(line.is_short for line in group)
        for line in group:
            line.is_furniture = not is_blank and (line.is_short if apart else together)


def _hold(lines: list[_Line], held: list[tuple[int, int]]) -> None:
    """Marks the lines that a span touches; both are in order, so one walk over both is enough."""
    at, reach = 0, -1
    for line in lines:
        while at < len(held) and held[at][0] < line.end:
            reach = max(reach, held[at][1])
            at += 1
        line.is_held = reach > line.start
