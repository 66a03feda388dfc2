"""Formats that are written piece by piece: JSONL, CSV, Markdown, and the table of a terminal."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial

from summarise import display
from summarise.export import cells
from summarise.export.layers import Layer, rows_of
from summarise.export.outlet import Outlet
from summarise.export.writer import Item, Writer
from summarise.signatures import MARKDOWN


class StreamWriter(Writer):
    """Each item becomes one piece, written whole. `head` comes first, also in a file without items."""

    def __init__(self, outlet: Outlet, piece: Callable[[Item], bytes], head: bytes = b"") -> None:
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


def jsonl(outlet: Outlet) -> StreamWriter:
    return StreamWriter(outlet, _json_line)


def jsonl_gz(outlet: Outlet) -> StreamWriter:
    """Each line is a gzip member of its own: longer than one stream, but a file cut off between two lines is a valid one."""
    return StreamWriter(outlet, lambda item: _zipped(_json_line(item)), head=_zipped(b""))


def csv(outlet: Outlet, layer: Layer) -> StreamWriter:
    head = cells.line([column.name for column in layer.columns])
    return StreamWriter(outlet, partial(_csv_lines, layer), head=head.encode())


def markdown(outlet: Outlet) -> StreamWriter:
    return StreamWriter(outlet, lambda item: _encoded(item.to_markdown() + "\n"), head=MARKDOWN.encode())


def table(outlet: Outlet, *, colour: bool) -> StreamWriter:
    layout = display.Table(colour=colour)
    return StreamWriter(outlet, lambda item: _encoded(layout.line(item) + "\n"), head=_encoded(layout.head + "\n"))


def _json_line(item: Item) -> bytes:
    return item.to_json().encode() + b"\n"


def _zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _csv_lines(layer: Layer, item: Item) -> bytes:
    return _encoded("".join(cells.line(list(row.values())) for row in rows_of(item, layer)))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
