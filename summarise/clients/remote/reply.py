"""Reply: how instructor sees our answers. Importing this module loads instructor and openai."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import instructor
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice

from summarise.clients.call import draft_schema
from summarise.clients.record import Attempt
from summarise.clients.remote.body import unfenced
from summarise.schema import Draft

if TYPE_CHECKING:
    from summarise.clients.remote.asking import Asking

# It logs each failure as an error, and without a handler that goes to the user's terminal.
logging.getLogger("instructor").addHandler(logging.NullHandler())


class Context(dict[str, Any]):
    """The validation context. It is empty on purpose: a truthy one makes instructor render every message as a Jinja template."""

    def __init__(self, check: Callable[[Draft], list[str]]) -> None:
        super().__init__()
        self.check = check


class Reply(instructor.OpenAISchema):
    """A Draft, in the shape that costs instructor least: it walks the fields of its response model four times a call, so here are none."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return draft_schema()

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, *, context: Any = None, **_: Any) -> Any:
        return Draft.model_validate_json(json_data, context=context)


async def _next(messages: list[dict[str, Any]], asking: Asking, **_: Any) -> ChatCompletion:
    """What instructor calls for every attempt. What it would send is left aside: the request is built as it was keyed."""
    return _completion(await asking.next_attempt(messages))


create: Callable[..., Any] = instructor.patch(create=_next, mode=instructor.Mode.JSON_SCHEMA)


def _completion(attempt: Attempt) -> ChatCompletion:
    """An attempt as the SDK would hand it over: the same for one just made and one out of a record."""
    message = ChatCompletionMessage.model_construct(role="assistant", content=unfenced(attempt.content or ""))
    choice = Choice.model_construct(index=0, finish_reason="stop", message=message)
    # Without usage instructor looks for the package of another vendor, on disk, each time.
    usage = CompletionUsage.model_construct(prompt_tokens=0, completion_tokens=0, total_tokens=0)
    return ChatCompletion.model_construct(id="", choices=[choice], created=0, model="", object="chat.completion", usage=usage)
