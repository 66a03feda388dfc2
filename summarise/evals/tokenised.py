"""A text as tokens, each with its place: what quotes are looked for in and evidence is compared by."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache

# Numbers with their inner points and commas, words with the marks that belong to their letters, and the signs that are said aloud.
# Quote marks, dashes, apostrophes, spaces and other punctuation are no tokens, so their many forms cannot keep two texts apart.
_JOINERS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_TOKEN = re.compile(rf"\d+(?:[.,٫٬]\d+)*|[^\W\d_]+(?:[{_JOINERS}]+[^\W\d_]*)*|[%‰٪％$¢£¤¥￠￡￥\u20a0-\u20cf]")
_HIDDEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060])


@lru_cache(maxsize=1 << 16)
def fold(token: str) -> str:
    """`token` with compatible letters made one ("ﬁ" is "fi"), hidden characters left out; its case stays."""
    return token if token.isascii() else unicodedata.normalize("NFKC", token.translate(_HIDDEN))


def forms(text: str) -> list[str]:
    """The folded tokens of `text`."""
    found: list[str] = _TOKEN.findall(text)
    return found if text.isascii() else [fold(token) for token in found]


class Tokenised:
    """The tokens of one text. A position is the number of a token, from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        spans = [match.span() for match in _TOKEN.finditer(text)]
        found = [text[start:end] for start, end in spans]
        self.forms: Sequence[str] = found if text.isascii() else [fold(token) for token in found]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

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
        size = len(wanted)
        places = [self.places.get(form, ()) for form in wanted]
        fewest = min(places, key=len)
        rarest = places.index(fewest)
        firsts = (place - rarest for place in fewest)
        return [range(at, at + size) for at in firsts if at >= 0 and self.forms[at : at + size] == wanted]

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
