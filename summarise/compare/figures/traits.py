"""Traits of a figure that its clause names: the time it speaks of, and what makes it another number of the same kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.schema import CitedFigure

# Numbers that differ in one of these are of different scope, whatever else they share.
_PLANNED = frozenset(
    """
    aim aims aimed target targets targeted plan plans planned propose proposes proposed seek seeks want wants wanted goal will would could
    might may should expect expects expected forecast forecasts foresaw project projected predict predicts predicted intends budget
    budgeted hopes hope next
    """.split()
)
_EARLIER = frozenset("initially originally previously formerly earlier initial original previous".split())
_MORE = frozenset("more less fewer higher lower extra additional further".split())
_CONTRASTS = (
    frozenset("women woman female girls girl".split()),
    frozenset("men man male boys boy".split()),
    frozenset("children child pupils youth minors".split()),
    frozenset("adults adult".split()),
    frozenset("average averaged mean median typical typically".split()),
    frozenset("net".split()),
    frozenset("gross".split()),
    frozenset("daily".split()),
    frozenset("weekly".split()),
    frozenset("monthly month".split()),
    frozenset("annual annually yearly".split()),
    frozenset("export exports exported".split()),
    frozenset("import imports imported".split()),
    frozenset("minimum least".split()),
    frozenset("maximum".split()),
    frozenset("total altogether overall combined".split()),
    frozenset("half halves".split()),
    frozenset("each apiece every".split()),
    frozenset("north northern".split()),
    frozenset("south southern".split()),
    frozenset("east eastern".split()),
    frozenset("west western".split()),
    frozenset("rural".split()),
    frozenset("urban".split()),
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS = frozenset("january february march april june july august september october november december".split())
_RELATIVE = {"last", "this", "next", "previous", "past"}
_SPANS = {"year", "month", "week", "winter", "summer", "spring", "autumn", "season", "quarter", "night", "decade"}
_ALONE = {"yesterday"}
_NEAR = 3
# "On Friday the union said": a day on which something was said.
_SAID = frozenset("said says told announced reported wrote according".split())
_SAID_WITHIN = 9
_OF_ALL = frozenset("the these those all its his her their them our whom which".split())


@dataclass(frozen=True, slots=True)
class Traits:
    """`time` is what the clause says of time in words, "" where it says nothing. `contrasts` are positions in a fixed list."""

    time: str
    is_planned: bool
    is_earlier: bool
    is_difference: bool
    is_part: bool
    contrasts: frozenset[int]


def traits(around: Sequence[str], figure: CitedFigure) -> Traits:
    """`around` are the words of the figure's clause, in order."""
    words = [word.lower() for word in around]
    held = set(words)
    return Traits(
        time=_time(words),
        is_planned=not held.isdisjoint(_PLANNED),
        is_earlier=not held.isdisjoint(_EARLIER),
        is_difference=figure.change is not None or _is_difference(words, figure),
        is_part=_is_part(words, figure),
        contrasts=frozenset(n for n, words_ in enumerate(_CONTRASTS) if not held.isdisjoint(words_)),
    )


def _time(words: Sequence[str]) -> str:
    for n, word in enumerate(words):
        after = words[n + 1] if n + 1 < len(words) else ""
        plain = after.removesuffix("'s").removesuffix("’s")
        if word in _RELATIVE and (plain in _SPANS or plain in _DAYS or plain in _MONTHS):
            return f"{word} {plain.capitalize() if plain in _DAYS or plain in _MONTHS else plain}"
        if (word in _DAYS or word in _MONTHS) and _SAID.isdisjoint(words[n + 1 : n + _SAID_WITHIN]):
            return word.capitalize()
    return next((word for word in words if word in _ALONE), "")


def _is_difference(words: Sequence[str], figure: CitedFigure) -> bool:
    """As in "90 more than it has" and "1.2 points lower": by how much, not how much."""
    return any(word in _MORE for word in _after(words, figure)[:_NEAR])


def _is_part(words: Sequence[str], figure: CitedFigure) -> bool:
    """As in "nine of the forty-one"."""
    after = _after(words, figure)
    return len(after) > 1 and after[0] == "of" and (after[1] in _OF_ALL or after[1][0].isdigit())


def _after(words: Sequence[str], figure: CitedFigure) -> Sequence[str]:
    """The words behind the number; none where its own last word is not among them."""
    last = figure.quote.lower().split()[-1:]
    at = next((n for n, word in enumerate(words) if last and word == last[0].strip(".,%)")), None)
    return words[at + 1 :] if at is not None else ()
