"""Lines: where each record of an open file of records stands; a record is parsed when it is asked for."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from typing import NamedTuple, Self

from summarise.clients.record import Record, from_line

_BLOCK = 1 << 20
LONGEST = 64 << 20
BOM = b"\xef\xbb\xbf"

# How a line of ours begins: enough to know what it is without parsing it.
_HEAD = re.compile(rb'\{"v":1,"key":"([^"\\]{1,200})","status":"(open|ok|invalid_output|truncated|refusal|failed)",')


class Spot(NamedTuple):
    """The bytes [offset, offset + length) of a file hold a record; `earlier` is the one of the same key that it took the place of."""

    offset: int
    length: int
    finished: bool
    earlier: Spot | None


class Lines:
    """The records that begin at byte `start` of the file `fd` or later; `seen` is where the whole lines that were read end.

    Of several lines for a key the last one counts, but nothing unfinished takes the place of a finished record.
    `damaged` counts the lines that hold no record; they are passed over.
    """

    def __init__(self, fd: int, start: int = 0) -> None:
        self.fd = fd
        self.start = start
        self.seen = start
        self.damaged = 0
        self.superseded = 0
        self._spots: dict[str, Spot] = {}

    @classmethod
    def all_of(cls, fd: int, end: int | None = None) -> Self:
        """The records of the whole file, or of its bytes before `end`."""
        lines = cls(fd)
        lines.refresh(until=end)
        return lines

    def __len__(self) -> int:
        return len(self._spots)

    def refresh(self, most: int | None = None, until: int | None = None) -> bool:
        """Read what was added to the file since, at most `most` keys of it and nothing from `until` on; whether anything was."""
        size, before = os.fstat(self.fd).st_size, self.seen
        size = size if until is None else min(size, until)
        if size > before:
            for offset, line, end in split_lines(self.fd, before, size):
                self._note(offset, line)
                self.seen = end
                if most is not None and len(self._spots) >= most:
                    break
        return self.seen > before

    def finish(self) -> None:
        """Read the last line too, though no newline ends it: nobody writes this file any more."""
        rest = os.fstat(self.fd).st_size - self.seen
        if 0 < rest <= LONGEST:
            self._note(self.seen, os.pread(self.fd, rest, self.seen))
            self.seen += rest

    def has_grown(self) -> bool:
        """Whether anything was added to the file since it was read."""
        return os.fstat(self.fd).st_size > self.seen

    def shrunk(self) -> bool:
        """Whether the file is shorter than what was read of it: somebody else rewrote it."""
        return os.fstat(self.fd).st_size < self.seen

    def get(self, key: str) -> Record | None:
        """The record of `key`; None where there is none."""
        found = self.read(key)
        return found[0] if found else None

    def read(self, key: str) -> tuple[Record, bytes] | None:
        """The record of `key` and its line as it stands in the file."""
        while spot := self._spots.get(key):
            line = os.pread(self.fd, spot.length, spot.offset)
            record = parsed(line, key)
            if record is not None:
                return record, line
            self.damaged += 1
            if spot.earlier is None:
                del self._spots[key]
            else:
                self._spots[key] = spot.earlier
        return None

    def spots(self) -> Iterator[tuple[str, Spot]]:
        """Each key and the place of its record."""
        yield from list(self._spots.items())

    def records(self, *, by_key: bool = False) -> Iterator[Record]:
        """Each record once, sorted by key or as they stand in the file."""
        keys = sorted(self._spots) if by_key else [key for key, _ in sorted(self._spots.items(), key=lambda item: item[1].offset)]
        for key in keys:
            if record := self.get(key):
                yield record

    def add(self, offset: int, line: bytes) -> None:
        """Take note of a line that was just written at `offset`, if nothing unseen stands before it."""
        if offset == self.seen:
            self._note(offset, line)
            self.seen = offset + len(line)

    def _note(self, offset: int, line: bytes) -> None:
        if line.startswith(BOM) and offset == 0:
            offset, line = len(BOM), line[len(BOM) :]
        text = line.rstrip()
        if not text:
            return
        about = _key_and_finish(text)
        if about is None:
            self.damaged += 1
            return
        key, finished = about
        earlier = self._spots.get(key)
        self.superseded += earlier is not None
        if earlier is not None and earlier.finished and not finished:
            beneath = Spot(offset, len(text), finished, earlier.earlier)
            self._spots[key] = earlier._replace(earlier=beneath)
        else:
            self._spots[key] = Spot(offset, len(text), finished, earlier)


def parsed(line: bytes, key: str) -> Record | None:
    """The record of a line; None where the line is damaged or belongs to another key."""
    try:
        record = from_line(line)
    except ValueError:
        return None
    return record if record.key == key else None


def split_lines(fd: int, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Each whole line of the bytes [start, end): its offset, its bytes without the newline, and where the next one begins.

    A line too long to be a record comes as one that no reader can mistake for one.
    """
    parts: list[bytes] = []
    held, offset, at = 0, start, start
    while at < end and (block := os.pread(fd, min(_BLOCK, end - at), at)):
        *whole, rest = block.split(b"\n")
        for piece in whole:
            line = b"".join([*parts, piece]) if parts else piece
            after = offset + held + len(piece) + 1
            yield offset, line, after
            parts, held, offset = [], 0, after
        at += len(block)
        held += len(rest)
        parts = [b"?"] if held > LONGEST else [*parts, rest]


def _key_and_finish(line: bytes) -> tuple[str, bool] | None:
    head = _HEAD.match(line)
    if head and line.endswith(b"}"):
        key, status = head.groups()
        try:
            return key.decode(), status not in {b"open", b"failed"}
        except UnicodeDecodeError:
            return None
    try:
        record = from_line(line)
    except ValueError:
        return None
    return record.key, record.finished


def fingerprint(fd: int, offset: int) -> str:
    """What tells whether the first `offset` bytes of a file are still those that were indexed: its beginning and the end of that part."""
    digest = hashlib.sha256(os.pread(fd, min(4096, offset), 0))
    digest.update(os.pread(fd, min(4096, offset), max(0, offset - 4096)))
    return f"{offset}-{digest.hexdigest()}" if os.fstat(fd).st_size >= offset else "cut"
