"""Input: the bytes of a file or archive within limits, opened without blocking, and guards around other people's libraries."""

from __future__ import annotations

import errno
import os
import stat
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from summarise.errors import InputError, MissingExtra, SummariseError
from summarise.text.sanitise import printable

if TYPE_CHECKING:
    from zipfile import ZipFile


SAMPLE = 65_536  # bytes that are enough to tell an encoding or a format
_CHUNK = 65_536
_INFLATED_CHUNK = 1 << 20
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
    """One input, read once: by `chunks`, or as a `whole`, or as a `seekable` file. `beginning` may be looked at before."""

    def __init__(self, file: BinaryIO, *, zipped: bool, max_bytes: int) -> None:
        self._file = file
        self._zipped = zipped
        self._chunks = _inflated(_pieces(file)) if zipped else _pieces(file)
        self._peeked: list[bytes] = []
        self.max_bytes = max_bytes

    def beginning(self) -> bytes:
        """The first 64 KB or somewhat more; all where the input is shorter. Raises InputError as `chunks` does."""
        while sum(map(len, self._peeked)) < SAMPLE and (chunk := next(self._chunks, b"")):
            self._peeked.append(chunk)
        return b"".join(self._peeked)

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes, in pieces of at most 1 MB. Raises InputError where they cannot be read or unpacked."""
        yield from self._peeked
        self._peeked = []
        yield from self._chunks

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
        """The unpacked bytes as a file with random access; a temporary one when the input is packed or a pipe."""
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
def open_file(path: str) -> Iterator[BinaryIO]:
    """The regular file at `path`. Raises InputError for a pipe, socket, device or folder, and never blocks on one."""
    try:
        _refuse_irregular(os.stat(path).st_mode)  # noqa: PTH116
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError as error:
        raise InputError("missing, or a broken link") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"it cannot be opened: {printable(reason, 200)}") from error
    with os.fdopen(handle, "rb", buffering=0) as file:
        _refuse_irregular(os.fstat(handle).st_mode)  # it may have been replaced since
        yield file


def _refuse_irregular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = _KINDS.get(stat.S_IFMT(mode), "something else")
        hint = "pipe it in and pass -" if stat.S_ISFIFO(mode) else ""
        raise InputError(f"it is {what}, not a file", hint=hint)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except (OSError, ValueError) as error:
        is_closed = isinstance(error, OSError) and error.errno == errno.EBADF
        raise InputError("it is closed" if is_closed else f"it cannot be read: {printable(str(error), 200)}") from error


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
                piece = member.decompress(rest, _INFLATED_CHUNK)
            except zlib.error as error:
                raise InputError("it is not a valid gzip file, or is damaged", kind="malformed") from error
            written += len(piece)
            if written > _FREE_BYTES + _MOST_RATIO * read:
                message = f"its first {read:,} bytes unpack to {written:,}: it looks like a decompression bomb"
                raise InputError(message, kind="too_large")
            yield piece
            rest = member.unused_data if member.eof else member.unconsumed_tail
            member = None if member.eof else member
    if member is not None:
        raise InputError("its gzip data is cut off", kind="malformed")


_MOST_FILES = 10_000
_WITH_PICTURES = 10
_MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")


@contextmanager
def open_archive(content: bytes, max_bytes: int) -> Iterator[ZipFile]:
    """The zip archive in `content`. Raises InputError when its markup unpacks to more than `max_bytes`, or all of it to ten times that.

    The sizes are those in the archive's directory; zipfile never reads more of a file than it says there.
    """
    from zipfile import BadZipFile, ZipFile

    if not content:
        raise InputError("there is nothing in it", kind="empty")
    try:
        archive = ZipFile(BytesIO(content))
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError("it is not a valid zip archive, or is damaged", kind="malformed") from error
    with archive:
        entries = archive.infolist()
        markup = sum(entry.file_size for entry in entries if entry.filename.lower().endswith(_MARKUP))
        if len(entries) > _MOST_FILES or markup > max_bytes or sum(entry.file_size for entry in entries) > _WITH_PICTURES * max_bytes:
            raise too_large(max_bytes, "what it unpacks to")
        if any(entry.flag_bits & 1 for entry in entries):
            raise encrypted()
        yield archive


def encrypted() -> InputError:
    return InputError("it is encrypted", hint="save it without a password")


@contextmanager
def guarded_parser(what: str, *loggers: str) -> Iterator[None]:
    """Around a call of a parser: its exceptions become an InputError that says the file is not a valid `what`."""
    try:
        with quiet(*loggers), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SummariseError:
        raise
    except OSError as error:
        raise InputError(f"it cannot be read: {printable(error.strerror or str(error), 200)}") from error
    except Exception as error:  # a parser of hostile files raises anything, and each means the same
        reason = printable(str(error).strip() or type(error).__name__, 200)
        raise InputError(f"it is not a valid {what}: {reason}", kind="malformed") from error


@contextmanager
def guarded_import(what: str, extra: str) -> Iterator[None]:
    """Around the import of an optional package: without it, an InputError with the command that installs it."""
    try:
        yield
    except ImportError as error:
        missing = MissingExtra(what, extra)
        raise InputError(missing.message, kind=missing.kind, hint=missing.hint) from error


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Keeps loggers that nobody has set up from printing on stderr; a program that has set up logging still gets their lines."""
    if loggers:
        import logging

        for name in loggers:
            logger = logging.getLogger(name)
            if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
                logger.addHandler(logging.NullHandler())
    yield
