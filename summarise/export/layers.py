"""Layers: summaries as tidy rows, one table for each kind of item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from summarise.errors import UsageError
from summarise.schema import ArticleInfo, Failure, RunInfo, Span, Summary
from summarise.wording import exact

ColumnType = Literal["text", "integer", "number", "exact", "boolean"]
LayerRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of type `number` holds floats; `exact` holds Decimals with all their digits."""

    name: str
    type: ColumnType = "text"

    @property
    def flat(self) -> tuple[Column, ...]:
        return (Column(self.name, "number"), Column(f"{self.name}_text")) if self.type == "exact" else (self,)


def _columns(words: str) -> tuple[Column, ...]:
    """A column for each word: "name", or "name:type" where it is not text."""
    parts = (word.partition(":") for word in words.split())
    return tuple(Column(name, cast("ColumnType", type or "text")) for name, _, type in parts)


ARTICLE = _columns("article_id title source published url")


@dataclass(frozen=True)
class Layer:
    """A table: `own` are the columns of its item; every row of every layer begins with the columns of `ARTICLE`."""

    name: str
    own: tuple[Column, ...]
    rows: Callable[[Summary], Iterable[LayerRow]]

    @property
    def columns(self) -> tuple[Column, ...]:
        return ARTICLE + self.own

    @property
    def flat_columns(self) -> tuple[Column, ...]:
        """For tables of doubles: each exact column as two, `value` (number) and `value_text` (text with every digit)."""
        return tuple(flat for column in self.columns for flat in column.flat)

    def flat(self, row: LayerRow) -> LayerRow:
        """A row for `flat_columns`. Lone surrogates, which no table can hold, become "?"."""
        return {name: cell for column in self.columns for name, cell in _flat_cells(column, row[column.name])}


def _flat_cells(column: Column, cell: Any) -> Iterator[tuple[str, Any]]:
    if column.type == "exact":
        yield column.name, None if cell is None else float(cell)
        yield f"{column.name}_text", None if cell is None else exact(cell)
    else:
        yield column.name, cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


def records(items: Iterable[Summary | Failure], layer: str = "figures") -> Iterator[LayerRow]:
    """The rows of one layer: "articles", "claims", "stances", "figures", "evidence" or "dropped"; one dict of all its columns each.

    Exact numbers are Decimals. A Failure has a row in "articles" only. Raises UsageError for another name.
    """
    chosen = find_layer(layer)
    return (row for item in items for row in rows_of(item, chosen))


def rows_of(item: Summary | Failure, layer: Layer) -> Iterator[LayerRow]:
    """The rows of one item with all columns; those without a value are None."""
    article = item.article
    about = {column.name: None for column in layer.columns} | {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": article.url,
    }
    if isinstance(item, Summary):
        for row in layer.rows(item):
            yield about | row
    elif layer.name == "articles":
        error = {"error_kind": item.error.kind, "error_message": item.error.message, "error_hint": item.error.hint}
        yield about | _text_columns(article) | error | (_run_columns(item.run) if item.run else {})


def find_layer(name: str) -> Layer:
    """The layer of that name. Raises UsageError."""
    if name not in LAYERS:
        raise UsageError(f"there is no layer '{name}'", hint=f"one of: {', '.join(LAYERS)}")
    return LAYERS[name]


_RUN = ("client", "model", "prompt", "prompt_sha", "package", "cached", "attempts", "input_tokens", "output_tokens", "cost_usd", "seconds")


def _run_columns(run: RunInfo) -> LayerRow:
    return {name: getattr(run, name) for name in _RUN}


def _text_columns(article: ArticleInfo) -> LayerRow:
    return {"language": article.language, "chars": article.chars, "sha256": article.sha256, "text": article.text}


def _articles(summary: Summary) -> Iterator[LayerRow]:
    counts = {
        "claims": len(summary.claims),
        "stances": len(summary.stances),
        "figures": len(summary.figures),
        "dropped": len(summary.checks.dropped),
        "warnings": "\n".join(summary.checks.warnings) or None,
    }
    yield _text_columns(summary.article) | {"gist": summary.gist} | counts | _run_columns(summary.run)


def _evidence(summary: Summary) -> Iterator[LayerRow]:
    owners: list[tuple[str, Any]] = [
        *(("claim_id", claim) for claim in summary.claims),
        *(("stance_id", stance) for stance in summary.stances),
        *(("figure_id", figure) for figure in summary.figures),
    ]
    for key, owner in owners:
        for position, span in enumerate(owner.evidence, start=1):
            yield {key: owner.id, "position": position, "start": span.start, "end": span.end, "quote": span.quote}


def _dropped(summary: Summary) -> Iterator[LayerRow]:
    for position, lost in enumerate(summary.checks.dropped, start=1):
        yield {"position": position, "kind": lost.kind, "why": lost.why, "item": json.dumps(lost.item, ensure_ascii=False)}


def _items(layer: str, kind: str, fields: str) -> Layer:
    """The layer of the items in the list `layer` of a summary, with their first evidence."""
    own = _columns(f"{kind}_id {fields} evidence_quote evidence_start:integer evidence_end:integer evidence_count:integer")
    names = [column.name for column in _columns(fields)]

    def rows(summary: Summary) -> Iterator[LayerRow]:
        for item in getattr(summary, layer):
            yield {f"{kind}_id": item.id} | {name: _value(getattr(item, name)) for name in names} | _first_evidence(item.evidence)

    return Layer(layer, own, rows)


def _value(value: Any) -> Any:
    """The ids of a claim's figures as one text; every other value as it is."""
    return " ".join(value) or None if isinstance(value, list) else value


def _first_evidence(evidence: list[Span]) -> LayerRow:
    count = {"evidence_count": len(evidence)}
    if not evidence:
        return count
    span = evidence[0]
    return count | {"evidence_quote": span.quote, "evidence_start": span.start, "evidence_end": span.end}


_ARTICLES = """
    language chars:integer sha256 gist claims:integer stances:integer figures:integer dropped:integer warnings error_kind error_message
    error_hint client model prompt prompt_sha package cached:boolean attempts:integer input_tokens:integer output_tokens:integer
    cost_usd:number seconds:number text
"""
_FIGURES = """
    quote value:exact low:exact high:exact bound unit currency per change measure as_of speaker start:integer end:integer
"""
LAYERS = {
    layer.name: layer
    for layer in (
        Layer("articles", _columns(_ARTICLES), _articles),
        _items("claims", "claim", "text speaker mode figures"),
        _items("stances", "stance", "holder target polarity"),
        _items("figures", "figure", _FIGURES),
        Layer("evidence", _columns("claim_id stance_id figure_id position:integer start:integer end:integer quote"), _evidence),
        Layer("dropped", _columns("position:integer kind why item"), _dropped),
    )
}
