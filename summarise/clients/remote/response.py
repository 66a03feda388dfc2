"""The body of a response, checked before anybody relies on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

_HTML = "it answered HTML, not the API"


class BodyError(Exception):
    """A body that is no completion. `what` says what it is instead; a page of HTML is billed by nobody."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.maybe_billed = what != _HTML


@dataclass(frozen=True, slots=True)
class Completion:
    """What one answer says. `content` is the Draft in JSON, wherever the service put it; token counts are None where it sent none."""

    content: str
    refusal: str | None
    finish: str | None
    served: str | None
    input_tokens: int | None
    output_tokens: int | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Function(_Part):
    arguments: str | dict[str, Any] | None = None


class _ToolCall(_Part):
    function: _Function | None = None


class _Message(_Part):
    content: str | list[Any] | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(_Part):
    message: _Message
    finish_reason: str | None = None


class _Body(_Part):
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
    )


def _content(message: _Message) -> str:
    for call in message.tool_calls or ():
        arguments = call.function.arguments if call.function else None
        if arguments:
            return arguments if isinstance(arguments, str) else _dumped(arguments)
    if isinstance(message.content, list):
        texts = [part.get("text") for part in message.content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return message.content or ""


def _dumped(arguments: dict[str, Any]) -> str:
    import json

    return json.dumps(arguments, ensure_ascii=False)


_MOST_TOKENS = 10**9


def _count(usage: Any, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, dict) else None
    return min(count, _MOST_TOKENS) if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _what(body: bytes) -> str:
    """What a body is that is no completion, in words."""
    if not body.strip():
        return "it answered with an empty body"
    if body.lstrip()[:1] == b"<":
        return _HTML
    try:
        value = from_json(body)
    except ValueError:
        return "it answered with broken JSON"
    told = value.get("error") if isinstance(value, dict) else None
    if told:
        return f"it answered with an error: {told.get('message') if isinstance(told, dict) else told}"
    return "it answered JSON without a choice in it"


_FENCED = re.compile(r"\s*```(?:json)?[ \t]*\n(.*)\n[ \t]*```\s*", re.DOTALL)


def unfenced(content: str) -> str:
    """`content` without the Markdown fence around all of it, where there is one: JSON in a fence is JSON, and worth no second question."""
    if not content.lstrip().startswith("```"):
        return content
    match = _FENCED.fullmatch(content)
    return match.group(1) if match else content
