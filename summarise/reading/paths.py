"""Paths: the files that paths, folders and globs name, listed before any is read, in a fixed order."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate

from summarise.errors import InputError, UsageError
from summarise.reading.options import TABLES, FileType, file_type
from summarise.text.sanitise import listed, printable


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A file or folder below the folder that is walked; `relative` is its path from there, with "/"."""

    path: str
    relative: str
    is_folder: bool = False
    error: InputError | None = None


def walk(folder: str, enter: Callable[[str], bool] = bool, *, hidden: bool = False) -> Iterator[DirectoryEntry]:
    """Everything in `folder`, depth first, each folder before its contents. A folder reached twice, by links, is walked once.

    Folders whose relative path `enter` refuses are returned, not entered.
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


def _listing(folder: str, relative: str, hidden: bool) -> Iterator[DirectoryEntry]:
    try:
        with os.scandir(folder) as found:
            inside = sorted((entry.name, _is_folder(entry)) for entry in found if hidden or not entry.name.startswith("."))
    except OSError as error:
        name = relative or os.path.basename(folder.rstrip("/"))  # noqa: PTH119
        reason = InputError(f"the folder cannot be listed: {printable(error.strerror or str(error), 200)}")
        yield DirectoryEntry(folder, name, True, reason)
        return
    for name, is_folder in inside:
        yield DirectoryEntry(os.path.join(folder, name), f"{relative}/{name}" if relative else name, is_folder)  # noqa: PTH118


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


_MAGIC = re.compile(r"[*?\[]")


def has_magic(path: str) -> bool:
    """Whether the path is a glob."""
    return _MAGIC.search(path) is not None


class GlobPattern:
    """A path with * ? [] in it; ** matches any number of folders. Hidden names match only where the pattern has a dot first."""

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
        """Whether the pattern ends in a suffix of its own ("*.log"): what it matches was asked for by name."""
        _, dot, suffix = self._parts[-1].rpartition(".")
        return bool(dot and suffix) and not has_magic(suffix)

    def matches(self) -> Iterator[DirectoryEntry]:
        """Files and folders that match, sorted by name, their paths beginning as the pattern does."""
        hidden = any(part.startswith(".") for part in self._parts)
        for entry in walk(self._folder or ".", lambda folder: min(self._reached(folder), default=self._end) < self._end, hidden=hidden):
            if entry.error or self._end in self._reached(entry.relative):
                path = entry.path if self._folder else entry.path.removeprefix("./")
                yield DirectoryEntry(path, entry.relative, entry.is_folder, entry.error)

    @property
    def _end(self) -> int:
        return len(self._parts)

    def _reached(self, relative: str) -> set[int]:
        """How many parts of the pattern the names in `relative` may have used up: the states of a nondeterministic automaton."""
        states = self._with_skips({0})
        for name in relative.split("/"):
            states = self._with_skips(self._after(name, states))
        return states

    def _after(self, name: str, states: Iterable[int]) -> Iterator[int]:
        for state in states:
            if state < self._end and self._fits(name, state):
                yield state if self._parts[state] == "**" else state + 1

    def _fits(self, name: str, state: int) -> bool:
        is_seen = not name.startswith(".") or self._parts[state].startswith(".")
        return is_seen and self._tests[state](name) is not None

    def _with_skips(self, states: Iterable[int]) -> set[int]:
        """`states`, and those after each ** that may match no folder."""
        reached = set()
        for state in states:
            reached.add(state)
            while state < self._end and self._parts[state] == "**":
                state += 1  # noqa: PLW2901
                reached.add(state)
        return reached


STDIN = "-"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read, or standard input (`path` is None). Its id is made from `relative`.

    A file that the user `named` is read even where this program wrote it.
    """

    path: str | None
    relative: str
    named: bool = False
    error: InputError | None = None

    @property
    def name(self) -> str:
        """The path as given, printable."""
        return "standard input" if self.path is None else printable(self.path)

    @property
    def type(self) -> FileType:
        return file_type(self.relative)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is assumed of a file whose suffix says nothing."""
        if self.path is None or self.type.format:
            return ()
        suffix = self.type.suffix
        doubt = f"the extension '{printable(suffix)}' is unknown" if suffix else "it has no extension"
        return (f"{doubt}; read as plain text",)


@dataclass(slots=True)
class Skipped:
    """Files in folders that were skipped, by suffix or because this program wrote them, and arguments in which nothing was found."""

    suffixes: Counter[str] = field(default_factory=Counter)
    ours: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> tuple[str, ...]:
        """In sentences; empty when nothing was skipped."""
        warnings = [f"nothing to read in '{printable(name)}'" for name in self.empty]
        if self.ours:
            warnings.insert(0, f"skipped {_files(len(self.ours))} that summarise wrote: {listed(self.ours, 8)}")
        if self.suffixes:
            warnings.insert(0, f"skipped {_files(self.suffixes.total())} {self._types()}")
        return tuple(warnings)

    def _types(self) -> str:
        if set(self.suffixes) == {_NO_SUFFIX}:
            return f"with {_NO_SUFFIX}"
        types = ", ".join(f"{printable(suffix, 20)} ({count:,})" for suffix, count in self.suffixes.most_common(8))
        return f"of unknown type: {types}{', …' * (len(self.suffixes) > 8)}"


_NO_SUFFIX = "no extension"


def _files(number: int) -> str:
    return f"{number:,} file{'s' * (number != 1)}"


def checked(paths: Sequence[str] | str) -> list[str]:
    """`paths` as strings. Raises UsageError that lists the URLs and the paths that do not exist."""
    given = [os.fspath(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    urls = [path for path in given if _ADDRESS.match(path)]
    if given.count(STDIN) > 1:
        raise UsageError("'-' is given twice", hint="standard input can be read once")
    missing = [path for path in given if path != STDIN and path not in urls and not _exists(path)]
    problems = {
        "URLs are not fetched": urls,
        "not found": [path for path in missing if not has_magic(path)],
        "nothing matches": [path for path in missing if has_magic(path)],
    }
    if urls or missing:
        message = "; ".join(f"{what}: {listed(names)}" for what, names in problems.items() if names)
        raise UsageError(message, hint="download the page yourself and pass the file" if urls else "nothing was read")
    return given


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path) or (has_magic(path) and next(GlobPattern(path).matches(), None) is not None)  # noqa: PTH110
    except ValueError:  # a NUL in it
        return False


class InputFiles(Iterable[InputFile]):
    """The files that `paths` (checked ones) name, listed at once: what is created later is not among them.

    What is skipped is counted in `skipped`.
    """

    def __init__(self, paths: Sequence[str], skipped: Skipped) -> None:
        self._files = [file for path in paths for file in _files_of(path, skipped)]

    def __iter__(self) -> Iterator[InputFile]:
        yield from self._files  # those that are left when reading begins

    def leave_out(self, refuse: Callable[[InputFile], bool]) -> None:
        """Forget the files that `refuse` says so of."""
        self._files = [file for file in self._files if not refuse(file)]

    @property
    def articles(self) -> int | None:
        """How many there are, by file names alone; None when a table or standard input is among them."""
        is_open = any(file.path is None or (file.type.format in TABLES and not file.error) for file in self._files)
        return None if is_open else len(self._files)


def _files_of(path: str, skipped: Skipped) -> list[InputFile]:
    """The files that one argument names."""
    if path == STDIN:
        return [InputFile(None, "stdin", named=True)]
    if not os.path.lexists(path):
        pattern = GlobPattern(path)
        entries, by_suffix = _of_pattern(pattern), pattern.names_suffix
    elif os.path.isdir(path):  # noqa: PTH112  # paths stay strings as given: "./x" is not "x" for the reader of a message
        entries, by_suffix = _of_folder(path), False
    else:
        name = os.path.basename(path)  # noqa: PTH119
        return [InputFile(path, name, named=True, error=_unsupported(name))]
    found = [file for entry in entries if (file := _of_entry(entry, skipped, by_suffix=by_suffix))]
    if not found:
        skipped.empty.append(path)
    return found


def _of_folder(folder: str) -> Iterator[DirectoryEntry]:
    return walk(folder, lambda relative: not _is_named_like_a_file(relative))


def _of_pattern(pattern: GlobPattern) -> Iterator[DirectoryEntry]:
    """Matching folders are read whole, as a shell would pass them; with ** their files match by themselves."""
    for entry in pattern.matches():
        if not entry.is_folder or entry.error:
            yield entry
        elif not pattern.is_recursive:
            for inner in _of_folder(entry.path):
                yield DirectoryEntry(inner.path, f"{entry.relative}/{inner.relative}", inner.is_folder, inner.error)


def _is_named_like_a_file(folder: str) -> bool:
    return file_type(folder).format not in {None, "parquet"}  # Parquet data sets are folders named so


def _of_entry(entry: DirectoryEntry, skipped: Skipped, *, by_suffix: bool) -> InputFile | None:
    """A file to read, or an error to report; None for what is skipped. `by_suffix`: its suffix was asked for."""
    error = entry.error
    if entry.is_folder and not error:
        if not _is_named_like_a_file(entry.relative):
            return None
        error = InputError("it is a folder, not a file", hint="pass the folder by itself to read what is in it")
    type = file_type(entry.relative)
    if error or type.format:
        return InputFile(entry.path, entry.relative, error=error)
    if by_suffix:
        return InputFile(entry.path, entry.relative, error=_unsupported(entry.relative))
    skipped.suffixes[type.suffix or _NO_SUFFIX] += 1
    return None


def _unsupported(name: str) -> InputError | None:
    suffix = file_type(name).suffix
    if not file_type(name).is_unsupported:
        return None
    return InputError(f"there is no reader for {suffix} files", kind="unsupported", hint="save it as text, HTML, DOCX or PDF")
