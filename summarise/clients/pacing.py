"""Pacing: how many requests may be in flight, and when the next may go."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from summarise.clients.retry import seconds
from summarise.errors import LimitReached, SummariseError

# What became of a request, as far as pacing cares: answered, refused as too many, too slow, server trouble, anything else.
Signal = Literal["ok", "limited", "slow", "busy", "other"]

_START = 16
_CUT = 0.7
_CUT_PAUSE = 1.0
_GROWTH_PAUSE = 5.0
_KINDS = ("requests", "tokens")


@dataclass(slots=True)
class Bucket:
    """A limit of our own: `per_minute` units, spent evenly. It never holds more than a second's worth, so no provider sees a burst.

    A request larger than that may go when the bucket is full, and leaves a debt.
    """

    per_minute: float
    level: float = field(init=False)
    at: float = -math.inf

    def __post_init__(self) -> None:
        self.level = self.full

    @property
    def full(self) -> float:
        return max(1.0, self.per_minute / 60)

    def wait(self, units: float, now: float) -> float:
        """Seconds until `units` may be taken, 0 for now."""
        self.level = min(self.full, self.level + (now - self.at) * self.per_minute / 60)
        self.at = now
        return max(0.0, (min(units, self.full) - self.level) * 60 / self.per_minute)

    def take(self, units: float) -> None:
        self.level -= units


@dataclass(slots=True)
class Mirror:
    """What a service last said it would still take of one kind, less what was sent since, refilled as the service refills."""

    number: int = -1
    left: float = math.inf
    full: float = math.inf
    rate: float = 0.0
    at: float = 0.0
    reset_at: float = 0.0

    def report(self, number: int, headers: Mapping[str, str], kind: str, sent_since: float, now: float) -> None:
        """Take note of the headers of the answer to request `number`; those of an older request than the last one noted say nothing new."""
        remaining = seconds(headers.get(f"x-ratelimit-remaining-{kind}"))
        if remaining is None or number < self.number:
            return
        limit = seconds(headers.get(f"x-ratelimit-limit-{kind}"))
        reset = seconds(headers.get(f"x-ratelimit-reset-{kind}"))
        self.number, self.at, self.left = number, now, remaining - sent_since
        self.full = math.inf if limit is None else max(1.0, limit)
        # `reset` is the time until the limit is whole again, so the two together tell how fast it refills.
        self.rate = (limit - remaining) / reset if limit and reset and limit > remaining else 0.0
        self.reset_at = now + (1.0 if reset is None else reset)

    def wait(self, units: float, now: float) -> float:
        """Seconds until the service would take `units`, 0 for now."""
        if self.rate:
            self.left = min(self.full, self.left + (now - self.at) * self.rate)
            self.at = now
            return max(0.0, (min(units, self.full) - self.left) / self.rate)
        if now >= self.reset_at:
            self.left = math.inf
        return 0.0 if self.left >= min(units, self.full) else self.reset_at - now

    def take(self, units: float) -> None:
        self.left -= units


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one request of about `tokens`; `sent` is what had been sent of each kind when it went, itself included."""

    number: int
    tokens: float
    sent: tuple[float, float]


class Gate:
    """All requests of a run pass here, first come, first served.

    At most `in_flight` go at once, from 16 upwards: one more for each success at first, after the first trouble one more for each round
    of successes; refusals and timeouts cut the number to seven tenths, at most once a second; server errors stop its growth for a while.
    `rpm` and `tpm` are limits of the user; those that a service tells in its headers are kept as well. `patience` is the longest wait, in
    seconds.
    """

    def __init__(
        self,
        in_flight: int,
        *,
        rpm: float | None = None,
        tpm: float | None = None,
        patience: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = in_flight
        self.limit = float(min(in_flight, _START))
        self.flying = 0
        self.patience = patience
        self._clock = clock
        self._slow_start = True
        self._paused_until = self._cut_at = self._no_growth_until = -math.inf
        self._limits = tuple((kind, Bucket(per_minute)) for kind, per_minute in enumerate((rpm, tpm)) if per_minute)
        self._mirrors = (Mirror(), Mirror())
        self._sent = (0.0, 0.0)
        self._number = 0
        self._waiting: deque[tuple[float, asyncio.Future[Ticket]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, tokens: float) -> Ticket:
        """Wait until one more request of about `tokens` may go. Raises LimitReached where that would take longer than `patience`."""
        if not self._waiting and self._wait(tokens) == 0:
            return self._admit(tokens)
        place: asyncio.Future[Ticket] = asyncio.get_running_loop().create_future()
        self._waiting.append((tokens, place))
        self._pump()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self.leave(place.result(), "other")
            raise

    def leave(
        self, ticket: Ticket, signal: Signal, headers: Mapping[str, str] | None = None, *, used: float | None = None, pause: float = 0.0
    ) -> None:
        """The request of `ticket` is over. `used` is how many tokens it really took; nobody sends anything for `pause` seconds from now."""
        now = self._clock()
        self._paused_until = max(self._paused_until, now + pause) if pause else self._paused_until
        self.flying -= 1
        self._adapt(signal, now)
        if headers:
            for kind, mirror in enumerate(self._mirrors):
                mirror.report(ticket.number, headers, _KINDS[kind], self._sent[kind] - ticket.sent[kind], now)
        for kind, bucket in self._limits:
            if kind == 1 and used is not None:
                bucket.take(used - ticket.tokens)
        self._pump()

    def turn_away(self, error: SummariseError) -> None:
        """Let nobody in of those who wait now: each meets `error`."""
        while self._waiting:
            _, place = self._waiting.popleft()
            if not place.done():
                place.set_exception(error.after(None))

    def _adapt(self, signal: Signal, now: float) -> None:
        if signal == "ok":
            if now >= self._no_growth_until:
                self.limit = min(float(self.most), self.limit + (1 if self._slow_start else 1 / self.limit))
        elif signal in ("limited", "slow"):
            self._slow_start = False
            if now - self._cut_at >= _CUT_PAUSE:
                self._cut_at = now
                self.limit = max(1.0, self.limit * _CUT)
        elif signal == "busy":
            self._slow_start = False
            self._no_growth_until = now + _GROWTH_PAUSE

    def _wait(self, tokens: float) -> float:
        """Seconds until a request may go; infinite while only the end of another can make room."""
        if self.flying >= int(self.limit):
            return math.inf
        now = self._clock()
        units = (1.0, tokens)
        waits = [self._paused_until - now]
        waits += [bucket.wait(units[kind], now) for kind, bucket in self._limits]
        waits += [mirror.wait(units[kind], now) for kind, mirror in enumerate(self._mirrors)]
        return max(0.0, *waits)

    def _admit(self, tokens: float) -> Ticket:
        self.flying += 1
        self._number += 1
        units = (1.0, tokens)
        for kind, bucket in self._limits:
            bucket.take(units[kind])
        for kind, mirror in enumerate(self._mirrors):
            mirror.take(units[kind])
        self._sent = (self._sent[0] + 1, self._sent[1] + tokens)
        return Ticket(self._number, tokens, self._sent)

    def _pump(self) -> None:
        """Let in those at the head of the queue for whom there is room, and come back when there will be more."""
        while self._waiting:
            tokens, place = self._waiting[0]
            wait = 0.0 if place.done() else self._wait(tokens)
            if 0 < wait <= self.patience:
                self._wake_in(wait)
            if 0 < wait <= self.patience or wait == math.inf:
                return
            self._waiting.popleft()
            if place.done():
                continue
            if wait > self.patience:
                place.set_exception(too_long_a_pause(wait))
            else:
                place.set_result(self._admit(tokens))

    def _wake_in(self, wait: float) -> None:
        if self._timer:
            self._timer.cancel()
        # A little late rather than a little early, or the same instant is asked about twice.
        self._timer = asyncio.get_running_loop().call_later(wait + 0.001, self._pump)


def too_long_a_pause(pause: float) -> LimitReached:
    return LimitReached(f"the service asks for a pause of {pause:.0f} s", hint="run the same command later: it goes on where it stopped")
