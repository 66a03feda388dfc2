"""Anchors: the names of places in the report. They depend on the articles alone, so that a link to one can be shared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from summarise.views.places import Kind, places

if TYPE_CHECKING:
    from summarise.compare.groups import ClaimGroup, FigureGroup
    from summarise.compare.source import Source

# Ids of other programs may be anything; what has not this shape is named by its position, after a point that no such id has.
_ID = re.compile(r"[a-z]{1,3}[0-9]{1,6}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class Anchors:
    """The article B is `b`, its figure f3 `b-f3`, a card about that `b-f3-card`."""

    def __init__(self, sources: Iterable[Source], figures: Sequence[FigureGroup], claims: Sequence[ClaimGroup]) -> None:
        self._listed: dict[str, list[str]] = {}
        self._items: dict[tuple[str, Kind, str], str] = {}
        for source in sources:
            found = list(_items(source))
            self._listed[source.key] = [anchor for _, _, anchor in found]
            for kind, name, anchor in found:
                self._items.setdefault((source.key, kind, name), anchor)
        self._figures = dict(zip(map(id, figures), _names("figure", [group.key for group in figures]), strict=True))
        self._claims = dict(zip(map(id, claims), _names("claim", [group.key for group in claims]), strict=True))

    def listed(self, source: Source) -> list[str]:
        """Those of all items of an article: claims, then stances, then figures. None stands there twice."""
        return self._listed[source.key]

    def article(self, source: Source) -> str:
        return source.key.lower()

    def item(self, source: Source, kind: Kind, id: str) -> str:
        """The place of an item in its article; the article for an item that it has not."""
        return self._items.get((source.key, kind, id), self.article(source))

    def figures(self, group: FigureGroup) -> str:
        return self._figures[id(group)]

    def claims(self, group: ClaimGroup) -> str:
        return self._claims[id(group)]


def _items(source: Source) -> Iterator[tuple[Kind, str, str]]:
    """Kind, id and anchor."""
    found, taken = list(places(source.summary)), set[str]()
    for position, place in enumerate(found, start=1):
        fits = _ID.fullmatch(place.id) and place.id not in taken
        taken.add(place.id)
        yield place.kind, place.id, f"{source.key.lower()}-{place.id if fits else f'.{position}'}"


def _names(prefix: str, keys: Sequence[str]) -> Iterator[str]:
    taken = set[str]()
    for position, key in enumerate((key.removeprefix(f"{prefix}-") for key in keys), start=1):
        fits = _KEY.fullmatch(key) and key not in taken
        taken.add(key)
        yield f"{prefix}-{key}" if fits else f"{prefix}-.{position}"
