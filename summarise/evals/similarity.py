"""How alike two pieces of evidence, two wordings, two names are: from 0 to 1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from summarise.evals.gold.entities import plain_name
from summarise.evals.gold.labels import AUTHOR
from summarise.evals.tokenised import forms
from summarise.numbers import find_numerals
from summarise.words import STOP_WORDS

_NEGATION = re.compile(
    r"\b(?:not|cannot|never|none|nor|neither|nobody|nothing|nowhere|without|no(?!\.? ?\d)|den(?:y|ies|ied|ying|ials?))\b|n['’]t\b"
)
# What is left of "don't" and "Lind's" when it is split at the apostrophe.
_REMNANTS = frozenset("s t re ve ll d".split())


def overlap(alternatives: Iterable[frozenset[int]], positions: frozenset[int]) -> float:
    """The best Dice coefficient of `positions` with any of the alternatives; 0 for none."""
    found = (2 * len(gold & positions) / (len(gold) + len(positions)) for gold in alternatives if not gold.isdisjoint(positions))
    return max(found, default=0.0)


def likeness(a: str, b: str, contradiction: float = 1.0) -> float:
    """F1 of the words that carry meaning, at most `contradiction` where numbers contradict or only one of the two is negated."""
    words_a, words_b = content(a), content(b)
    if words_a.keys().isdisjoint(words_b):
        return 0.0
    common = sum([min(words_a[word], words_b[word]) for word in words_a.keys() & words_b.keys()])
    score = 2 * common / (sum(words_a.values()) + sum(words_b.values()))
    return contradiction if score > contradiction and _contradict(a, b) else score


def best_likeness(wordings: Iterable[str], b: str | None, contradiction: float = 1.0) -> float:
    """The best of several right wordings; 0 where there is nothing to compare."""
    return max((likeness(a, b, contradiction) for a in wordings), default=0.0) if b else 0.0


def same_name(aliases: Sequence[str], names: Sequence[str]) -> float:
    """1 where a name is one of the aliases, else the best likeness of any two; no names are the article's own voice."""
    if not names:
        return float(AUTHOR in aliases)
    plain = {plain_name(alias) for alias in aliases}
    if any(plain_name(name) in plain for name in names):
        return 1.0
    return max((likeness(alias, name) for alias in aliases for name in names if alias != AUTHOR), default=0.0)


@lru_cache(maxsize=1 << 15)
def content(text: str) -> Mapping[str, int]:
    """The words of `text` in lower case without stop words, and how often each stands; all its words, where it has no others."""
    words = [form.casefold() for form in forms(text)]
    telling = [word for word in words if word not in STOP_WORDS and word not in _REMNANTS]
    return dict(Counter(telling or words))


@lru_cache(maxsize=1 << 15)
def numbers(text: str) -> frozenset[Decimal]:
    """Every number in `text`, scaled and without sign."""
    return frozenset(numeral.value for numeral in find_numerals(text))


@lru_cache(maxsize=1 << 15)
def _negated(text: str) -> bool:
    return len(_NEGATION.findall(text.casefold())) % 2 == 1


def _contradict(a: str, b: str) -> bool:
    """Each has a number that the other lacks, or one is negated and the other is not. To leave a number out is no contradiction."""
    return _negated(a) != _negated(b) or bool(numbers(a) - numbers(b) and numbers(b) - numbers(a))
