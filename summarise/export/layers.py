"""Layers: summaries as tidy rows, one table for each kind of item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from summarise.errors import UsageError
from summarise.schema import ArticleInfo, CitedFigure, Failure, RunInfo, Span, Summary
from summarise.wording import exact

Kind = Literal["text", "integer", "number", "exact", "boolean"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`number` is a float; `exact` is a Decimal with all its digits."""

    name: str
    kind: Kind = "text"

    @property
    def flat(self) -> tuple[Column, ...]:
        return (Column(self.name, "number"), Column(f"{self.name}_text")) if self.kind == "exact" else (self,)


@dataclass(frozen=True)
class Layer:
    """`columns` are those of the item; every row of every layer begins with the columns of `ARTICLE`."""

    name: str
    own: tuple[Column, ...]
    rows: Callable[[Summary], Iterable[Row]]

    @property
    def columns(self) -> tuple[Column, ...]:
        return ARTICLE + self.own

    @property
    def flat_columns(self) -> tuple[Column, ...]:
        """For tables of doubles: each exact column as two, `value` (number) and `value_text` (text with every digit)."""
        return tuple(flat for column in self.columns for flat in column.flat)

    def flat(self, row: Row) -> Row:
        """A row for `flat_columns`. Lone surrogates, which no table can hold, become "?"."""
        return {name: cell for column in self.columns for name, cell in _flat_cells(column, row[column.name])}


def records(items: Iterable[Summary | Failure], layer: str = "figures") -> Iterator[Row]:
    """The rows of one layer: "articles", "claims", "stances", "figures", "evidence" or "dropped"; one dict of all its columns each.

    Exact numbers are Decimals. A Failure has a row in "articles" alone. Raises UsageError for another name.
    """
    chosen = find_layer(layer)
    return (row for item in items for row in rows_of(item, chosen))


def rows_of(item: Summary | Failure, layer: Layer) -> Iterator[Row]:
    """The rows of one item, whole: columns without a value are None."""
    about = {column.name: None for column in layer.columns} | _about(item.article)
    if isinstance(item, Failure):
        if layer.name == "articles":
            yield about | _failure(item)
        return
    for row in layer.rows(item):
        yield about | row


def find_layer(name: str) -> Layer:
    """The layer of that name. Raises UsageError."""
    if name not in LAYERS:
        raise UsageError(f"there is no layer '{name}'", hint=f"one of: {', '.join(LAYERS)}")
    return LAYERS[name]


def _flat_cells(column: Column, cell: Any) -> Iterator[tuple[str, Any]]:
    if column.kind == "exact":
        yield column.name, None if cell is None else float(cell)
        yield f"{column.name}_text", None if cell is None else exact(cell)
    else:
        yield column.name, cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _integers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "integer") for name in names)


ARTICLE = _texts("article_id", "title", "source", "published", "url")
_FIRST_EVIDENCE = (*_texts("evidence_quote"), *_integers("evidence_start", "evidence_end", "evidence_count"))
_RUN = ("client", "model", "prompt", "prompt_sha", "package", "cached", "attempts", "input_tokens", "output_tokens", "cost_usd", "seconds")


def _about(article: ArticleInfo) -> Row:
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": article.url,
    }


def _failure(failure: Failure) -> Row:
    error = failure.error
    said = {"error_kind": error.kind, "error_message": error.message, "error_hint": error.hint}
    return _text_facts(failure.article) | said | (_run(failure.run) if failure.run else {})


def _text_facts(article: ArticleInfo) -> Row:
    return {"language": article.language, "chars": article.chars, "sha256": article.sha256, "text": article.text}


def _article(summary: Summary) -> Iterator[Row]:
    counts = {
        "claims": len(summary.claims),
        "stances": len(summary.stances),
        "figures": len(summary.figures),
        "dropped": len(summary.checks.dropped),
        "warnings": "\n".join(summary.checks.warnings) or None,
    }
    yield _text_facts(summary.article) | {"gist": summary.gist} | counts | _run(summary.run)


def _run(run: RunInfo) -> Row:
    return {name: getattr(run, name) for name in _RUN}


def _claims(summary: Summary) -> Iterator[Row]:
    for claim in summary.claims:
        own = {
            "claim_id": claim.id,
            "text": claim.text,
            "speaker": claim.speaker,
            "mode": claim.mode,
            "figures": " ".join(claim.figures) or None,
        }
        yield own | _first(claim.evidence)


def _stances(summary: Summary) -> Iterator[Row]:
    for stance in summary.stances:
        own = {"stance_id": stance.id, "holder": stance.holder, "target": stance.target, "polarity": stance.polarity}
        yield own | _first(stance.evidence)


_FIGURE = ("quote", "value", "low", "high", "bound", "unit", "currency", "per", "change", "measure", "as_of", "speaker", "start", "end")


def _figures(summary: Summary) -> Iterator[Row]:
    for figure in summary.figures:
        yield {"figure_id": figure.id} | _fields(figure) | _first(figure.evidence)


def _fields(figure: CitedFigure) -> Row:
    return {name: getattr(figure, name) for name in _FIGURE}


def _first(evidence: list[Span]) -> Row:
    count = {"evidence_count": len(evidence)}
    if not evidence:
        return count
    span = evidence[0]
    return count | {"evidence_quote": span.quote, "evidence_start": span.start, "evidence_end": span.end}


def _evidence(summary: Summary) -> Iterator[Row]:
    owners: list[tuple[str, Any]] = [
        *(("claim_id", claim) for claim in summary.claims),
        *(("stance_id", stance) for stance in summary.stances),
        *(("figure_id", figure) for figure in summary.figures),
    ]
    for key, owner in owners:
        for position, span in enumerate(owner.evidence, start=1):
            yield {key: owner.id, "position": position, "start": span.start, "end": span.end, "quote": span.quote}


def _dropped(summary: Summary) -> Iterator[Row]:
    for position, lost in enumerate(summary.checks.dropped, start=1):
        yield {"position": position, "kind": lost.kind, "why": lost.why, "item": json.dumps(lost.item, ensure_ascii=False)}


LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            "articles",
            (
                *_texts("language"),
                *_integers("chars"),
                *_texts("sha256", "gist"),
                *_integers("claims", "stances", "figures", "dropped"),
                *_texts("warnings", "error_kind", "error_message", "error_hint"),
                *_texts("client", "model", "prompt", "prompt_sha", "package"),
                Column("cached", "boolean"),
                *_integers("attempts", "input_tokens", "output_tokens"),
                Column("cost_usd", "number"),
                Column("seconds", "number"),
                *_texts("text"),
            ),
            _article,
        ),
        Layer("claims", (*_texts("claim_id", "text", "speaker", "mode", "figures"), *_FIRST_EVIDENCE), _claims),
        Layer("stances", (*_texts("stance_id", "holder", "target", "polarity"), *_FIRST_EVIDENCE), _stances),
        Layer(
            "figures",
            (
                *_texts("figure_id", "quote"),
                *(Column(name, "exact") for name in ("value", "low", "high")),
                *_texts("bound", "unit", "currency", "per", "change", "measure", "as_of", "speaker"),
                *_integers("start", "end"),
                *_FIRST_EVIDENCE,
            ),
            _figures,
        ),
        Layer(
            "evidence", (*_texts("claim_id", "stance_id", "figure_id"), *_integers("position", "start", "end"), *_texts("quote")), _evidence
        ),
        Layer("dropped", (*_integers("position"), *_texts("kind", "why", "item")), _dropped),
    )
}
