"""Concurrency: a sliding window of tasks, a sync bridge to an event loop in a thread, and worker processes."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pickle
import select
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar

from summarise.errors import UsageError
from summarise.interrupts import droppable
from summarise.secrets import without_secrets

if TYPE_CHECKING:
    from asyncio.subprocess import Process


_SIZE = 4


class Lost(Exception):
    """The process is gone, and with it what it was asked."""


class Worker:
    """One more process, which runs `code`; that must call `serve`. Close it, or it lives as long as this process does.

    It knows no key, never runs the caller's main module, hears no Ctrl-C, and ends with this process however that ends: the kernel ends it
    when the pipe that is its `lifeline` has no other end any more, however busy it is.
    """

    def __init__(self, process: Process, lifeline: int) -> None:
        import asyncio

        assert process.stdin is not None and process.stdout is not None
        self._process, self._to, self._from = process, process.stdin, process.stdout
        self._lifeline = lifeline
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, code: str) -> Worker:
        """Raises OSError where it cannot be started."""
        import asyncio
        from asyncio.subprocess import DEVNULL, PIPE

        # -P: a module that happens to lie in the working folder is not ours. A session of its own: Ctrl-C is for the caller alone.
        lifeline, here = os.pipe()
        command = (sys.executable, "-P", "-c", code, str(lifeline))
        environment = without_secrets(os.environ)
        pipes: dict[str, Any] = {"stdin": PIPE, "stdout": PIPE, "stderr": DEVNULL, "pass_fds": (lifeline,), "limit": 1 << 20}
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True, **pipes)
        except BaseException:
            os.close(here)
            raise
        finally:
            os.close(lifeline)
        return cls(process, here)

    @property
    def waiting(self) -> int:
        """How many questions it has still to answer."""
        return len(self._asked)

    @property
    def lost(self) -> bool:
        return self._listening.done()

    async def ask(self, question: object) -> Any:
        """The answer to something that can be pickled. Raises Lost."""
        import asyncio

        if self.lost:
            raise Lost
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._to.write(_frame(question))
        return pickle.loads(await answer)  # noqa: S301  # from our own process

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        self._listening.cancel()
        self._to.close()
        self.kill()
        await self._process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    async def _listen(self) -> None:
        import asyncio

        try:
            while True:
                size = int.from_bytes(await self._from.readexactly(_SIZE))
                answer = await self._from.readexactly(size)
                if not (future := self._asked.popleft()).done():
                    future.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            for future in self._asked:
                if not future.done():
                    future.set_exception(Lost)


async def start(workers: list[Worker], count: int, code: str) -> None:
    """Adds as many workers as can be started, `count` at most."""
    try:
        for _ in range(count):
            workers.append(await Worker.start(code))  # noqa: PERF401  # each is there to be closed as soon as it runs
    except OSError:
        pass  # no memory or no process to be had: those that run will do


def serve(answer: Callable[[Any], object], source: BinaryIO | None = None, sink: BinaryIO | None = None) -> None:
    """Read questions from `source` (stdin) and write what `answer` says of each to `sink` (stdout), until there are no more."""
    if source is None:
        _end_with(int(sys.argv[1]))
    source, sink = source or sys.stdin.buffer, sink or sys.stdout.buffer
    while head := source.read(_SIZE):
        question = pickle.loads(source.read(int.from_bytes(head)))  # noqa: S301  # from our parent
        sink.write(_frame(answer(question)))
        sink.flush()


def _end_with(lifeline: int) -> None:
    """Has the kernel end this process (SIGIO, which nobody handles) when the pipe has no other end any more."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it had none before this was said
        sys.exit()


def _frame(found: object) -> bytes:
    content = pickle.dumps(found, protocol=5)
    return len(content).to_bytes(_SIZE) + content


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


Returned = TypeVar("Returned")

# Seconds that the thread has after an interrupt to cancel its calls and to close. It may be in a long computation, and then does so later.
_MOMENT = 0.2


class Portal:
    """Open until `close()`. It belongs to the process that made it: see `is_here`."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._interrupted_until: float | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="summarise", daemon=True)
        self._thread.start()

    @property
    def is_here(self) -> bool:
        """Whether this is the process that made it; a fork of it has not got the thread."""
        return os.getpid() == self._process

    def call(self, coroutine: Coroutine[Any, Any, Returned]) -> Returned:
        """The result of the coroutine; an interrupt while waiting for it cancels it.

        After an interrupt nothing is waited for any longer than a moment: what is called goes on in its thread, and KeyboardInterrupt is
        raised again. Raises UsageError in a fork of the process.
        """
        if not self.is_here:
            coroutine.close()
            raise opened_elsewhere()
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(self._left())
        except KeyboardInterrupt:
            self.interrupt()
            future.cancel()
            raise
        except TimeoutError:
            if future.done():
                raise
            raise KeyboardInterrupt from None

    def interrupt(self) -> None:
        """An interrupt was raised: wait for nothing longer than a moment from now on."""
        if self._interrupted_until is None:
            self._interrupted_until = time.monotonic() + _MOMENT

    def iterate(self, source: AsyncIterator[Returned]) -> Iterator[Returned]:
        """The items of an async generator, which goes on working while the caller does."""

        try:
            while (item := self.call(_next(source))) is not _END:
                yield item
        finally:
            # An interrupt has cancelled it already.
            if self.is_here and self._interrupted_until is None and (close := getattr(source, "aclose", None)):
                self.call(close())

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join(self._left())

    def _left(self) -> float | None:
        return None if self._interrupted_until is None else max(0.0, self._interrupted_until - time.monotonic())

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    async def _end(self) -> None:
        """Lets come to their end first what nobody has waited for."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others and self._interrupted_until is not None:
            await asyncio.wait(others)
        await self._loop.shutdown_asyncgens()
        self._loop.stop()


def opened_elsewhere() -> UsageError:
    return UsageError("this Summariser was opened in another process", hint="open one of its own after the fork")


_END: Any = object()


async def _next(source: AsyncIterator[Returned]) -> Returned:
    return await anext(source, _END)
