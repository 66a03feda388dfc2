"""Layers as data frames. The packages are imported when they are asked for; no items make an empty frame with the same columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from summarise.errors import MissingExtra
from summarise.export.layers import Layer, find_layer, rows_of
from summarise.schema import Failure, Summary

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

# Column kinds in the words of each package; integers and booleans are nullable in all three.
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
    return pandas.DataFrame({column.name: pandas.array(cells[column.name], dtype=_PANDAS[column.kind]) for column in chosen.flat_columns})


def to_polars(items: Iterable[Summary | Failure], layer: str = "figures") -> polars.DataFrame:
    """One layer as a polars frame. Raises MissingExtra without polars, UsageError for a layer that does not exist."""
    chosen = find_layer(layer)
    try:
        import polars
    except ImportError as error:
        raise MissingExtra("a polars frame", "polars") from error
    schema = {column.name: getattr(polars, _POLARS[column.kind]) for column in chosen.flat_columns}
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
    return pyarrow.schema([(column.name, getattr(pyarrow, _ARROW[column.kind])()) for column in layer.flat_columns])


def _cells(items: Iterable[Summary | Failure], layer: Layer) -> dict[str, list[Any]]:
    cells: dict[str, list[Any]] = {column.name: [] for column in layer.flat_columns}
    for item in items:
        for row in rows_of(item, layer):
            for name, cell in layer.flat(row).items():
                cells[name].append(cell)
    return cells
