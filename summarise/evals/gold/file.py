"""One gold file, read and checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from summarise.errors import InputError, SummariseError
from summarise.evals.gold.entities import Entities
from summarise.evals.gold.faults import Faults, did_you_mean
from summarise.evals.gold.form import Form
from summarise.evals.gold.items import Page, items_of
from summarise.evals.gold.labels import LAYERS, Gold, GoldClaim, GoldFigure, GoldStance, Layer
from summarise.evals.tokenised import Tokenised
from summarise.text import Article, normalise_newlines
from summarise.tree import MOST_CHARACTERS, Mapping, Unreadable, parse

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
    if not isinstance(node, Mapping):
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
