from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.clients.rate_limit import Bucket, Gate, Mirror
from summarise.errors import LimitReached


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def gate(in_flight: int, **options) -> tuple[Gate, Clock]:
    clock = Clock()
    return Gate(in_flight, clock=clock, **options), clock


async def admitted(gate: Gate, wanted: int, tokens: float = 1.0) -> tuple[list, list]:
    """The tickets of those who may go now, and the tasks that wait."""
    tasks = [asyncio.create_task(gate.enter(tokens)) for _ in range(wanted)]
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
        it, _ = gate(64)
        tickets, waiting = await admitted(it, 100)
        assert (len(tickets), len(waiting)) == (16, 84)
        for ticket in tickets:
            it.leave(ticket, "ok")
        return it.flying

    assert run(main) == 32


def test_never_more_than_was_allowed():
    async def main():
        it, _ = gate(20)
        tickets, _ = await admitted(it, 100)
        for ticket in tickets:
            it.leave(ticket, "ok")
        return it.flying, it.limit

    assert run(main) == (20, 20.0)


@pytest.mark.parametrize("signal", ["limited", "slow"])
def test_trouble_cuts_to_seven_tenths_once_a_second_and_ends_the_fast_growth(signal):
    async def main():
        it, clock = gate(64)
        tickets, _ = await admitted(it, 10)
        it.leave(tickets[0], signal)
        it.leave(tickets[1], signal)
        once = it.limit
        clock.now += 1
        it.leave(tickets[2], signal)
        twice = it.limit
        it.leave(tickets[3], "ok")
        return once, twice, it.limit

    once, twice, after = run(main)
    assert once == pytest.approx(11.2)
    assert twice == pytest.approx(7.84)
    assert after == pytest.approx(7.84 + 1 / 7.84)


def test_server_trouble_stops_the_growth_for_a_while_and_cuts_nothing():
    async def main():
        it, clock = gate(64)
        tickets, _ = await admitted(it, 10)
        it.leave(tickets[0], "busy")
        it.leave(tickets[1], "ok")
        held = it.limit
        clock.now += 6
        it.leave(tickets[2], "ok")
        return held, it.limit

    held, after = run(main)
    assert held == 16
    assert after == pytest.approx(16 + 1 / 16)


def test_those_who_give_up_make_room():
    async def main():
        it, _ = gate(1)
        (ticket,), (second, third) = await admitted(it, 3)
        second.cancel()
        it.leave(ticket, "other")
        await asyncio.sleep(0)
        await third
        return it.flying

    assert run(main) == 1


def test_who_is_cancelled_in_the_moment_it_may_go_gives_its_place_back():
    async def main():
        it, _ = gate(1)
        (ticket,), (second,) = await admitted(it, 2)
        it.leave(ticket, "ok")
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        return it.flying

    assert run(main) == 0


# --- pauses -----------------------------------------------------------------------------------------------------------


def test_a_pause_holds_everybody_and_then_lets_them_go():
    async def main():
        it = Gate(4)
        ticket = await it.enter(1)
        it.leave(ticket, "limited", pause=0.05)
        start = asyncio.get_running_loop().time()
        await asyncio.gather(it.enter(1), it.enter(1))
        return asyncio.get_running_loop().time() - start

    assert run(main) >= 0.05


def test_a_wait_beyond_patience_is_an_error_that_can_be_resumed():
    async def main():
        it, _ = gate(4, patience=10)
        ticket = await it.enter(1)
        it.leave(ticket, "ok", {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3h"})
        await it.enter(1)

    with pytest.raises(LimitReached, match="the service asks for a pause of 10800 s"):
        run(main)


# --- limits of the user -------------------------------------------------------------------------------------------


def test_requests_a_minute_are_spread_evenly_without_a_burst():
    async def main():
        it, clock = gate(64, rpm=600)
        tickets, _ = await admitted(it, 64)
        first = len(tickets)
        clock.now += 0.5
        it.leave(tickets[0], "ok")
        return first, it._number

    assert run(main) == (10, 15)


@given(st.floats(1, 100_000), st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 20)), min_size=1, max_size=50))
def test_a_bucket_never_gives_more_than_its_rate_and_one_second_or_request(per_minute: float, steps: list[tuple[float, float]]):
    bucket, now, taken, largest = Bucket(per_minute), 0.0, 0.0, 0.0
    for units, pause in steps:
        now += pause
        if bucket.wait(units, now) == 0:
            bucket.take(units)
            taken, largest = taken + units, max(largest, units)
    assert taken <= now * per_minute / 60 + bucket.full + largest + 1e-6


def test_tokens_that_were_not_used_are_given_back():
    async def main():
        it, clock = gate(64, tpm=6000)
        ticket = await it.enter(5000)
        clock.now += 1
        it.leave(ticket, "ok", used=50)
        return len((await admitted(it, 1, 50))[0])

    assert run(main) == 1


# --- limits that a service tells ------------------------------------------------------------------------------------


def headers(remaining: object, limit: object, reset: object) -> dict[str, str]:
    values = {"remaining": remaining, "limit": limit, "reset": reset}
    return {f"x-ratelimit-{name}-requests": str(value) for name, value in values.items() if value is not None}


def test_what_was_sent_after_the_report_is_taken_off_it():
    mirror = Mirror()
    mirror.report(1, headers(10, 600, "59s"), "requests", 8, 100.0)
    assert mirror.wait(1, 100.0) == 0
    mirror.take(2)
    assert mirror.wait(1, 100.0) == pytest.approx(0.1)
    assert mirror.wait(1, 100.1) == pytest.approx(0)


def test_an_answer_to_an_older_request_tells_nothing_new():
    mirror = Mirror()
    mirror.report(5, headers(1, 600, "59.9s"), "requests", 0, 100.0)
    mirror.report(4, headers(500, 600, "10s"), "requests", 0, 100.0)
    assert mirror.left == 1


def test_without_a_limit_the_reset_is_waited_for():
    mirror = Mirror()
    mirror.report(1, headers(0, None, "2s"), "requests", 0, 100.0)
    assert mirror.wait(1, 100.5) == pytest.approx(1.5)
    assert mirror.wait(1, 102.0) == 0


def test_a_request_larger_than_the_limit_waits_for_a_full_bucket_only():
    mirror = Mirror()
    mirror.report(1, headers(590, 600, "1s"), "requests", 0, 100.0)
    assert mirror.wait(10_000, 100.0) == pytest.approx(1.0)


@given(
    st.dictionaries(
        st.sampled_from([f"x-ratelimit-{w}-requests" for w in ("limit", "remaining", "reset")]),
        st.text() | st.from_regex(r"\d+(\.\d+)?(ms|s)?", fullmatch=True),
    )
)
def test_whatever_the_headers_say_the_wait_is_a_number_and_ends(told: dict[str, str]):
    mirror = Mirror()
    mirror.report(1, told, "requests", 3, 100.0)
    wait = mirror.wait(1, 100.0)
    assert 0 <= wait < 1e18
    assert mirror.wait(1, 100.0 + wait + 1) <= max(1.0, wait * 1e-6)
