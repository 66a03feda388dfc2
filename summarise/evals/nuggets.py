"""Nuggets: which labelled claims a summary conveys, vital or okay, many to one, as in TREC's nugget evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from summarise.evals.alignment import negated, opposed
from summarise.evals.gold.model import GoldClaim
from summarise.evals.matching import AlignedItem, Pair, Thresholds
from summarise.evals.outputs import OutputClaim
from summarise.text.tokens import TokenSet, share, stems

# What the schema lets a claim and a gist have: a text without end that repeats the article would convey all of it.
_LONGEST_CLAIM = 600
_LONGEST_GIST = 800

GIST = "gist"
"""What stands for the gist among the ids of the items that convey a label."""


def conveyed(label: GoldClaim, one: AlignedItem, t: Thresholds) -> float:
    """How well an item conveys a label, from 1 to 2; 0 where it does not.

    It does when its evidence holds enough of the tokens of the label's quote, and its text enough of the stems of the label's wording
    without saying the opposite, and no number of it is made up.
    """
    assert isinstance(one.item, OutputClaim)
    evidence = max((_held(place, one.positions) for place in label.positions), default=0.0)
    if evidence < t.conveyed_evidence or one.invented:
        return 0.0
    text = one.item.text[:_LONGEST_CLAIM]
    said = {wording: share(stems(wording), stems(text)) for wording in label.wordings("text")}
    enough = [part for wording, part in said.items() if part >= t.conveyed_text and not opposed(wording, text)]
    return evidence + max(enough) if enough else 0.0


def _held(place: TokenSet, positions: TokenSet) -> float:
    return (place & positions).bit_count() / place.bit_count() if place else 0.0


def in_gist(label: GoldClaim, gist: str, t: Thresholds) -> bool:
    """Whether the gist conveys a label: it has no evidence, so more of the wording must be there."""
    said = stems(gist[:_LONGEST_GIST])
    return any(wanted and share(wanted, said) >= t.conveyed_gist for wanted in map(stems, label.wordings("text")))


@dataclass(frozen=True)
class Conveyance:
    """`pairs` holds how well the item of a column conveys the label of a row, `gist` the rows that the gist conveys."""

    pairs: Mapping[Pair, float]
    gist: frozenset[int]

    @classmethod
    def of(
        cls, labels: Sequence[GoldClaim], outputs: Sequence[AlignedItem], likely: Sequence[Pair], gist: str, t: Thresholds
    ) -> Conveyance:
        """`likely` are the pairs that have any evidence in common; no others are looked at."""
        pairs = {(row, column): conveyed(labels[row], outputs[column], t) for row, column in likely}
        told = frozenset(row for row, label in enumerate(labels) if gist and in_gist(label, gist, t))
        return cls({pair: well for pair, well in pairs.items() if well}, told)

    @property
    def rows(self) -> frozenset[int]:
        """The labels that an item or the gist conveys."""
        return self.gist | {row for row, _ in self.pairs}

    @cached_property
    def columns_of(self) -> Mapping[int, Sequence[int]]:
        """The items that convey each label."""
        columns: dict[int, list[int]] = {}
        for row, column in self.pairs:
            columns.setdefault(row, []).append(column)
        return columns

    @cached_property
    def rows_of(self) -> Mapping[int, Sequence[int]]:
        """The labels that each item conveys, the best conveyed first."""
        rows: dict[int, list[int]] = {}
        for row, column in sorted(self.pairs, key=lambda pair: (-self.pairs[pair], pair)):
            rows.setdefault(column, []).append(row)
        return rows


def statements(outputs: Sequence[AlignedItem]) -> list[list[int]]:
    """The columns of the items, those together that say the same: the same stems, both negated or neither. They count as one item.

    Exact copies are left out.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    unlike = count()  # items without words have nothing in common
    for column, one in enumerate(outputs):
        assert isinstance(one.item, OutputClaim)
        if one.copy_of is None:
            said = stems(one.item.text)
            groups[(said, negated(one.item.text)) if said else next(unlike)].append(column)
    return list(groups.values())
