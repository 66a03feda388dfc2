"""A comparison: many summaries side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from summarise.compare.model import ClaimGroup, Event, FigureGroup, Source, StanceMatrix
from summarise.schema import Failure, Summary


@dataclass(frozen=True)
class Comparison:
    """`figures` are most telling first: by verdict, then by number of sources. `claims` are ranked by spread.

    `timeline` is in order of time.
    """

    sources: tuple[Source, ...]
    failures: tuple[Failure, ...]
    figures: tuple[FigureGroup, ...]
    claims: tuple[ClaimGroup, ...]
    stances: StanceMatrix
    timeline: tuple[Event, ...]

    def report(self, path: str | Path) -> None:
        """One HTML file with everything in it, written whole or not at all. Raises OutputError."""
        from summarise.render.report import write_report

        write_report(self, path)

    def to_json(self) -> str:
        """One JSON object, indented; docs/compare.md names its fields. Articles are named by key, their items by id."""
        import json

        from summarise.compare import serialise as plain

        whole = {
            "schema_version": plain.SCHEMA_VERSION,
            "sources": [plain.source(one) for one in self.sources],
            "failures": [plain.failure(one) for one in self.failures],
            "figures": [plain.figure_group(group) for group in self.figures],
            "claims": [plain.claim_group(group) for group in self.claims],
            "stances": plain.stance_matrix(self.stances),
            "timeline": [plain.event(event) for event in self.timeline],
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
    """The comparison of what several articles say; failures stand beside it. `names` is a file that says which names are one.

    Raises UsageError for a file of names that has faults, or that is not there.
    """
    from summarise.compare.aliases import Names, names_in
    from summarise.compare.claims import claim_groups
    from summarise.compare.figures import figure_groups
    from summarise.compare.model import sources_of
    from summarise.compare.stances import stance_matrix
    from summarise.compare.timeline import timeline

    given = tuple(items)
    sources = sources_of([item for item in given if isinstance(item, Summary)])
    figures, claims = figure_groups(sources), claim_groups(sources)
    failures = tuple(item for item in given if isinstance(item, Failure))
    stances = stance_matrix(sources, Names.of(names_in(sources), names))
    return Comparison(sources, failures, figures, claims, stances, timeline(figures, claims))
