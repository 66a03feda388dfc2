"""Figures: what each marked number is of, and who gives it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Page
from summarise.clients.mock.speakers import Voice
from summarise.document import Mention
from summarise.schema import DraftFigure

_LONGEST = 6
_LINKS = frozenset({"of", "in", "for"})


def find_figures(page: Page, said: Sequence[Voice], most: int = 200) -> list[DraftFigure]:
    """One entry for each mention outside furniture, in text order, the first `most`."""
    spans = sorted((start, end, n) for n, voice in enumerate(said) for start, end in voice.attribution.spans)
    starts = [start for start, _, _ in spans]
    found = []
    for mention in page.document.mentions:
        if not page.kinds.furniture[mention.sentence - 1]:
            found.append(_figure(page, mention, _speaker(said, spans, starts, mention)))
    return found[:most]


def _figure(page: Page, mention: Mention, speaker: str | None) -> DraftFigure:
    figure = mention.figure
    measure = figure.measure or _measure(page, mention)
    return DraftFigure(id=mention.id, measure=measure, as_of=figure.as_of, speaker=figure.speaker or speaker)


def _speaker(said: Sequence[Voice], spans: Sequence[tuple[int, int, int]], starts: Sequence[int], mention: Mention) -> str | None:
    """Whose words the figure stands in."""
    n = bisect_right(starts, mention.figure.start) - 1
    if n < 0 or spans[n][1] < mention.figure.end:
        return None
    return said[spans[n][2]].speaker


def _measure(page: Page, mention: Mention) -> str | None:
    """The words right behind a figure that say what is counted ("$20 billion of deals"); None where they do not."""
    tokens = page.tokens
    at = bisect_left(tokens.starts, mention.figure.end)
    if at < len(tokens.lows) and tokens.lows[at] in _LINKS:
        at += 1
    if at < len(tokens.lows) and tokens.lows[at] in words("grammar", "determiners"):
        at += 1
    stop = at
    while stop < len(tokens.lows) and stop - at < _LONGEST and _names_thing(tokens.lows[stop]):
        stop += 1
    return tokens.phrase(at, stop) or None


def _names_thing(low: str) -> bool:
    closed = ("prepositions", "auxiliaries", "subordinators", "pronouns", "determiners", "adverbs", "weekdays", "times", "verbs")
    return low.isalpha() and low not in {"and", "or", "s", "the", "following", "between"} and not any(low in words("grammar", kind) for kind in closed)
