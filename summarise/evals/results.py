"""A result: everything that was scored and decided, and the JSON file that holds it.

An article holds its text, its labels and, for each repeat, the items of the output, both with their characters in the text, and the
decisions that tie them together: `Decision.gold` is the id of a label, `Decision.output` the place of an item in its layer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pydantic_core

from summarise.errors import UsageError
from summarise.evals.gold.model import LAYERS, Gold, Layer, recorded_fields
from summarise.evals.matching import Placed, Thresholds
from summarise.evals.metrics import VERSION
from summarise.evals.outputs import Output, Usage
from summarise.evals.result_shape import fault, line_of
from summarise.evals.scorer import Decision, Field, Score
from summarise.evals.statistics import Estimate
from summarise.files import write_whole

FORMAT = 1
_SKIPPED = ("spans", "around", "place", "optional")

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Signature:
    """What a score depends on; a printed number is worth little without it. Fields that are not known are left out of its text."""

    model: str
    prompt: str
    gold: str
    guidelines: str
    package: str
    metrics: str = VERSION

    def __str__(self) -> str:
        known = {"model": self.model, "prompt": self.prompt, "gold": self.gold[:12], "guide": self.guidelines}
        told = {**known, "metrics": self.metrics, "package": self.package}
        return " · ".join(f"{name} {value}" for name, value in told.items() if value)


@dataclass(frozen=True)
class Run:
    """One output of one article. `failed` says why there was none. `items` are as in `labels` of ArticleResult."""

    counts: Mapping[str, float]
    decisions: tuple[Decision, ...]
    items: Mapping[Layer, Sequence[Mapping[str, Any]]]
    gist: str = ""
    failed: str | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class ArticleResult:
    """`labels` are by layer; each is a mapping with its fields, and `spans`: a list of places, each a list of [start, end].

    `written` is how all of it stands in a result file, where that is known already.
    """

    id: str
    title: str | None
    cluster: str
    sha256: str
    text: str
    complete: tuple[Layer, ...]
    labels: Mapping[Layer, Sequence[Mapping[str, Any]]]
    runs: tuple[Run, ...]
    written: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Result:
    """`settings` and `environment` are told by whoever ran it, `made` (an ISO time) too; nothing else of it depends on the day."""

    signature: Signature
    articles: tuple[ArticleResult, ...]
    estimates: tuple[Estimate, ...]
    thresholds: Thresholds
    resamples: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    made: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def clusters(self) -> tuple[str, ...]:
        """That of each article."""
        return tuple(article.cluster for article in self.articles)

    @property
    def failed(self) -> tuple[ArticleResult, ...]:
        """Articles of which at least one run failed."""
        return tuple(article for article in self.articles if any(run.failed is not None for run in article.runs))

    @property
    def repeats(self) -> int:
        return max((len(article.runs) for article in self.articles), default=0)

    def estimate(self, metric: str) -> Estimate:
        """Raises KeyError for a metric that there is not."""
        return self._by_metric[metric]

    def usage(self) -> Usage:
        """The sums over all runs; None for what no run tells."""
        runs = [run.usage for article in self.articles for run in article.runs]
        return Usage(_total(run.tokens for run in runs), _total(run.cost for run in runs), _total(run.seconds for run in runs))

    @property
    def _by_metric(self) -> dict[str, Estimate]:
        return {estimate.metric: estimate for estimate in self.estimates}


def article_result(gold: Gold, runs: Sequence[tuple[Output, Score]]) -> ArticleResult:
    return ArticleResult(
        gold.id,
        gold.title,
        gold.cluster,
        gold.sha256,
        gold.text,
        tuple(layer for layer in LAYERS if layer in gold.complete),
        gold.records,
        tuple(_run(output, score) for output, score in runs),
    )


def item_record(one: Placed) -> dict[str, Any]:
    """An item of an output as JSON holds it."""
    found = {"spans": [[list(span) for span in one.spans]] if one.spans else [], "grounding": one.grounding}
    return recorded_fields(one.item, _SKIPPED) | found | {"invented": list(one.invented), "copy_of": one.copy_of}


def _total(values: Iterable[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _run(output: Output, score: Score) -> Run:
    items = {layer: [item_record(one) for one in score.items.get(layer, ())] for layer in LAYERS}
    counts = {name: round(count, 6) for name, count in sorted(score.counts.items())}
    return Run(counts, score.decisions, items, output.gist, output.failed, output.usage)


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
    return {**about, "runs": [_result_file_run(run) for run in article.runs]}


def _result_file_run(run: Run) -> dict[str, Any]:
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
