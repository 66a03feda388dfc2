"""The sentence around a figure, read once for all the figures in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose
from summarise.numbers.speaker import read_speaker
from summarise.numbers.times import Time, read_times

_REACH = 260
_TOKEN = pattern(r"([^\W_][\w'&/-]*(?:\.\w+)?|[,;:()\"!?.])")
_SENTENCE_END = pattern(r"[.!?][\"')]? (?=[^a-z])")
_ABBREVIATED = pattern(
    r"(?:\b(?:mr|mrs|ms|dr|gen|sen|rep|st|inc|corp|co|ltd|vs|no|u\.s|u\.k|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|\b[a-z])\Z"
)


class Sentence:
    """A sentence, or at most some hundred characters of it on each side of the figure it was opened for.

    `words` are its words and marks of punctuation in lower case, which stand from `starts` to `ends`; `times` are the dates and times
    that it names, `speaker` whom it names as saying it.
    """

    __slots__ = ("end", "ends", "speaker", "start", "starts", "times", "words")

    def __init__(self, prose: Prose, start: int, end: int) -> None:
        self.start, self.end = _bounds(prose, start, end)
        parts = _TOKEN.split(prose.low[self.start : self.end])  # every other one is a token
        edges = list(accumulate(map(len, parts), initial=self.start))
        self.words: list[str] = parts[1::2]
        self.starts, self.ends = edges[1:-1:2], edges[2::2]
        self.times: list[Time] = read_times(prose, self.start, self.end)
        self.speaker: str | None = read_speaker(prose, self.start, self.end)

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end

    def token_at(self, position: int) -> int:
        """The index of the first token that begins at `position` or later."""
        return bisect_left(self.starts, position)


def _bounds(prose: Prose, start: int, end: int) -> tuple[int, int]:
    opens = max(0, start - _REACH, prose.plain.rfind("\n", max(0, start - _REACH), start) + 1)
    for match in reversed(list(_SENTENCE_END.finditer(prose.plain, opens, start))):
        if not _is_abbreviation(prose, match):
            opens = match.end()
            break
    closes = min(len(prose.plain), end + _REACH)
    line = prose.plain.find("\n", end, closes)
    closes = line if line >= 0 else closes
    for match in _SENTENCE_END.finditer(prose.plain, end, closes):
        if not _is_abbreviation(prose, match):
            return opens, match.start()
    return opens, closes


def _is_abbreviation(prose: Prose, match: re.Match[str]) -> bool:
    return prose.plain[match.start()] == "." and _ABBREVIATED.search(prose.low, max(0, match.start() - 6), match.start()) is not None
