"""Recorded answers on disk: a journal that is the truth, an index that makes it quick, and recordings to replay."""

from summarise.clients.cache.exchange import Imported, export_records, import_records
from summarise.clients.cache.inspection import Stats, Verdict, stats, verify
from summarise.clients.cache.recording import Recording
from summarise.clients.cache.store import Store

__all__ = ["Imported", "Recording", "Stats", "Store", "Verdict", "export_records", "import_records", "stats", "verify"]
