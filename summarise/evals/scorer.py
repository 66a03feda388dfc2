"""The scorer: one output held against the labels of its article; counts that can be summed, and a decision for each item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Literal, NamedTuple

from summarise.evals.alignment import unit_name
from summarise.evals.fields import CORE, FieldDecision, compared, filled
from summarise.evals.gold.model import LAYERS, POLARITIES, Gold, GoldClaim, GoldFigure, GoldStance, Label, Layer
from summarise.evals.matching import DEFAULT, AlignedItem, Likeness, Matching, Thresholds, aligned, match
from summarise.evals.metrics import (
    CLAIMS,
    FAILED,
    FIGURE_FIELDS,
    FIGURES,
    GROUNDED,
    HALLUCINATED,
    OF_FIELD,
    OF_LAYER,
    OF_POLARITY,
    OTHER,
    OUTPUTS,
    cell,
)
from summarise.evals.nuggets import GIST, Conveyance, statements
from summarise.evals.outputs import Item, Output, OutputFigure, OutputStance, invented_numbers
from summarise.text.tokens import TokenSet

Outcome = Literal["matched", "missed", "spurious", "optional", "left_out", "repeated", "unjudged"]
"""optional: a matched item that a labeller might leave out; left_out: such a label without a match; repeated: a figure that is found
already, at another place of the text; unjudged: an item that matches no label in a layer that is not labelled in full. None of these
four is counted."""


class Nearest(NamedTuple):
    """The item most like a label that was missed, or the label most like an item that was not matched, and how like it is.

    `match` is the id of what it was matched with instead; None where it is not like enough, or was matched with nothing.
    """

    id: str
    evidence: float
    wording: float
    match: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a label, of an item of the output, or of both as a pair.

    `gold` is the id of the label, `output` the item's place in its list. `evidence` and `text` are the likeness of a pair. `reason` says in
    words what was decided, for people alone. `conveyed` are the ids of the claims that convey a label ("gist" for the gist) or, where there
    is no label, of the labels that an item conveys.
    """

    layer: Layer
    verdict: Outcome
    gold: str | None = None
    output: int | None = None
    evidence: float = 0.0
    text: float = 0.0
    reason: str = ""
    fields: tuple[FieldDecision, ...] = ()
    nearest: Nearest | None = None
    conveyed: tuple[str, ...] = ()

    @property
    def wrong(self) -> list[FieldDecision]:
        return [one for one in self.fields if one.verdict != "correct"]


@dataclass(frozen=True)
class ArticleScore:
    """`counts` are plain sums; what is 0 may be left out. `items` are the output's, by layer and in its own order."""

    counts: Mapping[str, float]
    decisions: tuple[Decision, ...] = ()
    items: Mapping[Layer, tuple[AlignedItem, ...]] = field(default_factory=dict)


Near = dict[int, list[tuple[Likeness, int]]]


@dataclass
class _Layer:
    """One layer of one article, matched."""

    layer: Layer
    labels: Sequence[Label]
    outputs: Sequence[AlignedItem]
    matching: Matching
    is_complete: bool
    conveyance: Conveyance

    @cached_property
    def pairs(self) -> list[tuple[Label, AlignedItem, Likeness]]:
        """Those that count."""
        labels, outputs, likenesses = self.labels, self.outputs, self.matching.likenesses
        return [(labels[r], outputs[c], likenesses[r, c]) for r, c in self.matching.pairs.items() if not labels[r].optional]

    @cached_property
    def gold(self) -> list[Label]:
        return [label for label in self.labels if not label.optional]

    @cached_property
    def unmatched(self) -> list[AlignedItem]:
        """The items that no label was given to, but for repeated figures and those that their own labeller calls optional."""
        taken = {*self.matching.pairs.values(), *self.repeated}
        return [one for at, one in enumerate(self.outputs) if at not in taken and not one.item.optional]

    @cached_property
    def repeated(self) -> set[int]:
        """The figures that were given to no label, but have value, unit and currency of a matched one and stand at a place of their own."""
        places: dict[Hashable, TokenSet] = {}
        for row, column in self.matching.pairs.items():
            for key in _quantities(self.labels[row]):
                places[key] = places.get(key, 0) | self.outputs[column].positions
        taken, found = set(self.matching.pairs.values()), set[int]()
        for column, one in enumerate(self.outputs):
            key = _quantity(one.item)
            if column not in taken and key in places and one.positions and not one.positions & places[key]:
                places[key] |= one.positions
                found.add(column)
        return found

    def conveyed_by(self, row: int) -> tuple[str, ...]:
        """The ids of the items that convey a label, with "gist" for the gist."""
        items = (self.outputs[column].item.id for column in self.conveyance.columns_of.get(row, ()))
        return (*items, *([GIST] if row in self.conveyance.gist else []))

    def conveyed_labels(self, column: int) -> tuple[str, ...]:
        return tuple(self.labels[row].id for row in self.conveyance.rows_of.get(column, ()))

    @cached_property
    def near(self) -> tuple[Near, Near]:
        """What has anything in common with each label, and with each item of the output."""
        of_rows: Near = {}
        of_columns: Near = {}
        for (row, column), likeness in self.matching.likenesses.items():
            of_rows.setdefault(row, []).append((likeness, column))
            of_columns.setdefault(column, []).append((likeness, row))
        return of_rows, of_columns


def _quantities(label: Label) -> Iterator[Hashable]:
    """All that `_quantity` may give of an item that is right."""
    if isinstance(label, GoldFigure):
        units: set[str | None] = {unit_name(unit) for unit in label.wordings("unit")}
        yield from product(label.amounts, units or {None}, label.wordings("currency") or (None,))


def _quantity(item: Item) -> Hashable:
    if not isinstance(item, OutputFigure):
        return None
    return item.amount, item.unit and unit_name(item.unit), item.currency and item.currency.strip().upper()


def score(gold: Gold, output: Output, thresholds: Thresholds = DEFAULT) -> ArticleScore:
    """Scores one output. A failed one is an empty one that is counted as failed."""
    counts: dict[str, float] = defaultdict(int)
    decisions: list[Decision] = []
    items: dict[Layer, tuple[AlignedItem, ...]] = {}
    for layer in LAYERS:
        found = _layer(gold, output, layer, thresholds)
        pairs = {label.id: tuple(compared(label, one.item, thresholds)) for label, one, _ in found.pairs}
        _count(found, pairs, counts)
        if layer == "claims":
            _count_statements(found, pairs, counts, thresholds)
        decisions += _decisions(found, pairs)
        items[layer] = tuple(sorted(found.outputs, key=lambda one: one.item.place))
    _count_without_gold(gold, output, items, counts)
    counts[FAILED] = int(output.failed is not None)
    return ArticleScore({name: count for name, count in counts.items() if count}, tuple(decisions), items)


def _layer(gold: Gold, output: Output, layer: Layer, thresholds: Thresholds) -> _Layer:
    labels = sorted(gold.labels.of(layer), key=lambda label: label.id)
    outputs = aligned(gold, output, layer, thresholds.partial)
    matching = match(layer, labels, outputs, thresholds)
    claims = [label for label in labels if isinstance(label, GoldClaim)]
    likely = sorted(pair for pair, likeness in matching.likenesses.items() if likeness.evidence) if claims else ()
    conveyance = Conveyance.of(claims, outputs, likely, output.gist, thresholds)
    return _Layer(layer, labels, outputs, matching, layer in gold.complete, conveyance)


# --- counts -----------------------------------------------------------------------------------------------------------


def _count(found: _Layer, pairs: Mapping[str, tuple[FieldDecision, ...]], counts: dict[str, float]) -> None:
    layer, names, matched = found.layer, OF_LAYER[found.layer], found.pairs
    counts[names.gold], counts[names.tp] = len(found.gold), len(matched)
    _count_each(counts, (OF_FIELD[layer, one.name].right for fields in pairs.values() for one in fields if one.verdict == "correct"))
    if found.is_complete:
        unmatched, optional = found.unmatched, len(found.matching.pairs) - len(matched)
        counts[names.full_gold], counts[names.full_tp] = len(found.gold), len(matched)
        counts[names.pred], counts[names.optional] = len(matched) + optional + len(unmatched), optional
        counts[names.copies] = sum(one.copy_of is not None for one in unmatched)
        counts[names.spurious_grounded] = sum(one.is_grounded and one.copy_of is None for one in unmatched)
        for label, one, likeness in matched:
            counts[names.soft] += likeness.evidence
            counts[names.strict] += one.positions in label.positions
            counts[names.joint] += all(f.verdict == "correct" for f in pairs[label.id] if f.name in _JOINT[layer])
    if layer == "claims":
        _count_key_claims(found, counts)
    elif layer == "stances":
        _count_polarities(found, counts)
    elif found.is_complete:
        _count_figure_fields(found, pairs, counts)


def _count_each(counts: dict[str, float], names: Iterable[str]) -> None:
    for name in names:
        counts[name] += 1


_JOINT: dict[Layer, tuple[str, ...]] = {"claims": ("speaker",), "stances": ("polarity",), "figures": FIGURE_FIELDS}


def _count_key_claims(found: _Layer, counts: dict[str, float]) -> None:
    keys = sum(isinstance(label, GoldClaim) and label.key for label in found.labels)
    matched = [one for label, one, _ in found.pairs if isinstance(label, GoldClaim) and label.key]
    counts[CLAIMS.key], counts[CLAIMS.key_tp] = keys, len(matched)
    counts[CLAIMS.key_at_k] = sum(one.rank < keys for one in matched)
    conveyed = (found.labels[row] for row in found.conveyance.rows)
    counts[CLAIMS.key_conveyed] = sum(isinstance(label, GoldClaim) and label.key for label in conveyed)


def _count_statements(found: _Layer, pairs: Mapping[str, tuple[FieldDecision, ...]], counts: dict[str, float], t: Thresholds) -> None:
    """Items that say the same are one, and right in what all of them are right in: to say a thing again can better nothing."""
    best = {column: rows[0] for column, rows in found.conveyance.rows_of.items()}

    def fields_of(column: int) -> Iterable[FieldDecision]:
        row = best[column]
        label = found.labels[row]
        matched = found.matching.pairs.get(row) == column and label.id in pairs
        return pairs[label.id] if matched else compared(label, found.outputs[column].item, t)

    for columns in statements(found.outputs):
        if all(column in best for column in columns):
            fields = [field for column in columns for field in fields_of(column)]
            wrong = {field.name for field in fields if field.verdict != "correct"}
            counts[CLAIMS.conveying] += 1
            counts[CLAIMS.conveying_speaker] += "speaker" not in wrong
            counts[CLAIMS.conveying_mode] += "mode" not in wrong
            counts[CLAIMS.full_items] += found.is_complete
            counts[CLAIMS.full_conveying] += found.is_complete
        elif not all(found.outputs[column].item.optional for column in columns):
            counts[CLAIMS.full_items] += found.is_complete


def _count_polarities(found: _Layer, counts: dict[str, float]) -> None:
    for label, one, _ in found.pairs:
        given = _polarity(one)
        counts[cell(_polarity(label), given)] += 1
        if found.is_complete:
            counts[OF_POLARITY[given].pred] += 1
            counts[OF_POLARITY[given].tp] += given == _polarity(label)
    if found.is_complete:
        _count_each(counts, (OF_POLARITY[_polarity(label)].gold for label in found.gold))
        _count_each(counts, (OF_POLARITY[_polarity(one)].pred for one in found.unmatched))


def _polarity(of: Label | AlignedItem) -> str:
    item = of.item if isinstance(of, AlignedItem) else of
    polarity = item.polarity if isinstance(item, GoldStance | OutputStance) else None
    return polarity if polarity in POLARITIES else OTHER


def _count_figure_fields(found: _Layer, pairs: Mapping[str, tuple[FieldDecision, ...]], counts: dict[str, float]) -> None:
    for fields in pairs.values():
        filled_in = (one for one in fields if one.gold is not None or one.output is not None)
        _count_each(counts, (OF_FIELD["figures", one.name].by_verdict(one.verdict) for one in filled_in))
        counts[FIGURES.core] += all(one.verdict == "correct" for one in fields if one.name in CORE)
    missed = (label for label in found.gold if label.id not in pairs)
    _count_each(counts, (OF_FIELD["figures", name].missing for label in missed for name in filled(label)))
    _count_each(counts, (OF_FIELD["figures", name].spurious for one in found.unmatched for name in filled(one.item)))


def _count_without_gold(gold: Gold, output: Output, items: Mapping[Layer, tuple[AlignedItem, ...]], counts: dict[str, float]) -> None:
    """Copies are left out, so that repeating what is sound cannot better a rate."""
    distinct = [one for layer in LAYERS for one in items[layer] if one.copy_of is None]
    _count_each(counts, (GROUNDED[one.grounding] for one in distinct))
    counts[OUTPUTS] = len(distinct) + bool(output.gist)
    counts[HALLUCINATED] = sum(one.is_hallucinated for one in distinct) + bool(invented_numbers(gold, output.gist))


# --- decisions --------------------------------------------------------------------------------------------------------


def _decisions(found: _Layer, pairs: Mapping[str, tuple[FieldDecision, ...]]) -> Iterator[Decision]:
    taken = {column: row for row, column in found.matching.pairs.items()}
    for row, label in enumerate(found.labels):
        column = found.matching.pairs.get(row)
        if column is None:
            near, conveyed = _nearest_item(found, row, taken), found.conveyed_by(row)
            reason = "; ".join([_why_missed(near), *([f"conveyed by {', '.join(conveyed)}"] if conveyed else [])])
            outcome: Outcome = "left_out" if label.optional else "missed"
            yield Decision(found.layer, outcome, label.id, reason=reason, nearest=near, conveyed=conveyed)
        else:
            yield _matched(found, row, column, pairs.get(label.id, ()))
    for column, one in enumerate(found.outputs):
        if column not in taken:
            yield _unmatched(found, column, one)


def _matched(found: _Layer, row: int, column: int, fields: tuple[FieldDecision, ...]) -> Decision:
    label, one, likeness = found.labels[row], found.outputs[column], found.matching.likenesses[row, column]
    wrong = [in_place_of(field) for field in fields if field.verdict != "correct"]
    reason = "; ".join(wrong) if wrong else "a labeller might leave it out" if label.optional else "all fields right"
    verdict: Outcome = "optional" if label.optional else "matched"
    evidence, text = round(likeness.evidence, 4), round(likeness.text, 4)
    return Decision(found.layer, verdict, label.id, one.item.place, evidence, text, reason, fields, conveyed=found.conveyed_by(row))


def in_place_of(field: FieldDecision) -> str:
    """What the output has where the label has something else."""
    return f"{field.name}: {field.output or 'nothing'} in place of {field.gold or 'nothing'}"


def _nearest_item(found: _Layer, row: int, taken: Mapping[int, int]) -> Nearest | None:
    near = max(found.near[0].get(row, ()), key=_order, default=None)
    if near is None:
        return None
    likeness, column = near
    match = found.labels[taken[column]].id if likeness.weight and column in taken else None
    return Nearest(found.outputs[column].item.id, round(likeness.evidence, 4), round(likeness.text, 4), match)


def _nearest_label(found: _Layer, column: int) -> Nearest | None:
    near = max(found.near[1].get(column, ()), key=_order, default=None)
    if near is None or found.outputs[column].copy_of is not None:
        return None
    likeness, row = near
    other = found.matching.pairs.get(row) if likeness.weight else None
    match = None if other is None else found.outputs[other].item.id
    return Nearest(found.labels[row].id, round(likeness.evidence, 4), round(likeness.text, 4), match)


def _order(near: tuple[Likeness, int]) -> tuple[float, float, int]:
    likeness, at = near
    return likeness.weight, likeness.evidence + likeness.text, -at


def _why_missed(near: Nearest | None) -> str:
    if near is None:
        return "nothing in the output is like it"
    why = "not near enough" if near.match is None else f"which is a better match for {near.match}"
    return f"nearest is {_measured(near)}, {why}"


def _unmatched(found: _Layer, column: int, one: AlignedItem) -> Decision:
    if column in found.repeated:
        return Decision(found.layer, "repeated", None, one.item.place, reason="a figure that is found already, at another place")
    judged, near = found.is_complete and not one.item.optional, _nearest_label(found, column)
    reasons, conveyed = list(_why_unsound(one)), found.conveyed_labels(column)
    if near is not None:
        reasons.append(f"nearest label is {_measured(near)}{'' if near.match is None else ' and has a better match'}")
    if not judged:
        reasons.append("optional for its labeller" if one.item.optional else "the layer is not labelled in full")
    if conveyed:
        reasons.append(f"conveys {', '.join(conveyed)}")
    reason = "; ".join(reasons) or "no label is like it"
    verdict: Outcome = "spurious" if judged else "unjudged"
    return Decision(found.layer, verdict, None, one.item.place, reason=reason, nearest=near, conveyed=conveyed)


def _why_unsound(one: AlignedItem) -> Iterable[str]:
    if one.copy_of is not None:
        yield f"a copy of {one.copy_of}"
    if one.grounding == "none":
        yield "its evidence is not in the text"
    if one.invented:
        yield f"{', '.join(one.invented[:5])} stands nowhere in the article"


def _measured(near: Nearest) -> str:
    return f"{near.id} (evidence {near.evidence:.2f}, wording {near.wording:.2f})"
