"""Files of JSON lines, also packed ones."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Generator
from pathlib import Path

_LONGEST = 50_000_000


def lines_of(path: Path) -> Generator[bytes]:
    """The lines of a file, which is unpacked where its name ends in .gz; one of over 50 MB comes in pieces.

    Raises OSError for a file that cannot be read, also where its gzip data is damaged or breaks off.
    """
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        try:
            while line := file.readline(_LONGEST):
                yield line
        except (EOFError, zlib.error) as error:
            raise OSError(f"its gzip data is damaged: {error}") from error
