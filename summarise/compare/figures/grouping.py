"""Groups of figures that measure one thing. What is unsure is left apart: a wrong group makes a wrong verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest

from summarise.compare.figures.kinship import are_one_sentence, far_apart, goes_with, is_small, meet_by_chance, names_differ, share_a_head
from summarise.compare.figures.profile import Profile, profiles
from summarise.compare.figures.readings import group_of, rank
from summarise.compare.figures.subject import Subjects
from summarise.compare.figures.units import Dimension
from summarise.compare.figures.values import likeness
from summarise.compare.groups import FigureGroup
from summarise.compare.source import Source

# How alike the words for what is counted must be, from 0 to 1, where the numbers fit each other and where they do not.
ALIKE = 0.25
ALIKE_SMALL = 0.5
ALIKE_TELLING = 0.1
ALIKE_ROUNDED = 0.35
ALIKE_APART = 0.37
ALIKE_WITHIN = 0.6
# How alike the names of the articles must be.
SUBJECT = 0.08
SUBJECT_APART = 0.1
SUBJECT_SURE = 0.2
# A word that stands in more groups than this is not used to look for one, and no more than so many groups are looked at closely.
_COMMON = 48
_LOOKED_AT = 12
_KEPT = 8
# What each name beside both numbers adds, and how many count.
_A_NAME = 0.05
_NAMES = 2
# The weight of a number or a name among the signs by which groups are looked up: about that of a rare word.
_A_SIGN = 3.0


@dataclass
class _Thing:
    """A group on its way. `kept` are some members that differ: whatever else comes is compared with them only."""

    number: int
    kept: list[Profile] = field(default_factory=list)
    members: list[Profile] = field(default_factory=list)

    def add(self, profile: Profile) -> bool:
        """Whether the member is kept to compare with."""
        self.members.append(profile)
        if len(self.kept) >= _KEPT or any(_says(other) == _says(profile) for other in self.kept):
            return False
        self.kept.append(profile)
        return True


def _says(profile: Profile) -> tuple[object, ...]:
    return profile.value, profile.context.sentence, profile.source.published


class _Things:
    """The groups so far, to be looked up by the words for what is counted. Each look-up takes a bounded time."""

    def __init__(self, subjects: Subjects) -> None:
        self.all: list[_Thing] = []
        self._subjects = subjects
        # Of what many groups share, the latest are kept: figures come in the order of their articles' dates.
        self._index: dict[tuple[Dimension, str], dict[int, None]] = defaultdict(dict)

    def add(self, profile: Profile) -> None:
        thing = self._best(profile)
        if thing is None:
            thing = _Thing(len(self.all))
            self.all.append(thing)
        if thing.add(profile):
            for sign in self._signs(profile):
                posted = self._index[profile.dimension, sign]
                posted.pop(thing.number, None)
                posted[thing.number] = None
                if len(posted) > _COMMON:
                    del posted[next(iter(posted))]

    def _best(self, profile: Profile) -> _Thing | None:
        found = [(score, -thing.number) for thing in self._near(profile) if (score := self._score(profile, thing)) > 0]
        return self.all[-max(found)[1]] if found else None

    def _near(self, profile: Profile) -> Iterator[_Thing]:
        """Those that share its number, or most of its rarer words and names."""
        shared: dict[int, float] = defaultdict(float)
        for sign, weight in self._signs(profile).items():
            for number in self._index.get((profile.dimension, sign), ()):
                shared[number] += weight
        best = nlargest(_LOOKED_AT, [(weight, -number) for number, weight in shared.items()])
        return (self.all[-number] for _, number in best)

    def _signs(self, profile: Profile) -> dict[str, float]:
        """What it can be looked up by, and how much each says: words, names, its number, and the names of its event."""
        names = {f"@{name}": weight * _A_SIGN for name, weight in profile.context.names.items()}
        event = {f"§{name}": _A_SIGN for name in self._subjects.marks(profile.source)}
        return {**profile.weights, **names, **event, f"={profile.value.low}–{profile.value.high}": _A_SIGN}

    def _score(self, profile: Profile, thing: _Thing) -> float:
        """How alike the profile is to the most alike member, 0 where it is not alike enough or does not go with every one."""
        if not all(goes_with(profile, other) for other in thing.kept):
            return 0.0
        return max((self._alike(profile, other) for other in thing.kept), default=0.0)

    def _alike(self, a: Profile, b: Profile) -> float:
        """0 where they are not known to measure one thing, over 1 where their numbers are equal; the subject decides between groups."""
        if not self._may_meet(a, b):
            return 0.0
        fit, words, subject = likeness(a.value, b.value), a.alike(b), self._subject(a, b)
        if fit == "equal":
            return 1 + words + subject if self._are_one(a, b, words, subject) else 0.0
        if names_differ(a, b) or subject < SUBJECT_APART:
            return 0.0
        enough = ALIKE_ROUNDED if fit == "rounding" else ALIKE_WITHIN if a.source.key == b.source.key else ALIKE_APART
        named = min(_NAMES, len(a.near_names & b.near_names))
        is_one = words + _A_NAME * named >= enough and share_a_head(a, b) and not far_apart(a, b)
        return (words + subject) / 2 if is_one else 0.0

    def _may_meet(self, a: Profile, b: Profile) -> bool:
        """Not where each is given of, or by, names that the whole other article has not."""
        return self._subjects.know_each_other(a.source, a.all_names, b.source, b.all_names)

    def _subject(self, a: Profile, b: Profile) -> float:
        """How much the articles are on one subject; sentences that are nearly one speak for it as well, on one day."""
        return 1.0 if are_one_sentence(a, b) else self._subjects.likeness(a.source, b.source)

    def _are_one(self, a: Profile, b: Profile, words: float, subject: float) -> bool:
        """Of equal numbers."""
        if names_differ(a, b) and a.source.key != b.source.key:
            return False
        if not meet_by_chance(a, b):
            alike = words >= ALIKE_TELLING or bool(a.rare & b.rare) or (subject >= SUBJECT_SURE and a.value.digits > 1)
            return alike and subject >= SUBJECT
        return words >= (ALIKE_SMALL if is_small(a) else ALIKE) and subject >= SUBJECT_APART


def figure_groups(sources: Sequence[Source]) -> tuple[FigureGroup, ...]:
    """All figures of the sources, each in one group; the most telling verdict first, then the most sources."""
    subjects = Subjects(sources)
    things = _Things(subjects)
    for profile in sorted(profiles(sources, subjects), key=_order):
        things.add(profile)
    found = sorted((group_of(thing.members) for thing in things.all), key=rank)
    return tuple(replace(group, key=f"g{n}") for n, group in enumerate(found, start=1))


def _order(profile: Profile) -> tuple[str, str, int]:
    article = profile.source.summary.article
    return profile.source.published or "", f"{article.id} {article.sha256}", profile.figure.start
