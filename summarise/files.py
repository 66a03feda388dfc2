"""Files: which one a name stands for."""

from __future__ import annotations

import os
import stat

from summarise.errors import UsageError

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
