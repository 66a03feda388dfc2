"""Layers as Arrow tables, data frames and Parquet files. The packages are imported when they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.errors import MissingExtra
from summarise.export.layers import Layer, LayerRow, find_layer, rows_of
from summarise.export.writers import Outcome, Writer
from summarise.files import AtomicFile
from summarise.schema import Failure, Summary

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


# The column types of each package; integers and booleans are nullable in all three.
_PANDAS = {"text": "string", "integer": "Int64", "number": "float64", "boolean": "boolean"}
_POLARS = {"text": "String", "integer": "Int64", "number": "Float64", "boolean": "Boolean"}
_ARROW = {"text": "string", "integer": "int64", "number": "float64", "boolean": "bool_"}


def to_pandas(items: Iterable[Summary | Failure], layer: str = "figures") -> pandas.DataFrame:
    """One layer as a pandas frame. Raises MissingExtra without pandas, UsageError for a layer that does not exist."""
    chosen = find_layer(layer)
    try:
        import pandas
    except ImportError as error:
        raise MissingExtra("a pandas frame", "pandas") from error
    cells = _cells(items, chosen)
    return pandas.DataFrame({column.name: pandas.array(cells[column.name], dtype=_PANDAS[column.type]) for column in chosen.flat_columns})


def to_polars(items: Iterable[Summary | Failure], layer: str = "figures") -> polars.DataFrame:
    """One layer as a polars frame. Raises MissingExtra without polars, UsageError for a layer that does not exist."""
    chosen = find_layer(layer)
    try:
        import polars
    except ImportError as error:
        raise MissingExtra("a polars frame", "polars") from error
    schema = {column.name: getattr(polars, _POLARS[column.type]) for column in chosen.flat_columns}
    return polars.DataFrame(_cells(items, chosen), schema=schema)


def to_arrow(items: Iterable[Summary | Failure], layer: str = "figures") -> pyarrow.Table:
    """One layer as an Arrow table. Raises MissingExtra without pyarrow, UsageError for a layer that does not exist."""
    chosen = find_layer(layer)
    schema = arrow_schema(chosen)
    import pyarrow

    return pyarrow.table(_cells(items, chosen), schema=schema)


def arrow_schema(layer: Layer) -> pyarrow.Schema:
    """The columns of a layer as Arrow types. Raises MissingExtra without pyarrow."""
    try:
        import pyarrow
    except ImportError as error:
        raise MissingExtra("Parquet or Arrow", "parquet") from error
    return pyarrow.schema([(column.name, getattr(pyarrow, _ARROW[column.type])()) for column in layer.flat_columns])


def _cells(items: Iterable[Summary | Failure], layer: Layer) -> dict[str, list[Any]]:
    cells: dict[str, list[Any]] = {column.name: [] for column in layer.flat_columns}
    for item in items:
        for row in rows_of(item, layer):
            for name, cell in layer.flat(row).items():
                cells[name].append(cell)
    return cells


# A row group is written when it holds so many rows, or texts of so many characters, which bounds the memory.
_ROWS = 10_000
_CHARACTERS = 8_000_000


class ParquetWriter(Writer):
    """Writes one layer, a row group at a time. Raises MissingExtra without pyarrow."""

    def __init__(self, path: Path, layer: Layer) -> None:
        self._schema = arrow_schema(layer)
        import pyarrow.parquet

        self._layer = layer
        self._rows: list[LayerRow] = []
        self._characters = 0
        self._has_items = False
        self._staging = AtomicFile(path)
        with self._staging.beginning():
            self._handle = self._staging.part.open("wb")  # pyarrow itself opens no name that is not UTF-8
            self._file = pyarrow.parquet.ParquetWriter(self._handle, self._schema)

    def write(self, item: Outcome) -> None:
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
