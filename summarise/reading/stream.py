"""The bytes of one input: opened without ever blocking or trusting a size, unpacked, and limited."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from summarise.errors import InputError
from summarise.reading.shown import shown

_CHUNK = 65_536
_INFLATED = 1 << 20
# Text packs 3 to 20 times, logs of one repeated line 100 times; a bomb 1,000 times.
_FREE_BYTES = 20_000_000
_MOST_RATIO = 250
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Input:
    """One input, read once: by `chunks`, or by `whole`, or as a `seekable` file."""

    def __init__(self, file: BinaryIO, *, zipped: bool, max_bytes: int) -> None:
        self._file = file
        self._zipped = zipped
        self.max_bytes = max_bytes

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes, in pieces of at most 1 MB. Raises InputError where they cannot be read or unpacked."""
        packed = _pieces(self._file)
        return _inflated(packed) if self._zipped else packed

    def whole(self) -> bytes:
        """All unpacked bytes. Raises InputError when they are more than `max_bytes`."""
        content = bytearray()
        for chunk in self.chunks():
            content += chunk
            if len(content) > self.max_bytes:
                raise too_large(self.max_bytes)
        return bytes(content)

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """The unpacked bytes as a file that can be read anywhere; a temporary one when the input is packed or a pipe."""
        if not self._zipped and self._file.seekable():
            yield self._file
            return
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            for chunk in self.chunks():
                file.write(chunk)
            file.seek(0)
            yield file


def too_large(limit: int, what: str = "it") -> InputError:
    return InputError(f"{what} is larger than {limit:,} bytes", kind="too_large", hint="raise the limit with --max-bytes")


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The regular file at `path`. Raises InputError for everything else that may stand there, and never waits for it."""
    try:
        _refuse_other(os.stat(path).st_mode)  # noqa: PTH116
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise _cannot_open(error) from error
    with os.fdopen(handle, "rb", buffering=0) as file:
        _refuse_other(os.fstat(handle).st_mode)  # it may have been replaced since
        yield file


def _refuse_other(mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = _KINDS.get(stat.S_IFMT(mode), "no file")
        hint = "pipe it in and pass -" if stat.S_ISFIFO(mode) else ""
        raise InputError(f"it is {what}, not a file", hint=hint)


def _cannot_open(error: OSError | ValueError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("it does not exist (any more), or is a link to nothing")
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return InputError(f"it cannot be opened: {shown(reason, 200)}")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except (OSError, ValueError) as error:
        raise InputError(f"it cannot be read: {shown(str(error), 200)}") from error


def _inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip unpacked, any number of members; zeros after a member are padding."""
    import zlib

    member = None
    read = written = 0
    for chunk in packed:
        read += len(chunk)
        rest = chunk
        while rest := rest if member or not written else rest.lstrip(b"\0"):
            member = member or zlib.decompressobj(31)
            try:
                piece = member.decompress(rest, _INFLATED)
            except zlib.error as error:
                raise InputError("it is no valid gzip file, or damaged", kind="malformed") from error
            written += len(piece)
            _refuse_bomb(read, written)
            yield piece
            rest = member.unused_data if member.eof else member.unconsumed_tail
            member = None if member.eof else member
    if member is not None:
        raise InputError("its gzip data breaks off in the middle", kind="malformed")


def _refuse_bomb(read: int, written: int) -> None:
    if written > _FREE_BYTES + _MOST_RATIO * read:
        raise InputError(f"its first {read:,} bytes unpack to {written:,}: it looks like a decompression bomb", kind="too_large")
