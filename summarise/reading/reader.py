"""The reader: paths into articles, one after the other; what cannot be read is an Unread and stops nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from summarise.article import Article
from summarise.errors import InputError, explained
from summarise.file_signatures import is_ours
from summarise.files import Identity, identity, same_file
from summarise.reading.documents import read_docx, read_epub, read_pdf, read_plain
from summarise.reading.html import read_html
from summarise.reading.input import SAMPLE, Input, open_file
from summarise.reading.metadata import Ids, RawArticle, RowError, Unread, numbered
from summarise.reading.options import ReadOptions
from summarise.reading.paths import InputFile, InputFiles, Skipped, checked
from summarise.reading.tables import looks_like_jsonl, read_csv, read_json, read_jsonl, read_parquet, read_tsv

_READERS: dict[str, Callable[[Input, ReadOptions], Iterator[RawArticle | RowError]]] = {
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
_DEFAULTS = ReadOptions()


class ArticleReader(Iterator[Article | Unread]):
    """The articles, read lazily. `warnings` is complete at the end: what was skipped, and where nothing was found."""

    def __init__(self, files: InputFiles, skipped: Skipped, options: ReadOptions, stdin: BinaryIO | None) -> None:
        self._files = files
        self._skipped = skipped
        ids = Ids()
        self._articles = (item for file in files for item in _articles(file, options, ids, stdin, skipped))

    def __next__(self) -> Article | Unread:
        return next(self._articles)

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._skipped.warnings

    @property
    def skipped(self) -> dict[str, int]:
        """How many files in folders were skipped, by suffix."""
        return dict(self._skipped.suffixes)

    @property
    def total(self) -> int | None:
        """How many articles there will be, by file names alone; None when a table or standard input is among them."""
        return self._files.articles

    def keep_apart(self, output: Identity | None) -> None:
        """See that `output` is none of what is read. To be called before the first article.

        In a folder, an earlier result of that name, or an empty file, is left out. Anything else would be lost: UsageError.
        """
        if output is not None:
            self._files.leave_out(lambda file: identity(0 if file.path is None else file.path) == output and self._is_result(file))

    def _is_result(self, file: InputFile) -> bool:
        if file.named or file.path is None:
            raise same_file(file.path or "standard input")
        if os.path.getsize(file.path):  # noqa: PTH202
            if not _wrote(file.path):
                raise same_file(file.path)
            self._skipped.ours.append(file.path)
        return True


def read(paths: Sequence[str], options: ReadOptions = _DEFAULTS, *, stdin: BinaryIO | None = None) -> ArticleReader:
    """Every article of `paths`: files, folders, globs, "-" for `stdin` (the process's own by default).

    Which files these are is decided at once: what is created later, such as the output of a run, is not read. Files of a folder or glob
    that this program wrote are skipped. Raises UsageError, before anything is read, for URLs and for paths that do not exist; nothing
    is raised later.
    """
    skipped = Skipped()
    return ArticleReader(InputFiles(checked(paths), skipped), skipped, options, stdin)


def results_in(path: str) -> list[str]:
    """The files of a folder or glob, where this program wrote all of them; none where there is anything else to read."""
    found = [file.path for file in InputFiles(checked([path]), Skipped()) if file.path is not None]
    return found if all(map(_wrote, found)) else []


def _wrote(path: str) -> bool:
    try:
        with open_file(path) as file:
            return is_ours(file, os.path.basename(path))  # noqa: PTH119
    except InputError:
        return False


def _articles(file: InputFile, options: ReadOptions, ids: Ids, stdin: BinaryIO | None, skipped: Skipped) -> Iterator[Article | Unread]:
    stem, prefix = file.type.stem, None
    try:
        if file.error:
            raise file.error
        with _open(file, stdin) as content:
            if not file.named and is_ours(content, os.path.basename(file.path or "")):  # noqa: PTH119
                skipped.ours.append(file.name)
                return
            item = None
            for item in _read(file, content, options):
                if item.row is not None and prefix is None:
                    prefix = ids.prefix(stem)
                if isinstance(item, RowError):
                    where = f"{file.name}, {item.place}"
                    yield Unread(numbered(prefix or stem, item.row), where, _at(where, item.error))
                else:
                    yield _article(item, file, ids, prefix)
            if item is None:
                raise InputError("no article in it", kind="empty")
    except Exception as raised:  # noqa: BLE001  # what no reader foresaw costs one file, and is reported as that
        yield Unread(ids.unique(stem), file.name, _at(file.name, raised))


def _open(file: InputFile, stdin: BinaryIO | None) -> AbstractContextManager[BinaryIO]:
    if file.path is not None:
        return open_file(file.path)
    if stdin is None:
        import sys

        stdin = sys.stdin.buffer
    return nullcontext(stdin)


def _read(file: InputFile, content: BinaryIO, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    source = Input(content, zipped=file.type.zipped, max_bytes=options.max_bytes)
    format = file.type.format or "txt"
    if file.path is None:
        format = options.stdin_format
        if format == "auto":
            format = "jsonl" if _is_jsonl(source.beginning()) else "txt"
    return _READERS[format](source, options)


def _is_jsonl(beginning: bytes) -> bool:
    """By the whole lines in it, or by the only one."""
    text = beginning.decode("utf-8-sig", "replace")
    if len(beginning) >= SAMPLE and "\n" in text:
        text = text[: text.rindex("\n")]
    return text.lstrip().startswith("{") and (looks_like_jsonl(text) or (len(beginning) >= SAMPLE and "\n" not in text))


def _article(raw: RawArticle, file: InputFile, ids: Ids, prefix: str | None) -> Article:
    declared = raw.metadata.get("id")
    if declared is None and raw.row is not None and prefix is not None:
        id = numbered(prefix, raw.row)
    else:
        id = ids.unique(declared or file.type.stem)
    return Article(raw.text, warnings=file.warnings + raw.warnings, **raw.metadata | {"id": id})


def _at(where: str, raised: Exception) -> InputError:
    """The error with the place in its message."""
    error = explained(raised)
    named = InputError(f"{where}: {error.message}", kind=error.kind, hint=error.hint)
    named.__cause__ = raised.__cause__
    return named
