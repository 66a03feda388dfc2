"""Response bodies: validated as chat completions before anything else uses them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from summarise.errors import ModelOutputError
from summarise.ground.parse import parse

_HTML = "it answered HTML, not the API"


class BodyError(Exception):
    """A body that is not a completion. `what` says what it is instead; `maybe_billed` is False for a page of HTML."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.maybe_billed = what != _HTML


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion. `content` is the Draft in JSON, wherever the service put it; token counts are None where there are none.

    `cached_input_tokens` are those of `input_tokens` that the service read from its cache.
    """

    content: str
    refusal: str | None
    finish: str | None
    served: str | None
    input_tokens: int | None
    output_tokens: int | None
    cached_input_tokens: int | None = None


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Function(_Lenient):
    arguments: str | dict[str, Any] | None = None


class _ToolCall(_Lenient):
    function: _Function | None = None


class _Message(_Lenient):
    content: str | list[Any] | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None
    reasoning: Any = None
    reasoning_content: Any = None


class _Choice(_Lenient):
    message: _Message
    finish_reason: str | None = None


class _Body(_Lenient):
    choices: list[_Choice] = Field(min_length=1)
    model: Any = None
    usage: Any = None


def completion_in(body: bytes) -> Completion:
    """The completion in the body of a 200. Raises BodyError for HTML, broken JSON, and JSON without a choice."""
    try:
        parsed = _Body.model_validate_json(body)
    except ValidationError as error:
        raise BodyError(_what(body)) from error
    choice = parsed.choices[0]
    message = choice.message
    return Completion(
        content=_content(message),
        refusal=message.refusal,
        finish=choice.finish_reason,
        served=parsed.model[:200] if isinstance(parsed.model, str) else None,
        input_tokens=_count(parsed.usage, "prompt_tokens"),
        output_tokens=_count(parsed.usage, "completion_tokens"),
        cached_input_tokens=cached_tokens(parsed.usage),
    )


def _content(message: _Message) -> str:
    for call in message.tool_calls or ():
        arguments = call.function.arguments if call.function else None
        if arguments:
            return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    if isinstance(message.content, list):
        texts = [part.get("text") for part in message.content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return message.content or next(filter(_holds_draft, (message.reasoning_content, message.reasoning)), "")


def _holds_draft(thoughts: Any) -> bool:
    """Whether a Draft stands among the thoughts of a model: some servers take the whole answer for thoughts."""
    if not isinstance(thoughts, str) or "{" not in thoughts:
        return False
    try:
        parse(thoughts)
    except ModelOutputError:
        return False
    return True


_MOST_TOKENS = 10**9  # as protocol.Count


def _count(usage: Any, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, dict) else None
    return min(count, _MOST_TOKENS) if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


_DETAILS = ("prompt_tokens_details", "input_tokens_details")
# OpenAI; Anthropic; DeepSeek; Gemini.
_CACHED = ("cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens", "cached_content_token_count")


def cached_tokens(usage: Any) -> int | None:
    """The input tokens that a service read from its cache, by any vendor's name for them; None where it does not say."""
    places = [usage, *(usage.get(name) for name in _DETAILS)] if isinstance(usage, dict) else []
    return next((count for place in places for name in _CACHED if (count := _count(place, name)) is not None), None)


def _what(body: bytes) -> str:
    """What a body that is not a completion is, for error messages."""
    if not body.strip():
        return "it answered with an empty body"
    if body.lstrip()[:1] == b"<":
        return _HTML
    try:
        value = from_json(body)
    except ValueError:
        return "it answered with broken JSON"
    error = value.get("error") if isinstance(value, dict) else None
    if error:
        return f"it answered with an error: {error.get('message') if isinstance(error, dict) else error}"
    return "it answered JSON without a choice in it"
