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

from summarise.clients.cache.index import MARK, SETTINGS, DamagedIndex, ForeignRow, Mark, is_finished, key_in, mark_of, see_whose, unpacked
from summarise.clients.cache.journal import BOM, Lines, fingerprint, parsed, split_lines
from summarise.clients.cache.store import INDEX, JOURNAL, Recording, Store
from summarise.clients.protocol import Record, from_line, merge, to_line
from summarise.errors import CacheError, OutputError
from summarise.files import Staging, Stdout
from summarise.text.sanitise import in_json


@dataclass
class Stats:
    """What the records hold, attempts that failed included. `bytes` is the size of the file; `cost_usd` sums the known costs,
    `unpriced` counts the attempts that used tokens at an unknown price."""

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
class Verdict:
    """How many lines and rows were read, and what is wrong with them, a sentence each.

    A damaged line is lost: what was recorded there will be asked again. A damaged or missing row is made again from the journal.
    """

    lines: int
    rows: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def stats(source: Store | Recording) -> Stats:
    lines = source.lines()
    found = Stats()
    for record in lines.records():
        found.count(record)
    found.bytes, found.superseded, found.damaged = lines.seen, lines.superseded, lines.damaged
    return found


def verify(source: Store | Recording) -> Verdict:
    """Read every line, superseded ones too, and compare every row of the index with its line."""
    faults: list[str] = []
    lines = _faults_of_lines(source, faults)
    rows = _faults_of_rows(source, faults)
    return Verdict(lines, rows, tuple(faults))


def _faults_of_lines(source: Store | Recording, faults: list[str]) -> int:
    fd, number, end = source.lines().fd, 0, 0
    size = os.fstat(fd).st_size
    for number, (_, line, after) in enumerate(split_lines(fd, 0, size), start=1):
        end = after
        if line.strip() and not _holds_record(line):
            faults.append(f"{source.path}:{number}: no record can be read from this line")
    if end < size and not _holds_record(os.pread(fd, size - end, end)):
        faults.append(f"{source.path}:{number + 1}: the last line is torn")
    return number + (end < size)


def _faults_of_rows(source: Store | Recording, faults: list[str]) -> int:
    """Those of the index beside a journal; any other file of records has none."""

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
    """How many records were new, how many took the place of a worse one, how many were there already, how many lines were damaged."""

    new: int
    better: int
    known: int
    damaged: int


def export_records(source: Store | Recording, target: Path | str) -> int:
    """Write one line for each key, sorted by key, to a file (.gz too) or to stdout ("-"); how many.

    Equal records make equal bytes. A file is replaced when all is written, and left as it was when that fails (CacheError).
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
        raise CacheError(f"{target}: cannot be written: {error.strerror}", hint="make room or give another path") from error
    return count


def import_records(store: Store, path: Path | str) -> Imported:
    """Bring the records of a file, a cache folder or stdin ("-") into `store`; to do it again changes nothing.

    What is there is never replaced by something worse: see `record.merge`.
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
    if str(target) == "-":
        yield Stdout(in_json).put
        return
    target = target.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            yield device.write
        return
    staging, is_whole = Staging(target), False
    try:
        with staging.part.open("wb") as raw:
            if target.suffix == ".gz":
                # No name and no time in it: equal records make equal bytes.
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                    yield packed.write
            else:
                yield raw.write
        is_whole = True
    finally:
        staging.close(keep=is_whole)


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
