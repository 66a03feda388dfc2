"""Sources: what the paths of a command line stand for, file by file, in a fixed order and in little memory."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from summarise.errors import InputError, UsageError
from summarise.reading.formats import TABLES, kind_of
from summarise.reading.patterns import Pattern, has_magic
from summarise.reading.shown import listed, shown
from summarise.reading.walk import Entry, walk

STDIN = "-"
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input (`path` is None). `stem` is what its id is made from, `name` the path as given, printable."""

    path: str | None
    name: str
    stem: str
    format: str = "txt"
    zipped: bool = False
    warnings: tuple[str, ...] = ()
    error: InputError | None = None

    @property
    def is_table(self) -> bool:
        """It may hold any number of articles."""
        return self.path is None or self.format in TABLES


@dataclass(slots=True)
class Skipped:
    """Files in folders that were passed over, by suffix, and arguments in which nothing was found."""

    suffixes: Counter[str] = field(default_factory=Counter)
    barren: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> tuple[str, ...]:
        """In sentences; empty when nothing was skipped."""
        total = self.suffixes.total()
        kinds = ", ".join(f"{shown(suffix, 20)} ({count:,})" for suffix, count in self.suffixes.most_common(8))
        files = f"{total:,} file{'s' * (total != 1)} skipped that no reader is there for: {kinds}{', …' * (len(self.suffixes) > 8)}"
        return (*([files] if total else []), *(f"nothing to read in '{shown(name)}'" for name in self.barren))


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


def sources(paths: Sequence[str], skipped: Skipped) -> Iterator[Source]:
    """The files that `paths` (checked ones) stand for. What is passed over is counted in `skipped`."""
    for path in paths:
        if path == STDIN:
            yield Source(None, "standard input", "stdin")
        elif not _lexists(path):
            yield from _noting_none(path, _of_pattern(Pattern(path), skipped), skipped)
        elif os.path.isdir(path):  # noqa: PTH112  # paths stay strings as given: "./x" is not "x" for the reader of a message
            yield from _noting_none(path, _of_folder(path, skipped), skipped)
        else:
            yield _named(path, os.path.basename(path))  # noqa: PTH119


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path) or (has_magic(path) and next(Pattern(path).matches(), None) is not None)  # noqa: PTH110
    except ValueError:  # a NUL in it
        return False


def _lexists(path: str) -> bool:
    return os.path.lexists(path)


def _noting_none(path: str, found: Iterator[Source], skipped: Skipped) -> Iterator[Source]:
    empty = True
    for source in found:
        empty = False
        yield source
    if empty:
        skipped.barren.append(path)


def _of_folder(folder: str, skipped: Skipped) -> Iterator[Source]:
    return _of_entries(walk(folder, lambda relative: not _is_named_like_a_file(relative)), skipped)


def _of_pattern(pattern: Pattern, skipped: Skipped) -> Iterator[Source]:
    """Matching folders are read whole, as a shell would pass them; with ** their files match by themselves."""
    for entry in pattern.matches():
        if not entry.is_folder or entry.error:
            yield from _of_entries(iter([entry]), skipped, named=pattern.names_suffix)
        elif not pattern.is_recursive:
            for inner in _of_folder(entry.path, skipped):
                yield _below(entry.relative, inner)


def _below(folder: str, source: Source) -> Source:
    return Source(source.path, source.name, f"{folder}/{source.stem}", source.format, source.zipped, source.warnings, source.error)


def _is_named_like_a_file(folder: str) -> bool:
    return kind_of(folder).format not in {None, "parquet"}  # Parquet data sets are folders named so


def _of_entries(entries: Iterator[Entry], skipped: Skipped, *, named: bool = False) -> Iterator[Source]:
    for entry in entries:
        kind = kind_of(entry.relative)
        if entry.error:
            yield Source(entry.path, shown(entry.path), entry.relative, error=entry.error)
        elif entry.is_folder:
            if _is_named_like_a_file(entry.relative):
                error = InputError("it is a folder, not a file", hint="pass the folder by itself to read what is in it")
                yield Source(entry.path, shown(entry.path), kind.stem, error=error)
        elif named:
            yield _named(entry.path, entry.relative)
        elif kind.format is None:
            skipped.suffixes[kind.suffix or "no suffix"] += 1
        else:
            yield Source(entry.path, shown(entry.path), kind.stem, kind.format, kind.zipped)


def _named(path: str, relative: str) -> Source:
    """A file that the user named: read as plain text where its suffix says nothing."""
    kind = kind_of(relative)
    name = shown(path)
    if kind.format:
        return Source(path, name, kind.stem, kind.format, kind.zipped)
    if kind.is_foreign:
        error = InputError(f"there is no reader for {kind.suffix} files", kind="unsupported", hint="save it as text, HTML, DOCX or PDF")
        return Source(path, name, kind.stem, error=error)
    warning = f"the suffix '{shown(kind.suffix)}' is unknown; read as plain text" if kind.suffix else "it has no suffix; read as plain text"
    return Source(path, name, kind.stem, "txt", kind.zipped, (warning,))
