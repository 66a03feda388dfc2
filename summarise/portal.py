"""A portal: a thread with an event loop of its own, so that sync code can use async code, also inside a running loop (a notebook)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")


class Portal:
    """Open until `close()`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="summarise", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """The result of the coroutine; an interrupt while waiting for it cancels it."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def iterate(self, source: AsyncIterator[Result]) -> Iterator[Result]:
        """The items of an async generator, which goes on working while the caller does."""

        try:
            while (item := self.call(_next(source))) is not _END:
                yield item
        finally:
            if close := getattr(source, "aclose", None):
                self.call(close())

    def close(self) -> None:
        self.call(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


_END: Any = object()


async def _next(source: AsyncIterator[Result]) -> Result:
    return await anext(source, _END)
