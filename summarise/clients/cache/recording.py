"""A recording: the records of a file that is only read."""

from __future__ import annotations

import gzip
import os
import stat
import sys
import tempfile
import zlib
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, BinaryIO, Self

from summarise.clients.cache.lines import Lines
from summarise.clients.cache.nearest import Neighbours
from summarise.clients.record import Record
from summarise.errors import CacheError

if TYPE_CHECKING:
    from summarise.clients.call import Call

JOURNAL = "journal.jsonl"
INDEX = "index"

_LARGEST = 16 << 30


class Recording:
    """The records of a JSONL file (.gz too), of a cache folder, or of stdin ("-"). Raises CacheError where it cannot be read."""

    writable = False

    def __init__(self, path: Path | str) -> None:
        self.path = Path(os.path.expanduser(path))  # noqa: PTH111  # an unknown user's home is a name like any other
        if self.path.is_dir():
            self.path /= JOURNAL
        try:
            self._file = _readable(self.path)
            self._lines = Lines.all_of(self._file.fileno())
            self._lines.finish()
        except (OSError, EOFError, ValueError, zlib.error) as error:
            why = f"{self.path}: no recorded answers can be read: {getattr(error, 'strerror', None) or error}"
            raise CacheError(why, hint="give a JSONL file of records or a cache folder") from error

    def get(self, key: str) -> Record | None:
        """The record of `key`; None where there is none."""
        return self._lines.get(key)

    def put(self, record: Record) -> None:
        """Raises CacheError: a recording is only read."""
        raise CacheError(f"{self.path}: a recording is only read", hint="give a cache folder to store answers in")

    def has_news(self) -> bool:
        return False

    def make_ready(self) -> None:
        """Raises CacheError: a recording is only read."""
        raise CacheError(f"{self.path}: can only be read, so nothing new was asked", hint="replay it, or give another folder")

    def claim(self, key: str) -> bool:
        return True

    def unclaim(self, key: str) -> None:
        """Nothing is ever asked for a recording."""

    def lines(self) -> Lines:
        return self._lines

    def nearest(self, call: Call) -> str:
        """A sentence that says how the nearest record differs from `call`."""
        return self._neighbours.nearest(call)

    @property
    def warnings(self) -> list[str]:
        """What a user should know about the file, a sentence each."""
        return damage(self.path, self._lines.damaged)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(record.about for record in self._lines.records())


def damage(path: Path, lines: int) -> list[str]:
    """What to say of damaged lines; nothing for none."""
    if not lines:
        return []
    return [f"{path}: {lines} damaged line{'s' * (lines > 1)} passed over"]


def _readable(path: Path) -> IO[bytes]:
    """The file, as one that can be read at any offset."""
    if str(path) == "-":
        return _spooled(sys.stdin.buffer)
    # Without O_NONBLOCK a named pipe that nobody writes to would hang here.
    file = open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, "it is no plain file")
    if os.pread(file.fileno(), 2, 0) != b"\x1f\x8b":
        return file
    with file, gzip.GzipFile(fileobj=file) as packed:
        return _spooled(packed)


def _spooled(source: BinaryIO | gzip.GzipFile) -> IO[bytes]:
    """What `source` holds, in a file without a name."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        while (block := source.read(1 << 20)) and file.tell() <= _LARGEST:
            file.write(block)
        if block:
            raise OSError(0, f"it holds more than {_LARGEST >> 30} GiB")
        file.flush()
    except BaseException:
        file.close()
        raise
    return file
