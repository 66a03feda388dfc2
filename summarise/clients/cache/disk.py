"""What may stand in a row of the index: text keys and raw bytes, nothing that could be run, read from elsewhere, or removed."""

from __future__ import annotations

from typing import Any, Never

import diskcache

_RAW = 1  # diskcache's number for a value that stands in its row as it is

SETTINGS: dict[str, Any] = {
    "eviction_policy": "none",
    "cull_limit": 0,
    "size_limit": 2**62,
    "statistics": 0,
    "tag_index": 0,
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
    # The memory of a run must not grow with its cache: no mapping, and 4 MB of pages.
    "sqlite_mmap_size": 0,
    "sqlite_cache_size": 1024,
}


class ForeignRow(ValueError):
    """A row that this program did not write."""


class PlainDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Refuses what diskcache would unpickle, and every row that names a file."""

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            raise ForeignRow(f"a key of type {type(key).__name__}")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if type(key) is not str or raw != 1:
            raise ForeignRow("a key that is no text")
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, bytes]:
        if read or type(value) is not bytes:
            raise ForeignRow(f"a value of type {type(value).__name__}")
        return 0, _RAW, None, value

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> bytes:
        if mode != _RAW or filename is not None or read or type(value) is not bytes:
            raise ForeignRow("a value that is not plain bytes in its row")
        return value

    def filename(self, key: Any = None, value: Any = None) -> Never:
        raise ForeignRow("a value that wants a file of its own")

    def remove(self, file_path: Any) -> None:
        """Nothing is ever removed: no row of ours has a file."""
