"""Tokens: words of a text with their places, folded, stemmed and without stop words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, count
from operator import add
from typing import TypeAlias

from summarise.text.sanitise import clean

# Numbers with their inner points and commas, words with the marks that belong to their letters, and the signs that are said aloud.
# Quote marks, dashes, apostrophes, spaces and other punctuation are no tokens, so their many forms cannot keep two texts apart.
_JOINERS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_TOKEN = re.compile(rf"\d+(?:[.,٫٬]\d+)*|[^\W\d_]+(?:[{_JOINERS}]+[^\W\d_]*)*|[%‰٪％$¢£¤¥￠￡￥\u20a0-\u20cf]")
# The same for a text of ASCII alone, twice as fast.
_ASCII_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*|[%$]", re.ASCII)
_PIECES, _ASCII_PIECES = (re.compile(f"({token.pattern})", token.flags) for token in (_TOKEN, _ASCII_TOKEN))
_HIDDEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060])


@lru_cache(maxsize=1 << 16)
def normalised(token: str) -> str:
    """`token` with compatible letters made one ("ﬁ" is "fi"), hidden characters left out; its case stays."""
    return unicodedata.normalize("NFKC", token.translate(_HIDDEN))


def forms(text: str) -> list[str]:
    """The folded tokens of `text`."""
    return (
        _ASCII_TOKEN.findall(text)
        if text.isascii()
        else [token if token.isascii() else normalised(token) for token in _TOKEN.findall(text)]
    )


@lru_cache(maxsize=1 << 12)
def plain_forms(text: str) -> tuple[str, ...]:
    """The folded tokens of `text` in lower case."""
    return tuple(_ASCII_TOKEN.findall(text.lower()) if text.isascii() else [form.casefold() for form in forms(text)])


_ARTICLES = {"the", "a", "an"}


@lru_cache(maxsize=1 << 14)
def plain_name(name: str) -> tuple[str, ...]:
    """What tells a name from another: its words in lower case, without a leading article."""
    words = plain_forms(name)
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


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
        return tokens if self.text.isascii() else [token if token.isascii() else normalised(token) for token in tokens]

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


# Soft hyphens and other signs that are not seen part no word; a model that is given them mostly leaves them out.
_UNSEEN = r"[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]{1,9}"
_WORD = re.compile(rf"[^\W_]+(?:(?:[.'’]{{1,2}}|{_UNSEEN})(?=[^\W_])[^\W_]+)*")
_STEM = 5

STOP_WORDS = frozenset(
    """
    a about after again all also although an and any are as at be because been before being between both but by can could did do
    does during each for from further had has have he her here hers him his how i if in into is it its itself just like may me
    might more most must my no nor not of off on once only or other our out over own said say says she should so some such than
    that the their them then there these they this those through to too under until up upon us very was we were what when where
    which while who whom why will with would you your
    """.split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """`folded` is what stands at [start, end) of the text."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=1 << 18)
def fold(word: str) -> str:
    """Compatibility-normalised, case folded, without signs that are not seen, dots, apostrophes and a possessive 's: "U.S.'s" is "us"."""
    plain = unicodedata.normalize("NFKC", clean(word)).casefold().replace("’", "'")
    return plain.removesuffix("'s").replace("'", "").replace(".", "")


def words(text: str) -> list[Word]:
    """The words of `text` in order; punctuation and symbols are none."""
    found = (Word(fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(text))
    return [word for word in found if word.folded]


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """What `text` is about: its words without stop words, cut to five letters so that "deepen" and "deepening" are one."""
    return frozenset(word[:_STEM] for word in map(fold, _WORD.findall(text)) if word and word not in STOP_WORDS)


def share(of: frozenset[str], within: frozenset[str]) -> float:
    """Which part of the stems `of` stands in `within`, 0 to 1; 1 for no stems at all."""
    return len(of & within) / len(of) if of else 1.0


@dataclass(frozen=True)
class WordIndex:
    """The words of one text, to find runs of words in."""

    text: str

    def find(self, phrase: str) -> str | None:
        """`phrase` as the text writes it, when its words stand in the text in one run; None when they do not, or when it has no words."""
        wanted = [w.folded for w in words(phrase)]
        if not wanted:
            return None
        return self._verbatim(phrase) or self._folded(wanted)

    def _verbatim(self, phrase: str) -> str | None:
        """The usual case, found without an index."""
        pattern = r"\s+".join(map(re.escape, phrase.split()))
        found = re.search(rf"(?<!\w){pattern}(?!\w)", self.text)
        return " ".join(found.group().split()) if found else None

    def _folded(self, wanted: list[str]) -> str | None:
        for at in self._places.get(wanted[0], ()):
            run = self._words[at : at + len(wanted)]
            if [w.folded for w in run] == wanted:
                return " ".join(self.text[run[0].start : run[-1].end].split())
        return None

    @cached_property
    def _words(self) -> Sequence[Word]:
        return words(self.text)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, word in enumerate(self._words):
            places.setdefault(word.folded, []).append(at)
        return places


def fold_phrase(text: str) -> tuple[str, ...]:
    """The folded words of `text`: equal for two ways of writing one phrase."""
    return tuple(word.folded for word in words(text))


# "U.S.", numbers with their groups, words with inner hyphens and apostrophes ("O'Brien"), a clitic ("'s"), or any single sign.
_TOKENS_TOKEN = re.compile(
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
        for match in _TOKENS_TOKEN.finditer(text):
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
