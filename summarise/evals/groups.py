"""Groups of figures made by hand: read, held against those of a comparison, and shown as a table."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from summarise.compare.model import FigureGroup, FigureVerdict
from summarise.errors import GoldError, UsageError
from summarise.evals.statistics import interval, resampled, seed_of
from summarise.text import yaml_nodes as tree

_RELATIONS = frozenset("rounding other_time other_scope disagree unsure".split())


class Place(NamedTuple):
    """Where a figure stands: the id of its article, and its characters."""

    article: str
    start: int
    end: int


@dataclass(frozen=True)
class Labels:
    """`groups` are labelled places by reading; `relations` are by pairs of readings; `unsure` pairs hold for whole readings.

    `tuned` are the ids of the articles with which the rules were made. Places of articles whose text was not there are left out.
    """

    groups: tuple[tuple[tuple[Place, ...], ...], ...]
    relations: tuple[Mapping[tuple[int, int], str], ...]
    unsure: tuple[tuple[Place, Place], ...]
    tuned: frozenset[str]
    digest: str

    class Wanted(NamedTuple):
        """The labels of figures that are there: pairs of places, as the summaries have them, and their relation."""

        groups: list[list[Place]]
        relations: dict[tuple[Place, Place], str]
        unsure: set[tuple[Place, Place]]
        asked: int
        found: int

    def within(self, figures: Iterable[Place], only: frozenset[str] | None = None) -> Labels.Wanted:
        """The labels in terms of `figures`: a label is that figure which begins in it or in which it begins."""
        return _Matched(figures, only).wanted(self)


class _Matched:
    def __init__(self, figures: Iterable[Place], only: frozenset[str] | None) -> None:
        self._only = only
        self._by_article: dict[str, list[Place]] = {}
        for place in figures:
            self._by_article.setdefault(place.article, []).append(place)

    def wanted(self, labels: Labels) -> Labels.Wanted:
        found = Labels.Wanted([], {}, set(), 0, 0)
        reading_of: dict[Place, list[Place]] = {}
        asked = matched = 0
        for readings, between in zip(labels.groups, labels.relations, strict=True):
            placed = []
            for at, reading in enumerate(readings):
                counted = [place for place in reading if self._only is None or place.article in self._only]
                own = [(at, figure) for place in counted if (figure := self._figure(place))]
                asked, matched = asked + len(counted), matched + len(own)
                for place in counted:
                    reading_of[place] = [figure for _, figure in own]
                placed += own
            found.groups.append([figure for _, figure in placed])
            for (first, a), (second, b) in combinations(placed, 2):
                if a != b:
                    found.relations[pair_of(a, b)] = "agree" if first == second else between[first, second]
        for a, b in labels.unsure:
            lone = [[figure] if (figure := self._figure(place)) else [] for place in (a, b)]
            for one in reading_of.get(a, lone[0]):
                found.unsure.update(pair_of(one, other) for other in reading_of.get(b, lone[1]))
        return found._replace(asked=asked, found=matched)

    def _figure(self, label: Place) -> Place | None:
        fits = [f for f in self._by_article.get(label.article, ()) if label.start <= f.start < label.end or f.start <= label.start < f.end]
        return min(fits, key=lambda f: (-_overlap(f, label), f.start), default=None)


def _overlap(a: Place, b: Place) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def pair_of(a: Place, b: Place) -> tuple[Place, Place]:
    """The two in the one order in which pairs are kept."""
    return (a, b) if a <= b else (b, a)


def read_groups(path: Path, texts: Mapping[str, str]) -> Labels:
    """The labels of a file, for articles whose text is known, by id.

    Raises GoldError with all its faults, UsageError where it is not there.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="labels of groups are in evals/groups.yaml") from error
    return _Reader(path, texts).read(content)


class _Reader:
    def __init__(self, path: Path, texts: Mapping[str, str]) -> None:
        self._path = path
        self._texts = texts
        self._faults: list[str] = []

    def read(self, content: bytes) -> Labels:
        data = self._loaded(content)
        groups, relations = [], []
        listed = self._list(data, "groups", "the file")
        for number, group in enumerate(listed, start=1):
            where = f"groups.{number}"
            readings = self._list(group, "readings", where)
            groups.append(tuple(self._reading(reading, f"{where}.readings.{n}") for n, reading in enumerate(readings, start=1)))
            relations.append(self._relations(group, len(readings), where))
        unsure = [self._two(pair, f"unsure.{n}") for n, pair in enumerate(self._optional(data, "unsure", "the file"), start=1)]
        self._each_once(groups, listed)
        tuned = frozenset(filter(None, map(_text, self._optional(data, "tuned", "the file"))))
        if self._faults:
            raise GoldError(self._faults)
        known = tuple((a, b) for a, b in unsure if a and b)
        return Labels(tuple(groups), tuple(relations), known, tuned, hashlib.sha256(content).hexdigest())

    def _loaded(self, content: bytes) -> tree.MappingNode:
        try:
            data = tree.parse(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise GoldError([f"{self._path}:{line}: not UTF-8: byte {error.start + 1:,} is not valid"]) from None
        except tree.Unreadable as error:
            raise GoldError([f"{self._path}:{error.line}: {error.message}"]) from None
        if not isinstance(data, tree.MappingNode):
            raise GoldError([f"{self._path}:1: must have groups"])
        return data

    def _fault(self, node: tree.Node, where: str, message: str) -> None:
        self._faults.append(f"{self._path}:{node.line}: {where}: {message}")

    def _list(self, data: tree.Node, key: str, where: str) -> Sequence[tree.Node]:
        found = data.items.get(key) if isinstance(data, tree.MappingNode) else None
        if isinstance(found, tree.SequenceNode):
            return found.items
        self._fault(found or data, where, f"{key} must be a list")
        return ()

    def _optional(self, data: tree.Node, key: str, where: str) -> Sequence[tree.Node]:
        found = data.items.get(key) if isinstance(data, tree.MappingNode) else None
        return () if found is None or (isinstance(found, tree.ScalarNode) and found.is_empty) else self._list(data, key, where)

    def _reading(self, reading: tree.Node, where: str) -> tuple[Place, ...]:
        figures = self._list(reading, "figures", where)
        return tuple(place for n, one in enumerate(figures, start=1) if (place := self._place(one, f"{where}.figures.{n}")))

    def _place(self, figure: tree.Node, where: str) -> Place | None:
        parts = figure.items if isinstance(figure, tree.MappingNode) else {}
        article, quote, nth = (_text(parts.get(key)) for key in ("in", "quote", "nth"))
        if article is None or quote is None:
            self._fault(figure, where, "a figure has `in`, the id of an article, and `quote`")
            return None
        text = self._texts.get(article)
        if text is None:
            return None
        count = text.count(quote) if quote else 0
        number = _number(nth or "1")
        if count == 0 or (count > 1 and nth is None) or number is None or not 1 <= number <= count:
            self._fault(figure, where, f"'{quote}' stands {count} times in {article}: nth must say which it is, from 1")
            return None
        start = -1
        for _ in range(number):
            start = text.index(quote, start + 1)
        return Place(article, start, start + len(quote))

    def _relations(self, group: tree.Node, readings: int, where: str) -> dict[tuple[int, int], str]:
        found = {}
        for n, row in enumerate(self._optional(group, "relations", where), start=1):
            relation = _relation(row)
            if relation is None:
                words = ", ".join(sorted(_RELATIONS))
                self._fault(row, f"{where}.relations.{n}", f"must be [reading, reading, {words}, reason]")
                continue
            first, second, word = relation
            found[first - 1, second - 1] = word
        missing = [pair for pair in combinations(range(readings), 2) if pair not in found]
        if missing:
            self._fault(group, where, f"no relation for readings {missing[0][0] + 1} and {missing[0][1] + 1}")
        return found

    def _two(self, pair: tree.Node, where: str) -> tuple[Place | None, Place | None]:
        if not isinstance(pair, tree.SequenceNode) or len(pair.items) < 2:
            self._fault(pair, where, "must be [figure, figure, reason]")
            return None, None
        return self._place(pair.items[0], where), self._place(pair.items[1], where)

    def _each_once(self, groups: Iterable[Sequence[Sequence[Place]]], nodes: Sequence[tree.Node]) -> None:
        seen: dict[Place, int] = {}
        for number, (group, node) in enumerate(zip(groups, nodes, strict=True), start=1):
            for place in (place for reading in group for place in reading):
                if place in seen:
                    message = f"a figure at {place.start} of {place.article} stands in groups.{seen[place]} too"
                    self._fault(node, f"groups.{number}", message)
                seen[place] = number


def _relation(row: tree.Node) -> tuple[int, int, str] | None:
    """The two readings of a row and what they are to each other; None for what is no such row."""
    if not isinstance(row, tree.SequenceNode) or len(row.items) < 3:
        return None
    first, second, word = (_text(item) for item in row.items[:3])
    readings = _number(first), _number(second)
    return (*readings, word) if None not in readings and word in _RELATIONS else None  # type: ignore[return-value]


def _text(node: tree.Node | None) -> str | None:
    return node.text if isinstance(node, tree.ScalarNode) and not node.is_empty else None


def _number(text: str | None) -> int | None:
    """A whole number of a few digits, as places in a list have."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


RELATIONS: tuple[FigureVerdict, ...] = ("agree", "rounding", "other_time", "other_scope", "disagree")
"""What two figures of one group can be said to be, besides unsure."""
SAME = "same"
"""Whether two figures measure one thing at all."""

_Pair = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of one relation of pairs, each with its 95 % interval; None where it is undefined.

    `said` pairs were said to be so, `labelled` ones are, and `right` ones are both. Pairs labelled unsure count nowhere.
    """

    relation: str
    said: int
    labelled: int
    right: int
    precision: tuple[float | None, float | None, float | None]
    recall: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class GroupingScore:
    """`found` of the `labels` are figures of the summaries; the others count nowhere: they are a matter of finding, not of grouping."""

    labels: int
    found: int
    scores: tuple[Score, ...]


def score_grouping(groups: Iterable[FigureGroup], labels: Labels, only: frozenset[str] | None = None) -> GroupingScore:
    """Of figures within one article and across articles. `only` are the ids of the articles that count, None for all."""
    said = _said(groups, only)
    figures = {place for group in said.groups for place in group}
    wanted = labels.within(figures, only)
    counts = _counts(said, wanted)
    seed = seed_of(labels.digest)
    scores = tuple(_score(relation, counts, seed) for relation in (SAME, *RELATIONS))
    return GroupingScore(wanted.asked, wanted.found, scores)


@dataclass(frozen=True)
class _Said:
    """The places of each group, and what is said of pairs."""

    groups: list[list[Place]]
    relations: dict[_Pair, str]


def _said(groups: Iterable[FigureGroup], only: frozenset[str] | None) -> _Said:
    found = _Said([], {})
    for group in groups:
        between = {(relation.first, relation.second): relation.verdict for relation in group.relations}
        placed = [
            (at, Place(cited.source.summary.article.id, cited.figure.start, cited.figure.end))
            for at, reading in enumerate(group.readings)
            for cited in reading.figures
            if only is None or cited.source.summary.article.id in only
        ]
        found.groups.append([place for _, place in placed])
        for (first, a), (second, b) in combinations(placed, 2):
            relation = "agree" if first == second else between.get((min(first, second), max(first, second)), "unsure")
            found.relations[pair_of(a, b)] = relation
    return found


def _counts(said: _Said, wanted: Labels.Wanted) -> Mapping[str, Counter[str]]:
    """Counts by component: figures that labels or groups tie together, and no others, are resampled together."""
    component = _components([*said.groups, *wanted.groups])
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in said.relations.keys() | wanted.relations.keys():
        if pair in wanted.unsure or wanted.relations.get(pair) == "unsure":
            continue
        is_said, is_labelled = said.relations.get(pair), wanted.relations.get(pair)
        into = counts[component[pair[0]]]
        _count(into, SAME, said=is_said is not None, labelled=is_labelled is not None)
        for relation in RELATIONS:
            _count(into, relation, said=is_said == relation, labelled=is_labelled == relation)
    return counts


def _count(into: Counter[str], relation: str, *, said: bool, labelled: bool) -> None:
    into[f"{relation} said"] += said
    into[f"{relation} labelled"] += labelled
    into[f"{relation} right"] += said and labelled


def _components(groups: Iterable[Sequence[Place]]) -> dict[Place, str]:
    parents: dict[Place, Place] = {}

    def root(place: Place) -> Place:
        while parents.setdefault(place, place) != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    for group in groups:
        for place in group:
            parents[root(place)] = root(group[0])
    return {place: str(root(place)) for place in list(parents)}


def _score(relation: str, counts: Mapping[str, Counter[str]], seed: int) -> Score:
    import numpy as np

    names = [f"{relation} {part}" for part in ("said", "labelled", "right")]
    table = np.array([[float(found[name]) for name in names] for _, found in sorted(counts.items())]).reshape(-1, 3)
    said, labelled, right = table.sum(axis=0)
    drawn = resampled(table, seed) if len(table) else table
    with np.errstate(divide="ignore", invalid="ignore"):
        precisions, recalls = drawn[:, 2] / drawn[:, 0], drawn[:, 2] / drawn[:, 1]
    precision = (_ratio(right, said), *(interval(precisions) if said else (None, None)))
    recall = (_ratio(right, labelled), *(interval(recalls) if labelled else (None, None)))
    return Score(relation, int(said), int(labelled), int(right), precision, recall)


def _ratio(part: float, of: float) -> float | None:
    return float(part / of) if of else None


_HEAD = ("pairs of figures", "said", "right", "labelled", "precision", "recall")
_WIDTHS = (16, 5, 6, 9, 20, 20)


def grouping_lines(scores: Iterable[tuple[str, GroupingScore]]) -> Iterator[str]:
    """For each named score a line that tells what it rests on, then a table."""
    for at, (name, score) in enumerate(scores):
        if at:
            yield ""
        yield f"{name}: {score.found} of {score.labels} labelled figures are in the summaries"
        yield _line(_HEAD)
        for one in score.scores:
            counts = (one.said, one.right, one.labelled)
            yield _line((one.relation, *map(str, counts), _estimate(one.precision), _estimate(one.recall)))


def _line(cells: Iterable[str]) -> str:
    first, *rest = (
        cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True))
    )
    return "  " + "".join((first, *rest))


def _estimate(found: tuple[float | None, float | None, float | None]) -> str:
    value, low, high = found
    if value is None:
        return "—"
    interval = "" if low is None or high is None else f" [{low:.2f}, {high:.2f}]"
    return f"{value:.3f}{interval}"
