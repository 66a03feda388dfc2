"""The context of a figure: the words around it, with synonyms folded, and cues for part, time and kind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from summarise.compare.lexicon import figure_words, known_names
from summarise.compare.values import is_measure
from summarise.schema import CitedFigure, Span
from summarise.text.tokens import STOP_WORDS, fold

# Words behind a number among which "more" or "lower" makes it a difference.
_NEAR = 3
# Words behind a day among which a verb of reporting makes it the day on which something was said.
_SAID_WITHIN = 9
# How much a word counts for what the number is of: less with every word between the two, and with every joint of the sentence.
_REACH = 5.0
_FARTHEST = 26
_JOINTS = {",": 0.75, ";": 0.45, ":": 0.7, "(": 0.7, ")": 0.7, "—": 0.6, "–": 0.7}
_CLAUSE = 0.75
_NUMBER = 0.5
_NAMED = 0.8
_LEAST = 0.02
_STEM = 5
_SHORT = 3

_TOKEN = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*|\d[\d.,]*\d|\d|[,;:()—–]")


@dataclass(frozen=True, slots=True)
class Cues:
    """What the clause of a figure says of it. `time` is in words, "" for none; `contrasts` are rows of the list in figure_words.yaml."""

    time: str
    is_planned: bool
    is_earlier: bool
    is_difference: bool
    is_part: bool
    contrasts: frozenset[int]


def _cues(clause: Iterable[str], figure: CitedFigure) -> Cues:
    """`clause` are the words of the figure's clause, in order."""
    lists = figure_words()
    words = [word.lower() for word in clause]
    after = _after(words, figure)
    return Cues(
        time=_time(words),
        is_planned=not lists.planned.isdisjoint(words),
        is_earlier=not lists.earlier.isdisjoint(words),
        # As in "90 more than it has" and "1.2 points lower": by how much, not how much.
        is_difference=figure.change is not None or not lists.differences.isdisjoint(after[:_NEAR]),
        # As in "nine of the forty-one".
        is_part=len(after) > 1 and after[0] == "of" and (after[1] in lists.determiners or after[1][0].isdigit()),
        contrasts=frozenset(n for n, row in enumerate(lists.contrasts) if not row.isdisjoint(words)),
    )


def _time(words: Sequence[str]) -> str:
    lists = figure_words()
    for n, word in enumerate(words):
        after = words[n + 1] if n + 1 < len(words) else ""
        plain = after.removesuffix("'s").removesuffix("’s")
        is_named = plain in lists.days or plain in lists.months
        if word in lists.relative and (is_named or plain in lists.periods):
            return f"{word} {plain.capitalize() if is_named else plain}"
        if (word in lists.days or word in lists.months) and lists.reporting.isdisjoint(words[n + 1 : n + _SAID_WITHIN]):
            return word.capitalize()
    return "yesterday" if "yesterday" in words else ""


def _after(words: Sequence[str], figure: CitedFigure) -> Sequence[str]:
    """The words behind the number; none if its own last word is not among them."""
    last = figure.quote.lower().split()[-1:]
    at = next((n for n, word in enumerate(words) if last and word == last[0].strip(".,%)")), None)
    return words[at + 1 :] if at is not None else ()


@dataclass(frozen=True)
class FigureContext:
    """`what` is the stems of common words, with weights of 0 to 1, `names` those that are capitalised, `cues` what else its clause says of
    the number, `unit` the stems of its unit. `is_another` says that it is contrasted with a number before it. `position` distinguishes
    figures of one sentence; `sentence` is the evidence.
    """

    what: Mapping[str, float]
    names: Mapping[str, float]
    unit: frozenset[str]
    cues: Cues
    sentence: str = field(repr=False)
    position: int
    is_another: bool = False


class FigureTokens:
    """Which tokens of the sentences of an article belong to which of its figures."""

    def __init__(self, figures: Iterable[CitedFigure]) -> None:
        self._beside: dict[int, list[CitedFigure]] = defaultdict(list)
        self._owners: dict[tuple[int, int, str], dict[int, str | None]] = {}
        for figure in figures:
            for start in {span.start for span in figure.evidence}:
                self._beside[start].append(figure)

    def taken(self, figure: CitedFigure, span: Span, at: tuple[int, int]) -> set[int]:
        """The tokens near `at` in the sentence `span` that belong to a figure other than `figure`."""
        key = span.start, span.end, span.quote
        if key not in self._owners:
            self._owners[key] = self._owned(span)
        owners = self._owners[key]
        if len(owners) > 2 * _FARTHEST:
            near = (*range(at[0] - _FARTHEST, at[0]), *range(at[1], at[1] + _FARTHEST))
            owners = {n: owners[n] for n in near if n in owners}
        return {n for n, id in owners.items() if id != figure.id}

    def _owned(self, span: Span) -> dict[int, str | None]:
        """The id of the figure that each token of a number belongs to, None for several."""
        owners: dict[int, str | None] = {}
        tokens = _tokens(span.quote)
        for figure in self._beside[span.start]:
            if span.start <= figure.start and figure.end <= span.end:
                for n in range(*_at(tokens, figure.start - span.start, figure.end - span.start)):
                    owners[n] = figure.id if owners.get(n, figure.id) == figure.id else None
        return owners


def context(figure: CitedFigure, others: FigureTokens, known: frozenset[str] = frozenset()) -> FigureContext:
    """`others` are the figures of its article: those of one sentence share its words among them. `known` are names in the article."""
    span = next((span for span in figure.evidence if span.start <= figure.start and figure.end <= span.end), None)
    unit = frozenset(_stem(_plain(word)) for word in _words(figure.unit or ""))
    if span is None:
        return FigureContext(_measure(figure, unit), {}, unit, _cues((), figure), figure.quote, 0)
    tokens = _tokens(span.quote)
    at = _at(tokens, figure.start - span.start, figure.end - span.start)
    taken = others.taken(figure, span, at)
    # The name of the speaker says nothing of what the number is of.
    speaker = frozenset(map(fold, _words(figure.speaker or "")))
    reached = [(tokens[n], weight) for n, weight in _reached(tokens, at, taken) if fold(tokens[n].text) not in speaker]
    # Words of the number's own quote say what is counted, unless they are units or currencies.
    is_counted = not (figure.currency or is_measure(figure.unit or ""))
    own = [(token, 1.0) for token in tokens[slice(*at)] if token.is_word] if is_counted else []
    what, names = _by_kind([*own, *reached], known)
    for stem, weight in _measure(figure, unit).items():
        if not any(name.startswith(stem) for name in names):
            what[stem] = max(what.get(stem, 0.0), weight)
    clause = (token.text for token in _clause(tokens, at, taken))
    return FigureContext(what, names, unit, _cues(clause, figure), span.quote, figure.start - span.start)


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


def _at(tokens: tuple[_Token, ...], start: int, end: int) -> tuple[int, int]:
    """The first and one past the last of the tokens that stand in [start, end)."""
    first = bisect_right(tokens, start, key=_end)
    last = bisect_left(tokens, end, lo=first, key=_start)
    return (first, last) if first < last else (0, 0)


def _by_kind(weighed: Iterable[tuple[_Token, float]], known: frozenset[str]) -> tuple[dict[str, float], dict[str, float]]:
    """The stems of common words and the names, each with its greatest weight."""
    what: dict[str, float] = {}
    names: dict[str, float] = {}
    for token, weight in weighed:
        if stem := stem_of(token.text):
            is_name = _is_name(token) or (token.text[0].isupper() and name_of(token.text) in known)
            into, word = (names, name_of(token.text)) if is_name else (what, stem)
            into[word] = max(into.get(word, 0.0), weight)
    return what, names


def _reached(tokens: tuple[_Token, ...], at: tuple[int, int], taken: set[int]) -> Iterator[tuple[int, float]]:
    """The positions of the words after and before the number, with their weights."""
    for walk in (range(at[1], min(len(tokens), at[1] + _FARTHEST)), range(at[0] - 1, max(-1, at[0] - 1 - _FARTHEST), -1)):
        yield from _walked(tokens, walk, taken)


def _walked(tokens: tuple[_Token, ...], walk: range, taken: set[int]) -> Iterator[tuple[int, float]]:
    openers = figure_words().clause_openers
    steps, factor, found, was_taken = 0, 1.0, False, False
    for n in walk:
        token = tokens[n]
        is_taken = n in taken
        # Words behind another number are its own; but a number without words of its own ("to a record of 108") shares those of the other.
        if is_taken and not was_taken and found:
            factor *= _NUMBER
        was_taken = is_taken
        if not token.is_word:
            factor *= _JOINTS.get(token.text, 1.0)
            continue
        if token.text.lower() in openers:
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
    """The tokens nearest to the number, up to the next strong joints, and up to the next number if there are words of its own before it."""
    first, last = at
    while last < len(tokens) and last - at[1] < _FARTHEST and last not in taken and tokens[last].text not in ";:":
        last += 1
    has_words = False
    while first > 0 and at[0] - first < _FARTHEST and tokens[first - 1].text not in ";:" and not (has_words and first - 1 in taken):
        first -= 1
        has_words = has_words or bool(tokens[first].is_word and first not in taken and stem_of(tokens[first].text))
    return list(tokens[first:last])


def _is_name(token: _Token) -> bool:
    """Not the first word of a sentence, which is always capitalised, unless all of it is in capitals, as in "US"."""
    return token.text[0].isupper() and (not token.is_first or (token.text.isupper() and len(token.text) > 1))


def _measure(figure: CitedFigure, unit: frozenset[str]) -> dict[str, float]:
    """The stems of its measure and its unit, with weights."""
    found: dict[str, float] = {}
    for word in _words(figure.measure or ""):
        if stem := stem_of(word):
            found[stem] = _NAMED
    return found | {stem: 1.0 for stem in unit if stem not in figure_words().generic}


def _words(text: str) -> list[str]:
    return [m.group() for m in _TOKEN.finditer(text) if m.group()[0].isalpha()]


@lru_cache(maxsize=1 << 15)
def name_of(word: str) -> str:
    """A name in one spelling; "Russian" is Russia. Names may differ in their endings only, so they are not stemmed."""
    plain = _plain(word)
    return known_names().country_of.get(plain, plain).casefold()


@lru_cache(maxsize=1 << 15)
def stem_of(word: str) -> str:
    """The word cut to five letters, or the word that stands for its synonyms; "" for words that say nothing of what is counted."""
    plain, lists = _plain(word), figure_words()
    if len(plain) < 2 or plain in STOP_WORDS or plain in lists.generic or lists.numerals.issuperset(word.lower().split("-")):
        return ""
    return _stem(plain)


def _plain(word: str) -> str:
    return fold(word.replace("-", ""))


def _stem(plain: str) -> str:
    synonyms = figure_words().synonyms
    if synonym := synonyms.get(plain):
        return synonym
    if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT:
        plain = plain[:-1]
    return synonyms.get(plain) or plain[:_STEM]
