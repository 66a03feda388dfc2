"""A call: one request in the words of a provider's API, and the key under which its answer is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from summarise.prompt import Request
from summarise.schema import Draft

KEY_VERSION = "v1"

OutputMode = Literal["json_schema", "tools"]


@dataclass(frozen=True)
class Target:
    """Who is asked, and how: all that can change an answer beside the messages.

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
    """`body` is the JSON body of the first HTTP request, complete; re-asks and retries are no part of it."""

    target: Target
    request: Request

    @cached_property
    def body(self) -> dict[str, Any]:
        return body_of(self.target, self.request.messages)

    @cached_property
    def key(self) -> str:
        """The key version and the sha256 of all that can change the answer, as canonical JSON; nothing else is in it."""
        before, after = _frame(self.target)
        material = f"{before}{canonical(self.request.messages)}{after}"
        return f"{KEY_VERSION}-{hashlib.sha256(material.encode('utf-8', 'surrogatepass')).hexdigest()}"


_MESSAGES = "\0messages\0"


@lru_cache(maxsize=64)
def _frame(target: Target) -> tuple[str, str]:
    """The canonical JSON of a call before and after its messages: all but them is the same for each article of a run."""
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


Dialect = Literal["full", "openai", "plain"]

# What the strict mode of a service refuses in a schema. Local servers build a grammar of the whole, and profit from its limits.
_LIMITS = {"pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"}
_REFUSED: dict[Dialect, set[str]] = {"full": set(), "openai": {"minLength", "maxLength"}, "plain": _LIMITS}


def dialect_of(target: Target) -> Dialect:
    """Which JSON Schema the service takes: OpenAI no lengths of strings, Azure and fine-tuned models no limits at all, others all of it."""
    if target.api != "openai":
        return "full"
    host = urlsplit(target.endpoint).hostname or ""
    if host.endswith((".openai.azure.com", ".cognitiveservices.azure.com")):
        return "plain"
    if host == "api.openai.com" or host.endswith(".api.openai.com"):
        return "plain" if target.model.startswith("ft:") else "openai"
    return "full"


@cache
def draft_schema(dialect: Dialect = "full") -> dict[str, Any]:
    """The JSON Schema of a Draft as it is sent: without titles, which only cost tokens."""
    return _sent(Draft.model_json_schema(), _REFUSED[dialect] | {"title", "default"})


def _sent(schema: dict[str, Any], refused: set[str]) -> dict[str, Any]:
    """`schema` without the `refused` keywords; the names of properties and definitions are no keywords."""
    kept: dict[str, Any] = {}
    for word, value in schema.items():
        if word in ("properties", "$defs"):
            kept[word] = {name: _sent(inner, refused) for name, inner in value.items()}
        elif word in refused:
            continue
        elif isinstance(value, dict):
            kept[word] = _sent(value, refused)
        elif isinstance(value, list):
            kept[word] = [_sent(item, refused) if isinstance(item, dict) else item for item in value]
        else:
            kept[word] = value
    return kept


@cache
def schema_sha() -> str:
    return hashlib.sha256(canonical(draft_schema()).encode()).hexdigest()


def output_format(mode: OutputMode, dialect: Dialect = "full") -> dict[str, Any]:
    """The fields of the body that ask for a Draft."""
    schema = draft_schema(dialect)
    if mode == "json_schema":
        return {"response_format": {"type": "json_schema", "json_schema": {"name": "Draft", "schema": schema, "strict": True}}}
    function: dict[str, Any] = {"name": "Draft", "description": "The summary of the article.", "parameters": schema}
    if dialect != "full":
        function["strict"] = True
    return {"tools": [{"type": "function", "function": function}], "tool_choice": {"type": "function", "function": {"name": "Draft"}}}
