"""A result as a log that Inspect AI reads: an article and repeat a sample, its counts and decisions the score."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from summarise.evals.metrics import METRICS
from summarise.evals.result import ArticleResult, Result, Run
from summarise.evals.result_file import plain_decision
from summarise.views.visible import in_json

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


def _sample(article: ArticleResult, run: Run, epoch: int, model: str) -> dict[str, Any]:
    answer = json.dumps({"gist": run.gist, **run.items}, ensure_ascii=False, default=str)
    choice = {"message": {"role": "assistant", "content": answer}, "stop_reason": "stop"}
    error = {} if run.failed is None else {"error": {"message": run.failed, "traceback": "", "traceback_ansi": ""}}
    return {
        "id": article.id,
        "epoch": epoch,
        "input": article.text,
        "target": json.dumps(article.labels, ensure_ascii=False, default=str),
        "messages": [],
        "output": {"model": model, "choices": [] if run.failed is not None else [choice]},
        "scores": {_SCORER: _score(run)},
        "metadata": {"title": article.title, "cluster": article.cluster, "sha256": article.sha256},
        **error,
    }


def _score(run: Run) -> dict[str, Any]:
    """The outcome of a layer is its hits, in words what was decided of every label and item."""
    decisions = [plain_decision(one) for one in run.decisions]
    told = [f"{one.layer} {one.verdict} {one.gold or ''}: {one.reason}" for one in run.decisions]
    return {"value": _hits(run.counts), "explanation": "\n".join(told), "metadata": {"counts": dict(run.counts), "decisions": decisions}}


def _hits(counts: Mapping[str, float]) -> dict[str, float]:
    names = [f"{layer}.{count}" for layer in ("claims", "stances", "figures") for count in ("tp", "gold", "pred")]
    return {name: counts.get(name, 0) for name in names}
