"""Summaries for other programs: files in many formats, tidy rows, and data frames. Needs nothing but summaries.

Each name is loaded when it is first used, for what only writes a file or a cell needs no schema.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarise.export.formats import DEFAULT_LAYER, FORMATS, open_writer
    from summarise.export.frames import to_arrow, to_pandas, to_polars
    from summarise.export.layers import LAYERS, records
    from summarise.export.writers import Writer

_HOMES = {
    "DEFAULT_LAYER": "formats",
    "FORMATS": "formats",
    "LAYERS": "layers",
    "Writer": "writers",
    "open_writer": "formats",
    "records": "layers",
    "to_arrow": "frames",
    "to_pandas": "frames",
    "to_polars": "frames",
}

__all__ = ["DEFAULT_LAYER", "FORMATS", "LAYERS", "Writer", "open_writer", "records", "to_arrow", "to_pandas", "to_polars"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'summarise.export' has no attribute '{name}'")
    return getattr(import_module(f"summarise.export.{_HOMES[name]}"), name)
