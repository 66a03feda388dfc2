"""The store: a folder of recorded answers that grows; its journal is the truth, diskcache the index rebuilt from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from summarise.clients.cache.claims import Claims
from summarise.clients.cache.journal import LOCK_WAIT, Journal
from summarise.clients.cache.lines import Lines, fingerprint, parsed
from summarise.clients.cache.nearest import Neighbours
from summarise.clients.cache.recording import INDEX, JOURNAL, damage
from summarise.clients.record import Record, to_line
from summarise.errors import CacheError

if TYPE_CHECKING:
    from summarise.clients.cache.rows import Rows
    from summarise.clients.call import Call

# So many records are kept by their place in the journal before they are brought into the index together.
_BATCH = 200


class Store:
    """The records of a cache folder, which is made where there is none; several processes may use one folder at once.

    `wait` is how many seconds a lock of another process is waited for. Where the index cannot be used (a folder that may only be read,
    a lock, a full disk), the journal alone does, with a warning. A store is used by one thread at a time. Raises CacheError where the
    journal cannot be read.
    """

    def __init__(self, folder: Path | str, *, wait: float = LOCK_WAIT) -> None:
        self.folder = Path(os.path.expanduser(folder))  # noqa: PTH111  # an unknown user's home is a name like any other
        self.path = self.folder / JOURNAL
        self._journal = Journal(self.path, wait=wait)
        self._claims = Claims(self.folder / "claims")
        self._wait = wait
        self._notes: list[str] = []
        self._damaged_lines = 0
        self.damaged_rows = 0
        self._rows: Rows | None = None
        self._tail = Lines(self._journal.fd)
        if self._journal.writable:
            self._open_index()
        self._catch_up()
        if self._rows:
            self._rows.close()  # a connection belongs to its thread: whoever uses the store opens one of their own

    @property
    def writable(self) -> bool:
        return self._journal.writable

    @property
    def warnings(self) -> list[str]:
        """What a user should know about the folder, a sentence each."""
        return [*self._notes, *damage(self.path, self._damaged_lines + self._tail.damaged)]

    def get(self, key: str) -> Record | None:
        """The record of `key`, also where another process has stored it a moment ago; None where there is none."""
        record = self._find(key)
        if (record is None or not record.finished) and self._catch_up():
            record = self._find(key)
        return record

    def put(self, record: Record) -> None:
        """Store a record for good; it takes the place of an earlier one of its key. Raises CacheError where it cannot be written."""
        line = to_line(record)
        self._tail.add(self._journal.append(line), line)
        if len(self._tail) >= _BATCH:
            self._index_tail()

    def has_news(self) -> bool:
        """Whether another process has stored something since this store last looked."""
        return self._tail.has_grown()

    def make_ready(self) -> None:
        """See that there is room for the answers to what is asked now. Raises CacheError where they could not be stored."""
        self._journal.make_ready()

    def claim(self, key: str) -> bool:
        """Whether no other store of this folder is asking for `key`. If so it is claimed until `unclaim`, or until this process ends."""
        return self._claims.take(key)

    def unclaim(self, key: str) -> None:
        self._claims.drop(key)

    def lines(self) -> Lines:
        """All records, straight from the journal."""
        return Lines.all_of(self._journal.fd)

    def rows(self) -> Iterator[tuple[str, bytes | None]]:
        """What the index holds: each key and its line, None for a damaged one; nothing where there is no index."""
        return self._rows.all() if self._rows else iter(())

    def nearest(self, call: Call) -> str:
        """A sentence that says how the nearest record differs from `call`."""
        return self._neighbours.nearest(call)

    def close(self) -> None:
        """Bring all to the disk. The store is of no use after that; to close it again does nothing."""
        if self._journal.fd < 0:
            return
        try:
            self._catch_up()
            self._index_tail()
        finally:
            if self._rows:
                self._rows.close()
            self._claims.close()
            self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(record.about for record in self.lines().records())

    def _find(self, key: str) -> Record | None:
        return self._tail.get(key) or self._from_index(key)

    def _from_index(self, key: str) -> Record | None:
        if self._rows is None:
            return None
        try:
            line = self._rows.get(key)
            record = parsed(line, key) if line is not None else None
        except _index_errors() as error:
            self._without_index(error)
            return self._tail.get(key)
        if line is not None and record is None:
            self._without_index(_index_errors()[0]("a row holds no record of its key"))
            return self._tail.get(key)
        return record

    def _open_index(self) -> None:
        """The index as it is, or a new one in the place of one that is damaged."""
        from summarise.clients.cache.rows import DamagedIndex, NoIndex

        with self._journal.locked():
            try:
                try:
                    self._rows = self._matching_rows()
                except DamagedIndex as error:
                    self._set_aside(str(error))
                    self._rows = self._matching_rows()
            except (DamagedIndex, NoIndex) as error:
                self._notes.append(f"{self.folder / INDEX}: the index is not used: {error}")

    def _matching_rows(self) -> Rows:
        from summarise.clients.cache.rows import DamagedIndex, NoIndex, Rows

        rows = Rows(self.folder / INDEX, wait=self._wait)
        try:
            mark = rows.indexed()
            if mark.offset and mark.fingerprint != fingerprint(self._journal.fd, mark.offset):
                raise DamagedIndex("it belongs to another journal")
        except (DamagedIndex, NoIndex):
            rows.close()
            raise
        self._tail = Lines(self._journal.fd, mark.offset)
        return rows

    def _catch_up(self) -> bool:
        """Read what was added to the journal since, by any process; whether anything was."""
        if self._tail.shrunk():
            raise CacheError(f"{self.path}: was cut while it was in use", hint="run again: what it holds now is kept")
        grown = False
        while self._tail.refresh(_BATCH):
            grown = True
            if len(self._tail) >= _BATCH and not self._index_tail():
                self._tail.refresh()
        return grown

    def _index_tail(self) -> bool:
        """Bring the tail into the index and start a new one; whether there is an index to bring it to."""
        tail = self._tail
        if self._journal.full:
            return False  # the room that was set aside is for answers
        if self._rows is None or not len(tail):
            return self._rows is not None
        try:
            self._rows.add(_lines_of(tail), tail.start, tail.seen, fingerprint(tail.fd, tail.seen))
        except _index_errors() as error:
            self._without_index(error)
            return False
        self._damaged_lines += tail.damaged
        self._tail = Lines(tail.fd, tail.seen)
        return True

    def _without_index(self, error: Exception) -> None:
        """Go on with the journal alone; a damaged index is set aside, so that the next run makes a new one."""
        assert self._rows is not None
        self._rows.close()
        self._rows = None
        self._damaged_lines = 0
        if isinstance(error, _index_errors()[0]):
            self.damaged_rows += 1
            self._set_aside(str(error))
        else:
            self._notes.append(f"{self.folder / INDEX}: the index is not used: {error}")
        self._tail = Lines.all_of(self._journal.fd)

    def _set_aside(self, why: str) -> None:
        place = self.folder / INDEX
        number = 1
        while (aside := self.folder / f"{INDEX}.damaged-{number}").exists():
            number += 1
        try:
            place.rename(aside)
            self._notes.append(f"{place}: {why}: set aside as {aside.name}, made again from the journal")
        except OSError as error:
            self._notes.append(f"{place}: {why}, and it cannot be set aside: {error.strerror}")


def _index_errors() -> tuple[type[Exception], type[Exception]]:
    from summarise.clients.cache.rows import DamagedIndex, NoIndex

    return DamagedIndex, NoIndex


def _lines_of(tail: Lines) -> Iterator[tuple[str, int, bool, bytes]]:
    for key, spot in tail.spots():
        if found := tail.read(key):
            record, line = found
            yield key, spot.offset, record.finished, line
