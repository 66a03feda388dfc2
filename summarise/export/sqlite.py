"""All layers as one SQLite database, with keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from summarise.errors import OutputError
from summarise.export.layers import ARTICLE, LAYERS, Column, Layer, LayerRow, rows_of
from summarise.export.writers import Outcome, Writer
from summarise.file_signatures import SQLITE
from summarise.files import MAKE_ROOM, AtomicFile
from summarise.schema import SCHEMA_VERSION, Summary

_TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_KEYS = {
    "articles": (),
    "claims": ("PRIMARY KEY (article, claim_id)",),
    "stances": ("PRIMARY KEY (article, stance_id)",),
    "figures": ("PRIMARY KEY (article, figure_id)",),
    "evidence": (
        "FOREIGN KEY (article, claim_id) REFERENCES claims",
        "FOREIGN KEY (article, stance_id) REFERENCES stances",
        "FOREIGN KEY (article, figure_id) REFERENCES figures",
        "CHECK ((claim_id IS NOT NULL) + (stance_id IS NOT NULL) + (figure_id IS NOT NULL) = 1)",
    ),
    "dropped": ("PRIMARY KEY (article, position)",),
}
_CLAIM_FIGURES = """CREATE TABLE claim_figures (
  article INTEGER NOT NULL REFERENCES articles, claim_id TEXT NOT NULL, figure_id TEXT NOT NULL,
  PRIMARY KEY (article, claim_id, figure_id),
  FOREIGN KEY (article, claim_id) REFERENCES claims, FOREIGN KEY (article, figure_id) REFERENCES figures
)"""
_INDEXES = ("CREATE INDEX articles_by_id ON articles (article_id)", "CREATE INDEX evidence_by_article ON evidence (article)")


class SqliteWriter(Writer):
    """`article` counts the articles from 1 and is the key of all tables, because ids may come twice in joined runs."""

    def __init__(self, path: Path) -> None:
        import sqlite3

        self._path = str(path)
        self._articles = 0
        self._staging = AtomicFile(path)
        with self._staging.beginning(), self._explained():
            self._database = sqlite3.connect(self._staging.part, check_same_thread=False)
            # The file is not in its place yet: what a crash leaves of it is never read.
            self._database.executescript(f"PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA user_version={SCHEMA_VERSION}")
            self._database.execute(f"PRAGMA application_id={SQLITE}")
            for statement in (*map(_table, LAYERS.values()), _CLAIM_FIGURES, *_INDEXES):
                self._database.execute(statement)

    def write(self, item: Outcome) -> None:
        with self._explained(item.article.id), self._database:
            for layer in LAYERS.values():
                for row in rows_of(item, layer):
                    self._insert(layer.name, _own(layer, row) | {"article": self._articles + 1})
            for link in _links(item):
                self._insert("claim_figures", link | {"article": self._articles + 1})
        self._articles += 1

    def close(self, *, finished: bool = True) -> None:
        keep = False
        try:
            with self._explained():
                self._database.close()
            keep = finished or self._articles > 0
        finally:
            self._staging.close(keep=keep)

    def _insert(self, table: str, row: LayerRow) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        self._database.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(map(_without_nul, row.values())))  # noqa: S608  # our own names

    @contextmanager
    def _explained(self, article: str = "") -> Iterator[None]:
        import sqlite3

        try:
            with self._staging.writing():
                yield
        except sqlite3.IntegrityError as error:
            raise OutputError(f"{self._path}: article {article!r} has two items with one id: {error}") from error
        except sqlite3.Error as error:
            self._staging.failed = True
            hint = MAKE_ROOM if error.sqlite_errorcode == sqlite3.SQLITE_FULL else ""
            raise OutputError(f"{self._path}: cannot write: {error}", hint=hint) from error


def _table(layer: Layer) -> str:
    key = "article INTEGER PRIMARY KEY" if layer.name == "articles" else "article INTEGER NOT NULL REFERENCES articles"
    columns = (f'"{column.name}" {_TYPES[column.type]}' for column in _own_columns(layer))
    return f"CREATE TABLE {layer.name} ({', '.join([key, *columns, *_KEYS[layer.name]])})"


def _own_columns(layer: Layer) -> tuple[Column, ...]:
    return layer.flat_columns if layer.name == "articles" else layer.flat_columns[len(ARTICLE) :]


def _own(layer: Layer, row: LayerRow) -> LayerRow:
    flat = layer.flat(row)
    return {column.name: flat[column.name] for column in _own_columns(layer)}


def _without_nul(value: Any) -> Any:
    """SQLite's own functions, and its shell, end a text at a NUL."""
    return value.replace("\0", "\u2400") if isinstance(value, str) else value


def _links(item: Outcome) -> Iterator[LayerRow]:
    if not isinstance(item, Summary):
        return
    ids = {figure.id for figure in item.figures}
    for claim in item.claims:
        for figure in dict.fromkeys(claim.figures):
            if figure in ids:
                yield {"claim_id": claim.id, "figure_id": figure}
