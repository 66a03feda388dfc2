"""Alignment: a quote found in its text, exactly or in part, and how alike two pieces of evidence, wordings or names are."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Literal, NamedTuple, TypeGuard

from summarise.figures import find_numerals
from summarise.figures.lexicon import singular
from summarise.figures.model import any_word, pattern
from summarise.text.tokens import STOP_WORDS, Tokenised, TokenSet, covered, forms, plain_forms, plain_name

AUTHOR = "author"
"""The speaker or holder of what the article says in its own voice."""

_DENIALS = "not cannot never none nor neither nobody nothing nowhere without deny denies denied denying denial denials".split()
_NEGATION = pattern("|".join([any_word(_DENIALS, r"\b"), any_word(["no"], r"\b(?!\.? ?\d)"), r"n['’]t\b"]))
# What is left of "don't" and "Lind's" when it is split at the apostrophe.
_REMNANTS = frozenset("s t re ve ll d".split())
_EMPTY = STOP_WORDS | _REMNANTS
_PERCENT = {"%": "percent", "per cent": "percent", "pc": "percent", "pp": "percentage point", "percent point": "percentage point"}


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


@lru_cache(maxsize=4096)
def unit_name(text: str) -> str:
    """A unit in the singular, whichever way it was written."""
    plain = text.strip().casefold()
    if plain in _PERCENT:
        return _PERCENT[plain]
    words = plain_forms(text)
    joined = " ".join([*words[:-1], *(singular(word) for word in words[-1:])])
    return _PERCENT.get(joined, joined)


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
def negated(text: str) -> bool:
    """Whether it has an odd number of words of negation."""
    return len(_NEGATION.findall(text.casefold())) % 2 == 1


def _contradict(a: str, b: str) -> bool:
    """Each has a number that the other lacks, or one is negated and the other is not. To leave a number out is no contradiction."""
    return negated(a) != negated(b) or not (numbers(a) <= numbers(b) or numbers(b) <= numbers(a))


def opposed(a: str, b: str) -> bool:
    """Only one of the two is negated, or both have numbers and none in common. Of two long texts one may well have more numbers."""
    return negated(a) != negated(b) or (bool(numbers(a)) and bool(numbers(b)) and numbers(a).isdisjoint(numbers(b)))


Grounding = Literal["exact", "partial", "none"]
GROUNDINGS: tuple[Grounding, ...] = ("exact", "partial", "none")

_LONGEST_PARTIAL = 400
_AROUND = 8
_LONGEST_WORD = 60


class Located(NamedTuple):
    """`positions` are tokens of the text, `span` its characters; both empty for a quote that is nowhere."""

    grounding: Grounding
    positions: TokenSet
    span: tuple[int, int] | None


NOWHERE = Located("none", 0, None)


def locate(text: Tokenised, quote: str, *, share: float, near: int = 0) -> Located:
    """The place of `quote`: the exact one that is nearest to the character `near`, else the longest run if it has `share` of the tokens."""
    wanted = forms(quote)
    runs = text.runs(wanted)
    if runs:
        return _at(text, text.nearest_run(runs, near), "exact")
    run, _ = text.longest_run(wanted[:_LONGEST_PARTIAL])
    return _at(text, run, "partial") if wanted and len(run) >= share * len(wanted) else NOWHERE


def locate_span(text: Tokenised, span: Mapping[str, Any], *, share: float) -> Located:
    """The place of `{"start", "end", "quote"}`, of which either the offsets or the quote may be missing.

    Nowhere, where both are there and the quote does not stand at the offsets: such a span proves nothing.
    """
    start, end, quote = span.get("start"), span.get("end"), span.get("quote")
    if _is_offset(start) and _is_offset(end):
        if not 0 <= start < end <= len(text.text) or not (quote is None or _says(text, start, end, quote)):
            return NOWHERE
        positions = text.positions(start, end)
        return Located("exact", covered([positions]), (start, end)) if positions else NOWHERE
    return locate(text, quote, share=share, near=start if _is_offset(start) else 0) if isinstance(quote, str) else NOWHERE


def nearest(text: Tokenised, quote: str) -> str | None:
    """What in the text is most like `quote`; None where nothing is."""
    wanted = forms(quote)[:_LONGEST_PARTIAL]
    run, at = text.longest_run(wanted)
    if not run:
        close = [difflib.get_close_matches(word, _short(text.places), n=1) for word in wanted[:1] if len(word) <= _LONGEST_WORD]
        run = range(text.places[close[0][0]][0], text.places[close[0][0]][0] + 1) if close and close[0] else run
        at = 0
    if not run:
        return None
    first = max(0, run[0] - at)
    start, end = text.span(range(first, min(len(text.forms), max(run[-1] + 1, first + len(wanted)))))
    return text.text[start:end]


def _short(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) <= _LONGEST_WORD]


def around(text: Tokenised, run: range) -> str:
    """The run with some tokens before and after it, to tell one place from another."""
    start, end = text.span(range(max(0, run[0] - _AROUND // 2), min(len(text.forms), run[-1] + 1 + _AROUND // 2)))
    return text.text[start:end]


def _at(text: Tokenised, run: range, grounding: Grounding) -> Located:
    return Located(grounding, covered([run]), text.span(run)) if run else NOWHERE


def _is_offset(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _says(text: Tokenised, start: int, end: int, quote: object) -> bool:
    part = text.text[start:end]
    return part == quote or (isinstance(quote, str) and forms(part) == forms(quote))


def touched(found: Iterable[Located]) -> TokenSet:
    """The tokens of all of them."""
    return reduce(or_, [one.positions for one in found], 0)


def merged(found: Sequence[Located]) -> Grounding:
    """The worst of several; "none" for no evidence at all."""
    if len(found) == 1:
        return found[0].grounding
    return max((located.grounding for located in found), key=GROUNDINGS.index, default="none")
