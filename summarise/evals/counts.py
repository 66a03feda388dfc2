"""The names of all counts, as the scorer makes them, metrics read them, and result files hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from summarise.evals.gold.model import LAYERS, POLARITIES, Layer

FIGURE_FIELDS = ("value", "unit", "currency", "per", "bound", "as_of", "measure", "speaker")
FIELDS: Mapping[Layer, tuple[str, ...]] = {"claims": ("speaker", "mode"), "stances": ("polarity",), "figures": FIGURE_FIELDS}
FieldVerdict = Literal["correct", "incorrect", "missing", "spurious"]


@dataclass(frozen=True)
class FieldCounts:
    """Of one field: `right` counts matched labels of all articles, the others only what is labelled in full."""

    right: str
    correct: str
    incorrect: str
    missing: str
    spurious: str

    @classmethod
    def of(cls, layer: Layer, field: str) -> FieldCounts:
        return cls(*(f"{layer}.{field}.{one.name}" for one in fields(cls)))

    def by_verdict(self, verdict: FieldVerdict) -> str:
        return {"correct": self.correct, "incorrect": self.incorrect, "missing": self.missing, "spurious": self.spurious}[verdict]


@dataclass(frozen=True)
class LayerCounts:
    """Of one layer: `gold` and `tp` (labels, and those that were matched) of all articles; the others, but for the key claims, only of
    articles in which the layer is labelled in full. `pred` are the items of the output."""

    gold: str
    tp: str
    full_gold: str
    full_tp: str
    pred: str
    optional: str
    copies: str
    spurious_grounded: str
    soft: str
    strict: str
    joint: str
    key: str
    key_tp: str
    key_at_k: str
    core: str

    @classmethod
    def of(cls, layer: Layer) -> LayerCounts:
        return cls(*(f"{layer}.{one.name}" for one in fields(cls)))


@dataclass(frozen=True)
class PolarityCounts:
    """Of stances that are labelled with a polarity, of items that give it, and of both."""

    gold: str
    pred: str
    tp: str


OTHER = "other"
"""A polarity that is none of those that there are."""
FAILED, OUTPUTS, HALLUCINATED = "failed", "outputs", "hallucinated"
GROUNDED = {grounding: f"grounding.{grounding}" for grounding in ("exact", "partial", "none")}
OF_LAYER = {layer: LayerCounts.of(layer) for layer in LAYERS}
CLAIMS, STANCES, FIGURES = (OF_LAYER[layer] for layer in LAYERS)
OF_FIELD = {(layer, field): FieldCounts.of(layer, field) for layer in LAYERS for field in FIELDS[layer]}
OF_POLARITY = {
    one: PolarityCounts(f"stances.class_gold.{one}", f"stances.class_pred.{one}", f"stances.class_tp.{one}") for one in (*POLARITIES, OTHER)
}


def cell(gold: str, given: str) -> str:
    """How many stances labelled `gold` were matched with one that is `given`."""
    return f"stances.cell.{gold}.{given}"
