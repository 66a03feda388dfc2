"""Re-asks: instructor sends an answer that does not hold back to the model, with the items that are to be mended."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import instructor
from instructor.core import InstructorRetryException, ResponseParsingError
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice

from summarise.clients.protocol import Attempt
from summarise.errors import ModelOutputError
from summarise.prompt import draft_schema
from summarise.text.sanitise import clip

Message = dict[str, Any]
NextAttempt = Callable[[list[Message]], Awaitable[Attempt]]
Check = Callable[[str], list[str]]
"""Lists what is worth asking again about in the text of an answer. Raises ModelOutputError where that holds no Draft."""

# instructor logs each failure as an error, which without a handler goes to the user's terminal.
logging.getLogger("instructor").addHandler(logging.NullHandler())


class ValidationContext(dict[str, Any]):
    """The validation context. It is empty on purpose: a truthy one makes instructor render every message as a Jinja template."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self.check = check


# How many characters of the faults a re-ask names: enough for the model, little in tokens.
_LONGEST_LIST = 4_000
_ANSWER_ANEW = "Answer with nothing but the JSON object: gist, claims, stances, figures."
_ANSWER_ITEMS = (
    "Answer with the same JSON that holds only these items, corrected, and empty lists for the rest; leave out what cannot be corrected."
)


class DraftReply(instructor.OpenAISchema):
    """A Draft as a model without fields: instructor walks the fields of its response model four times a call."""

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        return draft_schema()

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, *, context: Any = None, **_: Any) -> Any:
        """Raises ResponseParsingError, which makes instructor ask again with its message, for an answer with a fault."""
        try:
            faults = context.check(json_data)
        except ModelOutputError as error:
            raise ResponseParsingError(f"{error.message}. {_ANSWER_ANEW}") from error
        if faults:
            raise ResponseParsingError(f"These do not hold: {clip('; '.join(faults), _LONGEST_LIST)}. {_ANSWER_ITEMS}")
        return cls.model_construct()


async def _next(messages: list[Message], next_attempt: NextAttempt, **_: Any) -> ChatCompletion:
    """Called by instructor for every attempt. Only its messages are used: the rest of the request is built as it was keyed."""
    return _completion(await next_attempt(messages))


_create: Callable[..., Any] = instructor.patch(create=_next, mode=instructor.Mode.JSON_SCHEMA)


async def ask_until_valid(messages: list[dict[str, str]], *, check: Check, next_attempt: NextAttempt, reasks: int) -> bool:
    """Ask, and re-ask with the faults, up to `reasks` times; whether the last answer has none. Raises what `next_attempt` raises."""
    options = {"context": ValidationContext(check), "max_retries": reasks, "strict": False}
    try:
        await _create(response_model=DraftReply, messages=messages, next_attempt=next_attempt, **options)
        return True
    except InstructorRetryException as error:
        cause = error.__cause__ or error
        if any(failed.exception is cause for failed in error.failed_attempts or ()):
            return False
    # Raised outside of `except`: the exception of instructor, which holds the whole request, must not become its context.
    cause.__context__ = None
    raise cause


def _completion(attempt: Attempt) -> ChatCompletion:
    """An attempt as the SDK would return it, whether it was just made or comes from a record."""
    message = ChatCompletionMessage.model_construct(role="assistant", content=attempt.content or "")
    choice = Choice.model_construct(index=0, finish_reason="stop", message=message)
    # Without usage, instructor searches the disk for another vendor's package each time.
    usage = CompletionUsage.model_construct(prompt_tokens=0, completion_tokens=0, total_tokens=0)
    return ChatCompletion.model_construct(id="", choices=[choice], created=0, model="", object="chat.completion", usage=usage)
