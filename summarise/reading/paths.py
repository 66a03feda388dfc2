"""Paths: the files that files, folders and globs stand for, listed before any is read, in a fixed order."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate

from summarise.errors import InputError, UsageError
from summarise.reading.options import TABLES, kind_of
from summarise.text.sanitise import listed, shown


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


STDIN = "-"
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input (`path` is None). `stem` is what its id is made from, `name` the path as given, printable.

    A file that the user `named` is read, whoever wrote it.
    """

    path: str | None
    name: str
    stem: str
    format: str = "txt"
    zipped: bool = False
    warnings: tuple[str, ...] = ()
    error: InputError | None = None
    named: bool = False

    @property
    def is_table(self) -> bool:
        """It may hold any number of articles."""
        return self.path is None or self.format in TABLES


@dataclass(slots=True)
class Skipped:
    """Files in folders that were passed over, by suffix or since this program wrote them, and arguments in which nothing was found."""

    suffixes: Counter[str] = field(default_factory=Counter)
    ours: list[str] = field(default_factory=list)
    barren: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> tuple[str, ...]:
        """In sentences; empty when nothing was skipped."""
        total = self.suffixes.total()
        written = f"{_files(len(self.ours))} skipped that summarise wrote: {listed(self.ours, 8)}"
        kinds = ", ".join(f"{shown(suffix, 20)} ({count:,})" for suffix, count in self.suffixes.most_common(8))
        files = f"{_files(total)} skipped that no reader is there for: {kinds}{', …' * (len(self.suffixes) > 8)}"
        return (
            *([files] if total else []),
            *([written] if self.ours else []),
            *(f"nothing to read in '{shown(name)}'" for name in self.barren),
        )


def _files(number: int) -> str:
    return f"{number:,} file{'s' * (number != 1)}"


def checked(paths: Sequence[str] | str) -> list[str]:
    """`paths` as strings. Raises UsageError that names all which cannot be read at all: URLs, and what does not exist."""
    given = [os.fspath(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    urls = [path for path in given if _URL.match(path)]
    if given.count(STDIN) > 1:
        raise UsageError("'-' is given twice", hint="standard input can be read once")
    missing = [path for path in given if path != STDIN and path not in urls and not _exists(path)]
    problems = {
        "nothing is fetched from the net, such as": urls,
        "there is no file or folder": [path for path in missing if not has_magic(path)],
        "nothing matches": [path for path in missing if has_magic(path)],
    }
    if urls or missing:
        message = "; ".join(f"{what} {listed(names)}" for what, names in problems.items() if names)
        raise UsageError(message, hint="download the page yourself and pass the file" if urls else "nothing was read")
    return given


class Sources(Iterable[Source]):
    """The files that `paths` (checked ones) stand for, as they are when this is made: what is created later is none of them.

    Of each only its path is held. What is passed over is counted in `skipped`.
    """

    def __init__(self, paths: Sequence[str], skipped: Skipped) -> None:
        self._arguments = [_listed(path, skipped) for path in paths]

    def __iter__(self) -> Iterator[Source]:
        for start, found in self._arguments:
            for one in found:
                yield one if isinstance(one, Source) else _source(one, start)

    def leave_out(self, refuse: Callable[[str | None, bool], bool]) -> None:
        """Forget the files that `refuse` says so of; it is given the path, and whether the user named it."""
        for _, found in self._arguments:
            found[:] = [one for one in found if not (refuse(one, False) if isinstance(one, str) else refuse(one.path, one.named))]

    @property
    def articles(self) -> int | None:
        """How many there are, by file names alone; None when a table or standard input is among them."""
        total = 0
        for _, found in self._arguments:
            if any(kind_of(one).format in TABLES if isinstance(one, str) else one.is_table and not one.error for one in found):
                return None
            total += len(found)
        return total


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path) or (has_magic(path) and next(Pattern(path).matches(), None) is not None)  # noqa: PTH110
    except ValueError:  # a NUL in it
        return False


def _listed(path: str, skipped: Skipped) -> tuple[int, list[str | Source]]:
    """What one argument stands for, and where in each path of it the part begins that ids are made from."""
    if path == STDIN:
        return 0, [Source(None, "standard input", "stdin", named=True)]
    if not os.path.lexists(path):
        pattern = Pattern(path)
        entries, by_suffix = _of_pattern(pattern), pattern.names_suffix
    elif os.path.isdir(path):  # noqa: PTH112  # paths stay strings as given: "./x" is not "x" for the reader of a message
        entries, by_suffix = _of_folder(path), False
    else:
        return 0, [_named(path, os.path.basename(path), named=True)]  # noqa: PTH119
    start, found = 0, []
    for entry in entries:
        if one := _judged(entry, skipped, by_suffix=by_suffix):
            start = len(entry.path) - len(entry.relative)
            found.append(one)
    if not found:
        skipped.barren.append(path)
    return start, found


def _of_folder(folder: str) -> Iterator[Entry]:
    return walk(folder, lambda relative: not _is_named_like_a_file(relative))


def _of_pattern(pattern: Pattern) -> Iterator[Entry]:
    """Matching folders are read whole, as a shell would pass them; with ** their files match by themselves."""
    for entry in pattern.matches():
        if not entry.is_folder or entry.error:
            yield entry
        elif not pattern.is_recursive:
            for inner in _of_folder(entry.path):
                yield Entry(inner.path, f"{entry.relative}/{inner.relative}", inner.is_folder, inner.error)


def _is_named_like_a_file(folder: str) -> bool:
    return kind_of(folder).format not in {None, "parquet"}  # Parquet data sets are folders named so


def _judged(entry: Entry, skipped: Skipped, *, by_suffix: bool) -> str | Source | None:
    """The path of a file that can be read, or what else is to be said of it; None where it is passed over."""
    kind = kind_of(entry.relative)
    if entry.error:
        return Source(entry.path, shown(entry.path), entry.relative, error=entry.error)
    if entry.is_folder:
        if not _is_named_like_a_file(entry.relative):
            return None
        error = InputError("it is a folder, not a file", hint="pass the folder by itself to read what is in it")
        return Source(entry.path, shown(entry.path), kind.stem, error=error)
    if kind.format:
        return entry.path
    if by_suffix:
        return _named(entry.path, entry.relative)
    skipped.suffixes[kind.suffix or "no suffix"] += 1
    return None


def _source(path: str, start: int) -> Source:
    kind = kind_of(path[start:])
    assert kind.format is not None, "only such paths are listed"
    return Source(path, shown(path), kind.stem, kind.format, kind.zipped)


def _named(path: str, relative: str, *, named: bool = False) -> Source:
    """A file that was asked for by name or suffix: read as plain text where its suffix says nothing."""
    kind = kind_of(relative)
    name = shown(path)
    if kind.format:
        return Source(path, name, kind.stem, kind.format, kind.zipped, named=named)
    if kind.is_foreign:
        error = InputError(f"there is no reader for {kind.suffix} files", kind="unsupported", hint="save it as text, HTML, DOCX or PDF")
        return Source(path, name, kind.stem, error=error, named=named)
    warning = f"the suffix '{shown(kind.suffix)}' is unknown; read as plain text" if kind.suffix else "it has no suffix; read as plain text"
    return Source(path, name, kind.stem, "txt", kind.zipped, (warning,), named=named)
