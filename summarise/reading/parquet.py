"""Parquet: an article a row, read in small batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from summarise.errors import InputError
from summarise.reading.foreign import needs, parsing
from summarise.reading.options import ReadOptions
from summarise.reading.records import Columns, columns, found
from summarise.reading.stream import Input, too_large
from summarise.reading.unread import Fault, Found

_BATCH = 64


def read_parquet(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """An article a row; only the columns that are used are read."""
    with needs("reading Parquet", "parquet"):
        from pyarrow import parquet

    with source.seekable() as file:
        with parsing("Parquet file"):
            table = parquet.ParquetFile(file)
            names = list(table.schema_arrow.names)
        chosen = columns(names, options)
        with parsing("Parquet file"):
            batches = table.iter_batches(batch_size=_BATCH, columns=chosen.used, use_threads=False)
        number = 0
        while rows := _next(batches):
            for number, row in enumerate(rows, start=number + 1):  # noqa: B020  # counts on over the batches
                yield _row(row, chosen, number, options.max_bytes)


def _next(batches: Iterator[object]) -> list[dict[str, object]]:
    """The rows of the next batch that has any; none at the end."""
    with parsing("Parquet file"):
        for batch in batches:
            rows: list[dict[str, object]] = batch.to_pylist()  # type: ignore[attr-defined]
            if rows:
                return rows
    return []


def _row(row: Mapping[str, object], chosen: Columns, number: int, max_bytes: int) -> Found | Fault:
    try:
        text = row.get(chosen.text)
        if isinstance(text, str) and len(text) > max_bytes:
            raise too_large(max_bytes, "the row")
        return found(row, chosen, number)
    except InputError as error:
        return Fault(error, number, f"row {number}")
