"""The live service of one run: its client, limits, budget and what it has cost."""

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
from summarise.clients.rate_limit import Budget, Gate, RetryPolicy, Timing
from summarise.clients.remote.errors import Service
from summarise.clients.remote.parameters import Adaptations
from summarise.errors import SettingsError
from summarise.interrupts import stopped
from summarise.prompt import Request
from summarise.schema import Draft
from summarise.secrets import secrets_in

if TYPE_CHECKING:
    from openai import AsyncOpenAI


_POLICY = RetryPolicy()
_TIMING = Timing()

# Answers beyond this many bytes are no summaries.
_LARGEST_BODY = 8 * 2**20


@dataclass(frozen=True)
class Limits:
    """What a run may use: requests at once, requests and tokens a minute, US dollars. None: as the service allows."""

    in_flight: int = 16
    rpm: float | None = None
    tpm: float | None = None
    max_cost: float | None = None


class Remote:
    """A `Source`: all its calls share a gate, a budget, and what the service turned out not to know.

    `check` makes, for a request, the function that lists the faults of a Draft; they go back to the model. `api_key` None is for servers
    that ask for none. Neither it nor any other secret of the environment comes back out of an answer. Raises SettingsError where `limits`
    has a max_cost and the price of the model is unknown.
    """

    def __init__(
        self,
        target: Target,
        *,
        check: Callable[[Request], Callable[[Draft], list[str]]],
        api_key: str | None = None,
        limits: Limits = Limits(),
        timing: Timing = _TIMING,
        retry: RetryPolicy = _POLICY,
    ) -> None:
        if limits.max_cost is not None and prices.cost(target.model, target.endpoint, 1, 1) is None:
            hint = "leave the cost limit out, or name a model whose price is known"
            raise SettingsError(f"the price of {target.model} at {target.endpoint} is not known, so no cost limit can be kept", hint=hint)
        self.target = target
        self.check = check
        self.limits = limits
        self.timing = timing
        self.retry = retry
        self.gate = Gate(limits.in_flight, rpm=limits.rpm, tpm=limits.tpm, patience=retry.patience)
        self.budget = Budget(limits.max_cost)
        self.spent = Spent()
        self.adaptations = Adaptations()
        self.service = Service(target.endpoint, target.model, api_key or "", tuple(secrets_in(os.environ)))
        self.sent: set[asyncio.Task[Any] | None] = set()
        self._asking: set[asyncio.Task[Any]] = set()
        self._stopped = False

    def __repr__(self) -> str:
        return f"Remote({self.target!r})"

    async def ask(
        self, call: Call, record: Record | None, save: Callable[[Record], None], ready: Callable[[], None] = lambda: None
    ) -> Record:
        """See `Source.ask`. The record that comes back is finished: valid, or said to be none (truncated, refusal, invalid_output)."""
        from summarise.clients.remote.conversation import Asking  # loads instructor and the SDK

        self.check_stopped()
        task = asyncio.current_task()
        assert task is not None
        self._asking.add(task)
        try:
            return await Asking(self, call, record or Record.new(call), save, ready).finish()
        except asyncio.CancelledError:
            self.check_stopped()
            raise
        finally:
            self._asking.discard(task)

    def stop(self) -> bool:
        """Send no request any more. Whether some are under way (`sent`); their answers are stored. Calls that wait are cancelled."""
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
        """Body and headers of the answer to one request, with no retry and no deadline. Raises the exceptions of the SDK."""
        import httpx2

        if self._vendor is not None and self._sdk is None:
            from summarise.clients.remote.vendors import ask_vendor

            return self.service.redactor.clean(await ask_vendor(self._vendor, body), json.dumps(body).encode()), {}
        assert self._sdk is not None
        response = await self._sdk.post("/chat/completions", cast_to=httpx2.Response, body=body)
        return response.content, response.headers

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        return prices.cost(self.target.model, self.target.endpoint, input_tokens, output_tokens)

    @cached_property
    def _vendor(self) -> Any:
        """The client of another house; None for OpenAI and all that speak like it at an address that the user gave."""
        if self.target.api == "openai":
            return None
        from summarise.clients.remote.vendors import vendor_client

        return vendor_client(self.target, self.service)

    @cached_property
    def _sdk(self) -> AsyncOpenAI | None:
        """The SDK, where the OpenAI API is spoken."""
        if self._vendor is None:
            return self._openai(self.target.endpoint, self.service.secret)
        from summarise.clients.remote.vendors import speaks_openai

        if not speaks_openai(self._vendor):
            return None
        return self._openai(str(self._vendor.client.base_url), self._vendor.client.api_key)

    def _openai(self, base_url: str, key: str) -> AsyncOpenAI:
        import httpx2
        from openai import AsyncOpenAI

        from summarise.clients.remote.transport import Wire

        if not key and urlsplit(base_url).hostname == "api.openai.com":
            raise SettingsError(f"{base_url} wants an API key, and there is none", hint="set OPENAI_API_KEY in the environment")
        wire = Wire(self.limits.in_flight, self.timing.connect, _LARGEST_BODY, self.service.redactor)
        # No timeout here: Asking has one for the whole of a request.
        http = httpx2.AsyncClient(transport=wire, follow_redirects=False, timeout=None, trust_env=False)
        # A server of one's own asks for no key, but the SDK does.
        address, _, parameters = base_url.partition("?")
        query = dict(parse_qsl(parameters, keep_blank_values=True))
        return AsyncOpenAI(api_key=key or "none", base_url=address, default_query=query, max_retries=0, http_client=http)
