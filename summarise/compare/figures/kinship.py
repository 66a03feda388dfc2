"""What can be one thing: reasons for and against two figures measuring the same, whatever their numbers say."""

from __future__ import annotations

from summarise.compare.figures.profile import Profile
from summarise.compare.figures.synonyms import PERSONS, WEAK
from summarise.compare.figures.values import likeness

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
