"""Result files: JSON with an article a line, the same bytes for the same result."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import pydantic_core

from summarise.errors import UsageError
from summarise.evals.estimates import Estimate
from summarise.evals.fields import Field
from summarise.evals.outputs import Usage
from summarise.evals.result import FORMAT, ArticleResult, Result, Run, Signature
from summarise.evals.result_shape import fault, line_of
from summarise.evals.scorer import Decision
from summarise.evals.thresholds import Thresholds
from summarise.export.outlet import write_whole

_HINT = "results are written by summarise eval -o FILE"


def to_json(result: Result) -> str:
    """The whole result."""
    return "".join(_parts(result))


def write_result(result: Result, path: Path) -> None:
    """A broken write leaves no half of a result. Raises OutputError."""
    write_whole(path, _parts(result))


def _parts(result: Result) -> Iterator[str]:
    """What a result file holds, an article at a time."""
    head = {
        "format": FORMAT,
        "made": result.made,
        "signature": asdict(result.signature),
        "settings": dict(result.settings),
        "environment": dict(result.environment),
        "thresholds": asdict(result.thresholds),
        "resamples": result.resamples,
        "articles_n": len(result.articles),
        "failed_n": len(result.failed),
        "clusters_n": len(set(result.clusters)),
        "repeats": result.repeats,
        "warnings": list(result.warnings),
    }
    yield "{\n" + "".join(f"{_dumped(key)}: {_dumped(value)},\n" for key, value in head.items())
    yield '"metrics": [\n' + ",\n".join(_dumped(asdict(one)) for one in result.estimates) + "\n],\n"
    yield '"articles": [\n'
    for number, one in enumerate(result.articles):
        yield (",\n" if number else "") + (one.written or article_line(one))
    yield "\n]\n}\n"


def read_result(path: Path) -> Result:
    """Raises UsageError, with file and line, for what is no result file."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint=_HINT) from error
    except Unsound as error:
        raise UsageError(f"{path}:{error.line}: no result file that can be read: {error.reason}", hint=_HINT) from error
    except ValueError as error:  # no UTF-8, or a name that no file can have
        raise UsageError(f"{path}: no result file that can be read: {error}", hint=_HINT) from error


class Unsound(ValueError):
    """What is wrong in a result file, and on which line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


def from_json(text: str) -> Result:
    """Raises Unsound for what is no result."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Unsound(error.lineno, f"{error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise Unsound(1, "it is nested too deep") from error
    except ValueError as error:  # NaN, or a number of thousands of digits
        raise Unsound(1, str(error)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Unsound(1, f"its format is not {FORMAT}")
    if found := fault(data):
        place, reason = found
        raise Unsound(line_of(text, place), f"{'.'.join(map(str, place))}: {reason}".removeprefix(": "))
    return Result(
        Signature(**data["signature"]),
        tuple(_read_article(one) for one in data["articles"]),
        tuple(Estimate(**one) for one in data["metrics"]),
        Thresholds(**data["thresholds"]),
        data["resamples"],
        data["settings"],
        data["environment"],
        data["made"],
        tuple(data["warnings"]),
    )


def article_line(article: ArticleResult) -> str:
    """One article, as JSON on a line. Raises ValueError for a number that JSON cannot hold."""
    plain = _article(article)
    line = pydantic_core.to_json(plain).decode()
    if "NaN" in line or "Infinity" in line:
        _dumped(plain)  # refuses them, where they are no more than words of a text
    return line


def read_article_line(line: str) -> ArticleResult:
    """Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
    return replace(_read_article(pydantic_core.from_json(line)), written=line)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


_dumped = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str).encode


def _article(article: ArticleResult) -> dict[str, Any]:
    about = {name: getattr(article, name) for name in ("id", "title", "cluster", "sha256", "complete", "text", "labels")}
    return {**about, "runs": [_run(run) for run in article.runs]}


def _run(run: Run) -> dict[str, Any]:
    usage = {"tokens": run.usage.tokens, "cost": run.usage.cost, "seconds": run.usage.seconds}
    decisions = [plain_decision(one) for one in run.decisions]
    return {"failed": run.failed, "gist": run.gist, "usage": usage, "counts": run.counts, "decisions": decisions, "items": run.items}


def plain_decision(one: Decision) -> dict[str, Any]:
    """As JSON holds it; a field is a list of its name, verdict, gold and output."""
    plain = {name: getattr(one, name) for name in ("layer", "verdict", "gold", "output", "evidence", "text", "reason")}
    return {**plain, "fields": [[f.name, f.verdict, f.gold, f.output] for f in one.fields]}


def _read_article(data: Mapping[str, Any]) -> ArticleResult:
    runs = tuple(_read_run(run) for run in data["runs"])
    return ArticleResult(**{**data, "complete": tuple(data["complete"]), "runs": runs})


def _read_run(data: Mapping[str, Any]) -> Run:
    decisions = tuple([Decision(**{**one, "fields": tuple([Field(*f) for f in one["fields"]])}) for one in data["decisions"]])
    return Run(data["counts"], decisions, data["items"], data["gist"], data["failed"], Usage(**data["usage"]))
