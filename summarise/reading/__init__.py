"""Reading: files, folders, globs, tables and standard input become articles; what cannot be read is reported, and the rest goes on."""

from __future__ import annotations

from summarise.reading.metadata import Unread
from summarise.reading.options import ReadOptions
from summarise.reading.reader import ArticleReader, read, results_in

__all__ = ["ArticleReader", "ReadOptions", "Unread", "read", "results_in"]
