"""Locks: a file is written by one run at a time. They end with the process that holds them, however that ends."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path

from summarise.errors import OutputError
from summarise.files import identity
from summarise.signatures import part_of


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
