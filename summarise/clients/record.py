"""A record: all that was answered under one key, one JSON line that a person can read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from summarise.clients.protocol import Answer
from summarise.views.visible import clean

if TYPE_CHECKING:
    from summarise.clients.call import Call

Status = Literal["open", "ok", "invalid_output", "truncated", "refusal", "failed"]

# What a later record of the same key must reach to take the place of an earlier one on import.
_RANK: dict[Status, int] = {"open": 0, "failed": 0, "refusal": 1, "truncated": 1, "invalid_output": 2, "ok": 3}

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _writable(value: Any) -> Any:
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) and not value.isascii() else value


# A service may send half a surrogate pair as an escape; UTF-8 has no place for it.
Text = Annotated[str, BeforeValidator(_writable)]


# Far more than any service counts, and little enough that sums over attempts stay numbers that every reader of JSON holds.
Count = Annotated[int, Field(ge=0, le=10**9)]
Dollars = Annotated[float, Field(ge=0, le=10**6)]


class Attempt(BaseModel):
    """One HTTP answer, or one that never came. `ms` is its duration; tokens are estimated where the service counted none."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    ms: Count
    http: Count | None = None
    request_id: Text | None = None
    served: Text | None = None
    finish: Text | None = None
    input_tokens: Count = 0
    output_tokens: Count = 0
    estimated: bool = False
    cost_usd: Dollars | None = None
    content: Text | None = None
    refusal: Text | None = None
    error: Text | None = None


class About(BaseModel):
    """What the request was, in words: enough to say how a missing request differs from the nearest record."""

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
    def of(cls, call: Call) -> About:
        from summarise.clients.call import schema_sha

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
    """Attempts stand in the order in which they were made. A record whose status is "open" is not finished: its attempts were paid for,
    and the next run goes on from them."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    v: Literal[1] = 1
    key: str = Field(min_length=1, max_length=200)
    status: Status
    created: str
    about: About
    attempts: tuple[Attempt, ...] = ()

    @classmethod
    def new(cls, call: Call) -> Record:
        """An open record without attempts, created now."""
        return cls(key=call.key, status="open", created=datetime.now(UTC).isoformat(timespec="seconds"), about=About.of(call))

    @property
    def finished(self) -> bool:
        """Whether nothing is left to ask. A failed record is none: its attempts count, and the next run goes on from them."""
        return _RANK[self.status] > 0

    @property
    def contents(self) -> tuple[str, ...]:
        """The text of each attempt that brought a whole one, first to last; what hit the output limit is none."""
        return tuple([a.content for a in self.attempts if a.content is not None and a.finish != "length"])


def said_of(record: Record, *, cached: bool = False) -> Answer:
    """What a record says in answer to its request, finished or not, and what its attempts took."""
    attempts = record.attempts
    return Answer(
        contents=record.contents,
        client="remote",
        model=next(filter(None, (clean(a.served or "") for a in reversed(attempts))), clean(record.about.model)),
        cached=cached,
        attempts=len(attempts),
        input_tokens=sum([a.input_tokens for a in attempts]),
        output_tokens=sum([a.output_tokens for a in attempts]),
        cost_usd=_cost(attempts),
        seconds=sum([a.ms for a in attempts]) / 1000,
    )


def _cost(attempts: tuple[Attempt, ...]) -> float | None:
    """The sum of what the attempts cost; None where one that used tokens has no known price."""
    used = [a for a in attempts if a.input_tokens or a.output_tokens or a.cost_usd is not None]
    known = [a.cost_usd for a in used if a.cost_usd is not None]
    return sum(known, 0.0) if len(known) == len(used) else None


# Legal in JSON strings, but taken for line ends by tools that split text into lines.
_LINE_ENDS = {c.encode(): f"\\u{ord(c):04x}".encode() for c in "\x85\u2028\u2029"}


def to_line(record: Record) -> bytes:
    """One line of JSON in UTF-8, with its newline; the same bytes for equal records."""
    line = record.__pydantic_serializer__.to_json(record)
    if not line.isascii():
        for end, escape in _LINE_ENDS.items():
            line = line.replace(end, escape)
    return line + b"\n"


def from_line(line: bytes) -> Record:
    """The record of one line. Raises ValueError for anything else."""
    return Record.model_validate_json(line)


def merge(old: Record | None, new: Record) -> Record:
    """What to keep of two records of one key.

    A finished record beats an unfinished one, and a better status a worse; between equals the old one stays as it is, for its tokens and
    attempts are part of what replays. Of two unfinished records the attempts of both are kept, once each.
    """
    if old is None or _RANK[new.status] > _RANK[old.status]:
        return new
    if old.finished:
        return old
    missing = tuple(a for a in new.attempts if a not in old.attempts)
    return old.model_copy(update={"attempts": old.attempts + missing}) if missing else old
