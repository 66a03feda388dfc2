"""Pairs of figures: filters that say which may be compared, and the verdict on what their numbers say of each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from summarise.compare.figure_features import FigureFeatures
from summarise.compare.lexicon import figure_words
from summarise.compare.model import FigureVerdict
from summarise.compare.values import likeness
from summarise.wording import BOUNDS, amount

SURE = 0.5
"""How similar the words for what is counted must be, from 0 to 1, before two numbers are said to disagree."""
# Days between two articles within which a count is of the same moment.
_SAME_MOMENT = 1
_PLANNED = "one is planned, expected or possible"


@dataclass(frozen=True)
class Judgement:
    """`verdict` is one of agree, rounding, other_time, other_scope, disagree and unsure; `reason` is a clause that explains it."""

    verdict: FigureVerdict
    reason: str


def judge(a: FigureFeatures, b: FigureFeatures) -> Judgement:
    """The verdict on two figures that measure one thing."""
    numbers, time, scope = likeness(a.value, b.value), _time(a, b), _scope(a, b)
    if numbers == "equal" and not _dates_differ(a, b):
        return Judgement("agree", "the same number")
    is_other_time = time is not None and time.verdict == "other_time"
    if numbers == "rounding" and not is_other_time and scope in ("", _PLANNED):
        return Judgement("rounding", _rounding(a, b))
    if time is not None and is_other_time:
        return time
    if scope:
        return Judgement("other_scope", scope)
    doubt = "one of the numbers is open or rough" if numbers == "unsure" else time.reason if time else _doubt(a, b)
    return Judgement("unsure", doubt) if doubt else Judgement("disagree", "the same thing at the same time")


def _dates_differ(a: FigureFeatures, b: FigureFeatures) -> bool:
    """Whether both have a date of their own, neither of which is part of the other."""
    first, second = a.figure.as_of, b.figure.as_of
    return bool(first and second) and not (first or "").startswith(second or "") and not (second or "").startswith(first or "")


def _time(a: FigureFeatures, b: FigureFeatures) -> Judgement | None:
    """ "other_time" or "unsure"; None if both are of one time."""
    if a.figure.as_of and b.figure.as_of:
        return Judgement("other_time", f"{a.figure.as_of} and {b.figure.as_of}") if _dates_differ(a, b) else None
    if a.context.cues.is_earlier != b.context.cues.is_earlier:
        return Judgement("other_time", "one is an earlier number")
    said_a, said_b = a.context.cues.time, b.context.cues.time
    if a.source.key != b.source.key:
        first, second = _day(a.source.published), _day(b.source.published)
        if first is None or second is None:
            return _in_undated(said_a, said_b)
        if abs((first - second).days) > _SAME_MOMENT:
            return Judgement("other_time", f"the articles are of {min(first, second)} and {max(first, second)}")
    return _of_one_day(said_a, said_b)


def _of_one_day(said_a: str, said_b: str) -> Judgement | None:
    if said_a == said_b:
        return None
    if said_a and said_b:
        return Judgement("other_time", f"“{said_a}” and “{said_b}”")
    return Judgement("unsure", "only one of them names a time")


def _in_undated(said_a: str, said_b: str) -> Judgement:
    if not said_a or not said_b:
        return Judgement("unsure", "we do not know that they are of the same time")
    said = f"“{said_a}” in both" if said_a == said_b else f"“{said_a}” in one and “{said_b}” in the other"
    return Judgement("other_time", f"{said}, but we do not know that the articles have the same date")


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published or "")
    except ValueError:
        return None


def _scope(a: FigureFeatures, b: FigureFeatures) -> str:
    """Why the two are numbers of different parts or kinds, "" if nothing says so."""
    one, other = a.context.cues, b.context.cues
    if one.is_difference != other.is_difference or a.figure.change != b.figure.change:
        return "one is a change"
    if one.contrasts != other.contrasts:
        return "one figure covers only part of it, or is an average"
    return _PLANNED if one.is_planned != other.is_planned else ""


def _doubt(a: FigureFeatures, b: FigureFeatures) -> str:
    """What else prevents two numbers from being called a contradiction."""
    if a.similarity(b) < SURE:
        return "the words around them differ too much to be sure"
    if a.source.key != b.source.key:
        return ""
    if a.context.sentence == b.context.sentence:
        return "both are in one sentence"
    speakers = {a.figure.speaker, b.figure.speaker}
    is_said_by_two = len(speakers) > 1 and (None not in speakers or a.context.is_another or b.context.is_another)
    return "" if is_said_by_two else "the same article gives both without two speakers"


def _rounding(a: FigureFeatures, b: FigureFeatures) -> str:
    rough = next((one for one in (a, b) if one.figure.bound in BOUNDS), None)
    return f"{amount(rough.figure)} allows for the other" if rough else "one is a round number of the other"


# A number with so many digits seldom occurs twice by chance.
_MANY_DIGITS = 3
_FEW = 13
# Two counts of one thing do not differ by this factor.
_FARTHEST = 5
# The head noun of a number weighs nearly as much as its heaviest word.
_HEAD = 0.7
# Two wordings of one sentence are so similar, and have so many words in common.
_ONE_SENTENCE = 0.75
_SENTENCE = 3


def are_compatible(a: FigureFeatures, b: FigureFeatures) -> bool:
    """Whether two figures may measure one thing: the units fit (a count of people may be one of workers, but not of houses; a rate is not
    an amount), neither is a part of the other, and they are not two different numbers of one sentence."""
    if (a.figure.per or "") != (b.figure.per or "") or a.context.cues.is_part != b.context.cues.is_part:
        return False
    if (
        a.source.key == b.source.key
        and a.context.sentence == b.context.sentence
        and likeness(a.value, b.value) not in ("equal", "rounding")
    ):
        return False
    units = (a.context.unit, b.context.unit)
    if a.dimension.kind != "count" or not all(units) or not units[0].isdisjoint(units[1]):
        return True
    return all(not unit.isdisjoint(figure_words().people) for unit in units)


def may_coincide(a: FigureFeatures, b: FigureFeatures) -> bool:
    """Whether two equal numbers may well be of two things: few digits, and no counted noun in common other than people."""
    if a.value.digits >= _MANY_DIGITS or a.dimension.kind == "money":
        return False
    unit = a.context.unit & b.context.unit
    is_named = a.dimension.kind == "count" and bool(unit) and unit.isdisjoint(figure_words().people)
    return not is_named or (a.value.middle or 0) < _FEW


def is_small(one: FigureFeatures) -> bool:
    """Whether it is a small count, which many things have."""
    return one.dimension.kind != "money" and (one.value.middle or 0) < _FEW


def names_differ(a: FigureFeatures, b: FigureFeatures) -> bool:
    """Whether each has a name near it that does not occur in the sentence of the other."""
    return any(not b.names_it(name) for name in a.near_names) and any(not a.names_it(name) for name in b.near_names)


def are_one_sentence(a: FigureFeatures, b: FigureFeatures) -> bool:
    """Whether the words around both are nearly the same, in articles of one day, or if the day of one is not known."""
    days = {a.source.published, b.source.published}
    return (len(days) == 1 or None in days) and len(a.shared(b)) >= _SENTENCE and a.similarity(b) >= _ONE_SENTENCE


def share_a_head(a: FigureFeatures, b: FigureFeatures) -> bool:
    """Whether they share the word that says most of what each counts, or several words."""
    shared = a.shared(b)
    strong = shared - figure_words().weak
    if len(shared) > 1 and strong:
        return True
    return any(_is_head(stem, a) and _is_head(stem, b) for stem in strong)


def far_apart(a: FigureFeatures, b: FigureFeatures) -> bool:
    numbers = [abs(number) for number in (a.value.middle, b.value.middle) if number is not None]
    return len(numbers) == 2 and max(numbers) > min(numbers) * _FARTHEST


def _is_head(stem: str, one: FigureFeatures) -> bool:
    return one.context.what[stem] >= _HEAD * one.heaviest
