"""One layer as a Parquet file."""

from __future__ import annotations

from pathlib import Path

from summarise.export.frames import arrow_schema
from summarise.export.layers import Layer, Row, rows_of
from summarise.export.outlet import Staging
from summarise.export.writer import Item, Writer

# A row group is written when it holds so many rows, or texts of so many characters.
_ROWS = 10_000
_CHARACTERS = 8_000_000


class ParquetWriter(Writer):
    """Raises MissingExtra without pyarrow."""

    def __init__(self, path: Path, layer: Layer) -> None:
        self._schema = arrow_schema(layer)
        import pyarrow.parquet

        self._layer = layer
        self._rows: list[Row] = []
        self._characters = 0
        self._has_items = False
        self._staging = Staging(path)
        with self._staging.beginning():
            self._handle = self._staging.part.open("wb")  # pyarrow itself opens no name that is not UTF-8
            self._file = pyarrow.parquet.ParquetWriter(self._handle, self._schema)

    def write(self, item: Item) -> None:
        rows = [self._layer.flat(row) for row in rows_of(item, self._layer)]
        self._rows += rows
        self._characters += sum(len(cell) for row in rows for cell in row.values() if isinstance(cell, str))
        self._has_items = True
        if len(self._rows) >= _ROWS or self._characters >= _CHARACTERS:
            self._flush()

    def close(self, *, finished: bool = True) -> None:
        keep = False
        try:
            self._flush()
            with self._staging.writing():
                self._file.close()
                self._handle.close()
            keep = finished or self._has_items
        finally:
            self._staging.close(keep=keep)

    def _flush(self) -> None:
        import pyarrow

        rows, self._rows, self._characters = self._rows, [], 0
        if rows:
            with self._staging.writing():
                self._file.write_table(pyarrow.Table.from_pylist(rows, schema=self._schema))
