"""Reads paths into articles, one after the other; what cannot be read is an Unread and stops nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from summarise.article import Article
from summarise.errors import InputError, explained
from summarise.files import Identity, identity, same_file
from summarise.reading.documents import read_docx, read_epub, read_pdf, read_plain
from summarise.reading.html import read_html
from summarise.reading.input import Input, opened
from summarise.reading.metadata import Fault, Found, Ids, Unread, numbered
from summarise.reading.options import ReadOptions
from summarise.reading.paths import Skipped, Source, Sources, checked
from summarise.reading.tables import looks_like_jsonl, read_csv, read_json, read_jsonl, read_parquet, read_tsv
from summarise.signatures import is_ours

_READERS: dict[str, Callable[[Input, ReadOptions], Iterator[Found | Fault]]] = {
    "txt": read_plain,
    "md": read_plain,
    "html": read_html,
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_csv,
    "tsv": read_tsv,
    "parquet": read_parquet,
    "pdf": read_pdf,
    "docx": read_docx,
    "epub": read_epub,
}
_PEEK = 65_536
_DEFAULTS = ReadOptions()


class Reading(Iterator[Article | Unread]):
    """The articles, lazily. `warnings` grows while reading and is complete at the end: what was skipped, and where nothing was found."""

    def __init__(self, sources: Sources, skipped: Skipped, options: ReadOptions, stdin: BinaryIO | None) -> None:
        self._sources = sources
        self._skipped = skipped
        ids = Ids()
        self._found = (item for source in sources for item in _articles(source, options, ids, stdin, skipped))

    def __next__(self) -> Article | Unread:
        return next(self._found)

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._skipped.warnings

    @property
    def skipped(self) -> dict[str, int]:
        """How many files in folders were passed over, by suffix."""
        return dict(self._skipped.suffixes)

    @property
    def total(self) -> int | None:
        """How many articles there will be, by file names alone; None when a table or standard input is among them."""
        return self._sources.articles

    def keep_apart(self, output: Identity | None) -> None:
        """See that `output` is none of what is read. To be called before the first article.

        In a folder, an earlier result under its name, or nothing yet, is left out. Raises UsageError for everything else: it would be lost.
        """
        if output is not None:
            self._sources.leave_out(lambda path, named: identity(0 if path is None else path) == output and self._is_result(path, named))

    def _is_result(self, path: str | None, named: bool) -> bool:
        if named or path is None:
            raise same_file(path or "standard input")
        if os.path.getsize(path):  # noqa: PTH202
            if not _wrote(path):
                raise same_file(path)
            self._skipped.ours.append(path)
        return True


def read(paths: Sequence[str], options: ReadOptions = _DEFAULTS, *, stdin: BinaryIO | None = None) -> Reading:
    """Every article that `paths` stand for: files, folders, globs, "-" for `stdin` (the process's own by default).

    Which files these are is settled at once: what is created later, such as the output of a run, is not read. Files of a folder or glob
    that this program wrote are passed over. Raises UsageError, before anything is read, for URLs and for paths that do not exist; nothing
    is raised later.
    """
    skipped = Skipped()
    return Reading(Sources(checked(paths), skipped), skipped, options, stdin)


def results_in(path: str) -> list[str]:
    """The files of a folder or glob, where this program wrote all of them; none where there is anything else to read."""
    found = [source.path for source in Sources(checked([path]), Skipped()) if source.path is not None]
    return found if all(map(_wrote, found)) else []


def _wrote(path: str) -> bool:
    try:
        with opened(path) as file:
            return is_ours(file, os.path.basename(path))  # noqa: PTH119
    except InputError:
        return False


def _articles(source: Source, options: ReadOptions, ids: Ids, stdin: BinaryIO | None, skipped: Skipped) -> Iterator[Article | Unread]:
    prefix: str | None = None
    try:
        if source.error:
            raise source.error
        with _file(source, stdin) as file:
            if not source.named and is_ours(file, os.path.basename(source.path or "")):  # noqa: PTH119
                skipped.ours.append(source.name)
                return
            item = None
            for item in _read(source, file, options):
                if item.row is not None and prefix is None:
                    prefix = ids.prefix(source.stem)
                yield _fault(item, source, prefix) if isinstance(item, Fault) else _article(item, source, ids, prefix)
            if item is None:
                raise InputError("no article in it", kind="empty")
    except Exception as raised:  # noqa: BLE001  # what no reader foresaw costs one file, and is told as that
        error = raised if isinstance(raised, InputError) else _unforeseen(raised)
        yield Unread(ids.unique(source.stem), source.name, _named(error, source.name))


def _unforeseen(error: Exception) -> InputError:
    told = explained(error)
    return InputError(told.message, kind=told.kind, hint=told.hint)


def _file(source: Source, stdin: BinaryIO | None) -> AbstractContextManager[BinaryIO]:
    if source.path is not None:
        return opened(source.path)
    if stdin is None:
        import sys

        stdin = sys.stdin.buffer
    return nullcontext(stdin)


def _read(source: Source, file: BinaryIO, options: ReadOptions) -> Iterator[Found | Fault]:
    if source.path is not None:
        return _READERS[source.format](Input(file, zipped=source.zipped, max_bytes=options.max_bytes), options)
    return _read_stdin(file, options)


def _read_stdin(file: BinaryIO, options: ReadOptions) -> Iterator[Found | Fault]:
    if options.stdin_format != "auto":
        return _READERS[options.stdin_format](Input(file, zipped=False, max_bytes=options.max_bytes), options)
    begun = _Begun(file)
    format = "jsonl" if _is_jsonl(begun.beginning) else "txt"
    return _READERS[format](Input(begun, zipped=False, max_bytes=options.max_bytes), options)  # type: ignore[arg-type]  # read() is all it needs


def _is_jsonl(beginning: bytes) -> bool:
    """By the whole lines in it, or by the only one."""
    text = beginning.decode("utf-8-sig", "replace")
    if len(beginning) >= _PEEK and "\n" in text:
        text = text[: text.rindex("\n")]
    return text.lstrip().startswith("{") and (looks_like_jsonl(text) or (len(beginning) >= _PEEK and "\n" not in text))


class _Begun:
    """A stream whose beginning was looked at and is read again."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.beginning = b"".join(_until(file, _PEEK))
        self._left = iter([self.beginning])

    def read(self, size: int) -> bytes:
        return next(self._left, b"") or self._file.read(size)

    def seekable(self) -> bool:
        return False


def _until(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left > 0 and (piece := file.read(left)):
        left -= len(piece)
        yield piece


def _article(found: Found, source: Source, ids: Ids, prefix: str | None) -> Article:
    about = found.known
    if about.id is None and found.row is not None and prefix is not None:
        id = numbered(prefix, found.row)
    else:
        id = ids.unique(about.id or source.stem)
    warnings = source.warnings + found.warnings
    return Article(found.text, id, about.title, about.source, about.published, about.url, about.language, warnings)


def _fault(fault: Fault, source: Source, prefix: str | None) -> Unread:
    where = f"{source.name}, {fault.place}"
    return Unread(numbered(prefix or source.stem, fault.row), where, _named(fault.error, where))


def _named(error: InputError, where: str) -> InputError:
    named = InputError(f"{where}: {error.message}", kind=error.kind, hint=error.hint)
    named.__cause__ = error.__cause__
    return named
