"""Places: where the items of a summary stand in the text of its article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from summarise.schema import CitedFigure, Span, Summary

Kind = Literal["claim", "stance", "figure"]


@dataclass(frozen=True, slots=True)
class Place:
    """An item with the spans that prove it: for a figure the number itself, without the sentence around it."""

    kind: Kind
    id: str
    spans: tuple[Span | CitedFigure, ...]


def places(summary: Summary) -> Iterator[Place]:
    """Claims, then stances, then figures."""
    yield from (Place("claim", claim.id, tuple(claim.evidence)) for claim in summary.claims)
    yield from (Place("stance", stance.id, tuple(stance.evidence)) for stance in summary.stances)
    yield from (Place("figure", figure.id, (figure,)) for figure in summary.figures)
