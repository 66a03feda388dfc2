"""The timeline: figures and claims that have a date, in order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from summarise.compare.dates import dates_in, partial_date
from summarise.compare.model import Cited, ClaimGroup, FigureGroup, Stated, TimelineEvent
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
