"""Claims: which request is being asked by whom, so that two runs on one cache do not buy the same answer."""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
from pathlib import Path

# Locks of an open file, not of a process: two stores in one process hold them against each other. The kernel frees them when their
# owner ends, however it ends. Where there are none of this kind (macOS), nothing is claimed.
_SET_LOCK: int | None = getattr(fcntl, "F_OFD_SETLK", None)


class Claims:
    """Locks of single bytes in the file at `path`, one for each key. Where the folder takes no locks, anybody may take anything."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._works = _SET_LOCK is not None

    def take(self, key: str) -> bool:
        """Whether nobody else has claimed `key`; it is ours then until it is dropped."""
        return self._lock(key, fcntl.F_WRLCK)

    def drop(self, key: str) -> None:
        self._lock(key, fcntl.F_UNLCK)

    def close(self) -> None:
        """Drop all."""
        self._works = False
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _lock(self, key: str, kind: int) -> bool:
        if not self._works:
            return True
        try:
            if self._fd is None:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
            fcntl.fcntl(self._fd, _SET_LOCK or 0, _flock(kind, _place(key)))
        except BlockingIOError:
            return False
        except OSError:
            self.close()
        return True


def _place(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:7])


def _flock(kind: int, place: int) -> bytes:
    """A `struct flock` of C: kind, whence, start, length, owner."""
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, place, 1, 0)
