"""Recorded answers on disk: the journal holds them, an index makes it fast, and a recording can be replayed."""

from summarise.clients.cache.maintenance import Imported, Stats, Verification, export_records, import_records, stats, verify
from summarise.clients.cache.store import Recording, Records, Store

__all__ = ["Imported", "Recording", "Records", "Stats", "Store", "Verification", "export_records", "import_records", "stats", "verify"]
