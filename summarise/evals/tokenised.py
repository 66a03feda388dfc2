"""A text as tokens, each with its place: what quotes are looked for in and evidence is compared by."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, count
from operator import add
from typing import TypeAlias

# Numbers with their inner points and commas, words with the marks that belong to their letters, and the signs that are said aloud.
# Quote marks, dashes, apostrophes, spaces and other punctuation are no tokens, so their many forms cannot keep two texts apart.
_JOINERS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_TOKEN = re.compile(rf"\d+(?:[.,٫٬]\d+)*|[^\W\d_]+(?:[{_JOINERS}]+[^\W\d_]*)*|[%‰٪％$¢£¤¥￠￡￥\u20a0-\u20cf]")
# The same for a text of ASCII alone, twice as fast.
_ASCII_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*|[%$]", re.ASCII)
_PIECES, _ASCII_PIECES = (re.compile(f"({token.pattern})", token.flags) for token in (_TOKEN, _ASCII_TOKEN))
_HIDDEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060])


@lru_cache(maxsize=1 << 16)
def fold(token: str) -> str:
    """`token` with compatible letters made one ("ﬁ" is "fi"), hidden characters left out; its case stays."""
    return unicodedata.normalize("NFKC", token.translate(_HIDDEN))


def forms(text: str) -> list[str]:
    """The folded tokens of `text`."""
    return _ASCII_TOKEN.findall(text) if text.isascii() else [token if token.isascii() else fold(token) for token in _TOKEN.findall(text)]


@lru_cache(maxsize=1 << 12)
def plain_forms(text: str) -> tuple[str, ...]:
    """The folded tokens of `text` in lower case."""
    return tuple(_ASCII_TOKEN.findall(text.lower()) if text.isascii() else [form.casefold() for form in forms(text)])


TokenSet: TypeAlias = int
"""Positions of tokens, bit n for token n: a tenth of the size of a set, and compared with another in one step."""


def covered(runs: Iterable[range]) -> TokenSet:
    """All tokens of these runs."""
    tokens = 0
    for run in runs:
        tokens |= ((1 << len(run)) - 1) << run.start
    return tokens


class Tokenised:
    """The tokens of one text. A position is the number of a token, from 0.

    `bounds` is where what stands between tokens and the tokens themselves end, in turn; who has it from before saves the search.
    """

    def __init__(self, text: str, bounds: Sequence[int] = ()) -> None:
        self.text = text
        self.bounds = bounds or list(accumulate(map(len, (_ASCII_PIECES if text.isascii() else _PIECES).split(text))))
        self._starts, self._ends = self.bounds[:-1:2], self.bounds[1::2]

    @cached_property
    def forms(self) -> Sequence[str]:
        """The tokens, folded."""
        tokens = [self.text[start:end] for start, end in zip(self._starts, self._ends, strict=True)]
        return tokens if self.text.isascii() else [token if token.isascii() else fold(token) for token in tokens]

    @cached_property
    def _row(self) -> tuple[str, list[int]]:
        """All tokens in one string, each with a sign before it that stands in none, and where in that string each begins."""
        letters_before = accumulate(map(len, self.forms), initial=0)
        return _joined(self.forms), list(map(add, letters_before, count()))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The positions of each form."""
        places: dict[str, list[int]] = {}
        for at, form in enumerate(self.forms):
            places.setdefault(form, []).append(at)
        return places

    def positions(self, start: int, end: int) -> range:
        """The tokens that the characters [start, end) touch."""
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def span(self, positions: range) -> tuple[int, int]:
        """The characters of a run of tokens, which must not be empty."""
        return self._starts[positions[0]], self._ends[positions[-1]]

    def runs(self, wanted: Sequence[str]) -> list[range]:
        """Every place where the tokens `wanted` stand in a row; none for no tokens."""
        if not wanted:
            return []
        row, starts = self._row
        sought, found, at = _joined(wanted), list[range](), -1
        while (at := row.find(sought, at + 1)) >= 0:
            first = bisect_left(starts, at)
            found.append(range(first, first + len(wanted)))
        return found

    def longest_run(self, wanted: Sequence[str]) -> tuple[range, int]:
        """The longest run of tokens that stands in both (the first of equals), and where in `wanted` it begins; empty for none."""
        best, best_at = range(0), 0
        before: dict[int, int] = {}
        for at, form in enumerate(wanted):
            lengths = {place: before.get(place - 1, 0) + 1 for place in self.places.get(form, ())}
            for place, length in lengths.items():
                if length > len(best):
                    best, best_at = range(place - length + 1, place + 1), at - length + 1
            before = lengths
        return best, best_at


def _joined(tokens: Sequence[str]) -> str:
    return "\0" + "\0".join(tokens) + "\0"
