"""Stances across articles: who is for or against what, in how many of them, and who changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from summarise.compare.aliases import Names
from summarise.compare.claim_features import TURNING, in_common, names_of, turns
from summarise.compare.dates import is_before
from summarise.compare.mentions import plain
from summarise.compare.model import Held, Source, StanceCell, StanceMatrix, independent
from summarise.schema import Polarity
from summarise.text.tokens import STOP_WORDS, words

_SCORES: Mapping[Polarity, int] = {"favour": 1, "neutral": 0, "mixed": 0, "against": -1}
_ENDINGS = ("ing", "ed", "es", "s", "e")
_SHORTEST = 4
# So many names in common show that two articles are on one subject.
_RELATED = 2
# A name of more articles than this, which have nothing else in common, is not used to look for one.
_COMMON = 48


def stance_matrix(sources: Sequence[Source], names: Names) -> StanceMatrix:
    """Every stance of `sources` in one cell; those of copies too, but a copy counts for nothing in order and change.

    The author of an article is named after its outlet, and after the article where that is not known. Two articles that have nothing in
    common mean different people by "the minister"; then the later one is marked with its key.
    """
    by_key = {source.key: source for source in sources}
    subjects = {source.key: names_of(source) for source in sources}
    holders, targets = _Labels(names, subjects, plain), _Labels(names, subjects, _meaning)
    cells: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for source in sources:
        origin = by_key.get(source.origin, source)
        for stance in source.summary.stances:
            holder = holders.of(stance.holder, source) if stance.holder else holders.of(_author(origin), origin)
            cells[holder, targets.of(stance.target, source)].append(Held(source, stance))
    rows, columns = _ranked(cells, 0), _ranked(cells, 1)
    places = [{name: at for at, name in enumerate(names)} for names in (rows, columns)]
    in_order = sorted(cells, key=lambda pair: (places[0][pair[0]], places[1][pair[1]]))
    made = tuple(_cell(*pair, cells[pair], by_key) for pair in in_order)
    return StanceMatrix(rows, columns, made, holders.ways() | targets.ways())


def _author(origin: Source) -> str:
    return (origin.summary.article.source or "").strip() or f"the author ({origin.key})"


@dataclass
class _Labels:
    """One label for all the names of one holder, or of one target."""

    names: Names
    subjects: Mapping[str, frozenset[str]]
    meaning: Callable[[str], Hashable]
    _meant: dict[Hashable, _Meant] = field(default_factory=lambda: defaultdict(_Meant))
    _ways: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def of(self, name: str, source: Source) -> str:
        canonical = self.names.canonical(name)
        label = self._label(canonical, source)
        self._ways[label][" ".join(name.split())] += 1
        return label

    def ways(self) -> dict[str, tuple[str, ...]]:
        """The names of each label that differ from it."""
        ways = {label: tuple(sorted(name for name in found if name != label)) for label, found in self._ways.items()}
        return {label: found for label, found in ways.items() if found}

    def _label(self, canonical: str, source: Source) -> str:
        meant = self._meant[self.meaning(canonical)]
        subject = self.subjects[source.key]
        for label in meant.labels if _is_proper(canonical) else meant.related(subject):
            if not self.names.are_apart(label, canonical):
                return label
        label = canonical if canonical not in self._ways else f"{canonical} ({source.key})"
        meant.add(label, subject)
        return label


class _Meant:
    """The labels of one meaning, each with the names of the article that it was first used for."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._subjects: list[frozenset[str]] = []
        self._of_article: dict[int, list[int]] = defaultdict(list)
        self._posted: dict[str, list[int]] = defaultdict(list)
        self._posted_to = 0

    def add(self, label: str, subject: frozenset[str]) -> None:
        self._of_article[id(subject)].append(len(self.labels))
        self.labels.append(label)
        self._subjects.append(subject)

    def related(self, subject: frozenset[str]) -> Iterator[str]:
        """Those of articles on the same subject, in order."""
        for at in self._near(subject):
            if self._subjects[at] is subject or in_common(self._subjects[at], subject) >= _RELATED:
                yield self.labels[at]

    def _near(self, subject: frozenset[str]) -> Iterable[int]:
        """All while they are few, else those that share names which few others have."""
        if len(self.labels) <= _COMMON:
            return range(len(self.labels))
        self._post()
        shared = Counter(at for name in subject for at in self._posted.get(name, ()))
        return sorted({*self._of_article.get(id(subject), ()), *(at for at, count in shared.items() if count >= _RELATED)})

    def _post(self) -> None:
        for at in range(self._posted_to, len(self.labels)):
            for name in self._subjects[at]:
                if len(self._posted[name]) < _COMMON:
                    self._posted[name].append(at)
        self._posted_to = len(self.labels)


def _is_proper(name: str) -> bool:
    """Whether it holds a word that is a name wherever it stands."""
    return any(word[:1].isupper() for word in name.split()[1:]) or (name[:1].isupper() and " " not in name)


def _meaning(name: str) -> Hashable:
    """Equal for two ways of saying one thing: the same words in any form and order, the same names in the same order, as often negated."""
    found = words(name)
    telling = [w for w in found if w.folded not in STOP_WORDS and w.folded not in TURNING]
    proper = tuple(w.folded for w in telling if name[w.start].isupper() and (w.start or name[w.end - 2] in "'’"))
    stems = frozenset(_stem(w.folded) if name[w.start].islower() or not w.start else w.folded for w in telling)
    return (stems, proper if len(proper) > 1 else (), turns([w.folded for w in found]) % 2) if stems else plain(name) or name


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


def _ranked(cells: Mapping[tuple[str, str], Sequence[Held]], side: Literal[0, 1]) -> tuple[str, ...]:
    """Those with most sources first, then with most stances."""
    found: dict[str, list[Held]] = defaultdict(list)
    for pair, held in cells.items():
        found[pair[side]] += held
    return tuple(sorted(found, key=lambda name: (-independent(held.source for held in found[name]), -len(found[name]), name)))


def _cell(holder: str, target: str, stances: Sequence[Held], by_key: Mapping[str, Source]) -> StanceCell:
    polarities = {held.stance.polarity for held in stances}
    polarity: Polarity = next(iter(polarities)) if len(polarities) == 1 else "mixed"
    return StanceCell(holder, target, polarity, _change(stances, by_key), tuple(stances))


def _change(stances: Iterable[Held], by_key: Mapping[str, Source]) -> Literal["up", "down"] | None:
    """Between the first and the last day; None where the two are not plainly apart."""
    by_day: dict[str, list[int]] = defaultdict(list)
    for held in stances:
        day = by_key.get(held.source.origin, held.source).published
        if day:
            by_day[day].append(_SCORES[held.stance.polarity])
    if not by_day or not is_before(min(by_day), max(by_day)):
        return None
    first, last = (sum(by_day[day]) / len(by_day[day]) for day in (min(by_day), max(by_day)))
    return "up" if last > first else "down" if last < first else None
