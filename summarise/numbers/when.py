"""The time a figure holds for, where its clause says it. A wrong date is worse than none: of what is unsure, nothing is said."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose
from summarise.numbers.times import Time, resolve

Extent = tuple[int, int]

_FARTHEST = 120
# Beyond one of these another clause speaks, perhaps of another time.
_CLAUSE = pattern(
    r"\b(?:when|while|whereas|but|after|before|which|who|whose|that|because|although|though|if|unless"
    r"|now|currently|today|at present|so far|at the moment|still)\b|[;:()]|--| - "
)
# "38 in 2015": the time is that of the number it follows, and no later number's.
_FOLLOWS = pattern(
    r"[ ,(]*(?:(?:in|on|for|by|at|as of|during|over|the|early|late|mid|end|start|beginning|middle|close|first|second|third|fourth|quarter"
    r"|half|of|fiscal|financial|year|season|only|just|back|alone|both)[ ,-]+)*"
)
# What may stand between two numbers of one time: "32 farms and 38 mills in 2015", "5% to 12 million in 2019".
_LISTED = pattern(r"[ ,(]*(?:(?:and|or|to|by|of|a|an|the|total|about|nearly|almost|around|some|more|less|over|than|at|least|most)[ ,]+)*")
# "90 more than it has today": that is the other side of the comparison.
_THAN = pattern(r"\bthan\b")
# "…, and in 2031 it makes 50,000": the time is that of what is still to come.
_LEADS = pattern(r"(?:,| and| or)(?: (?:in|on|by|for|during))? \Z")
# The end that is left behind, or compared with.
_LEFT_BEHIND = pattern(
    r"\b(?:from|than|compared (?:with|to)|against|versus|vs\.?)(?: (?:about|nearly|almost|around|some|just|only|a|the))* \Z"
)
_GOES_ON = pattern(r",? to (?:about |nearly |almost |around |some |more than )?")


def read_as_of(prose: Prose, figure: Extent, others: Sequence[Extent], times: Sequence[Time], published: str | None) -> str | None:
    """The ISO date, whole or partial, of a figure; `others` are all figures of its sentence, itself among them, in text order."""
    if not times:
        return None
    after = next((time for time in times if time.start >= figure[1] and not time.whose), None)
    before = next((time for time in reversed(times) if time.end <= figure[0]), None)
    after = after if after and _holds_after(prose, figure, others, after) else None
    before = before if before and _holds_before(prose, figure, others, before) else None
    shared = after is not None and any(figure[1] <= other[0] < after.start for other in others)
    chosen = before if shared and before else after or before
    return _date(chosen, times, published) if chosen else None


def _holds_after(prose: Prose, figure: Extent, others: Sequence[Extent], time: Time) -> bool:
    start, end = figure
    if time.start - end > _FARTHEST or _CLAUSE.search(prose.low, end, time.start) or _THAN.search(prose.low, end, time.start):
        return False
    if _LEADS.search(prose.low, end, time.start) and any(other[0] >= time.end for other in others):
        return False
    between = [other for other in others if end <= other[0] < time.start]
    if not between:
        return True
    return _LISTED.fullmatch(prose.low, end, between[0][0]) is not None and not _is_left_behind(prose, start)


def _holds_before(prose: Prose, figure: Extent, others: Sequence[Extent], time: Time) -> bool:
    start, _ = figure
    if start - time.end > _FARTHEST or _CLAUSE.search(prose.low, time.end, start) or _is_left_behind(prose, start):
        return False
    if time.whose:
        return not any(time.end <= other[0] < start for other in others)
    owner = next((other for other in reversed(others) if other[1] <= time.start), None)
    if owner is None or _FOLLOWS.fullmatch(prose.low, owner[1], time.start) is None:
        return True
    return _GOES_ON.fullmatch(prose.low, time.end, start) is not None and not _is_left_behind(prose, owner[0])


def _is_left_behind(prose: Prose, start: int) -> bool:
    return _LEFT_BEHIND.search(prose.low, max(0, start - 40), start) is not None


def _date(time: Time, times: Sequence[Time], published: str | None) -> str | None:
    earlier = next((other for other in reversed(times) if other.end <= time.start), None)
    known = resolve(earlier, published) if earlier else None
    return resolve(time, published, known and known[:4])
