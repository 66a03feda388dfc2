"""Maintenance of a cache: statistics, verification of journal and index, export and import of records."""

from __future__ import annotations

import gzip
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from summarise.clients.cache.index import (
    SETTINGS,
    STATE_ROW,
    ForeignRow,
    check_tables,
    is_finished,
    key_in,
    state_of,
    unpacked,
)
from summarise.clients.cache.journal import BOM, DamagedIndex, LineIndex, fingerprint, parsed, split_lines
from summarise.clients.cache.store import INDEX, Recording, Records, Store
from summarise.clients.protocol import Record, from_line, merge, to_line
from summarise.errors import CacheError, OutputError
from summarise.files import AtomicFile, Stdout
from summarise.settings import JOURNAL
from summarise.text.sanitise import in_json


@dataclass
class Stats:
    """Totals over all records and their attempts, failed ones included.

    `bytes` is the size of the file, `cost_usd` the sum of the known costs, `unpriced` the attempts that used tokens at an unknown price.
    """

    records: int = 0
    bytes: int = 0
    superseded: int = 0
    damaged: int = 0
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_model: Counter[str] = field(default_factory=Counter)

    def count(self, record: Record) -> None:
        self.records += 1
        self.by_status[record.status] += 1
        self.by_model[record.about.model] += 1
        for attempt in record.attempts:
            self.attempts += 1
            self.input_tokens += attempt.input_tokens
            self.output_tokens += attempt.output_tokens
            self.cost_usd += attempt.cost_usd or 0.0
            self.unpriced += attempt.cost_usd is None and bool(attempt.input_tokens or attempt.output_tokens)


@dataclass(frozen=True)
class Verification:
    """How many lines and rows were read, and what is wrong with them, a sentence each.

    A damaged line is lost: its request will be sent again. A damaged or missing row is restored from the journal.
    """

    lines: int
    rows: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def stats(source: Records) -> Stats:
    lines = source.lines()
    found = Stats()
    for record in lines.records():
        found.count(record)
    found.bytes, found.superseded, found.damaged = lines.seen, lines.superseded, lines.damaged
    return found


def verify(source: Records) -> Verification:
    """Read every line, also superseded ones, and compare every row of the index with its line."""
    faults: list[str] = []
    lines = _faults_of_lines(source, faults)
    rows = _faults_of_rows(source, faults)
    return Verification(lines, rows, tuple(faults))


def _faults_of_lines(source: Records, faults: list[str]) -> int:
    fd, number, end = source.lines().fd, 0, 0
    size = os.fstat(fd).st_size
    for number, (_, line, after) in enumerate(split_lines(fd, 0, size), start=1):
        end = after
        if line.strip() and not _holds_record(line):
            faults.append(f"{source.path}:{number}: no record can be read from this line")
    if end < size and not _holds_record(os.pread(fd, size - end, end)):
        faults.append(f"{source.path}:{number + 1}: the last line is torn")
    return number + (end < size)


def _faults_of_rows(source: Records, faults: list[str]) -> int:
    """What is wrong with the index beside a journal; any other file of records has no index."""
    folder = source.path.parent
    database = folder / INDEX / "cache.db"
    if source.path.name != JOURNAL or not database.is_file():
        return 0
    rows, found = audit(database, source.lines().fd)
    faults += [f"{folder}: {fault}" for fault in found]
    return rows


def _holds_record(line: bytes) -> bool:
    try:
        from_line(line.removeprefix(BOM))
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Imported:
    """How many records were new, replaced a worse one, or were known; and how many lines were damaged."""

    new: int
    better: int
    known: int
    damaged: int


def export_records(source: Records, target: Path | str) -> int:
    """Write one line for each key, sorted by key, to a file (.gz too) or to stdout ("-"); returns how many.

    Equal records make equal bytes. A file is replaced when everything is written, and left unchanged if that fails (CacheError).
    """
    count = 0
    try:
        with _writing(Path(target)) as write:
            for record in source.lines().records(by_key=True):
                write(to_line(record))
                count += 1
    except BrokenPipeError:
        raise
    except OutputError as error:
        raise CacheError(error.message, hint=error.hint) from error
    except OSError as error:
        raise CacheError(f"{target}: cannot be written: {error.strerror}", hint="free disk space or give another path") from error
    return count


def import_records(store: Store, path: Path | str) -> Imported:
    """Add the records of a file, a cache folder or stdin ("-") to `store`; doing so again changes nothing.

    A record is never replaced by a worse one: see `protocol.merge`.
    """
    new = better = known = 0
    with Recording(path) as recording:
        lines = recording.lines()
        for record in lines.records():
            old = store.get(record.key)
            kept = merge(old, record)
            if kept == old:
                known += 1
                continue
            store.put(kept)
            new, better = new + (old is None), better + (old is not None)
        return Imported(new, better, known, lines.damaged)


@contextmanager
def _writing(target: Path) -> Iterator[Callable[[bytes], object]]:
    """A function that writes to `target`: stdout, a device, or a file that is replaced at the end if all went well."""
    if str(target) == "-":
        yield Stdout(in_json).put
        return
    target = target.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            yield device.write
        return
    file, is_whole = AtomicFile(target), False
    try:
        with file.part.open("wb") as raw:
            if target.suffix == ".gz":
                # Without name and time in its header, equal records make equal bytes.
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                    yield packed.write
            else:
                yield raw.write
        is_whole = True
    finally:
        file.close(keep=is_whole)


# What diskcache writes beside the key, value and times of our rows.
_COLUMNS = "raw, expire_time, access_count, tag, size, mode, filename, typeof(store_time), typeof(access_time), typeof(key), typeof(value)"
_WRITTEN = (1, None, 0, None, 0, 1, None, "real", "real", "text", "blob")


def audit(database: Path, journal: int) -> tuple[int, list[str]]:
    """How many rows the index in the file `database` has, and what is wrong with it, a sentence each; `journal` is an open file."""
    rows = 0
    faults: list[str] = []
    try:
        with closing(_opened(database)) as connection:
            connection.execute("BEGIN")  # one snapshot, whoever writes meanwhile
            faults += _faults_of_file(connection)
            state = state_of(connection)
            if state.offset and state.fingerprint != fingerprint(journal, state.offset):
                faults.append("the index belongs to another journal")
            lines = LineIndex.all_of(journal, state.offset)
            seen = set()
            # Not by an index of the table: that may be what is damaged.
            for key, value, *columns in connection.execute(f"SELECT key, value, {_COLUMNS} FROM Cache NOT INDEXED"):  # noqa: S608
                rows += key != STATE_ROW
                seen.add(key_in(key))
                if fault := _fault(key, value, tuple(columns), lines):
                    faults.append(f"the row of {key_in(key)} {fault}")
            faults += [f"the row of {key} is missing" for key, _ in lines.positions() if key not in seen and lines.get(key)]
            if state.rows != rows:
                faults.append(f"the index was made with {state.rows} rows and holds {rows}")
    except (sqlite3.Error, DamagedIndex, ValueError, TypeError) as error:
        faults.append(f"the index cannot be read: {error}")
    return rows, faults


def _fault(key: Any, value: Any, columns: tuple[Any, ...], lines: LineIndex) -> str | None:
    """What is wrong with a row; None for nothing."""
    if columns != _WRITTEN:
        return "is damaged"
    if key == STATE_ROW:
        return None  # checked by the caller
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
    check_tables(connection)
    kept = dict(connection.execute("SELECT key, value FROM Settings"))
    yield from (f"the setting {name} of the index is not as it was made" for name, value in SETTINGS.items() if kept.get(name) != value)


def _opened(database: Path) -> sqlite3.Connection:
    """The database, read-only; where no other connection has it open, without creating any file beside it."""
    is_open = database.with_name(f"{database.name}-wal").exists()
    how = "mode=ro" if is_open else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?{how}", uri=True, isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    return connection
