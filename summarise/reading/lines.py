"""Lines of a text of any length, in memory for one line: each decoded for itself, so that one bad line costs no other."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from summarise.errors import InputError
from summarise.reading.encoding import SAMPLE, Encoding, line_encoding
from summarise.reading.stream import Input, too_large


@dataclass(frozen=True, slots=True)
class Line:
    """Line `number` (from 1) without its end, or why it cannot be read."""

    number: int
    text: str
    error: InputError | None = None


def lines(source: Input, override: str | None, *, blank: bool = True) -> tuple[Iterator[Line], tuple[str, ...]]:
    """The lines of `source` (empty ones only with `blank`), and a warning for what was assumed of its encoding.

    Raises InputError for what is no text.
    """
    sample, chunks = _peeked(source.chunks())
    encoding = line_encoding(sample, override)
    warnings = (encoding.warning,) if encoding.warning else ()
    if "\n{".encode(encoding.name).removeprefix(codecs.BOM_UTF8) != b"\n{":
        encoding, chunks = Encoding("utf-8"), _recoded(chunks, encoding.name)
    split = _split(_with_newlines(chunks), source.max_bytes, blank)
    return (_decoded(number, line, encoding.name, source.max_bytes) for number, line in split), warnings


def _peeked(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    first: list[bytes] = []
    size = 0
    for chunk in chunks:
        first.append(chunk)
        size += len(chunk)
        if size >= SAMPLE:
            break
    return b"".join(first), chain(first, chunks)


def _recoded(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The same text in UTF-8, where line ends are single bytes."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
    except UnicodeError as error:  # codecs raise this too where they do not say at which byte
        raise InputError(f"it is not valid {name} all through: {getattr(error, 'reason', error)}", kind="malformed") from error


def _with_newlines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        joined = held + chunk
        held = b"\r" if joined.endswith(b"\r") else b""
        yield joined.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield b"\n"


def _split(chunks: Iterable[bytes], longest: int, blank: bool) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is longer than `longest` bytes."""
    number, line = 1, bytearray()
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            if end or line or blank:
                yield number, bytes(line + end) if len(line) + len(end) <= longest else None
                line = bytearray()
            number += 1
        if len(line) <= longest:  # the rest of a longer one is not kept
            line += rest
    if line:
        yield number, bytes(line) if len(line) <= longest else None


def _decoded(number: int, line: bytes | None, name: str, longest: int) -> Line:
    if line is None:
        return Line(number, "", too_large(longest, "the line"))
    try:
        text = line.decode(name)
    except UnicodeError as error:
        place = f"byte {error.start + 1:,} of the line" if isinstance(error, UnicodeDecodeError) else "the line"
        return Line(number, "", InputError(f"{place} is not valid {name}", kind="malformed"))
    return Line(number, text.removeprefix("\ufeff") if number == 1 else text)
