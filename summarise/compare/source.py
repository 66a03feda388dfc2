"""A source: one article of a comparison, and whose copy it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from summarise.compare.copies import origins
from summarise.compare.dates import date_of
from summarise.schema import CitedFigure, Claim, Summary


@dataclass(frozen=True)
class Source:
    """`key` is A, B … Z, AA …, in the order given. `origin` is the key of the source that this one copies, its own where it copies none."""

    key: str
    summary: Summary = field(repr=False)
    origin: str

    @cached_property
    def published(self) -> str | None:
        """The day, month or year of publication, YYYY, YYYY-MM or YYYY-MM-DD; None where it is not known."""
        return date_of(self.summary.article.published)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where the figures of an id stand among all of them."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, figure in enumerate(self.summary.figures):
            found[figure.id].append(at)
        return found

    def cited(self, claim: Claim) -> list[CitedFigure]:
        """The figures that a claim of it names, in their own order."""
        named = sorted(at for id in set(claim.figures) for at in self._places.get(id, ()))
        return [self.summary.figures[at] for at in named]

    def __hash__(self) -> int:
        return hash(self.key)


def sources_of(summaries: Sequence[Summary]) -> tuple[Source, ...]:
    """The sources of a comparison, in the order given."""
    return tuple(
        Source(_key(at), summary, _key(origin)) for at, (summary, origin) in enumerate(zip(summaries, origins(summaries), strict=True))
    )


def _key(number: int) -> str:
    """A, B … Z, AA, AB … for 0, 1 …."""
    key = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        key = chr(ord("A") + letter) + key
    return key
