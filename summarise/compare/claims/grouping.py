"""Claims across articles: who says the same, and who says the contrary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest

from summarise.compare.claims.relation import relation
from summarise.compare.claims.statement import Statement, statements_of
from summarise.compare.dates import is_before
from summarise.compare.groups import ClaimGroup, Stated, independent
from summarise.compare.source import Source

# What bounds the work: a statement is held against so many others at most, however many articles there are.
_RAREST = 6
_POSTED = 16
_COMPARED = 16
# Of the words of a leader, a statement that says the same lacks so great a share at most; its numbers may be others, or rounded.
_MISSED = 0.2


def claim_groups(sources: Sequence[Source]) -> tuple[ClaimGroup, ...]:
    """Every claim of `sources` in one group, the widest spread first.

    Precision goes first: two claims are in one group only where their wording leaves little doubt.
    """
    order = {source.key: at for at, source in enumerate(sources)}
    clusters = _joined(_clusters(statements_of(sources)))
    groups = sorted((_group(cluster, order) for cluster in clusters), key=lambda ranked: ranked[0])
    return tuple(replace(group, key=f"claim-{number}") for number, (_, group) in enumerate(groups, start=1))


@dataclass(eq=False)
class _Cluster:
    """Statements that say what the first of them, the shortest, says, and later those that contradict it."""

    statements: list[Statement]
    against: list[tuple[Statement, str]] = field(default_factory=list)

    @property
    def leader(self) -> Statement:
        return self.statements[0]

    @property
    def spread(self) -> int:
        return independent(statement.source for statement in self.statements)


class _Index:
    """Leaders by their rarest words, their whole wording and their evidence."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._frequency = Counter(feature for statement in statements for feature in statement.features)
        self._by_feature: dict[str, list[int]] = defaultdict(list)
        self._by_wording: dict[object, list[int]] = defaultdict(list)
        self._needed: list[int] = []
        self.leaders: list[Statement] = []

    def add(self, leader: Statement) -> None:
        place = len(self.leaders)
        self.leaders.append(leader)
        posted = [feature for feature in self._rarest(leader) if len(self._by_feature[feature]) < _POSTED]
        for feature in posted:
            self._by_feature[feature].append(place)
        numbers = sum(feature.startswith("#") for feature in posted)
        self._needed.append(max(1, len(posted) - int(_MISSED * len(leader.features)) - numbers))
        for wording in _wordings(leader):
            if len(self._by_wording[wording]) < _POSTED:
                self._by_wording[wording].append(place)

    def near(self, statement: Statement) -> list[int]:
        """Places of the leaders that are most likely to say the same, or its contrary."""
        shared: Counter[int] = Counter()
        for feature in statement.features:
            shared.update(self._by_feature.get(feature, ()))
        for wording in _wordings(statement):
            shared.update(dict.fromkeys(self._by_wording.get(wording, ()), _RAREST))
        likely = ((-count, place) for place, count in shared.items() if count >= self._needed[place])
        return [place for _, place in nsmallest(_COMPARED, likely)]

    def _rarest(self, statement: Statement) -> list[str]:
        return sorted(statement.features, key=lambda feature: (self._frequency[feature], feature))[:_RAREST]


def _wordings(statement: Statement) -> list[object]:
    return [statement.folded, *sorted(statement.quotes)]


def _clusters(statements: Sequence[Statement]) -> list[_Cluster]:
    """Statements that say the same. The shortest come first, so that each says at least what the first of its cluster says."""
    index = _Index(statements)
    clusters: list[_Cluster] = []
    for statement in sorted(statements, key=_content):
        place = _likest(statement, index)
        if place is None:
            index.add(statement)
            clusters.append(_Cluster([statement]))
        else:
            clusters[place].statements.append(statement)
    return clusters


def _likest(statement: Statement, index: _Index) -> int | None:
    """The place of the leader that says the same in the likest words; None for none."""
    best, likeness = None, 0.0
    for place in index.near(statement):
        known = relation(index.leaders[place], statement)
        if known is not None and known.contradicts is None and known.likeness > likeness:
            best, likeness = place, known.likeness
            if likeness == 1.0:
                break
    return best


def _joined(clusters: Sequence[_Cluster]) -> list[_Cluster]:
    """Each cluster together with those that contradict it; the wider spread takes in the narrower."""
    index = _Index(cluster.leader for cluster in clusters)
    for cluster in clusters:
        index.add(cluster.leader)
    taken: set[int] = set()
    heads = []
    for at in sorted(range(len(clusters)), key=lambda at: (-clusters[at].spread, at)):
        if at in taken:
            continue
        taken.add(at)
        heads.append(clusters[at])
        for place in index.near(clusters[at].leader):
            known = None if place in taken else relation(clusters[at].leader, clusters[place].leader)
            if known is not None and known.contradicts is not None:
                taken.add(place)
                clusters[at].against += [(statement, known.contradicts) for statement in clusters[place].statements]
    return heads


def _content(statement: Statement) -> tuple[object, ...]:
    """Orders statements in a way that does not depend on the order of the articles."""
    claim, article = statement.claim, statement.source.summary.article
    return (
        len(statement.features),
        len(claim.text),
        claim.text,
        claim.mode,
        claim.speaker or "",
        statement.published or "~",
        article.id,
        statement.place,
    )


def _group(cluster: _Cluster, order: dict[str, int]) -> tuple[tuple[object, ...], ClaimGroup]:
    """The group with what it is ranked by."""
    said = sorted(cluster.statements, key=lambda s: (order[s.source.key], s.place))
    against = sorted(cluster.against, key=lambda item: (order[item[0].source.key], item[0].place))
    same = [Stated(s.source, s.claim) for s in said]
    contrary = [Stated(s.source, s.claim, reason) for s, reason in against]
    contradicted = independent(s.source for s, _ in against)
    text = cluster.leader.claim.text
    group = ClaimGroup("", text, (*same, *contrary), cluster.spread, contradicted, _first(same))
    return (-cluster.spread, -contradicted, min(s.place for s in said), text, _content(cluster.leader)), group


def _first(stated: Sequence[Stated]) -> Stated | None:
    """The earliest; None where fewer than two articles are dated, or none of them is earlier than all others that are no copies of it."""
    dated = sorted((one.source.published, at) for at, one in enumerate(stated) if one.source.published)
    if len({stated[at].source.key for _, at in dated}) < 2:
        return None
    first = stated[dated[0][1]]
    others = [day for day, at in dated if stated[at].source.origin != first.source.origin]
    return first if all(is_before(dated[0][0], day) for day in others if day) else None
