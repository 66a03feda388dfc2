"""The index of the journal on diskcache: one compressed record with a checksum per row; nothing is ever unpickled."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Never

import diskcache

from summarise.clients.cache.journal import LONGEST, DamagedIndex, IndexUnavailable

_RAW = 1  # diskcache's mode for a value that is stored in its row unchanged

SETTINGS: dict[str, Any] = {
    "eviction_policy": "none",
    "cull_limit": 0,
    "size_limit": 2**62,
    "statistics": 0,
    "tag_index": 0,
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
    # So that the memory of a run does not grow with its cache: no mmap, and 4 MB of pages.
    "sqlite_mmap_size": 0,
    "sqlite_cache_size": 1024,
}


class ForeignRow(ValueError):
    """A row that this program has not written."""


class PlainDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """Refuses what diskcache would unpickle (CVE-2025-69872), and every row that names a file."""

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            raise ForeignRow(f"a key of type {type(key).__name__}")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if type(key) is not str or raw != 1:
            raise ForeignRow("a key that is not text")
        return key

    def store(self, value: Any, read: bool, **_: Any) -> tuple[int, int, None, bytes]:
        if read or type(value) is not bytes:
            raise ForeignRow(f"a value of type {type(value).__name__}")
        return 0, _RAW, None, value

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> bytes:
        if mode != _RAW or filename is not None or read or type(value) is not bytes:
            raise ForeignRow("a value that is not plain bytes in its row")
        return value

    def filename(self, *_: Any) -> Never:
        raise ForeignRow("a value in a file of its own")

    def remove(self, *_: Any) -> None:
        """Does nothing: no row of ours has a file."""


# The sqlite errors about a disk, a lock or a permission; all others mean that the file itself is bad.
_PASSING = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH),
    *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL),
}

STATE_ROW = "journal"
_TABLES = {"Settings", "Cache"}
_OBJECTS = _TABLES | {
    *("Cache_key_raw", "Cache_expire_time", "sqlite_autoindex_Settings_1"),
    *("Settings_count_insert", "Settings_count_delete"),
    *("Settings_size_insert", "Settings_size_update", "Settings_size_delete"),
}
_SETTINGS = {*diskcache.DEFAULT_SETTINGS, "count", "size", "hits", "misses"}

# What diskcache and sqlite raise, also what a forged setting could make diskcache raise.
_ERRORS = (sqlite3.Error, diskcache.Timeout, ForeignRow, OSError, TypeError, ValueError, AttributeError, KeyError)


class IndexState(NamedTuple):
    """How far the journal is indexed (bytes), its fingerprint up to there, and how many rows the index has."""

    offset: int = 0
    fingerprint: str = ""
    rows: int = 0


class RecordIndex:
    """The index in `folder`, created where missing. `wait` is how many seconds to wait for a lock of another process.

    Its methods raise DamagedIndex and IndexUnavailable, and nothing else.
    """

    def __init__(self, folder: Path, *, wait: float) -> None:
        _prepare(folder)
        try:
            _inspect(folder / diskcache.core.DBNAME, wait)
            self._cache = diskcache.Cache(str(folder), timeout=wait, disk=PlainDisk, **SETTINGS)
        except _ERRORS as error:
            raise _translated(error) from error

    def close(self) -> None:
        """Close the connection of this thread; the next use opens a new one."""
        self._cache.close()

    def get(self, key: str) -> bytes | None:
        """The line of `key`; None where there is none."""
        try:
            row = self._cache.get(_name(key))
            return None if row is None else unpacked(key, row)
        except _ERRORS as error:
            raise _translated(error) from error

    def indexed(self) -> IndexState:
        try:
            return _state(self._cache.get(STATE_ROW))
        except _ERRORS as error:
            raise _translated(error) from error

    def add(self, lines: Iterator[tuple[str, int, bool, bytes]], start: int, end: int, fingerprint: str) -> None:
        """Index the journal's bytes [start, end) in one transaction: (key, offset, whether finished, line) for each record there.

        What another process has indexed meanwhile is left unchanged.
        """
        try:
            with self._cache.transact():
                mark = self.indexed()
                if mark.offset < start:
                    raise DamagedIndex("the index lost rows while it was in use")
                new = sum(self._set(key, finished, line) for key, offset, finished, line in lines if offset >= mark.offset)
                if end > mark.offset:
                    self._cache.set(STATE_ROW, json.dumps(IndexState(end, fingerprint, mark.rows + new)).encode())
        except _ERRORS as error:
            raise _translated(error) from error

    def _set(self, key: str, finished: bool, line: bytes) -> bool:
        """Write a row, unless an unfinished record would replace a finished one; whether its key is new."""
        new = _name(key) not in self._cache
        if new or finished or not self._holds_finished(key):
            self._cache.set(_name(key), packed(key, finished, line))
        return new

    def _holds_finished(self, key: str) -> bool:
        row = self._cache.get(_name(key))
        return row is not None and is_finished(row)


_FINISHED, _OPEN = b"f", b"o"


def packed(key: str, finished: bool, line: bytes) -> bytes:
    """A line as a row: one byte for finished or open, the CRC-32 of key and line, the line compressed by zlib."""
    return (_FINISHED if finished else _OPEN) + _checksum(key, line) + zlib.compress(line, 1)


def unpacked(key: str, row: bytes) -> bytes:
    """The line of a row. Raises ForeignRow for anything that `packed` does not return."""
    unpacker = zlib.decompressobj()
    try:
        line = unpacker.decompress(row[5:], LONGEST)
    except zlib.error as error:
        raise ForeignRow("a row that cannot be decompressed") from error
    if row[:1] not in (_FINISHED, _OPEN) or unpacker.unused_data or row[1:5] != _checksum(key, line):
        raise ForeignRow("a row with a wrong checksum")
    return line


def _checksum(key: str, line: bytes) -> bytes:
    return zlib.crc32(line, zlib.crc32(key.encode())).to_bytes(4, "big")


def _name(key: str) -> str:
    return f"record {key}"


def key_in(name: Any) -> str:
    """The key of the record in the row of this name."""
    return str(name).removeprefix("record ")


def is_finished(row: bytes) -> bool:
    return row[:1] == _FINISHED


def _prepare(folder: Path) -> None:
    """Create a private folder with a private regular file in it; raises IndexUnavailable where it cannot, or where they are not ours."""
    database = folder / diskcache.core.DBNAME
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600))
        found = [folder.parent.stat(), folder.lstat(), database.lstat()]
    except OSError as error:
        raise IndexUnavailable(f"{folder}: {error.strerror}") from error
    if any(one.st_uid != os.geteuid() or one.st_mode & stat.S_IWOTH for one in found) or not stat.S_ISREG(found[-1].st_mode):
        raise IndexUnavailable(f"{folder}: belongs to another user, or is writable by everybody")


def _connect(database: Path, wait: float) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=wait, isolation_level=None)


def _inspect(database: Path, wait: float) -> None:
    """Check that the database is ours and not in use, before diskcache opens it: diskcache obeys the settings that it finds there."""
    with closing(_connect(database, wait)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if check_tables(connection):
            _count(connection)


def check_tables(connection: sqlite3.Connection) -> bool:
    """Whether the database has tables. Raises DamagedIndex where they are not those of this program."""
    objects = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
    if not objects:
        return False
    if {name for _, name in objects} - _OBJECTS or {name for kind, name in objects if kind == "table"} != _TABLES:
        raise DamagedIndex("the index was not made by this program")
    settings = {key for (key,) in connection.execute("SELECT key FROM Settings")}
    if settings - _SETTINGS:
        raise DamagedIndex("the index has settings that are not of this program")
    return True


def _count(connection: sqlite3.Connection) -> None:
    """Check that no row is missing: what the index lacks would be paid for again."""
    (rows,) = connection.execute("SELECT count(*) FROM Cache WHERE raw = 1 AND typeof(key) = 'text' AND key != ?", (STATE_ROW,)).fetchone()
    (passing,) = connection.execute("SELECT count(*) FROM Cache WHERE expire_time IS NOT NULL").fetchone()
    if passing or rows != state_of(connection).rows:
        raise DamagedIndex("rows of the index are missing")


def state_of(connection: sqlite3.Connection) -> IndexState:
    row = connection.execute("SELECT value FROM Cache WHERE key = ? AND raw = 1", (STATE_ROW,)).fetchone()
    return _state(row and row[0])


def _state(row: bytes | None) -> IndexState:
    """The state in its row. Raises ValueError or TypeError for anything else."""
    mark = IndexState(*json.loads(row)) if row else IndexState()
    if [type(part) for part in mark] != [int, str, int]:
        raise ValueError("the index does not say what it holds")
    return mark


def _translated(error: Exception) -> DamagedIndex | IndexUnavailable:
    passing = getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING
    if passing or isinstance(error, OSError | diskcache.Timeout):
        return IndexUnavailable(str(error) or "another process holds the index")
    return DamagedIndex(str(error))
