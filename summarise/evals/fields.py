"""Fields of an item held against those of its label: which are right, wrong, missing or too many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from summarise.evals.alignment import best_likeness, same_name, unit_name
from summarise.evals.gold.model import Entity, GoldClaim, GoldFigure, GoldStance, Label
from summarise.evals.matching import Thresholds
from summarise.evals.metrics import (
    FIGURE_FIELDS,
    FieldVerdict,
)
from summarise.evals.outputs import Item, OutputClaim, OutputFigure, OutputStance

CORE = ("value", "unit", "currency", "bound")


class FieldDecision(NamedTuple):
    """`gold` and `output` are as they may be shown; None where the label or the item leaves the field out."""

    name: str
    verdict: FieldVerdict
    gold: str | None
    output: str | None


def compared(label: Label, item: Item, t: Thresholds) -> Iterator[FieldDecision]:
    """Every field that the label or the item fills in."""
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


def _figure_field(name: str, label: GoldFigure, item: OutputFigure, t: Thresholds) -> FieldDecision:
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
    return unit_name(given) in map(unit_name, wordings)


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


def _named(name: str, gold: Entity | None, given: tuple[str, ...], threshold: float) -> FieldDecision:
    label = None if gold is None or gold.label == "author" else gold.label
    right = not given if gold is None else same_name(gold.names, given) >= threshold
    return _field(name, label, given[0] if given else None, right=right)


def _field(name: str, gold: str | None, given: str | None, *, right: bool) -> FieldDecision:
    if right:
        return FieldDecision(name, "correct", gold, given)
    return FieldDecision(name, "missing" if given is None else "spurious" if gold is None else "incorrect", gold, given)
