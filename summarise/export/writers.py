"""Writers of formats that take one item at a time: JSON lines, CSV, Markdown, and the table of a terminal."""

from __future__ import annotations

import gzip
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from types import TracebackType
from typing import Any, Self

from summarise.export.layers import Layer, rows_of
from summarise.files import ByteSink
from summarise.render.terminal import SummaryTable
from summarise.schema import Failure, Summary
from summarise.signatures import MARKDOWN
from summarise.wording import exact

Item = Summary | Failure


class Writer(ABC):
    """Memory stays the same however many items are written. Leaving the context by an exception keeps what was finished."""

    @abstractmethod
    def write(self, item: Item) -> None:
        """Raises OutputError where the output cannot take it, ReaderGone where nobody reads it."""

    @abstractmethod
    def close(self, *, finished: bool = True) -> None:
        """Ends the output. When not `finished` and nothing was written, a file that was there before stays as it was."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close(finished=kind is None)


# What a spreadsheet may take for the start of a formula: a sign, also in its wide and small forms, after anything that is not seen;
# or a leading tab or line end. Apostrophes in front are our own mark and are passed over, so that the mark can be taken off again.
_UNSEEN = r"[\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
_FORMULA = re.compile(rf"'*(?:[\t\r\n]|{_UNSEEN}[=+\-@＝＋－＠﹦﹢﹣﹫−])")


def line(cells: list[Any]) -> str:
    """One line of CSV. Texts are quoted and neutral, numbers and booleans bare, None is nothing."""
    return ",".join(map(_cell, cells)) + "\n"


def neutral(text: str) -> str:
    """`text`, with an apostrophe before it when a spreadsheet could run it as a formula. `restored` takes it off."""
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

    def __init__(self, outlet: ByteSink, piece: Callable[[Item], bytes], head: bytes = b"") -> None:
        self._outlet = outlet
        self._piece = piece
        self._head: bytes | None = head
        self._has_items = False

    def write(self, item: Item) -> None:
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
    return StreamWriter(outlet, lambda item: _zipped(_json_line(item)), head=_zipped(b""))


def csv(outlet: ByteSink, layer: Layer) -> StreamWriter:
    head = line([column.name for column in layer.columns])
    return StreamWriter(outlet, partial(_csv_lines, layer), head=head.encode())


def markdown(outlet: ByteSink) -> StreamWriter:
    return StreamWriter(outlet, lambda item: _encoded(item.to_markdown() + "\n"), head=MARKDOWN.encode())


def table(outlet: ByteSink, *, colour: bool) -> StreamWriter:
    layout = SummaryTable(colour=colour)
    return StreamWriter(outlet, lambda item: _encoded(layout.line(item) + "\n"), head=_encoded(layout.head + "\n"))


def _json_line(item: Item) -> bytes:
    return item.to_json().encode() + b"\n"


def _zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _csv_lines(layer: Layer, item: Item) -> bytes:
    return _encoded("".join(line(list(row.values())) for row in rows_of(item, layer)))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
