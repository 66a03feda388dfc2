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

from summarise.clients.protocol import Attempt, Call, Record, Spent, Status, canonical, draft_schema, output_format, said_of
from summarise.clients.rate_limit import Budget, Gate, RetryPolicy, Signal, Ticket, Timing, too_long_a_pause
from summarise.clients.remote.errors import Fault, Service, no_answer, too_slow, translate
from summarise.clients.remote.parameters import Adaptations
from summarise.clients.remote.response import BodyError, Completion, completion_in, unfenced
from summarise.errors import LimitReached, ModelOutputError, RateLimited, Refused, SummariseError, TooLong, Truncated
from summarise.prompt import Request, estimate_tokens
from summarise.schema import Draft

if TYPE_CHECKING:
    from tenacity import RetryCallState


# What a re-ask may repeat of a bad answer, and of the reasons why it is bad, in characters.
_LONGEST_REPEAT = 20_000
_LONGEST_REASON = 4_000
_LIMITS = ("max_tokens", "max_completion_tokens")


class _Invalid(ModelOutputError):
    """The last re-ask was in vain."""


@dataclass(frozen=True)
class _Question:
    """One HTTP request, and what it takes at most: tokens in and out."""

    body: dict[str, Any]
    input_tokens: int
    output_tokens: int


class LiveService(Protocol):
    """What a conversation needs of the service that it is held with."""

    check: Callable[[Request], Callable[[Draft], list[str]]]
    timing: Timing
    retry: RetryPolicy
    gate: Gate
    budget: Budget
    spent: Spent
    adaptations: Adaptations
    service: Service
    sent: set[asyncio.Task[Any] | None]

    async def post(self, body: dict[str, Any]) -> tuple[bytes, Mapping[str, str]]: ...

    def cost(self, input_tokens: int, output_tokens: int) -> float | None: ...

    def check_stopped(self) -> None: ...


class Asking:
    """`record` may hold attempts of an earlier run; they are looked at again before anything is paid for."""

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
        """The finished record, saved. Raises SummariseError when no answer can be had; what may have been paid for is saved even then."""
        try:
            status = await self._status()
        except SummariseError as error:
            if self._unsaved:
                self._store(status="failed")
            if self.record.attempts:
                error.asked = said_of(self.record)
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
            return "invalid_output"  # too long was only the question what is wrong with the first answer
        return "ok"

    async def _converse(self) -> None:
        """Ask, and ask again with the reasons, through instructor. Returns when an answer is valid, raises SummariseError when none is."""
        from instructor.core import InstructorRetryException

        context = Context(self.remote.check(self.call.request))
        messages = self.call.request.messages
        retries = self.remote.retry.reasks
        try:
            await create(response_model=Reply, context=context, max_retries=retries, strict=False, messages=messages, asking=self)
            return
        except InstructorRetryException as error:
            cause = error.__cause__ or error
            is_invalid = any(failed.exception is cause for failed in error.failed_attempts or ())
        # Raised out here, where instructor's exception, which holds the whole request, is no part of its context.
        cause.__context__ = None
        raise _Invalid("the model's answers are not valid") if is_invalid else cause

    async def next_attempt(self, messages: list[dict[str, Any]]) -> Attempt:
        """The next whole answer: one that was paid for before, else a new one. Raises SummariseError where none can be had."""
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
        """An answer from the service, by as many requests as the policy allows."""
        from tenacity import AsyncRetrying, retry_if_exception

        policy = self.remote.retry

        def is_enough(state: RetryCallState) -> bool:
            return state.attempt_number >= policy.tries(_error_of(state))

        def pause(state: RetryCallState) -> float:
            return 0.0 if isinstance(_error_of(state), RateLimited) else policy.backoff(state.attempt_number)  # the gate keeps that pause

        def unless_stopped(state: RetryCallState) -> None:
            self.remote.check_stopped()

        # A new object for each call: concurrent calls that share one lose their answers.
        retrying = AsyncRetrying(
            stop=is_enough, wait=pause, retry=retry_if_exception(_is_retryable), reraise=True, before_sleep=unless_stopped
        )
        try:
            return await retrying(self._once, messages)
        except RateLimited as error:
            raise LimitReached(f"{error.message}, {policy.limited_attempts} times in a row", hint=error.hint) from error

    async def _once(self, messages: list[dict[str, Any]]) -> Attempt:
        """One request within budget and pace. Its answer is saved before it is returned; raises SummariseError for a fault."""
        try:
            return await self._saved(messages)
        finally:
            self.remote.sent.discard(asyncio.current_task())

    async def _saved(self, messages: list[dict[str, Any]]) -> Attempt:
        remote = self.remote
        question = self._question(messages)
        held = await remote.budget.hold(remote.cost(question.input_tokens, question.output_tokens) or 0.0)
        spent = 0.0
        try:
            ticket = await self._admitted(question)
            spent = held  # until it is known to be less
            outcome, attempt = await self._sent(question, ticket)
            spent = held if isinstance(outcome, Fault) and outcome.maybe_billed else attempt.cost_usd or 0.0
        finally:
            remote.budget.settle(held, spent)
        if isinstance(outcome, Fault):
            self._unsaved = self._unsaved or outcome.maybe_billed
            raise outcome.error
        self._store(status="open")
        return attempt

    async def _admitted(self, question: _Question) -> Ticket:
        """Leave to send a request whose answer can be kept, when it is its turn."""
        gate = self.remote.gate
        ticket = await gate.enter(question.input_tokens + question.output_tokens)
        try:
            self.remote.sent.add(asyncio.current_task())  # before the look at it, so that `stop`, in another thread, sees one or the other
            self.remote.check_stopped()
            self.ready()
        except SummariseError as error:
            gate.turn_away(error)
            gate.leave(ticket, "other")
            raise
        return ticket

    async def _sent(self, question: _Question, ticket: Ticket) -> tuple[Completion | Fault, Attempt]:
        gate = self.remote.gate
        signal: Signal = "other"
        headers: Mapping[str, str] = {}
        pause, used = 0.0, None
        started = time.monotonic()
        try:
            outcome, headers = await self._posted(question)
            attempt = self._attempt(question, outcome, headers, time.monotonic() - started)
            self._note(attempt)
            used = attempt.input_tokens + attempt.output_tokens
            signal = outcome.signal if isinstance(outcome, Fault) else "ok"
            pause = self._pause(outcome)
        finally:
            gate.leave(ticket, signal, headers, used=used, pause=pause)
        return outcome, attempt

    async def _posted(self, question: _Question) -> tuple[Completion | Fault, Mapping[str, str]]:
        """What came of one HTTP request, and the headers of the answer. What the service does not know is put in other words at once."""
        remote = self.remote
        try:
            async with asyncio.timeout(remote.timing.deadline):
                content, headers = await remote.post(question.body)
            return completion_in(content), headers
        except TimeoutError:
            return too_slow(remote.service, remote.timing.deadline), {}
        except BodyError as error:
            return no_answer(remote.service, error.what, maybe_billed=error.maybe_billed), {}
        except Exception as error:  # noqa: BLE001  # of whatever class: translate raises again what it does not know
            if remote.adaptations.learn(error, question.body):
                return await self._posted(replace(question, body=remote.adaptations.apply(question.body)))
            return translate(error, remote.service), getattr(getattr(error, "response", None), "headers", {})

    def _pause(self, outcome: Completion | Fault) -> float:
        """How long everybody has to wait after this: as the service asks, longer each time. Raises LimitReached for too long."""
        if not isinstance(outcome, Fault) or not isinstance(outcome.error, RateLimited):
            return 0.0
        self._refusals += 1
        policy = self.remote.retry
        pause = max(outcome.error.retry_after or 0.0, policy.backoff(self._refusals))
        if pause > policy.patience:
            raise too_long_a_pause(pause)
        return pause

    def _question(self, messages: list[dict[str, Any]]) -> _Question:
        """The request as keyed, or what has become of it: with the re-asks of instructor, a larger limit, other words for this service."""
        body = self.call.body
        first = body["messages"]
        if len(messages) > len(first):
            body = body | {"messages": [*first, *map(_shortened, messages[len(first) :])]}
        if self._doubled:
            body = body | {name: 2 * body[name] for name in _LIMITS if name in body}
        body = self.remote.adaptations.apply(body)
        asked = sum([estimate_tokens(message["content"]) for message in body["messages"]])
        return _Question(body, asked + _schema_tokens(), next(body[name] for name in _LIMITS if name in body))

    def _attempt(self, question: _Question, outcome: Completion | Fault, headers: Mapping[str, str], seconds: float) -> Attempt:
        request_id = headers.get("x-request-id")
        common: dict[str, Any] = {"ms": round(seconds * 1000), "request_id": request_id and request_id[:100]}
        if isinstance(outcome, Fault):
            billed = question.input_tokens if outcome.maybe_billed else 0
            note = " (maybe billed)" if billed else ""
            cost = self.remote.cost(billed, 0) if billed else None
            error = f"{outcome.error.message}{note}"
            return Attempt(http=outcome.http, error=error, input_tokens=billed, estimated=billed > 0, cost_usd=cost, **common)
        tokens_in = question.input_tokens if outcome.input_tokens is None else outcome.input_tokens
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
    """A message of a re-ask without pydantic's links, and no longer than it need be: a bad answer may be of any size."""
    lines = str(message["content"]).splitlines(keepends=True)
    content = "".join([line for line in lines if "https://errors.pydantic.dev/" not in line])
    most = _LONGEST_REASON if message["role"] == "user" else _LONGEST_REPEAT
    return message | {"content": content if len(content) <= most else f"{content[:most]}…"}


@cache
def _schema_tokens() -> int:
    return estimate_tokens(canonical(output_format("json_schema")))


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
