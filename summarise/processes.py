"""Further Python processes of this program: each answers, in order, what it is asked."""

from __future__ import annotations

import fcntl
import os
import pickle
import select
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from summarise.secrets import without_secrets

if TYPE_CHECKING:  # what is asked has no use for it, and is there the sooner
    import asyncio
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
