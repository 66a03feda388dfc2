"""Gold files: found, read, checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from summarise.errors import GoldError, UsageError
from summarise.evals.gold.faults import Fault, Faults
from summarise.evals.gold.file import ReadArticle, plain_article, read_file
from summarise.evals.gold.labels import Gold
from summarise.text import sha256_of

_SUFFIXES = (".yaml", ".yml")


class _Known(Protocol):
    """What is known of an article's gold: that and whatever else."""

    @property
    def id(self) -> str: ...
    @property
    def file(self) -> str: ...


Known = TypeVar("Known", bound=_Known)


@dataclass(frozen=True)
class Check(Generic[Known]):
    """What reading gold files gave. `gold` holds what is known of the sound ones, sorted by id."""

    gold: tuple[Known, ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    def sound(self) -> tuple[Known, ...]:
        """All of it. Raises GoldError with every fault of every file."""
        if self.errors:
            raise GoldError([str(fault) for fault in self.errors], hint="summarise eval check says the same, and remarks")
        return self.gold


def read_gold(paths: Sequence[Path], read_article: ReadArticle = plain_article) -> tuple[Gold, ...]:
    """All gold in these files and folders, sorted by id. Raises GoldError with every fault of every file, UsageError for no files."""
    return check(paths, read_article).sound()


def check(paths: Sequence[Path], read_article: ReadArticle = plain_article) -> Check[Gold]:
    """Reads all, whatever is wrong with any. Raises UsageError where there is no gold file at all."""
    return together(read_one(path, read_article) for path in gold_files(paths))


def read_one(path: Path, read_article: ReadArticle = plain_article) -> tuple[Gold | None, Faults]:
    """As `read_file`."""
    faults = Faults(str(path))
    return read_file(path, faults, read_article), faults


def together(read: Iterable[tuple[Known | None, Faults]]) -> Check[Known]:
    """What was read of several files, in their order; an id may stand for one of them only."""
    found: dict[str, Known] = {}
    collected: list[Faults] = []
    for one, faults in read:
        collected.append(faults)
        if one is not None and one.id in found:
            faults.add(1, "id", f"'{one.id}' is also the id of {found[one.id].file}")
        elif one is not None:
            found[one.id] = one
    return Check(
        tuple(found[id] for id in sorted(found)),
        tuple(fault for faults in collected for fault in sorted(faults.errors)),
        tuple(fault for faults in collected for fault in sorted(faults.warnings)),
    )


def digest(gold: Iterable[Gold]) -> str:
    """A name for the labels and texts: it changes with anything that can change a score, and with nothing else."""
    return digest_of(one.digest for one in sorted(gold, key=lambda one: one.id))


def digest_of(digests: Iterable[str]) -> str:
    """The same from the `digest` of each, sorted by id."""
    return sha256_of(",".join(digests))


def gold_files(paths: Sequence[Path]) -> list[Path]:
    """These files, and all in these folders. Raises UsageError for none."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder", hint="--gold DIR says where the gold files are")
        found += _within(path) if path.is_dir() else [path]
    if not found:
        raise UsageError(f"no gold files in {', '.join(map(str, paths))}", hint="they are called *.yaml")
    return found


def _within(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
