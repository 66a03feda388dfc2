"""The index of the journal on diskcache: one compressed, checksummed record a row, never unpickled."""

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

from summarise.clients.cache.journal import LONGEST

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


# What sqlite says of a disk, a lock or a right; all its other errors speak of the file itself.
_PASSING = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH),
    *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL),
}

MARK = "journal"
_TABLES = {"Settings", "Cache"}
_OBJECTS = _TABLES | {
    *("Cache_key_raw", "Cache_expire_time", "sqlite_autoindex_Settings_1"),
    *("Settings_count_insert", "Settings_count_delete"),
    *("Settings_size_insert", "Settings_size_update", "Settings_size_delete"),
}
_SETTINGS = {*diskcache.DEFAULT_SETTINGS, "count", "size", "hits", "misses"}

# What diskcache and sqlite raise, and what a planted setting could make diskcache raise.
_ERRORS = (sqlite3.Error, diskcache.Timeout, ForeignRow, OSError, TypeError, ValueError, AttributeError, KeyError)


class DamagedIndex(Exception):
    """The index is broken or not ours: move it aside and make a new one."""


class NoIndex(Exception):
    """The index cannot be used now; the journal can."""


class Mark(NamedTuple):
    """Up to which offset the journal is indexed, the fingerprint that it had then, and how many rows there are."""

    offset: int = 0
    fingerprint: str = ""
    rows: int = 0


class Rows:
    """The index in `folder`, made where there is none. `wait` is how many seconds a lock of another process is waited for.

    Raises DamagedIndex and NoIndex, and nothing else.
    """

    def __init__(self, folder: Path, *, wait: float) -> None:
        _prepare(folder)
        try:
            _inspect(folder / diskcache.core.DBNAME, wait)
            self._cache = diskcache.Cache(str(folder), timeout=wait, disk=PlainDisk, **SETTINGS)
        except _ERRORS as error:
            raise _translated(error) from error

    def close(self) -> None:
        """Close the connection of this thread; the next use opens one again."""
        self._cache.close()

    def get(self, key: str) -> bytes | None:
        """The line of `key`; None where there is none."""
        try:
            row = self._cache.get(_name(key))
            return None if row is None else unpacked(key, row)
        except _ERRORS as error:
            raise _translated(error) from error

    def indexed(self) -> Mark:
        try:
            return _mark(self._cache.get(MARK))
        except _ERRORS as error:
            raise _translated(error) from error

    def add(self, lines: Iterator[tuple[str, int, bool, bytes]], start: int, end: int, fingerprint: str) -> None:
        """Take in the journal's bytes [start, end), all in one transaction: (key, offset, whether finished, line) for each record there.

        What another process has indexed in the meantime is left as it is.
        """
        try:
            with self._cache.transact():
                mark = self.indexed()
                if mark.offset < start:
                    raise DamagedIndex("the index lost rows while it was in use")
                new = sum(self._set(key, finished, line) for key, offset, finished, line in lines if offset >= mark.offset)
                if end > mark.offset:
                    self._cache.set(MARK, json.dumps(Mark(end, fingerprint, mark.rows + new)).encode())
        except _ERRORS as error:
            raise _translated(error) from error

    def _set(self, key: str, finished: bool, line: bytes) -> bool:
        """Write a row, unless the one there is better; whether it is new."""
        new = _name(key) not in self._cache
        if new or finished or not self._holds_finished(key):
            self._cache.set(_name(key), packed(key, finished, line))
        return new

    def _holds_finished(self, key: str) -> bool:
        row = self._cache.get(_name(key))
        return row is not None and is_finished(row)

    def all(self) -> Iterator[tuple[str, bytes | None]]:
        """Each row's key and line, sorted by key; None for a line that is damaged."""
        query = "SELECT key, raw, mode, filename, value FROM Cache WHERE key IS NOT ? ORDER BY key"
        try:
            with closing(_connect(Path(self._cache.directory) / diskcache.core.DBNAME, 1.0)) as database:
                for key, raw, mode, filename, value in database.execute(query, (MARK,)):
                    yield _checked(self._cache.disk, key, raw, (mode, filename, value))
        except sqlite3.Error as error:
            raise _translated(error) from error


_FINISHED, _OPEN = b"f", b"o"


def packed(key: str, finished: bool, line: bytes) -> bytes:
    """A line as a row: whether it is finished, a checksum of key and line, the line compressed."""
    return (_FINISHED if finished else _OPEN) + _checksum(key, line) + zlib.compress(line, 1)


def unpacked(key: str, row: bytes) -> bytes:
    """The line of a row. Raises ForeignRow where it is not what was packed."""
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
    """The key of a record whose row has this name."""
    return str(name).removeprefix("record ")


def is_finished(row: bytes) -> bool:
    return row[:1] == _FINISHED


def _checked(disk: PlainDisk, key: Any, raw: Any, columns: tuple[Any, Any, Any]) -> tuple[str, bytes | None]:
    name = key_in(key)
    try:
        disk.get(key, raw)
        mode, filename, value = columns
        return name, unpacked(name, disk.fetch(mode, filename, value, False))
    except ForeignRow:
        return name, None


def _prepare(folder: Path) -> None:
    """A private folder with a private, plain file in it; NoIndex where that cannot be had or is not ours."""
    database = folder / diskcache.core.DBNAME
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600))
        found = [folder.parent.stat(), folder.lstat(), database.lstat()]
    except OSError as error:
        raise NoIndex(f"{folder}: {error.strerror}") from error
    if any(one.st_uid != os.geteuid() or one.st_mode & stat.S_IWOTH for one in found) or not stat.S_ISREG(found[-1].st_mode):
        raise NoIndex(f"{folder}: belongs to somebody else, or anybody may write there")


def _connect(database: Path, wait: float) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=wait, isolation_level=None)


def _inspect(database: Path, wait: float) -> None:
    """See that nobody else holds or made the database, before diskcache opens it: it obeys the settings that it finds."""
    with closing(_connect(database, wait)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if see_whose(connection):
            _count(connection)


def see_whose(connection: sqlite3.Connection) -> bool:
    """Whether there are tables in the database. Raises DamagedIndex where they are not those of this program."""
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
    """See that no row is missing: what the index lacks would be asked, and paid for, again."""
    (rows,) = connection.execute("SELECT count(*) FROM Cache WHERE raw = 1 AND typeof(key) = 'text' AND key != ?", (MARK,)).fetchone()
    (passing,) = connection.execute("SELECT count(*) FROM Cache WHERE expire_time IS NOT NULL").fetchone()
    if passing or rows != mark_of(connection).rows:
        raise DamagedIndex("rows of the index are missing")


def mark_of(connection: sqlite3.Connection) -> Mark:
    row = connection.execute("SELECT value FROM Cache WHERE key = ? AND raw = 1", (MARK,)).fetchone()
    return _mark(row and row[0])


def _mark(row: bytes | None) -> Mark:
    """What the row of the mark says. Raises ValueError or TypeError for what is no mark."""
    mark = Mark(*json.loads(row)) if row else Mark()
    if [type(part) for part in mark] != [int, str, int]:
        raise ValueError("the index does not say what it holds")
    return mark


def _translated(error: Exception) -> DamagedIndex | NoIndex:
    passing = getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING
    if passing or isinstance(error, OSError | diskcache.Timeout):
        return NoIndex(str(error) or "another process holds the index")
    return DamagedIndex(str(error))
