"""Retry: which errors deserve another try, how many, and how long a service asks to wait."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from summarise.errors import RateLimited, SummariseError, Unreachable


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
