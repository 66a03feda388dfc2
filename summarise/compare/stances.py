"""Stances across articles: a matrix of holders and targets, and who moved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from summarise.compare.aliases import AliasTable
from summarise.compare.claim_features import in_common, names_of, negation_count
from summarise.compare.dates import is_before
from summarise.compare.lexicon import claim_words
from summarise.compare.mentions import name_key
from summarise.compare.model import Held, SourceArticle, StanceCell, StanceMatrix, independent
from summarise.schema import Polarity
from summarise.text.tokens import STOP_WORDS, words

_SCORES: Mapping[Polarity, int] = {"favour": 1, "neutral": 0, "mixed": 0, "against": -1}
_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST = 4
# So many names in common show that two articles are on one topic.
_RELATED = 2
# A name that occurs in more articles than this is not used to look one up.
_COMMON = 48


def stance_matrix(sources: Sequence[SourceArticle], names: AliasTable) -> StanceMatrix:
    """Every stance of `sources` in one cell; those of copies too, but a copy does not count for order and change.

    The author of an article is named after its outlet, or after the article if that is not known. Two articles that have nothing in
    common mean different people by "the minister"; then the later one is marked with its key.
    """
    by_key = {source.key: source for source in sources}
    topics = {source.key: names_of(source) for source in sources}
    holders, targets = _NameLabels(names, topics, name_key), _NameLabels(names, topics, _meaning)
    cells: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for source in sources:
        origin = by_key.get(source.origin, source)
        for stance in source.summary.stances:
            holder = holders.of(stance.holder, source) if stance.holder else holders.of(_author(origin), origin)
            cells[holder, targets.of(stance.target, source)].append(Held(source, stance))
    rows, columns = _ranked(cells, 0), _ranked(cells, 1)
    row_of, column_of = ({name: at for at, name in enumerate(names)} for names in (rows, columns))
    in_order = sorted(cells, key=lambda pair: (row_of[pair[0]], column_of[pair[1]]))
    made = tuple(_cell(*pair, cells[pair], by_key) for pair in in_order)
    return StanceMatrix(rows, columns, made, holders.aliases() | targets.aliases())


def _author(origin: SourceArticle) -> str:
    return (origin.summary.article.source or "").strip() or f"the author ({origin.key})"


@dataclass
class _NameLabels:
    """One label for all the names of one holder, or of one target. `topics` are the names in each article, by its key."""

    names: AliasTable
    topics: Mapping[str, frozenset[str]]
    meaning: Callable[[str], Hashable]
    _senses: dict[Hashable, _Senses] = field(default_factory=lambda: defaultdict(_Senses))
    _used: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of(self, name: str, source: SourceArticle) -> str:
        label = self._label(self.names.canonical(name), self.topics[source.key], source)
        self._used[label].add(" ".join(name.split()))
        return label

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """The names of each label that differ from it."""
        aliases = {label: tuple(sorted(names - {label})) for label, names in self._used.items()}
        return {label: names for label, names in aliases.items() if names}

    def _label(self, canonical: str, topic: frozenset[str], source: SourceArticle) -> str:
        senses = self._senses[self.meaning(canonical)]
        for label in senses.labels if _is_proper(canonical) else senses.related(topic):
            if not self.names.are_apart(label, canonical):
                return label
        label = canonical if canonical not in self._used else f"{canonical} ({source.key})"
        senses.add(label, topic)
        return label


class _Senses:
    """The labels of one meaning, each with the names of the article that it was first used for.

    These names are indexed only once the labels are many: most meanings have few, and an article may have thousands of names.
    """

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._topics: list[frozenset[str]] = []
        self._of_article: dict[int, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._indexed = 0

    def add(self, label: str, topic: frozenset[str]) -> None:
        self._of_article[id(topic)].append(len(self.labels))
        self.labels.append(label)
        self._topics.append(topic)

    def related(self, topic: frozenset[str]) -> Iterator[str]:
        """Those of articles on the same topic, in order."""
        for at in self._near(topic):
            if self._topics[at] is topic or in_common(self._topics[at], topic) >= _RELATED:
                yield self.labels[at]

    def _near(self, topic: frozenset[str]) -> Iterable[int]:
        """All while they are few, else those that share names which few others have."""
        if len(self.labels) <= _COMMON:
            return range(len(self.labels))
        for at in range(self._indexed, len(self.labels)):
            for name in self._topics[at]:
                if len(self._by_name[name]) < _COMMON:
                    self._by_name[name].append(at)
        self._indexed = len(self.labels)
        shared = Counter(at for name in topic for at in self._by_name.get(name, ()))
        return sorted({*self._of_article.get(id(topic), ()), *(at for at, count in shared.items() if count >= _RELATED)})


def _is_proper(name: str) -> bool:
    """Whether it contains a word that is capitalised although it is not the first, or is a single capitalised word."""
    return any(word[:1].isupper() for word in name.split()[1:]) or (name[:1].isupper() and " " not in name)


def _meaning(name: str) -> Hashable:
    """Equal for two ways of saying one thing: the same words in any form and order, the same names in the same order, as often negated."""
    found = words(name)
    negating = claim_words().negating
    content = [w for w in found if w.folded not in STOP_WORDS and w.folded not in negating]
    if not content:
        return name_key(name) or name
    proper = tuple(w.folded for w in content if name[w.start].isupper() and (w.start or name[w.end - 2] in "'’"))
    stems = frozenset(_stem(w.folded) if name[w.start].islower() or not w.start else w.folded for w in content)
    return stems, proper if len(proper) > 1 else (), negation_count([w.folded for w in found]) % 2


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


def _ranked(cells: Mapping[tuple[str, str], Sequence[Held]], side: Literal[0, 1]) -> tuple[str, ...]:
    """Those with most independent articles first, then with most stances."""
    found: dict[str, list[Held]] = defaultdict(list)
    for pair, held in cells.items():
        found[pair[side]] += held
    return tuple(sorted(found, key=lambda name: (-independent(held.source for held in found[name]), -len(found[name]), name)))


def _cell(holder: str, target: str, stances: Sequence[Held], by_key: Mapping[str, SourceArticle]) -> StanceCell:
    polarities = {held.stance.polarity for held in stances}
    polarity: Polarity = next(iter(polarities)) if len(polarities) == 1 else "mixed"
    return StanceCell(holder, target, polarity, _change(stances, by_key), tuple(stances))


def _change(stances: Iterable[Held], by_key: Mapping[str, SourceArticle]) -> Literal["up", "down"] | None:
    """Between the first and the last day, by their mean scores; None if one day may contain the other."""
    by_day: dict[str, list[int]] = defaultdict(list)
    for held in stances:
        day = by_key.get(held.source.origin, held.source).published
        if day:
            by_day[day].append(_SCORES[held.stance.polarity])
    if not by_day or not is_before(min(by_day), max(by_day)):
        return None
    first, last = (sum(by_day[day]) / len(by_day[day]) for day in (min(by_day), max(by_day)))
    return "up" if last > first else "down" if last < first else None
