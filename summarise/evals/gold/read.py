"""Gold files read and checked, with the articles that they label, and a cache of them where there are many."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic_core import from_json

from summarise.article import Article, normalise_newlines, sha256_of
from summarise.errors import GoldError, InputError, SummariseError, UsageError
from summarise.evals.gold.form import Fault, Faults, Form, did_you_mean
from summarise.evals.gold.items import Entities, Page, items_of
from summarise.evals.gold.model import LAYERS, Gold, GoldClaim, GoldFigure, GoldStance, Layer, label_of
from summarise.interrupts import temporary
from summarise.text.tokens import Tokenised
from summarise.text.yaml_nodes import MOST_CHARACTERS, MappingNode, Unreadable, parse
from summarise.version import __version__

FORMAT = "1"
MOST_BYTES = 4 * MOST_CHARACTERS
ReadArticle = Callable[[Path], Article]
"""Reads the article that a gold file refers to. Raises InputError."""

_KEYS = (
    *("format", "id", "title", "source", "published", "url", "language", "cluster", "labelled", "complete", "text", "article", "sha256"),
    *("entities", *LAYERS, "note"),
)
_LABELLED = ("by", "on", "guidelines", "adjudicated_by", "prefilled")


def plain_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        return normalise_newlines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: byte {error.start + 1:,} is not valid", kind="malformed") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def plain_article(path: Path) -> Article:
    """A UTF-8 file as an article of which nothing is known but the text. Raises InputError."""
    return Article(plain_text(path))


def read_file(path: Path, faults: Faults, read_article: ReadArticle = plain_article) -> Gold | None:
    """The Gold of one file; None, with the reasons in `faults`, when it has any fault."""
    try:
        return parsed(plain_text(path), faults, partial(_beside, path, read_article))
    except InputError as error:
        faults.add(1, "", error.message.removeprefix(f"{path}: "))
        return None


def _beside(path: Path, read_article: ReadArticle, name: Path) -> Article:
    return read_article(path.parent / name)


def parsed(content: str, faults: Faults, read_article: ReadArticle = plain_article) -> Gold | None:
    """As `read_file`, for the content of a file."""
    try:
        node = parse(content)
    except Unreadable as error:
        faults.add(error.line, "", error.message)
        return None
    if node is None:
        faults.add(1, "", "the file is empty")
        return None
    if not isinstance(node, MappingNode):
        faults.add(node.line, "", "wrong type: a gold file is a mapping that begins with 'format: 1'")
        return None
    gold = _gold(Form(node, "", faults, _KEYS), read_article)
    return gold if gold is not None and not faults.errors else None


def _gold(form: Form, read_article: ReadArticle) -> Gold | None:
    form.need("format", "id", "labelled")
    if form.has("format"):
        form.choice("format", (FORMAT,))
    labelled = form.mapping("labelled")
    about = Form(labelled, "labelled", form.faults, _LABELLED) if labelled is not None else None
    if about is not None:
        about.need("by", "guidelines")
        about.when("on")
    article = _article(form, read_article)
    if article is None or about is None:
        return None
    page = Page(Tokenised(article.text), Entities.of(form))
    claims, stances, figures = (items_of(form, layer, page) for layer in LAYERS)
    id = form.text("id") or ""
    gold = Gold(
        id=id,
        text=article.text,
        file=form.faults.file,
        cluster=form.text("cluster") or id,
        guidelines=about.text("guidelines") or "",
        labelled_by=about.texts("by"),
        prefilled=about.text("prefilled"),
        complete=_complete(form),
        claims=tuple(label for label in claims if isinstance(label, GoldClaim)),
        stances=tuple(label for label in stances if isinstance(label, GoldStance)),
        figures=tuple(label for label in figures if isinstance(label, GoldFigure)),
        published=form.when("published") or article.published,
        tokens=page.text,
        **{key: form.text(key) or getattr(article, key) for key in ("title", "source", "url", "language")},
    )
    _remark(form, gold)
    return gold


def _article(form: Form, read_article: ReadArticle) -> Article | None:
    """The article, from the file or from where it refers to; what is known of it there holds unless the file says otherwise."""
    if form.has("text") == form.has("article"):
        form.fault("text", "missing: give the article as 'text: |', or 'article: PATH' with its sha256")
        return None
    article = _given(form) if form.has("text") else _referred(form, read_article)
    if article is None:
        return None
    digest = article.sha256
    given = form.text("sha256")
    if form.has("article") and given is None:
        form.fault("sha256", f"missing: the article is {digest}")
    elif given is not None and given != digest:
        form.fault("sha256", f"the text has changed: it was {given[:12]}…, it is {digest}; look the labels over, then put the new one in")
    elif not article.text.strip():
        form.fault("text", "the article is empty")
    else:
        return article
    return None


def _given(form: Form) -> Article | None:
    text = form.text("text")
    return None if text is None else Article(text)


def _referred(form: Form, read_article: ReadArticle) -> Article | None:
    name = form.text("article")
    if name is None or "\0" in name:
        return None
    try:
        return read_article(Path(name))
    except SummariseError as error:
        form.fault("article", f"missing article: {error.message}")
        return None


def _complete(form: Form) -> frozenset[Layer]:
    found: set[Layer] = set()
    for name in form.texts("complete"):
        known: list[Layer] = [layer for layer in LAYERS if layer == name]
        found.update(known)
        if not known:
            form.fault("complete", f"'{name[:60]}' is no layer{did_you_mean(name, LAYERS)}")
    return frozenset(found)


def _remark(form: Form, gold: Gold) -> None:
    """What the guide asks for and a program can count."""
    keys, labels = sum(claim.key for claim in gold.claims), [label for layer in LAYERS for label in gold.labels(layer)]
    optional = sum(label.optional for label in labels)
    if gold.claims and not keys:
        form.faults.warn(form.line("claims"), "claims", "none is a key claim; the guide asks for at least one")
    if keys > max(1, -(-len(gold.claims) // 2)):
        form.faults.warn(form.line("claims"), "claims", f"{keys} of {len(gold.claims)} are key claims; the guide says a third at most")
    if optional * 5 > max(5, len(labels)):
        form.faults.warn(1, "", f"{optional} of {len(labels)} labels are optional; the guide says to talk over more than one in five")
    if gold.prefilled:
        form.faults.warn(form.line("labelled"), "labelled.prefilled", f"pre-filled by {gold.prefilled}: it never counts for agreement")
    if not labels:
        form.faults.warn(1, "", "nothing is labelled yet")
    if not gold.complete:
        form.faults.warn(form.line("complete"), "complete", "no layer is labelled in full, so no precision can be computed")


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
        files = sorted(Path(__file__).parents[2].rglob("*.py"))
        seen = [(str(file), status.st_size, status.st_mtime_ns) for file in files for status in [file.stat()]]
        return sha256_of(repr((__version__, sys.version, seen)))


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
