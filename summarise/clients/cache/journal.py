"""The journal: an append-only file of records, one a line, which several processes may share; the index of its lines; and disk space kept
for it."""

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

_BLOCK = 1 << 20
LONGEST = 64 << 20
BOM = b"\xef\xbb\xbf"

# How a line of ours begins: enough to know what it is without parsing it.
_HEAD = re.compile(rb'\{"v":1,"key":"([^"\\]{1,200})","status":"(open|ok|invalid_output|truncated|refusal|failed)",')


class Spot(NamedTuple):
    """The bytes [offset, offset + length) of a file hold a record; `earlier` is the one of the same key that it took the place of."""

    offset: int
    length: int
    finished: bool
    earlier: Spot | None


class Lines:
    """The records that begin at byte `start` of the file `fd` or later; `seen` is where the whole lines that were read end.

    Of several lines for a key the last one counts, but nothing unfinished takes the place of a finished record.
    `damaged` counts the lines that hold no record; they are passed over.
    """

    def __init__(self, fd: int, start: int = 0) -> None:
        self.fd = fd
        self.start = start
        self.seen = start
        self.damaged = 0
        self.superseded = 0
        self._spots: dict[str, Spot] = {}

    @classmethod
    def all_of(cls, fd: int, end: int | None = None) -> Self:
        """The records of the whole file, or of its bytes before `end`."""
        lines = cls(fd)
        lines.refresh(until=end)
        return lines

    def __len__(self) -> int:
        return len(self._spots)

    def refresh(self, most: int | None = None, until: int | None = None) -> bool:
        """Read what was added to the file since, at most `most` keys of it and nothing from `until` on; whether anything was."""
        size, before = os.fstat(self.fd).st_size, self.seen
        size = size if until is None else min(size, until)
        if size > before:
            for offset, line, end in split_lines(self.fd, before, size):
                self._note(offset, line)
                self.seen = end
                if most is not None and len(self._spots) >= most:
                    break
        return self.seen > before

    def finish(self) -> None:
        """Read the last line too, though no newline ends it: nobody writes this file any more."""
        rest = os.fstat(self.fd).st_size - self.seen
        if 0 < rest <= LONGEST:
            self._note(self.seen, os.pread(self.fd, rest, self.seen))
            self.seen += rest

    def has_grown(self) -> bool:
        """Whether anything was added to the file since it was read."""
        return os.fstat(self.fd).st_size > self.seen

    def shrunk(self) -> bool:
        """Whether the file is shorter than what was read of it: somebody else rewrote it."""
        return os.fstat(self.fd).st_size < self.seen

    def get(self, key: str) -> Record | None:
        """The record of `key`; None where there is none."""
        found = self.read(key)
        return found[0] if found else None

    def read(self, key: str) -> tuple[Record, bytes] | None:
        """The record of `key` and its line as it stands in the file."""
        while spot := self._spots.get(key):
            line = os.pread(self.fd, spot.length, spot.offset)
            record = parsed(line, key)
            if record is not None:
                return record, line
            self.damaged += 1
            if spot.earlier is None:
                del self._spots[key]
            else:
                self._spots[key] = spot.earlier
        return None

    def spots(self) -> Iterator[tuple[str, Spot]]:
        """Each key and the place of its record."""
        yield from list(self._spots.items())

    def records(self, *, by_key: bool = False) -> Iterator[Record]:
        """Each record once, sorted by key or as they stand in the file."""
        keys = sorted(self._spots) if by_key else [key for key, _ in sorted(self._spots.items(), key=lambda item: item[1].offset)]
        for key in keys:
            if record := self.get(key):
                yield record

    def add(self, offset: int, line: bytes) -> None:
        """Take note of a line that was just written at `offset`, if nothing unseen stands before it."""
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
        earlier = self._spots.get(key)
        self.superseded += earlier is not None
        if earlier is not None and earlier.finished and not finished:
            beneath = Spot(offset, len(text), finished, earlier.earlier)
            self._spots[key] = earlier._replace(earlier=beneath)
        else:
            self._spots[key] = Spot(offset, len(text), finished, earlier)


def parsed(line: bytes, key: str) -> Record | None:
    """The record of a line; None where the line is damaged or belongs to another key."""
    try:
        record = from_line(line)
    except ValueError:
        return None
    return record if record.key == key else None


def split_lines(fd: int, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Each whole line of the bytes [start, end): its offset, its bytes without the newline, and where the next one begins.

    A line too long to be a record comes as one that no reader can mistake for one.
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
    if head and line.endswith(b"}"):
        key, status = head.groups()
        try:
            return key.decode(), status not in {b"open", b"failed"}
        except UnicodeDecodeError:
            return None
    try:
        record = from_line(line)
    except ValueError:
        return None
    return record.key, record.finished


def fingerprint(fd: int, offset: int) -> str:
    """What tells whether the first `offset` bytes of a file are still those that were indexed: its beginning and the end of that part."""
    digest = hashlib.sha256(os.pread(fd, min(4096, offset), 0))
    digest.update(os.pread(fd, min(4096, offset), max(0, offset - 4096)))
    return f"{offset}-{digest.hexdigest()}" if os.fstat(fd).st_size >= offset else "cut"


# Sixteen requests are in flight where nothing else is said; an answer of 4,096 tokens, the usual limit, is at most about 16 KB.
SIZE = 16 * 16_384


class Reserve:
    """A file at `path` that nobody reads. Several processes share it; to make or free it, hold the lock of the journal."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_there(self) -> bool:
        try:
            return os.stat(self.path, follow_symlinks=False).st_size >= SIZE  # noqa: PTH116  # once for each call: half the time of Path
        except OSError:
            return False

    def make(self) -> None:
        """Raises OSError where there is no room for it, and takes none then."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        fd = os.open(self.path, flags, 0o600)
        try:
            # No zeros: there are file systems that keep no room for them.
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
        """Give the room back; whether there was any."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True


LOCK_WAIT = 10.0
_SYNC_EVERY = 1.0
_sync = getattr(os, "fdatasync", os.fsync)  # macOS has only the latter
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Journal:
    """`path` is created, readable by its owner alone, where it does not exist. `writable` is False where the file may only be read, `full`
    is True while the disk has no room but what was set aside.

    A line is in the hands of the operating system when `append` returns, so that no kill of this process can lose it; the disk itself
    follows within about a second and on `close`. When the disk is full, `append` takes the room that `make_ready` has set aside.
    Raises CacheFull for a full disk and CacheError for all else that goes wrong.
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
        """Write `line`, which ends in a newline, as a whole or not at all; the offset where it begins."""
        if not self.writable:
            raise CacheError(f"{self.path}: the cache may only be read", hint="give a folder that you may write to, or replay it")
        with self.locked():
            try:
                start = self._written(line)
            except OSError as error:
                raise _failure(self.path, error) from error
        self._syncer.wake()
        return start

    def make_ready(self) -> None:
        """See that there is room for the answers to what is asked now. Raises CacheError where there is none."""
        if not self.writable:
            raise CacheError(f"{self.path}: can only be read, so nothing new was asked", hint="replay it, or give another folder")
        if self._reserve.is_there():
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
        """Hold the journal against every other writer, thread or process, while the block runs."""
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
                    held = f"{self.path}: another process has held the cache for more than {self.wait:g} seconds"
                    raise CacheError(held, hint="end that process, or give this run another cache folder") from None
                time.sleep(0.002)
            except OSError as error:
                raise CacheError(f"{self.path}: cannot be locked: {error.strerror}", hint="put the cache on a local disk") from error

    def _written(self, line: bytes) -> int:
        try:
            return self._write(line)
        except OSError as error:
            if error.errno not in _FULL:
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
            # The part goes again if it can; else the next writer starts a line of its own.
            with suppress(OSError):
                os.ftruncate(self.fd, found.st_size)
            raise
        return found.st_size + torn


def _failure(path: Path, error: OSError) -> CacheError:
    if error.errno in _FULL:
        return CacheFull(f"{path}: the disk is full", hint="make room and run the same command again: what is stored stays")
    return CacheError(f"{path}: cannot be written: {error.strerror}", hint="what is stored stays; run again when it can")


class _Syncer:
    """Brings what was written to the disk, in a thread of its own, at most about once a second; an error shows at the next `check`."""

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
    # Without O_NONBLOCK a named pipe would hang here; a link could lead the writer to a file that is no journal.
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
        if isinstance(error, OSError) and error.errno in _FULL:
            raise _failure(path, error) from error
        why = getattr(error, "strerror", None) or error
        raise CacheError(f"{path}: cannot be opened: {why}", hint="give another cache folder") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise CacheError(f"{path}: is no plain file", hint="give another cache folder")
    return fd, writable
