"""Figures: what each marked number is of, and who gives it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from summarise.clients.mock.measures import measure, names_thing
from summarise.clients.mock.page import Page
from summarise.clients.mock.speakers import Voice
from summarise.clients.mock.tokens import Tokens, folded
from summarise.document import Mention
from summarise.numbers import find_numerals
from summarise.schema import MOST_FIGURES, DraftFigure


def find_figures(page: Page, said: Sequence[Voice], most: int = MOST_FIGURES) -> list[DraftFigure]:
    """One entry for each mention outside furniture, in text order, the first `most`."""
    spans = sorted((start, end, n) for n, voice in enumerate(said) for start, end in voice.attribution.spans)
    starts = [start for start, _, _ in spans]
    shown = [mention for mention in page.document.mentions if not page.kinds.furniture[mention.sentence - 1]]
    return [_figure(page, mention, _speaker(said, spans, starts, mention)) for mention in shown[:most]]


def _figure(page: Page, mention: Mention, speaker: str | None) -> DraftFigure:
    figure = mention.figure
    return DraftFigure(
        id=mention.id,
        measure=_sound(figure.measure) or _sound(measure(page, mention)),
        as_of=figure.as_of,
        speaker=speaker or (page.names.fullest(figure.speaker) if figure.speaker else None),
    )


def _sound(measure: str | None) -> str | None:
    """The terms of a measure that name something: no pronoun, no stop word, no number that the figure itself holds."""
    terms = [term for term in folded(measure or "").split(", ") if any(map(names_thing, Tokens.of(term).lows)) and not find_numerals(term)]
    return ", ".join(terms) or None


def _speaker(said: Sequence[Voice], spans: Sequence[tuple[int, int, int]], starts: Sequence[int], mention: Mention) -> str | None:
    """Whose words the figure stands in."""
    n = bisect_right(starts, mention.figure.start) - 1
    if n < 0 or spans[n][1] < mention.figure.end:
        return None
    return said[spans[n][2]].speaker
