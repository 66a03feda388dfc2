"""Tellings: for each sentence, the voice that holds most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.clients.mock.attribution import Span
from summarise.clients.mock.clauses import is_verb
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.speakers import Voice

LEAST_SHARE = 0.22
_VIEWS = frozenset({"believe", "think", "feel", "expect", "argue", "hope", "fear"})
# As many words of the article's own before a source make a statement of its own.
_LEAST_OWN_WORDS = 5
_FUSED = frozenset("what than whom".split())


@dataclass(frozen=True, slots=True)
class Telling:
    """What one sentence claims: `inside` are the speaker's words in it, in characters of the text, `share` their part of its letters."""

    voice: Voice
    share: float
    inside: list[Span]


def tellings(page: Page, said: Sequence[Voice]) -> dict[int, Telling]:
    """By sentence number; sentences that nobody tells, or hardly, have none: those are the article's own voice."""
    best: dict[int, Telling] = {}
    for voice in said:
        if _is_told(voice):
            for number, inside in _by_line(page, voice.attribution.spans).items():
                share = _share(page.lines[number - 1], inside)
                if share >= LEAST_SHARE and (number not in best or share > best[number].share):
                    best[number] = Telling(voice, share, inside)
    return {number: telling for number, telling in best.items() if not _is_by_the_way(page, page.lines[number - 1], telling)}


def _is_told(voice: Voice) -> bool:
    """Views are told; what somebody knows, sees or plans is the article's own voice."""
    return voice.attribution.kind != "believes" or voice.attribution.cue in _VIEWS


def _lines_between(page: Page, start: int, end: int) -> list[Line]:
    """The lines that hold the characters [start, end)."""
    return page.lines[page.line_at(start) : page.line_at(max(start, end - 1)) + 1]


def _by_line(page: Page, spans: Sequence[Span]) -> dict[int, list[Span]]:
    """By number, the lines that `spans` reach into, with what of them each line holds."""
    found: dict[int, list[Span]] = {}
    for start, end in spans:
        for line in _lines_between(page, start, end):
            if start < line.end and end > line.start:
                found.setdefault(line.number, []).append((max(start, line.start), min(end, line.end)))
    return found


def _share(line: Line, inside: Sequence[Span]) -> float:
    return sum(b - a for a, b in inside) / max(1, line.end - line.start)


def _is_by_the_way(page: Page, line: Line, telling: Telling) -> bool:
    """Whether the sentence says something of its own before it comes to its source: "Talks broke up when Lind announced that …"."""
    source, inside = telling.voice.attribution.source, telling.inside
    if source is None or telling.voice.attribution.sentence != line.number:
        return False
    tokens = page.tokens
    before = tokens.between(line.start, min(inside[0][0], tokens.starts[source.start]))
    first, hinge = (tokens.lows[before.start], tokens.lows[before.stop - 1]) if before else ("", "")
    if hinge in _FUSED:
        return True  # "half of what scientists say they may land"
    if len(before) < _LEAST_OWN_WORDS:
        return False
    leads_in = any(first in words("grammar", kind) for kind in ("prepositions", "subordinators", "auxiliaries")) or first.endswith("ing")
    acts = hinge in words("grammar", "subordinators") or any(is_verb(tokens.lows[i]) or tokens.lows[i].endswith("ed") for i in before[1:])
    return acts and not leads_in
