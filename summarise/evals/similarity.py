"""How alike two pieces of evidence, two wordings, two names are: from 0 to 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from summarise.evals.gold.entities import plain_name
from summarise.evals.gold.labels import AUTHOR
from summarise.evals.tokenised import TokenSet, plain_forms
from summarise.numbers import find_numerals
from summarise.numbers.pattern import any_word, pattern
from summarise.words import STOP_WORDS

_DENIALS = "not cannot never none nor neither nobody nothing nowhere without deny denies denied denying denial denials".split()
_NEGATION = pattern("|".join([any_word(_DENIALS, r"\b"), any_word(["no"], r"\b(?!\.? ?\d)"), r"n['’]t\b"]))
# What is left of "don't" and "Lind's" when it is split at the apostrophe.
_REMNANTS = frozenset("s t re ve ll d".split())
_EMPTY = STOP_WORDS | _REMNANTS


class Words(NamedTuple):
    """The words of a wording in their order, and each once."""

    order: Sequence[str]
    each: frozenset[str]


def overlap(alternatives: Iterable[TokenSet], positions: TokenSet) -> float:
    """The best Dice coefficient of `positions` with any of the alternatives; 0 for none."""
    best = 0.0
    for gold in alternatives:
        common = (gold & positions).bit_count()
        if common:
            best = max(best, 2 * common / (gold.bit_count() + positions.bit_count()))
    return best


def likeness(a: str, b: str, contradiction: float = 1.0) -> float:
    """F1 of the words that carry meaning, at most `contradiction` where numbers contradict or only one of the two is negated."""
    (words_a, each_a), (words_b, each_b) = content(a), content(b)
    common = len(each_a & each_b)
    if not common:
        return 0.0
    if len(each_a) < len(words_a) and len(each_b) < len(words_b):
        common = (Counter(words_a) & Counter(words_b)).total()
    score = 2 * common / (len(words_a) + len(words_b))
    return contradiction if score > contradiction and _contradict(a, b) else score


def best_likeness(wordings: Iterable[str], b: str | None, contradiction: float = 1.0) -> float:
    """The best of several right wordings; 0 where there is nothing to compare."""
    best = 0.0
    for a in wordings if b else ():
        best = max(best, likeness(a, b or "", contradiction))
    return best


def same_name(aliases: Sequence[str], names: Sequence[str]) -> float:
    """1 where a name is one of the aliases, else the best likeness of any two; no names are the article's own voice."""
    if not names:
        return float(AUTHOR in aliases)
    if not _plain_names(tuple(aliases)).isdisjoint(_plain_names(tuple(names))):
        return 1.0
    return max((likeness(alias, name) for alias in aliases for name in names if alias != AUTHOR), default=0.0)


@lru_cache(maxsize=1 << 12)
def _plain_names(names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(map(plain_name, names))


@lru_cache(maxsize=1 << 15)
def content(text: str) -> Words:
    """The words of `text` in lower case without stop words; all its words, where it has no others."""
    words = plain_forms(text)
    telling = [word for word in words if word not in _EMPTY] or words
    return Words(telling, frozenset(telling))


@lru_cache(maxsize=1 << 15)
def numbers(text: str) -> frozenset[Decimal]:
    """Every number in `text`, scaled and without sign."""
    return frozenset(numeral.value for numeral in find_numerals(text))


@lru_cache(maxsize=1 << 15)
def _negated(text: str) -> bool:
    return len(_NEGATION.findall(text.casefold())) % 2 == 1


def _contradict(a: str, b: str) -> bool:
    """Each has a number that the other lacks, or one is negated and the other is not. To leave a number out is no contradiction."""
    return _negated(a) != _negated(b) or not (numbers(a) <= numbers(b) or numbers(b) <= numbers(a))
