"""Walking folders: sorted by name, hidden names left out, safe from links that lead back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from summarise.errors import InputError
from summarise.reading.shown import shown


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder below the folder that is walked; `relative` is its path from there, with "/"."""

    path: str
    relative: str
    is_folder: bool = False
    error: InputError | None = None


def walk(folder: str, enter: Callable[[str], bool] = bool, *, hidden: bool = False) -> Iterator[Entry]:
    """Everything in `folder`, a folder before what is in it. A folder reached twice, by links, is walked once.

    Folders whose relative path `enter` refuses are given, not entered.
    """
    seen = {_identity(folder)}
    left = [_listing(folder, "", hidden)]
    while left:
        entry = next(left[-1], None)
        if entry is None:
            left.pop()
            continue
        yield entry
        if entry.is_folder and not entry.error and enter(entry.relative):
            identity = _identity(entry.path)
            if identity not in seen:
                seen.add(identity)
                left.append(_listing(entry.path, entry.relative, hidden))


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _listing(folder: str, relative: str, hidden: bool) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            inside = sorted((entry.name, _is_folder(entry)) for entry in found if hidden or not entry.name.startswith("."))
    except OSError as error:
        name = relative or os.path.basename(folder.rstrip("/"))  # noqa: PTH119
        reason = InputError(f"the folder cannot be listed: {shown(error.strerror or str(error), 200)}")
        yield Entry(folder, name, True, reason)
        return
    for name, is_folder in inside:
        yield Entry(os.path.join(folder, name), f"{relative}/{name}" if relative else name, is_folder)  # noqa: PTH118


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
