"""Inspection: what a cache holds, and whether it is whole."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field

from summarise.clients.cache.lines import BOM, split_lines
from summarise.clients.cache.recording import INDEX, JOURNAL, Recording
from summarise.clients.cache.store import Store
from summarise.clients.record import Record, from_line


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
    from summarise.clients.cache.audit import audit

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
