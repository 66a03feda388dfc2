"""The standard streams: there in any surroundings, and on a terminal shown, never obeyed."""

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


class Screen:
    """A stream to a terminal, with everything that the terminal would obey or hide written as a visible sign."""

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        return self.raw.write(safe(text))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def make_visible() -> None:
    """From now on stdout and stderr show what is printed, where they are terminals: pipes and files get it as it is.

    So what a library, argparse or the interpreter itself prints is shown too. `put` writes past this, and `raw` gives the stream itself.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Screen) and stream.isatty():
            setattr(sys, name, cast("TextIO", Screen(stream)))


def raw(stream: TextIO) -> TextIO:
    """The stream below: for what has to move the cursor."""
    return stream.raw if isinstance(stream, Screen) else stream


def put(text: str, visible: Callable[[str], str] = safe) -> None:
    """Data to stdout, in UTF-8. `visible` says how a terminal is to be given it, see `summarise.files.Stdout`."""
    from summarise.files import Stdout

    outlet = Stdout(visible)
    outlet.put(text.encode("utf-8", "replace"))
    outlet.close(keep=True)


# What a closed stream is opened on instead, in the mode in which its use fails as that of a closed one does. Nothing else gets its number.
_CLOSED = ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY))


def prepare() -> None:
    """Makes the three streams usable, whatever the caller of the program did to them.

    Stdout is UTF-8 in every locale, because results are data; stderr keeps the encoding of the locale and escapes what that cannot say.
    A stream that somebody else has put in place, such as a test, is left alone.
    """
    for number, mode in _CLOSED:
        if not _is_open(number):
            os.set_inheritable(os.open(os.devnull, mode), True)  # gets the lowest number that is free: this one
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(_Results(1, "w", closefd=False), "utf-8")
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(_Words(2, "w", closefd=False), getattr(sys.stderr, "encoding", "utf-8"), at_once=True)


def flush() -> int:
    """Brings out what is left of stdout; 0 when it could be. Raises OutputError."""
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


class _Words(io.FileIO):
    """Stderr. What it cannot take is lost, and the work goes on."""

    _lost = False

    def write(self, data: object, /) -> int:
        if not self._lost:
            try:
                return self._written(data)
            except OSError as error:
                self._lost = True
                self._tell(error)
        return len(memoryview(data))  # type: ignore[arg-type]  # a buffer

    def _written(self, data: object) -> int:
        while (count := super().write(data)) is None:  # type: ignore[arg-type]  # another program made it non-blocking
            select.select([], [self], [])
        return count

    def _tell(self, error: OSError) -> None:
        """There is nobody left to tell."""


class _Results(_Words):
    """Stdout. That it cannot take something is said once, as an OutputError; what comes after is lost, also at exit."""

    def _tell(self, error: OSError) -> None:
        from summarise.errors import OutputError
        from summarise.files import output_errors

        if error.errno == errno.EBADF:
            raise OutputError("stdout: cannot write: it is closed") from error
        with output_errors("stdout"):
            raise error
