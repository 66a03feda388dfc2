"""A result for other programs: CSV, JUnit, and a log that Inspect AI reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree as ET

from summarise.errors import UsageError
from summarise.evals.gate import GateVerdict
from summarise.evals.gold.model import LAYERS, GoldClaim, Label, Layer
from summarise.evals.metrics import FIELDS, METRICS, OF_LAYER
from summarise.evals.results import ArticleResult, Result, ScoredClaim, ScoredItem, ScoredOutput, plain
from summarise.evals.scorer import Decision
from summarise.evals.statistics import Estimate
from summarise.export.writers import csv_line
from summarise.text.sanitise import in_json, safe

_SCORER = "summarise"
_NEVER = "1970-01-01T00:00:00+00:00"


def inspect_log(result: Result) -> str:
    """A log of format 2, as JSON. A metric without a value is left out; times that are not known are those of 1970."""
    made = result.made or _NEVER
    name = hashlib.sha256(str((result.signature, made)).encode()).hexdigest()[:22]
    log = {
        "version": 2,
        "status": "success",
        "eval": _spec(result, made, name),
        "plan": {"name": "plan", "steps": []},
        "results": _results(result),
        "stats": {"started_at": made, "completed_at": made},
        "samples": list(_samples(result)),
    }
    text = json.dumps(log, ensure_ascii=False, allow_nan=False, indent=1, default=str)
    # Half a surrogate pair is no text for the parser of Inspect, escaped or not.
    return in_json(text.encode("utf-8", "replace").decode()) + "\n"


def _spec(result: Result, made: str, name: str) -> dict[str, Any]:
    ids = [article.id for article in result.articles]
    return {
        **dict.fromkeys(("eval_id", "run_id", "task_id"), name),
        "created": made,
        "task": "summarise eval",
        "task_version": 0,
        "dataset": {"name": f"gold {result.signature.gold[:12]}", "samples": len(ids), "sample_ids": ids, "shuffled": False},
        "model": result.signature.model or "unknown",
        "config": {"epochs": max(1, result.repeats)},
        "packages": {"summarise-articles": result.signature.package.rpartition(" ")[2]},
        "metadata": {"signature": asdict(result.signature), "settings": dict(result.settings), "warnings": list(result.warnings)},
    }


def _results(result: Result) -> dict[str, Any]:
    total = sum(len(article.runs) for article in result.articles)
    failed = sum(run.failed is not None for article in result.articles for run in article.runs)
    metrics = {one.metric: _metric(asdict(one)) for one in result.estimates if one.value is not None}
    score = {"name": _SCORER, "scorer": _SCORER, "scored_samples": total, "unscored_samples": 0, "metrics": metrics}
    return {"total_samples": total, "completed_samples": total - failed, "scores": [score]}


def _metric(one: dict[str, Any]) -> dict[str, Any]:
    known = METRICS.get(one["metric"])
    label = {"label": known.label, "of": known.of_what} if known else {}
    return {"name": one.pop("metric"), "value": one.pop("value"), "metadata": {**label, **one}}


def _samples(result: Result) -> Iterator[dict[str, Any]]:
    for article in result.articles:
        for epoch, run in enumerate(article.runs, start=1):
            yield _sample(article, run, epoch, result.signature.model or "unknown")


def _sample(article: ArticleResult, run: ScoredOutput, epoch: int, model: str) -> dict[str, Any]:
    answer = json.dumps({"gist": run.gist, **plain(run.items)}, ensure_ascii=False)
    choice = {"message": {"role": "assistant", "content": answer}, "stop_reason": "stop"}
    error = {} if run.failed is None else {"error": {"message": run.failed, "traceback": "", "traceback_ansi": ""}}
    return {
        "id": article.id,
        "epoch": epoch,
        "input": article.text,
        "target": json.dumps(plain(article.labels), ensure_ascii=False),
        "messages": [],
        "output": {"model": model, "choices": [] if run.failed is not None else [choice]},
        "scores": {_SCORER: _score(run)},
        "metadata": {"title": article.title, "cluster": article.cluster, "sha256": article.sha256},
        **error,
    }


def _score(run: ScoredOutput) -> dict[str, Any]:
    """The outcome of a layer is its hits, in words what was decided of every label and item."""
    decisions = [plain(one) for one in run.decisions]
    told = [f"{one.layer} {one.verdict} {one.gold or ''}: {one.reason}" for one in run.decisions]
    return {"value": _hits(run.counts), "explanation": "\n".join(told), "metadata": {"counts": dict(run.counts), "decisions": decisions}}


def _hits(counts: Mapping[str, float]) -> dict[str, float]:
    names = [name for layer in OF_LAYER.values() for name in (layer.tp, layer.gold, layer.pred)]
    return {name: counts.get(name, 0) for name in names}


Row = dict[str, Any]


def csv_table(result: Result, layer: str = "metrics") -> str:
    """`layer` is "metrics" or "decisions". Cells that a spreadsheet could run are defused. Raises UsageError for another layer."""
    if layer not in CSV_LAYERS:
        raise UsageError(f"there is no layer '{layer}' of a result", hint=f"one of: {', '.join(CSV_LAYERS)}")
    columns, rows = CSV_LAYERS[layer]
    body = (csv_line([_cell(row.get(column)) for column in columns]) for row in rows(result))
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
        labels = {(layer, label.id): label for layer in LAYERS for label in article.labels.of(layer)}
        for repeat, run in enumerate(article.runs, start=1):
            about = {"article": article.id, "cluster": article.cluster, "repeat": repeat, "failed": run.failed}
            for one in run.decisions:
                yield {**about, **_decision(one, labels, run, article)}


def _decision(one: Decision, labels: Mapping[tuple[Layer, str], Label], run: ScoredOutput, article: ArticleResult) -> Row:
    label = labels.get((one.layer, one.gold or ""))
    item = run.items.of(one.layer)[one.output] if one.output is not None else None
    told = {"layer": one.layer, "verdict": one.verdict, "reason": one.reason, "evidence": one.evidence, "wording": one.text}
    fields = {f"{field.name}_{part}": getattr(field, part) for field in one.fields for part in ("verdict", "gold", "output")}
    both = {"label": one.gold, "label_text": _telling(label, article), "output": item and item.id, "output_text": _telling(item, article)}
    return {**told, **both, **fields}


def _telling(item: Label | ScoredItem | None, article: ArticleResult) -> str | None:
    """The words of a claim, or those of the article that prove an item."""
    if item is None:
        return None
    if isinstance(item, GoldClaim | ScoredClaim) and item.text:
        return item.text
    return " … ".join(article.text[start:end] for place in item.spans[:1] for start, end in place) or None


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
_FIELDS = dict.fromkeys(name for names in FIELDS.values() for name in names)
_DECISIONS = (
    *("article", "cluster", "repeat", "failed", "layer", "verdict", "reason", "label", "label_text", "output", "output_text"),
    *("evidence", "wording"),
    *(f"{field}_{part}" for field in _FIELDS for part in ("verdict", "gold", "output")),
)
CSV_LAYERS: Mapping[str, tuple[tuple[str, ...], Callable[[Result], Iterator[Row]]]] = {
    "metrics": (_METRICS, _metrics),
    "decisions": (_DECISIONS, _decisions),
}


def junit(result: Result, verdict: GateVerdict | None = None) -> str:
    """An article fails by having no output, a rule of the gate by being broken; missed labels alone fail nothing."""
    suites = ET.Element("testsuites", name="summarise eval")
    _suite(suites, "articles", [_article(article) for article in result.articles], result)
    if verdict is not None:
        _suite(suites, "gate", _gate(verdict), result)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: ET.Element, name: str, cases: Iterable[ET.Element], result: Result) -> None:
    suite = ET.SubElement(suites, "testsuite", name=name)
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="signature", value=safe(str(result.signature)))
    suite.extend(cases)
    for count, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        suite.set(count, str(len(suite.findall(tag))))


def _article(article: ArticleResult) -> ET.Element:
    case = ET.Element("testcase", classname="articles", name=safe(article.id))
    failed = [run.failed for run in article.runs if run.failed is not None]
    if failed:
        ET.SubElement(case, "error", message=safe(failed[0]))
    wrong = [
        f"{one.layer} {one.verdict} {one.gold or ''}: {one.reason}"
        for one in article.runs[0].decisions
        if one.verdict in ("missed", "spurious") or (one.verdict == "matched" and one.wrong)
    ]
    if wrong:
        ET.SubElement(case, "system-out").text = safe("\n".join(wrong))
    return case


def _gate(verdict: GateVerdict) -> list[ET.Element]:
    cases = []
    for finding in verdict.findings:
        case = ET.Element("testcase", classname="gate", name=safe(f"{finding.subject}: {finding.reason}"))
        if finding.status == "fail" or (finding.status == "warn" and verdict.strict):
            ET.SubElement(case, "failure", message=safe(finding.reason))
        elif finding.status == "warn":
            ET.SubElement(case, "system-out").text = safe(str(finding))
        cases.append(case)
    return cases
