"""The journal: an append-only file of records, one a line, that several processes may share."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from summarise.clients.cache.reserve import Reserve
from summarise.errors import CacheError, CacheFull

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
