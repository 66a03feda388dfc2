"""What of a Draft holds, still as pointers at sentences."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from summarise.numbers import Figure
from summarise.schema import Dropped, Mode, Polarity
from summarise.words import fold_phrase

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class GroundedClaim:
    """`figures` names the figures that the claim cites by their start in the text."""

    text: str
    speaker: str | None
    mode: Mode
    sentences: tuple[int, ...]
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroundedStance:
    holder: str | None
    target: str
    polarity: Polarity
    sentences: tuple[int, ...]

    @property
    def pair(self) -> tuple[str, ...]:
        """Who and what, folded: there is one stance a pair."""
        return (self.holder or "", *fold_phrase(self.target))


@dataclass(frozen=True, slots=True)
class GroundedFigure:
    """A figure, the number of its sentence, and what this answer says of it."""

    figure: Figure
    sentence: int
    measure: str | None
    as_of: str | None
    speaker: str | None


@dataclass
class Grounded:
    """Claims most important first; figures in text order, no two at one place; `gist` is empty when the drafted one did not hold."""

    gist: str = ""
    claims: list[GroundedClaim] = field(default_factory=list)
    stances: list[GroundedStance] = field(default_factory=list)
    figures: list[GroundedFigure] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return len(self.claims) + len(self.stances) + len(self.figures) + bool(self.gist)


def merge(parts: Sequence[Grounded]) -> Grounded:
    """The overlapping parts of one long article as one: claims rank by rank, and what two parts both say, once."""
    longest = max((len(part.claims) for part in parts), default=0)
    ranked = [claim for rank in range(longest) for part in parts for claim in part.claims[rank : rank + 1]]
    claims = _firsts(ranked, lambda claim: fold_phrase(claim.text))
    stances = _firsts([stance for part in parts for stance in part.stances], lambda stance: stance.pair)
    figures = _firsts([figure for part in parts for figure in part.figures], lambda figure: figure.figure.start)
    return Grounded(
        gist=next((part.gist for part in parts if part.gist), ""),
        claims=claims,
        stances=stances,
        figures=sorted(figures, key=lambda figure: figure.figure.start),
        dropped=[dropped for part in parts for dropped in part.dropped],
        warnings=list(dict.fromkeys(warning for part in parts for warning in part.warnings)),
    )


def _firsts(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[Item]:
    """The first of the items of each key, in their order."""
    found: dict[Hashable, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())
