"""Gold that was read and checked before, kept as JSON, so that reading it again takes a fifth of the time."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from array import array
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import asdict, fields
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic_core import from_json

import summarise
from summarise.errors import SummariseError
from summarise.evals.gold.faults import Faults
from summarise.evals.gold.file import MOST_BYTES, ReadArticle
from summarise.evals.gold.files import read_one
from summarise.evals.gold.labels import LAYERS, Gold, label_of
from summarise.evals.tokenised import Tokenised
from summarise.interrupts import temporary
from summarise.text import Article, sha256_of

_APART = ("text", "complete", *LAYERS, "tokens")
_PLAIN = [one.name for one in fields(Gold) if one.name not in _APART]
# What a file that is no record, or one of another program, may raise.
_UNLIKE = (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, SummariseError)


class Kept:
    """A folder with one file for each gold file.

    What it holds is used as long as the gold file, the article that it refers to, and this program are the same to the byte; it is
    never needed, and may be deleted at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: Path, read_article: ReadArticle) -> tuple[Gold | None, Faults]:
        """As `read_one`, but without its remarks where the gold was kept."""
        place = self._folder / f"{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]}.json"
        try:
            return _restored(_content(place), self._name(path), path, read_article), Faults(str(path))
        except _UNLIKE:
            return self._read_anew(path, place, read_article)

    def _read_anew(self, path: Path, place: Path, read_article: ReadArticle) -> tuple[Gold | None, Faults]:
        used: list[tuple[str, str]] = []

        def noted(article_path: Path) -> Article:
            article = read_article(article_path)
            used.append((os.path.relpath(article_path, path.parent), _digest(article)))
            return article

        try:
            name = self._name(path)
        except OSError:
            return read_one(path, read_article)
        gold, faults = read_one(path, noted)
        if gold is not None:
            _write(place, _record(gold, name, used))
        return gold, faults

    def _name(self, path: Path) -> list[str]:
        """What the record of a gold file must have been made of. Raises OSError."""
        with path.open("rb") as file:
            return [self._program, hashlib.sha256(file.read(MOST_BYTES + 1)).hexdigest()]

    @cached_property
    def _program(self) -> str:
        """This program: another version, or one in which a line was changed, may read gold otherwise."""
        files = sorted(Path(summarise.__file__).parent.rglob("*.py"))
        seen = [(str(file), status.st_size, status.st_mtime_ns) for file in files for status in [file.stat()]]
        return sha256_of(repr((summarise.__version__, sys.version, seen)))


def _record(gold: Gold, name: list[str], articles: list[tuple[str, str]]) -> dict[str, Any]:
    about = {key: getattr(gold, key) for key in _PLAIN}
    found = {"labels": gold.records, "sha256": gold.sha256, "digest": gold.digest, "numbers": [f"{number:f}" for number in gold.numbers]}
    text = {"text": gold.text, "bounds": b64encode(array("I", gold.tokens.bounds)).decode()}
    return {"made_of": [*name, articles], **text, "complete": sorted(gold.complete), "about": about, **found}


def _restored(record: dict[str, Any], name: list[str], path: Path, read_article: ReadArticle) -> Gold:
    """Raises one of `_UNLIKE` for a record of something else."""
    *made_of, articles = record["made_of"]
    if made_of != name or any(_digest(read_article(path.parent / article)) != digest for article, digest in articles):
        raise ValueError("something has changed")
    text, labels = Tokenised(record["text"], array("I", b64decode(record["bounds"]))), record["labels"]
    read: dict[str, Any] = {layer: tuple(label_of(layer, one, text) for one in labels[layer]) for layer in LAYERS}
    about = record["about"]
    about.update(file=str(path), labelled_by=tuple(about["labelled_by"]), complete=frozenset(record["complete"]))
    gold = Gold(text=text.text, tokens=text, **about, **read)
    # What gold works out when it is asked for the first time, and keeps in the same place.
    vars(gold).update(records=labels, sha256=record["sha256"], digest=record["digest"], numbers=frozenset(map(Decimal, record["numbers"])))
    return gold


def _digest(article: Article) -> str:
    return sha256_of(repr(asdict(article)))


def _content(place: Path) -> dict[str, Any]:
    """The record in a file. Raises one of `_UNLIKE` where it is not as it was written."""
    digest, _, line = place.read_bytes().partition(b"\n")
    if hashlib.sha256(line).hexdigest().encode() != digest:
        raise ValueError("damaged")
    record: dict[str, Any] = from_json(line)
    return record


def _write(place: Path, record: dict[str, Any]) -> None:
    """Where it cannot be kept, or is lost with the machine, gold is read anew: so nothing here is forced onto the disk."""
    line, beside = json.dumps(record).encode(), place.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary(beside):
            beside.write_bytes(hashlib.sha256(line).hexdigest().encode() + b"\n" + line)
            beside.replace(place)
