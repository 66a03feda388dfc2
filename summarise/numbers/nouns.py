"""The noun that a number counts: "38 separate agreements" counts agreements."""

from __future__ import annotations

from typing import NamedTuple

from summarise.numbers.pattern import pattern
from summarise.numbers.words import ADJECTIVES, ING_NOUNS, IRREGULAR_PLURALS, NO_PLURALS, PAST_VERBS, SINGULARS, STOP_WORDS

# Words after a number that may stand before the noun it counts although they end the phrase elsewhere.
_MAY_LEAD = frozenset("more most".split())
_ADJECTIVE_ENDINGS = (
    "al",
    "ic",
    "ive",
    "ous",
    "ful",
    "able",
    "ible",
    "ary",
    "ed",
    "ing",
    "ian",
    "ish",
    "ese",
    "est",
    "less",
    "ly",
    "like",
    "ern",
    "ical",
    "ant",
    "lar",
    "can",
)
_WORD = pattern(r"(?P<gap> {1,2}|\n(?=[a-z])|-)?(?P<word>[^\W\d_][\w'&]{0,40}(?:-[^\W\d_][\w']{0,40}){0,4})")
_LONGEST = 6


class Counted(NamedTuple):
    """A counted noun: where its phrase begins and where it ends, its singular head, and the phrase in lower case."""

    start: int
    end: int
    head: str
    phrase: str


def singular(word: str) -> str:
    """The singular of a lower-case noun; a word that is no plural comes back as it is."""
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if len(word) < 4 or word in NO_PLURALS or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    """Whether a lower-case word has the look of a plural noun."""
    return word in IRREGULAR_PLURALS or (
        len(word) > 3 and word.endswith("s") and word not in NO_PLURALS and not word.endswith(("ss", "us", "is", "ous", "'s"))
    )


def counted(low: str, start: int, *, single: bool) -> Counted | None:
    """The noun phrase that a number ending at `start` counts; `single` when the number is one."""
    words = _phrase(low, start)
    if not words:
        return None
    if single:
        return _single(low, words)
    for index, (_, end, word) in enumerate(words):
        if is_plural(word):
            return Counted(words[0][0], end, _compound(words, index), low[words[0][0] : end])
        if index == 0 and word in SINGULARS:
            return Counted(words[0][0], end, word, word)
    return None


def _compound(words: list[tuple[int, int, str]], index: int) -> str:
    """The head with the noun right before it: "heart transplant", but "agreement" of "bilateral agreements"."""
    head = singular(words[index][2])
    if not index or head in ("person", "man", "woman", "child"):
        return head
    before = words[index - 1][2]
    return head if is_adjective(before) or before in STOP_WORDS or "'" in before else f"{before} {head}"


def is_adjective(word: str) -> bool:
    """Whether a lower-case word has the look of an adjective or adverb."""
    return word in ADJECTIVES or "-" in word or (word.endswith(_ADJECTIVE_ENDINGS) and word not in ING_NOUNS)


def _phrase(low: str, start: int) -> list[tuple[int, int, str]]:
    """The words after a number up to one that cannot belong to what it counts."""
    words: list[tuple[int, int, str]] = []
    position = start
    while len(words) < _LONGEST:
        match = _WORD.match(low, position)
        if not match or not match["gap"]:
            break
        word = match["word"]
        leads = word in _MAY_LEAD and not words
        links = word in ("and", "or") and 0 < len(words) < 3
        if (word in STOP_WORDS and not leads and not links) or word in PAST_VERBS:
            break
        words.append((match.start("word"), match.end(), word))
        position = match.end()
    while words and words[-1][2] in ("and", "or"):
        words.pop()
    return words


def _single(low: str, words: list[tuple[int, int, str]]) -> Counted | None:
    candidates = [entry for entry in words if not entry[2].endswith(("ly", "'s"))][:3]
    if not candidates:
        return None
    _, end, word = candidates[0]
    if len(candidates) > 1 and is_adjective(word) and not word.endswith("al"):
        _, end, word = candidates[1]
    return None if word in ADJECTIVES or word in ("additional", "special") else Counted(words[0][0], end, word, low[words[0][0] : end])
