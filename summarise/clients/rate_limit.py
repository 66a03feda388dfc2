"""Rate limits: adaptive concurrency (AIMD), token buckets per minute, a budget in dollars, and the retry policy."""

from __future__ import annotations

import asyncio
import math
import random
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Generic, Literal, TypeVar

from summarise.errors import LimitReached, RateLimited, SummariseError, Unreachable

Granted = TypeVar("Granted")


class _FairQueue(Generic[Granted]):
    """First come, first served: who cannot be admitted now waits until `admit_waiting` is called.

    `admit` returns what is granted for an amount, None as long as it has to wait, and raises SummariseError where waiting cannot help.
    `give_back` takes back what was granted to a caller who was cancelled at the same moment.
    """

    def __init__(self, admit: Callable[[float], Granted | None], give_back: Callable[[Granted], None]) -> None:
        self._admit = admit
        self._give_back = give_back
        self._waiting: deque[tuple[float, asyncio.Future[Granted]]] = deque()

    async def enter(self, amount: float) -> Granted:
        place: asyncio.Future[Granted] = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, place))
        self.admit_waiting()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._give_back(place.result())
            raise

    def admit_waiting(self) -> None:
        """Admit from the head of the queue as long as there is room."""
        while self._waiting:
            amount, place = self._waiting[0]
            if not place.done():
                try:
                    granted = self._admit(amount)
                except SummariseError as error:
                    place.set_exception(error)
                else:
                    if granted is None:
                        return
                    place.set_result(granted)
            self._waiting.popleft()

    def reject_waiting(self, error: SummariseError) -> None:
        """Raise `error` in everyone who waits now."""
        while self._waiting:
            _, place = self._waiting.popleft()
            if not place.done():
                place.set_exception(error.after(None))


class Budget:
    """US dollars. `spent` is settled, `reserved` may still be spent by requests in flight; together never over `cap` (None: no limit)."""

    def __init__(self, cap: float | None = None) -> None:
        self.cap = math.inf if cap is None else cap
        self.spent = 0.0
        self.reserved = 0.0
        self._queue = _FairQueue(self._admit, lambda amount: self.settle(amount, 0.0))

    async def reserve(self, worst: float) -> float:
        """Reserve `worst`, the most that a request may cost; waits where settling other requests can make room.

        Returns what was reserved, 0 without a cap. Raises LimitReached where `worst` would not fit even if nothing were reserved.
        """
        return 0.0 if self.cap == math.inf else await self._queue.enter(worst)

    def settle(self, reserved: float, cost: float) -> None:
        """Release a reservation and book what the request really cost."""
        self.reserved = max(0.0, self.reserved - reserved)
        self.spent += cost
        self._queue.admit_waiting()

    def _admit(self, worst: float) -> float | None:
        if self.spent + worst > self.cap:
            raise LimitReached(
                f"{self.spent:.4f} of {self.cap:.4f} US$ are spent, and the next request may cost {worst:.4f}",
                hint="run the same command with a higher --max-cost to resume",
            )
        if self.spent + self.reserved + worst > self.cap:
            return None
        self.reserved += worst
        return worst


@dataclass(frozen=True)
class Timeouts:
    """Seconds: `deadline` for a whole request with its answer, `connect` for the connection alone."""

    deadline: float = 120.0
    connect: float = 10.0


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with jitter; all durations in seconds.

    `attempts` is how many requests may be sent for one answer to a service that cannot be reached, `limited_attempts` to one that answers
    429. The backoff doubles from `base` up to `max_backoff`. A pause longer than `max_pause` stops the run, which can be resumed. `reasks`
    is how often an invalid answer is sent back to the model with the reasons.
    """

    attempts: int = 6
    limited_attempts: int = 12
    base: float = 0.5
    max_backoff: float = 30.0
    max_pause: float = 120.0
    reasks: int = 1

    def max_attempts(self, error: SummariseError) -> int:
        """How many requests may be sent before this error is final: 1 where retrying cannot help."""
        by_class: dict[type, int] = {RateLimited: self.limited_attempts, Unreachable: self.attempts}
        return next((by_class[kind] for kind in type(error).__mro__ if kind in by_class), 1)

    def backoff(self, attempt: int) -> float:
        """Seconds to wait after failure number `attempt` (from 1): random, from half of `base * 2 ** (attempt - 1)` to all of it."""
        ceiling = min(self.max_backoff, self.base * 2.0 ** min(attempt - 1, 60))
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311  # spreads requests; not for security


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """The seconds that a 429 response asks to wait, never negative; None where it does not say.

    Read in this order: retry-after-ms, Retry-After (seconds or a date), the reset times of the exhausted limits. `headers` must be
    case-insensitive; `now` is Unix time.
    """
    now = time.time() if now is None else now
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = _number(headers.get("retry-after"))
    if asked is not None:
        return asked
    return _until_date(headers.get("retry-after"), now) if headers.get("retry-after") else _reset(headers, now)


def _until_date(text: str | None, now: float) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(text or "").timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _reset(headers: Mapping[str, str], now: float) -> float | None:
    """The reset time of the exhausted limit, else the longest reset time in the headers."""
    named = {kind: seconds(headers.get(f"x-ratelimit-reset-{kind}")) for kind in ("requests", "tokens")}
    exhausted = [pause for kind, pause in named.items() if pause is not None and headers.get(f"x-ratelimit-remaining-{kind}") == "0"]
    pauses = exhausted or [pause for pause in named.values() if pause is not None]
    return max(pauses) if pauses else _plain_reset(headers.get("x-ratelimit-reset"), now)


_YEAR = 366 * 86_400.0


def _plain_reset(text: str | None, now: float) -> float | None:
    """x-ratelimit-reset has no standard: services send seconds from now, Unix time, or Unix time in milliseconds."""
    value = seconds(text)
    if value is None or value < _YEAR:
        return value
    return max(0.0, (value / 1000 if value > now * 100 else value) - now)


_DURATION = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9}(?:\.\d{0,9})?)s)?(?:(\d{1,12}(?:\.\d{0,9})?)ms)?")


def seconds(text: str | None) -> float | None:
    """A duration such as "1m30.5s", "20ms", "6h0m0s" or "1.5" in seconds; None for anything else."""
    plain = _number(text)
    if plain is not None or not text:
        return plain
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    return sum(float(part or 0) * unit for part, unit in zip(match.groups(), (86_400, 3600, 60, 1, 0.001), strict=True))


def _number(text: str | None) -> float | None:
    """A plain number of at most 15 digits before the point; None for anything else."""
    found = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{0,9})?)\s*", text or "", re.ASCII)
    return float(found.group(1)) if found else None


# How a request ended, as far as the limiter needs to know: answered, 429, timed out, 5xx, anything else.
Signal = Literal["ok", "limited", "slow", "busy", "other"]

# AIMD: start with 16 requests at once, cut to 0.7 at most once a second, and after a 5xx do not grow for 5 seconds.
_START = 16
_CUT = 0.7
_CUT_PAUSE = 1.0
_GROWTH_PAUSE = 5.0
_KINDS = ("requests", "tokens")


@dataclass(slots=True)
class TokenBucket:
    """A token bucket: `level` units may be taken now, and it refills by `rate` a second up to `capacity`.

    An amount larger than `capacity` may be taken from a full bucket, and leaves a debt. One that reports a limit of the service without
    saying how fast it refills has a `rate` of 0 and is full again at `reset_at`.
    """

    rate: float = 0.0
    capacity: float = math.inf
    level: float = math.inf
    at: float = -math.inf
    reset_at: float = 0.0
    reported: int = -1

    @classmethod
    def per_minute(cls, units: float) -> TokenBucket:
        """A limit set by the user. It holds at most one second's worth, so that the service sees no burst."""
        capacity = max(1.0, units / 60)
        return cls(rate=units / 60, capacity=capacity, level=capacity)

    def report(self, number: int, headers: Mapping[str, str], kind: str, sent_since: float, now: float) -> None:
        """Take over what the rate-limit headers of the answer to request `number` say, unless a later request has reported already.

        `sent_since` is what has been sent after that request, which the service had not counted yet.
        """
        remaining = seconds(headers.get(f"x-ratelimit-remaining-{kind}"))
        if remaining is None or number < self.reported:
            return
        limit = seconds(headers.get(f"x-ratelimit-limit-{kind}"))
        reset = seconds(headers.get(f"x-ratelimit-reset-{kind}"))
        self.reported, self.at, self.level = number, now, remaining - sent_since
        self.capacity = math.inf if limit is None else max(1.0, limit)
        # `reset` is the time until the limit is whole again, so the two together tell how fast it refills.
        self.rate = (limit - remaining) / reset if limit and reset and limit > remaining else 0.0
        self.reset_at = now + (1.0 if reset is None else reset)

    def wait(self, units: float, now: float) -> float:
        """Seconds until `units` may be taken, 0 for now."""
        needed = min(units, self.capacity)
        if self.rate:
            self.level = min(self.capacity, self.level + (now - self.at) * self.rate)
            self.at = now
            return max(0.0, (needed - self.level) / self.rate)
        if now >= self.reset_at:
            self.level = math.inf
        return 0.0 if self.level >= needed else self.reset_at - now

    def take(self, units: float) -> None:
        self.level -= units


@dataclass(frozen=True, slots=True)
class Permit:
    """Permission to send one request of about `tokens`; `sent` counts the requests and tokens sent up to and including it."""

    number: int
    tokens: float
    sent: tuple[float, float]


class RateLimiter:
    """Decides when each request of a run may be sent; first come, first served.

    At most `in_flight` are sent at once. The number adapts (slow start, then AIMD): it starts at 16 and grows by one with each success;
    after the first trouble it grows by one per round of successes. 429 and timeouts cut it to 0.7, at most once a second; 5xx stops its
    growth for a while. `rpm` and `tpm` are limits set by the user; those in the headers of the service are kept as well. `max_pause` is
    the longest wait, in seconds.
    """

    def __init__(
        self,
        in_flight: int,
        *,
        rpm: float | None = None,
        tpm: float | None = None,
        max_pause: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_in_flight = in_flight
        self.limit = float(min(in_flight, _START))
        self.active = 0
        self.max_pause = max_pause
        self._clock = clock
        self._slow_start = True
        self._paused_until = self._cut_at = self._no_growth_until = -math.inf
        self._own_limits = [(kind, TokenBucket.per_minute(units)) for kind, units in enumerate((rpm, tpm)) if units]
        self._reported = [(kind, TokenBucket()) for kind in range(len(_KINDS))]
        self._buckets = [*self._own_limits, *self._reported]
        self._sent = (0.0, 0.0)
        self._number = 0
        self._queue = _FairQueue(self._admit, lambda permit: self.release(permit, "other"))
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, tokens: float) -> Permit:
        """Wait until one more request of about `tokens` may be sent. Raises LimitReached where that would take longer than `max_pause`."""
        return await self._queue.enter(tokens)

    def release(
        self, permit: Permit, signal: Signal, headers: Mapping[str, str] | None = None, *, used: float | None = None, pause: float = 0.0
    ) -> None:
        """The request of `permit` has ended. `used` is how many tokens it really took; nothing is sent for `pause` seconds from now."""
        now = self._clock()
        if pause:
            self._paused_until = max(self._paused_until, now + pause)
        self.active -= 1
        self._adapt(signal, now)
        if headers:
            for kind, bucket in self._reported:
                bucket.report(permit.number, headers, _KINDS[kind], self._sent[kind] - permit.sent[kind], now)
        if used is not None:
            for kind, bucket in self._own_limits:
                if _KINDS[kind] == "tokens":
                    bucket.take(used - permit.tokens)
        self._queue.admit_waiting()

    def reject_waiting(self, error: SummariseError) -> None:
        """Raise `error` in everyone who waits now."""
        self._queue.reject_waiting(error)

    def _adapt(self, signal: Signal, now: float) -> None:
        if signal == "ok":
            if now >= self._no_growth_until:
                self.limit = min(float(self.max_in_flight), self.limit + (1 if self._slow_start else 1 / self.limit))
        elif signal in ("limited", "slow"):
            self._slow_start = False
            if now - self._cut_at >= _CUT_PAUSE:
                self._cut_at = now
                self.limit = max(1.0, self.limit * _CUT)
        elif signal == "busy":
            self._slow_start = False
            self._no_growth_until = now + _GROWTH_PAUSE

    def _admit(self, tokens: float) -> Permit | None:
        if self.active >= int(self.limit):
            return None  # until another request ends
        now, units = self._clock(), (1.0, tokens)
        wait = max(0.0, self._paused_until - now, *(bucket.wait(units[kind], now) for kind, bucket in self._buckets))
        if wait > self.max_pause:
            raise too_long_a_pause(wait)
        if wait > 0:
            self._wake_in(wait)
            return None
        self.active += 1
        self._number += 1
        for kind, bucket in self._buckets:
            bucket.take(units[kind])
        self._sent = (self._sent[0] + 1, self._sent[1] + tokens)
        return Permit(self._number, tokens, self._sent)

    def _wake_in(self, wait: float) -> None:
        if self._timer:
            self._timer.cancel()
        # A little late rather than a little early, or the timer would fire twice for the same instant.
        self._timer = asyncio.get_running_loop().call_later(wait + 0.001, self._queue.admit_waiting)


def too_long_a_pause(pause: float) -> LimitReached:
    return LimitReached(f"the service asks for a pause of {pause:.0f} s", hint="run the same command later to resume")
