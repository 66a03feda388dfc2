"""The journal: an append-only file of records, shared by processes; the index of its lines; and disk space reserved for it."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from summarise.clients.protocol import Record, from_line
from summarise.errors import CacheError, CacheFull
from summarise.files import DISK_FULL


class DamagedIndex(Exception):
    """The index beside the journal is broken or not ours: set it aside and make a new one."""


class IndexUnavailable(Exception):
    """The index beside the journal cannot be used now; the journal can."""


_BLOCK = 1 << 20  # bytes read at once
LONGEST = 64 << 20  # bytes of a line; a response has at most 8 MiB, and a record a few of them
BOM = b"\xef\xbb\xbf"

# The beginning of a line that this program wrote: its key and status are found without parsing all of it.
_HEAD = re.compile(rb'\{"v":1,"key":"([^"\\]{1,200})","status":"(open|ok|invalid_output|truncated|refusal|failed)",')


class LinePosition(NamedTuple):
    """Where a record is in a file, in bytes; `earlier` is the position of the record of the same key that it replaces."""

    offset: int
    length: int
    finished: bool
    earlier: LinePosition | None


class LineIndex:
    """The positions of the records from byte `start` of the file `fd` on; the lines up to byte `seen` have been read.

    The last line of a key counts, but an unfinished record never replaces a finished one. `damaged` counts the lines without a record,
    which are skipped.
    """

    def __init__(self, fd: int, start: int = 0) -> None:
        self.fd = fd
        self.start = start
        self.seen = start
        self.damaged = 0
        self.superseded = 0
        self._positions: dict[str, LinePosition] = {}

    @classmethod
    def all_of(cls, fd: int, end: int | None = None) -> Self:
        """The records of the whole file, or of its bytes before `end`."""
        lines = cls(fd)
        lines.refresh(until=end)
        return lines

    def __len__(self) -> int:
        return len(self._positions)

    def refresh(self, most: int | None = None, until: int | None = None) -> bool:
        """Read what was added to the file, up to `most` keys and up to byte `until`; whether there was anything."""
        size, before = os.fstat(self.fd).st_size, self.seen
        size = size if until is None else min(size, until)
        if size > before:
            for offset, line, end in split_lines(self.fd, before, size):
                self._note(offset, line)
                self.seen = end
                if most is not None and len(self._positions) >= most:
                    break
        return self.seen > before

    def finish(self) -> None:
        """Read the last line even without a newline at its end, for a file that is not being written."""
        rest = os.fstat(self.fd).st_size - self.seen
        if 0 < rest <= LONGEST:
            self._note(self.seen, os.pread(self.fd, rest, self.seen))
            self.seen += rest

    def has_grown(self) -> bool:
        """Whether the file has grown since it was read."""
        return os.fstat(self.fd).st_size > self.seen

    def shrunk(self) -> bool:
        """Whether the file is shorter than what was read of it: another program has rewritten it."""
        return os.fstat(self.fd).st_size < self.seen

    def get(self, key: str) -> Record | None:
        """The record of `key`; None where there is none."""
        found = self.read(key)
        return found[0] if found else None

    def read(self, key: str) -> tuple[Record, bytes] | None:
        """The record of `key` and its line in the file."""
        while position := self._positions.get(key):
            line = os.pread(self.fd, position.length, position.offset)
            record = parsed(line, key)
            if record is not None:
                return record, line
            self.damaged += 1
            if position.earlier is None:
                del self._positions[key]
            else:
                self._positions[key] = position.earlier
        return None

    def positions(self) -> Iterator[tuple[str, LinePosition]]:
        """Each key and the position of its record."""
        yield from list(self._positions.items())

    def records(self, *, by_key: bool = False) -> Iterator[Record]:
        """Each record once, sorted by key or in the order of the file."""
        for key in sorted(self._positions, key=None if by_key else lambda key: self._positions[key].offset):
            if record := self.get(key):
                yield record

    def add(self, offset: int, line: bytes) -> None:
        """Add a line that was just written at `offset`, if everything before it has been read."""
        if offset == self.seen:
            self._note(offset, line)
            self.seen = offset + len(line)

    def _note(self, offset: int, line: bytes) -> None:
        if line.startswith(BOM) and offset == 0:
            offset, line = len(BOM), line[len(BOM) :]
        text = line.rstrip()
        if not text:
            return
        about = _key_and_finish(text)
        if about is None:
            self.damaged += 1
            return
        key, finished = about
        earlier = self._positions.get(key)
        self.superseded += earlier is not None
        if earlier is not None and earlier.finished and not finished:
            beneath = LinePosition(offset, len(text), finished, earlier.earlier)
            self._positions[key] = earlier._replace(earlier=beneath)
        else:
            self._positions[key] = LinePosition(offset, len(text), finished, earlier)


def parsed(line: bytes, key: str) -> Record | None:
    """The record of a line; None where the line is damaged or belongs to another key."""
    try:
        record = from_line(line)
    except ValueError:
        return None
    return record if record.key == key else None


def split_lines(fd: int, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Each complete line of the bytes [start, end): its offset, its bytes without the newline, and the offset of the next one.

    A line too long to be a record comes with "?" in place of its beginning, which no reader takes for a record.
    """
    parts: list[bytes] = []
    held, offset, at = 0, start, start
    while at < end and (block := os.pread(fd, min(_BLOCK, end - at), at)):
        *whole, rest = block.split(b"\n")
        for piece in whole:
            line = b"".join([*parts, piece]) if parts else piece
            after = offset + held + len(piece) + 1
            yield offset, line, after
            parts, held, offset = [], 0, after
        at += len(block)
        held += len(rest)
        parts = [b"?"] if held > LONGEST else [*parts, rest]


def _key_and_finish(line: bytes) -> tuple[str, bool] | None:
    head = _HEAD.match(line)
    try:
        if head and line.endswith(b"}"):
            key, status = head.groups()
            return key.decode(), status not in {b"open", b"failed"}
        record = from_line(line)
    except ValueError:
        return None
    return record.key, record.finished


def fingerprint(fd: int, offset: int) -> str:
    """Identifies the first `offset` bytes of a file by the SHA-256 of the first and last 4096 of them; "cut" where there are fewer."""
    digest = hashlib.sha256(os.pread(fd, min(4096, offset), 0))
    digest.update(os.pread(fd, min(4096, offset), max(0, offset - 4096)))
    return f"{offset}-{digest.hexdigest()}" if os.fstat(fd).st_size >= offset else "cut"


# Room for the answers to 16 requests in flight (the default), of about 16 KB each: 4,096 tokens of JSON. The default limit is four times
# that, for the thoughts of a reasoning model, which are not stored.
SIZE = 16 * 16_384


class Reserve:
    """Disk space held by a file at `path`, shared by processes; hold the lock of the journal to make or free it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        try:
            return os.stat(self.path, follow_symlinks=False).st_size >= SIZE  # noqa: PTH116  # called for each request: half the time of Path
        except OSError:
            return False

    def make(self) -> None:
        """Raises OSError where the disk has no room for it, and then takes none."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        fd = os.open(self.path, flags, 0o600)
        try:
            # Random bytes: some file systems store zeros without taking space.
            left = os.urandom(SIZE)
            while left:
                left = left[os.write(fd, left) :]
            os.fsync(fd)
        except OSError:
            self.free()
            raise
        finally:
            os.close(fd)

    def free(self) -> bool:
        """Free the space; whether there was any."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True


LOCK_WAIT = 10.0
_SYNC_EVERY = 1.0
_sync = getattr(os, "fdatasync", os.fsync)  # macOS has only the latter
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


class Journal:
    """Appends lines to `path`, which is created, private, where it does not exist.

    `writable` is False for a read-only file; `full` is True while the disk has no room except the reserved space. When `append` returns,
    the operating system has the line, so killing this process cannot lose it; it is synced to the disk within about a second and on
    `close`. On a full disk, `append` uses the space that `make_ready` has reserved. Raises CacheFull for a full disk and CacheError for
    everything else.
    """

    def __init__(self, path: Path, *, wait: float = LOCK_WAIT) -> None:
        self.path = path
        self.wait = wait
        self.fd, self.writable = _opened(path)
        self._lock = threading.Lock()
        self._syncer = _Syncer(self.fd)
        self._reserve = Reserve(path.with_name("reserve"))
        self.full = False

    def append(self, line: bytes) -> int:
        """Write `line`, which ends in a newline, entirely or not at all; returns its offset."""
        if not self.writable:
            raise CacheError(f"{self.path}: the cache is read-only", hint="give a writable folder, or replay it")
        with self.locked():
            try:
                start = self._written(line)
            except OSError as error:
                raise _failure(self.path, error) from error
        self._syncer.wake()
        return start

    def make_ready(self) -> None:
        """Reserve disk space for the answers to what is asked now. Raises CacheError where there is none."""
        if not self.writable:
            raise CacheError(f"{self.path}: can only be read, so nothing new was asked", hint="replay it, or give another folder")
        if self._reserve.exists():
            return
        with self.locked():
            try:
                self._reserve.make()
            except OSError as error:
                raise _failure(self.path, error) from error
        self.full = False

    def close(self) -> None:
        if self.fd < 0:
            return
        fd, self.fd = self.fd, -1
        try:
            self._syncer.close()
        except OSError as error:
            raise _failure(self.path, error) from error
        finally:
            os.close(fd)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the journal against every other writer, thread or process, during the block."""
        with self._lock:
            self._take_lock()
            try:
                yield
            finally:
                fcntl.flock(self.fd, fcntl.LOCK_UN)

    def _take_lock(self) -> None:
        deadline = time.monotonic() + self.wait
        while True:
            try:
                return fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    held = f"{self.path}: another process has locked the cache for more than {self.wait:g} seconds"
                    raise CacheError(held, hint="end that process, or give this run another cache folder") from None
                time.sleep(0.002)
            except OSError as error:
                raise CacheError(f"{self.path}: cannot be locked: {error.strerror}", hint="put the cache on a local disk") from error

    def _written(self, line: bytes) -> int:
        try:
            return self._write(line)
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            self.full = True
            if not self._reserve.free():
                raise
        return self._write(line)

    def _write(self, line: bytes) -> int:
        self._syncer.check()
        found = os.fstat(self.fd)
        if not found.st_nlink:
            raise FileNotFoundError(errno.ENOENT, "the file was removed or replaced while it was in use")
        torn = found.st_size > 0 and os.pread(self.fd, 1, found.st_size - 1) != b"\n"
        data = b"\n" + line if torn else line
        try:
            if os.write(self.fd, data) < len(data):
                raise OSError(errno.ENOSPC, "only a part was written")
        except OSError:
            # Remove the part if possible; if not, the next writer starts with a newline.
            with suppress(OSError):
                os.ftruncate(self.fd, found.st_size)
            raise
        return found.st_size + torn


def _failure(path: Path, error: OSError) -> CacheError:
    if error.errno in DISK_FULL:
        return CacheFull(f"{path}: the disk is full", hint="free disk space and run the same command again: what is stored stays")
    return CacheError(f"{path}: cannot be written: {error.strerror}", hint="what is stored stays; run again when it can")


class _Syncer:
    """Syncs the file in a thread of its own, at most about once a second; the next `check` raises its error."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None

    def wake(self) -> None:
        self._dirty.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="journal sync", daemon=True)
            self._thread.start()

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        if self._thread is None:
            return
        self._closing.set()
        self._dirty.set()
        self._thread.join()
        self.check()
        _sync(self._fd)

    def _run(self) -> None:
        while self._dirty.wait() and not self._closing.is_set():
            self._dirty.clear()
            try:
                _sync(self._fd)
            except OSError as error:
                self._error = error
            self._closing.wait(_SYNC_EVERY)


def _opened(path: Path) -> tuple[int, bool]:
    # O_NONBLOCK: a named pipe would hang here. O_NOFOLLOW: a link could lead to a file that is not a journal.
    flags = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd, writable = os.open(path, flags | os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), True
        except OSError as error:
            if error.errno not in _READ_ONLY:
                raise
            fd, writable = os.open(path, flags | os.O_RDONLY), False
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise _failure(path, error) from error
        why = getattr(error, "strerror", None) or error
        raise CacheError(f"{path}: cannot be opened: {why}", hint="give another cache folder") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise CacheError(f"{path}: is not a regular file", hint="give another cache folder")
    return fd, writable
