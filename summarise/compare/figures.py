"""Groups of figures that measure one thing, their readings and their label."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import combinations

from summarise.compare.figure_context import stem_of
from summarise.compare.figure_pairs import (
    are_one_sentence,
    far_apart,
    goes_with,
    is_small,
    judge,
    meet_by_chance,
    names_differ,
    share_a_head,
)
from summarise.compare.figure_profile import Profile, Subjects, profiles
from summarise.compare.model import VERDICTS, FigureGroup, Reading, Relation, Source, Verdict, independent
from summarise.compare.values import Dimension, likeness
from summarise.text.sanitise import one_line
from summarise.text.tokens import STOP_WORDS
from summarise.wording import amount, measured

# With fewer telling words a measure says too little, and what follows the number is taken instead.
_TELLING = 2
_MOST_WORDS = 5
# Characters behind the number in which they are looked for: five long words have fewer.
_FARTHEST = 200
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_JOINT = re.compile(r"[,;:.!?()“”\"—–]")


def label(members: Sequence[Profile]) -> str:
    """The measure whose words most of them share; the words after the number where that says little; else the figure itself."""
    common = Counter(stem for profile in members for stem in profile.weights)

    def worth(text: str) -> tuple[int, int, str]:
        """A word that stands around one number only is none of the thing."""
        stems = set(_stems(text))
        return sum(common[stem] for stem in stems if common[stem] > 1), -len(text), text

    measures = {one_line(measured(profile.figure)) for profile in members} - {""}
    best = max(measures, key=worth, default="")
    if len(set(_stems(best))) >= _TELLING:
        return best
    phrases = {phrase for profile in members if (phrase := _phrase(profile))}
    return max(phrases, key=worth, default="") or best or one_line(members[0].figure.quote)


def _phrase(profile: Profile) -> str:
    """The words that follow the number up to the next joint, no stop words at their end; "" where the first of them does not tell."""
    figure, sentence = profile.figure, profile.context.sentence
    start = profile.context.place + len(figure.quote)
    rest = _JOINT.split(sentence[start : start + _FARTHEST], maxsplit=1)[0]
    words = [*_counted(figure.quote), *_WORD.findall(rest)][:_MOST_WORDS]
    while words and words[-1].lower() in STOP_WORDS:
        words.pop()
    return one_line(" ".join(words)) if words and stem_of(words[0]) else ""


def _counted(quote: str) -> list[str]:
    """The words of a figure that say what is counted: "nine people" is people."""
    return [word for word in _WORD.findall(quote) if stem_of(word)]


def _stems(text: str) -> list[str]:
    return [stem for word in _WORD.findall(text) if (stem := stem_of(word))]


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
