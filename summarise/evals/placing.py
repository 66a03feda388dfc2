"""Items of an output with their evidence found in the article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pydantic_core

from summarise.evals.gold.entities import plain_name
from summarise.evals.gold.labels import Gold, Layer
from summarise.evals.location import Grounding, locate_span, merged, touched
from summarise.evals.outputs import Item, Output, OutputClaim, OutputFigure, OutputStance
from summarise.evals.similarity import numbers
from summarise.evals.tokenised import TokenSet, plain_forms


class Placed(NamedTuple):
    """`invented` are the numbers of its wording that stand nowhere in the article. `copy_of` is the id of an equal item before it.

    `rank` is the place of the last of its copies: to say a thing again, and earlier, must not make it count as said earlier.
    """

    item: Item
    positions: TokenSet
    spans: tuple[tuple[int, int], ...]
    grounding: Grounding
    invented: tuple[str, ...] = ()
    copy_of: str | None = None
    rank: int = 0

    @property
    def is_hallucinated(self) -> bool:
        """Evidence was given that is not in the text, or a number was made up. To give none at all is another fault."""
        return (self.grounding == "none" and bool(self.item.spans)) or bool(self.invented)

    @property
    def is_grounded(self) -> bool:
        return self.grounding != "none" and not self.invented


def placed(gold: Gold, output: Output, layer: Layer, share: float) -> list[Placed]:
    """The items of one layer in canonical order, so that the order in which they were given out decides nothing; copies are marked."""
    given: Sequence[Item] = getattr(output, layer)
    alike: dict[bytes, list[Placed]] = {}
    for one in [_placed(gold, item, share) for item in given]:
        alike.setdefault(canonical(one), []).append(one)
    return [one for key in sorted(alike) for one in _marked(alike[key])]


def canonical(one: Placed) -> bytes:
    """JSON, equal for items that say the same with the same evidence, whatever their ids and places. False evidence is not none at all."""
    return pydantic_core.to_json([*_folded(one.item), hex(one.positions), bool(one.item.spans)])


def invented_numbers(gold: Gold, wording: str) -> tuple[str, ...]:
    """The numbers of `wording` that stand neither in the article nor in what is declared of it."""
    found = numbers(wording)
    if not found or found <= gold.numbers:
        return ()
    declared = numbers(f"{gold.title or ''} · {gold.published or ''}")
    return tuple(sorted(f"{number:f}" for number in found - gold.numbers - declared))


def _placed(gold: Gold, item: Item, share: float) -> Placed:
    located = [locate_span(gold.tokens, span, share=share) for span in item.spans]
    around = [locate_span(gold.tokens, span, share=share) for span in item.around]
    spans = tuple(one.span for one in located if one.span is not None)
    grounding = merged([*located, *around])
    return Placed(item, touched(located), spans, grounding, invented_numbers(gold, _wording(item)), rank=item.place)


def _marked(alike: list[Placed]) -> list[Placed]:
    """Items that say the same, in the order in which they were given out."""
    if len(alike) == 1:
        return alike
    rank, first = alike[-1].item.place, alike[0]
    return [one._replace(rank=rank, copy_of=None if one is first else first.item.id) for one in alike]


def _wording(item: Item) -> str:
    """What of an item was put in words by whoever made it."""
    if isinstance(item, OutputClaim):
        return item.text
    if isinstance(item, OutputStance):
        return " · ".join(item.target)
    return item.measure or "" if isinstance(item, OutputFigure) else ""


def _folded(item: Item) -> list[object]:
    """All that is scored of an item."""
    if isinstance(item, OutputClaim):
        return [plain_forms(item.text), _plain(item.speaker), item.mode]
    if isinstance(item, OutputStance):
        return [_plain(item.holder), _plain(item.target), item.polarity]
    assert isinstance(item, OutputFigure)
    amount = None if item.amount is None else str(item.amount)
    plain = [item.bound, item.unit, item.currency, item.per, item.as_of]
    return [amount, *plain, plain_forms(item.measure or ""), _plain(item.speaker)]


def _plain(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [plain_name(name) for name in names]
