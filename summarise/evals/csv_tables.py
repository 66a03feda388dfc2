"""A result as CSV: its metrics, or every decision, a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from summarise.errors import UsageError
from summarise.evals.estimates import Estimate
from summarise.evals.gold import Layer
from summarise.evals.metrics import METRICS
from summarise.evals.result import ArticleResult, Result, Run
from summarise.evals.scorer import Decision
from summarise.export.cells import line

Row = dict[str, Any]


def csv_table(result: Result, layer: str = "metrics") -> str:
    """`layer` is "metrics" or "decisions". Cells that a spreadsheet could run are defused. Raises UsageError for another layer."""
    if layer not in LAYERS:
        raise UsageError(f"there is no layer '{layer}' of a result", hint=f"one of: {', '.join(LAYERS)}")
    columns, rows = LAYERS[layer]
    body = (line([_cell(row.get(column)) for column in columns]) for row in rows(result))
    return "".join([",".join(columns) + "\n", *body])


def _cell(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _metrics(result: Result) -> Iterator[Row]:
    """Every row carries what its number depends on."""
    signed = asdict(result.signature)
    signature = {_SIGNATURE[name]: value for name, value in signed.items()}
    for one in result.estimates:
        yield {**_estimate(one), **signature}


def _estimate(one: Estimate) -> Row:
    metric = METRICS.get(one.metric)
    about = {"label": metric.label, "of": metric.of_what, "lower_is_better": metric.lower_is_better} if metric else {}
    return {**asdict(one), **about}


def _decisions(result: Result) -> Iterator[Row]:
    for article in result.articles:
        labels = {(layer, label["id"]): label for layer, found in article.labels.items() for label in found}
        for repeat, run in enumerate(article.runs, start=1):
            about = {"article": article.id, "cluster": article.cluster, "repeat": repeat, "failed": run.failed}
            for one in run.decisions:
                yield {**about, **_decision(one, labels, run, article)}


def _decision(one: Decision, labels: Mapping[tuple[Layer, str], Mapping[str, Any]], run: Run, article: ArticleResult) -> Row:
    label = labels.get((one.layer, one.gold or ""), {})
    item = run.items[one.layer][one.output] if one.output is not None else {}
    told = {"layer": one.layer, "verdict": one.verdict, "reason": one.reason, "evidence": one.evidence, "wording": one.text}
    fields = {f"{field.name}_{side}": getattr(field, side) for field in one.fields for side in ("verdict", "gold", "output")}
    sides = {"label": one.gold, "label_text": _telling(label, article), "output": item.get("id"), "output_text": _telling(item, article)}
    return {**told, **sides, **fields}


def _telling(item: Mapping[str, Any], article: ArticleResult) -> str | None:
    """The words of a claim, or those of the article that prove an item."""
    if item.get("text"):
        return str(item["text"])
    places = item.get("spans") or [[]]
    return " … ".join(article.text[start:end] for start, end in places[0]) or None


_SIGNATURE = {
    "model": "model",
    "prompt": "prompt",
    "gold": "gold",
    "guidelines": "guidelines",
    "package": "package",
    "metrics": "metrics_version",
}
_METRICS = (
    *("metric", "label", "value", "low", "high", "n", "of", "macro", "macro_n", "repeat_sd", "lower_is_better"),
    *_SIGNATURE.values(),
)
_FIELDS = ("speaker", "mode", "polarity", "value", "unit", "currency", "per", "bound", "as_of", "measure")
_DECISIONS = (
    *("article", "cluster", "repeat", "failed", "layer", "verdict", "reason", "label", "label_text", "output", "output_text"),
    *("evidence", "wording"),
    *(f"{field}_{side}" for field in _FIELDS for side in ("verdict", "gold", "output")),
)
LAYERS: Mapping[str, tuple[tuple[str, ...], Callable[[Result], Iterator[Row]]]] = {
    "metrics": (_METRICS, _metrics),
    "decisions": (_DECISIONS, _decisions),
}
