"""Groups of figures made by hand: read, compared with those of the program, and shown as a table."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, ValidationInfo

from summarise.compare.model import FigureGroup, FigureVerdict
from summarise.errors import GoldError, UsageError
from summarise.evals.statistics import interval, resampled, seed_of
from summarise.render.table import UNDEFINED, Table
from summarise.text.yaml_nodes import MappingNode, Problems, Unreadable, parse, validated, values

RELATIONS: tuple[FigureVerdict, ...] = ("agree", "rounding", "other_time", "other_scope", "disagree")
"""What two figures of one group can be said to be, besides unsure."""
_LABELLED_RELATIONS = sorted({*RELATIONS, "unsure"} - {"agree"})
SAME = "same"
"""Whether two figures measure one thing at all."""


class FigurePlace(NamedTuple):
    """Where a figure stands: the id of its article, and its characters."""

    article: str
    start: int
    end: int


@dataclass(frozen=True)
class GroupLabels:
    """`groups` are labelled places by reading; `relations` are by pairs of readings; `unsure` pairs hold for whole readings.

    `tuned` are the ids of the articles with which the rules were made. Places of articles whose text was not there are left out.
    """

    groups: tuple[tuple[tuple[FigurePlace, ...], ...], ...]
    relations: tuple[Mapping[tuple[int, int], str], ...]
    unsure: tuple[tuple[FigurePlace, FigurePlace], ...]
    tuned: frozenset[str]
    digest: str

    class Wanted(NamedTuple):
        """The labels of figures that are there: pairs of places, as the summaries have them, and their relation."""

        groups: list[list[FigurePlace]]
        relations: dict[tuple[FigurePlace, FigurePlace], str]
        unsure: set[tuple[FigurePlace, FigurePlace]]
        asked: int
        found: int

    def within(self, figures: Iterable[FigurePlace], only: frozenset[str] | None = None) -> GroupLabels.Wanted:
        """The labels in terms of `figures`: a label is that figure which begins in it or in which it begins."""
        return _Matched(figures, only).wanted(self)


class _Matched:
    def __init__(self, figures: Iterable[FigurePlace], only: frozenset[str] | None) -> None:
        self._only = only
        self._by_article: dict[str, list[FigurePlace]] = {}
        for place in figures:
            self._by_article.setdefault(place.article, []).append(place)

    def wanted(self, labels: GroupLabels) -> GroupLabels.Wanted:
        found = GroupLabels.Wanted([], {}, set(), 0, 0)
        reading_of: dict[FigurePlace, list[FigurePlace]] = {}
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

    def _figure(self, label: FigurePlace) -> FigurePlace | None:
        fits = [f for f in self._by_article.get(label.article, ()) if label.start <= f.start < label.end or f.start <= label.start < f.end]
        return min(fits, key=lambda f: (-_overlap(f, label), f.start), default=None)


def _overlap(a: FigurePlace, b: FigurePlace) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def pair_of(a: FigurePlace, b: FigurePlace) -> tuple[FigurePlace, FigurePlace]:
    """The two in the one order in which pairs are kept."""
    return (a, b) if a <= b else (b, a)


# --- the file ---------------------------------------------------------------------------------------------------------


def _place(value: Any, info: ValidationInfo) -> FigurePlace | None:
    """Where a labelled figure stands; None for one of an article that is not there."""
    article, quote, nth = (value.get(key) for key in ("in", "quote", "nth")) if isinstance(value, dict) else (None, None, None)
    if not isinstance(article, str) or not isinstance(quote, str):
        raise ValueError("a figure has `in`, the id of an article, and `quote`")
    text = (info.context or {}).get(article)
    if text is None:
        return None
    count, number = text.count(quote) if quote else 0, _number("1" if nth is None else nth)
    if count == 0 or (count > 1 and nth is None) or not 1 <= number <= count:
        raise ValueError(f"'{quote}' stands {count} times in {article}: nth must say which it is, from 1")
    start = -1
    for _ in range(number):
        start = text.index(quote, start + 1)
    return FigurePlace(article, start, start + len(quote))


def _relation(row: Any) -> tuple[int, int, str]:
    """Two readings, counted from 0, and how they stand to one another."""
    if isinstance(row, list) and len(row) > 2 and row[2] in _LABELLED_RELATIONS and (a := _number(row[0])) and (b := _number(row[1])):
        return a - 1, b - 1, row[2]
    raise ValueError(f"must be [reading, reading, {', '.join(_LABELLED_RELATIONS)}, reason]")


def _two(row: Any) -> list[Any]:
    if not isinstance(row, list) or len(row) < 2:
        raise ValueError("must be [figure, figure, reason]")
    return row[:2]


def _number(text: Any) -> int:
    """A whole number of a few digits, as places in a list have; 0 for anything else."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 7 else 0


def _list(value: Any) -> Any:
    if not isinstance(value, list):
        raise ValueError("must be a list")
    return value


def _maybe_list(value: Any) -> Any:
    return [] if value is None else _list(value)


_Place = Annotated[FigurePlace | None, PlainValidator(_place)]
_Needed, _Optional = BeforeValidator(_list), BeforeValidator(_maybe_list)


class _Form(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


class _ReadingForm(_Form):
    figures: Annotated[list[_Place], _Needed]

    @property
    def places(self) -> tuple[FigurePlace, ...]:
        return tuple(place for place in self.figures if place)


class _GroupForm(_Form):
    readings: Annotated[list[_ReadingForm], _Needed]
    relations: Annotated[list[Annotated[tuple[int, int, str], PlainValidator(_relation)]], _Optional] = []


class _GroupsForm(_Form):
    groups: Annotated[list[_GroupForm], _Needed]
    unsure: Annotated[list[Annotated[tuple[_Place, _Place], BeforeValidator(_two)]], _Optional] = []
    tuned: Annotated[list[Any], _Optional] = []


def read_groups(path: Path, texts: Mapping[str, str]) -> GroupLabels:
    """The labels of a file, for articles whose text is known, by id.

    Raises GoldError with all its faults, UsageError where it is not there.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="labels of groups are in evals/groups.yaml") from error
    root, problems = _root(path, content), Problems(str(path))
    found = validated(_GroupsForm, values(root), root, problems, context=texts)
    if found is not None:
        _check(found, root, problems)
    if found is None or problems.errors:
        raise GoldError([str(problem) for problem in problems.errors])
    return GroupLabels(
        tuple(tuple(reading.places for reading in group.readings) for group in found.groups),
        tuple({(a, b): relation for a, b, relation in group.relations} for group in found.groups),
        tuple((a, b) for a, b in found.unsure if a and b),
        frozenset(one for one in found.tuned if isinstance(one, str)),
        hashlib.sha256(content).hexdigest(),
    )


def _root(path: Path, content: bytes) -> MappingNode:
    try:
        root = parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise GoldError([f"{path}:{line}: not UTF-8: byte {error.start + 1:,} is not valid"]) from None
    except Unreadable as error:
        raise GoldError([f"{path}:{error.line}: {error.message}"]) from None
    if not isinstance(root, MappingNode):
        raise GoldError([f"{path}:1: must have groups"])
    return root


def _check(found: _GroupsForm, root: MappingNode, problems: Problems) -> None:
    """Every pair of readings has a relation, and no figure stands in two groups or twice in one."""
    group_of: dict[FigurePlace, int] = {}
    for at, group in enumerate(found.groups):
        known = {(a, b) for a, b, _ in group.relations}
        missing = next((pair for pair in combinations(range(len(group.readings)), 2) if pair not in known), None)
        if missing:
            problems.add_at(root, ("groups", at), f"no relation for readings {missing[0] + 1} and {missing[1] + 1}")
        for place in chain.from_iterable(reading.places for reading in group.readings):
            if place in group_of:
                problems.add_at(
                    root, ("groups", at), f"a figure at {place.start} of {place.article} stands in groups.{group_of[place]} too"
                )
            group_of[place] = at


# --- the score --------------------------------------------------------------------------------------------------------

_Pair = tuple[FigurePlace, FigurePlace]


@dataclass(frozen=True, slots=True)
class PairScore:
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
    scores: tuple[PairScore, ...]


def score_grouping(groups: Iterable[FigureGroup], labels: GroupLabels, only: frozenset[str] | None = None) -> GroupingScore:
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

    groups: list[list[FigurePlace]]
    relations: dict[_Pair, str]


def _said(groups: Iterable[FigureGroup], only: frozenset[str] | None) -> _Said:
    found = _Said([], {})
    for group in groups:
        between = {(relation.first, relation.second): relation.verdict for relation in group.relations}
        placed = [
            (at, FigurePlace(cited.source.summary.article.id, cited.figure.start, cited.figure.end))
            for at, reading in enumerate(group.readings)
            for cited in reading.figures
            if only is None or cited.source.summary.article.id in only
        ]
        found.groups.append([place for _, place in placed])
        for (first, a), (second, b) in combinations(placed, 2):
            relation = "agree" if first == second else between.get((min(first, second), max(first, second)), "unsure")
            found.relations[pair_of(a, b)] = relation
    return found


def _counts(said: _Said, wanted: GroupLabels.Wanted) -> Mapping[str, Counter[str]]:
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


def _components(groups: Iterable[Sequence[FigurePlace]]) -> dict[FigurePlace, str]:
    parents: dict[FigurePlace, FigurePlace] = {}

    def root(place: FigurePlace) -> FigurePlace:
        while parents.setdefault(place, place) != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    for group in groups:
        for place in group:
            parents[root(place)] = root(group[0])
    return {place: str(root(place)) for place in list(parents)}


def _score(relation: str, counts: Mapping[str, Counter[str]], seed: int) -> PairScore:
    import numpy as np

    names = [f"{relation} {part}" for part in ("said", "labelled", "right")]
    table = np.array([[float(found[name]) for name in names] for _, found in sorted(counts.items())]).reshape(-1, 3)
    said, labelled, right = table.sum(axis=0)
    drawn = resampled(table, seed) if len(table) else table
    with np.errstate(divide="ignore", invalid="ignore"):
        precisions, recalls = drawn[:, 2] / drawn[:, 0], drawn[:, 2] / drawn[:, 1]
    precision = (_ratio(right, said), *(interval(precisions) if said else (None, None)))
    recall = (_ratio(right, labelled), *(interval(recalls) if labelled else (None, None)))
    return PairScore(relation, int(said), int(labelled), int(right), precision, recall)


def _ratio(part: float, of: float) -> float | None:
    return float(part / of) if of else None


def grouping_tables(found: Sequence[FigureGroup], labels: GroupLabels, ids: Sequence[str]) -> Iterator[Table]:
    """The score of all articles and, where only some of them were used to make the rules, that of these and of the others."""
    tuned, held_out = frozenset(ids) & labels.tuned, frozenset(ids) - labels.tuned
    yield grouping_table(f"all {len(ids)} articles", score_grouping(found, labels))
    if tuned and held_out:
        yield grouping_table(f"{len(tuned)} articles with which the rules were made", score_grouping(found, labels, tuned))
        yield grouping_table(f"{len(held_out)} others", score_grouping(found, labels, held_out))


def grouping_table(name: str, score: GroupingScore) -> Table:
    """A row for each relation of pairs, under what the score rests on."""
    rows = [
        (one.relation, f"{one.said:,}", f"{one.right:,}", f"{one.labelled:,}", _estimate(one.precision), _estimate(one.recall))
        for one in score.scores
    ]
    title = f"{name}: {score.found} of {score.labels} labelled figures are in the summaries"
    return Table(title, ("pairs of figures", "said", "right", "labelled", "precision", "recall"), rows)


def _estimate(found: tuple[float | None, float | None, float | None]) -> str:
    value, low, high = found
    if value is None:
        return UNDEFINED
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} [{low:.2f}, {high:.2f}]"
