"""Tellings: for each sentence, the voice that holds most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """What one sentence claims: `share` of its letters are the speaker's words."""

    voice: Voice
    share: float

    def inside(self, line: Line) -> list[tuple[int, int]]:
        """The speaker's words within a line, in characters of the text."""
        return [(max(a, line.start), min(b, line.end)) for a, b in self.voice.attribution.spans if a < line.end and b > line.start]


def tellings(page: Page, said: Sequence[Voice]) -> dict[int, Telling]:
    """By sentence number; sentences that nobody tells, or hardly, have none: those are the article's own voice."""
    best: dict[int, Telling] = {}
    for voice in said:
        if _is_told(voice):
            for line in (line for start, end in voice.attribution.spans for line in _lines_between(page, start, end)):
                share = _share(line, voice)
                if share >= LEAST_SHARE and (line.number not in best or share > best[line.number].share):
                    best[line.number] = Telling(voice, share)
    return {number: telling for number, telling in best.items() if not _is_by_the_way(page, page.lines[number - 1], telling)}


def _is_told(voice: Voice) -> bool:
    """Views are told; what somebody knows, sees or plans is the article's own voice."""
    return voice.attribution.kind != "believes" or voice.attribution.cue in _VIEWS


def _lines_between(page: Page, start: int, end: int) -> list[Line]:
    """The lines that hold the characters [start, end)."""
    return page.lines[page.line_at(start) : page.line_at(max(start, end - 1)) + 1]


def _share(line: Line, voice: Voice) -> float:
    held = sum(b - a for a, b in Telling(voice, 0).inside(line) if b > a)
    return held / max(1, line.end - line.start)


def _is_by_the_way(page: Page, line: Line, telling: Telling) -> bool:
    """Whether the sentence says something of its own before it comes to its source: "Talks broke up when Lind announced that …"."""
    source = telling.voice.attribution.source
    inside = telling.inside(line)
    if source is None or not inside or telling.voice.attribution.sentence != line.number:
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
