"""Concurrency: an async map with bounded concurrency, a sync bridge to an event loop in a thread, and worker processes."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pickle
import select
import sys
import threading
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from summarise.errors import UsageError
from summarise.interrupts import cancellable
from summarise.secrets import without_secrets

_SIZE = 4  # bytes in which the length of a message is sent


class WorkerLost(Exception):
    """The worker process has ended without an answer."""


class Worker:
    """A child process that runs `code`, which must call `serve`. Close it, or it lives as long as this process does.

    It gets no secrets from the environment, does not import the caller's main module, and receives no Ctrl-C. When this process ends, in
    whatever way, the `lifeline` pipe loses its other end, and the kernel ends the child, however busy it is.
    """

    def __init__(self, process: Process, lifeline: int) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._to, self._from = process, process.stdin, process.stdout
        self._lifeline = lifeline
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, code: str) -> Worker:
        """Raises OSError where it cannot be started."""
        # -P: import no module from the working folder. A session of its own: Ctrl-C is for the caller alone.
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
        """How many questions it has not answered yet."""
        return len(self._asked)

    @property
    def lost(self) -> bool:
        return self._listening.done()

    async def ask(self, question: object) -> Any:
        """The answer to `question`, which must be picklable. Raises WorkerLost."""
        if self.lost:
            raise WorkerLost
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
                    future.set_exception(WorkerLost)


async def start(workers: list[Worker], count: int, code: str) -> None:
    """Add `count` workers, or as many as can be started."""
    try:
        for _ in range(count):
            workers.append(await Worker.start(code))  # noqa: PERF401  # each must be in the list as soon as it runs, to be closed
    except OSError:
        pass  # no memory or too many processes: those that run are enough


def serve(answer: Callable[[Any], object]) -> None:
    """In a worker process: read questions from stdin and write the `answer` to each to stdout, until stdin ends."""
    _end_with(int(sys.argv[1]))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(_SIZE):
        question = pickle.loads(source.read(int.from_bytes(head)))  # noqa: S301  # from our parent
        sink.write(_frame(answer(question)))
        sink.flush()


def _end_with(lifeline: int) -> None:
    """Have the kernel end this process (by SIGIO, which is not handled) when the other end of the pipe closes."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it was closed before O_ASYNC was set
        sys.exit()


def _frame(found: object) -> bytes:
    content = pickle.dumps(found, protocol=5)
    return len(content).to_bytes(_SIZE) + content


Item = TypeVar("Item")
Result = TypeVar("Result")

# How many finished results may wait behind a slow item: 8 for each task, at least 256.
_LEAD = 8
_SHORTEST_LEAD = 256


@dataclass
class BoundedMap(Generic[Item, Result]):
    """Runs `work` on items, at most `width` at once; memory does not grow with their number."""

    work: Callable[[Item], Awaitable[Result]]
    width: int
    stopped: bool = False

    def stop(self) -> None:
        """Start no new item; those in progress are finished."""
        self.stopped = True

    async def run(self, items: Iterable[Item], *, ordered: bool = True) -> AsyncIterator[Result]:
        """The results. An exception of `work` or `items` is raised after the results that are already there."""
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
            while not self.stopped and (taken := cancellable(next, source, None)) is not None:
                index, item = taken
                done.put_nowait((index, await self.work(item)))
                await room.acquire()
        except BaseException:
            self.stop()
            raise
        finally:
            done.put_nowait(None)


async def _drain(done: asyncio.Queue[tuple[int, Result] | None], workers: int) -> AsyncIterator[tuple[int, Result]]:
    """What the workers put into the queue, until each has put None."""
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

# Seconds that the thread has after an interrupt to cancel its calls and close. In a long computation it does so later.
_MOMENT = 0.2


class SyncBridge:
    """Runs coroutines in an event loop in a thread, from sync code; open until `close()`. Of no use in a fork of the process."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._interrupted_until: float | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="summarise", daemon=True)
        self._thread.start()

    @property
    def is_here(self) -> bool:
        """Whether this is the process that made it: a fork does not have the thread."""
        return os.getpid() == self._process

    def call(self, coroutine: Coroutine[Any, Any, Returned]) -> Returned:
        """The result of the coroutine; an interrupt while waiting cancels it.

        After an interrupt, no call waits longer than a moment: it goes on in its thread, and KeyboardInterrupt is raised again. Raises
        UsageError in a fork of the process.
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
        """Note that an interrupt was raised: no call waits longer than a moment from now on."""
        if self._interrupted_until is None:
            self._interrupted_until = time.monotonic() + _MOMENT

    def iterate(self, source: AsyncIterator[Returned]) -> Iterator[Returned]:
        """The items of an async generator, which runs on while the caller uses them."""
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
        """Stop the loop, after calls that an interrupt has left running."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others and self._interrupted_until is not None:
            await asyncio.wait(others)
        await self._loop.shutdown_asyncgens()
        self._loop.stop()


def opened_elsewhere() -> UsageError:
    return UsageError("this Summariser was opened in another process", hint="open a new one after the fork")


_END: Any = object()


async def _next(source: AsyncIterator[Returned]) -> Returned:
    return await anext(source, _END)
