"""Reading: files, folders, globs, tables and standard input become articles; what cannot be read is said, and the rest goes on."""

from __future__ import annotations

from summarise.reading.metadata import Unread
from summarise.reading.options import ReadOptions
from summarise.reading.reader import Reading, read, results_in

__all__ = ["ReadOptions", "Reading", "Unread", "read", "results_in"]
