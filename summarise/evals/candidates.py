"""Candidates: the items of an output that a label is compared with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import islice

from summarise.evals.gold.labels import GoldClaim, GoldFigure, GoldStance, Label
from summarise.evals.outputs import OutputClaim, OutputFigure, OutputStance
from summarise.evals.placing import Placed
from summarise.evals.similarity import content

MOST = 100
"""So many items are all compared with every label; of more, those that share with it what few others have."""
_BLOCK = 64
"""Characters of the text that count as one place."""
_BLOCKS = 64
_Sign = str | int


class Candidates:
    """Items of one layer that are no copies, by what they share with a label: words, and places of the text."""

    def __init__(self, outputs: Sequence[Placed]) -> None:
        self._all = [(column, output) for column, output in enumerate(outputs) if output.copy_of is None]
        self._posted: dict[_Sign, list[int]] = defaultdict(list)
        self._spread: Counter[_Sign] = Counter()
        if len(self._all) > MOST:
            for at, (_, output) in enumerate(self._all):
                for sign in _signs(output.spans, _said(output)):
                    self._post(sign, at)

    def of(self, label: Label) -> Sequence[tuple[int, Placed]]:
        """With their columns, in order."""
        if len(self._all) <= MOST:
            return self._all
        spans = (span for place in label.evidence.places for span in place)
        shared: dict[int, float] = defaultdict(float)
        for sign in sorted(_signs(spans, _asked(label)), key=str):  # sums of fractions depend on their order
            for at in self._posted.get(sign, ()):
                shared[at] += 1 / self._spread[sign]
        likely = nsmallest(MOST, ((-weight, at) for at, weight in shared.items()))
        return [self._all[at] for at in sorted(at for _, at in likely)]

    def _post(self, sign: _Sign, at: int) -> None:
        """The fewer items have a sign, the more it says; of what very many have, some of them will do."""
        self._spread[sign] += 1
        if len(self._posted[sign]) < MOST:
            self._posted[sign].append(at)


def _signs(spans: Iterable[tuple[int, int]], texts: Iterable[str]) -> set[_Sign]:
    blocks = (block for start, end in spans for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1))
    return {*islice(blocks, _BLOCKS), *(word for text in texts for word in content(text).each)}


def _said(output: Placed) -> Sequence[str]:
    item = output.item
    if isinstance(item, OutputClaim):
        return (item.text,)
    if isinstance(item, OutputStance):
        return (*item.target, *item.holder)
    assert isinstance(item, OutputFigure)
    return (item.measure,) if item.measure else ()


def _asked(label: Label) -> Sequence[str]:
    if isinstance(label, GoldClaim):
        return label.wordings("text")
    if isinstance(label, GoldStance):
        return (*label.target.aliases, *label.holder.aliases)
    assert isinstance(label, GoldFigure)
    return label.wordings("measure")
