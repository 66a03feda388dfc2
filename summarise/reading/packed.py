"""Zip archives that hold a document: opened with limits on what they unpack to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from summarise.errors import InputError
from summarise.reading.stream import too_large

if TYPE_CHECKING:
    from zipfile import ZipFile

_MOST_FILES = 10_000
_WITH_PICTURES = 10
_MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")


@contextmanager
def unpacked(content: bytes, max_bytes: int) -> Iterator[ZipFile]:
    """The archive in `content`. Raises InputError when its markup unpacks to more than `max_bytes`, or all of it to ten times that.

    The sizes are those in the archive's directory; zipfile never reads more of a file than it says there.
    """
    from zipfile import BadZipFile, ZipFile

    if not content:
        raise InputError("there is nothing in it", kind="empty")
    try:
        archive = ZipFile(BytesIO(content))
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError("it is no valid zip archive, or damaged", kind="malformed") from error
    with archive:
        entries = archive.infolist()
        markup = sum(entry.file_size for entry in entries if entry.filename.lower().endswith(_MARKUP))
        if len(entries) > _MOST_FILES or markup > max_bytes or sum(entry.file_size for entry in entries) > _WITH_PICTURES * max_bytes:
            raise too_large(max_bytes, "what it unpacks to")
        if any(entry.flag_bits & 1 for entry in entries):
            raise InputError("it is encrypted", hint="save it without a password")
        yield archive
