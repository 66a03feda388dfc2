"""The scorer: one output held against the labels of its article; counts that can be summed, and a decision for each item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

from summarise.evals.alignment import best_likeness, same_name
from summarise.evals.gold.model import LAYERS, POLARITIES, Gold, GoldClaim, GoldFigure, GoldStance, Label, Layer, Names
from summarise.evals.matching import DEFAULT, Likeness, Matching, Placed, Thresholds, invented_numbers, match, placed
from summarise.evals.outputs import Item, Output, OutputClaim, OutputFigure, OutputStance
from summarise.figures.lexicon import singular
from summarise.text.tokens import plain_forms

FIGURE_FIELDS = ("value", "unit", "currency", "per", "bound", "as_of", "measure", "speaker")
CORE = ("value", "unit", "currency", "bound")
FieldVerdict = Literal["correct", "incorrect", "missing", "spurious"]

_PERCENT = {"%": "percent", "per cent": "percent", "pc": "percent", "pp": "percentage point", "percent point": "percentage point"}


class Field(NamedTuple):
    """`gold` and `output` are as they may be shown; None where that side leaves the field out."""

    name: str
    verdict: FieldVerdict
    gold: str | None
    output: str | None


def compared(label: Label, item: Item, t: Thresholds) -> Iterator[Field]:
    """Every field that either side fills in."""
    if isinstance(label, GoldClaim) and isinstance(item, OutputClaim):
        yield _named("speaker", label.speaker, item.speaker, t.name)
        yield _field("mode", label.mode, item.mode, right=item.mode in label.wordings("mode"))
    elif isinstance(label, GoldStance) and isinstance(item, OutputStance):
        yield _field("polarity", label.polarity, item.polarity, right=item.polarity in label.wordings("polarity"))
    elif isinstance(label, GoldFigure) and isinstance(item, OutputFigure):
        asked = {*filled(label), *filled(item)}
        yield from (_figure_field(name, label, item, t) for name in FIGURE_FIELDS if name in asked)


def filled(item: Item | Label) -> list[str]:
    """The names of the fields that a figure fills in; an exact bound is none."""
    if not isinstance(item, GoldFigure | OutputFigure):
        return []
    has_value = isinstance(item, GoldFigure) or item.amount is not None
    others = [name for name, value in zip(FIGURE_FIELDS[1:], _other_fields(item), strict=True) if value and value != "exact"]
    return ["value", *others] if has_value else others


_other_fields = attrgetter(*FIGURE_FIELDS[1:])


def _figure_field(name: str, label: GoldFigure, item: OutputFigure, t: Thresholds) -> Field:
    if name == "value":
        shown = None if item.amount is None else str(item.amount)
        return _field(name, str(label.amounts[0]), shown, right=item.amount in label.amounts)
    if name == "speaker":
        return _named(name, label.speaker, item.speaker, t.name)
    gold, given = getattr(label, name), getattr(item, name)
    if name == "bound":
        gold, given = (None if bound == "exact" else bound for bound in (gold, given))
    return _field(name, gold, given, right=given is not None and _RIGHT[name](label.wordings(name), given, t))


def _same_unit(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    return _unit(given) in map(_unit, wordings)


def _same_code(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    return given.strip().upper() in wordings


def _same_word(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    return given in wordings


def _same_time(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    """A finer time than that of the label is right, a coarser one is not."""
    return any(given == time or given.startswith(f"{time}-") for time in wordings)


def _same_measure(wordings: Sequence[str], given: str, t: Thresholds) -> bool:
    return best_likeness(wordings, given) >= t.measure


_RIGHT = {
    "unit": _same_unit,
    "per": _same_unit,
    "currency": _same_code,
    "bound": _same_word,
    "as_of": _same_time,
    "measure": _same_measure,
}


@lru_cache(maxsize=4096)
def _unit(text: str) -> str:
    """A unit in the singular, whichever way it was written."""
    plain = text.strip().casefold()
    if plain in _PERCENT:
        return _PERCENT[plain]
    words = plain_forms(text)
    joined = " ".join([*words[:-1], *(singular(word) for word in words[-1:])])
    return _PERCENT.get(joined, joined)


def _named(name: str, gold: Names | None, given: tuple[str, ...], threshold: float) -> Field:
    label = None if gold is None or gold.label == "author" else gold.label
    right = not given if gold is None else same_name(gold.aliases, given) >= threshold
    return _field(name, label, given[0] if given else None, right=right)


def _field(name: str, gold: str | None, given: str | None, *, right: bool) -> Field:
    if right:
        return Field(name, "correct", gold, given)
    return Field(name, "missing" if given is None else "spurious" if gold is None else "incorrect", gold, given)


Verdict = Literal["matched", "missed", "spurious", "optional", "left_out", "unjudged"]
"""optional: a matched item that a labeller might leave out; left_out: such a label without a match; unjudged: an item that matches no
label in a layer that is not labelled in full. None of these three is counted."""


class Decision(NamedTuple):
    """What became of a label, of an item of the output, or of both as a pair. `output` is the item's place in its list."""

    layer: Layer
    verdict: Verdict
    reason: str
    gold: str | None = None
    output: int | None = None
    evidence: float = 0.0
    text: float = 0.0
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Score:
    """`counts` are plain sums; what is 0 may be left out. `items` are the output's, by layer and in its own order."""

    counts: Mapping[str, float]
    decisions: tuple[Decision, ...] = ()
    items: Mapping[Layer, tuple[Placed, ...]] = field(default_factory=dict)


Near = dict[int, list[tuple[Likeness, int]]]


@dataclass
class _Layer:
    """One layer of one article, matched."""

    layer: Layer
    labels: Sequence[Label]
    outputs: Sequence[Placed]
    matching: Matching
    is_complete: bool

    @cached_property
    def pairs(self) -> list[tuple[Label, Placed, Likeness]]:
        """Those that count."""
        labels, outputs, likenesses = self.labels, self.outputs, self.matching.likenesses
        return [(labels[r], outputs[c], likenesses[r, c]) for r, c in self.matching.pairs.items() if not labels[r].optional]

    @cached_property
    def gold(self) -> list[Label]:
        return [label for label in self.labels if not label.optional]

    @cached_property
    def unmatched(self) -> list[Placed]:
        """The items of the output that no label was given to, but for those that their own labeller calls optional."""
        taken = set(self.matching.pairs.values())
        return [one for at, one in enumerate(self.outputs) if at not in taken and not one.item.optional]

    @cached_property
    def near(self) -> tuple[Near, Near]:
        """What has anything in common with each label, and with each item of the output."""
        of_rows: Near = {}
        of_columns: Near = {}
        for (row, column), likeness in self.matching.likenesses.items():
            of_rows.setdefault(row, []).append((likeness, column))
            of_columns.setdefault(column, []).append((likeness, row))
        return of_rows, of_columns


def score(gold: Gold, output: Output, thresholds: Thresholds = DEFAULT) -> Score:
    """Scores one output. A failed one is an empty one that is counted as failed."""
    counts: dict[str, float] = defaultdict(int)
    decisions: list[Decision] = []
    items: dict[Layer, tuple[Placed, ...]] = {}
    for layer in LAYERS:
        found = _layer(gold, output, layer, thresholds)
        pairs = {label.id: tuple(compared(label, one.item, thresholds)) for label, one, _ in found.pairs}
        _count(found, pairs, counts)
        decisions += _decisions(found, pairs)
        items[layer] = tuple(sorted(found.outputs, key=lambda one: one.item.place))
    _count_without_gold(gold, output, items, counts)
    counts["failed"] = int(output.failed is not None)
    return Score({name: count for name, count in counts.items() if count}, tuple(decisions), items)


def _layer(gold: Gold, output: Output, layer: Layer, thresholds: Thresholds) -> _Layer:
    labels = sorted(gold.labels(layer), key=lambda label: label.id)
    outputs = placed(gold, output, layer, thresholds.partial)
    return _Layer(layer, labels, outputs, match(layer, labels, outputs, thresholds), layer in gold.complete)


# --- counts -----------------------------------------------------------------------------------------------------------


def _count(found: _Layer, pairs: Mapping[str, tuple[Field, ...]], counts: dict[str, float]) -> None:
    layer, matched, gold = found.layer, found.pairs, found.gold
    own: dict[str, float] = defaultdict(int, gold=len(gold), tp=len(matched))
    for fields in pairs.values():
        _count_each(own, (f"{one.name}.right" for one in fields if one.verdict == "correct"))
    if found.is_complete:
        unmatched = found.unmatched
        optional = len(found.matching.pairs) - len(matched)
        own.update(full_gold=len(gold), full_tp=len(matched), pred=len(matched) + optional + len(unmatched), optional=optional)
        own["copies"] = sum(one.copy_of is not None for one in unmatched)
        own["spurious_grounded"] = sum(one.is_grounded and one.copy_of is None for one in unmatched)
        for label, one, likeness in matched:
            own["soft"] += likeness.evidence
            own["strict"] += one.positions in label.evidence.positions
            own["joint"] += all(f.verdict == "correct" for f in pairs[label.id] if f.name in _JOINT[layer])
    extra = {"claims": _count_claims, "stances": _count_stances, "figures": _count_figures}[layer]
    extra(found, pairs, own)
    for name, count in own.items():
        counts[f"{layer}.{name}"] = count


def _count_each(counts: dict[str, float], names: Iterable[str]) -> None:
    for name in names:
        counts[name] += 1


_JOINT: dict[Layer, tuple[str, ...]] = {"claims": ("speaker",), "stances": ("polarity",), "figures": FIGURE_FIELDS}


def _count_claims(found: _Layer, _: Mapping[str, tuple[Field, ...]], own: dict[str, float]) -> None:
    keys = sum(isinstance(label, GoldClaim) and label.key for label in found.labels)
    matched = [one for label, one, _ in found.pairs if isinstance(label, GoldClaim) and label.key]
    own.update(key=keys, key_tp=len(matched), key_at_k=sum(one.rank < keys for one in matched))


def _count_stances(found: _Layer, _: Mapping[str, tuple[Field, ...]], own: dict[str, float]) -> None:
    for label, one, _likeness in found.pairs:
        given = _polarity(one)
        own[f"cell.{_polarity(label)}.{given}"] += 1
        if found.is_complete:
            own[f"class_pred.{given}"] += 1
            own[f"class_tp.{given}"] += given == _polarity(label)
    if found.is_complete:
        _count_each(own, (f"class_gold.{_polarity(label)}" for label in found.gold))
        _count_each(own, (f"class_pred.{_polarity(one)}" for one in found.unmatched))


def _polarity(of: Label | Placed) -> str:
    item = of.item if isinstance(of, Placed) else of
    polarity = item.polarity if isinstance(item, GoldStance | OutputStance) else None
    return polarity if polarity in POLARITIES else "other"


def _count_figures(found: _Layer, pairs: Mapping[str, tuple[Field, ...]], own: dict[str, float]) -> None:
    if not found.is_complete:
        return
    for fields in pairs.values():
        _count_each(own, (f"{one.name}.{one.verdict}" for one in fields if one.gold is not None or one.output is not None))
        own["core"] += all(one.verdict == "correct" for one in fields if one.name in CORE)
    for label in found.gold:
        if label.id not in pairs:
            _count_each(own, (f"{name}.missing" for name in filled(label)))
    for one in found.unmatched:
        _count_each(own, (f"{name}.spurious" for name in filled(one.item)))


def _count_without_gold(gold: Gold, output: Output, items: Mapping[Layer, tuple[Placed, ...]], counts: dict[str, float]) -> None:
    """Copies are left out, so that repeating what is sound cannot better a rate."""
    distinct = [one for layer in LAYERS for one in items[layer] if one.copy_of is None]
    _count_each(counts, (f"grounding.{one.grounding}" for one in distinct))
    counts["outputs"] = len(distinct) + bool(output.gist)
    counts["hallucinated"] = sum(one.is_hallucinated for one in distinct) + bool(invented_numbers(gold, output.gist))


# --- decisions --------------------------------------------------------------------------------------------------------


def _decisions(found: _Layer, pairs: Mapping[str, tuple[Field, ...]]) -> Iterator[Decision]:
    taken = {column: row for row, column in found.matching.pairs.items()}
    for row, label in enumerate(found.labels):
        column = found.matching.pairs.get(row)
        if column is None:
            verdict: Verdict = "left_out" if label.optional else "missed"
            yield Decision(found.layer, verdict, _why_missed(found, row, taken), gold=label.id)
        else:
            yield _matched(found, row, column, pairs.get(label.id, ()))
    for column, one in enumerate(found.outputs):
        if column not in taken:
            yield _unmatched(found, column, one, taken)


def _matched(found: _Layer, row: int, column: int, fields: tuple[Field, ...]) -> Decision:
    label, one, likeness = found.labels[row], found.outputs[column], found.matching.likenesses[row, column]
    wrong = [f"{f.name}: {f.output or 'nothing'} in place of {f.gold or 'nothing'}" for f in fields if f.verdict != "correct"]
    reason = "; ".join(wrong) if wrong else "a labeller might leave it out" if label.optional else "all fields right"
    verdict: Verdict = "optional" if label.optional else "matched"
    return Decision(found.layer, verdict, reason, label.id, one.item.place, _round(likeness.evidence), _round(likeness.text), fields)


def _why_missed(found: _Layer, row: int, taken: Mapping[int, int]) -> str:
    near = found.near[0].get(row)
    if not near:
        return "nothing in the output is like it"
    likeness, column = max(near, key=lambda one: (one[0].weight, one[0].evidence + one[0].text, -one[1]))
    what = f"nearest is {found.outputs[column].item.id} ({_measured(likeness)})"
    if likeness.weight and column in taken:
        return f"{what}, which is a better match for {found.labels[taken[column]].id}"
    return f"{what}, not near enough"


def _unmatched(found: _Layer, column: int, one: Placed, taken: Mapping[int, int]) -> Decision:
    judged = found.is_complete and not one.item.optional
    reasons = list(_why_unsound(one))
    near = found.near[1].get(column)
    if near and one.copy_of is None:
        likeness, row = max(near, key=lambda pair: (pair[0].weight, pair[0].evidence + pair[0].text, -pair[1]))
        is_taken = " and has a better match" if likeness.weight and row in taken.values() else ""
        reasons.append(f"nearest label is {found.labels[row].id} ({_measured(likeness)}){is_taken}")
    if not judged:
        reasons.append("optional for its labeller" if one.item.optional else "the layer is not labelled in full")
    return Decision(found.layer, "spurious" if judged else "unjudged", "; ".join(reasons) or "no label is like it", output=one.item.place)


def _why_unsound(one: Placed) -> Iterable[str]:
    if one.copy_of is not None:
        yield f"a copy of {one.copy_of}"
    if one.grounding == "none":
        yield "its evidence is not in the text"
    if one.invented:
        yield f"{', '.join(one.invented[:5])} stands nowhere in the article"


def _measured(likeness: Likeness) -> str:
    return f"evidence {likeness.evidence:.2f}, wording {likeness.text:.2f}"


def _round(value: float) -> float:
    return round(value, 4)
