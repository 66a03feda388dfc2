"""A card: one item of an article, beside the text that proves it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise.report.anchors import Anchors
from summarise.views.places import Kind

if TYPE_CHECKING:
    from summarise.compare.groups import ClaimGroup, FigureGroup
    from summarise.compare.source import Source
    from summarise.schema import CitedFigure, Claim, Stance

    Item = Claim | Stance | CitedFigure
    Group = FigureGroup | ClaimGroup


@dataclass(frozen=True)
class Card:
    """`anchor` is the item's place in the text, or the card itself where the text does not hold the item (`is_placed`)."""

    kind: Kind
    item: Item
    anchor: str
    is_placed: bool
    group: Group | None = None

    @property
    def key(self) -> str:
        return f"{self.anchor}-card" if self.is_placed else self.anchor


class Shared:
    """The group that an item stands in, where that has more than one article."""

    def __init__(self, figures: Iterable[FigureGroup], claims: Iterable[ClaimGroup]) -> None:
        self._groups: dict[tuple[Kind, str, str], Group] = {}
        for figure in (group for group in figures if len(group.sources) > 1):
            for cited in (cited for reading in figure.readings for cited in reading.figures):
                self._groups["figure", cited.source.key, cited.figure.id] = figure
        for claim in (group for group in claims if len(group.sources) > 1):
            for stated in claim.claims:
                self._groups["claim", stated.source.key, stated.claim.id] = claim

    def group(self, source: Source, kind: Kind, id: str) -> Group | None:
        return self._groups.get((kind, source.key, id))


def cards(source: Source, placed: Collection[str], anchors: Anchors, shared: Shared) -> list[Card]:
    """Claims, then stances, then figures, in the order of the article. `placed` are the anchors that its text holds."""
    summary = source.summary
    items: list[tuple[Kind, Item]] = [
        *(("claim", claim) for claim in summary.claims),
        *(("stance", stance) for stance in summary.stances),
        *(("figure", figure) for figure in summary.figures),
    ]
    return [
        Card(kind, item, anchor, anchor in placed, shared.group(source, kind, item.id))
        for (kind, item), anchor in zip(items, anchors.listed(source), strict=True)
    ]
