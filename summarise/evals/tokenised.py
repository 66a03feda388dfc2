"""A text as tokens, each with its place: what quotes are looked for in and evidence is compared by."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
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
        sought = _joined(wanted)
        if sought in self._repeated:
            return self._repeated[sought]
        row, starts = self._row
        firsts = [bisect_left(starts, at) for at in _occurrences(sought, row)]
        found = [range(first, first + len(wanted)) for first in firsts]
        if len(found) > 1:
            self._repeated[sought] = found
        return found

    @cached_property
    def _repeated(self) -> dict[str, list[range]]:
        """What was found in several places, which many quotes of one text are."""
        return {}

    def nearest_run(self, runs: Sequence[range], near: int) -> range:
        """That of `runs`, which are in order, which begins nearest to the character `near`; the first of two."""
        at = bisect_left(runs, near, key=lambda run: self._starts[run[0]])
        return min(runs[max(0, at - 1) : at + 1], key=lambda run: abs(self._starts[run[0]] - near))

    def has_name(self, words: Sequence[str]) -> bool:
        """Whether these words in lower case stand in a row, whatever their case in the text."""
        return bool(words) and _joined(words) in self._lowered

    @cached_property
    def _lowered(self) -> str:
        return _joined([form.casefold() for form in self.forms])

    def longest_run(self, wanted: Sequence[str]) -> tuple[range, int]:
        """The longest run of tokens that stands in both (the first of equals), and where in `wanted` it begins; empty for none."""
        row, starts = self._row
        found, best_at, length = -1, 0, 0
        for at in range(len(wanted)):
            while at + length < len(wanted) and (longer := row.find(_joined(wanted[at : at + length + 1]))) >= 0:
                found, best_at, length = longer, at, length + 1
        first = bisect_left(starts, found)
        return range(first, first + length) if length else range(0), best_at


def _occurrences(sought: str, row: str) -> Iterator[int]:
    """Where `sought` begins in `row`, overlaps too, in linear time however often it repeats itself.

    Two that overlap by half or more are as far apart as `sought` repeats itself; then what stands behind one says whether another is there.
    """
    at, step = row.find(sought), 0
    while at >= 0:
        yield at
        if step and row.startswith(sought[-step:], at + len(sought)):
            at += step
            continue
        following = row.find(sought, at + 1)
        step = following - at if 0 < following - at <= len(sought) // 2 else step
        at = following


def _joined(tokens: Sequence[str]) -> str:
    return "\0" + "\0".join(tokens) + "\0"
