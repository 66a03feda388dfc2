"""The context of a figure: which words around it say what it counts, when, and of which part."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from summarise.compare.figures.synonyms import GENERIC, NUMERALS, SYNONYMS
from summarise.compare.figures.traits import Traits, traits
from summarise.compare.figures.units import is_measure
from summarise.compare.names.mentions import known
from summarise.schema import CitedFigure, Span
from summarise.words import STOP_WORDS, fold

# How much a word counts for what the number is of: less with every word between the two, and with every joint of the sentence.
_REACH = 5.0
_FARTHEST = 26
_JOINTS = {",": 0.75, ";": 0.45, ":": 0.7, "(": 0.7, ")": 0.7, "—": 0.6, "–": 0.7}
_CLAUSES = frozenset("while but whereas although though because when after before which who whose that if as".split())
_CLAUSE = 0.75
_NUMBER = 0.5
_NAMED = 0.8
_LEAST = 0.02
_STEM = 5
_SHORT = 3

_TOKEN = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*|\d[\d.,]*\d|\d|[,;:()—–]")


@dataclass(frozen=True)
class Context:
    """`what` are common words, as stems, with weights of 0 to 1, `names` those that are written with a capital, `traits` what else its
    clause says of the number, `unit` the stems of its unit. `is_another` says that it is set against a number before it. `place` tells
    figures of one sentence from each other; `sentence` is the evidence.
    """

    what: Mapping[str, float]
    names: Mapping[str, float]
    unit: frozenset[str]
    traits: Traits
    sentence: str = field(repr=False)
    place: int
    is_another: bool = False


class Shares:
    """Which words of the sentences of an article stand in which of its figures."""

    def __init__(self, figures: Iterable[CitedFigure]) -> None:
        self._beside: dict[int, list[CitedFigure]] = defaultdict(list)
        self._owners: dict[tuple[int, int, str], dict[int, str | None]] = {}
        for figure in figures:
            for start in {span.start for span in figure.evidence}:
                self._beside[start].append(figure)

    def taken(self, figure: CitedFigure, span: Span, at: tuple[int, int]) -> set[int]:
        """The tokens near `at` in the sentence `span` that stand in another figure than `figure`."""
        key = span.start, span.end, span.quote
        if key not in self._owners:
            self._owners[key] = self._owned(span)
        owners = self._owners[key]
        if len(owners) > 2 * _FARTHEST:
            near = (*range(at[0] - _FARTHEST, at[0]), *range(at[1], at[1] + _FARTHEST))
            owners = {n: owners[n] for n in near if n in owners}
        return {n for n, id in owners.items() if id != figure.id}

    def _owned(self, span: Span) -> dict[int, str | None]:
        """The id of the figure that each token of a number stands in, None for several."""
        owners: dict[int, str | None] = {}
        tokens = _tokens(span.quote)
        for figure in self._beside[span.start]:
            if span.start <= figure.start and figure.end <= span.end:
                for n in range(*_at(tokens, figure.start - span.start, figure.end - span.start)):
                    owners[n] = figure.id if owners.get(n, figure.id) == figure.id else None
        return owners


def context(figure: CitedFigure, shares: Shares, known: frozenset[str] = frozenset()) -> Context:
    """`shares` are those of the figures of its article: those of one sentence share its words out among them. `known` are names of it."""
    span = _sentence(figure)
    unit = frozenset(_stem(_plain(word)) for word in _words(figure.unit or ""))
    if span is None:
        return Context(_measure(figure, unit), {}, unit, traits((), figure), figure.quote, 0)
    tokens = _tokens(span.quote)
    at = _at(tokens, figure.start - span.start, figure.end - span.start)
    taken = shares.taken(figure, span, at)
    is_counted = not (figure.currency or is_measure(figure.unit or ""))
    # Who gives the number is no part of what it is of.
    said_by = frozenset(map(fold, _words(figure.speaker or "")))
    reached = [(n, weight) for n, weight in _reached(tokens, at, taken) if fold(tokens[n].text) not in said_by]
    what, names = _weighed(tokens, at, reached, known, is_counted=is_counted)
    for stem, weight in _measure(figure, unit).items():
        if not any(name.startswith(stem) for name in names):
            what[stem] = max(what.get(stem, 0.0), weight)
    around = [t.text for t in _clause(tokens, at, taken)]
    return Context(what, names, unit, traits(around, figure), span.quote, figure.start - span.start)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    is_first: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


_start, _end = attrgetter("start"), attrgetter("end")


@lru_cache(maxsize=1 << 12)
def _tokens(sentence: str) -> tuple[_Token, ...]:
    found = list(_TOKEN.finditer(sentence))
    return tuple(_Token(m.group(), m.start(), m.end(), n == 0) for n, m in enumerate(found))


def _sentence(figure: CitedFigure) -> Span | None:
    return next((span for span in figure.evidence if span.start <= figure.start and figure.end <= span.end), None)


def _at(tokens: tuple[_Token, ...], start: int, end: int) -> tuple[int, int]:
    """The first and one past the last of the tokens that stand in [start, end)."""
    first = bisect_right(tokens, start, key=_end)
    last = bisect_left(tokens, end, lo=first, key=_start)
    return (first, last) if first < last else (0, 0)


def _weighed(
    tokens: tuple[_Token, ...], at: tuple[int, int], reached: Iterable[tuple[int, float]], known: frozenset[str], *, is_counted: bool
) -> tuple[dict[str, float], dict[str, float]]:
    """Common words and names. Those of the number's own quote say what is counted, unless they are units or currencies."""
    what: dict[str, float] = {}
    names: dict[str, float] = {}
    own = [(n, 1.0) for n in range(*at) if tokens[n].is_word] if is_counted else []
    for n, weight in (*own, *reached):
        text = tokens[n].text
        stem = stem_of(text)
        if stem:
            is_name = _is_name(tokens[n]) or (text[0].isupper() and name_of(text) in known)
            into, word = (names, name_of(text)) if is_name else (what, stem)
            into[word] = max(into.get(word, 0.0), weight)
    return what, names


def _reached(tokens: tuple[_Token, ...], at: tuple[int, int], taken: set[int]) -> Iterable[tuple[int, float]]:
    """The words after and before the number, and what they weigh."""
    for walk in (range(at[1], min(len(tokens), at[1] + _FARTHEST)), range(at[0] - 1, max(-1, at[0] - 1 - _FARTHEST), -1)):
        yield from _walked(tokens, walk, taken)


def _walked(tokens: tuple[_Token, ...], walk: range, taken: set[int]) -> Iterable[tuple[int, float]]:
    steps, factor, found, was_taken = 0, 1.0, False, False
    for n in walk:
        token = tokens[n]
        is_taken = n in taken
        # Behind another number its words begin; but a number with none of its own ("to a record of 108") is of what the other is.
        if is_taken and not was_taken and found:
            factor *= _NUMBER
        was_taken = is_taken
        if not token.is_word:
            factor *= _JOINTS.get(token.text, 1.0)
            continue
        if token.text.lower() in _CLAUSES:
            factor *= _CLAUSE
        stem = stem_of(token.text)
        steps += bool(stem)
        weight = factor / (1 + max(0, steps - 1) / _REACH)
        if weight < _LEAST:
            return
        if stem:
            found = True
            yield n, weight


def _clause(tokens: tuple[_Token, ...], at: tuple[int, int], taken: set[int]) -> list[_Token]:
    """The tokens nearest to the number, up to the next strong joints and to the next numbers, where it has words of its own before them."""
    first, last = at
    while last < len(tokens) and last - at[1] < _FARTHEST and last not in taken and tokens[last].text not in ";:":
        last += 1
    told = False
    while first > 0 and at[0] - first < _FARTHEST and tokens[first - 1].text not in ";:" and not (told and first - 1 in taken):
        first -= 1
        told = told or bool(tokens[first].is_word and first not in taken and stem_of(tokens[first].text))
    return list(tokens[first:last])


def _is_name(token: _Token) -> bool:
    """Not the first word of a sentence, which has a capital anyhow, unless capitals go on, as in "US"."""
    return token.text[0].isupper() and (not token.is_first or (token.text.isupper() and len(token.text) > 1))


def _measure(figure: CitedFigure, unit: frozenset[str]) -> dict[str, float]:
    """What the model or the rules say it is of, and its unit."""
    found: dict[str, float] = {}
    for word in _words(figure.measure or ""):
        if stem := stem_of(word):
            found[stem] = _NAMED
    return found | {stem: 1.0 for stem in unit if stem not in GENERIC}


def _words(text: str) -> list[str]:
    return [m.group() for m in _TOKEN.finditer(text) if m.group()[0].isalpha()]


@lru_cache(maxsize=1 << 15)
def name_of(word: str) -> str:
    """A name in the one way of writing it; "Russian" is Russia. Names are told apart by their ends too, so nothing is cut off."""
    plain = _plain(word)
    return known().countries.get(plain, plain).casefold()


@lru_cache(maxsize=1 << 15)
def stem_of(word: str) -> str:
    """The word cut to five letters, or that for which it is a synonym; "" for words that say nothing of what is counted."""
    plain = _plain(word)
    if len(plain) < 2 or plain in STOP_WORDS or plain in GENERIC or NUMERALS.issuperset(word.lower().split("-")):
        return ""
    return _stem(plain)


def _plain(word: str) -> str:
    return fold(word.replace("-", ""))


def _stem(plain: str) -> str:
    if family := SYNONYMS.get(plain):
        return family
    if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT:
        plain = plain[:-1]
    return SYNONYMS.get(plain) or plain[:_STEM]
