"""Groups of figures that measure one thing, their readings and their label."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import combinations

from summarise.compare.figure_context import stem_of
from summarise.compare.figure_features import FigureFeatures, Topics, features_of
from summarise.compare.figure_pairs import (
    are_compatible,
    are_one_sentence,
    far_apart,
    is_small,
    judge,
    may_coincide,
    names_differ,
    share_a_head,
)
from summarise.compare.model import VERDICTS, FigureGroup, FigureVerdict, SourceArticle, ValueGroup, ValueRelation, independent
from summarise.compare.values import Dimension, likeness
from summarise.text.sanitise import one_line
from summarise.text.tokens import STOP_WORDS
from summarise.wording import amount, measured

# A measure with fewer meaningful words says too little, and what follows the number is taken instead.
_FEWEST_WORDS = 2
_MOST_WORDS = 5
# Characters behind the number in which they are looked for: five long words have fewer.
_FARTHEST = 200
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_JOINT = re.compile(r"[,;:.!?()“”\"—–]")


def label(members: Sequence[FigureFeatures]) -> str:
    """The measure whose words most of them share; the words after the number if that says little; else the figure itself."""
    common = Counter(stem for member in members for stem in member.weights)

    def worth(text: str) -> tuple[int, int, str]:
        """A word around one number only does not count."""
        stems = set(_stems(text))
        return sum(common[stem] for stem in stems if common[stem] > 1), -len(text), text

    measures = {one_line(measured(member.figure)) for member in members} - {""}
    best = max(measures, key=worth, default="")
    if len(set(_stems(best))) >= _FEWEST_WORDS:
        return best
    phrases = {phrase for member in members if (phrase := _phrase(member))}
    return max(phrases, key=worth, default="") or best or one_line(members[0].figure.quote)


def _phrase(member: FigureFeatures) -> str:
    """What is counted: the words of the figure and those that follow it up to the next joint, without stop words at the end; "" if the
    first of them is too general."""
    quote, sentence = member.figure.quote, member.context.sentence
    start = member.context.position + len(quote)
    rest = _JOINT.split(sentence[start : start + _FARTHEST], maxsplit=1)[0]
    words = [*(word for word in _WORD.findall(quote) if stem_of(word)), *_WORD.findall(rest)][:_MOST_WORDS]
    while words and words[-1].lower() in STOP_WORDS:
        words.pop()
    return one_line(" ".join(words)) if words and stem_of(words[0]) else ""


def _stems(text: str) -> list[str]:
    return [stem for word in _WORD.findall(text) if (stem := stem_of(word))]


# Only so many value groups of a figure group are compared in pairs.
_COMPARED = 8
# Verdicts on pairs that a group has only if no number is in several articles.
_FROM_PAIRS: tuple[FigureVerdict, ...] = ("rounding", "other_time", "other_scope", "unsure")


def group_of(members: Sequence[FigureFeatures]) -> FigureGroup:
    """The group of `members`, at least one, which measure one thing. Its key is still empty."""
    values = _by_value(members)
    relations = _relations(values)
    verdict, reason = _verdict(values, relations)
    shows_plans = len({same[0].context.cues.is_planned for same in values}) > 1
    readings = tuple(_value_group(same, shows_plans=shows_plans) for same in values)
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


def _by_value(members: Sequence[FigureFeatures]) -> list[list[FigureFeatures]]:
    """Lists of members that say the same, the one with most independent articles first."""
    if len(members) == 1:  # as in nearly every group
        return [list(members)]
    index = _ValueIndex()
    for member in members:
        index.add(member)
    return sorted(index.values, key=lambda same: -independent(member.source for member in same))


class _ValueIndex:
    """An index by number and date: two figures say the same only if their numbers are equal and their dates fit."""

    def __init__(self) -> None:
        self.values: list[list[FigureFeatures]] = []
        self._known: dict[object, int] = {}
        self._at: dict[object, list[int]] = defaultdict(list)
        self._within: dict[object, list[int]] = defaultdict(list)

    def add(self, member: FigureFeatures) -> None:
        """To the first list that says the same. Number, bound and date alone decide, so none of these is judged twice."""
        number, as_of = (member.value.low, member.value.high), member.figure.as_of or ""
        if None in number:  # an open number equals no other
            self.values.append([member])
            return
        key = number, member.value.bound, as_of
        if key not in self._known:
            agreeing = (at for at in self._near(number, as_of) if judge(self.values[at][0], member).verdict == "agree")
            self._known[key] = next(agreeing, len(self.values))
        at = self._known[key]
        if at < len(self.values):
            self.values[at].append(member)
            return
        self.values.append([member])
        self._at[number, as_of].append(at)
        for date in _coarser(as_of):
            self._within[number, date].append(at)

    def _near(self, number: object, as_of: str) -> list[int]:
        """Lists of the number whose date contains this one, or is contained in it."""
        return sorted({*self._within[number, as_of], *(at for date in _coarser(as_of) for at in self._at[number, date])})


def _coarser(as_of: str) -> set[str]:
    """The day itself, its month, its year, and no date at all."""
    return {"", as_of[:4], as_of[:7], as_of}


def _relations(values: Sequence[Sequence[FigureFeatures]]) -> tuple[ValueRelation, ...]:
    pairs = combinations(range(min(len(values), _COMPARED)), 2)
    judged = ((first, second, judge(values[first][0], values[second][0])) for first, second in pairs)
    return tuple(ValueRelation(first, second, found.verdict, found.reason) for first, second, found in judged)


def _verdict(values: Sequence[Sequence[FigureFeatures]], relations: Sequence[ValueRelation]) -> tuple[FigureVerdict, str]:
    for found in relations:
        if found.verdict == "disagree":
            first, second = (f"{amount(same[0].figure)} ({same[0].source.key})" for same in (values[found.first], values[found.second]))
            return "disagree", f"{first} and {second}: {found.reason}"
    most = max(({member.source for member in same} for same in values), key=len)
    if len(most) > 1:
        return "agree", _agreement(most)
    for verdict in _FROM_PAIRS:
        reason = next((found.reason for found in relations if found.verdict == verdict), None)
        if reason is not None:
            return verdict, reason
    return "one_source", "one article gives it"


def _agreement(sources: set[SourceArticle]) -> str:
    origins = independent(sources)
    if origins == len(sources):
        return f"{len(sources)} articles give the same number"
    return f"{len(sources)} articles give the same number, but only {origins} of them wrote it independently"


def _value_group(same: Sequence[FigureFeatures], *, shows_plans: bool) -> ValueGroup:
    """`shows_plans` if some numbers of the figure group are planned and some are not."""
    times = {member.figure.as_of or member.context.cues.time for member in same}
    figures = tuple(member.cited for member in sorted(same, key=_in_article_order))
    time = times.pop() if len(times) == 1 else None
    return ValueGroup(figures, time or None, "planned" if shows_plans and same[0].context.cues.is_planned else None)


def _in_article_order(member: FigureFeatures) -> tuple[int, str, int]:
    """A … Z before AA."""
    return len(member.source.key), member.source.key, member.figure.start


# How similar the words for what is counted must be, from 0 to 1, if the numbers are equal and if they are not.
_SIMILAR = 0.25
_SIMILAR_SMALL = 0.5
_SIMILAR_LONG = 0.1
_SIMILAR_ROUNDED = 0.35
_SIMILAR_OTHER = 0.37
_SIMILAR_WITHIN = 0.6
# How similar the names of the articles must be.
_TOPIC = 0.08
_TOPIC_OTHER = 0.1
_TOPIC_SURE = 0.2
# A word that occurs in more groups than this is not used to look one up, and no more than so many groups are compared in full.
_COMMON = 48
_LOOKED_AT = 12
_KEPT = 8
# What each name beside both numbers adds, and how many count.
_A_NAME = 0.05
_NAMES = 2
# The weight of a number or a name among the keys by which groups are looked up: about that of a rare word.
_A_KEY = 3.0


@dataclass
class _Cluster:
    """A group in the making. `kept` are some members that differ: new figures are compared with them only."""

    number: int
    kept: list[FigureFeatures] = field(default_factory=list)
    members: list[FigureFeatures] = field(default_factory=list)

    def add(self, member: FigureFeatures) -> bool:
        """Whether the member is kept to compare with."""
        self.members.append(member)
        if len(self.kept) >= _KEPT or any(_content(other) == _content(member) for other in self.kept):
            return False
        self.kept.append(member)
        return True


def _content(member: FigureFeatures) -> tuple[object, ...]:
    return member.value, member.context.sentence, member.source.published


class _Clustering:
    """Greedy clustering with an inverted index over the words for what is counted. Each look-up takes a bounded time."""

    def __init__(self, topics: Topics) -> None:
        self.clusters: list[_Cluster] = []
        self._topics = topics
        # Of what many groups share, the latest are kept: figures come in the order of their articles' dates.
        self._index: dict[tuple[Dimension, str], dict[int, None]] = defaultdict(dict)

    def add(self, figure: FigureFeatures) -> None:
        cluster = self._best(figure)
        if cluster is None:
            cluster = _Cluster(len(self.clusters))
            self.clusters.append(cluster)
        if cluster.add(figure):
            for key in self._keys(figure):
                posted = self._index[figure.dimension, key]
                posted.pop(cluster.number, None)
                posted[cluster.number] = None
                if len(posted) > _COMMON:
                    del posted[next(iter(posted))]

    def _best(self, figure: FigureFeatures) -> _Cluster | None:
        found = [(score, -cluster.number) for cluster in self._near(figure) if (score := self._score(figure, cluster)) > 0]
        return self.clusters[-max(found)[1]] if found else None

    def _near(self, figure: FigureFeatures) -> Iterator[_Cluster]:
        """Those that share its number, or most of its rarer words and names."""
        shared: dict[int, float] = defaultdict(float)
        for key, weight in self._keys(figure).items():
            for number in self._index.get((figure.dimension, key), ()):
                shared[number] += weight
        best = nlargest(_LOOKED_AT, [(weight, -number) for number, weight in shared.items()])
        return (self.clusters[-number] for _, number in best)

    def _keys(self, figure: FigureFeatures) -> dict[str, float]:
        """The keys of the index with their weights: words, names, its number, and the names of its event."""
        names = {f"@{name}": weight * _A_KEY for name, weight in figure.context.names.items()}
        event = {f"§{name}": _A_KEY for name in self._topics.markers[figure.source.key]}
        return {**figure.weights, **names, **event, f"={figure.value.low}–{figure.value.high}": _A_KEY}

    def _score(self, figure: FigureFeatures, cluster: _Cluster) -> float:
        """Single-link similarity to the cluster, 0 if it is not similar enough or not compatible with every kept member."""
        if not all(are_compatible(figure, other) for other in cluster.kept):
            return 0.0
        return max((self._similarity(figure, other) for other in cluster.kept), default=0.0)

    def _similarity(self, a: FigureFeatures, b: FigureFeatures) -> float:
        """0 if they are not known to measure one thing, over 1 if their numbers are equal; the topic decides between groups."""
        if not self._topics.share_names(a.source, a.all_names, b.source, b.all_names):
            return 0.0
        fit, words, topic = likeness(a.value, b.value), a.similarity(b), self._topic(a, b)
        if fit == "equal":
            return 1 + words + topic if self._are_one(a, b, words, topic) else 0.0
        if names_differ(a, b) or topic < _TOPIC_OTHER:
            return 0.0
        enough = _SIMILAR_ROUNDED if fit == "rounding" else _SIMILAR_WITHIN if a.source.key == b.source.key else _SIMILAR_OTHER
        named = min(_NAMES, len(a.near_names & b.near_names))
        is_one = words + _A_NAME * named >= enough and share_a_head(a, b) and not far_apart(a, b)
        return (words + topic) / 2 if is_one else 0.0

    def _topic(self, a: FigureFeatures, b: FigureFeatures) -> float:
        """Topic similarity of the articles; 1 for sentences that are nearly the same, on one day."""
        return 1.0 if are_one_sentence(a, b) else self._topics.similarity(a.source, b.source)

    def _are_one(self, a: FigureFeatures, b: FigureFeatures, words: float, topic: float) -> bool:
        """Whether two equal numbers measure one thing."""
        if names_differ(a, b) and a.source.key != b.source.key:
            return False
        if not may_coincide(a, b):
            is_similar = words >= _SIMILAR_LONG or bool(a.rare & b.rare) or (topic >= _TOPIC_SURE and a.value.digits > 1)
            return is_similar and topic >= _TOPIC
        return words >= (_SIMILAR_SMALL if is_small(a) else _SIMILAR) and topic >= _TOPIC_OTHER


def figure_groups(sources: Sequence[SourceArticle]) -> tuple[FigureGroup, ...]:
    """All figures of the articles, each in one group, ordered by verdict, then by number of independent articles."""
    topics = Topics(sources)
    clustering = _Clustering(topics)
    for figure in sorted(features_of(sources, topics), key=_by_date):
        clustering.add(figure)
    found = sorted((group_of(cluster.members) for cluster in clustering.clusters), key=rank)
    return tuple(replace(group, key=f"g{n}") for n, group in enumerate(found, start=1))


def _by_date(figure: FigureFeatures) -> tuple[str, str, int]:
    article = figure.source.summary.article
    return figure.source.published or "", f"{article.id} {article.sha256}", figure.figure.start
