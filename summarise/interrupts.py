"""Interrupts: what a signal may interrupt and what it may not, and which temporary files must be removed at the end.

Nothing here installs a signal handler: the command line does (see `cli.signals`), and users of the library may.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from summarise.errors import Stopped

if TYPE_CHECKING:
    from pathlib import Path

Result = TypeVar("Result")


class _Cancelled(BaseException):
    """Not an Exception, so that no `except Exception` on the way catches it."""


class _State:
    """The thread in an `uninterrupted` block, whether an interrupt waits for its end, and the thread in a `cancellable` call."""

    def __init__(self) -> None:
        self.whole_in: int | None = None
        self.late = False
        self.cancellable_in: int | None = None
        self.temporary: set[str] = set()


_state = _State()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """An interrupt during the block is raised at its end: half a line is worse than a short wait."""
    _state.whole_in = threading.get_ident()
    try:
        yield
    finally:
        _state.whole_in = None
    if _state.late:
        _state.late = False
        raise KeyboardInterrupt


def interrupt() -> None:
    """Raise KeyboardInterrupt: now, or at the end of the `uninterrupted` block of this thread. For signal handlers."""
    if _state.whole_in == threading.get_ident():
        _state.late = True
    else:
        raise KeyboardInterrupt


def cancellable(make: Callable[..., Result], *of: object) -> Result:
    """The result of `make(*of)`. Raises Stopped where a signal handler calls `cancel`; `make` must be safe to repeat."""
    try:
        _state.cancellable_in = threading.get_ident()
        try:
            return make(*of)
        finally:
            _state.cancellable_in = None
    except _Cancelled:
        raise stopped() from None


def cancel() -> None:
    """Cancel the `cancellable` call of this thread, if there is one. For signal handlers."""
    if _state.cancellable_in == threading.get_ident():
        raise _Cancelled


def stopped() -> Stopped:
    return Stopped("the run was stopped before this was done", hint="run the same command again to resume")


def add_temporary(path: str | os.PathLike[str]) -> None:
    """Register a file to be removed at the end of this process, unless it is forgotten before."""
    _state.temporary.add(os.fspath(path))


def forget_temporary(path: str | os.PathLike[str]) -> None:
    _state.temporary.discard(os.fspath(path))


@contextmanager
def temporary(path: Path) -> Iterator[None]:
    """A file that is removed at the end of the block."""
    add_temporary(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        forget_temporary(path)


def remove_temporary() -> None:
    """Remove every registered file."""
    while _state.temporary:
        with suppress(OSError, KeyError):
            os.unlink(_state.temporary.pop())  # noqa: PTH108  # at exit, pathlib may be torn down already
