"""Files: output to stdout, in place or moved into place when whole; locks; which file a name stands for; and TOML files."""

from __future__ import annotations

import errno
import fcntl
import gzip
import os
import select
import stat
import sys
import tomllib
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from reprlib import Repr
from typing import Any, Protocol

from summarise.errors import OutputError, ReaderGone, SettingsError, UsageError
from summarise.file_signatures import part_of
from summarise.interrupts import add_temporary, forget_temporary, uninterrupted
from summarise.text.sanitise import safe

Identity = tuple[int, int]


def identity(file: str | os.PathLike[str] | int) -> Identity | None:
    """Device and inode of a regular file, whatever name, link or descriptor leads to it; None for anything else."""
    try:
        status = os.stat(file)  # noqa: PTH116  # descriptors too
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def same_file(name: str) -> UsageError:
    """The error where a command would overwrite a file that it reads."""
    return UsageError(f"{name}: this command reads it, and would overwrite it", hint="give the output another name")


def _open_locked(path: Path) -> tuple[FileIO, bool]:
    """The file, opened for appending and locked if it is a regular one, and whether it is new."""
    while True:
        is_new = not path.exists()
        file = path.open("ab", buffering=0)
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or _taken(file, path, str(path)):
            return file, is_new


def _new_part(target: Path, name: str) -> tuple[Path, FileIO]:
    """A new locked file beside `target`, with its path; removes what a killed run has left there. `name` is for errors."""
    part = target.with_name(part_of(target.name))
    while True:
        try:
            file = part.open("xb", buffering=0)  # never an existing file
        except FileExistsError:
            if not _removed(part, name):
                part = target.with_name(part_of(target.name, f"{os.urandom(4).hex()}."))
            continue
        if _taken(file, part, name):
            return part, file


def _lock_old(target: Path, name: str, held: ExitStack) -> None:
    """Lock the file that will be replaced until `held` ends: another run may reach it by another name."""
    with suppress(OSError):  # missing or unreadable: a new one can still be written
        old = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        held.callback(os.close, old)
        _lock(old, name)


def _taken(file: FileIO, path: Path, name: str) -> bool:
    """Lock an open file; where it is no longer the file at `path`, close it and return False."""
    is_there = False
    try:
        _lock(file.fileno(), name)
        is_there = identity(path) == identity(file.fileno())
    finally:
        if not is_there:
            file.close()
    return is_there


def _removed(part: Path, name: str) -> bool:
    """Remove a part whose run has ended; False where the file system has no locks to tell."""
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
    """False on a file system without locks, such as some network disks: there, runs go on without."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(f"{name}: another run is writing it", hint="wait until it ends, or name another file") from error
    except OSError:
        return False
    return True


MAKE_ROOM = "free disk space, then run the same command again to resume"
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ByteSink(Protocol):
    def put(self, data: bytes) -> None:
        """Write all of `data` or, in a regular file, nothing; nothing stays in a buffer. Raises OutputError."""
        ...

    def close(self, *, keep: bool) -> None:
        """End the output. Without `keep`, what was there before the run stays. Raises OutputError."""
        ...


class Stdout:
    """Unbuffered standard output, so that nothing is left to be written when the program ends.

    `visible` makes text safe for a terminal, which gets whole pieces of text; pipes and files get the bytes unchanged.
    """

    def __init__(self, visible: Callable[[str], str] = safe) -> None:
        if sys.stdout is None:  # the caller of a library may have closed it
            raise OutputError("stdout: it is closed")
        with output_errors("stdout"):
            sys.stdout.flush()
        buffer = sys.stdout.buffer
        self._raw: _RawStream = getattr(buffer, "raw", buffer)
        self._visible = visible if sys.stdout.isatty() else None

    def put(self, data: bytes) -> None:
        if self._visible is not None:
            data = self._visible(data.decode("utf-8", "replace")).encode("utf-8", "replace")
        with output_errors("stdout"):
            _write(self._raw, data)

    def close(self, *, keep: bool) -> None:
        pass


class DirectFile:
    """A file written in place, by this run alone. Its old content stays until the first bytes are written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._size = 0
        self._started = False
        with output_errors(self._name):
            self._file, self._is_new = _open_locked(path)
            self._is_regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def put(self, data: bytes) -> None:
        with output_errors(self._name):
            self._start()
            try:
                _write(self._file, data)
                self._size += len(data)
            except BaseException:
                self._cut()
                raise

    def close(self, *, keep: bool) -> None:
        with output_errors(self._name), self._file:
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


class AtomicFile:
    """A file written as `part`, beside its final name, and moved there at the end, unless writing it has `failed`.

    `part` is locked while its run lives: a second run is refused, and what a killed run has left is removed.
    """

    def __init__(self, path: Path) -> None:
        self._target = Path(os.path.realpath(path))
        self._name = str(path)
        self.failed = False
        if self._target.exists() and not self._target.is_file():
            raise OutputError(f"{path} is not a regular file", hint="this format is written to files only")
        with ExitStack() as held, output_errors(self._name):
            _lock_old(self._target, self._name, held)
            self.part, self._file = _new_part(self._target, self._name)
            add_temporary(self.part)
            self._held = held.pop_all()

    def put(self, data: bytes) -> None:
        with self.writing():
            _write(self._file, data)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn errors of the block into OutputError; the file is then not moved to its final name."""
        try:
            with output_errors(self._name):
                yield
        except OutputError:
            self.failed = True
            raise

    @contextmanager
    def beginning(self) -> Iterator[None]:
        """As `writing`; an error of the block also closes the file."""
        try:
            with self.writing():
                yield
        except BaseException:
            self.close(keep=False)
            raise

    def close(self, *, keep: bool) -> None:
        moved = False
        with self._held, self._file:  # no other run may take the part before it is moved or removed
            try:
                if keep and not self.failed:
                    with output_errors(self._name):
                        self._move()
                    moved = True
            finally:
                if not moved:
                    self.part.unlink(missing_ok=True)
                forget_temporary(self.part)

    def _move(self) -> None:
        os.fsync(self._file.fileno())
        if self._target.exists():
            self.part.chmod(stat.S_IMODE(self._target.stat().st_mode))
        self.part.replace(self._target)


@contextmanager
def whole(path: Path) -> Iterator[ByteSink]:
    """A file written atomically: moved into place at the end if all went well; its folder is created. Raises OutputError."""
    with output_errors(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    file, written = AtomicFile(path), False
    try:
        yield file
        written = True
    finally:
        file.close(keep=written)


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """Write `text`, or its parts, to a file atomically, as `whole` does."""
    with whole(path) as file:
        for part in [text] if isinstance(text, str) else text:
            file.put(part.encode("utf-8", "backslashreplace"))  # lone surrogates as JSON escapes


@contextmanager
def output_errors(name: str) -> Iterator[None]:
    """Turn errors of the operating system about the output `name` into OutputError."""
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGone(f"{name}: the reader has closed it") from error
    except FileNotFoundError as error:
        raise OutputError(f"{name}: no such folder", hint="make the folder first") from error
    except OSError as error:
        hint = MAKE_ROOM if error.errno in DISK_FULL else ""
        raise OutputError(f"{name}: cannot write: {error.strerror or error}", hint=hint) from error


class _RawStream(Protocol):
    def write(self, data: memoryview, /) -> int | None: ...
    def fileno(self) -> int: ...


def _write(file: _RawStream, data: bytes) -> None:
    rest = memoryview(data)
    with uninterrupted():
        while rest:
            written = file.write(rest)
            if written is None:  # a terminal or pipe that another program made non-blocking
                select.select([], [file], [])
            rest = rest[written or 0 :]


_LONGEST_LINE = 50_000_000  # bytes; far more than any summary, and little enough for memory


def lines_of(path: Path) -> Generator[bytes]:
    """The lines of a file, unpacked where its name ends in .gz; a line of over 50 MB comes in pieces.

    Raises OSError for a file that cannot be read, also where its gzip data is damaged or cut off.
    """
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        try:
            while line := file.readline(_LONGEST_LINE):
                yield line
        except (EOFError, zlib.error) as error:
            raise OSError(f"its gzip data is damaged: {error}") from error


_repr = Repr()
_repr.maxstring = _repr.maxother = 100


def read_toml(path: Path) -> dict[str, Any]:
    """The contents of the file. Raises SettingsError, which names the file and, where there is one, the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: cannot be read: nested too deep") from error
    except ValueError as error:  # bad TOML, bad UTF-8, a number of more digits than Python reads
        raise SettingsError(f"{path}: cannot be read: {error}") from error


def brief(value: object) -> str:
    """A TOML value shortened for a message, however long or deep it is."""
    try:
        return _repr.repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits, but TOML may hold one in hexadecimal
        return "a number of thousands of digits"
