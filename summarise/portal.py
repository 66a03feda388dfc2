"""A portal: a thread with an event loop of its own, so that sync code can use async code, also inside a running loop (a notebook)."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

from summarise.errors import UsageError

Result = TypeVar("Result")

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

    def call(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
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

    def iterate(self, source: AsyncIterator[Result]) -> Iterator[Result]:
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


async def _next(source: AsyncIterator[Result]) -> Result:
    return await anext(source, _END)
