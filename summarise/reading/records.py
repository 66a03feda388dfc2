"""Rows with named columns as articles: a line of JSONL, a row of CSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from summarise.errors import InputError
from summarise.reading.known import known
from summarise.reading.options import ReadOptions
from summarise.reading.shown import listed
from summarise.reading.unread import Found, sound
from summarise.views.visible import is_blank

# The names looked for, in this order, in any case. docs/reading.md lists them.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "body",
        "content",
        "article",
        "maintext",
        "main_text",
        "full_text",
        "fulltext",
        "article_text",
        "articlebody",
        "article_body",
    ),
    "id": ("id", "article_id", "doc_id", "document_id", "uuid", "_id"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "publication", "outlet", "sitename", "site_name", "source_name"),
    "published": (
        "published",
        "published_at",
        "publishedat",
        "date_published",
        "datepublished",
        "publication_date",
        "publish_date",
        "pub_date",
        "pubdate",
        "date",
    ),
    "url": ("url", "link", "canonical_url", "permalink"),
    "language": ("language", "lang"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; `other_texts` could hold the text as well and were not taken."""

    text: str
    fields: Mapping[str, str]
    other_texts: tuple[str, ...]

    @property
    def used(self) -> list[str]:
        return [*dict.fromkeys((self.text, *self.fields.values(), *self.other_texts))]


def columns(names: Iterable[str], options: ReadOptions) -> Columns:
    """The columns to read among `names`. Raises InputError when there is none for the text, or one that the user named is missing."""
    there: dict[str, str] = {}
    for name in names:
        there.setdefault(name.strip().casefold(), name)
        there[name] = name
    texts = _present("text", there, options)
    if not texts:
        raise InputError(f"no column holds the text; there are {_all(there)}", kind="malformed", hint="name it with --text-col")
    fields = {field: found[0] for field in NAMES if field != "text" and (found := _present(field, there, options))}
    return Columns(texts[0], fields, tuple(texts[1:]))


def found(row: Mapping[str, object], columns: Columns, number: int) -> Found:
    """The article of one row. Raises InputError when its text is none."""
    text = row.get(columns.text)
    others = [name for name in columns.other_texts if isinstance(value := row.get(name), str) and not is_blank(value)]
    if text is not None and not isinstance(text, str):
        what = type(text).__name__
        raise InputError(f"column '{columns.text}' holds no text but {what}", kind="malformed", hint="name another with --text-col")
    if not text or is_blank(text):
        hint = f"there is text in {listed(others)}: name it with --text-col" if others else ""
        raise InputError(f"column '{columns.text}' is empty", kind="empty", hint=hint)
    about, warnings = known({field: row.get(name) for field, name in columns.fields.items()})
    if others:
        warnings = (f"the text is from '{columns.text}'; there is text in {listed(others)} too", *warnings)
    text, lost = sound(text)
    return Found(text, about, warnings + lost, number)


def _present(field: str, there: Mapping[str, str], options: ReadOptions) -> list[str]:
    named = options.column(field)
    if named is None:
        return [there[name] for name in NAMES[field] if name in there]
    if named not in there:
        raise InputError(f"there is no column '{named}', but {_all(there)}", kind="malformed", hint=f"see --{field}-col")
    return [there[named]]


def _all(there: Mapping[str, str]) -> str:
    return listed([*dict.fromkeys(there.values())])
