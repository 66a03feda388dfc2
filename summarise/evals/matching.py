"""Which item of an output is which label: one-to-one, by evidence and wording, never by the fields that are measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from summarise.evals.assignment import assign
from summarise.evals.candidates import Candidates
from summarise.evals.gold.labels import GoldClaim, GoldFigure, GoldStance, Label, Layer
from summarise.evals.outputs import OutputClaim, OutputFigure, OutputStance
from summarise.evals.placing import Placed
from summarise.evals.similarity import best_likeness, overlap, same_name
from summarise.evals.thresholds import Thresholds


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


def match(layer: Layer, labels: Sequence[Label], outputs: Sequence[Placed], thresholds: Thresholds) -> Matching:
    """The best one-to-one assignment. Copies are never matched. Both sides must come in an order that depends on their content alone."""
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
_Compare = Callable[[Placed], Likeness | None]


def _claim(label: GoldClaim, t: Thresholds) -> _Compare:
    places, wordings = label.evidence.positions, label.wordings("text")

    def compare(output: Placed) -> Likeness | None:
        item: OutputClaim = output.item  # type: ignore[assignment]
        evidence = overlap(places, output.positions)
        text = best_likeness(wordings, item.text, t.contradiction)
        if not evidence and not text:
            return None
        eligible = evidence >= t.claim_evidence or text >= t.claim_text
        return Likeness(evidence, text, evidence + text if eligible else 0.0)

    return compare


def _stance(label: GoldStance, t: Thresholds) -> _Compare:
    def compare(output: Placed) -> Likeness | None:
        item: OutputStance = output.item  # type: ignore[assignment]
        evidence = overlap(label.evidence.positions, output.positions)
        target = same_name(label.target.aliases, item.target) if item.target else 0.0
        if not evidence and not target:
            return None
        holder = same_name(label.holder.aliases, item.holder)
        eligible = target >= t.target and holder >= t.holder
        weight = target + t.holder_weight * holder + t.stance_evidence_weight * evidence
        return Likeness(evidence, (target + holder) / 2 if target else 0.0, weight if eligible else 0.0)

    return compare


def _figure(label: GoldFigure, t: Thresholds) -> _Compare:
    places, wordings = label.evidence.positions, label.wordings("measure")

    def compare(output: Placed) -> Likeness | None:
        item: OutputFigure = output.item  # type: ignore[assignment]
        evidence = overlap(places, output.positions)
        if not evidence:
            return None
        measure = best_likeness(wordings, item.measure)
        return Likeness(evidence, measure, evidence + t.value_weight * (item.amount in label.amounts) + t.measure_weight * measure)

    return compare


_COMPARISONS: dict[Layer, Callable[[Any, Thresholds], _Compare]] = {"claims": _claim, "stances": _stance, "figures": _figure}
