"""Readings: the members of a group sorted by what they say, and the verdict on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from summarise.compare.figures.judgement import judge
from summarise.compare.figures.label import label
from summarise.compare.figures.profile import Profile
from summarise.compare.groups import VERDICTS, FigureGroup, Reading, Relation, Verdict, independent
from summarise.views.amount import amount

# Beyond so many readings the rest is not compared pair by pair.
_COMPARED = 8
# Verdicts of pairs that outrank those of a reading with several sources.
_FROM_PAIRS: tuple[Verdict, ...] = ("rounding", "other_time", "other_scope", "unsure")


def group_of(members: Sequence[Profile]) -> FigureGroup:
    """The group of `members`, at least one, which measure one thing. Its key is still empty."""
    piles = _piles(members)
    relations = _relations(piles)
    verdict, reason = _verdict(piles, relations)
    tells_plans = len({pile[0].context.traits.is_planned for pile in piles}) > 1
    readings = tuple(_reading(pile, tells_plans=tells_plans) for pile in piles)
    return FigureGroup("", label(members), verdict, reason, readings, relations)


def rank(group: FigureGroup) -> tuple[object, ...]:
    first = group.readings[0].figures[0]
    article = first.source.summary.article
    return (
        VERDICTS.index(group.verdict),
        -independent(group.sources),
        -len(group.sources),
        article.id,
        article.sha256 or "",
        first.figure.start,
    )


def _piles(members: Sequence[Profile]) -> list[list[Profile]]:
    """Members that say the same together, the pile with most sources first."""
    if len(members) == 1:  # as in nearly every group
        return [list(members)]
    piles = _Piles()
    for member in members:
        piles.add(member)
    return sorted(piles.all, key=lambda pile: -independent(profile.source for profile in pile))


class _Piles:
    """Piles, to be looked up by number and date: two figures say the same only where their numbers are equal and their dates fit."""

    def __init__(self) -> None:
        self.all: list[list[Profile]] = []
        self._known: dict[object, int] = {}
        self._at: dict[object, list[int]] = defaultdict(list)
        self._within: dict[object, list[int]] = defaultdict(list)

    def add(self, member: Profile) -> None:
        """To the first pile that says the same. Number, bound and date alone decide, so nobody is asked twice about the same three."""
        number, as_of = (member.value.low, member.value.high), member.figure.as_of or ""
        if None in number:  # an open number says the same as no other
            self.all.append([member])
            return
        key = number, member.value.bound, as_of
        if key not in self._known:
            agrees = (at for at in self._near(number, as_of) if judge(self.all[at][0], member).verdict == "agree")
            self._known[key] = next(agrees, len(self.all))
        place = self._known[key]
        if place < len(self.all):
            self.all[place].append(member)
            return
        self.all.append([member])
        self._at[number, as_of].append(place)
        for time in _coarser(as_of):
            self._within[number, time].append(place)

    def _near(self, number: object, as_of: str) -> list[int]:
        """Piles of the number whose date lies within this one, or this one within theirs."""
        return sorted({*self._within[number, as_of], *(place for time in _coarser(as_of) for place in self._at[number, time])})


def _coarser(as_of: str) -> set[str]:
    """The day itself, its month, its year, and no date at all."""
    return {"", as_of[:4], as_of[:7], as_of}


def _relations(piles: Sequence[Sequence[Profile]]) -> tuple[Relation, ...]:
    pairs = combinations(range(min(len(piles), _COMPARED)), 2)
    judged = ((first, second, judge(piles[first][0], piles[second][0])) for first, second in pairs)
    return tuple(Relation(first, second, found.verdict, found.reason) for first, second, found in judged)


def _verdict(piles: Sequence[Sequence[Profile]], relations: Sequence[Relation]) -> tuple[Verdict, str]:
    for found in relations:
        if found.verdict == "disagree":
            first, second = (f"{amount(pile[0].figure)} ({pile[0].source.key})" for pile in (piles[found.first], piles[found.second]))
            return "disagree", f"{first} and {second}: {found.reason}"
    most = max(piles, key=lambda pile: len({profile.source for profile in pile}))
    if len({profile.source for profile in most}) > 1:
        return "agree", _agreement(most)
    for verdict in _FROM_PAIRS:
        reason = next((found.reason for found in relations if found.verdict == verdict), None)
        if reason is not None:
            return verdict, reason
    return "one_source", "one article gives it"


def _agreement(pile: Sequence[Profile]) -> str:
    sources = {profile.source for profile in pile}
    origins = independent(sources)
    if origins == len(sources):
        return f"{len(sources)} articles give the same number"
    return f"{len(sources)} articles give the same number, but only {origins} of them wrote it independently"


def _reading(pile: Sequence[Profile], *, tells_plans: bool) -> Reading:
    """`tells_plans` where the group holds numbers that are planned and numbers that are not."""
    times = {profile.figure.as_of or profile.context.traits.time for profile in pile}
    figures = tuple(profile.cited for profile in sorted(pile, key=lambda p: (_place(p.source.key), p.figure.start)))
    time = times.pop() if len(times) == 1 else None
    return Reading(figures, time or None, "planned" if tells_plans and pile[0].context.traits.is_planned else None)


def _place(key: str) -> tuple[int, str]:
    return len(key), key
