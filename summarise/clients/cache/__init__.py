"""Recorded answers on disk: a journal that is the truth, an index that makes it quick, and recordings to replay."""

from summarise.clients.cache.maintenance import Imported, Stats, Verdict, export_records, import_records, stats, verify
from summarise.clients.cache.store import Recording, Store

__all__ = ["Imported", "Recording", "Stats", "Store", "Verdict", "export_records", "import_records", "stats", "verify"]
