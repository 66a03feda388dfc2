"""What a comparison is made of: articles, and groups of their items, each with its verdict and the reason for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from summarise.compare.dates import date_of, origins
from summarise.schema import CitedFigure, Claim, Polarity, Stance, Summary


@dataclass(frozen=True)
class SourceArticle:
    """`key` is A, B … Z, AA …, in the order given. `origin` is the key of the article that this one copies, its own if it copies none."""

    key: str
    summary: Summary = field(repr=False)
    origin: str

    @cached_property
    def published(self) -> str | None:
        """The day, month or year of publication, YYYY, YYYY-MM or YYYY-MM-DD; None if it is not known."""
        return date_of(self.summary.article.published)

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        """The positions of the figures of each id."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, figure in enumerate(self.summary.figures):
            found[figure.id].append(at)
        return found

    def cited(self, claim: Claim) -> list[CitedFigure]:
        """The figures that a claim of it names, in their own order."""
        named = sorted(at for id in set(claim.figures) for at in self._positions.get(id, ()))
        return [self.summary.figures[at] for at in named]

    def __hash__(self) -> int:
        return hash(self.key)


def sources_of(summaries: Sequence[Summary]) -> tuple[SourceArticle, ...]:
    """The articles of a comparison, in the order given."""
    return tuple(
        SourceArticle(_key(at), summary, _key(origin))
        for at, (summary, origin) in enumerate(zip(summaries, origins(summaries), strict=True))
    )


def _key(number: int) -> str:
    """A, B … Z, AA, AB … for 0, 1 …."""
    key = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        key = chr(ord("A") + letter) + key
    return key


FigureVerdict = Literal["disagree", "agree", "rounding", "other_time", "other_scope", "unsure", "one_source"]
VERDICTS: tuple[FigureVerdict, ...] = get_args(FigureVerdict)
"""The most important first; `unsure` is the same thing as far as is known, not compared."""


def independent(sources: Iterable[SourceArticle]) -> int:
    """How many articles there are when copies of one article count once."""
    return len({source.origin for source in sources})


@dataclass(frozen=True)
class Cited:
    """A figure in its article."""

    source: SourceArticle
    figure: CitedFigure


@dataclass(frozen=True)
class Stated:
    """A claim in its article. `contradicts` is the reason why it says the opposite of its group, None if it says the same."""

    source: SourceArticle
    claim: Claim
    contradicts: str | None = None


@dataclass(frozen=True)
class Held:
    """A stance in its article."""

    source: SourceArticle
    stance: Stance


def _distinct(items: Iterable[Cited | Stated | Held]) -> tuple[SourceArticle, ...]:
    """The articles of the items, each once, in the order given."""
    return tuple(dict.fromkeys(item.source for item in items))


@dataclass(frozen=True)
class ValueGroup:
    """Figures of a group that say the same: one number, of one time and scope. `time` is a whole or partial date, or words of the article
    such as "last year", if all of them say the same; `scope` is what narrows it, such as "planned"; None if nothing is known."""

    figures: tuple[Cited, ...]
    time: str | None = None
    scope: str | None = None

    @cached_property
    def sources(self) -> tuple[SourceArticle, ...]:
        return _distinct(self.figures)


@dataclass(frozen=True)
class ValueRelation:
    """The verdict on two value groups of a figure group; `first` and `second` are their positions, from 0."""

    first: int
    second: int
    verdict: FigureVerdict
    reason: str


@dataclass(frozen=True)
class FigureGroup:
    """Figures that measure one thing. `label` says what; `reason` is one sentence; the first of the `readings`, its value groups, has most
    articles. `relations` are those of each two of the first eight."""

    key: str
    label: str
    verdict: FigureVerdict
    reason: str
    readings: tuple[ValueGroup, ...]
    relations: tuple[ValueRelation, ...] = ()

    @cached_property
    def sources(self) -> tuple[SourceArticle, ...]:
        return _distinct(cited for reading in self.readings for cited in reading.figures)


@dataclass(frozen=True)
class ClaimGroup:
    """Claims that state one thing, and those that contradict it. `text` is the wording of one of them. `first` is the earliest by the date
    of publication, None if none is clearly the earliest. `corroborated` and `contradicted` count independent articles."""

    key: str
    text: str
    claims: tuple[Stated, ...]
    corroborated: int
    contradicted: int
    first: Stated | None

    @cached_property
    def sources(self) -> tuple[SourceArticle, ...]:
        return _distinct(self.claims)


@dataclass(frozen=True)
class StanceCell:
    """What one holder thinks of one target. `polarity` is that of all its stances, "mixed" if they differ.

    `change` is "up" if the stance moved towards favour between the earliest and the latest dated article, "down" if it moved away.
    """

    holder: str
    target: str
    polarity: Polarity
    change: Literal["up", "down"] | None
    stances: tuple[Held, ...]

    @cached_property
    def sources(self) -> tuple[SourceArticle, ...]:
        return _distinct(self.stances)


@dataclass(frozen=True)
class StanceMatrix:
    """Holders by rows and targets by columns, those with most articles first. `aliases` are the ways in which the articles name them."""

    holders: tuple[str, ...]
    targets: tuple[str, ...]
    cells: tuple[StanceCell, ...]
    aliases: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class TimelineEvent:
    """Something that has a date: figures of one group, or a claim. `when` is YYYY, YYYY-MM or YYYY-MM-DD."""

    when: str
    text: str
    figures: tuple[Cited, ...] = ()
    claims: tuple[Stated, ...] = ()

    @cached_property
    def sources(self) -> tuple[SourceArticle, ...]:
        return _distinct((*self.figures, *self.claims))
