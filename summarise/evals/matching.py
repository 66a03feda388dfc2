"""Matching of items and labels: candidates by shared evidence and words, one-to-one assignment (Hungarian), thresholds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from math import inf
from typing import Any, NamedTuple

import pydantic_core
from pydantic import ConfigDict

from summarise.evals.alignment import Grounding, best_likeness, content, locate_span, merged, overlap, same_name, touched
from summarise.evals.gold.model import Gold, GoldClaim, GoldFigure, GoldStance, Label, Layer
from summarise.evals.outputs import FigureFacts, Item, Output, OutputClaim, OutputFigure, OutputStance, invented_numbers
from summarise.text.tokens import TokenSet, plain_forms, plain_name

Pair = tuple[int, int]

# The best assignment takes the cube of their number of steps.
_MOST_PAIRS = 10_000


def assign(weights: Mapping[Pair, float]) -> list[Pair]:
    """Of the possible pairs (row, column) with their positive weights, those of an assignment of largest sum, sorted.

    No row and no column is used twice. Of equally good assignments the same one is always taken. Where over 10,000 pairs depend on
    each other, as in no article that was labelled by hand, the heaviest pair is taken again and again, which may miss the largest sum.
    """
    if len({row for row, _ in weights}) == len(weights) == len({column for _, column in weights}):
        return sorted(weights)  # as in most articles: nothing to choose between
    chosen: list[Pair] = []
    of_row: dict[int, list[Pair]] = defaultdict(list)
    for pair in weights:
        of_row[pair[0]].append(pair)
    for rows, columns in _components(weights):
        if len(rows) == 1 or len(columns) == 1:
            pairs = ((row, column) for row in rows for column in columns if (row, column) in weights)
            chosen.append(max(pairs, key=lambda pair: (weights[pair], -pair[0], -pair[1])))
        elif len(rows) * len(columns) > _MOST_PAIRS:
            chosen += _heaviest({pair: weights[pair] for row in rows for pair in of_row[row]})
        else:
            matrix = [[weights.get((row, column), 0.0) for column in columns] for row in rows]
            found = ((rows[at], columns[to]) for at, to in _solved(matrix))
            chosen += [pair for pair in found if weights.get(pair, 0.0) > 0]
    return sorted(chosen)


def _heaviest(weights: Mapping[Pair, float]) -> Iterator[Pair]:
    """Down from the heaviest pair, each that is still free."""
    rows, columns = set[int](), set[int]()
    for row, column in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            yield row, column


def _components(weights: Mapping[Pair, float]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that depend on each other; most articles fall into parts of one or two."""
    neighbours: dict[Pair, list[Pair]] = {}
    for row, column in sorted(weights):
        neighbours.setdefault((0, row), []).append((1, column))
        neighbours.setdefault((1, column), []).append((0, row))
    seen: set[Pair] = set()
    components = []
    for start in neighbours:
        if start not in seen:
            seen.add(start)
            found, open_ = [start], [start]
            while open_:
                new = [node for node in neighbours[open_.pop()] if node not in seen]
                seen.update(new)
                found += new
                open_ += new
            components.append((sorted(n for axis, n in found if axis == 0), sorted(n for axis, n in found if axis == 1)))
    return components


def _solved(weights: Sequence[Sequence[float]]) -> list[Pair]:
    """All rows of a full matrix assigned to columns, or all columns to rows where these are fewer."""
    if len(weights) <= len(weights[0]):
        return [(row, column) for column, row in enumerate(_hungarian(weights)) if row >= 0]
    turned = [list(column) for column in zip(*weights, strict=True)]
    return [(row, column) for row, column in enumerate(_hungarian(turned)) if column >= 0]


def _hungarian(weights: Sequence[Sequence[float]]) -> list[int]:
    """For each column its row, -1 for none, by shortest augmenting paths with potentials; no more rows than columns."""
    start = len(weights[0])  # a column more, from which every path begins
    row_of = [-1] * (start + 1)
    of_rows, of_columns = [0.0] * len(weights), [0.0] * (start + 1)
    for row in range(len(weights)):
        row_of[start] = row
        column, before = _shortest_path(weights, of_rows, of_columns, row_of)
        while column != start:
            row_of[column] = row_of[before[column]]
            column = before[column]
    return row_of[:start]


def _shortest_path(
    weights: Sequence[Sequence[float]], of_rows: list[float], of_columns: list[float], row_of: list[int]
) -> tuple[int, list[int]]:
    """The free column that costs least to reach, and from which column each was reached. Changes both potentials."""
    start = len(weights[0])
    before, slack = [start] * start, [inf] * start
    visited, open_ = [], set(range(start))
    column = start
    while row_of[column] != -1:
        visited.append(column)
        row = row_of[column]
        for other in open_:
            cost = -weights[row][other] - of_rows[row] - of_columns[other]
            if cost < slack[other]:
                slack[other], before[other] = cost, column
        column = min(open_, key=lambda other: (slack[other], other))
        step = slack[column]
        for other in visited:
            of_rows[row_of[other]] += step
            of_columns[other] -= step
        for other in open_:
            slack[other] -= step
        open_.discard(column)
    return column, before


@dataclass(frozen=True)
class Thresholds:
    """All are shares from 0 to 1.

    partial              of a quote's tokens that must stand in a row to count as found in part
    claim_evidence       a claim may be matched from this overlap of evidence on …
    claim_text           … or from this likeness of wording
    contradiction        the most that wordings can be alike whose numbers contradict each other, or of which one is negated
    name                 likeness from which two names are the same, for speakers
    holder, target       the same for stances
    measure              likeness from which two measures are the same
    conveyed_evidence    of a label's quote that the evidence of a claim must hold to convey it …
    conveyed_text        … and of the stems of the label's wording that its text must have
    conveyed_gist        the same for a gist, which has no evidence
    holder_weight …      what a likeness adds to the weight of a possible match, beside evidence and wording
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # of those that a result file tells

    partial: float = 0.6
    claim_evidence: float = 0.3
    claim_text: float = 0.65
    contradiction: float = 0.49
    name: float = 0.7
    holder: float = 0.7
    target: float = 0.6
    measure: float = 0.35
    conveyed_evidence: float = 0.5
    conveyed_text: float = 0.5
    conveyed_gist: float = 0.7
    holder_weight: float = 0.5
    stance_evidence_weight: float = 0.1
    value_weight: float = 0.25
    measure_weight: float = 0.1


DEFAULT = Thresholds()


class AlignedItem(NamedTuple):
    """`invented` are the numbers and fields of it that stand nowhere in the article. `copy_of` is the id of an equal item before it.

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
        """Evidence was given that is not in the text, or something was made up. To give no evidence at all is another fault."""
        return (self.grounding == "none" and bool(self.item.spans)) or bool(self.invented)

    @property
    def is_grounded(self) -> bool:
        return self.grounding != "none" and not self.invented


def aligned(gold: Gold, output: Output, layer: Layer, share: float) -> list[AlignedItem]:
    """The items of one layer in canonical order, so that the order in which they were given out decides nothing; copies are marked."""
    given: Sequence[Item] = getattr(output, layer)
    if output.sha256 not in (None, gold.sha256):
        given = [_without_ends(item) for item in given]
    alike: dict[bytes, list[AlignedItem]] = {}
    facts = FigureFacts(gold)
    for one in [_aligned(gold, item, share, facts) for item in given]:
        alike.setdefault(canonical(one), []).append(one)
    return [one for key in sorted(alike) for one in _marked(alike[key])]


def _without_ends(item: Item) -> Item:
    """An item of another text: its offsets say nothing here but where its quotes may stand."""
    spans, around = ([{**span, "end": None} for span in listed] for listed in (item.spans, item.around))
    return item.model_copy(update={"spans": tuple(spans), "around": tuple(around)})


def canonical(one: AlignedItem) -> bytes:
    """JSON, equal for items that say the same with the same evidence, whatever their ids and places. False evidence is not none at all."""
    return pydantic_core.to_json([*_folded(one.item), hex(one.positions), bool(one.item.spans)])


def _aligned(gold: Gold, item: Item, share: float, facts: FigureFacts) -> AlignedItem:
    located = [locate_span(gold.tokens, span, share=share) for span in item.spans]
    around = [locate_span(gold.tokens, span, share=share) for span in item.around]
    spans = tuple(one.span for one in located if one.span is not None)
    grounding = merged([*located, *around])
    made_up = facts.invented(item) if isinstance(item, OutputFigure) else ()
    invented = (*made_up, *invented_numbers(gold, _wording(item)))
    return AlignedItem(item, touched(located), spans, grounding, invented, rank=item.place)


def _marked(alike: list[AlignedItem]) -> list[AlignedItem]:
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


MOST = 100
"""So many items are all compared with every label; of more, those that share with it what few others have."""
_BLOCK = 64
"""Characters of the text that count as one place."""
_BLOCKS = 64
_Sign = str | int


class Candidates:
    """Items of one layer that are no copies, by what they share with a label: words, and places of the text."""

    def __init__(self, outputs: Sequence[AlignedItem]) -> None:
        self._all = [(column, output) for column, output in enumerate(outputs) if output.copy_of is None]
        self._posted: dict[_Sign, list[int]] = defaultdict(list)
        self._spread: Counter[_Sign] = Counter()
        if len(self._all) > MOST:
            for at, (_, output) in enumerate(self._all):
                for sign in _signs(output.spans, _said(output)):
                    self._post(sign, at)

    def of(self, label: Label) -> Sequence[tuple[int, AlignedItem]]:
        """With their columns, in order."""
        if len(self._all) <= MOST:
            return self._all
        spans = (span for place in label.spans for span in place)
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


def _said(output: AlignedItem) -> Sequence[str]:
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
        return (*label.target.names, *label.holder.names)
    assert isinstance(label, GoldFigure)
    return label.wordings("measure")


class Likeness(NamedTuple):
    """How like an output is to a label: by `evidence`, and by `text` or, for stances, names. `weight` is 0 where it is no match."""

    evidence: float
    text: float
    weight: float


@dataclass(frozen=True, slots=True)
class Matching:
    """`pairs` maps the number of a label to that of its output; `likenesses` holds the candidates that have anything in common."""

    pairs: dict[int, int]
    likenesses: dict[tuple[int, int], Likeness]


def match(layer: Layer, labels: Sequence[Label], outputs: Sequence[AlignedItem], thresholds: Thresholds) -> Matching:
    """The best one-to-one assignment. Copies are never matched. Both must come in an order that depends on content alone."""
    candidates = Candidates(outputs)
    likenesses = {}
    for row, label in enumerate(labels):
        compare = _COMPARISONS[layer](label, thresholds)
        for column, output in candidates.of(label):
            found = compare(output)
            if found is not None:
                likenesses[row, column] = found
    weights = {pair: found.weight for pair, found in likenesses.items() if found.weight > 0}
    return Matching(dict(assign(weights)), likenesses)


# One comparison for each layer: what is the same for every output is worked out once for the label. None for nothing in common.
_Compare = Callable[[AlignedItem], Likeness | None]


def _claim(label: GoldClaim, t: Thresholds) -> _Compare:
    places, wordings = label.positions, label.wordings("text")

    def compare(output: AlignedItem) -> Likeness | None:
        item: OutputClaim = output.item  # type: ignore[assignment]
        evidence = overlap(places, output.positions)
        text = best_likeness(wordings, item.text, t.contradiction)
        if not evidence and not text:
            return None
        eligible = evidence >= t.claim_evidence or text >= t.claim_text
        return Likeness(evidence, text, evidence + text if eligible else 0.0)

    return compare


def _stance(label: GoldStance, t: Thresholds) -> _Compare:
    def compare(output: AlignedItem) -> Likeness | None:
        item: OutputStance = output.item  # type: ignore[assignment]
        evidence = overlap(label.positions, output.positions)
        target = same_name(label.target.names, item.target) if item.target else 0.0
        if not evidence and not target:
            return None
        holder = same_name(label.holder.names, item.holder)
        eligible = target >= t.target and holder >= t.holder
        weight = target + t.holder_weight * holder + t.stance_evidence_weight * evidence
        return Likeness(evidence, (target + holder) / 2 if target else 0.0, weight if eligible else 0.0)

    return compare


def _figure(label: GoldFigure, t: Thresholds) -> _Compare:
    places, wordings = label.positions, label.wordings("measure")

    def compare(output: AlignedItem) -> Likeness | None:
        item: OutputFigure = output.item  # type: ignore[assignment]
        evidence = overlap(places, output.positions)
        if not evidence:
            return None
        measure = best_likeness(wordings, item.measure)
        return Likeness(evidence, measure, evidence + t.value_weight * (item.amount in label.amounts) + t.measure_weight * measure)

    return compare


_COMPARISONS: dict[Layer, Callable[[Any, Thresholds], _Compare]] = {"claims": _claim, "stances": _stance, "figures": _figure}
