"""A comparison as plain values, for JSON: what stands in the summaries is named by source and id, and quoted where a reader needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summarise.compare.model import Cited, ClaimGroup, Event, FigureGroup, Held, Reading, Source, StanceCell, StanceMatrix, Stated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from summarise.schema import Failure


SCHEMA_VERSION = 1


def source(one: Source) -> dict[str, Any]:
    article = one.summary.article
    return {
        "key": one.key,
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": one.published,
        "sha256": article.sha256,
        "origin": one.origin,
    }


def failure(one: Failure) -> dict[str, Any]:
    return {"id": one.article.id, "error": one.error.model_dump()}


def figure_group(group: FigureGroup) -> dict[str, Any]:
    return {
        "key": group.key,
        "label": group.label,
        "verdict": group.verdict,
        "reason": group.reason,
        "sources": _keys(group.sources),
        "readings": [_reading(reading) for reading in group.readings],
        "relations": [{"first": r.first, "second": r.second, "verdict": r.verdict, "reason": r.reason} for r in group.relations],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {"time": reading.time, "scope": reading.scope, "figures": [_cited(cited) for cited in reading.figures]}


def _cited(cited: Cited) -> dict[str, Any]:
    shown = cited.figure.model_dump(mode="json", exclude={"id", "evidence"})
    return {"source": cited.source.key, "figure": cited.figure.id, **shown, "evidence": [span.quote for span in cited.figure.evidence]}


def claim_group(group: ClaimGroup) -> dict[str, Any]:
    return {
        "key": group.key,
        "text": group.text,
        "corroborated": group.corroborated,
        "contradicted": group.contradicted,
        "first": {"source": group.first.source.key, "claim": group.first.claim.id} if group.first else None,
        "claims": [_stated(stated) for stated in group.claims],
    }


def _stated(stated: Stated) -> dict[str, Any]:
    claim = stated.claim
    return {
        "source": stated.source.key,
        "claim": claim.id,
        "text": claim.text,
        "speaker": claim.speaker,
        "mode": claim.mode,
        "contradicts": stated.contradicts,
        "evidence": [span.quote for span in claim.evidence],
    }


def stance_matrix(matrix: StanceMatrix) -> dict[str, Any]:
    return {
        "holders": list(matrix.holders),
        "targets": list(matrix.targets),
        "cells": [_cell(cell) for cell in matrix.cells],
        "aliases": {name: list(others) for name, others in matrix.aliases.items()},
    }


def _cell(cell: StanceCell) -> dict[str, Any]:
    return {
        "holder": cell.holder,
        "target": cell.target,
        "polarity": cell.polarity,
        "change": cell.change,
        "stances": [_held(held) for held in cell.stances],
    }


def _held(held: Held) -> dict[str, Any]:
    return {
        "source": held.source.key,
        "stance": held.stance.id,
        "polarity": held.stance.polarity,
        "evidence": [span.quote for span in held.stance.evidence],
    }


def event(one: Event) -> dict[str, Any]:
    return {
        "when": one.when,
        "text": one.text,
        "figures": [{"source": cited.source.key, "figure": cited.figure.id} for cited in one.figures],
        "claims": [{"source": stated.source.key, "claim": stated.claim.id} for stated in one.claims],
    }


def _keys(sources: Iterable[Source]) -> list[str]:
    return [one.key for one in sources]
