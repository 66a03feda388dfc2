"""Interrupts: what a signal may break off and what it may not, and which temporary files must not outlive the process.

Nothing here installs a signal handler: the command line does (see `cli.signals`), and whoever uses the library may.
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


class _Dropped(BaseException):
    """No Exception, so that nothing on the way takes it for an error of its own."""


class _State:
    """Which thread writes something whole, and whether an interrupt waits for that; which one makes something that may be dropped."""

    def __init__(self) -> None:
        self.whole_in: int | None = None
        self.late = False
        self.droppable_in: int | None = None
        self.temporary: set[str] = set()


_state = _State()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """An interrupt that is heard while the block runs is raised at its end: half a line is worse than a moment more."""
    _state.whole_in = threading.get_ident()
    try:
        yield
    finally:
        _state.whole_in = None
    if _state.late:
        _state.late = False
        raise KeyboardInterrupt


def interrupt() -> None:
    """Raises KeyboardInterrupt: here, or at the end of what this thread writes whole. For signal handlers."""
    if _state.whole_in == threading.get_ident():
        _state.late = True
    else:
        raise KeyboardInterrupt


def droppable(make: Callable[..., Result], *of: object) -> Result:
    """What `make` makes. Raises Stopped when a signal breaks it off: it must cost nothing to have again."""
    try:
        _state.droppable_in = threading.get_ident()
        try:
            return make(*of)
        finally:
            _state.droppable_in = None
    except _Dropped:
        raise stopped() from None


def drop() -> None:
    """Breaks off what this thread makes, if it may be dropped. For signal handlers."""
    if _state.droppable_in == threading.get_ident():
        raise _Dropped


def stopped() -> Stopped:
    return Stopped("the run was stopped before this was done", hint="the same command goes on")


def add_temporary(path: str | os.PathLike[str]) -> None:
    """Name a file that must not outlive this process; forget it when it is gone or has its final name."""
    _state.temporary.add(os.fspath(path))


def forget_temporary(path: str | os.PathLike[str]) -> None:
    _state.temporary.discard(os.fspath(path))


@contextmanager
def temporary(path: Path) -> Iterator[None]:
    """A file that is there at most while the block runs."""
    add_temporary(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        forget_temporary(path)


def remove_temporary() -> None:
    """Takes away every file that was named and not forgotten."""
    while _state.temporary:
        with suppress(OSError, KeyError):
            os.unlink(_state.temporary.pop())  # noqa: PTH108  # an ending program imports and makes nothing
