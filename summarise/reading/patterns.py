"""Glob patterns, ** included: matched while walking, so that links that lead back do no harm and nothing is held in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate

from summarise.reading.walk import Entry, walk

_MAGIC = re.compile(r"[*?\[]")


def has_magic(path: str) -> bool:
    return _MAGIC.search(path) is not None


class Pattern:
    """A path with * ? [] in it; ** stands for any number of folders. Hidden names match only where the pattern writes a dot first."""

    def __init__(self, pattern: str) -> None:
        parts = pattern.rstrip("/").split("/")
        first = next(n for n, part in enumerate(parts) if has_magic(part))
        self._folder = "/".join(parts[:first]) + "/" if first else ""
        self._parts = [part for part in parts[first:] if part]
        if self._parts[-1] == "**":
            self._parts.append("*")
        self._tests = [re.compile(translate(part)).match for part in self._parts]

    @property
    def is_recursive(self) -> bool:
        return "**" in self._parts

    @property
    def names_suffix(self) -> bool:
        """The pattern ends in a suffix of its own ("*.log"): what it matches was asked for by name."""
        _, dot, suffix = self._parts[-1].rpartition(".")
        return bool(dot and suffix) and not has_magic(suffix)

    def matches(self) -> Iterator[Entry]:
        """Files and folders that match, sorted by name, their paths beginning as the pattern does."""
        hidden = any(part.startswith(".") for part in self._parts)
        for entry in walk(self._folder or ".", self._may_hold, hidden=hidden):
            if entry.error or len(self._parts) in self._reached(entry.relative):
                path = entry.path if self._folder else entry.path.removeprefix("./")
                yield Entry(path, entry.relative, entry.is_folder, entry.error)

    def _may_hold(self, relative: str) -> bool:
        """Whether something below this folder may match."""
        return any(place < len(self._parts) for place in self._reached(relative))

    def _reached(self, relative: str) -> set[int]:
        """How many parts of the pattern the names in `relative` may have used up."""
        places = self._with_skips({0})
        for name in relative.split("/"):
            places = self._with_skips(self._after(name, places))
        return places

    def _after(self, name: str, places: Iterable[int]) -> Iterator[int]:
        for place in places:
            if place == len(self._parts):
                continue
            part = self._parts[place]
            if not (name.startswith(".") and not part.startswith(".")) and self._tests[place](name):
                yield place if part == "**" else place + 1

    def _with_skips(self, places: Iterable[int]) -> set[int]:
        """`places`, and those behind each ** that may stand for nothing."""
        reached = set()
        for place in places:
            reached.add(place)
            while place < len(self._parts) and self._parts[place] == "**":
                place += 1  # noqa: PLW2901
                reached.add(place)
        return reached
