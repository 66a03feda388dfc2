"""Adaptive concurrency, token buckets, the budget and the retry policy."""

from __future__ import annotations

import asyncio
import random
from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.clients.rate_limit import Budget, RateLimiter, RetryPolicy, TokenBucket, retry_after, seconds
from summarise.errors import LimitReached, QuotaExceeded, RateLimited, Rejected, TooLong, Unreachable


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def made(in_flight: int, **options) -> tuple[RateLimiter, Clock]:
    clock = Clock()
    return RateLimiter(in_flight, clock=clock, **options), clock


async def admitted(limiter: RateLimiter, wanted: int, tokens: float = 1.0) -> tuple[list, list]:
    """The permits of those who may go now, and the tasks that wait."""
    tasks = [asyncio.create_task(limiter.acquire(tokens)) for _ in range(wanted)]
    for _ in range(3):
        await asyncio.sleep(0)
    return [t.result() for t in tasks if t.done()], [t for t in tasks if not t.done()]


def run(main):
    """Run to the end, and take back whoever still waits."""

    async def wrapped():
        try:
            return await main()
        finally:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    return asyncio.run(wrapped())


# --- concurrency ------------------------------------------------------------------------------------------------------


def test_sixteen_go_at_first_and_one_more_for_each_success():
    async def main():
        it, _ = made(64)
        permits, waiting = await admitted(it, 100)
        assert (len(permits), len(waiting)) == (16, 84)
        for permit in permits:
            it.release(permit, "ok")
        return it.active

    assert run(main) == 32


def test_never_more_than_was_allowed():
    async def main():
        it, _ = made(20)
        permits, _ = await admitted(it, 100)
        for permit in permits:
            it.release(permit, "ok")
        return it.active, it.limit

    assert run(main) == (20, 20.0)


@pytest.mark.parametrize("signal", ["limited", "slow"])
def test_trouble_cuts_to_seven_tenths_once_a_second_and_ends_the_fast_growth(signal):
    async def main():
        it, clock = made(64)
        permits, _ = await admitted(it, 10)
        it.release(permits[0], signal)
        it.release(permits[1], signal)
        once = it.limit
        clock.now += 1
        it.release(permits[2], signal)
        twice = it.limit
        it.release(permits[3], "ok")
        return once, twice, it.limit

    once, twice, after = run(main)
    assert once == pytest.approx(11.2)
    assert twice == pytest.approx(7.84)
    assert after == pytest.approx(7.84 + 1 / 7.84)


def test_server_trouble_stops_the_growth_for_a_while_and_cuts_nothing():
    async def main():
        it, clock = made(64)
        permits, _ = await admitted(it, 10)
        it.release(permits[0], "busy")
        it.release(permits[1], "ok")
        held = it.limit
        clock.now += 6
        it.release(permits[2], "ok")
        return held, it.limit

    held, after = run(main)
    assert held == 16
    assert after == pytest.approx(16 + 1 / 16)


def test_those_who_give_up_make_room():
    async def main():
        it, _ = made(1)
        (permit,), (second, third) = await admitted(it, 3)
        second.cancel()
        it.release(permit, "other")
        await asyncio.sleep(0)
        await third
        return it.active

    assert run(main) == 1


def test_who_is_cancelled_in_the_moment_it_may_go_gives_its_place_back():
    async def main():
        it, _ = made(1)
        (permit,), (second,) = await admitted(it, 2)
        it.release(permit, "ok")
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        return it.active

    assert run(main) == 0


# --- pauses -----------------------------------------------------------------------------------------------------------


def test_a_pause_holds_everybody_and_then_lets_them_go():
    async def main():
        it = RateLimiter(4)
        permit = await it.acquire(1)
        it.release(permit, "limited", pause=0.05)
        start = asyncio.get_running_loop().time()
        await asyncio.gather(it.acquire(1), it.acquire(1))
        return asyncio.get_running_loop().time() - start

    assert run(main) >= 0.05


def test_a_wait_beyond_the_longest_pause_is_an_error_that_can_be_resumed():
    async def main():
        it, _ = made(4, max_pause=10)
        permit = await it.acquire(1)
        it.release(permit, "ok", {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3h"})
        await it.acquire(1)

    with pytest.raises(LimitReached, match="the service asks for a pause of 10800 s"):
        run(main)


# --- limits of the user -------------------------------------------------------------------------------------------


def test_requests_a_minute_are_spread_evenly_without_a_burst():
    async def main():
        it, clock = made(64, rpm=600)
        permits, _ = await admitted(it, 64)
        first = len(permits)
        clock.now += 0.5
        it.release(permits[0], "ok")
        return first, it._number

    assert run(main) == (10, 15)


@given(st.floats(1, 100_000), st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 20)), min_size=1, max_size=50))
def test_a_bucket_never_gives_more_than_its_rate_and_one_second_or_request(per_minute: float, steps: list[tuple[float, float]]):
    bucket, now, taken, largest = TokenBucket.per_minute(per_minute), 0.0, 0.0, 0.0
    for units, pause in steps:
        now += pause
        if bucket.wait(units, now) == 0:
            bucket.take(units)
            taken, largest = taken + units, max(largest, units)
    assert taken <= now * per_minute / 60 + bucket.capacity + largest + 1e-6


def test_tokens_that_were_not_used_are_given_back():
    async def main():
        it, clock = made(64, tpm=6000)
        permit = await it.acquire(5000)
        clock.now += 1
        it.release(permit, "ok", used=50)
        return len((await admitted(it, 1, 50))[0])

    assert run(main) == 1


# --- limits that a service tells ------------------------------------------------------------------------------------


def headers(remaining: object, limit: object, reset: object) -> dict[str, str]:
    values = {"remaining": remaining, "limit": limit, "reset": reset}
    return {f"x-ratelimit-{name}-requests": str(value) for name, value in values.items() if value is not None}


def test_what_was_sent_after_the_report_is_taken_off_it():
    bucket = TokenBucket()
    bucket.report(1, headers(10, 600, "59s"), "requests", 8, 100.0)
    assert bucket.wait(1, 100.0) == 0
    bucket.take(2)
    assert bucket.wait(1, 100.0) == pytest.approx(0.1)
    assert bucket.wait(1, 100.1) == pytest.approx(0)


def test_an_answer_to_an_older_request_tells_nothing_new():
    bucket = TokenBucket()
    bucket.report(5, headers(1, 600, "59.9s"), "requests", 0, 100.0)
    bucket.report(4, headers(500, 600, "10s"), "requests", 0, 100.0)
    assert bucket.level == 1


def test_without_a_limit_the_reset_is_waited_for():
    bucket = TokenBucket()
    bucket.report(1, headers(0, None, "2s"), "requests", 0, 100.0)
    assert bucket.wait(1, 100.5) == pytest.approx(1.5)
    assert bucket.wait(1, 102.0) == 0


def test_a_request_larger_than_the_limit_waits_for_a_full_bucket_only():
    bucket = TokenBucket()
    bucket.report(1, headers(590, 600, "1s"), "requests", 0, 100.0)
    assert bucket.wait(10_000, 100.0) == pytest.approx(1.0)


@given(
    st.dictionaries(
        st.sampled_from([f"x-ratelimit-{w}-requests" for w in ("limit", "remaining", "reset")]),
        st.text() | st.from_regex(r"\d+(\.\d+)?(ms|s)?", fullmatch=True),
    )
)
def test_whatever_the_headers_say_the_wait_is_a_number_and_ends(told: dict[str, str]):
    bucket = TokenBucket()
    bucket.report(1, told, "requests", 3, 100.0)
    wait = bucket.wait(1, 100.0)
    assert 0 <= wait < 1e18
    assert bucket.wait(1, 100.0 + wait + 1) <= max(1.0, wait * 1e-6)


def test_without_a_cap_nothing_is_held_but_all_is_counted():
    budget = Budget()
    assert asyncio.run(budget.reserve(5.0)) == 0.0
    budget.settle(0.0, 0.25)
    assert (budget.spent, budget.reserved) == (0.25, 0.0)


def test_who_does_not_fit_waits_for_the_others_to_settle():
    async def main():
        budget = Budget(1.0)
        first = await budget.reserve(0.75)
        second = asyncio.create_task(budget.reserve(0.5))
        await asyncio.sleep(0)
        waited = not second.done()
        budget.settle(first, 0.125)
        return waited, await second, budget.spent, budget.reserved

    assert asyncio.run(main()) == (True, 0.5, 0.125, 0.5)


def test_who_cannot_fit_even_if_all_is_given_back_is_refused_at_once():
    async def main():
        budget = Budget(1.0)
        budget.settle(0.0, 0.75)
        await budget.reserve(0.5)

    with pytest.raises(LimitReached, match=r"0.7500 of 1.0000 US\$ are spent, and the next request may cost 0.5000"):
        asyncio.run(main())


def test_who_waits_is_refused_when_the_others_have_spent_too_much():
    async def main():
        budget = Budget(1.0)
        first = await budget.reserve(0.75)
        second = asyncio.create_task(budget.reserve(0.5))
        await asyncio.sleep(0)
        budget.settle(first, 0.75)
        await second

    with pytest.raises(LimitReached):
        asyncio.run(main())


def test_who_gives_up_waiting_leaves_nothing_held():
    async def main():
        budget = Budget(1.0)
        first = await budget.reserve(0.75)
        second = asyncio.create_task(budget.reserve(0.5))
        await asyncio.sleep(0)
        budget.settle(first, 0.0)  # lets the second in at the moment in which it is cancelled
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        return budget.reserved

    assert asyncio.run(main()) == 0.0


@settings(max_examples=40)
@given(st.floats(0.1, 5), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=40), st.randoms(use_true_random=False))
def test_what_is_spent_and_held_never_passes_the_cap(cap: float, requests: list[tuple[float, float]], dice: random.Random):
    async def one(budget: Budget, worst: float, share: float) -> None:
        try:
            held = await budget.reserve(worst)
        except LimitReached:
            return
        assert budget.spent + budget.reserved <= cap + 1e-9
        for _ in range(dice.randrange(4)):
            await asyncio.sleep(0)
        budget.settle(held, worst * share)

    async def main() -> Budget:
        budget = Budget(cap)
        await asyncio.wait_for(asyncio.gather(*(one(budget, worst, share) for worst, share in requests)), 5)
        return budget

    budget = asyncio.run(main())
    assert budget.spent <= cap + 1e-9
    assert budget.reserved == pytest.approx(0, abs=1e-9)


NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"x-ratelimit-reset-requests": "1m30s", "x-ratelimit-reset-tokens": "20ms"}, 90.0),
        ({"x-ratelimit-reset-requests": "1m30s", "x-ratelimit-reset-tokens": "20ms", "x-ratelimit-remaining-tokens": "0"}, 0.02),
        ({"x-ratelimit-reset": "12"}, 12.0),
        ({"x-ratelimit-reset": str(NOW + 7)}, 7.0),
        ({"x-ratelimit-reset": f"{(NOW + 7) * 1000:.0f}"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
    ],
)
def test_the_pause_that_a_service_asks_for(headers, pause):
    assert retry_after(headers, NOW) == (None if pause is None else pytest.approx(pause))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20ms", 0.02),
        ("1s", 1.0),
        ("1m30.5s", 90.5),
        ("6h0m0s", 21600.0),
        ("2d", 172800.0),
        ("1.5", 1.5),
        ("", None),
        ("s", None),
        ("1 week", None),
        (None, None),
    ],
)
def test_durations_in_seconds(text, value):
    assert seconds(text) == (None if value is None else pytest.approx(value))


NAMES = ["retry-after", "retry-after-ms", "x-ratelimit-reset", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"]


@given(st.dictionaries(st.sampled_from(NAMES), st.text() | st.from_regex(r"\d{1,20}(\.\d+)?(ms|s|m|h)?", fullmatch=True)))
def test_whatever_the_headers_say_the_pause_is_a_finite_number_or_none(headers):
    pause = retry_after(headers, NOW)
    assert pause is None or 0 <= pause < 1e17


@pytest.mark.parametrize(
    ("error", "tries"),
    [(Unreachable("x"), 6), (RateLimited("x"), 12), (Rejected("x"), 1), (QuotaExceeded("x"), 1), (TooLong("x"), 1), (LimitReached("x"), 1)],
)
def test_only_what_may_pass_is_tried_again(error, tries):
    assert RetryPolicy().max_attempts(error) == tries
    assert (tries > 1) == error.retryable


@given(st.integers(1, 10_000))
def test_the_backoff_doubles_up_to_its_limit_with_jitter(attempt):
    ceiling = min(30.0, 0.5 * 2.0 ** min(attempt - 1, 60))
    assert ceiling / 2 <= RetryPolicy().backoff(attempt) <= ceiling
