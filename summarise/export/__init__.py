"""Summaries for other programs: files in many formats, tidy rows, and data frames. Needs nothing but summaries."""

from summarise.export.formats import DEFAULT_LAYER, FORMATS, open_writer
from summarise.export.frames import to_arrow, to_pandas, to_polars
from summarise.export.layers import LAYERS, records
from summarise.export.writers import Writer

__all__ = ["DEFAULT_LAYER", "FORMATS", "LAYERS", "Writer", "open_writer", "records", "to_arrow", "to_pandas", "to_polars"]
