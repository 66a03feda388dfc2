"""Counts of right and wrong, and the metrics: formulas over sums of them, so that an article, a corpus and a resample score alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from summarise.evals.gold.model import LAYERS, POLARITIES, SCALE, Layer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


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
    """Of one layer: `gold` and `tp` (labels, and those that were matched) of all articles; the others, but for the key claims and what
    begins with `conveying`, only of articles in which the layer is labelled in full. `pred` are the items of the output.

    `key_conveyed` are the key claims that the output conveys. `conveying` are its statements that convey any label, `full_items` and
    `full_conveying` the statements, and those of them, in articles that are labelled in full.
    """

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
    key_conveyed: str
    conveying: str
    conveying_speaker: str
    conveying_mode: str
    full_items: str
    full_conveying: str
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


VERSION = "3"
"""Raised with every change that can give another number for the same gold and output; results of two versions are not compared."""

Columns = Callable[[str], "Array"]
Formula = Callable[[Columns], "Array"]


@dataclass(frozen=True)
class Metric:
    """`of` gives nan where it is undefined. `n` is how many items it rests on, `of_what` says which. `group` is its layer, or "text"."""

    name: str
    label: str
    of: Formula
    n: Formula
    of_what: str
    lower_is_better: bool = False

    @property
    def arrow(self) -> str:
        """A sign to put behind the label where lower is better."""
        return " ↓" if self.lower_is_better else ""

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]


def ratio(above: Array, below: Array) -> Array:
    """nan where there is nothing below."""
    import numpy as np

    result: Array = np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=np.asarray(below) > 0)
    return result


def _share(above: str, below: str) -> tuple[Formula, Formula]:
    return lambda s: ratio(s(above), s(below)), lambda s: s(below)


def _f1(layer: LayerCounts, hits: str) -> tuple[Formula, Formula]:
    """Over articles that are labelled in full; n is the number of their labels."""

    def of(s: Columns) -> Array:
        return ratio(2 * s(hits), s(layer.pred) - s(layer.optional) + s(layer.full_gold))

    return of, lambda s: s(layer.full_gold)


def _precision(layer: LayerCounts) -> tuple[Formula, Formula]:
    def below(s: Columns) -> Array:
        return s(layer.pred) - s(layer.optional)

    return lambda s: ratio(s(layer.full_tp), below(s)), below


def _spurious(layer: LayerCounts) -> tuple[Formula, Formula]:
    """Copies are left out, so that repeating what is right cannot lower the rate."""

    def below(s: Columns) -> Array:
        return s(layer.pred) - s(layer.optional) - s(layer.copies)

    return lambda s: ratio(s(layer.spurious_grounded), below(s)), below


def _slot(field: FieldCounts) -> tuple[Formula, Formula]:
    def counts(s: Columns) -> tuple[Array, Array, Array, Array]:
        return s(field.correct), s(field.incorrect), s(field.missing), s(field.spurious)

    def of(s: Columns) -> Array:
        correct, incorrect, missing, spurious = counts(s)
        return ratio(2 * correct, 2 * (correct + incorrect) + missing + spurious)

    return of, lambda s: sum(counts(s)[:3], start=0 * s(field.correct))


def _macro_polarity(s: Columns) -> Array:
    """The mean F1 of the classes that gold has."""
    import numpy as np

    gold = np.stack([s(OF_POLARITY[one].gold) for one in POLARITIES])
    pred = np.stack([s(OF_POLARITY[one].pred) for one in POLARITIES])
    hits = np.stack([s(OF_POLARITY[one].tp) for one in POLARITIES])
    f1 = np.where(gold > 0, ratio(2 * hits, np.maximum(gold + pred, 1e-300)), 0.0)
    return ratio(f1.sum(axis=0), (gold > 0).sum(axis=0).astype(float))


def kappa(s: Columns) -> Array:
    """Quadratic-weighted kappa of matched polarities on against, neutral, favour; nan where nothing varies."""
    import numpy as np

    cells = np.stack([np.stack([s(cell(a, b)) for b in SCALE]) for a in SCALE])
    weights = np.array([[float(i - j) ** 2 for j in range(3)] for i in range(3)])
    total, rows, columns = cells.sum(axis=(0, 1)), cells.sum(axis=1), cells.sum(axis=0)
    seen = np.tensordot(weights, cells, axes=([0, 1], [0, 1]))
    expected = ratio(np.einsum("ij,i...,j...->...", weights, rows, columns), total)
    return 1 - ratio(seen, expected)


def _on_the_scale(s: Columns) -> Array:
    return sum((s(cell(a, b)) for a in SCALE for b in SCALE), start=0 * s(STANCES.tp))


def _grounding(kind: str) -> tuple[Formula, Formula]:
    def below(s: Columns) -> Array:
        return s(GROUNDED["exact"]) + s(GROUNDED["partial"]) + s(GROUNDED["none"])

    return lambda s: ratio(s(GROUNDED[kind]), below(s)), below


def _layer(layer: Layer) -> list[Metric]:
    """Detection: which of the labels were found, and which of the items given out are labels."""
    found = {"claims": "F1", "stances": "pair F1", "figures": "detection F1"}[layer]
    names, how = OF_LAYER[layer], _ONE_TO_ONE if layer == "claims" else ""
    return [
        Metric(f"{layer}.f1", f"{found}{how}", *_f1(names, names.full_tp), layer),
        Metric(f"{layer}.precision", f"precision{how}", *_precision(names), "items"),
        Metric(f"{layer}.recall", f"recall{how}", *_share(names.tp, names.gold), layer),
    ]


_ONE_TO_ONE = ", one to one"
_ALL = [
    Metric("claims.vital_recall", "vital recall", *_share(CLAIMS.key_conveyed, CLAIMS.key), "key claims"),
    Metric("claims.item_precision", "precision", *_share(CLAIMS.full_conveying, CLAIMS.full_items), "items"),
    Metric("claims.item_speaker", "speaker accuracy", *_share(CLAIMS.conveying_speaker, CLAIMS.conveying), "right items"),
    Metric("claims.item_mode", "mode accuracy", *_share(CLAIMS.conveying_mode, CLAIMS.conveying), "right items"),
    *_layer("claims"),
    Metric("claims.soft", "soft F1", *_f1(CLAIMS, CLAIMS.soft), "claims"),
    Metric("claims.strict", "strict F1", *_f1(CLAIMS, CLAIMS.strict), "claims"),
    Metric("claims.joint", "joint F1 (with speaker)", *_f1(CLAIMS, CLAIMS.joint), "claims"),
    Metric("claims.speaker", f"speaker{_ONE_TO_ONE}", *_share(OF_FIELD["claims", "speaker"].right, CLAIMS.tp), "matched"),
    Metric("claims.mode", f"mode{_ONE_TO_ONE}", *_share(OF_FIELD["claims", "mode"].right, CLAIMS.tp), "matched"),
    Metric("claims.key", f"key claims{_ONE_TO_ONE}", *_share(CLAIMS.key_tp, CLAIMS.key), "key claims"),
    Metric("claims.key_at_k", f"key claims at k{_ONE_TO_ONE}", *_share(CLAIMS.key_at_k, CLAIMS.key), "key claims"),
    Metric("claims.spurious", "spurious but grounded", *_spurious(CLAIMS), "items", lower_is_better=True),
    *_layer("stances"),
    Metric("stances.triple", "triple F1 (with polarity)", *_f1(STANCES, STANCES.joint), "stances"),
    Metric("stances.macro", "macro-F1 over polarities", _macro_polarity, lambda s: s(STANCES.full_gold), "stances"),
    Metric("stances.kappa", "quadratic kappa", kappa, _on_the_scale, "matched"),
    Metric("stances.spurious", "spurious but grounded", *_spurious(STANCES), "items", lower_is_better=True),
    Metric("figures.full", "full joint F1", *_f1(FIGURES, FIGURES.joint), "figures"),
    Metric("figures.core", "core joint F1", *_f1(FIGURES, FIGURES.core), "figures"),
    *_layer("figures"),
    *(Metric(f"figures.{name}", f"{name} F1", *_slot(OF_FIELD["figures", name]), "labels") for name in FIGURE_FIELDS),
    Metric("figures.value_accuracy", "value accuracy", *_share(OF_FIELD["figures", "value"].right, FIGURES.tp), "matched"),
    Metric("figures.spurious", "spurious but grounded", *_spurious(FIGURES), "items", lower_is_better=True),
    Metric("text.grounded", "grounded exactly", *_grounding("exact"), "items"),
    Metric("text.partial", "grounded in part", *_grounding("partial"), "items", lower_is_better=True),
    Metric("text.ungrounded", "not grounded", *_grounding("none"), "items", lower_is_better=True),
    Metric("text.hallucinated", "hallucination rate", *_share(HALLUCINATED, OUTPUTS), "texts", lower_is_better=True),
]
METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ALL}
HEADLINE = ("claims.vital_recall", "claims.item_precision", "stances.f1", "figures.full", "figures.core")
"""What each layer is judged by, where there is room for no more."""


Counts = Mapping[str, float]


def averaged(repeats: Sequence[Counts]) -> dict[str, float]:
    """The mean of each count over the repeats of one article."""
    if len(repeats) == 1:
        return dict(repeats[0])
    names = sorted({name for counts in repeats for name in counts})
    return {name: sum(counts.get(name, 0.0) for counts in repeats) / len(repeats) for name in names}


@dataclass(frozen=True)
class CountTable:
    """`rows` are the counts of articles, `clusters` names the cluster of each."""

    rows: Sequence[Counts]
    clusters: Sequence[str]

    @cached_property
    def names(self) -> dict[str, int]:
        found = sorted({name for counts in self.rows for name in counts})
        return {name: at for at, name in enumerate(found)}

    @cached_property
    def articles(self) -> Array:
        """Articles by counts."""
        return self.aligned(self.names)

    def aligned(self, names: Mapping[str, int]) -> Array:
        """Articles by counts, in the columns that `names` says."""
        import numpy as np

        matrix = np.zeros((len(self.rows), len(names)))
        for row, counts in enumerate(self.rows):
            for name, count in counts.items():
                matrix[row, names[name]] = count
        return matrix

    def by_cluster(self, articles: Array) -> Array:
        """Rows of the same cluster summed; clusters in alphabetical order."""
        import numpy as np

        order = {name: at for at, name in enumerate(sorted(set(self.clusters)))}
        found = np.zeros((len(order), articles.shape[1]))
        np.add.at(found, [order[name] for name in self.clusters], articles)
        return found


def columns(matrix: Array, names: Mapping[str, int]) -> Columns:
    """The columns of a matrix by name; zeros for counts that never occurred."""
    import numpy as np

    zeros = np.zeros(matrix.shape[0])
    return lambda name: matrix[:, names[name]] if name in names else zeros
