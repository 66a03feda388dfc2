"""Scores of a comparison: which figures it puts together, and what it says of them, against groups that were found by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from summarise.compare.groups import FigureGroup, Verdict
from summarise.evals.bootstrap import interval, resampled, seed_of
from summarise.evals.groups import Labels, Place, pair_of

RELATIONS: tuple[Verdict, ...] = ("agree", "rounding", "other_time", "other_scope", "disagree")
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
