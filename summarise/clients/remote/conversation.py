"""The live service of one run, and the conversation about each call: attempts, re-asks, retries (tenacity)."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from summarise.clients import prices
from summarise.clients.protocol import Attempt, Call, Record, Spent, Status, Target, as_answer, canonical, output_format
from summarise.clients.rate_limit import Budget, Permit, RateLimiter, RetryPolicy, Signal, Timeouts, too_long_a_pause
from summarise.clients.remote.errors import FailedRequest, ParameterFallback, Service, no_answer, too_slow, translate
from summarise.clients.remote.response import BodyError, Completion, completion_in
from summarise.errors import LimitReached, RateLimited, Refused, Rejected, SettingsError, SummariseError, TooLong, Truncated
from summarise.interrupts import stopped
from summarise.prompt import Request, estimate_tokens
from summarise.secrets import secrets_in
from summarise.text.sanitise import clip

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from summarise.clients.remote.transport import Connection


_TIMEOUTS = Timeouts()
_RETRY = RetryPolicy()


@dataclass(frozen=True)
class Limits:
    """Limits of a run: requests at once, requests and tokens per minute, US dollars. None: as the service allows."""

    in_flight: int = 16
    rpm: float | None = None
    tpm: float | None = None
    max_cost: float | None = None


class Remote:
    """An `AnswerSource` whose calls share a rate limiter, a budget and the parameters that the service has refused.

    `check` returns, for a request, the function that lists what the model is to mend in the text of an answer, and raises ModelOutputError
    where that holds no Draft. `api_key` None is for servers that need none. Neither it nor any other secret of the environment is passed on
    from an answer. Raises SettingsError where `limits` has a max_cost and the price of the model is unknown.
    """

    def __init__(
        self,
        target: Target,
        *,
        check: Callable[[Request], Callable[[str], list[str]]],
        api_key: str | None = None,
        limits: Limits = Limits(),
        timeouts: Timeouts = _TIMEOUTS,
        retry: RetryPolicy = _RETRY,
    ) -> None:
        if limits.max_cost is not None and prices.cost(target.model, target.endpoint, 1, 1) is None:
            hint = "leave out the cost limit, or use a model whose price is known"
            raise SettingsError(
                f"the price of {target.model} at {target.endpoint} is not known, so the cost limit cannot be enforced", hint=hint
            )
        self.target = target
        self.check = check
        self.limits = limits
        self.timeouts = timeouts
        self.retry = retry
        self.limiter = RateLimiter(limits.in_flight, rpm=limits.rpm, tpm=limits.tpm, max_pause=retry.max_pause)
        self.budget = Budget(limits.max_cost)
        self.spent = Spent()
        self.fallback = ParameterFallback()
        self.service = Service(target.endpoint, target.model, api_key or "", tuple(secrets_in(os.environ)))
        self.sent: set[asyncio.Task[Any] | None] = set()
        self._asking: set[asyncio.Task[Any]] = set()
        self._stopped = False

    def __repr__(self) -> str:
        return f"Remote({self.target!r})"

    async def ask(
        self, call: Call, record: Record | None, save: Callable[[Record], None], ready: Callable[[], None] = lambda: None
    ) -> Record:
        """See `AnswerSource.ask`. The record is finished: its status is ok, truncated, refusal or invalid_output."""
        self.check_stopped()
        task = asyncio.current_task()
        assert task is not None
        self._asking.add(task)
        try:
            return await Conversation(self, call, record or Record.new(call), save, ready).finish()
        except asyncio.CancelledError:
            self.check_stopped()
            raise
        finally:
            self._asking.discard(task)

    def stop(self) -> bool:
        """Send no more requests and cancel calls that wait. Whether requests are in flight (`sent`); their answers are stored."""
        self._stopped = True
        for task in list(self._asking):
            task.get_loop().call_soon_threadsafe(self._cancel, task)
        return bool(self.sent)

    def check_stopped(self) -> None:
        """Raises Stopped after `stop`."""
        if self._stopped:
            raise stopped()

    def _cancel(self, task: asyncio.Task[Any]) -> None:
        if task not in self.sent:
            task.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if connection := self.__dict__.get("connection"):
            await connection.close()

    @cached_property
    def connection(self) -> Connection:
        from summarise.clients.remote.transport import Connection  # loads the SDKs

        return Connection(self.target, self.service, self.limits.in_flight, self.timeouts.connect)

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float | None:
        return prices.cost(self.target.model, self.target.endpoint, input_tokens, output_tokens, cached_tokens)


# How much of a bad answer a re-ask repeats, in characters: a bad answer may be of any size.
_LONGEST_REPEAT = 20_000
_LIMITS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class _HttpRequest:
    """The body of one HTTP request, and the tokens that it can use at most."""

    body: dict[str, Any]
    input_tokens: int
    output_tokens: int


class Conversation:
    """All requests for one call. The attempts of an earlier run in `record` are validated again before anything is paid for."""

    def __init__(self, remote: Remote, call: Call, record: Record, save: Callable[[Record], None], ready: Callable[[], None]) -> None:
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
        from summarise.clients.remote.reasks import ask_until_valid  # loads instructor

        try:
            valid = await ask_until_valid(
                self.call.request.messages,
                check=self.remote.check(self.call.request),
                next_attempt=self.next_attempt,
                reasks=self.remote.retry.reasks,
            )
        except Truncated:
            return "truncated"
        except Refused:
            return "refusal"
        except TooLong:
            if not self.record.contents:
                raise
            return "invalid_output"  # the first answer fitted; only the re-ask was too long
        return "ok" if valid else "invalid_output"

    async def next_attempt(self, messages: list[dict[str, Any]]) -> Attempt:
        """The next complete answer: a stored one first, then new ones. Raises SummariseError where there is none."""
        while True:
            attempt = next(self._stored, None) or await self._paid_or_truncated(messages)
            if attempt.refusal or attempt.finish == "content_filter":
                raise Refused(attempt.refusal or "content filter")
            if not attempt.is_cut:
                return attempt
            if self._doubled:
                raise Truncated("the answer hit the output limit twice")
            self._doubled = True

    async def _paid_or_truncated(self, messages: list[dict[str, Any]]) -> Attempt:
        """As `_paid`; raises Truncated where the service does not accept the doubled limit."""
        try:
            return await self._paid(messages)
        except Rejected as error:
            if not self._doubled or self.record.attempts[-1].http != 400:
                raise
            raise Truncated(f"the answer hit the output limit, and twice the room was refused: {error.message}") from error

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
                content, headers = await remote.connection.post(request.body)
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
            body = body | {"messages": [*first, *map(_clipped, messages[len(first) :])]}
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
        cached = None if outcome.cached_input_tokens is None else min(outcome.cached_input_tokens, tokens_in)
        return Attempt(
            http=200,
            served=outcome.served,
            finish=outcome.finish,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            cached_input_tokens=cached,
            estimated=outcome.input_tokens is None or outcome.output_tokens is None,
            cost_usd=self.remote.cost(tokens_in, tokens_out, cached or 0),
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
        spent.input_tokens += attempt.input_tokens
        spent.cached_input_tokens += attempt.cached_input_tokens or 0
        spent.output_tokens += attempt.output_tokens

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


def _clipped(message: dict[str, Any]) -> dict[str, Any]:
    return message | {"content": clip(str(message["content"]), _LONGEST_REPEAT)}


@cache
def _schema_tokens() -> int:
    return estimate_tokens(canonical(output_format("json_schema")))
