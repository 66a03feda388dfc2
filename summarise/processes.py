"""Further Python processes of this program: each answers, in order, what it is asked."""

from __future__ import annotations

import os
import pickle
import sys
from collections import deque
from collections.abc import Callable
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

    It knows no key, never runs the caller's main module, hears no Ctrl-C, and ends with this process however that ends.
    """

    def __init__(self, process: Process) -> None:
        import asyncio

        assert process.stdin is not None and process.stdout is not None
        self._process, self._to, self._from = process, process.stdin, process.stdout
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, code: str) -> Worker:
        """Raises OSError where it cannot be started."""
        import asyncio
        from asyncio.subprocess import DEVNULL, PIPE

        # -P: a module that happens to lie in the working folder is not ours. A session of its own: Ctrl-C is for the caller alone.
        command = (sys.executable, "-P", "-c", code)
        environment = without_secrets(os.environ)
        return cls(
            await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True, limit=1 << 20
            )
        )

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

    async def close(self) -> None:
        self._listening.cancel()
        self._to.close()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

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
    source, sink = source or sys.stdin.buffer, sink or sys.stdout.buffer
    while head := source.read(_SIZE):
        question = pickle.loads(source.read(int.from_bytes(head)))  # noqa: S301  # from our parent
        sink.write(_frame(answer(question)))
        sink.flush()


def _frame(found: object) -> bytes:
    content = pickle.dumps(found, protocol=5)
    return len(content).to_bytes(_SIZE) + content
