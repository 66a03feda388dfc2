"""Audit: every row of an index held against the journal that it was made from. Nothing is made or changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from summarise.clients.cache.disk import SETTINGS, ForeignRow
from summarise.clients.cache.lines import Lines, fingerprint, parsed
from summarise.clients.cache.rows import MARK, DamagedIndex, Mark, is_finished, key_in, mark_of, see_whose, unpacked

# What diskcache puts beside key, value and times of a row of ours.
_COLUMNS = "raw, expire_time, access_count, tag, size, mode, filename, typeof(store_time), typeof(access_time), typeof(key), typeof(value)"
_WRITTEN = (1, None, 0, None, 0, 1, None, "real", "real", "text", "blob")


def audit(database: Path, journal: int) -> tuple[int, list[str]]:
    """How many rows the index in the file `database` has, and what is wrong with it, a sentence each; `journal` is an open file."""
    found = _Audit(journal)
    try:
        with closing(_opened(database)) as connection:
            connection.execute("BEGIN")  # all that follows is of one moment, whoever writes meanwhile
            found.faults += _faults_of_file(connection)
            found.read(connection)
    except (sqlite3.Error, DamagedIndex, ValueError, TypeError) as error:
        found.faults.append(f"the index cannot be read: {error}")
    return found.rows, found.faults


class _Audit:
    def __init__(self, journal: int) -> None:
        self.journal = journal
        self.rows = 0
        self.faults: list[str] = []

    def read(self, connection: sqlite3.Connection) -> None:
        mark = mark_of(connection)
        if mark.offset and mark.fingerprint != fingerprint(self.journal, mark.offset):
            self.faults.append("the index belongs to another journal")
        lines = Lines.all_of(self.journal, mark.offset)
        seen = set()
        # Not by an index of the table: it may be what is damaged.
        for key, value, *columns in connection.execute(f"SELECT key, value, {_COLUMNS} FROM Cache NOT INDEXED"):  # noqa: S608
            self.rows += key != MARK
            seen.add(key_in(key))
            if fault := _fault(key, value, tuple(columns), lines):
                self.faults.append(f"the row of {key_in(key)} {fault}")
        self.faults += [f"the row of {key} is missing" for key, _ in lines.spots() if key not in seen and lines.get(key)]
        self.faults += _miscount(mark, self.rows)


def _fault(key: Any, value: Any, columns: tuple[Any, ...], lines: Lines) -> str | None:
    """What is wrong with a row; None where nothing is."""
    if columns != _WRITTEN:
        return "is damaged"
    if key == MARK:
        return None  # read already
    name = key_in(key)
    try:
        record = parsed(unpacked(name, value), name)
    except ForeignRow:
        record = None
    if record is None or record.finished != is_finished(value):
        return "is damaged"
    return None if record == lines.get(name) else "is not what the journal says"


def _faults_of_file(connection: sqlite3.Connection) -> Iterator[str]:
    yield from (f"the index is damaged: {said}" for (said,) in connection.execute("PRAGMA integrity_check(10)") if said != "ok")
    see_whose(connection)
    kept = dict(connection.execute("SELECT key, value FROM Settings"))
    yield from (f"the setting {name} of the index is not as it was made" for name, value in SETTINGS.items() if kept.get(name) != value)


def _miscount(mark: Mark, rows: int) -> list[str]:
    return [] if mark.rows == rows else [f"the index was made with {mark.rows} rows and holds {rows}"]


def _opened(database: Path) -> sqlite3.Connection:
    """The database, which nobody can change by this connection; where nobody has it open, not even files beside it are made."""
    is_open = database.with_name(f"{database.name}-wal").exists()
    how = "mode=ro" if is_open else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?{how}", uri=True, isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    return connection
