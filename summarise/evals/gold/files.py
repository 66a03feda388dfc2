"""Gold files: found, read, checked against each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarise.errors import GoldError, UsageError
from summarise.evals.gold.faults import Fault, Faults
from summarise.evals.gold.file import ReadText, plain_text, read_file
from summarise.evals.gold.labels import Gold

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Check:
    """What reading gold files gave. `gold` holds the sound ones, sorted by id."""

    gold: tuple[Gold, ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_gold(paths: Sequence[Path], read_text: ReadText = plain_text) -> tuple[Gold, ...]:
    """All gold in these files and folders, sorted by id. Raises GoldError with every fault of every file, UsageError for no files."""
    found = check(paths, read_text)
    if found.errors:
        raise GoldError([str(fault) for fault in found.errors], hint="summarise eval check says the same, and remarks")
    return found.gold


def check(paths: Sequence[Path], read_text: ReadText = plain_text) -> Check:
    """Reads all, whatever is wrong with any. Raises UsageError where there is no gold file at all."""
    gold: dict[str, Gold] = {}
    collected: list[Faults] = []
    for path in _files(paths):
        faults = Faults(str(path))
        collected.append(faults)
        one = read_file(path, faults, read_text)
        if one is not None and one.id in gold:
            faults.add(1, "id", f"'{one.id}' is also the id of {gold[one.id].file}")
        elif one is not None:
            gold[one.id] = one
    return Check(
        tuple(gold[id] for id in sorted(gold)),
        tuple(fault for faults in collected for fault in sorted(faults.errors)),
        tuple(fault for faults in collected for fault in sorted(faults.warnings)),
    )


def digest(gold: Iterable[Gold]) -> str:
    """A name for the labels and texts: it changes with anything that can change a score, and with nothing else."""
    content = [_content(one) for one in sorted(gold, key=lambda one: one.id)]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _content(gold: Gold) -> dict[str, Any]:
    labels: dict[str, Any] = {layer: [_measured(record) for record in records] for layer, records in gold.records.items()}
    about = {"id": gold.id, "text": gold.text, "cluster": gold.cluster, "complete": sorted(gold.complete)}
    return {**about, "title": gold.title, "published": gold.published, **labels}


def _measured(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "note"}


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    count = 0
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder", hint="--gold DIR says where the gold files are")
        for file in _within(path) if path.is_dir() else [path]:
            count += 1
            yield file
    if not count:
        raise UsageError(f"no gold files in {', '.join(map(str, paths))}", hint="they are called *.yaml")


def _within(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
