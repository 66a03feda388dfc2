"""The live service of one run: its SDK client, limits, budget and cost."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

from summarise.clients import prices
from summarise.clients.protocol import Call, Record, Spent, Target
from summarise.clients.rate_limit import Budget, RateLimiter, RetryPolicy, Timeouts
from summarise.clients.remote.errors import ParameterFallback, Service
from summarise.errors import SettingsError
from summarise.interrupts import stopped
from summarise.prompt import Request
from summarise.schema import Draft
from summarise.secrets import secrets_in

if TYPE_CHECKING:
    from openai import AsyncOpenAI


_TIMEOUTS = Timeouts()
_RETRY = RetryPolicy()

# No summary is larger than this, in bytes.
_LARGEST_BODY = 8 * 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of a run: requests at once, requests and tokens per minute, US dollars. None: as the service allows."""

    in_flight: int = 16
    rpm: float | None = None
    tpm: float | None = None
    max_cost: float | None = None


class Remote:
    """An `AnswerSource` whose calls share a rate limiter, a budget and the parameters that the service has refused.

    `check` returns, for a request, the function that lists what is wrong with a Draft; that goes back to the model. `api_key` None is for
    servers that need none. Neither it nor any other secret of the environment is passed on from an answer. Raises SettingsError where
    `limits` has a max_cost and the price of the model is unknown.
    """

    def __init__(
        self,
        target: Target,
        *,
        check: Callable[[Request], Callable[[Draft], list[str]]],
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
        from summarise.clients.remote.conversation import Conversation  # loads instructor and the SDK

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
        if sdk := self.__dict__.get("_sdk"):
            await sdk.close()
        elif (vendor := self.__dict__.get("_vendor")) and hasattr(vendor.client, "close"):
            await vendor.client.close()

    async def post(self, body: dict[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """Send one request, without retry or deadline; returns the body and headers of the response. Raises the exceptions of the SDK."""
        import httpx2

        if self._vendor is not None and self._sdk is None:
            from summarise.clients.remote.transport import ask_vendor

            return self.service.redactor.clean(await ask_vendor(self._vendor, body), json.dumps(body).encode()), {}
        assert self._sdk is not None
        response = await self._sdk.post("/chat/completions", cast_to=httpx2.Response, body=body)
        return response.content, response.headers

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        return prices.cost(self.target.model, self.target.endpoint, input_tokens, output_tokens)

    @cached_property
    def _vendor(self) -> Any:
        """The client of another vendor; None for OpenAI, and for any server that the user named by address."""
        if self.target.api == "openai":
            return None
        from summarise.clients.remote.transport import vendor_client

        return vendor_client(self.target, self.service)

    @cached_property
    def _sdk(self) -> AsyncOpenAI | None:
        """The OpenAI SDK; None for a vendor with another API."""
        if self._vendor is None:
            return self._openai(self.target.endpoint, self.service.secret)
        from summarise.clients.remote.transport import speaks_openai

        if not speaks_openai(self._vendor):
            return None
        return self._openai(str(self._vendor.client.base_url), self._vendor.client.api_key)

    def _openai(self, base_url: str, key: str) -> AsyncOpenAI:
        import httpx2
        from openai import AsyncOpenAI

        from summarise.clients.remote.transport import Transport

        if not key and urlsplit(base_url).hostname == "api.openai.com":
            raise SettingsError(f"{base_url} needs an API key", hint="set OPENAI_API_KEY in the environment")
        transport = Transport(self.limits.in_flight, self.timeouts.connect, _LARGEST_BODY, self.service.redactor)
        # No timeout here: Conversation has a deadline for each whole request.
        http = httpx2.AsyncClient(transport=transport, follow_redirects=False, timeout=None, trust_env=False)
        # A local server needs no key, but the SDK does.
        address, _, parameters = base_url.partition("?")
        query = dict(parse_qsl(parameters, keep_blank_values=True))
        return AsyncOpenAI(api_key=key or "none", base_url=address, default_query=query, max_retries=0, http_client=http)
