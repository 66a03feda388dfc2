"""Features of figures: TF-IDF weights of the words around them, and the topic similarity of their articles."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import log, sqrt

from summarise.compare.figure_context import FigureContext, FigureTokens, context, name_of
from summarise.compare.lexicon import figure_words
from summarise.compare.model import Cited, SourceArticle
from summarise.compare.values import Dimension, Value, dimension, value_of
from summarise.schema import CitedFigure, Summary
from summarise.text.tokens import STOP_WORDS, fold

# Not at the start of a sentence or of a quotation, where every word has a capital.
_NAME = re.compile(r"(?<=[^\s.!?:;“”\"‘’'(\[•*–—-] )[A-ZÀ-Þ][^\W\d_]+(?:[.'’-][^\W\d_]+)*")
_SMALL = re.compile(r"\b[a-zß-ÿ][^\W\d_]+")
# Names are no less rare in a handful of articles than in so many.
_FEWEST_ARTICLES = 20
_MOST_MARKERS = 4
_LONGEST_ABBREVIATION = 4


class Topics:
    """The names in the titles and the evidence of many articles, weighted by their rarity (inverse document frequency)."""

    def __init__(self, sources: Sequence[SourceArticle]) -> None:
        self.names = {source.key: _names(source.summary) for source in sources}
        """All names of each article, by its key, each in one spelling."""
        spread = Counter(name for found in set(self.names.values()) for name in found)
        rarity = {name: log((len(sources) + _FEWEST_ARTICLES) / (count + 1)) for name, count in spread.items()}
        self._weights = {key: {name: rarity[name] for name in found} for key, found in self.names.items()}
        self._lengths = {key: sqrt(sum(weight * weight for weight in found.values())) for key, found in self._weights.items()}
        self.markers = {key: _rarest(found, spread) for key, found in self.names.items()}
        """The few names of each article that fewest others have, but at least one: its event is best looked up by them."""
        self._similarity = lru_cache(maxsize=1 << 18)(self._cosine)

    def similarity(self, a: SourceArticle, b: SourceArticle) -> float:
        """The cosine of the weighted names of two articles; 1 for an article and itself."""
        return 1.0 if a.key == b.key else self._similarity(*sorted((a.key, b.key)))

    def share_names(self, a: SourceArticle, names_a: Iterable[str], b: SourceArticle, names_b: Iterable[str]) -> bool:
        """Whether one article has one of the names given for the other, or there are none. Words that are no names do not count."""
        return self._has_any(b, self.names[a.key].intersection(names_a)) or self._has_any(a, self.names[b.key].intersection(names_b))

    def _has_any(self, source: SourceArticle, names: frozenset[str]) -> bool:
        return not names or not names.isdisjoint(self.names[source.key])

    def _cosine(self, a: str, b: str) -> float:
        shorter, longer = sorted((self._weights[a], self._weights[b]), key=len)
        both = sum(weight * weight for name, weight in shorter.items() if name in longer)
        return both / (self._lengths[a] * self._lengths[b]) if both else 0.0


def _names(summary: Summary) -> frozenset[str]:
    """The names of an article: words that are capitalised inside a sentence, folded. Those that also occur in lower case are no names."""
    texts = list(_texts(summary))
    small = {fold(word) for text in texts for word in _SMALL.findall(text)}
    capitalised = {match.group() for text in texts for match in _NAME.finditer(text)}
    # An abbreviation, such as GDP, is not the name of an event.
    found = {name_of(word) for word in capitalised if not (word.isupper() and len(word) <= _LONGEST_ABBREVIATION)}
    return frozenset(found - small - STOP_WORDS - figure_words().not_names)


def _rarest(names: frozenset[str], spread: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted((name for name in names if spread[name] > 1), key=lambda name: (spread[name], name))[:_MOST_MARKERS])


def _texts(summary: Summary) -> Iterator[str]:
    evidence = [item.evidence for item in summary.claims] + [item.evidence for item in summary.stances]
    spans = {span.start: span for spans in (*evidence, *(figure.evidence for figure in summary.figures)) for span in spans}
    yield summary.article.title or ""
    yield from (span.quote for span in spans.values())


# Words are no less rare in a handful of figures than in so many.
_FEWEST_TEXTS = 50
_NEAR = 0.45
_RESUMES = re.compile(
    r"\b(?:put|puts|putting|estimates?|estimated|reckons?|counts?|counted|gives?|gave|says?|said|claims?|claimed)\s+"
    r"(?:it|that|the\s+(?:number|figure|total|toll|cost|sum|price|bill|share|rate|loss|damage))\s+"
    r"(?:at|to\s+be|was|is|as)\s+(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)
_LONGEST_RESUMING = 200
_FARTHEST_BACK = 400
# More figures than these do not fit into so few characters.
_MOST_BEFORE = 100
_STEM = 5
# The number of sentences in which a name may occur and still be rare.
_RARE = 8


@dataclass(frozen=True)
class FigureFeatures:
    """`weights` are the stems for what is counted, each weighted by its place and its rarity, and `length` is their Euclidean norm.

    `rare` are the names of its sentence that few others have.
    """

    cited: Cited
    dimension: Dimension
    value: Value
    context: FigureContext
    weights: Mapping[str, float] = field(repr=False)
    length: float
    rare: frozenset[str]

    @property
    def source(self) -> SourceArticle:
        return self.cited.source

    @property
    def figure(self) -> CitedFigure:
        return self.cited.figure

    @cached_property
    def near_names(self) -> frozenset[str]:
        """Names close enough to the number to belong to what is measured."""
        return frozenset(name for name, weight in self.context.names.items() if weight >= _NEAR)

    @cached_property
    def heaviest(self) -> float:
        """The weight of the word that says most of what is counted, apart from the unit."""
        return max((weight for stem, weight in self.context.what.items() if stem not in self.context.unit), default=0.0)

    @cached_property
    def all_names(self) -> frozenset[str]:
        """The names of its sentence, including that of who gives the number."""
        return frozenset(self.context.names) | frozenset(name_of(word) for word in (self.figure.speaker or "").split() if word[0].isupper())

    def names_it(self, name: str) -> bool:
        """Whether the sentence has the name, also at its start, where names are not recognised."""
        return name in self.context.names or name[:_STEM] in self.context.what

    def shared(self, other: FigureFeatures) -> frozenset[str]:
        """The words for what is counted that both have, without the unit."""
        return frozenset(self.weights.keys() & other.weights.keys()) - self.context.unit - other.context.unit

    def similarity(self, other: FigureFeatures) -> float:
        """The cosine of the words for what is counted, 0 to 1."""
        if not self.length or not other.length:
            return 0.0
        shorter, longer = sorted((self.weights, other.weights), key=len)
        return sum(weight * longer.get(stem, 0.0) for stem, weight in shorter.items()) / (self.length * other.length)


def features_of(sources: Sequence[SourceArticle], topics: Topics) -> list[FigureFeatures]:
    """Those of each figure, in the order of the articles."""
    made = [(Cited(source, figure), found) for source in sources for figure, found in _contexts(source.summary, topics.names[source.key])]
    # A sentence that is copied a hundred times makes its words no more common.
    texts = {(found.sentence, found.position, frozenset(found.what)) for _, found in made}
    spread = Counter(stem for *_, stems in texts for stem in stems)
    rarity = {stem: log((len(texts) + _FEWEST_TEXTS) / (count + 2)) for stem, count in spread.items()}
    sentences = {found.sentence: found for _, found in made}
    named = Counter(name for found in sentences.values() for name in found.names)
    rare = frozenset(name for name, count in named.items() if count <= _RARE)
    return [_features(cited, found, rarity, rare) for cited, found in made]


def _features(cited: Cited, found: FigureContext, rarity: Mapping[str, float], rare: frozenset[str]) -> FigureFeatures:
    weights = {stem: weight * rarity[stem] for stem, weight in found.what.items()}
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return FigureFeatures(cited, dimension(cited.figure), value_of(cited.figure), found, weights, length, rare.intersection(found.names))


def _contexts(summary: Summary, known: frozenset[str]) -> list[tuple[CitedFigure, FigureContext]]:
    tokens = FigureTokens(summary.figures)
    own = [(figure, context(figure, tokens, known)) for figure in summary.figures]
    in_order = sorted(own, key=_start)
    return [(figure, _resumed(figure, found, in_order)) for figure, found in own]


def _start(own: tuple[CitedFigure, FigureContext]) -> int:
    return own[0].start


def _resumed(figure: CitedFigure, found: FigureContext, in_order: Sequence[tuple[CitedFigure, FigureContext]]) -> FigureContext:
    """In "the union puts the number at 11", what is counted was said with the number before."""
    if not _RESUMES.search(found.sentence, max(0, found.position - _LONGEST_RESUMING), found.position):
        return found
    for at in range(bisect_left(in_order, figure.start, key=_start) - 1, -1, -1)[:_MOST_BEFORE]:
        other, said = in_order[at]
        if other.start < figure.start - _FARTHEST_BACK:
            break
        if dimension(other) == dimension(figure) and said.sentence != found.sentence:
            return replace(found, what=said.what, names=said.names, is_another=True)
    return found
