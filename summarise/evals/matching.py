"""Which item of an output is which label: one-to-one, by evidence and wording, never by the fields that are measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from summarise.evals.assignment import assign
from summarise.evals.gold.labels import GoldClaim, GoldFigure, GoldStance, Label, Layer
from summarise.evals.outputs import OutputClaim, OutputFigure, OutputStance
from summarise.evals.placing import Placed
from summarise.evals.similarity import best_likeness, overlap, same_name
from summarise.evals.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like an output is to a label: by `evidence`, and by `text` or, for stances, names. `weight` is 0 where it is no match."""

    evidence: float
    text: float
    weight: float


@dataclass(frozen=True, slots=True)
class Matching:
    """`pairs` maps the number of a label to that of its output; `likenesses` holds every pair that has anything in common."""

    pairs: dict[int, int]
    likenesses: dict[tuple[int, int], Likeness]


def match(layer: Layer, labels: Sequence[Label], outputs: Sequence[Placed], thresholds: Thresholds) -> Matching:
    """The best one-to-one assignment. Copies are never matched. Both sides must come in an order that depends on their content alone."""
    compare = _COMPARISONS[layer]
    likenesses = {}
    for row, label in enumerate(labels):
        for column, output in enumerate(outputs):
            if output.copy_of is None:
                found = compare(label, output, thresholds)
                if found.evidence or found.text:
                    likenesses[row, column] = found
    weights = {pair: found.weight for pair, found in likenesses.items() if found.weight > 0}
    return Matching(dict(assign(weights)), likenesses)


def _claim(label: GoldClaim, output: Placed, t: Thresholds) -> Likeness:
    item: OutputClaim = output.item  # type: ignore[assignment]
    evidence = overlap(label.evidence.positions, output.positions)
    text = best_likeness(label.wordings("text"), item.text, t.contradiction)
    eligible = evidence >= t.claim_evidence or text >= t.claim_text
    return Likeness(evidence, text, evidence + text if eligible else 0.0)


def _stance(label: GoldStance, output: Placed, t: Thresholds) -> Likeness:
    item: OutputStance = output.item  # type: ignore[assignment]
    evidence = overlap(label.evidence.positions, output.positions)
    target = same_name(label.target.aliases, item.target) if item.target else 0.0
    holder = same_name(label.holder.aliases, item.holder)
    eligible = target >= t.target and holder >= t.holder
    weight = target + t.holder_weight * holder + t.stance_evidence_weight * evidence
    return Likeness(evidence, (target + holder) / 2 if target else 0.0, weight if eligible else 0.0)


def _figure(label: GoldFigure, output: Placed, t: Thresholds) -> Likeness:
    item: OutputFigure = output.item  # type: ignore[assignment]
    evidence = overlap(label.evidence.positions, output.positions)
    if not evidence:
        return Likeness(0.0, 0.0, 0.0)
    measure = best_likeness(label.wordings("measure"), item.measure)
    return Likeness(evidence, measure, evidence + t.value_weight * (item.amount in label.amounts) + t.measure_weight * measure)


_COMPARISONS: dict[Layer, Callable[[Any, Placed, Thresholds], Likeness]] = {"claims": _claim, "stances": _stance, "figures": _figure}
