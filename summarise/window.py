"""A sliding window: many things under way at once, never more than a few; results in order, or as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from summarise.interrupts import droppable

Item = TypeVar("Item")
Result = TypeVar("Result")

# How far the others may run ahead of a slow item before they wait for it, in widths and in results.
_LEAD = 8
_SHORTEST_LEAD = 256


@dataclass
class Window(Generic[Item, Result]):
    """Runs `work` on items, `width` at once, in memory that does not grow with their number."""

    work: Callable[[Item], Awaitable[Result]]
    width: int
    stopped: bool = False

    def stop(self) -> None:
        """Take no new item; what is under way comes to its end."""
        self.stopped = True

    async def run(self, items: Iterable[Item], *, ordered: bool = True) -> AsyncIterator[Result]:
        """The results. What `work` or `items` raises ends the run after the results that are already there."""
        source = enumerate(items)
        done: asyncio.Queue[tuple[int, Result] | None] = asyncio.Queue()
        room = asyncio.Semaphore(max(_SHORTEST_LEAD, _LEAD * self.width))
        workers = [asyncio.create_task(self._worker(source, done, room)) for _ in range(self.width)]
        try:
            async for result in _arrange(_drain(done, self.width), ordered=ordered):
                room.release()
                yield result
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _worker(
        self, source: Iterator[tuple[int, Item]], done: asyncio.Queue[tuple[int, Result] | None], room: asyncio.Semaphore
    ) -> None:
        try:
            await room.acquire()
            while not self.stopped and (taken := droppable(next, source, None)) is not None:
                index, item = taken
                done.put_nowait((index, await self.work(item)))
                await room.acquire()
        except BaseException:
            self.stop()
            raise
        finally:
            done.put_nowait(None)


async def _drain(done: asyncio.Queue[tuple[int, Result] | None], workers: int) -> AsyncIterator[tuple[int, Result]]:
    """What the workers put, until each of them has said that it is through."""
    while workers:
        entry = await done.get()
        if entry is None:
            workers -= 1
        else:
            yield entry


async def _arrange(entries: AsyncIterator[tuple[int, Result]], *, ordered: bool) -> AsyncIterator[Result]:
    waiting: dict[int, Result] = {}
    turn = 0
    async for index, result in entries:
        if not ordered:
            yield result
            continue
        waiting[index] = result
        while turn in waiting:
            yield waiting.pop(turn)
            turn += 1
