"""Pairs of figures: which may be compared, and what their numbers say of each other.

They agree, are within rounding, of another time or scope, or disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from summarise.compare.figure_context import PERSONS, WEAK
from summarise.compare.figure_profile import Profile
from summarise.compare.model import Verdict
from summarise.compare.values import likeness
from summarise.wording import BOUNDS, amount

SURE = 0.5
"""How alike the words for what is counted must be, from 0 to 1, before two numbers are said to disagree."""
# Days between two articles within which a count is of the same moment.
_SAME_MOMENT = 1
_PLANNED = "one is planned, expected or possible"


@dataclass(frozen=True)
class Judgement:
    """`verdict` is one of agree, rounding, other_time, other_scope, disagree and unsure; `reason` is a clause that says why."""

    verdict: Verdict
    reason: str


def judge(a: Profile, b: Profile) -> Judgement:
    """Of two figures that measure one thing."""
    numbers, times, scope = likeness(a.value, b.value), _times(a, b), _scope(a, b)
    if numbers == "equal" and not times.is_dated:
        return Judgement("agree", "the same number")
    if numbers == "rounding" and times.verdict != "other_time" and scope in ("", _PLANNED):
        return Judgement("rounding", _rounding(a, b))
    if times.verdict == "other_time":
        return Judgement("other_time", times.reason)
    if scope:
        return Judgement("other_scope", scope)
    if doubt := "one of the numbers is open or rough" if numbers == "unsure" else times.reason or _doubt(a, b):
        return Judgement("unsure", doubt)
    return Judgement("disagree", "the same thing at the same time")


@dataclass(frozen=True)
class _Times:
    """`verdict` is None for one time, else other_time or unsure; `is_dated` where two dates say so, not the words around."""

    verdict: Verdict | None = None
    reason: str = ""
    is_dated: bool = False


def _times(a: Profile, b: Profile) -> _Times:
    first, second = a.figure.as_of, b.figure.as_of
    if first and second:
        fits = first.startswith(second) or second.startswith(first)
        return _Times() if fits else _Times("other_time", f"{first} and {second}", is_dated=True)
    if a.context.traits.is_earlier != b.context.traits.is_earlier:
        return _Times("other_time", "one is an earlier number")
    said_a, said_b = a.context.traits.time, b.context.traits.time
    if a.source.key == b.source.key:
        return _in_one_article(said_a, said_b)
    days = _day(a.source.published), _day(b.source.published)
    if days[0] is None or days[1] is None:
        return _in_undated(said_a, said_b)
    first_day, last_day = sorted(day for day in days if day)
    if (last_day - first_day).days <= _SAME_MOMENT:
        return _in_one_article(said_a, said_b)
    return _Times("other_time", f"the articles are of {first_day} and {last_day}")


def _in_one_article(said_a: str, said_b: str) -> _Times:
    if said_a == said_b:
        return _Times()
    if said_a and said_b:
        return _Times("other_time", f"“{said_a}” and “{said_b}”")
    return _Times("unsure", "only one of them names a time")


def _in_undated(said_a: str, said_b: str) -> _Times:
    if not said_a or not said_b:
        return _Times("unsure", "it is not known that they are of one time")
    said = f"“{said_a}” in both" if said_a == said_b else f"“{said_a}” in one and “{said_b}” in the other"
    return _Times("other_time", f"{said}, but the articles are not of one known date")


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published or "")
    except ValueError:
        return None


def _scope(a: Profile, b: Profile) -> str:
    """Why the two are numbers of different parts or kinds, "" where nothing says so."""
    one, other = a.context.traits, b.context.traits
    if one.is_difference != other.is_difference or a.figure.change != b.figure.change:
        return "one is a change"
    if one.contrasts != other.contrasts:
        return "one is of a part, a mean or another kind"
    return _PLANNED if one.is_planned != other.is_planned else ""


def _doubt(a: Profile, b: Profile) -> str:
    """What else keeps two numbers from being called a contradiction."""
    if a.alike(b) < SURE:
        return "the words around them differ too much to be sure"
    if a.source.key != b.source.key:
        return ""
    if a.context.sentence == b.context.sentence:
        return "both stand in one sentence"
    speakers = {a.figure.speaker, b.figure.speaker}
    is_said_by_two = len(speakers) > 1 and (None not in speakers or a.context.is_another or b.context.is_another)
    return "" if is_said_by_two else "one article gives both, and not by two people"


def _rounding(a: Profile, b: Profile) -> str:
    rough = next((profile for profile in (a, b) if profile.figure.bound in BOUNDS), None)
    return f"{amount(rough.figure)} allows for the other" if rough else "one is a round number of the other"


# A number with so many digits is seldom met twice by chance.
_TELLING = 3
_FEW = 13
# Of one thing no two counts differ by so much.
_FARTHEST = 5
# A word weighs nearly as much as the heaviest where it is what the number is of.
_HEAD = 0.7
# So alike, and with so many words in common, are two ways of writing one sentence.
_ONE_SENTENCE = 0.75
_SENTENCE = 3


def goes_with(a: Profile, b: Profile) -> bool:
    """Whether the units fit (a count of people may be one of workers, but not of houses; a rate is no amount), and whether they are
    two numbers of one sentence, which are two things unless one is the other said again; so are a part and its whole."""
    if (a.figure.per or "") != (b.figure.per or "") or a.context.traits.is_part != b.context.traits.is_part:
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
    return all(not unit.isdisjoint(PERSONS) for unit in units)


def meet_by_chance(a: Profile, b: Profile) -> bool:
    """Whether two equal numbers may well be of two things: few digits, and no noun that they count. Many things are counted in people."""
    if a.value.digits >= _TELLING or a.dimension.kind == "money":
        return False
    unit = a.context.unit & b.context.unit
    is_named = a.dimension.kind == "count" and bool(unit) and unit.isdisjoint(PERSONS)
    return not is_named or (a.value.middle or 0) < _FEW


def is_small(profile: Profile) -> bool:
    """Whether there are many things of which there are so many."""
    return profile.dimension.kind != "money" and (profile.value.middle or 0) < _FEW


def names_differ(a: Profile, b: Profile) -> bool:
    """Whether each is given of a name of which the sentence of the other knows nothing."""
    return any(not b.names_it(name) for name in a.near_names) and any(not a.names_it(name) for name in b.near_names)


def are_one_sentence(a: Profile, b: Profile) -> bool:
    """Whether the words around both are nearly the same, in articles of one day, or of one of which no day is known."""
    days = {profile.source.published for profile in (a, b)}
    return (len(days) == 1 or None in days) and len(a.shared(b)) >= _SENTENCE and a.alike(b) >= _ONE_SENTENCE


def share_a_head(a: Profile, b: Profile) -> bool:
    """Whether they share the word that says most of what each counts, or several words."""
    shared = a.shared(b)
    strong = shared - WEAK
    if len(shared) > 1 and strong:
        return True
    return any(_is_head(stem, a) and _is_head(stem, b) for stem in strong)


def far_apart(a: Profile, b: Profile) -> bool:
    numbers = [abs(number) for number in (a.value.middle, b.value.middle) if number is not None]
    return len(numbers) == 2 and max(numbers) > min(numbers) * _FARTHEST


def _is_head(stem: str, profile: Profile) -> bool:
    return profile.context.what[stem] >= _HEAD * profile.heaviest
