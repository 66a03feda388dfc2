"""Gold files read and checked, with the articles that they label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from summarise.article import Article, normalise_newlines, sha256_of
from summarise.errors import GoldError, InputError, SummariseError, UsageError
from summarise.evals.gold.items import Form, ItemsForm, LabelledArticle, LayerName, MaybeMapping, PartialDate, Text, Texts, as_list, choice
from summarise.evals.gold.model import LAYERS, Gold
from summarise.text.tokens import Tokenised
from summarise.text.yaml_nodes import MOST_CHARACTERS, MappingNode, Problem, Problems, Unreadable, parse, validated, values

FORMAT = "1"
MOST_BYTES = 4 * MOST_CHARACTERS
ReadArticle = Callable[[Path], Article]
"""Reads the article that a gold file refers to. Raises InputError."""


class Labelling(Form):
    by: Texts
    guidelines: Text
    on: PartialDate | None = None
    adjudicated_by: Any = None
    prefilled: Text | None = None


class GoldMetadata(Form):
    """All of a gold file but its article, its entities and its labels, which are checked one after the other."""

    format: Annotated[Text, choice(FORMAT)]
    id: Text
    labelled: Labelling
    cluster: Text | None = None
    complete: Annotated[tuple[LayerName, ...], BeforeValidator(as_list)] = ()
    title: Text | None = None
    source: Text | None = None
    published: PartialDate | None = None
    url: Text | None = None
    language: Text | None = None
    text: Any = None
    article: Any = None
    sha256: Any = None
    entities: Any = None
    claims: Any = None
    stances: Any = None
    figures: Any = None
    note: Any = None


class ArticleForm(BaseModel):
    """Where the article is: in `text`, or in the file `article`."""

    text: Text | None = None
    article: Text | None = None
    sha256: Text | None = None


class EntitiesForm(BaseModel):
    """The names of each entity, by its key; whether there are any is checked where they are used."""

    entities: Annotated[dict[str, Annotated[tuple[Text, ...], BeforeValidator(as_list)]], MaybeMapping] = {}


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


def read_file(path: Path, read_article: ReadArticle = plain_article) -> tuple[Gold | None, Problems]:
    """The Gold of one file; None when there is any error among its problems."""
    problems = Problems(str(path))
    try:
        return parsed(plain_text(path), problems, lambda name: read_article(path.parent / name)), problems
    except InputError as error:
        problems.add(1, "", error.message.removeprefix(f"{path}: "))
        return None, problems


def parsed(content: str, problems: Problems, read_article: ReadArticle = plain_article) -> Gold | None:
    """The Gold in the content of a file; None, with the reasons in `problems`, when it has any error."""
    try:
        root = parse(content)
    except Unreadable as error:
        problems.add(error.line, "", error.message)
        return None
    if not isinstance(root, MappingNode):
        line, message = (
            (root.line, "wrong type: a gold file is a mapping that begins with 'format: 1'") if root else (1, "the file is empty")
        )
        problems.add(line, "", message)
        return None
    gold = _gold(root, values(root), problems, read_article)
    return gold if gold is not None and not problems.errors else None


def _gold(root: MappingNode, found: dict[str, Any], problems: Problems, read_article: ReadArticle) -> Gold | None:
    """Checks all parts, whatever is wrong with one of them; but without the text there is nothing to check names and quotes against."""
    metadata = validated(GoldMetadata, found, root, problems)
    article = _article(root, found, problems, read_article)
    if article is None:
        return None
    page = LabelledArticle(Tokenised(article.text))
    entities = validated(EntitiesForm, found, root, problems)
    for key, names in entities.entities.items() if entities else ():
        for problem in page.add(key, names):
            problems.add_at(root, ("entities", key), problem)
    items = validated(ItemsForm, {layer: found[layer] for layer in LAYERS if layer in found}, root, problems, context=page)
    if metadata is None or items is None:
        return None
    gold = Gold(
        id=metadata.id,
        text=article.text,
        file=problems.file,
        cluster=metadata.cluster or metadata.id,
        guidelines=metadata.labelled.guidelines,
        labelled_by=metadata.labelled.by,
        prefilled=metadata.labelled.prefilled,
        complete=frozenset(layer for layer in LAYERS if layer in metadata.complete),
        labels=items.labels(page.text, root, problems),
        tokens=page.text,
        **{key: getattr(metadata, key) or getattr(article, key) for key in ("title", "source", "published", "url", "language")},
    )
    _remark(root, gold, problems)
    return gold


def _article(root: MappingNode, found: dict[str, Any], problems: Problems, read_article: ReadArticle) -> Article | None:
    """The article, from the file or from where it refers to."""
    form = validated(ArticleForm, found, root, problems)
    if form is None:
        return None
    if (form.text is None) == (form.article is None):
        problems.add_at(root, ("text",), "missing: give the article as 'text: |', or 'article: PATH' with its sha256")
        return None
    try:
        article = Article(form.text) if form.text is not None else read_article(Path(form.article or ""))
    except (SummariseError, ValueError) as error:  # ValueError: a name that no file can have
        problems.add_at(root, ("article",), f"missing article: {getattr(error, 'message', error)}")
        return None
    if form.article is not None and form.sha256 is None:
        problems.add_at(root, ("sha256",), f"missing: the article is {article.sha256}")
    elif form.sha256 is not None and form.sha256 != article.sha256:
        changed = f"the text has changed: it was {form.sha256[:12]}…, it is {article.sha256}"
        problems.add_at(root, ("sha256",), f"{changed}; look the labels over, then put the new one in")
    elif not article.text.strip():
        problems.add_at(root, ("text",), "the article is empty")
    else:
        return article
    return None


def _remark(root: MappingNode, gold: Gold, problems: Problems) -> None:
    """What the guide asks for and a program can count."""
    claims, labels = gold.labels.claims, [label for layer in LAYERS for label in gold.labels.of(layer)]
    keys, optional = sum(claim.key for claim in claims), sum(label.optional for label in labels)
    if claims and not keys:
        problems.warn_at(root, ("claims",), "none is a key claim; the guide asks for at least one")
    if keys > max(1, -(-len(claims) // 2)):
        problems.warn_at(root, ("claims",), f"{keys} of {len(claims)} are key claims; the guide says a third at most")
    if optional * 5 > max(5, len(labels)):
        problems.warn_at(root, (), f"{optional} of {len(labels)} labels are optional; the guide says to talk over more than one in five")
    if gold.prefilled:
        problems.warn_at(root, ("labelled", "prefilled"), f"pre-filled by {gold.prefilled}: it never counts for agreement")
    if not labels:
        problems.warn_at(root, (), "nothing is labelled yet")
    if not gold.complete:
        problems.warn_at(root, ("complete",), "no layer is labelled in full, so no precision can be computed")


@dataclass(frozen=True)
class GoldReading:
    """What reading gold files gave: the sound ones, sorted by id, and the problems of all, by file."""

    gold: tuple[Gold, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def sound(self) -> tuple[Gold, ...]:
        """All of it. Raises GoldError with every error of every file."""
        if self.errors:
            raise GoldError([str(problem) for problem in self.errors], hint="summarise eval check says the same, and remarks")
        return self.gold


def read_gold(paths: Sequence[Path], read_article: ReadArticle = plain_article) -> tuple[Gold, ...]:
    """All gold in these files and folders, sorted by id. Raises GoldError with every error of every file, UsageError for no files."""
    return check(paths, read_article).sound()


def check(paths: Sequence[Path], read_article: ReadArticle = plain_article) -> GoldReading:
    """Reads all, whatever is wrong with any; an id may stand for one file only. Raises UsageError where there is no gold file at all."""
    return together(read_file(path, read_article) for path in gold_files(paths))


def together(read: Iterable[tuple[Gold | None, Problems]]) -> GoldReading:
    """What was read of several files, in their order."""
    found: dict[str, Gold] = {}
    collected: list[Problems] = []
    for gold, problems in read:
        collected.append(problems)
        if gold is not None and gold.id in found:
            problems.add(1, "id", f"'{gold.id}' is also the id of {found[gold.id].file}")
        elif gold is not None:
            found[gold.id] = gold
    return GoldReading(
        tuple(found[id] for id in sorted(found)),
        tuple(problem for problems in collected for problem in sorted(problems.errors)),
        tuple(problem for problems in collected for problem in sorted(problems.warnings)),
    )


def digest(gold: Iterable[Gold]) -> str:
    """A name for the labels and texts: it changes with anything that can change a score, and with nothing else."""
    return sha256_of(",".join(one.digest for one in sorted(gold, key=lambda one: one.id)))


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
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file())
