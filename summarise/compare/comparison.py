"""A comparison of many summaries: figures, claims and stances side by side, and a timeline of what the articles date."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from summarise.compare.dates import dates_in, partial_date
from summarise.compare.model import Cited, ClaimGroup, FigureGroup, Held, SourceArticle, StanceMatrix, Stated, TimelineEvent
from summarise.schema import CitedFigure, Claim, Failure, Stance, Summary
from summarise.text.sanitise import one_line
from summarise.wording import amount

_MOST_VALUES = 3


def timeline(groups: Sequence[FigureGroup], claims: Sequence[ClaimGroup]) -> tuple[TimelineEvent, ...]:
    """An event for each date of a group of figures, and for each claim that names a date and uses none of these figures.

    A claim has the first date that its text names, or that its evidence names if the text names none.
    """
    figures = [event for group in groups for event in _of_figures(group)]
    dated = {(cited.source.key, cited.figure.id) for event in figures for cited in event.figures}
    stated = [event for group in claims for event in _of_claims(group, dated)]
    return tuple(sorted((*figures, *stated), key=lambda event: (event.when, bool(event.claims), event.text)))


def _of_figures(group: FigureGroup) -> Iterator[TimelineEvent]:
    by_day: dict[str, list[Cited]] = defaultdict(list)
    for cited in (cited for reading in group.readings for cited in reading.figures):
        day = partial_date(cited.figure.as_of)
        if day:
            by_day[day].append(cited)
    for day, found in by_day.items():
        yield TimelineEvent(day, f"{group.label}: {_amounts(found, group.label)}", figures=tuple(found))


def _amounts(figures: Iterable[Cited], label: str) -> str:
    """Each number once; "32 or 38" where they differ."""
    by_number: dict[object, Cited] = {}
    for cited in sorted(figures, key=lambda cited: cited.figure.bound != "exact"):
        figure = cited.figure
        bound = "exact" if figure.bound == "about" else figure.bound
        by_number.setdefault((figure.value, figure.low, figure.high, figure.currency, bound), cited)
    found = list(dict.fromkeys(_amount(cited, label) for cited in by_number.values()))
    return " or ".join(found[:_MOST_VALUES]) + " …" * (len(found) > _MOST_VALUES)


def _amount(cited: Cited, label: str) -> str:
    """In short form, or as the article writes it if its unit is not in the label."""
    figure = cited.figure
    unit = figure.unit or ""
    is_plain = not unit or unit.startswith("percent") or unit.casefold() in label.casefold()
    return amount(figure) if is_plain else one_line(figure.quote) or amount(figure)


def _of_claims(group: ClaimGroup, dated: set[tuple[str, str]]) -> Iterator[TimelineEvent]:
    said = [stated for stated in group.claims if stated.contradicts is None]
    if any((stated.source.key, id) in dated for stated in said for id in stated.claim.figures):
        return
    by_day: dict[str, list[Stated]] = defaultdict(list)
    for stated in said:
        day = _day(stated)
        if day:
            by_day[day].append(stated)
    for day, found in _merge_coarser(by_day).items():
        yield TimelineEvent(day, group.text, claims=tuple(found))


def _day(stated: Stated) -> str | None:
    published = stated.source.published
    for text in (stated.claim.text, *(span.quote for span in stated.claim.evidence)):
        found = dates_in(text, published)
        if found:
            return found[0]
    return None


def _merge_coarser(by_day: dict[str, list[Stated]]) -> dict[str, list[Stated]]:
    """ "2014" is merged into "2014-05" if that is the only date within it."""
    result: dict[str, list[Stated]] = defaultdict(list)
    within: dict[str, set[str]] = defaultdict(set)
    for day in sorted(by_day, key=len, reverse=True):
        finer = within[day]
        kept = next(iter(finer)) if len(finer) == 1 else day
        result[kept] += by_day[day]
        for coarser in (kept[:4], kept[:7]):
            if len(coarser) < len(kept):
                within[coarser].add(kept)
    return result


SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Comparison:
    """`figures` are ordered by verdict, then by number of articles. `claims` are ranked by spread.

    `timeline` is in order of time.
    """

    sources: tuple[SourceArticle, ...]
    failures: tuple[Failure, ...]
    figures: tuple[FigureGroup, ...]
    claims: tuple[ClaimGroup, ...]
    stances: StanceMatrix
    timeline: tuple[TimelineEvent, ...]

    def report(self, path: str | Path) -> None:
        """One HTML file with everything in it, written whole or not at all. Raises OutputError."""
        from summarise.render.report import write_report

        write_report(self, path)

    def to_json(self) -> str:
        """One JSON object, indented; docs/compare.md names its fields. Articles are named by key, their items by id."""
        whole = {
            "schema_version": SCHEMA_VERSION,
            "sources": [_article(source) for source in self.sources],
            "failures": [{"id": failure.article.id, "error": failure.error.model_dump()} for failure in self.failures],
            "figures": [_figure_group(group) for group in self.figures],
            "claims": [_claim_group(group) for group in self.claims],
            "stances": _stance_matrix(self.stances),
            "timeline": [_event(event) for event in self.timeline],
        }
        return json.dumps(whole, ensure_ascii=False, indent=1)

    def to_markdown(self) -> str:
        """A page to paste; nothing of the articles or the model can act as Markdown or HTML in it."""
        from summarise.render.comparison import comparison_markdown

        return comparison_markdown(self)

    def _repr_html_(self) -> str:
        from summarise.render.comparison import comparison_html

        return comparison_html(self)


def compare(items: Iterable[Summary | Failure], names: Path | None = None) -> Comparison:
    """The comparison of what several articles say; failures are listed beside it. `names` is a file that says which names are one.

    Raises UsageError for a file of names that is not valid, or that does not exist.
    """
    from summarise.compare.aliases import AliasTable, names_in
    from summarise.compare.claims import claim_groups
    from summarise.compare.comparison import timeline
    from summarise.compare.figures import figure_groups
    from summarise.compare.model import sources_of
    from summarise.compare.stances import stance_matrix

    given = tuple(items)
    sources = sources_of([item for item in given if isinstance(item, Summary)])
    figures, claims = figure_groups(sources), claim_groups(sources)
    failures = tuple(item for item in given if isinstance(item, Failure))
    stances = stance_matrix(sources, AliasTable(names_in(sources), names))
    return Comparison(sources, failures, figures, claims, stances, timeline(figures, claims))


def _article(source: SourceArticle) -> dict[str, Any]:
    article = source.summary.article
    return {
        "key": source.key,
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": source.published,
        "sha256": article.sha256,
        "origin": source.origin,
    }


def _figure_group(group: FigureGroup) -> dict[str, Any]:
    return {
        "key": group.key,
        "label": group.label,
        "verdict": group.verdict,
        "reason": group.reason,
        "sources": [source.key for source in group.sources],
        "readings": [
            {"time": reading.time, "scope": reading.scope, "figures": [_cited(cited) for cited in reading.figures]}
            for reading in group.readings
        ],
        "relations": [asdict(relation) for relation in group.relations],
    }


def _cited(cited: Cited) -> dict[str, Any]:
    fields = cited.figure.model_dump(mode="json", exclude={"id", "evidence"})
    return {**_name(cited), **fields, "evidence": _quotes(cited.figure)}


def _claim_group(group: ClaimGroup) -> dict[str, Any]:
    return {
        "key": group.key,
        "text": group.text,
        "corroborated": group.corroborated,
        "contradicted": group.contradicted,
        "first": _name(group.first) if group.first else None,
        "claims": [_stated(stated) for stated in group.claims],
    }


def _stated(stated: Stated) -> dict[str, Any]:
    claim = stated.claim
    said = {"text": claim.text, "speaker": claim.speaker, "mode": claim.mode, "contradicts": stated.contradicts}
    return {**_name(stated), **said, "evidence": _quotes(claim)}


def _stance_matrix(matrix: StanceMatrix) -> dict[str, Any]:
    cells = [
        {
            "holder": cell.holder,
            "target": cell.target,
            "polarity": cell.polarity,
            "change": cell.change,
            "stances": [{**_name(held), "polarity": held.stance.polarity, "evidence": _quotes(held.stance)} for held in cell.stances],
        }
        for cell in matrix.cells
    ]
    return {"holders": matrix.holders, "targets": matrix.targets, "cells": cells, "aliases": matrix.aliases}


def _event(event: TimelineEvent) -> dict[str, Any]:
    figures, claims = (list(map(_name, items)) for items in (event.figures, event.claims))
    return {"when": event.when, "text": event.text, "figures": figures, "claims": claims}


def _name(item: Cited | Stated | Held) -> dict[str, str]:
    """The key of its article, and its id under what it is."""
    match item:
        case Cited(figure=figure):
            return {"source": item.source.key, "figure": figure.id}
        case Stated(claim=claim):
            return {"source": item.source.key, "claim": claim.id}
        case Held(stance=stance):
            return {"source": item.source.key, "stance": stance.id}


def _quotes(item: CitedFigure | Claim | Stance) -> list[str]:
    return [span.quote for span in item.evidence]
