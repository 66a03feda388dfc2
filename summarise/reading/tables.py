"""CSV: an article a row, whatever the separator."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from summarise.errors import InputError
from summarise.reading.lines import Line, lines
from summarise.reading.options import ReadOptions
from summarise.reading.records import NAMES, Columns, columns, found
from summarise.reading.stream import Input, too_large
from summarise.reading.unread import Fault, Found

_SEPARATORS = ",;\t|"


def read_csv(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """An article a row under a header. The separator is the one of , ; | and tab that parts the header best."""
    return _rows(source, options, None)


def read_tsv(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    return _rows(source, options, "\t")


def _rows(source: Input, options: ReadOptions, separator: str | None) -> Iterator[Found | Fault]:
    import csv

    # the limit is one of the whole process; a row's length is limited by _Feed
    csv.field_size_limit(sys.maxsize)
    numbered, warnings = lines(source, options.encoding)
    first = next((line for line in numbered if line.error or line.text.strip()), None)
    if first is None:
        raise InputError("there is no text in it", kind="empty")
    if first.error:
        raise first.error
    feed = _Feed(first, numbered, source.max_bytes)
    reader = csv.reader(feed, delimiter=separator or _separator(first.text))
    header = next(reader)
    chosen = columns(header, options)
    number = 0
    while True:
        feed.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, feed.error = [], InputError(f"it is no valid CSV: {error}", kind="malformed")
        except InputError as error:
            cells, feed.error = [], error
        if cells or feed.error:
            number += 1
            yield _row(header, cells, chosen, number, feed, warnings)


def _row(header: list[str], cells: list[str], chosen: Columns, number: int, feed: _Feed, warnings: tuple[str, ...]) -> Found | Fault:
    try:
        if feed.error:
            raise feed.error
        if any(cell.strip() for cell in cells[len(header) :]):
            raise InputError(f"it has {len(cells)} columns, the header has {len(header)}", kind="malformed", hint="is a quote missing?")
        article = found(dict(zip(header, cells, strict=False)), chosen, number)
    except InputError as error:
        return Fault(error, number, f"row {number} (line {feed.row_line})")
    return Found(article.text, article.known, warnings + article.warnings, number)


class _Feed:
    """Lines for csv.reader, which ends a row where it likes; a bad line is raised and the next call goes on behind it."""

    def __init__(self, first: Line, numbered: Iterator[Line], max_bytes: int) -> None:
        self._first: Line | None = first
        self._numbered = numbered
        self._max_bytes = max_bytes
        self._row_length = 0
        self._line = 0
        self.row_line = 1
        self.error: InputError | None = None

    def start_row(self) -> None:
        self._row_length, self.row_line, self.error = 0, self._line + 1, None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line, self._first = self._first or next(self._numbered), None
        self._line = line.number
        if line.error:
            raise line.error
        self._row_length += len(line.text)
        if self._row_length > self._max_bytes:
            raise too_large(self._max_bytes, "the row")
        return f"{line.text}\n"


def _separator(header: str) -> str:
    import csv

    def fit(separator: str) -> tuple[bool, int]:
        cells = next(csv.reader([header], delimiter=separator), [])
        return any(cell.strip().casefold() in NAMES["text"] for cell in cells), len(cells)

    return max(_SEPARATORS, key=fit)
