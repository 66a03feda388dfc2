"""Files: output to stdout, in place or moved into place when whole; locks; and which file a name stands for."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import select
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Protocol

from summarise.errors import OutputError, ReaderGone, UsageError
from summarise.interrupts import add_temporary, forget_temporary, uninterrupted
from summarise.signatures import part_of
from summarise.text.sanitise import safe

Identity = tuple[int, int]


def identity(file: str | os.PathLike[str] | int) -> Identity | None:
    """Device and inode of a regular file, the same by whatever name, link or descriptor it is reached; None for all else."""
    try:
        status = os.stat(file)  # noqa: PTH116  # descriptors too
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def same_file(name: str) -> UsageError:
    """What is said where a file is to be read and written at once."""
    return UsageError(f"{name}: is read by this command, and would be written over", hint="give the output another name")


def appending(path: Path) -> tuple[FileIO, bool]:
    """The file, locked where it is a regular one, and whether it was made now."""
    while True:
        is_new = not path.exists()
        file = path.open("ab", buffering=0)
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or _taken(file, path, str(path)):
            return file, is_new


def new_part(target: Path, name: str) -> tuple[Path, FileIO]:
    """An empty file beside `target`, locked; what a run that was killed has left there is removed. `name` is for errors."""
    part = target.with_name(part_of(target.name))
    while True:
        try:
            file = part.open("xb", buffering=0)  # never one that somebody else has put there
        except FileExistsError:
            if not _removed(part, name):
                part = target.with_name(part_of(target.name, f"{secrets.token_hex(4)}."))
            continue
        if _taken(file, part, name):
            return part, file


def hold_old(target: Path, name: str, held: ExitStack) -> None:
    """Lock the file that is to be replaced until `held` ends, for another run may know it by another name."""
    with suppress(OSError):  # it is not there, or may not be read: no reason not to write a new one
        old = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        held.callback(os.close, old)
        _lock(old, name)


def _taken(file: FileIO, path: Path, name: str) -> bool:
    """Locks an open file; False, and it is closed, where it no longer stands at `path`."""
    is_there = False
    try:
        _lock(file.fileno(), name)
        is_there = identity(path) == identity(file.fileno())
    finally:
        if not is_there:
            file.close()
    return is_there


def _removed(part: Path, name: str) -> bool:
    """Removes a part whose run is dead; False where the file system has no locks that could tell."""
    try:
        handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        known = _lock(handle, name)
        if known and identity(part) == identity(handle):
            part.unlink()
        return known
    finally:
        os.close(handle)


def _lock(handle: int, name: str) -> bool:
    """False on a file system without locks, as some network disks are: there, runs go on without."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(f"{name}: another run is writing it", hint="wait until it ends, or name another file") from error
    except OSError:
        return False
    return True


MAKE_ROOM = "make room, then run the same command again: it goes on"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Outlet(Protocol):
    def put(self, data: bytes) -> None:
        """Writes `data` whole or, in a regular file, not at all; nothing stays in a buffer. Raises OutputError."""
        ...

    def close(self, *, keep: bool) -> None:
        """Ends the output. Without `keep`, what was there before the run stays. Raises OutputError."""
        ...


class Stdout:
    """Standard output, past its buffers, so that nothing is left to be written when the program ends.

    `visible` makes a text safe for a terminal, which gets whole pieces of text; pipes and files get the bytes as they are.
    """

    def __init__(self, visible: Callable[[str], str] = safe) -> None:
        if sys.stdout is None:  # a library's caller may have closed it
            raise OutputError("stdout: it is closed")
        with explained("stdout"):
            sys.stdout.flush()
        buffer = sys.stdout.buffer
        self._raw: _Raw = getattr(buffer, "raw", buffer)
        self._visible = visible if sys.stdout.isatty() else None

    def put(self, data: bytes) -> None:
        if self._visible is not None:
            data = self._visible(data.decode("utf-8", "replace")).encode("utf-8", "replace")
        with explained("stdout"):
            _write(self._raw, data)

    def close(self, *, keep: bool) -> None:
        pass


class DirectFile:
    """A file written under its final name, by this run alone. What stood in it stays until the first bytes come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._size = 0
        self._started = False
        with explained(self._name):
            self._file, self._is_new = appending(path)
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
        with explained(self._name), self._file:
            if keep:
                self._start()
            elif self._is_new and self._is_regular and not self._started:
                self._path.unlink(missing_ok=True)

    def _start(self) -> None:
        if not self._started:
            self._cut()
            self._started = True

    def _cut(self) -> None:
        if self._is_regular:
            self._file.truncate(self._size)


class Staging:
    """A file built as `part`, beside its final name, and moved there at the end, unless writing it has `failed`.

    `part` is locked as long as its run lives, so that a second run is refused, and what is left of one that was killed is removed.
    """

    def __init__(self, path: Path) -> None:
        self._target = Path(os.path.realpath(path))
        self._name = str(path)
        self.failed = False
        if self._target.exists() and not self._target.is_file():
            raise OutputError(f"{path} is not a regular file", hint="this format is written to files only")
        with ExitStack() as held, explained(self._name):
            hold_old(self._target, self._name, held)
            self.part, self.file = new_part(self._target, self._name)
            add_temporary(self.part)
            self._held = held.pop_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What goes wrong in it is an OutputError, and then the file is not put in its place."""
        try:
            with explained(self._name):
                yield
        except OutputError:
            self.failed = True
            raise

    @contextmanager
    def beginning(self) -> Iterator[None]:
        """As `writing`; what goes wrong in it leaves nothing that has to be closed."""
        try:
            with self.writing():
                yield
        except BaseException:
            self.close(keep=False)
            raise

    def close(self, *, keep: bool) -> None:
        moved = False
        with self._held, self.file:  # no other run may take the part before it is moved or gone
            try:
                if keep and not self.failed:
                    with explained(self._name):
                        self._move()
                    moved = True
            finally:
                if not moved:
                    self.part.unlink(missing_ok=True)
                forget_temporary(self.part)

    def _move(self) -> None:
        os.fsync(self.file.fileno())
        if self._target.exists():
            self.part.chmod(stat.S_IMODE(self._target.stat().st_mode))
        self.part.replace(self._target)


class StagedFile:
    """Bytes to a file that is moved into place when it is closed."""

    def __init__(self, path: Path) -> None:
        self._staging = Staging(path)

    def put(self, data: bytes) -> None:
        with self._staging.writing():
            _write(self._staging.file, data)

    def close(self, *, keep: bool) -> None:
        self._staging.close(keep=keep)


@contextmanager
def whole(path: Path) -> Iterator[Outlet]:
    """A file that is moved into place at the end, if all went well; makes its folder where none is. Raises OutputError."""
    with explained(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    file, written = StagedFile(path), False
    try:
        yield file
        written = True
    finally:
        file.close(keep=written)


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """`text`, or its parts, to a file as `whole` makes it."""
    with whole(path) as file:
        for part in [text] if isinstance(text, str) else text:
            file.put(part.encode("utf-8", "backslashreplace"))  # half a surrogate pair, as JSON writes it


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
        hint = MAKE_ROOM if error.errno in _FULL else ""
        raise OutputError(f"{name}: cannot write: {error.strerror or error}", hint=hint) from error


class _Raw(Protocol):
    def write(self, data: memoryview, /) -> int | None: ...
    def fileno(self) -> int: ...


def _write(file: _Raw, data: bytes) -> None:
    rest = memoryview(data)
    with uninterrupted():
        while rest:
            written = file.write(rest)
            if written is None:  # a terminal or pipe that another program made non-blocking
                select.select([], [file], [])
            rest = rest[written or 0 :]
