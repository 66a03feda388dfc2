"""The standard streams: usable however the program was started, and safe where they are terminals."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TextIO, cast

from summarise.text.sanitise import safe


class TerminalStream:
    """A stream to a terminal that writes control and invisible characters as visible signs."""

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        return self.raw.write(safe(text))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def _make_safe() -> None:
    """Wraps stdout and stderr where they are terminals, so that what argparse, a library or the interpreter prints is safe too.

    Pipes and files get the text as it is. `put` writes past this, and `raw` returns the stream below.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, TerminalStream) and stream.isatty():
            setattr(sys, name, cast("TextIO", TerminalStream(stream)))


def raw(stream: TextIO) -> TextIO:
    """The stream below a TerminalStream: for what moves the cursor."""
    return stream.raw if isinstance(stream, TerminalStream) else stream


def put(text: str, visible: Callable[[str], str] = safe) -> None:
    """Data to stdout, in UTF-8. `visible` makes it safe for a terminal, see `summarise.files.Stdout`."""
    from summarise.files import Stdout

    outlet = Stdout(visible)
    outlet.put(text.encode("utf-8", "replace"))
    outlet.close(keep=True)


# A closed descriptor is opened on /dev/null, in the mode in which using it fails as before, so that no other file gets its number.
_CLOSED = ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY))


def prepare() -> None:
    """Makes the three streams usable, also where the caller of the program closed them, and safe on terminals.

    Stdout is UTF-8 in every locale, because results are data; stderr keeps the encoding of the locale and escapes what that lacks.
    A stream that somebody else has replaced, such as a test, keeps its encoding.
    """
    for number, mode in _CLOSED:
        if not _is_open(number):
            os.set_inheritable(os.open(os.devnull, mode), True)  # gets the lowest number that is free: this one
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(_Stdout(1, "w", closefd=False), "utf-8")
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(_Stderr(2, "w", closefd=False), getattr(sys.stderr, "encoding", "utf-8"), at_once=True)
    _make_safe()


def flush() -> int:
    """Writes what is left in the buffer of stdout; returns 0. Raises OutputError."""
    sys.stdout.flush()
    return 0


def _is_open(number: int) -> bool:
    with suppress(OSError):
        os.fstat(number)
        return True
    return False


def _text(raw: io.FileIO, encoding: str, *, at_once: bool = False) -> io.TextIOWrapper:
    by_line = at_once or raw.isatty()
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=by_line)


class _Stderr(io.FileIO):
    """Stderr. After an error the rest of its output is lost, and the work goes on."""

    _lost = False

    def write(self, data: object, /) -> int:
        if not self._lost:
            try:
                return self._written(data)
            except OSError as error:
                self._lost = True
                self._report(error)
        return len(memoryview(data))  # type: ignore[arg-type]  # a buffer

    def _written(self, data: object) -> int:
        while (count := super().write(data)) is None:  # type: ignore[arg-type]  # another program made it non-blocking
            select.select([], [self], [])
        return count

    def _report(self, error: OSError) -> None:
        """Nothing can be reported where stderr itself fails."""


class _Stdout(_Stderr):
    """Stdout. An error is raised once, as an OutputError; the rest of the output is lost, also at exit."""

    def _report(self, error: OSError) -> None:
        from summarise.errors import OutputError
        from summarise.files import output_errors

        if error.errno == errno.EBADF:
            raise OutputError("stdout: cannot write: it is closed") from error
        with output_errors("stdout"):
            raise error
