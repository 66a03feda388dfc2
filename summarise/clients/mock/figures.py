"""Figures: what each marked number is of, and who gives it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from summarise.clients.mock.clauses import is_verb
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.speakers import Voice
from summarise.clients.mock.tokens import Tokens
from summarise.document import Mention
from summarise.schema import DraftFigure

_LONGEST = 6
_LONGEST_NOUN = 3
_LINKS = frozenset({"of", "in", "for"})
_LEADS = frozenset({"to", "by", "at", "from", "of", "about", "nearly", "than", "is", "was", "reached", "totalled", "totaled"})


def find_figures(page: Page, said: Sequence[Voice], most: int = 200) -> list[DraftFigure]:
    """One entry for each mention outside furniture, in text order, the first `most`."""
    spans = sorted((start, end, n) for n, voice in enumerate(said) for start, end in voice.attribution.spans)
    starts = [start for start, _, _ in spans]
    shown = [mention for mention in page.document.mentions if not page.kinds.furniture[mention.sentence - 1]]
    return [_figure(page, mention, _speaker(said, spans, starts, mention)) for mention in shown[:most]]


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
    """What a figure counts: the words behind it ("$20 billion of deals"), the subject before it ("trade rose to …"), or its own noun."""
    tokens = page.tokens
    inside = tokens.between(mention.figure.start, mention.figure.end)
    own = [i for i in inside if _names_thing(tokens.lows[i])]
    sentence = page.lines[mention.sentence - 1]
    stop = tokens.between(sentence.start, sentence.end).stop
    counted = tokens.phrase(own[-_LONGEST_NOUN:][0], inside.stop) if own and mention.figure.unit and mention.figure.currency is None else ""
    if _is_share(mention):
        return _before(page, sentence, inside.start) or _behind(tokens, inside.stop, stop) or None
    if counted and tokens.lows[inside.stop : stop][:1] != ["of"]:
        return counted
    return _behind(tokens, inside.stop, stop) or _before(page, sentence, inside.start) or counted or None


def _is_share(mention: Mention) -> bool:
    return mention.figure.unit in {"percent", "percentage point"}


def _behind(tokens: Tokens, at: int, stop: int) -> str:
    if at < stop and tokens.lows[at] in _LINKS:
        at += 1
    if at < stop and tokens.lows[at] in words("grammar", "determiners"):
        at += 1
    end = at
    while end < stop and end - at < _LONGEST and (_names_thing(tokens.lows[end]) or _goes_on(tokens, end, at, stop)):
        end += 1
    noun = end > at and not (end - at == 1 and tokens.lows[at].endswith(("ed", "ing", "ly")))
    return tokens.phrase(at, end) if noun else ""


def _goes_on(tokens: Tokens, i: int, start: int, stop: int) -> bool:
    """The "of" in "line of credit"."""
    return i > start and tokens.lows[i] == "of" and i + 1 < stop and _names_thing(tokens.lows[i + 1])


def _before(page: Page, line: Line, at: int) -> str:
    """The noun phrase left of the verb and preposition that lead to a figure ("bilateral trade increasing to")."""
    tokens = page.tokens
    first = tokens.between(line.start, line.end).start
    if at <= first or tokens.lows[at - 1] not in _LEADS:
        return ""
    stop = at - 1
    while stop > first and at - stop < _LONGEST and not _names_thing(tokens.lows[stop - 1]):
        stop -= 1
    while stop > first and (tokens.lows[stop - 1].endswith(("ed", "ing")) or is_verb(tokens.lows[stop - 1])):
        stop -= 1
    start = stop
    while (
        start > first and stop - start < _LONGEST and (_names_thing(tokens.lows[start - 1]) or tokens.lows[start - 1] in {"of", "s", "to"})
    ):
        start -= 1
    while start < stop and tokens.lows[start] in {"of", "s", "to"}:
        start += 1
    return tokens.phrase(start, stop)


def _names_thing(low: str) -> bool:
    closed = ("prepositions", "auxiliaries", "subordinators", "pronouns", "determiners", "adverbs", "weekdays", "months", "times", "verbs")
    return (
        len(low) > 1
        and low.replace("-", "").isalpha()
        and low not in words("grammar", "no_nouns")
        and not any(low in words("grammar", kind) for kind in closed)
    )
