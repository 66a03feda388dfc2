"""Claims: locks on the keys that are being asked, so that two runs on one cache do not pay for the same answer."""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
from pathlib import Path

# Open-file-description locks: two stores in one process exclude each other, and the kernel frees them when their owner ends, however it
# ends. Where they do not exist (macOS), nothing is claimed.
_SET_LOCK: int | None = getattr(fcntl, "F_OFD_SETLK", None)


class Claims:
    """Locks on single bytes of the file at `path`, one byte for each key. On a file system without locks, every claim succeeds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._works = _SET_LOCK is not None

    def take(self, key: str) -> bool:
        """Claim `key`; False where somebody else has claimed it."""
        return self._lock(key, fcntl.F_WRLCK)

    def release(self, key: str) -> None:
        self._lock(key, fcntl.F_UNLCK)

    def close(self) -> None:
        """Release all claims."""
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
