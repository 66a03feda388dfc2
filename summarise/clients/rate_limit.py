"""Rate limits: concurrency that adapts (AIMD), token buckets a minute, a budget in dollars, and the retry policy."""

from __future__ import annotations

import asyncio
import math
import random
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Literal

from summarise.errors import LimitReached, RateLimited, SummariseError, Unreachable


class Budget:
    """US dollars. `spent` is settled, `held` may still be spent by what is in flight; their sum never goes over `cap` (None: no limit)."""

    def __init__(self, cap: float | None = None) -> None:
        self.cap = cap
        self.spent = 0.0
        self.held = 0.0
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()

    async def hold(self, worst: float) -> float:
        """Set `worst` aside, waiting for others to settle where that can make room. Returns what was set aside.

        Raises LimitReached when there is no room for it even if all that is held were given back.
        """
        if self.cap is None:
            return 0.0
        if not self._waiting and self._fits(worst):
            self.held += worst
            return worst
        self._refuse_if_hopeless(worst)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((worst, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self.settle(worst, 0.0)
            raise
        return worst

    def settle(self, held: float, cost: float) -> None:
        """Give back what was held and book what it really cost."""
        self.held = max(0.0, self.held - held)
        self.spent += cost
        self._pump()

    def _fits(self, worst: float) -> bool:
        return self.cap is None or self.spent + self.held + worst <= self.cap

    def _refuse_if_hopeless(self, worst: float) -> None:
        if self.cap is not None and self.spent + worst > self.cap:
            raise self._exhausted(worst)

    def _exhausted(self, worst: float) -> LimitReached:
        return LimitReached(
            f"{self.spent:.4f} of {self.cap:.4f} US$ are spent, and the next request may cost {worst:.4f}",
            hint="a higher --max-cost goes on where this run stopped",
        )

    def _pump(self) -> None:
        while self._waiting:
            worst, place = self._waiting[0]
            hopeless = self.cap is not None and self.spent + worst > self.cap
            if not place.done() and not hopeless and not self._fits(worst):
                return
            self._waiting.popleft()
            if place.done():
                continue
            if hopeless:
                place.set_exception(self._exhausted(worst))
            else:
                self.held += worst
                place.set_result(None)


@dataclass(frozen=True)
class Timing:
    """Seconds: `deadline` for one whole request, its answer included; `connect` for the connection alone."""

    deadline: float = 120.0
    connect: float = 10.0


@dataclass(frozen=True)
class RetryPolicy:
    """Seconds, and requests at most for one answer.

    `attempts` holds for a service that cannot be reached, `limited_attempts` for one that says it is asked too often. The backoff doubles
    from `base` to `longest`, with full jitter. A pause longer than `patience` stops the run: it can go on later. `reasks` is how often an
    invalid answer is sent back with the reasons.
    """

    attempts: int = 6
    limited_attempts: int = 12
    base: float = 0.5
    longest: float = 30.0
    patience: float = 120.0
    reasks: int = 2

    def tries(self, error: SummariseError) -> int:
        """How many requests an error of this class may take before it stands: one where another try cannot help."""
        by_class: dict[type, int] = {RateLimited: self.limited_attempts, Unreachable: self.attempts}
        return next((by_class[kind] for kind in type(error).__mro__ if kind in by_class), 1)

    def backoff(self, attempt: int) -> float:
        """A jittered pause after failure number `attempt` (from 1): between half and all of the doubled base."""
        ceiling = min(self.longest, self.base * 2.0 ** min(attempt - 1, 60))
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311  # spreads requests, guards nothing


def asked_pause(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """The seconds that a refusing service asks to wait, never negative; None where it names none.

    `headers` must find names in any case. Read in this order: retry-after-ms, Retry-After (seconds or a date), the reset times of the
    limits that are used up. `now` is Unix time.
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
    """The reset time of the limit that is used up, else the longest that is named."""
    named = {kind: seconds(headers.get(f"x-ratelimit-reset-{kind}")) for kind in ("requests", "tokens")}
    used_up = [pause for kind, pause in named.items() if pause is not None and headers.get(f"x-ratelimit-remaining-{kind}") == "0"]
    pauses = used_up or [pause for pause in named.values() if pause is not None]
    return max(pauses) if pauses else _plain_reset(headers.get("x-ratelimit-reset"), now)


_YEAR = 366 * 86_400.0


def _plain_reset(text: str | None, now: float) -> float | None:
    """x-ratelimit-reset has no standard: seconds from now, Unix time, or Unix time in milliseconds."""
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
    """A plain number of at most 15 digits before the point, None for all else."""
    found = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{0,9})?)\s*", text or "", re.ASCII)
    return float(found.group(1)) if found else None


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
