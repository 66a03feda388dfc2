"""The store: a cache folder that grows, and a recording that is only read; both say which record is nearest to a request they lack."""

from __future__ import annotations

import gzip
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Self

from summarise.clients.cache.claims import Claims
from summarise.clients.cache.journal import LOCK_WAIT, Journal, Lines, fingerprint, parsed
from summarise.clients.protocol import About, Record, to_line
from summarise.errors import CacheError

if TYPE_CHECKING:
    from summarise.clients.cache.index import Rows
    from summarise.clients.protocol import Call


@dataclass(frozen=True)
class _Trait:
    """Something in which two requests may differ: what it is called, what is compared, and how it is shown."""

    name: str
    value: Callable[[About], Any]
    shown: Callable[[About], str]


# From what ties two requests most to what ties them least.
_ARTICLE = _Trait("the article", lambda a: a.article_sha, lambda a: f"'{a.article}' (sha {a.article_sha[:8]})")
_PART = _Trait("the part of the article", lambda a: (a.first, a.last), lambda a: f"sentences {a.first}-{a.last}")
_SETTINGS = (
    _Trait("the model", lambda a: a.model, lambda a: f"'{a.model}'"),
    _Trait("the prompt", lambda a: a.prompt_sha, lambda a: f"{a.prompt} (sha {a.prompt_sha[:8]})"),
    _Trait("the schema of the answer", lambda a: a.schema_sha, lambda a: f"sha {a.schema_sha[:8]}"),
    _Trait("the output mode", lambda a: a.mode, lambda a: a.mode),
    _Trait("the endpoint", lambda a: (a.endpoint, a.api), lambda a: f"{a.endpoint} ({a.api})"),
    _Trait("the output limit", lambda a: a.max_tokens, lambda a: f"{a.max_tokens} tokens"),
    _Trait("the temperature", lambda a: a.temperature, lambda a: str(a.temperature)),
    _Trait("the sample number", lambda a: a.sample, lambda a: str(a.sample)),
)
_TRAITS = (_ARTICLE, *_SETTINGS[:2], _PART, *_SETTINGS[2:])


class Neighbours:
    """The requests of records, by article; of other articles only the settings are kept that were recorded at all."""

    def __init__(self, recorded: Iterable[About]) -> None:
        self._by_article: dict[str, list[About]] = {}
        self._settings: dict[tuple[Any, ...], About] = {}
        for about in recorded:
            self._by_article.setdefault(about.article_sha, []).append(about)
            self._settings.setdefault(tuple(trait.value(about) for trait in _SETTINGS), about)

    def nearest(self, call: Call) -> str:
        """A sentence without its full stop."""
        wanted = About.of(call)
        same_article = self._by_article.get(wanted.article_sha)
        candidates = same_article or list(self._settings.values())
        if not candidates:
            return "there is no record at all"
        found = max(candidates, key=lambda about: [trait.value(about) == trait.value(wanted) for trait in _TRAITS])
        which = f"{'the same' if same_article else 'another'} article under model '{found.model}' with prompt {_SETTINGS[1].shown(found)}"
        return f"the nearest record is {which}: {_difference(wanted, found)}"


def _difference(wanted: About, found: About) -> str:
    traits = [trait for trait in _TRAITS if trait.value(found) != trait.value(wanted)]
    if _ARTICLE in traits:
        traits = [trait for trait in traits if trait is not _PART]
    said = [f"{trait.name} differs (asked: {trait.shown(wanted)}; recorded: {trait.shown(found)})" for trait in traits]
    return ", ".join(said) or "what differs is the title, source or date of the article, or how this version writes the request"


JOURNAL = "journal.jsonl"
INDEX = "index"

_LARGEST = 16 << 30


class Recording:
    """The records of a JSONL file (.gz too), of a cache folder, or of stdin ("-"). Raises CacheError where it cannot be read."""

    writable = False

    def __init__(self, path: Path | str) -> None:
        self.path = Path(os.path.expanduser(path))  # noqa: PTH111  # an unknown user's home is a name like any other
        if self.path.is_dir():
            self.path /= JOURNAL
        try:
            self._file = _readable(self.path)
            self._lines = Lines.all_of(self._file.fileno())
            self._lines.finish()
        except (OSError, EOFError, ValueError, zlib.error) as error:
            why = f"{self.path}: no recorded answers can be read: {getattr(error, 'strerror', None) or error}"
            raise CacheError(why, hint="give a JSONL file of records or a cache folder") from error

    def get(self, key: str) -> Record | None:
        """The record of `key`; None where there is none."""
        return self._lines.get(key)

    def put(self, record: Record) -> None:
        """Raises CacheError: a recording is only read."""
        raise CacheError(f"{self.path}: a recording is only read", hint="give a cache folder to store answers in")

    def has_news(self) -> bool:
        return False

    def make_ready(self) -> None:
        """Raises CacheError: a recording is only read."""
        raise CacheError(f"{self.path}: can only be read, so nothing new was asked", hint="replay it, or give another folder")

    def claim(self, key: str) -> bool:
        return True

    def unclaim(self, key: str) -> None:
        """Nothing is ever asked for a recording."""

    def lines(self) -> Lines:
        return self._lines

    def nearest(self, call: Call) -> str:
        """A sentence that says how the nearest record differs from `call`."""
        return self._neighbours.nearest(call)

    @property
    def warnings(self) -> list[str]:
        """What a user should know about the file, a sentence each."""
        return damage(self.path, self._lines.damaged)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(record.about for record in self._lines.records())


def damage(path: Path, lines: int) -> list[str]:
    """What to say of damaged lines; nothing for none."""
    if not lines:
        return []
    return [f"{path}: {lines} damaged line{'s' * (lines > 1)} passed over"]


def _readable(path: Path) -> IO[bytes]:
    """The file, as one that can be read at any offset."""
    if str(path) == "-":
        return _spooled(sys.stdin.buffer)
    # Without O_NONBLOCK a named pipe that nobody writes to would hang here.
    file = open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, "it is no plain file")
    if os.pread(file.fileno(), 2, 0) != b"\x1f\x8b":
        return file
    with file, gzip.GzipFile(fileobj=file) as packed:
        return _spooled(packed)


def _spooled(source: BinaryIO | gzip.GzipFile) -> IO[bytes]:
    """What `source` holds, in a file without a name."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        while (block := source.read(1 << 20)) and file.tell() <= _LARGEST:
            file.write(block)
        if block:
            raise OSError(0, f"it holds more than {_LARGEST >> 30} GiB")
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


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
        from summarise.clients.cache.index import DamagedIndex, NoIndex

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
        from summarise.clients.cache.index import DamagedIndex, NoIndex, Rows

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
    from summarise.clients.cache.index import DamagedIndex, NoIndex

    return DamagedIndex, NoIndex


def _lines_of(tail: Lines) -> Iterator[tuple[str, int, bool, bytes]]:
    for key, spot in tail.spots():
        if found := tail.read(key):
            record, line = found
            yield key, spot.offset, record.finished, line
