"""Words of a text, folded so that two ways of writing one word are equal, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from summarise.views.visible import clean

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


@lru_cache(maxsize=1 << 16)
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
