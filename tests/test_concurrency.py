"""The bounded async map, and the bridge from sync code into async code."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from summarise.concurrency import BoundedMap, SyncBridge


async def _collect(mapped: BoundedMap[int, int], items: Iterator[int] | range, *, ordered: bool = True) -> list[int]:
    return [result async for result in mapped.run(items, ordered=ordered)]


def test_results_come_in_the_order_of_the_items() -> None:
    async def work(item: int) -> int:
        await asyncio.sleep(0.02 if item % 7 == 0 else 0)
        return item * 10

    assert asyncio.run(_collect(BoundedMap(work, 4), range(30))) == [i * 10 for i in range(30)]


def test_unordered_results_come_as_they_are_finished() -> None:
    async def work(item: int) -> int:
        await asyncio.sleep(0.1 if item == 0 else 0)
        return item

    results = asyncio.run(_collect(BoundedMap(work, 2), range(5), ordered=False))
    assert (sorted(results), results[-1]) == ([0, 1, 2, 3, 4], 0)


def test_never_more_than_its_width_is_under_way_and_never_less_while_there_is_work() -> None:
    under_way: list[int] = []
    now = 0

    async def work(item: int) -> int:
        nonlocal now
        now += 1
        under_way.append(now)
        await asyncio.sleep(0)
        now -= 1
        return item

    asyncio.run(_collect(BoundedMap(work, 5), range(100)))
    assert max(under_way) == 5


def test_items_are_taken_only_as_results_are_taken() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for n in range(100_000):
            taken += 1
            yield n

    async def work(item: int) -> int:
        return item

    async def first_of_many() -> int:
        async for result in BoundedMap(work, 3).run(items()):
            await asyncio.sleep(0.01)
            return result
        raise AssertionError

    assert asyncio.run(first_of_many()) == 0
    assert taken <= 3 + 256


def test_a_stopped_map_finishes_what_is_under_way_and_takes_nothing_new() -> None:
    mapped: BoundedMap[int, int]

    async def work(item: int) -> int:
        if item == 5:
            mapped.stop()
        await asyncio.sleep(0.01)
        return item

    mapped = BoundedMap(work, 3)
    results = asyncio.run(_collect(mapped, range(1000)))
    assert results == list(range(len(results)))
    assert 6 <= len(results) <= 8


def test_an_exception_comes_after_the_results_that_are_there() -> None:
    async def work(item: int) -> int:
        if item == 3:
            raise LookupError("three")
        return item

    async def until_it_breaks() -> list[int]:
        results: list[int] = []
        with pytest.raises(LookupError, match="three"):
            async for result in BoundedMap(work, 1).run(range(10)):
                results.append(result)  # noqa: PERF401  # the loop raises
        return results

    assert asyncio.run(until_it_breaks()) == [0, 1, 2]


def test_an_exception_of_the_items_ends_the_run() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    async def work(item: int) -> int:
        return item

    with pytest.raises(OSError, match="gone"):
        asyncio.run(_collect(BoundedMap(work, 4), items()))


def test_leaving_the_run_early_cancels_what_is_under_way() -> None:
    cancelled: list[int] = []

    async def work(item: int) -> int:
        try:
            await asyncio.sleep(0 if item == 0 else 60)
        except asyncio.CancelledError:
            cancelled.append(item)
            raise
        return item

    async def only_the_first() -> None:
        run = BoundedMap(work, 3).run(range(10))
        assert await anext(run) == 0
        await run.aclose()  # type: ignore[attr-defined]

    asyncio.run(only_the_first())
    assert len(cancelled) == 3


@pytest.fixture
def bridge() -> Iterator[SyncBridge]:
    with closing(SyncBridge()) as opened:
        yield opened


async def _count(closed: list[str]) -> AsyncIterator[int]:
    try:
        for n in range(5):
            await asyncio.sleep(0)
            yield n
    finally:
        closed.append("closed")


def test_it_returns_what_a_coroutine_returns_and_raises_what_it_raises(bridge: SyncBridge) -> None:
    async def answer(n: int) -> int:
        return 10 // n

    assert bridge.call(answer(2)) == 5
    with pytest.raises(ZeroDivisionError):
        bridge.call(answer(0))


def test_it_works_inside_a_running_loop(bridge: SyncBridge) -> None:
    async def as_in_a_notebook() -> list[int]:
        return list(bridge.iterate(_count([])))

    assert asyncio.run(as_in_a_notebook()) == [0, 1, 2, 3, 4]


def test_an_iteration_that_is_left_early_closes_its_source(bridge: SyncBridge) -> None:
    closed: list[str] = []
    items = bridge.iterate(_count(closed))
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]


def test_no_thread_is_left_after_closing() -> None:
    before = threading.active_count()
    SyncBridge().close()
    assert threading.active_count() == before
