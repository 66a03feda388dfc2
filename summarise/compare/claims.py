"""Claims of several articles: pairs that say the same or the opposite, and greedy clustering of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from heapq import nlargest, nsmallest

from summarise.compare.claim_features import ClaimNumber, Statement, date_words, in_common, matched, opposed, statements_of
from summarise.compare.dates import is_before
from summarise.compare.lexicon import claim_words
from summarise.compare.model import ClaimGroup, SourceArticle, Stated, independent

# Shares of the words, chosen on pairs of claims that were judged by hand.
_COVERED = 0.8
_ALIKE = 0.6
_SAME_EVIDENCE = 0.5
_NEGATED = 0.75
_FRAME = 0.85
_RECAST = 0.9
_FEWEST = 4
_DAYS_APART = 2
# So many quotes of each are looked for in those of the other; a claim of a model has six at most.
_QUOTES = 12
_NEGATING = ("un", "in", "im", "ir", "il", "dis", "non", "mis")


@dataclass(frozen=True)
class ClaimRelation:
    """`contradicts` is the reason, None if both say the same. `likeness` is from 0 to 1."""

    likeness: float
    contradicts: str | None = None


def relation(stated: Statement, other: Statement) -> ClaimRelation | None:
    """What `other` says of what was `stated`; None if that is not certain. It may say more, but not less."""
    pair = _Pair(stated, other)
    if pair.is_one_wording:
        return pair.repeated() if pair.is_of_one_thing else None
    if not pair.can_be_compared or not pair.is_of_one_thing:
        return None
    if stated.is_negative != other.is_negative:
        return pair.negated()
    return pair.same() or pair.other_number()


@dataclass(frozen=True, eq=False)
class _Pair:
    a: Statement
    b: Statement

    @property
    def is_one_wording(self) -> bool:
        a, b = self.a, self.b
        return a.folded == b.folded and bool(a.folded) and a.values == b.values and a.signs == b.signs

    @property
    def can_be_compared(self) -> bool:
        """Whether the two share enough words, and no hedge, name or antonym sets them apart. Cheap, as most pairs fail here."""
        a, b = self.a, self.b
        if len(a.features) < _FEWEST or len(self.common) < min(_FEWEST, _SAME_EVIDENCE * len(a.stems)):
            return False
        if (a.claim.mode == "demands") != (b.claim.mode == "demands") or opposed(a.poles, b.poles):
            return False
        # What is said of all is said of some.
        return a.qualifiers == b.qualifiers - ({"all"} - a.qualifiers) and not self._have_other_names

    @property
    def is_of_one_thing(self) -> bool:
        """Whether nothing depends on who speaks, and they have a name, a number or a topic in common."""
        a, b = self.a, self.b
        if (a.is_personal or b.is_personal) and a.speaker.isdisjoint(b.speaker):
            return False
        if a.source.origin == b.source.origin:
            return True
        if a.begins_with_pronoun and b.begins_with_pronoun and a.speaker != b.speaker:
            return False
        if (a.names & b.stems) - date_words() or any(len(value.as_tuple().digits) >= 3 for value in a.values & b.values):
            return True
        return in_common(a.related, b.related) >= (1 if self.share_evidence else 2)

    def repeated(self) -> ClaimRelation | None:
        if (self.a.claim.mode == "demands") != (self.b.claim.mode == "demands"):
            return None
        if self.a.is_negative == self.b.is_negative:
            return ClaimRelation(1.0)
        return ClaimRelation(1.0, self._reason) if self._may_contradict else None

    def same(self) -> ClaimRelation | None:
        if self._lacks_a_number or self._is_recast or self._is_swapped:
            return None
        if self.covered >= _COVERED and self.alike >= _ALIKE:
            return ClaimRelation(self.alike)
        if self.share_evidence and ((self.covered >= _ALIKE and self.alike >= _SAME_EVIDENCE) or self.covered == 1):
            return ClaimRelation(self.alike)
        return None

    def negated(self) -> ClaimRelation | None:
        if self._lacks_a_number or self._is_swapped or self.covered < _COVERED or self.alike < _NEGATED or not self._may_contradict:
            return None
        return ClaimRelation(self.alike, self._reason)

    def other_number(self) -> ClaimRelation | None:
        """The same words around another number of the same kind, at the same time as far as is known."""
        missing, extra = self.numbers
        is_excluded = self.b.claim.mode == "demands" or self.share_evidence or self._is_swapped or not self._may_contradict
        if len(missing) != 1 or len(extra) != 1 or is_excluded or self.framed < _FRAME:
            return None
        if not self._at_one_time or not missing[0].is_apart_from(extra[0]):
            return None
        return ClaimRelation(self.framed, _other_number(missing[0].written, extra[0].written))

    @cached_property
    def common(self) -> frozenset[str]:
        return self.a.stems & self.b.stems

    @cached_property
    def numbers(self) -> tuple[list[ClaimNumber], list[ClaimNumber]]:
        """Those of each that the other does not have."""
        return matched(self.a.quantities, self.b.quantities)

    @property
    def _shared_numbers(self) -> int:
        return len(self.a.quantities) - len(self.numbers[0])

    @cached_property
    def covered(self) -> float:
        return (len(self.common) + self._shared_numbers) / (len(self.a.stems) + len(self.a.quantities))

    @cached_property
    def alike(self) -> float:
        both = len(self.a.stems) + len(self.b.stems) + len(self.a.quantities) + len(self.b.quantities)
        return 2 * (len(self.common) + self._shared_numbers) / both

    @cached_property
    def framed(self) -> float:
        """Likeness of the words, ignoring the numbers (Dice coefficient of the stems)."""
        return 2 * len(self.common) / (len(self.a.stems) + len(self.b.stems))

    @cached_property
    def share_evidence(self) -> bool:
        a, b = self.a.quotes, self.b.quotes
        return not a.isdisjoint(b) or any(quote in other or other in quote for quote in _longest(a) for other in _longest(b))

    @property
    def _have_other_names(self) -> bool:
        """Whether each has a name that the other does not, or each a different day."""
        a, b = ({name in date_words() for name in names} for names in (self.a.names - self.b.stems, self.b.names - self.a.stems))
        return not a.isdisjoint(b)

    @property
    def _lacks_a_number(self) -> bool:
        """Whether the other leaves out a number, or has another time; it may leave out the time."""
        missing, extra = self.numbers
        return any(q.kind != "time" for q in missing) or (bool(missing) and any(q.kind == "time" for q in extra))

    @property
    def _is_recast(self) -> bool:
        """The same words in other roles: "A needs B" and "B needs A", "rose from 5 to 7" and "from 7 to 5"."""
        if self.framed < _RECAST or self.share_evidence:
            return False
        parts = [[(word if word[:5] in one.names else None) for word in one.sequence] for one in (self.a, self.b)]
        if parts[0] != parts[1] and [bool(part) for part in parts[0]] == [bool(part) for part in parts[1]]:
            return True
        numbers = [
            [q.value for q in one.quantities if q.kind != "time" and q.value in other.values]
            for one, other in ((self.a, self.b), (self.b, self.a))
        ]
        return numbers[0] != numbers[1] or (parts[0] == parts[1] and self.a.is_passive != self.b.is_passive)

    @property
    def _is_swapped(self) -> bool:
        """Whether one has a different word in place of one of the other: "tin" and "copper", "safe" and "unsafe"."""
        a, b = ({word for word in one.sequence if word[:5] not in self.common} for one in (self.a, self.b))
        if any(f"{prefix}{word}" in others for prefix in _NEGATING for words, others in ((a, b), (b, a)) for word in words):
            return True
        if self.share_evidence:
            return False
        if len(a) == len(b) == 1:
            # "Did not sit" and "sat" are one word.
            alike = 1 if self.a.is_negative != self.b.is_negative else 4
            return next(iter(a))[:alike] != next(iter(b))[:alike]
        return any(self._stands_for(word) in b for word in a)

    def _stands_for(self, word: str) -> str | None:
        """What the other statement has exactly where this one has `word`."""
        words, others = self.a.sequence, self.b.sequence
        at = self.a.first_positions[word]
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else None
        if before not in self.b.first_positions:
            return None
        there = self.b.first_positions[before] + 1
        if there >= len(others) or others[there][:4] == word[:4]:
            return None
        return others[there] if after is None or others[there + 1 : there + 2] == [after] else None

    @property
    def _may_contradict(self) -> bool:
        """An article does not contradict itself, nor does a speaker in one sentence."""
        a, b = self.a, self.b
        if a.source.origin == b.source.origin or self.share_evidence:
            return bool(a.speaker and b.speaker) and a.speaker.isdisjoint(b.speaker)
        return True

    @property
    def _at_one_time(self) -> bool:
        first, second = self.a.source.published, self.b.source.published
        days = _day(first), _day(second)
        if days[0] and days[1]:
            return abs((days[0] - days[1]).days) <= _DAYS_APART
        if first and second and first[:4] != second[:4]:
            return False
        return claim_words().running.isdisjoint(word.folded for one in (self.a, self.b) for word in one.tokens)

    @property
    def _reason(self) -> str:
        if self.b.claim.mode == "demands":
            return "demands the opposite"
        if not self.b.is_negative:
            return "says that it is so"
        return "denies it" if self.b.claim.mode == "denies" else "says that it is not so"


def _longest(quotes: frozenset[str]) -> list[str]:
    return nlargest(_QUOTES, quotes, key=lambda quote: (len(quote), quote))


def _other_number(stated: str, other: str) -> str:
    """The unit of both is said once: "says 11 houses, not nine"."""
    words, others = stated.split(), other.split()
    while len(words) > 1 and len(others) > 1 and words[-1] == others[-1]:
        words.pop()
        others.pop()
    return f"says {other}, not {' '.join(words)}"


def _day(published: str | None) -> date | None:
    return date.fromisoformat(published) if published and len(published) == 10 else None


# These bound the work: a statement is compared with so many others at most, however many articles there are.
_RAREST = 6
_POSTED = 16
_COMPARED = 16
# A statement that says the same lacks at most this share of the words of the first of its cluster; its numbers may be rounded.
_MISSED = 0.2


def claim_groups(sources: Sequence[SourceArticle]) -> tuple[ClaimGroup, ...]:
    """Every claim of `sources` in one group, ordered by the number of independent articles.

    Precision comes first: two claims are in one group only if their wording leaves little doubt.
    """
    order = {source.key: at for at, source in enumerate(sources)}
    clusters = _with_contradictions(_clusters(statements_of(sources)))
    groups = sorted((_group(cluster, order) for cluster in clusters), key=lambda ranked: ranked[0])
    return tuple(replace(group, key=f"claim-{number}") for number, (_, group) in enumerate(groups, start=1))


@dataclass(eq=False)
class _ClaimCluster:
    """Statements that say what the first of them, the shortest, says, and those that contradict it."""

    statements: list[Statement]
    against: list[tuple[Statement, str]] = field(default_factory=list)

    @property
    def leader(self) -> Statement:
        return self.statements[0]

    @property
    def spread(self) -> int:
        return independent(statement.source for statement in self.statements)


class _LeaderIndex:
    """An inverted index of cluster leaders by their rarest words, their whole wording and their evidence."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._frequency = Counter(feature for statement in statements for feature in statement.features)
        self._posted: dict[object, list[int]] = defaultdict(list)
        self._needed: list[int] = []
        self.leaders: list[Statement] = []

    def add(self, leader: Statement) -> None:
        rarest = sorted(leader.features, key=lambda feature: (self._frequency[feature], feature))[:_RAREST]
        posted = [key for key in (*rarest, *_wordings(leader)) if len(self._posted[key]) < _POSTED]
        for key in posted:
            self._posted[key].append(len(self.leaders))
        words = sum(key in leader.stems for key in posted)
        self._needed.append(max(1, words - int(_MISSED * len(leader.features))))
        self.leaders.append(leader)

    def near(self, statement: Statement) -> list[int]:
        """Positions of the leaders that are most likely to say the same, or the opposite."""
        shared = Counter(at for feature in statement.features for at in self._posted.get(feature, ()))
        for wording in _wordings(statement):
            shared.update(dict.fromkeys(self._posted.get(wording, ()), _RAREST))
        likely = ((-count, at) for at, count in shared.items() if count >= self._needed[at])
        return [at for _, at in nsmallest(_COMPARED, likely)]


def _wordings(statement: Statement) -> list[object]:
    return [statement.folded, *sorted(statement.quotes)]


def _clusters(statements: Sequence[Statement]) -> list[_ClaimCluster]:
    """Leader clustering of statements that say the same. The shortest come first, so that each says at least what its leader says."""
    index = _LeaderIndex(statements)
    clusters: list[_ClaimCluster] = []
    for statement in sorted(statements, key=_content):
        at = _most_similar(statement, index)
        if at is None:
            index.add(statement)
            clusters.append(_ClaimCluster([statement]))
        else:
            clusters[at].statements.append(statement)
    return clusters


def _most_similar(statement: Statement, index: _LeaderIndex) -> int | None:
    """The position of the leader that says the same in the most similar words, or None."""
    best, likeness = None, 0.0
    for at in index.near(statement):
        found = relation(index.leaders[at], statement)
        if found is not None and found.contradicts is None and found.likeness > likeness:
            best, likeness = at, found.likeness
            if likeness == 1.0:
                break
    return best


def _with_contradictions(clusters: Sequence[_ClaimCluster]) -> list[_ClaimCluster]:
    """Each cluster together with those that contradict it; the wider spread absorbs the narrower."""
    index = _LeaderIndex(cluster.leader for cluster in clusters)
    for cluster in clusters:
        index.add(cluster.leader)
    taken = set[int]()
    heads = []
    for at in sorted(range(len(clusters)), key=lambda at: (-clusters[at].spread, at)):
        if at in taken:
            continue
        taken.add(at)
        heads.append(clusters[at])
        for other in index.near(clusters[at].leader):
            found = None if other in taken else relation(clusters[at].leader, clusters[other].leader)
            if found is not None and found.contradicts is not None:
                taken.add(other)
                clusters[at].against += [(statement, found.contradicts) for statement in clusters[other].statements]
    return heads


def _content(statement: Statement) -> tuple[object, ...]:
    """Orders statements independently of the order of the articles."""
    claim, article = statement.claim, statement.source.summary.article
    return (
        len(statement.features),
        len(claim.text),
        claim.text,
        claim.mode,
        claim.speaker or "",
        statement.source.published or "~",
        article.id,
        statement.position,
    )


def _group(cluster: _ClaimCluster, order: dict[str, int]) -> tuple[tuple[object, ...], ClaimGroup]:
    """The group with its sort key."""
    said = sorted(cluster.statements, key=lambda s: (order[s.source.key], s.position))
    against = sorted(cluster.against, key=lambda item: (order[item[0].source.key], item[0].position))
    same = [Stated(s.source, s.claim) for s in said]
    contrary = [Stated(s.source, s.claim, reason) for s, reason in against]
    contradicted = independent(s.source for s, _ in against)
    text = cluster.leader.claim.text
    group = ClaimGroup("", text, (*same, *contrary), cluster.spread, contradicted, _first(same))
    return (-cluster.spread, -contradicted, min(s.position for s in said), text, _content(cluster.leader)), group


def _first(stated: Sequence[Stated]) -> Stated | None:
    """The earliest; None if fewer than two articles are dated, or none of them is earlier than all others, copies of it apart."""
    dated = sorted((one.source.published, at) for at, one in enumerate(stated) if one.source.published)
    if len({stated[at].source.key for _, at in dated}) < 2:
        return None
    first = stated[dated[0][1]]
    others = [day for day, at in dated if stated[at].source.origin != first.source.origin]
    return first if all(is_before(dated[0][0], day) for day in others if day) else None
