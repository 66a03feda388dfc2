"""Exchange: recorded answers as JSONL that a person can read, out of one cache and into another."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from summarise.clients.cache.recording import Recording
from summarise.clients.cache.store import Store
from summarise.clients.record import merge, to_line
from summarise.errors import CacheError
from summarise.interrupts import temporary


@dataclass(frozen=True)
class Imported:
    """How many records were new, how many took the place of a worse one, how many were there already, how many lines were damaged."""

    new: int
    better: int
    known: int
    damaged: int


def export_records(source: Store | Recording, target: Path | str) -> int:
    """Write one line for each key, sorted by key, to a file (.gz too) or to stdout ("-"); how many.

    Equal records make equal bytes. A file is replaced when all is written, and left as it was when that fails (CacheError).
    """
    count = 0
    try:
        with _writing(Path(target)) as file:
            for record in source.lines().records(by_key=True):
                file.write(to_line(record))
                count += 1
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CacheError(f"{target}: cannot be written: {error.strerror}", hint="make room or give another path") from error
    return count


def import_records(store: Store, path: Path | str) -> Imported:
    """Bring the records of a file, a cache folder or stdin ("-") into `store`; to do it again changes nothing.

    What is there is never replaced by something worse: see `record.merge`.
    """
    new = better = known = 0
    with Recording(path) as recording:
        lines = recording.lines()
        for record in lines.records():
            old = store.get(record.key)
            kept = merge(old, record)
            if kept == old:
                known += 1
                continue
            store.put(kept)
            new, better = new + (old is None), better + (old is not None)
        return Imported(new, better, known, lines.damaged)


@contextmanager
def _writing(target: Path) -> Iterator[BinaryIO]:
    if str(target) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = target.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            yield device
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with temporary(draft):
        with draft.open("xb") as raw:
            if target.suffix == ".gz":
                # No name and no time in it: equal records make equal bytes.
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield raw
        draft.replace(target)
