"""Subjects: whether two articles speak of one event, by the names that they have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log, sqrt

from summarise.compare.figures.context import name_of
from summarise.compare.source import Source
from summarise.schema import Summary
from summarise.words import STOP_WORDS, fold

# Not at the start of a sentence or of a quotation, where every word has a capital.
_NAME = re.compile(r"(?<=[^\s.!?:;“”\"‘’'(\[•*–—-] )[A-ZÀ-Þ][^\W\d_]+(?:[.'’-][^\W\d_]+)*")
_SMALL = re.compile(r"\b[a-zß-ÿ][^\W\d_]+")
_FLOOR = 20
_MARKS = 4
_ABBREVIATION = 4


class Subjects:
    """The names in the titles and the evidence of many articles."""

    def __init__(self, sources: Sequence[Source]) -> None:
        names = {source.key: _names(source.summary) for source in sources}
        spread = Counter(name for found in set(names.values()) for name in found)
        rarity = {name: log((len(sources) + _FLOOR) / (count + 1)) for name, count in spread.items()}
        self._weights = {key: {name: rarity[name] for name in found} for key, found in names.items()}
        self._lengths = {key: sqrt(sum(weight * weight for weight in found.values())) for key, found in self._weights.items()}
        self._names = names
        self._marks = {key: _rarest(found, spread) for key, found in names.items()}
        self._likeness = lru_cache(maxsize=1 << 18)(self._compared)

    def names(self, source: Source) -> frozenset[str]:
        """All names of the article, each in one way of writing it."""
        return self._names[source.key]

    def likeness(self, a: Source, b: Source) -> float:
        """The cosine of the names of two articles by their rarity; 1 for an article and itself."""
        return 1.0 if a.key == b.key else self._likeness(*sorted((a.key, b.key)))

    def marks(self, source: Source) -> tuple[str, ...]:
        """The few names of the article that fewest others have, but at least one: those by which its event is best looked up."""
        return self._marks[source.key]

    def know_each_other(self, a: Source, names_a: Iterable[str], b: Source, names_b: Iterable[str]) -> bool:
        """Whether one article has one of the names of the other, or there is nothing to go by. Words that are no names do not count."""
        return self._knows(b, self._names[a.key].intersection(names_a)) or self._knows(a, self._names[b.key].intersection(names_b))

    def _knows(self, source: Source, names: frozenset[str]) -> bool:
        return not names or not names.isdisjoint(self._names[source.key])

    def _compared(self, a: str, b: str) -> float:
        shorter, longer = sorted((self._weights[a], self._weights[b]), key=len)
        both = sum(weight * weight for name, weight in shorter.items() if name in longer)
        return both / (self._lengths[a] * self._lengths[b]) if both else 0.0


def _names(summary: Summary) -> frozenset[str]:
    """The names of an article: words with a capital inside a sentence, folded. Those that stand somewhere without one are no names."""
    texts = list(_texts(summary))
    small = {fold(word) for text in texts for word in _SMALL.findall(text)}
    found = {name_of(match.group()) for text in texts for match in _NAME.finditer(text) if not _is_short(match.group())}
    return frozenset(name for name in found if name not in small and name not in STOP_WORDS and name not in _NO_NAMES)


def _rarest(names: frozenset[str], spread: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted((name for name in names if spread[name] > 1), key=lambda name: (spread[name], name))[:_MARKS])


def _is_short(name: str) -> bool:
    """An abbreviation, such as GDP, is no name of an event."""
    return name.isupper() and len(name) <= _ABBREVIATION


def _texts(summary: Summary) -> Iterator[str]:
    evidence = [item.evidence for item in summary.claims] + [item.evidence for item in summary.stances]
    spans = {span.start: span for spans in (*evidence, *(figure.evidence for figure in summary.figures)) for span in spans}
    yield summary.article.title or ""
    yield from (span.quote for span in spans.values())


_NO_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november
    december mr mrs ms dr us""".split()
)
