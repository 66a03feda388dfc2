"""Glob patterns, ** included: matched while walking, so that links that lead back do no harm and nothing is held in memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import translate
from functools import cached_property

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
        for entry in walk(self._folder or ".", self._may_hold, hidden=any(part.startswith(".") for part in self._parts)):
            if entry.error or self._matches(entry.relative):
                path = entry.path if self._folder else entry.path.removeprefix("./")
                yield Entry(path, entry.relative, entry.is_folder, entry.error)

    def _matches(self, relative: str) -> bool:
        return self._whole.fullmatch(relative) is not None

    def _may_hold(self, relative: str) -> bool:
        """Whether something below this folder may match."""
        names = relative.split("/")
        if any(name.startswith(".") for name in names) and not self._writes_dots:
            return False
        for name, part in zip(names, self._parts, strict=False):
            if part == "**":
                return True
            if not re.fullmatch(_one(part), name):
                return False
        return len(names) < len(self._parts)

    @property
    def _writes_dots(self) -> bool:
        return any(part.startswith(".") for part in self._parts)

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        """`**/` may be nothing; a last `**` matches everything below."""
        *folders, last = self._parts
        heads = (r"(?:(?!\.)[^/]+/)*" if part == "**" else f"{_one(part)}/" for part in folders)
        end = r"(?:(?!\.)[^/]+/)*(?!\.)[^/]+" if last == "**" else _one(last)
        return re.compile("".join(heads) + end, re.DOTALL)


def _one(part: str) -> str:
    """A regular expression for one name."""
    visible = "" if part.startswith(".") else r"(?!\.)"
    # fnmatch gives "(?s:…)\Z"; its "." may match "/" only where a name holds one, which none does, so the whole is kept from "/" by a look-ahead
    inner = translate(part).removesuffix(r"\Z")
    return f"{visible}(?=[^/]+(?:/|$)){inner}(?<!/)" if os.sep == "/" else inner
