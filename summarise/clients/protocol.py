"""The client protocol and its data: the call with its cache key, the record of its attempts, the answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, lru_cache
from types import TracebackType
from typing import Annotated, Any, Literal, Protocol, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from summarise.prompt import Request, draft_schema
from summarise.text.sanitise import clean


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a client to one request.

    `contents` is the text of each attempt that returned one, first to last, unchanged; normally a Draft in JSON. `input_tokens`,
    `output_tokens` and `cost_usd` are summed over all attempts, failed ones included (None: unknown); `cached_input_tokens` are those of
    the input tokens that the service had in its own cache. `seconds` is the time that the attempts took when they were made, also for an
    answer from our cache. `warnings` says what a reader of the summary should know of how the answer came about, a sentence each.
    """

    contents: tuple[str, ...]
    client: str
    model: str | None = None
    cached: bool = False
    attempts: int = 1
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_input_tokens: int | None = None
    cost_usd: float | None = None
    seconds: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Spent:
    """What a client has sent so far, failures included: requests, US dollars, tokens, and requests that used tokens at an unknown price."""

    calls: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0

    def add(self, other: Spent) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class _Stoppable(Protocol):
    """What a client and a live service have in common: an async context manager that counts what it asks and can be stopped."""

    @property
    def spent(self) -> Spent: ...

    def stop(self) -> bool:
        """Send no more requests: calls that would need one raise Stopped. Whether requests are in flight; those are finished.

        May be called from any thread and from a signal handler.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Client(_Stoppable, Protocol):
    """Answers requests; `answer` may be called many times at once.

    `context_tokens` is what one request may hold, prompt and answer together; None where there is no limit.
    """

    @property
    def context_tokens(self) -> int | None: ...

    @property
    def warnings(self) -> Sequence[str]:
        """What a user should know about where the answers come from, a sentence each."""
        ...

    async def answer(self, request: Request) -> Answer:
        """The answer to `request`. Raises SummariseError and nothing else."""
        ...


class AnswerSource(_Stoppable, Protocol):
    """The live service behind the cache."""

    async def ask(self, call: Call, record: Record | None, save: Callable[[Record], None], ready: Callable[[], None]) -> Record:
        """Ask until the call has a finished record.

        `record` holds the attempts that an earlier run has paid for (status "open"), None for a new call. `save` stores a record durably;
        it is called with each new attempt before that is validated, and with the finished record. `ready` is called before each request
        is sent, and raises CacheError where its answer could not be stored: then nothing is sent. Raises SummariseError without an answer,
        with all attempts in its `asked`.
        """
        ...


Status = Literal["open", "ok", "invalid_output", "truncated", "refusal", "failed"]

# On import, a record replaces an earlier one of its key only with a higher rank.
_RANK: dict[Status, int] = {"open": 0, "failed": 0, "refusal": 1, "truncated": 1, "invalid_output": 2, "ok": 3}

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _writable(value: Any) -> Any:
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) and not value.isascii() else value


# A service may send a lone surrogate as an escape, which UTF-8 cannot encode.
Text = Annotated[str, BeforeValidator(_writable)]


# Far more than any service counts, and sums over attempts still fit the integers of every JSON reader (2**53).
Count = Annotated[int, Field(ge=0, le=10**9)]
Dollars = Annotated[float, Field(ge=0, le=10**6)]


class Attempt(BaseModel):
    """One HTTP request and its answer, if one came.

    `ms` is its duration; tokens are estimated where the service reports none. `cached_input_tokens` are those of the input tokens that the
    service read from its own cache, None where it does not say.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    ms: Count
    http: Count | None = None
    request_id: Text | None = None
    served: Text | None = None
    finish: Text | None = None
    input_tokens: Count = 0
    output_tokens: Count = 0
    cached_input_tokens: Count | None = None
    estimated: bool = False
    cost_usd: Dollars | None = None
    content: Text | None = None
    refusal: Text | None = None
    error: Text | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the answer ended at the output limit."""
        return self.finish is not None and self.finish.casefold() in _CUT


# How services spell that an answer ended at the output limit: OpenAI; Anthropic and Gemini; Mistral; OpenAI's Responses API.
_CUT = {"length", "max_tokens", "model_length", "max_output_tokens"}


class RequestInfo(BaseModel):
    """The settings and article of a request, to say how a missing request differs from the nearest record."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    api: Text
    endpoint: Text
    model: Text
    mode: Text
    temperature: float | None
    max_tokens: Count
    sample: Count
    prompt: Text
    prompt_sha: Text
    schema_sha: Text
    article: Text
    article_sha: Text
    first: Count
    last: Count

    @classmethod
    def of(cls, call: Call) -> RequestInfo:
        target, request = call.target, call.request
        article = request.document.article
        return cls(
            api=target.api,
            endpoint=target.endpoint,
            model=target.model,
            mode=target.mode,
            temperature=target.temperature,
            max_tokens=target.max_tokens,
            sample=target.sample,
            prompt=request.prompt.name,
            prompt_sha=request.prompt.sha,
            schema_sha=schema_sha(),
            article=article.id,
            article_sha=article.sha256,
            first=request.first,
            last=request.last,
        )


class Record(BaseModel):
    """All attempts of one call, in order. With status "open" it is not finished: its attempts were paid for, and the next run continues."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    v: Literal[1] = 1
    key: str = Field(min_length=1, max_length=200)
    status: Status
    created: str
    about: RequestInfo
    attempts: tuple[Attempt, ...] = ()

    @classmethod
    def new(cls, call: Call) -> Record:
        """An open record without attempts, created now."""
        return cls(key=call.key, status="open", created=datetime.now(UTC).isoformat(timespec="seconds"), about=RequestInfo.of(call))

    @property
    def finished(self) -> bool:
        """Whether nothing is left to ask. A failed record is not finished: its attempts count, and the next run continues."""
        return _RANK[self.status] > 0

    @property
    def contents(self) -> tuple[str, ...]:
        """The text of each attempt with a complete one, first to last; one cut off at the output limit is not complete."""
        return tuple([a.content for a in self.attempts if a.content is not None and not a.is_cut])


def as_answer(record: Record, *, cached: bool = False) -> Answer:
    """The answer in a record, finished or not, with the totals of its attempts."""
    attempts = record.attempts
    return Answer(
        contents=record.contents,
        client="remote",
        model=next(filter(None, (clean(a.served or "") for a in reversed(attempts))), clean(record.about.model)),
        cached=cached,
        attempts=len(attempts),
        input_tokens=sum([a.input_tokens for a in attempts]),
        output_tokens=sum([a.output_tokens for a in attempts]),
        cached_input_tokens=_sum_of_known([a.cached_input_tokens for a in attempts]),
        cost_usd=_cost(attempts),
        seconds=sum([a.ms for a in attempts]) / 1000,
        warnings=_cuts(record),
    )


def _sum_of_known(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _cuts(record: Record) -> tuple[str, ...]:
    """A sentence for each answer that was cut at the output limit, which is doubled after the first cut."""
    cut = [number for number, attempt in enumerate([a for a in record.attempts if a.error is None]) if attempt.is_cut]
    limit = record.about.max_tokens
    return tuple(
        f"the {_ORDINALS[min(number, len(_ORDINALS) - 1)]} answer was cut at {limit * doubled:,} tokens"
        for number, doubled in zip(cut, (1, 2), strict=False)
    )


_ORDINALS = ("first", "second", "third", "last")


def _cost(attempts: tuple[Attempt, ...]) -> float | None:
    """The sum of what the attempts cost; None where one that used tokens has no known price."""
    used = [a for a in attempts if a.input_tokens or a.output_tokens or a.cost_usd is not None]
    known = [a.cost_usd for a in used if a.cost_usd is not None]
    return sum(known, 0.0) if len(known) == len(used) else None


# Legal in JSON strings, but line breaks for tools that split text into lines.
_LINE_ENDS = {c.encode(): f"\\u{ord(c):04x}".encode() for c in "\x85\u2028\u2029"}


def to_line(record: Record) -> bytes:
    """One line of JSON in UTF-8, with its newline; equal records give equal bytes."""
    line = record.__pydantic_serializer__.to_json(record)
    if not line.isascii():
        for end, escape in _LINE_ENDS.items():
            line = line.replace(end, escape)
    return line + b"\n"


def from_line(line: bytes) -> Record:
    """The record of one line. Raises ValueError for anything else."""
    return Record.model_validate_json(line)


def merge(old: Record | None, new: Record) -> Record:
    """The record to keep of two of one key.

    A finished record beats an unfinished one, and a better status a worse one; of equals, the old one is kept, because its tokens and
    attempts are part of what is replayed. Of two unfinished records, the attempts of both are kept, once each.
    """
    if old is None or _RANK[new.status] > _RANK[old.status]:
        return new
    if old.finished:
        return old
    missing = tuple(a for a in new.attempts if a not in old.attempts)
    return old.model_copy(update={"attempts": old.attempts + missing}) if missing else old


KEY_VERSION = "v1"

OutputMode = Literal["json_schema", "tools"]


@dataclass(frozen=True)
class Target:
    """Which service and model is asked, and how: everything that can change an answer except the messages.

    `api` is "openai" for any OpenAI-compatible chat API, else the vendor of an instructor provider name ("anthropic").
    `endpoint` is the base URL, or the vendor's own name where none was given.
    """

    api: str
    endpoint: str
    model: str
    mode: OutputMode = "json_schema"
    temperature: float | None = 0.0
    max_tokens: int = 4096
    sample: int = 0


@dataclass(frozen=True)
class Call:
    """A request to a target. `body` is the JSON body of the first HTTP request, without re-asks and retries."""

    target: Target
    request: Request

    @cached_property
    def body(self) -> dict[str, Any]:
        return body_of(self.target, self.request.messages)

    @cached_property
    def key(self) -> str:
        """The cache key: its version and the SHA-256 of everything that can change the answer, as canonical JSON, and of nothing else."""
        before, after = _frame(self.target)
        material = f"{before}{canonical(self.request.messages)}{after}"
        return f"{KEY_VERSION}-{hashlib.sha256(material.encode('utf-8', 'surrogatepass')).hexdigest()}"


_MESSAGES = "\0messages\0"


@lru_cache(maxsize=64)
def _frame(target: Target) -> tuple[str, str]:
    """The canonical JSON of a call before and after its messages, which are all that differs between the articles of a run."""
    request = body_of(target, _MESSAGES)
    material = {"v": 1, "api": target.api, "endpoint": target.endpoint, "request": request, "sample": target.sample}
    before, after = canonical(material).split(canonical(_MESSAGES))
    return before, after


def body_of(target: Target, messages: Any) -> dict[str, Any]:
    """The JSON body that asks `target` for a Draft."""
    dialect = dialect_of(target)
    limit = "max_tokens" if dialect == "full" else "max_completion_tokens"  # OpenAI's newer models refuse the older name
    body: dict[str, Any] = {"model": target.model, "messages": messages, limit: target.max_tokens}
    if target.temperature is not None:
        body["temperature"] = target.temperature
    return body | output_format(target.mode, dialect)


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; raises ValueError for NaN and infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


Dialect = Literal["full", "strict"]


def dialect_of(target: Target) -> Dialect:
    """Which JSON Schema the service accepts: OpenAI and Azure only one that names every property as required, others also optional ones."""
    host = urlsplit(target.endpoint).hostname or ""
    is_strict = f".{host}".endswith((".openai.azure.com", ".cognitiveservices.azure.com", ".api.openai.com"))
    return "strict" if is_strict and target.api == "openai" else "full"


@cache
def schema_sha() -> str:
    return hashlib.sha256(canonical(draft_schema()).encode()).hexdigest()


def output_format(mode: OutputMode, dialect: Dialect = "full") -> dict[str, Any]:
    """The fields of the body that ask for a Draft."""
    schema = draft_schema(strict=dialect == "strict")
    if mode == "json_schema":
        return {"response_format": {"type": "json_schema", "json_schema": {"name": "Draft", "schema": schema, "strict": True}}}
    function: dict[str, Any] = {"name": "Draft", "description": "The summary of the article.", "parameters": schema}
    if dialect != "full":
        function["strict"] = True
    return {"tools": [{"type": "function", "function": function}], "tool_choice": {"type": "function", "function": {"name": "Draft"}}}
