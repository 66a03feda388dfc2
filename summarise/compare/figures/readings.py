"""Readings: the members of a group sorted by what they say, and the verdict on them."""

from __future__ import annotations

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
    piles: list[list[Profile]] = []
    for member in members:
        pile = next((pile for pile in piles if judge(pile[0], member).verdict == "agree"), None)
        if pile is None:
            piles.append([member])
        else:
            pile.append(member)
    return sorted(piles, key=lambda pile: -independent(profile.source for profile in pile))


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
