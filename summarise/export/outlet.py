"""Where bytes go: stdout, a file under its own name, or a file that gets its name when it is whole."""

from __future__ import annotations

import errno
import os
import secrets
import select
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from summarise.errors import OutputError, ReaderGone
from summarise.interrupts import add_temporary, forget_temporary, whole

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Outlet(Protocol):
    def put(self, data: bytes) -> None:
        """Writes `data` whole or, in a regular file, not at all; nothing stays in a buffer. Raises OutputError."""
        ...

    def close(self, *, keep: bool) -> None:
        """Ends the output. Without `keep`, what was there before the run stays. Raises OutputError."""
        ...


class Stdout:
    """Standard output, past its buffers, so that nothing is left to be written when the program ends."""

    def __init__(self) -> None:
        sys.stdout.flush()
        buffer = sys.stdout.buffer
        self._raw: _Raw = getattr(buffer, "raw", buffer)

    def put(self, data: bytes) -> None:
        with explained("stdout"):
            _write(self._raw, data)

    def close(self, *, keep: bool) -> None:
        pass


class DirectFile:
    """A file written under its final name. What stood in it stays until the first bytes come. Errors call it `name`."""

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._path = path
        self._name = name or str(path)
        self._size = 0
        self._started = False
        with explained(self._name):
            self._is_new = not path.exists()
            self._file = path.open("ab", buffering=0)
            self._is_regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def put(self, data: bytes) -> None:
        with explained(self._name):
            self._start()
            try:
                _write(self._file, data)
                self._size += len(data)
            except BaseException:
                self._cut()
                raise

    def close(self, *, keep: bool) -> None:
        with explained(self._name):
            if keep:
                self._start()
            self._file.close()
            if self._is_new and self._is_regular and not self._started:
                self._path.unlink(missing_ok=True)

    def _start(self) -> None:
        if not self._started:
            self._cut()
            self._started = True

    def _cut(self) -> None:
        if self._is_regular:
            self._file.truncate(self._size)


class Staging:
    """A file built as `part`, beside its final name, and moved there at the end."""

    def __init__(self, path: Path) -> None:
        self._target = path.resolve()
        self._name = str(path)
        self.part = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.part")
        if self._target.exists() and not self._target.is_file():
            raise OutputError(f"{path} is not a regular file", hint="this format is written to files only")
        add_temporary(self.part)
        with explained(self._name):
            self.part.touch(exist_ok=False)

    def close(self, *, keep: bool) -> None:
        if not keep:
            self.part.unlink(missing_ok=True)
            forget_temporary(self.part)
            return
        with explained(self._name):
            with self.part.open("rb") as file:
                os.fsync(file.fileno())
            if self._target.exists():
                self.part.chmod(stat.S_IMODE(self._target.stat().st_mode))
            self.part.replace(self._target)
        forget_temporary(self.part)


class StagedFile:
    """Bytes to a file that is moved into place when it is closed."""

    def __init__(self, path: Path) -> None:
        self._staging = Staging(path)
        self._file = DirectFile(self._staging.part, str(path))

    def put(self, data: bytes) -> None:
        self._file.put(data)

    def close(self, *, keep: bool) -> None:
        self._file.close(keep=True)
        self._staging.close(keep=keep)


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """`text`, or its parts, to a file that is moved into place when it is whole; makes its folder where none is. Raises OutputError."""
    with explained(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    file, written = StagedFile(path), False
    try:
        for part in [text] if isinstance(text, str) else text:
            file.put(part.encode("utf-8"))
        written = True
    finally:
        file.close(keep=written)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """What the operating system says about the output `name`, as an OutputError."""
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGone(f"{name}: the reader has closed it") from error
    except FileNotFoundError as error:
        raise OutputError(f"{name}: no such folder", hint="make the folder first") from error
    except OSError as error:
        hint = "make room, then run the same command again: it goes on" if error.errno in _FULL else ""
        raise OutputError(f"{name}: cannot write: {error.strerror or error}", hint=hint) from error


class _Raw(Protocol):
    def write(self, data: memoryview, /) -> int | None: ...
    def fileno(self) -> int: ...


def _write(file: _Raw, data: bytes) -> None:
    rest = memoryview(data)
    with whole():
        while rest:
            written = file.write(rest)
            if written is None:  # a terminal or pipe that another program made non-blocking
                select.select([], [file], [])
            rest = rest[written or 0 :]
