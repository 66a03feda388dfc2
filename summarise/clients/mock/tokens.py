"""Tokens: the words and signs of a text, with their places."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

# "U.S.", numbers with their groups, words with inner hyphens and apostrophes ("O'Brien"), a clitic ("'s"), or any single sign.
_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"
    r"|\d+(?:[.,]\d+)*"
    r"|\w+(?:-\w+|&\w+|['’](?!(?:s|t|re|ve|ll|d|m)\b)\w+)*"
    r"|['’](?:s|t|re|ve|ll|d|m)\b"
    r"|``|''|\S"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists: token i is `words[i]`, the characters [starts[i], ends[i]); `lows[i]` is its lower-case form without apostrophe."""

    text: str
    words: list[str]
    lows: list[str]
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> Tokens:
        found, starts, ends = [], [], []
        for match in _TOKEN.finditer(text):
            found.append(match[0])
            starts.append(match.start())
            ends.append(match.end())
        lows = [word.lower().lstrip("'’") or word for word in found]
        return cls(text, found, lows, starts, ends)

    def phrase(self, start: int, stop: int) -> str:
        """The text of the tokens [start, stop), its white space folded."""
        return folded(self.text[self.starts[start] : self.ends[stop - 1]]) if start < stop else ""

    def between(self, start: int, end: int) -> range:
        """The indices of the tokens that begin in the characters [start, end)."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))


def folded(text: str) -> str:
    """White space, page breaks and control signs as single spaces."""
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in text).split())
