"""The reserve: room on the disk that is set aside for answers that are under way when the disk fills."""

from __future__ import annotations

import os
from pathlib import Path

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
