"""Formats of the output, by name and by suffix."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from summarise.errors import UsageError
from summarise.export import writers
from summarise.export.frames import ParquetWriter
from summarise.export.layers import Layer, find_layer
from summarise.export.sqlite import SqliteWriter
from summarise.export.writers import Writer
from summarise.files import AtomicFile, ByteSink, DirectFile, Stdout
from summarise.text.sanitise import in_json, safe

DEFAULT_LAYER = "figures"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where and what to write: a path (None for stdout), the layer of formats that hold only one, whether a table may have colours, and
    how the format is made safe for a terminal."""

    path: Path | None
    layer: Layer
    colour: bool
    visible: Callable[[str], str]

    @property
    def direct(self) -> ByteSink:
        return Stdout(self.visible) if self.path is None else DirectFile(self.path)

    @property
    def staged(self) -> ByteSink:
        return Stdout(self.visible) if self.path is None else AtomicFile(self.path)

    @property
    def file(self) -> Path:
        assert self.path is not None, "open_writer refuses stdout for these"
        return self.path


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the output; `visible` makes its text safe for a terminal."""

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[Destination], Writer]
    has_layers: bool = False
    to_stdout: bool = True
    visible: Callable[[str], str] = safe


# A table goes to a terminal as it is: its cells are safe already, and its colours are ours.
FORMATS = {
    format.name: format
    for format in (
        Format("jsonl", (".jsonl", ".ndjson"), lambda to: writers.jsonl(to.direct), visible=in_json),
        Format("jsonl.gz", (".jsonl.gz", ".ndjson.gz"), lambda to: writers.jsonl_gz(to.direct)),
        Format("csv", (".csv",), lambda to: writers.csv(to.staged, to.layer), has_layers=True),
        Format("parquet", (".parquet",), lambda to: ParquetWriter(to.file, to.layer), has_layers=True, to_stdout=False),
        Format("sqlite", (".sqlite", ".sqlite3", ".db"), lambda to: SqliteWriter(to.file), to_stdout=False),
        Format("markdown", (".md", ".markdown"), lambda to: writers.markdown(to.direct)),
        Format("table", (), lambda to: writers.table(to.direct, colour=to.colour), visible=str),
    )
}


def open_writer(path: str | Path, format: str | None = None, *, layer: str | None = None, colour: bool = False) -> Writer:
    """A writer to `path` ("-" for stdout) in `format`, which is taken from the suffix where it is None (stdout: JSONL).

    `layer` is the table of a CSV or Parquet file, "figures" where it is None; `colour` is for the format "table". Raises UsageError
    for a format or layer that does not exist or does not go with the output, MissingExtra, and OutputError where the file cannot be
    written: all before any model is called.
    """
    to_stdout = str(path) == "-"
    chosen = _format(str(path), format, to_stdout)
    if to_stdout and not chosen.to_stdout:
        raise UsageError(f"{chosen.name} cannot be written to stdout", hint=f"name a file: -o results{chosen.suffixes[0]}")
    if to_stdout and chosen.name == "jsonl.gz" and sys.stdout.isatty():
        raise UsageError("compressed data cannot be shown on a terminal", hint="write jsonl, or name a file: -o results.jsonl.gz")
    if layer is not None and not chosen.has_layers:
        raise UsageError(f"{chosen.name} has no layers to choose from", hint="only csv and parquet hold one layer each")
    return chosen.open(Destination(None if to_stdout else Path(path), find_layer(layer or DEFAULT_LAYER), colour, chosen.visible))


def _format(path: str, name: str | None, to_stdout: bool) -> Format:
    if name == "jsonl" and path.lower().endswith(".gz"):
        return FORMATS["jsonl.gz"]
    if name is not None:
        return _named(name)
    if to_stdout:
        return FORMATS["jsonl"]
    for format in FORMATS.values():
        if path.lower().endswith(format.suffixes):
            return format
    raise UsageError(f"{path}: the name does not say in which format to write", hint=f"end it in one of {_suffixes()}, or name a format")


def _named(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    if name == "json":
        raise UsageError(
            "there is no format 'json', because one array cannot be written piece by piece",
            hint="write jsonl; jq -s . makes an array of it",
        )
    raise UsageError(f"there is no format '{name}'", hint=f"one of: {', '.join(FORMATS)}")


def _suffixes() -> str:
    return " ".join(suffix for format in FORMATS.values() for suffix in format.suffixes)
