"""The words and signs of the report, and the functions that its templates call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from summarise.evals.comparison import Comparison, Difference
from summarise.evals.comparison_table import p_shown
from summarise.evals.flips import Flip
from summarise.evals.gold.labels import LAYERS
from summarise.evals.metrics import METRICS
from summarise.evals.report.cell import FAR, GROUPS, Group, short
from summarise.evals.report.wording import clipped
from summarise.evals.result import Result
from summarise.evals.table import UNDEFINED, cautions, count, header, number, span, usage_cells, with_interval

SIGNS: Mapping[Group, str] = {"missed": "✗", "spurious": "+", "wrong": "◐", "right": "✓", "uncounted": "○"}
NAMES: Mapping[Group, str] = {
    "missed": "missed",
    "spurious": "spurious",
    "wrong": "wrong field",
    "right": "right",
    "uncounted": "not counted",
}
MEANINGS: Mapping[Group, str] = {
    "missed": "a label that nothing in the output was matched with",
    "spurious": "an item of the output that no label was matched with",
    "wrong": "found, with at least one field that is not the label's",
    "right": "found, with all fields right",
    "uncounted": "optional labels and what matched them, and items of layers that are not labelled in full",
}
FIELD_COLUMNS = ("right", "another value", "left out", "only in the output")

ALPHA = 0.05

_TITLES: Mapping[str, str] = {"claims": "Claims", "stances": "Stances", "figures": "Figures", "text": "Without gold"}


def metric_groups(results: list[tuple[str, str, Result]]) -> list[tuple[str, list[str]]]:
    """The metrics that any result has, by layer."""
    known = [name for name in METRICS if any(one.metric == name for _, _, result in results for one in result.estimates)]
    return [(title, [name for name in known if METRICS[name].group == group]) for group, title in _TITLES.items()]


def signature_parts(result: Result) -> dict[str, str]:
    """What the scores depend on, and what the outputs took; what is not known is left out."""
    told, settings = result.signature, result.settings
    parts = {
        "model": told.model,
        "failed": len(result.failed),
        "prompt": told.prompt,
        "gold digest": told.gold[:12],
        "guide version": told.guidelines,
        "metric version": told.metrics,
        "package": told.package,
        "commit": _commit(result.environment),
        "temperature": settings.get("temperature"),
        "resamples": count(result.resamples),
        "repeats": result.repeats if result.repeats > 1 else None,
        "made": result.made,
        **dict(zip(("tokens", "cost", "seconds"), usage_cells(result.usage()), strict=True)),
    }
    return {name: clipped(str(value)) for name, value in parts.items() if value not in (None, "", UNDEFINED)}


def signature_names(signatures: Sequence[Mapping[str, str]]) -> list[str]:
    """All names that any of them has, in order."""
    return list(dict.fromkeys(name for one in signatures for name in one))


def compared(found: Comparison) -> list[Difference]:
    """The differences that are defined on a side."""
    return [one for one in found.differences if one.a is not None or one.b is not None]


def verdict(one: Difference) -> str:
    """What a difference is worth, in a word and a sign."""
    if one.p_holm is None or not one.drop or one.p_holm >= ALPHA:
        return "no clear difference"
    return "▲ better" if one.drop < 0 else "▼ worse"


def flip_sentence(flip: Flip) -> str:
    what = "" if flip.what == "found" else f", {flip.what}"
    return f"{flip.layer[:-1]} {flip.label}{what}: {flip.text}"


def flip_reason(flip: Flip) -> str:
    """Why the one that lacks it does; of a field only what stands in its place."""
    of_field = [part for part in flip.reason.split("; ") if part.startswith(f"{flip.what}: ")]
    return of_field[0] if of_field else short(flip.reason)


def _commit(environment: Mapping[str, Any]) -> str:
    commit = str(environment.get("commit") or "")[:12]
    return f"{commit} with changes" if commit and environment.get("dirty") else commit


KNOWN: Mapping[str, Any] = {
    "SIGNS": SIGNS,
    "NAMES": NAMES,
    "MEANINGS": MEANINGS,
    "GROUPS": GROUPS,
    "LAYERS": LAYERS,
    "METRICS": METRICS,
    "FIELD_COLUMNS": FIELD_COLUMNS,
    "FAR": f"{FAR:.2f}".removeprefix("0"),
    "metric_groups": metric_groups,
    "signature_parts": signature_parts,
    "signature_names": signature_names,
    "compared": compared,
    "verdict": verdict,
    "flip_sentence": flip_sentence,
    "flip_reason": flip_reason,
    "clipped": clipped,
    "cautions": cautions,
    "header": header,
    "number": number,
    "span": span,
    "count": count,
    "with_interval": with_interval,
    "p_shown": p_shown,
}
