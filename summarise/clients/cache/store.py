"""Stored records: a cache folder, which grows, and a recording, which is only read; and the record nearest to a missing request."""

from __future__ import annotations

import gzip
import os
import stat
import sys
import tempfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Self

from summarise.clients.cache.claims import Claims
from summarise.clients.cache.journal import LOCK_WAIT, DamagedIndex, IndexUnavailable, Journal, LineIndex, fingerprint, parsed
from summarise.clients.protocol import Record, RequestInfo, to_line
from summarise.errors import CacheError
from summarise.settings import JOURNAL

if TYPE_CHECKING:
    from summarise.clients.cache.index import RecordIndex
    from summarise.clients.protocol import Call


@dataclass(frozen=True)
class _RequestField:
    """A field in which two requests may differ: its name, the value to compare, and how it is shown: as its flag where it has one."""

    name: str
    value: Callable[[RequestInfo], Any]
    shown: Callable[[RequestInfo], str]


# In order of importance: the nearest record agrees in the first fields.
_ARTICLE = _RequestField("the article", lambda a: a.article_sha, lambda a: f"'{a.article}' (sha {a.article_sha[:8]})")
_PART = _RequestField("the part of the article", lambda a: (a.first, a.last), lambda a: f"sentences {a.first}-{a.last}")
_SETTINGS = (
    _RequestField("the model", lambda a: a.model, lambda a: f"--model '{a.model}'"),
    _RequestField("the prompt", lambda a: a.prompt_sha, lambda a: f"--prompt {a.prompt} (sha {a.prompt_sha[:8]})"),
    _RequestField("the schema of the answer", lambda a: a.schema_sha, lambda a: f"sha {a.schema_sha[:8]}"),
    _RequestField("the output mode", lambda a: a.mode, lambda a: a.mode),
    _RequestField(
        "the endpoint", lambda a: (a.endpoint, a.api), lambda a: f"--base-url {a.endpoint}" if a.api == "openai" else f"the vendor {a.api}"
    ),
    _RequestField("the output limit", lambda a: a.max_tokens, lambda a: f"--max-tokens {a.max_tokens}"),
    _RequestField(
        "the temperature",
        lambda a: a.temperature,
        lambda a: "no --temperature" if a.temperature is None else f"--temperature {a.temperature:g}",
    ),
    _RequestField("the sample number", lambda a: a.sample, lambda a: f"--sample {a.sample}"),
)
_FIELDS = (_ARTICLE, *_SETTINGS[:2], _PART, *_SETTINGS[2:])


class NearestRequest:
    """Finds the recorded request that agrees with another in the most important fields.

    Requests are kept by article, and one for each combination of settings, so that a miss is not a scan of all records.
    """

    def __init__(self, recorded: Iterable[RequestInfo]) -> None:
        self._by_article: dict[str, list[RequestInfo]] = {}
        self._settings: dict[tuple[Any, ...], RequestInfo] = {}
        for about in recorded:
            self._by_article.setdefault(about.article_sha, []).append(about)
            self._settings.setdefault(tuple(field.value(about) for field in _SETTINGS), about)

    def to(self, call: Call) -> str:
        """How the nearest request differs, a sentence without its full stop."""
        wanted = RequestInfo.of(call)
        same_article = self._by_article.get(wanted.article_sha)
        candidates = same_article or list(self._settings.values())
        if not candidates:
            return "there is no record at all"
        found = max(candidates, key=lambda about: [field.value(about) == field.value(wanted) for field in _FIELDS])
        article = f"{'the same' if same_article else 'another'} article"
        asked = f"model '{found.model}' with prompt {found.prompt} (sha {found.prompt_sha[:8]})"
        return f"the nearest record is {article} under {asked}: {_difference(wanted, found)}"


def _difference(wanted: RequestInfo, found: RequestInfo) -> str:
    fields = [field for field in _FIELDS if field.value(found) != field.value(wanted)]
    if _ARTICLE in fields:
        fields = [field for field in fields if field is not _PART]
    said = [f"{field.name} differs (asked: {field.shown(wanted)}; recorded: {field.shown(found)})" for field in fields]
    same = "what differs is the title, source or date of the article, --max-claims, --language, or how this version writes the request"
    return ", ".join(said) or same


INDEX = "index"

_LARGEST = 16 << 30  # bytes of an unpacked recording, so that no gzip file fills the disk


class Records(ABC):
    """Stored records: what a cache folder and a recording have in common."""

    path: Path

    @property
    @abstractmethod
    def writable(self) -> bool: ...

    @property
    @abstractmethod
    def warnings(self) -> list[str]:
        """What a user should know about the records, a sentence each."""

    @abstractmethod
    def get(self, key: str) -> Record | None:
        """The record of `key`; None where there is none."""

    @abstractmethod
    def lines(self) -> LineIndex:
        """All records, read from the file itself."""

    @abstractmethod
    def close(self) -> None: ...

    def put(self, _record: Record) -> None:
        """Raises CacheError: can only be read."""
        raise CacheError(f"{self.path}: a recording is only read", hint="give a cache folder to store answers in")

    def make_ready(self) -> None:
        """Raises CacheError: can only be read."""
        raise CacheError(f"{self.path}: can only be read, so nothing new was asked", hint="replay it, or give another folder")

    def has_news(self) -> bool:
        """Whether another process has stored something since the last look."""
        return False

    def claim(self, _key: str) -> bool:
        """Whether nobody else is asking for `key`."""
        return True

    def unclaim(self, _key: str) -> None:
        return

    def nearest(self, call: Call) -> str:
        """A sentence that says how the nearest record differs from `call`."""
        return self._nearest.to(call)

    @cached_property
    def _nearest(self) -> NearestRequest:
        return NearestRequest(record.about for record in self.lines().records())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Recording(Records):
    """The records of a JSON Lines file (.gz too), of a cache folder, or of stdin ("-"), to be read only.

    Raises CacheError where it cannot be read.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(os.path.expanduser(path))  # noqa: PTH111  # unlike Path.expanduser, this keeps "~nobody" as a name
        if self.path.is_dir():
            self.path /= JOURNAL
        try:
            self._file = _readable(self.path)
            self._lines = LineIndex.all_of(self._file.fileno())
            self._lines.finish()
        except (OSError, EOFError, ValueError, zlib.error) as error:
            why = f"{self.path}: no recorded answers can be read: {getattr(error, 'strerror', None) or error}"
            raise CacheError(why, hint="give a JSONL file of records or a cache folder") from error

    @property
    def writable(self) -> bool:
        return False

    @property
    def warnings(self) -> list[str]:
        return damage(self.path, self._lines.damaged)

    def get(self, key: str) -> Record | None:
        return self._lines.get(key)

    def lines(self) -> LineIndex:
        return self._lines

    def close(self) -> None:
        self._file.close()


def damage(path: Path, lines: int) -> list[str]:
    """The warning about damaged lines; none for no lines."""
    if not lines:
        return []
    return [f"{path}: {lines} damaged line{'s' * (lines > 1)} passed over"]


def _readable(path: Path) -> IO[bytes]:
    """The file, unpacked and seekable."""
    if str(path) == "-":
        return _spooled(sys.stdin.buffer)
    # Without O_NONBLOCK, opening a named pipe without a writer would hang.
    file = open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, "it is not a regular file")
    if os.pread(file.fileno(), 2, 0) != b"\x1f\x8b":
        return file
    with file, gzip.GzipFile(fileobj=file) as packed:
        return _spooled(packed)


def _spooled(source: BinaryIO | gzip.GzipFile) -> IO[bytes]:
    """The content of `source` in an unnamed temporary file."""
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


# How many new records are looked up in the journal before they are indexed together, in one transaction.
_BATCH = 200


class Store(Records):
    """The records of a cache folder, which is created where missing; several processes may use one folder at once.

    `wait` is how many seconds to wait for a lock of another process. Where the index cannot be used (a read-only folder, a lock, a full
    disk), the journal is used alone, with a warning. A store is used by one thread at a time. Raises CacheError where the journal cannot
    be read.
    """

    def __init__(self, folder: Path | str, *, wait: float = LOCK_WAIT) -> None:
        self.folder = Path(os.path.expanduser(folder))  # noqa: PTH111  # as above
        self.path = self.folder / JOURNAL
        self._journal = Journal(self.path, wait=wait)
        self._claims = Claims(self.folder / "claims")
        self._wait = wait
        self._notes: list[str] = []
        self._damaged_lines = 0
        self._rows: RecordIndex | None = None
        self._tail = LineIndex(self._journal.fd)
        if self._journal.writable:
            self._open_index()
        self._catch_up()
        if self._rows:
            self._rows.close()  # an sqlite connection belongs to its thread; the user of the store opens a new one

    @property
    def writable(self) -> bool:
        return self._journal.writable

    @property
    def warnings(self) -> list[str]:
        return [*self._notes, *damage(self.path, self._damaged_lines + self._tail.damaged)]

    def get(self, key: str) -> Record | None:
        """The record of `key`, also if another process has just stored it; None where there is none."""
        record = self._find(key)
        if (record is None or not record.finished) and self._catch_up():
            record = self._find(key)
        return record

    def put(self, record: Record) -> None:
        """Store a record durably; it replaces an earlier one of its key. Raises CacheError where it cannot be written."""
        line = to_line(record)
        self._tail.add(self._journal.append(line), line)
        if len(self._tail) >= _BATCH:
            self._index_tail()

    def has_news(self) -> bool:
        return self._tail.has_grown()

    def make_ready(self) -> None:
        """Reserve disk space for the answers to what is asked now. Raises CacheError where they could not be stored."""
        self._journal.make_ready()

    def claim(self, key: str) -> bool:
        """Claim `key` until `unclaim` or the end of this process; False where another store of this folder has claimed it."""
        return self._claims.take(key)

    def unclaim(self, key: str) -> None:
        self._claims.release(key)

    def lines(self) -> LineIndex:
        return LineIndex.all_of(self._journal.fd)

    def close(self) -> None:
        """Bring everything to the disk. May be called twice."""
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

    def _find(self, key: str) -> Record | None:
        return self._tail.get(key) or self._from_index(key)

    def _from_index(self, key: str) -> Record | None:
        if self._rows is None:
            return None
        try:
            line = self._rows.get(key)
            record = parsed(line, key) if line is not None else None
            if line is not None and record is None:
                raise DamagedIndex("a row holds no record of its key")
        except (DamagedIndex, IndexUnavailable) as error:
            self._without_index(error)
            return self._tail.get(key)
        return record

    def _open_index(self) -> None:
        """Open the index, or make a new one where it is damaged."""
        with self._journal.locked():
            try:
                try:
                    self._rows = self._matching_rows()
                except DamagedIndex as error:
                    self._set_aside(str(error))
                    self._rows = self._matching_rows()
            except (DamagedIndex, IndexUnavailable) as error:
                self._notes.append(f"{self.folder / INDEX}: the index is not used: {error}")

    def _matching_rows(self) -> RecordIndex:
        from summarise.clients.cache.index import RecordIndex  # loads diskcache

        rows = RecordIndex(self.folder / INDEX, wait=self._wait)
        try:
            mark = rows.indexed()
            if mark.offset and mark.fingerprint != fingerprint(self._journal.fd, mark.offset):
                raise DamagedIndex("it belongs to another journal")
        except (DamagedIndex, IndexUnavailable):
            rows.close()
            raise
        self._tail = LineIndex(self._journal.fd, mark.offset)
        return rows

    def _catch_up(self) -> bool:
        """Read what any process has added to the journal; whether there was anything."""
        if self._tail.shrunk():
            raise CacheError(f"{self.path}: was cut short while in use", hint="run again: what it still holds is kept")
        grown = False
        while self._tail.refresh(_BATCH):
            grown = True
            if len(self._tail) >= _BATCH and not self._index_tail():
                self._tail.refresh()
        return grown

    def _index_tail(self) -> bool:
        """Move the tail into the index and start a new one; False without an index."""
        tail = self._tail
        if self._journal.full:
            return False  # the reserved disk space is for answers
        if self._rows is None or not len(tail):
            return self._rows is not None
        try:
            self._rows.add(_lines_of(tail), tail.start, tail.seen, fingerprint(tail.fd, tail.seen))
        except (DamagedIndex, IndexUnavailable) as error:
            self._without_index(error)
            return False
        self._damaged_lines += tail.damaged
        self._tail = LineIndex(tail.fd, tail.seen)
        return True

    def _without_index(self, error: Exception) -> None:
        """Go on with the journal alone; a damaged index is set aside, and the next run makes a new one."""
        assert self._rows is not None
        self._rows.close()
        self._rows = None
        self._damaged_lines = 0
        if isinstance(error, DamagedIndex):
            self._set_aside(str(error))
        else:
            self._notes.append(f"{self.folder / INDEX}: the index is not used: {error}")
        self._tail = LineIndex.all_of(self._journal.fd)

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


def _lines_of(tail: LineIndex) -> Iterator[tuple[str, int, bool, bytes]]:
    for key, position in tail.positions():
        if found := tail.read(key):
            record, line = found
            yield key, position.offset, record.finished, line
