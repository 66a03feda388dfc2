"""A result: everything that was scored and decided, and the JSON file that holds it.

An article holds its text, its labels and, for each repeat, the items of the output, both with their characters in the text, and the
decisions that tie them together: `Decision.gold` is the id of a label, `Decision.output` the place of an item in its layer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from summarise.errors import UsageError
from summarise.evals.alignment import Grounding
from summarise.evals.gold.model import LAYERS, Gold, Label, Labels, Layer, RecordedAmount, Spans, is_amount
from summarise.evals.matching import AlignedItem, Thresholds
from summarise.evals.metrics import METRICS, VERSION
from summarise.evals.outputs import Output, OutputClaim, OutputFigure, OutputStance, Usage
from summarise.evals.scorer import ArticleScore, Decision
from summarise.evals.statistics import Estimate
from summarise.files import write_whole
from summarise.text.yaml_nodes import line_of

FORMAT = 1
_HINT = "results are written by summarise eval -o FILE"

Number = TypeVar("Number", int, float)
Count = Annotated[int | float, Field(ge=-1e15, le=1e15)]
_FINITE = ConfigDict(allow_inf_nan=False)  # a number such as 1e999 is none
_Plain = str | bool | int | float | None
Facts = Mapping[str, _Plain | list[_Plain] | dict[str, _Plain]]


# --- what a result holds ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signature:
    """What a score depends on; a printed number is worth little without it. Fields that are not known are left out of its text."""

    model: str
    prompt: str
    gold: Annotated[str, StringConstraints(pattern="^[0-9a-f]+$")]  # a seed is made of it
    guidelines: str
    package: str
    metrics: str = VERSION

    def __str__(self) -> str:
        told = {"model": self.model, "prompt": self.prompt, "gold": self.gold[:12], "guide": self.guidelines}
        told |= {"metrics": self.metrics, "package": self.package}
        return " · ".join(f"{name} {value}" for name, value in told.items() if value)


@dataclass(frozen=True, slots=True)
class ScoredClaim:
    """An item of an output, and where its evidence stands in the text. `invented` are its numbers that the article has nowhere.

    `copy_of` is the id of an equal item before it.
    """

    id: str
    text: str
    speaker: tuple[str, ...]
    mode: str | None
    spans: Spans
    grounding: Grounding
    invented: tuple[str, ...]
    copy_of: str | None


@dataclass(frozen=True, slots=True)
class ScoredStance:
    id: str
    holder: tuple[str, ...]
    target: tuple[str, ...]
    polarity: str | None
    spans: Spans
    grounding: Grounding
    invented: tuple[str, ...]
    copy_of: str | None


@dataclass(frozen=True, slots=True)
class ScoredFigure:
    id: str
    amount: RecordedAmount | None
    bound: str
    unit: str | None
    currency: str | None
    per: str | None
    measure: str | None
    as_of: str | None
    speaker: tuple[str, ...]
    spans: Spans
    grounding: Grounding
    invented: tuple[str, ...]
    copy_of: str | None


ScoredItem = ScoredClaim | ScoredStance | ScoredFigure


@dataclass(frozen=True, slots=True)
class ScoredItems:
    """The items of one output, by layer, each in its own order."""

    claims: tuple[ScoredClaim, ...] = ()
    stances: tuple[ScoredStance, ...] = ()
    figures: tuple[ScoredFigure, ...] = ()

    def of(self, layer: Layer) -> Sequence[ScoredItem]:
        found: Sequence[ScoredItem] = getattr(self, layer)
        return found


@dataclass(frozen=True, slots=True)
class ScoredOutput:
    """One output of one article. `failed` says why there was none."""

    failed: str | None
    gist: str
    usage: Usage
    counts: Mapping[str, Count]
    decisions: tuple[Decision, ...]
    items: ScoredItems


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """One article with its labels and the outputs of its repeats."""

    id: str
    title: str | None
    cluster: str
    sha256: str
    complete: tuple[Layer, ...]
    text: str
    labels: Labels
    runs: Annotated[tuple[ScoredOutput, ...], Field(min_length=1)]


def _agrees(article: ArticleResult) -> ArticleResult:
    """What points at something must point at what is there."""
    for layer in LAYERS:
        labels = article.labels.of(layer)
        _within(article.text, labels)
        ids = _unlike((label.id for label in labels), f"labels of {layer}")
        for run in article.runs:
            items = run.items.of(layer)
            _within(article.text, items)
            for one in (one for one in run.decisions if one.layer == layer):
                if one.gold is not None and one.gold not in ids:
                    raise ValueError(f"a decision is about a label '{one.gold[:60]}' of {layer}, which is not there")
                if any(field.name == "value" and not _are_amounts(field.gold, field.output) for field in one.fields):
                    raise ValueError("the field 'value' holds no number")
                if one.output is not None and not 0 <= one.output < len(items):
                    raise ValueError(f"a decision is about item {one.output} of {len(items)} {layer}")
    return article


def _are_amounts(*texts: str | None) -> bool:
    return all(text is None or is_amount(text) for text in texts)


def _within(text: str, items: Sequence[Label | ScoredItem]) -> None:
    for item in items:
        if not all(start <= end <= len(text) for place in item.spans for start, end in place):
            raise ValueError(f"the evidence of '{item.id[:60]}' stands outside of the text")


def _unlike(names: Iterable[str], what: str) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"'{name[:60]}' stands twice among the {what}")
        seen.add(name)
    return seen


def _every_metric(estimates: tuple[Estimate, ...]) -> tuple[Estimate, ...]:
    lacking = sorted(set(METRICS) - _unlike((one.metric for one in estimates), "metrics"))
    if lacking:
        raise ValueError(f"it has no {lacking[0]}: it was made by another version; score again")
    return estimates


def _unlike_articles(articles: tuple[ArticleResult, ...]) -> tuple[ArticleResult, ...]:
    _unlike((article.id for article in articles), "articles")
    return articles


@dataclass(frozen=True)
class Result:
    """`settings` and `environment` are told by whoever ran it, `made` (an ISO time) too; nothing else of it depends on the day."""

    __pydantic_config__ = _FINITE

    signature: Signature
    articles: Annotated[
        tuple[Annotated[ArticleResult, AfterValidator(_agrees)], ...], Field(min_length=1), AfterValidator(_unlike_articles)
    ]
    estimates: Annotated[tuple[Estimate, ...], AfterValidator(_every_metric), Field(validation_alias="metrics")]
    thresholds: Thresholds
    resamples: Annotated[int, Field(ge=1, le=1_000_000)]
    settings: Facts = field(default_factory=dict)
    environment: Facts = field(default_factory=dict)
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
        return {estimate.metric: estimate for estimate in self.estimates}[metric]

    def usage(self) -> Usage:
        """The sums over all runs; None for what no run tells."""
        runs = [run.usage for article in self.articles for run in article.runs]
        return Usage(_total(run.tokens for run in runs), _total(run.cost for run in runs), _total(run.seconds for run in runs))


def _total(values: Iterable[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def article_result(gold: Gold, runs: Sequence[tuple[Output, ArticleScore]]) -> ArticleResult:
    complete = tuple(layer for layer in LAYERS if layer in gold.complete)
    scored = tuple(_scored(output, score) for output, score in runs)
    return ArticleResult(gold.id, gold.title, gold.cluster, gold.sha256, complete, gold.text, gold.labels, scored)


def _scored(output: Output, score: ArticleScore) -> ScoredOutput:
    items: dict[str, Any] = {layer: tuple([_scored_item(one) for one in score.items.get(layer, ())]) for layer in LAYERS}
    counts = {name: round(count, 6) for name, count in sorted(score.counts.items())}
    return ScoredOutput(output.failed, output.gist, output.usage, counts, score.decisions, ScoredItems(**items))


def _scored_item(one: AlignedItem) -> ScoredItem:
    kind = _KINDS[type(one.item)]
    own = [getattr(one.item, name) for name in _own_fields(kind)]
    found: ScoredItem = kind(*own, (one.spans,) if one.spans else (), one.grounding, one.invented, one.copy_of)
    return found


_KINDS: dict[type, Any] = {OutputClaim: ScoredClaim, OutputStance: ScoredStance, OutputFigure: ScoredFigure}


@cache
def _own_fields(kind: Any) -> list[str]:
    return [one.name for one in fields(kind) if one.name not in ("spans", "grounding", "invented", "copy_of")]


# --- the file ---------------------------------------------------------------------------------------------------------


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
        yield (",\n" if number else "") + article_line(one)
    yield "\n]\n}\n"


_dumped = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str).encode


def article_line(article: ArticleResult) -> str:
    """One article, as JSON on a line. Raises ValueError for a number that JSON cannot hold."""
    if not all(isfinite(count) for run in article.runs for count in run.counts.values()):
        raise ValueError(f"{article.id}: a count is not JSON compliant")
    return _adapter(ArticleResult).dump_json(article).decode()


def plain(of: object) -> Any:
    """A part of a result, such as a label or a decision, as JSON holds it."""
    kind: Any = type(of)
    return _adapter(kind).dump_python(of, mode="json")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_result(path: Path) -> Result:
    """Raises UsageError, with file and line, for what is no result file."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint=_HINT) from error
    except UnsoundResult as error:
        raise UsageError(f"{path}:{error.line}: no result file that can be read: {error.reason}", hint=_HINT) from error
    except ValueError as error:  # no UTF-8, or a name that no file can have
        raise UsageError(f"{path}: no result file that can be read: {error}", hint=_HINT) from error


class UnsoundResult(ValueError):
    """What is wrong in a result file, and on which line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


def from_json(text: str) -> Result:
    """Raises UnsoundResult for what is no result: a file may be damaged, cut off, or made by hand."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UnsoundResult(error.lineno, f"{error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise UnsoundResult(1, "it is nested too deep") from error
    except ValueError as error:  # NaN, or a number of thousands of digits
        raise UnsoundResult(1, str(error)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UnsoundResult(1, f"its format is not {FORMAT}")
    try:
        result: Result = _adapter(Result).validate_python(_with_later_metrics(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where, reason = first["loc"], first["msg"].removeprefix("Value error, ")
        raise UnsoundResult(line_of(text, where), f"{'.'.join(map(str, where))}: {reason}".removeprefix(": ")) from error
    return result


def _with_later_metrics(data: dict[str, Any]) -> dict[str, Any]:
    """What another metrics version wrote, with the metrics that it did not have as undefined."""
    signature, metrics = data.get("signature"), data.get("metrics")
    if not isinstance(signature, dict) or signature.get("metrics") == VERSION or not isinstance(metrics, list):
        return data
    known = [one.get("metric") for one in metrics if isinstance(one, dict)]
    lacking = [asdict(Estimate(name, None, None, None, 0, None, 0)) for name in METRICS if name not in known]
    return {**data, "metrics": [*metrics, *lacking]}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")
