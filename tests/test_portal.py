"""The portal from sync code into async code."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from summarise.concurrency import Portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    with closing(Portal()) as opened:
        yield opened


async def _count(closed: list[str]) -> AsyncIterator[int]:
    try:
        for n in range(5):
            await asyncio.sleep(0)
            yield n
    finally:
        closed.append("closed")


def test_it_returns_what_a_coroutine_returns_and_raises_what_it_raises(portal: Portal) -> None:
    async def answer(n: int) -> int:
        return 10 // n

    assert portal.call(answer(2)) == 5
    with pytest.raises(ZeroDivisionError):
        portal.call(answer(0))


def test_it_works_inside_a_running_loop(portal: Portal) -> None:
    async def as_in_a_notebook() -> list[int]:
        return list(portal.iterate(_count([])))

    assert asyncio.run(as_in_a_notebook()) == [0, 1, 2, 3, 4]


def test_an_iteration_that_is_left_early_closes_its_source(portal: Portal) -> None:
    closed: list[str] = []
    items = portal.iterate(_count(closed))
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]


def test_no_thread_is_left_after_closing() -> None:
    before = threading.active_count()
    Portal().close()
    assert threading.active_count() == before
