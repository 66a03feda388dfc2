"""Writers of formats that take one item at a time: JSON lines, CSV, Markdown, and the table of a terminal."""

from __future__ import annotations

import gzip
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, Self

from summarise.export.layers import Layer, rows_of
from summarise.file_signatures import MARKDOWN
from summarise.files import ByteSink
from summarise.render.terminal import SummaryTable
from summarise.schema import Failure, Summary
from summarise.text.sanitise import INVISIBLE
from summarise.wording import exact

Outcome = Summary | Failure


class Writer(ABC):
    """Writes summaries in constant memory, however many. Leaving the context by an exception keeps what was finished."""

    @abstractmethod
    def write(self, item: Outcome) -> None:
        """Raises OutputError where the output cannot take it, ReaderGone where nobody reads it."""

    @abstractmethod
    def close(self, *, finished: bool = True) -> None:
        """Ends the output. When not `finished` and nothing was written, a file that was there before stays as it was."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(finished=kind is None)


# What a spreadsheet may take for the start of a formula: a sign, also in its wide and small forms, after anything invisible;
# or a leading tab or line end. Apostrophes in front are our own mark and are passed over, so that the mark can be taken off again.
# A lone surrogate is written as "?", which no spreadsheet skips.
_SKIPPED = INVISIBLE.replace(r"\ud800-\udfff", "")
_FORMULA = re.compile(rf"'*(?:[\t\r\n]|[\s{_SKIPPED}]*[=+\-@＝＋－＠﹦﹢﹣﹫−])")


def csv_line(cells: list[Any]) -> str:
    """One line of CSV. Texts are quoted and made safe for spreadsheets, numbers and booleans are bare, None is empty."""
    return ",".join(map(_cell, cells)) + "\n"


def neutral(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet could run it as a formula. `restored` removes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text that `neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + neutral(value).replace('"', '""') + '"'
    if isinstance(value, Decimal):
        return exact(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


class StreamWriter(Writer):
    """Each item becomes one piece, written whole. `head` comes first, also in a file without items."""

    def __init__(self, outlet: ByteSink, piece: Callable[[Outcome], bytes], head: bytes = b"") -> None:
        self._outlet = outlet
        self._piece = piece
        self._head: bytes | None = head
        self._has_items = False

    def write(self, item: Outcome) -> None:
        piece = self._piece(item)
        self._begin()
        self._outlet.put(piece)
        self._has_items = True

    def close(self, *, finished: bool = True) -> None:
        try:
            if finished:
                self._begin()
        finally:
            self._outlet.close(keep=finished or self._has_items)

    def _begin(self) -> None:
        if self._head is not None:
            self._outlet.put(self._head)
            self._head = None


def jsonl(outlet: ByteSink) -> StreamWriter:
    return StreamWriter(outlet, _json_line)


def jsonl_gz(outlet: ByteSink) -> StreamWriter:
    """Each line is a gzip member of its own: longer than one stream, but a file cut off between two lines is a valid one."""
    return StreamWriter(outlet, lambda item: _gzip_member(_json_line(item)), head=_gzip_member(b""))


def csv(outlet: ByteSink, layer: Layer) -> StreamWriter:
    head = csv_line([column.name for column in layer.columns])
    return StreamWriter(outlet, partial(_csv_lines, layer), head=head.encode())


def markdown(outlet: ByteSink) -> StreamWriter:
    return StreamWriter(outlet, lambda item: _encoded(item.to_markdown() + "\n"), head=MARKDOWN.encode())


def table(outlet: ByteSink, *, colour: bool) -> StreamWriter:
    layout = SummaryTable(colour=colour)
    return StreamWriter(outlet, lambda item: _encoded(layout.line(item) + "\n"), head=_encoded(layout.head + "\n"))


def _json_line(item: Outcome) -> bytes:
    return item.to_json().encode() + b"\n"


def _gzip_member(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _csv_lines(layer: Layer, item: Outcome) -> bytes:
    return _encoded("".join(csv_line(list(row.values())) for row in rows_of(item, layer)))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
