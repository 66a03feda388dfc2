"""One call on its way to a finished record: attempts, re-asks (instructor), retries (tenacity)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import instructor
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice

from summarise.clients.protocol import Attempt, Call, Record, Spent, Status, as_answer, canonical, draft_schema, output_format
from summarise.clients.rate_limit import Budget, Permit, RateLimiter, RetryPolicy, Signal, Timeouts, too_long_a_pause
from summarise.clients.remote.errors import FailedRequest, ParameterFallback, Service, no_answer, too_slow, translate
from summarise.clients.remote.response import BodyError, Completion, completion_in, unfenced
from summarise.errors import LimitReached, ModelOutputError, RateLimited, Refused, SummariseError, TooLong, Truncated
from summarise.prompt import Request, estimate_tokens
from summarise.schema import Draft

if TYPE_CHECKING:
    from tenacity import RetryCallState


# How much of a bad answer, and of the reasons against it, a re-ask repeats, in characters: enough for the model, little in tokens.
_LONGEST_REPEAT = 20_000
_LONGEST_REASON = 4_000
_LIMITS = ("max_tokens", "max_completion_tokens")


class _Invalid(ModelOutputError):
    """No answer was valid, the re-asks included."""


@dataclass(frozen=True)
class _HttpRequest:
    """The body of one HTTP request, and the tokens that it can use at most."""

    body: dict[str, Any]
    input_tokens: int
    output_tokens: int


class LiveService(Protocol):
    """What all conversations of a run share."""

    check: Callable[[Request], Callable[[Draft], list[str]]]
    timeouts: Timeouts
    retry: RetryPolicy
    limiter: RateLimiter
    budget: Budget
    spent: Spent
    fallback: ParameterFallback
    service: Service
    sent: set[asyncio.Task[Any] | None]

    async def post(self, body: dict[str, Any]) -> tuple[bytes, Mapping[str, str]]: ...

    def cost(self, input_tokens: int, output_tokens: int) -> float | None: ...

    def check_stopped(self) -> None: ...


class Conversation:
    """All requests for one call. The attempts of an earlier run in `record` are validated again before anything is paid for."""

    def __init__(self, remote: LiveService, call: Call, record: Record, save: Callable[[Record], None], ready: Callable[[], None]) -> None:
        self.remote = remote
        self.call = call
        self.record = record
        self.save = save
        self.ready = ready
        self._stored: Iterator[Attempt] = iter([a for a in record.attempts if a.error is None])
        self._doubled = False
        self._unsaved = False
        self._refusals = 0

    async def finish(self) -> Record:
        """The finished record, saved. Raises SummariseError without an answer; attempts that may have been billed are saved even then."""
        try:
            status = await self._status()
        except SummariseError as error:
            if self._unsaved:
                self._store(status="failed")
            if self.record.attempts:
                error.asked = as_answer(self.record)
            raise
        self._store(status=status)
        return self.record

    async def _status(self) -> Status:
        try:
            await self._converse()
        except Truncated:
            return "truncated"
        except Refused:
            return "refusal"
        except _Invalid:
            return "invalid_output"
        except TooLong:
            if not self.record.contents:
                raise
            return "invalid_output"  # the first answer fitted; only the re-ask was too long
        return "ok"

    async def _converse(self) -> None:
        """Ask, and re-ask with the reasons, through instructor. Raises SummariseError where no answer is valid."""
        from instructor.core import InstructorRetryException

        context = ValidationContext(self.remote.check(self.call.request))
        messages = self.call.request.messages
        options = {"context": context, "max_retries": self.remote.retry.reasks, "strict": False}
        try:
            await create(response_model=DraftReply, messages=messages, conversation=self, **options)
            return
        except InstructorRetryException as error:
            cause = error.__cause__ or error
            is_invalid = any(failed.exception is cause for failed in error.failed_attempts or ())
        # Raised outside of `except`: the exception of instructor, which holds the whole request, must not become its context.
        cause.__context__ = None
        raise _Invalid("the model's answers are not valid") if is_invalid else cause

    async def next_attempt(self, messages: list[dict[str, Any]]) -> Attempt:
        """The next complete answer: a stored one first, then new ones. Raises SummariseError where there is none."""
        while True:
            attempt = next(self._stored, None) or await self._paid(messages)
            if attempt.refusal or attempt.finish == "content_filter":
                raise Refused(attempt.refusal or "content filter")
            if attempt.finish != "length":
                return attempt
            if self._doubled:
                raise Truncated("the answer hit the output limit twice")
            self._doubled = True

    async def _paid(self, messages: list[dict[str, Any]]) -> Attempt:
        """An answer of the service, with as many retries as the policy allows."""
        from tenacity import AsyncRetrying, retry_if_exception

        policy = self.remote.retry

        def is_enough(state: RetryCallState) -> bool:
            return state.attempt_number >= policy.max_attempts(_error_of(state))

        def pause(state: RetryCallState) -> float:
            return 0.0 if isinstance(_error_of(state), RateLimited) else policy.backoff(state.attempt_number)  # the limiter does

        def unless_stopped(_: RetryCallState) -> None:
            self.remote.check_stopped()

        # A new object for each call: concurrent calls that share one lose their answers (jd/tenacity#93).
        retrying = AsyncRetrying(
            stop=is_enough, wait=pause, retry=retry_if_exception(_is_retryable), reraise=True, before_sleep=unless_stopped
        )
        try:
            return await retrying(self._once, messages)
        except RateLimited as error:
            raise LimitReached(f"{error.message}, {policy.limited_attempts} times in a row", hint=error.hint) from error

    async def _once(self, messages: list[dict[str, Any]]) -> Attempt:
        """Send one request within budget and rate limit; its answer is saved before it is returned. Raises SummariseError."""
        remote = self.remote
        request = self._http_request(messages)
        reserved = await remote.budget.reserve(remote.cost(request.input_tokens, request.output_tokens) or 0.0)
        spent = 0.0
        try:
            permit = await self._admitted(request)
            spent = reserved  # until it is known to be less
            outcome, attempt = await self._sent(request, permit)
            spent = reserved if isinstance(outcome, FailedRequest) and outcome.maybe_billed else attempt.cost_usd or 0.0
            if isinstance(outcome, FailedRequest):
                self._unsaved = self._unsaved or outcome.maybe_billed
                raise outcome.error
            self._store(status="open")
            return attempt
        finally:
            remote.budget.settle(reserved, spent)
            remote.sent.discard(asyncio.current_task())

    async def _admitted(self, request: _HttpRequest) -> Permit:
        """Wait for permission to send; checks first that the run goes on and that the answer can be stored."""
        limiter = self.remote.limiter
        permit = await limiter.acquire(request.input_tokens + request.output_tokens)
        try:
            self.remote.sent.add(asyncio.current_task())  # before the check, so that `stop` in another thread sees one or the other
            self.remote.check_stopped()
            self.ready()
        except SummariseError as error:
            limiter.reject_waiting(error)
            limiter.release(permit, "other")
            raise
        return permit

    async def _sent(self, request: _HttpRequest, permit: Permit) -> tuple[Completion | FailedRequest, Attempt]:
        limiter = self.remote.limiter
        signal: Signal = "other"
        headers: Mapping[str, str] = {}
        pause, used = 0.0, None
        started = time.monotonic()
        try:
            outcome, headers = await self._posted(request)
            attempt = self._attempt(request, outcome, headers, time.monotonic() - started)
            self._note(attempt)
            used = attempt.input_tokens + attempt.output_tokens
            signal = outcome.signal if isinstance(outcome, FailedRequest) else "ok"
            pause = self._pause(outcome)
        finally:
            limiter.release(permit, signal, headers, used=used, pause=pause)
        return outcome, attempt

    async def _posted(self, request: _HttpRequest) -> tuple[Completion | FailedRequest, Mapping[str, str]]:
        """The outcome of one HTTP request and the response headers. A refused parameter is replaced and the request sent again at once."""
        remote = self.remote
        try:
            async with asyncio.timeout(remote.timeouts.deadline):
                content, headers = await remote.post(request.body)
            return completion_in(content), headers
        except TimeoutError:
            return too_slow(remote.service, remote.timeouts.deadline), {}
        except BodyError as error:
            return no_answer(remote.service, error.what, maybe_billed=error.maybe_billed), {}
        except Exception as error:  # noqa: BLE001  # any class: translate raises unknown ones again
            if remote.fallback.learn(error, request.body):
                return await self._posted(replace(request, body=remote.fallback.apply(request.body)))
            return translate(error, remote.service), getattr(getattr(error, "response", None), "headers", {})

    def _pause(self, outcome: Completion | FailedRequest) -> float:
        """Seconds that all requests pause after a 429: what the service asks, at least the backoff. Raises LimitReached for too long."""
        if not isinstance(outcome, FailedRequest) or not isinstance(outcome.error, RateLimited):
            return 0.0
        self._refusals += 1
        policy = self.remote.retry
        pause = max(outcome.error.retry_after or 0.0, policy.backoff(self._refusals))
        if pause > policy.max_pause:
            raise too_long_a_pause(pause)
        return pause

    def _http_request(self, messages: list[dict[str, Any]]) -> _HttpRequest:
        """The request as keyed, plus instructor's re-ask messages, a doubled output limit and replaced parameters where there are any."""
        body = self.call.body
        first = body["messages"]
        if len(messages) > len(first):
            body = body | {"messages": [*first, *map(_shortened, messages[len(first) :])]}
        if self._doubled:
            body = body | {name: 2 * body[name] for name in _LIMITS if name in body}
        body = self.remote.fallback.apply(body)
        asked = sum([estimate_tokens(message["content"]) for message in body["messages"]])
        return _HttpRequest(body, asked + _schema_tokens(), next(body[name] for name in _LIMITS if name in body))

    def _attempt(self, request: _HttpRequest, outcome: Completion | FailedRequest, headers: Mapping[str, str], seconds: float) -> Attempt:
        request_id = headers.get("x-request-id")
        common: dict[str, Any] = {"ms": round(seconds * 1000), "request_id": request_id and request_id[:100]}
        if isinstance(outcome, FailedRequest):
            billed = request.input_tokens if outcome.maybe_billed else 0
            note = " (maybe billed)" if billed else ""
            cost = self.remote.cost(billed, 0) if billed else None
            error = f"{outcome.error.message}{note}"
            return Attempt(http=outcome.http, error=error, input_tokens=billed, estimated=billed > 0, cost_usd=cost, **common)
        tokens_in = request.input_tokens if outcome.input_tokens is None else outcome.input_tokens
        tokens_out = estimate_tokens(outcome.content) if outcome.output_tokens is None else outcome.output_tokens
        return Attempt(
            http=200,
            served=outcome.served,
            finish=outcome.finish,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            estimated=outcome.input_tokens is None or outcome.output_tokens is None,
            cost_usd=self.remote.cost(tokens_in, tokens_out),
            content=outcome.content or None,
            refusal=outcome.refusal,
            **common,
        )

    def _note(self, attempt: Attempt) -> None:
        self.record = self.record.model_copy(update={"attempts": (*self.record.attempts, attempt)})
        spent = self.remote.spent
        spent.calls += 1
        spent.cost_usd += attempt.cost_usd or 0.0
        spent.unpriced += attempt.cost_usd is None and bool(attempt.input_tokens or attempt.output_tokens)

    def _store(self, *, status: Status) -> None:
        self.record = self.record.model_copy(update={"status": status})
        self.save(self.record)
        self._unsaved = False


def _error_of(state: RetryCallState) -> SummariseError:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, SummariseError)
    return error


def _is_retryable(error: BaseException) -> bool:
    return isinstance(error, SummariseError) and error.retryable


def _shortened(message: dict[str, Any]) -> dict[str, Any]:
    """A re-ask message without pydantic's links, and cut: a bad answer may be of any size."""
    lines = str(message["content"]).splitlines(keepends=True)
    content = "".join([line for line in lines if "https://errors.pydantic.dev/" not in line])
    most = _LONGEST_REASON if message["role"] == "user" else _LONGEST_REPEAT
    return message | {"content": content if len(content) <= most else f"{content[:most]}…"}


@cache
def _schema_tokens() -> int:
    return estimate_tokens(canonical(output_format("json_schema")))


# instructor logs each failure as an error, which without a handler goes to the user's terminal.
logging.getLogger("instructor").addHandler(logging.NullHandler())


class ValidationContext(dict[str, Any]):
    """The validation context. It is empty on purpose: a truthy one makes instructor render every message as a Jinja template."""

    def __init__(self, check: Callable[[Draft], list[str]]) -> None:
        super().__init__()
        self.check = check


class DraftReply(instructor.OpenAISchema):
    """A Draft as a model without fields: instructor walks the fields of its response model four times a call."""

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        return draft_schema()

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, *, context: Any = None, **_: Any) -> Any:
        return Draft.model_validate_json(json_data, context=context)


async def _next(messages: list[dict[str, Any]], conversation: Conversation, **_: Any) -> ChatCompletion:
    """Called by instructor for every attempt. Only its messages are used: the rest of the request is built as it was keyed."""
    return _completion(await conversation.next_attempt(messages))


create: Callable[..., Any] = instructor.patch(create=_next, mode=instructor.Mode.JSON_SCHEMA)


def _completion(attempt: Attempt) -> ChatCompletion:
    """An attempt as the SDK would return it, whether it was just made or comes from a record."""
    message = ChatCompletionMessage.model_construct(role="assistant", content=unfenced(attempt.content or ""))
    choice = Choice.model_construct(index=0, finish_reason="stop", message=message)
    # Without usage, instructor searches the disk for another vendor's package each time.
    usage = CompletionUsage.model_construct(prompt_tokens=0, completion_tokens=0, total_tokens=0)
    return ChatCompletion.model_construct(id="", choices=[choice], created=0, model="", object="chat.completion", usage=usage)
