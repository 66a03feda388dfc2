"""The schema: the Draft that a model must return, and the Summary and Failure that other programs read, as JSON Lines."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticSerializationError

from summarise.errors import InputError
from summarise.figures.model import Bound, Change
from summarise.files import lines_of
from summarise.text.sanitise import clean, clip, compatible

SCHEMA_VERSION = 1

# The longest lists of one answer: enough for a long article, and an end to the loops of weak models.
MOST_CLAIMS = 12
MOST_STANCES = 20
MOST_FIGURES = 200
MOST_MISSED = 8

Mode = Literal["asserts", "denies", "predicts", "demands"]
Polarity = Literal["favour", "against", "neutral", "mixed"]


def _received(value: Any, info: ValidationInfo) -> Any:
    """A text of an answer in one form, without the characters that a screen obeys or hides, before any rule of length looks at it."""
    return compatible(clean(value)) if info.mode == "json" and isinstance(value, str) else value


def _mark(value: Any) -> Any:
    """A model names a mark by its number; the mention is f3."""
    return f"f{value}" if isinstance(value, int) and not isinstance(value, bool) else value


_Clean = BeforeValidator(_received)
Sentence = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
MentionId = Annotated[str, StringConstraints(pattern=r"^f[1-9][0-9]{0,5}$"), BeforeValidator(_mark), WithJsonSchema({"type": "integer"})]
Name = Annotated[str, StringConstraints(min_length=1, max_length=160), _Clean]
Quote = Annotated[str, StringConstraints(min_length=1, max_length=200)]  # searched verbatim in the article, so never cleaned
Phrase = Annotated[Quote, _Clean]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=600), _Clean]
PartialDate = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"), _Clean]
Sentences = Annotated[list[Sentence], Field(min_length=1, max_length=6)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


# --- what the model returns -------------------------------------------------------------------------------------------


class DraftClaim(_Strict):
    text: Statement
    speaker: Name | None = None
    mode: Mode = "asserts"
    sentences: Sentences


class DraftStance(_Strict):
    holder: Name | None = None
    target: Phrase
    polarity: Polarity
    sentences: Sentences


class DraftFigure(_Strict):
    id: MentionId
    measure: Phrase | None = None
    as_of: PartialDate | None = None
    speaker: Name | None = None


CorrectedField = Literal["value", "low", "high", "unit", "currency", "per", "bound"]


class Correction(_Strict):
    """What a marked number says where the rules read its `field` otherwise; "" for nothing."""

    id: MentionId
    field: Annotated[CorrectedField, WithJsonSchema({"type": "string"})]
    value: Annotated[str, StringConstraints(max_length=60), _Clean]


class MissedFigure(_Strict):
    """A number without a mark, or one of two that a mark joins; `quote` is copied letter for letter."""

    sentence: Sentence
    quote: Quote
    measure: Phrase | None = None
    as_of: PartialDate | None = None
    speaker: Name | None = None


class Draft(_Strict):
    """What a client returns for one article: pointers at numbered sentences and marked numbers, and its own words about them."""

    gist: Annotated[str, StringConstraints(max_length=800), _Clean]
    claims: Annotated[list[DraftClaim], Field(max_length=MOST_CLAIMS)]
    stances: Annotated[list[DraftStance], Field(max_length=MOST_STANCES)]
    figures: Annotated[list[DraftFigure], Field(max_length=MOST_FIGURES)]
    corrections: Annotated[list[Correction], Field(max_length=MOST_FIGURES)] = []
    missed_figures: Annotated[list[MissedFigure], Field(max_length=MOST_MISSED)] = []


# --- what other programs read -----------------------------------------------------------------------------------------


# At most what every JSON reader represents exactly.
Count = Annotated[int, Field(ge=0, le=2**53)]

# Digits before and after the point: within the range of a double, and of the 4,300 digits that Python parses as an integer.
MAX_DIGITS = 300


def _within_reach(value: Decimal) -> Decimal:
    if value and (value.adjusted() >= MAX_DIGITS or int(value.as_tuple().exponent) < -MAX_DIGITS):
        raise ValueError(f"a number may have {MAX_DIGITS} digits before and after its point")
    return value or Decimal(0)


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, AfterValidator(_within_reach), PlainSerializer(_plain_number, when_used="json")]


def _portable(item: Any, depth: int = 0) -> Any:
    """`item` as valid JSON: the answer of a model may be too deep, too large, not finite, or not valid Unicode."""
    if isinstance(item, (dict, list, tuple)) and depth >= 20:
        return "…"
    if isinstance(item, dict):
        return {_portable(str(key)): _portable(value, depth + 1) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_portable(value, depth + 1) for value in item]
    if item is None or isinstance(item, (bool, int, float, Decimal)):
        return _portable_number(item)
    return str(item).encode("utf-8", "replace").decode()


def _portable_number(number: float | Decimal | None) -> int | float | None:
    if isinstance(number, int):
        return number if number.bit_length() <= 1000 else None
    return float(number) if number is not None and math.isfinite(float(number)) else None


class _Open(BaseModel):
    """Ignores unknown fields, so that readers accept the output of later versions."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True)


class Span(_Open):
    """Characters of the article: `text[start:end] == quote`, counted in code points."""

    start: Count
    end: Count
    quote: str


class ArticleInfo(_Open):
    id: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    chars: Count
    sha256: str | None
    text: str | None = None


class Claim(_Open):
    id: str
    text: str
    speaker: str | None
    mode: Mode
    evidence: list[Span]
    figures: list[str]


class Stance(_Open):
    id: str
    holder: str | None
    target: str
    polarity: Polarity
    evidence: list[Span]


class CitedFigure(_Open):
    """A figure of the article in a Summary; for the fields see `summarise.Figure`."""

    id: str
    start: Count
    end: Count
    quote: str
    value: Number | None
    low: Number | None
    high: Number | None
    bound: Bound
    unit: str | None
    currency: str | None
    per: str | None
    change: Change | None
    measure: str | None
    as_of: str | None
    speaker: str | None
    evidence: list[Span]
    corrected: list[str] = []


class Dropped(_Open):
    """An item of the model's answer that was dropped, and why. `item` is JSON, with "…" for what is nested over 20 deep."""

    kind: Literal["draft", "gist", "claim", "stance", "figure", "missed_figure", "field"]
    why: str
    item: Annotated[Any, BeforeValidator(_portable)]


class Checks(_Open):
    dropped: list[Dropped] = []
    warnings: list[str] = []


class RunInfo(_Open):
    """Which client, model and prompt answered. Tokens and cost are summed over all attempts; `cost_usd` is None without a known price."""

    client: str
    model: str | None
    prompt: str
    prompt_sha: str
    package: str
    cached: bool
    attempts: Count
    input_tokens: Count | None
    output_tokens: Count | None
    cost_usd: float | None
    seconds: float | None


class Summary(_Open):
    """One article, summarised and checked. Every span is verbatim text; every number in a text is in the article."""

    schema_version: int = SCHEMA_VERSION
    article: ArticleInfo
    gist: str
    claims: list[Claim]
    stances: list[Stance]
    figures: list[CitedFigure]
    checks: Checks
    run: RunInfo

    def to_json(self) -> str:
        """One line of JSONL."""
        return _json_line(self)

    def to_markdown(self) -> str:
        """Markdown to paste; text of the article or the model is escaped, so none of it acts as Markdown or HTML."""
        from summarise.render.markdown import markdown

        return markdown(self)

    def _repr_html_(self) -> str:
        from summarise.render.html import html

        return html(self)


class ErrorInfo(_Open):
    kind: str
    message: str
    hint: str = ""


class Failure(_Open):
    """An article that could not be read or summarised, also a line of the output. `run` says what was asked without success."""

    schema_version: int = SCHEMA_VERSION
    article: ArticleInfo
    error: ErrorInfo
    run: RunInfo | None = None

    def to_json(self) -> str:
        """One line of JSONL."""
        return _json_line(self)

    def to_markdown(self) -> str:
        from summarise.render.markdown import failure_markdown

        return failure_markdown(self)

    def _repr_html_(self) -> str:
        from summarise.render.html import failure_html

        return failure_html(self)


# Legal in JSON strings, but line breaks for readers that split text into lines; and lone surrogates, which cannot be encoded.
_UNSAFE = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


def _json_line(model: Summary | Failure) -> str:
    exclude: dict[str, Any] = {"article": {"text"}} if model.article.text is None else {}
    if model.run is None:
        exclude["run"] = True
    figures = model.figures if isinstance(model, Summary) else []
    if all(_is_a_double(number) for f in figures for number in (f.value, f.low, f.high)):
        with suppress(PydanticSerializationError):
            return _escaped(model.model_dump_json(exclude=exclude))
    return _escaped(_exact_json(model.model_dump(exclude=exclude)))


def _escaped(line: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _is_a_double(number: Decimal | None) -> bool:
    return number is None or number == number.to_integral_value() or Decimal(repr(float(number))) == number


def _exact_json(value: Any) -> str:
    """JSON with every digit of a Decimal and with lone surrogates; pydantic can write neither."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_exact_json(key)}:{_exact_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_exact_json, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse_line(line: str | bytes) -> Summary | Failure:
    """A line of JSONL as a Failure if it has `error`, else as a Summary. Raises ValueError for anything else."""
    try:
        data = json.loads(line, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("the line is nested too deep to be a summary") from error
    shape: type[Summary] | type[Failure] = Failure if isinstance(data, dict) and data.get("error") is not None else Summary
    return shape.model_validate(data)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


_LONGEST_FAULT = 200
_HINT = "summaries are JSON lines, as summarise run -o FILE.jsonl writes them"
_SUFFIXES = (".jsonl", ".ndjson", ".json")


def holds_summaries(path: Path) -> bool:
    """Whether the file looks like summaries: JSON Lines whose first line is an article with claims or an error."""
    name = path.name.removesuffix(".gz")
    if not name.endswith(_SUFFIXES) or not path.is_file():
        return False
    with suppress(OSError, ValueError, RecursionError), closing(lines_of(path)) as lines:
        first = next((line for line in lines if line.strip()), b"")
        data = json.loads(first)
        return isinstance(data, dict) and isinstance(data.get("article"), dict) and ("claims" in data or "error" in data)
    return False


def read_summaries(path: Path) -> Iterator[Summary | Failure]:
    """The summaries in the file, in order; blank lines are skipped, and a line that is not a summary gives a Failure with its place.

    Raises InputError for a file that cannot be read or has no summary.
    """
    found = 0
    try:
        for item in _parsed(lines_of(path), path):
            found += isinstance(item, Summary)
            yield item
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", hint=_HINT) from error
    if not found:
        raise InputError(f"{path}: holds no summary", kind="empty", hint=_HINT)


def _parsed(lines: Iterable[bytes], path: Path) -> Iterator[Summary | Failure]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield parse_line(line)
        except ValueError as error:
            yield _failure(f"{path}:{number}", str(error))


def _failure(place: str, reason: str) -> Failure:
    said = " ".join(reason.split())
    message = f"{place}: no summary: {clip(said, _LONGEST_FAULT)}"
    return Failure(article=ArticleInfo(id=place, chars=0, sha256=None), error=ErrorInfo(kind="malformed", message=message))
