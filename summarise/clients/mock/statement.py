"""A statement: who says what by one cue, read from the items of its line."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.clients.mock.clauses import Clause, Phrase, subject_left, subject_right
from summarise.clients.mock.content import PARTICIPLES, behind_cue, content_end, content_start, is_lead_in, is_statement
from summarise.clients.mock.cues import Cue, is_participle, is_unsaid
from summarise.clients.mock.lexicon import forms, words
from summarise.clients.mock.source import first_subject, inverted_subject, may_speak, shared_subject

_CLOSERS = frozenset({".", "!", "?", "…"})
_DASHES = frozenset({"—", "–", "―", "--"})
_QUOTING = frozenset("continue conclude recall read snap answer counter retort reason detail swear pronounce elaborate".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cue hands over: runs of items [from, to), who says it, and the item up to which the line is now read."""

    parts: tuple[tuple[int, int], ...]
    source: Phrase | None
    until: int


def read(clause: Clause, cue: Cue, last: Phrase | None, floor: int) -> Reading | None:
    """What a cue hands over; None where it hands over nothing. `last` is who spoke before in the line, `floor` where that ended."""
    if cue.kind == "according":
        return _according(clause, cue, floor)
    if is_unsaid(clause, cue) or (cue.base in _QUOTING and not _near_quote(clause, cue)):
        return None
    if is_participle(clause, cue):
        return _by_participle(clause, cue, last)
    source = inverted_subject(clause, cue)
    if source:
        return _preceding(clause, source, source.beyond, left=cue.k)
    source = subject_left(clause, cue.k) or shared_subject(clause, cue, last)
    return _around(clause, cue, source) if source and may_speak(clause, cue, source) else None


def _near_quote(clause: Clause, cue: Cue) -> bool:
    near = range(max(0, cue.k - 4), min(cue.k + 5, len(clause.items)))
    return any(clause.items[k] < 0 for k in near) or clause.low(cue.k + 1) == "that"


def _by_participle(clause: Clause, cue: Cue, last: Phrase | None) -> Reading | None:
    """ "…, adding that …": the speaker is whoever spoke before, or the subject of the sentence."""
    if cue.kind in {"judges", "demands", "believes"} and clause.low(cue.k - 1) != "," and cue.k > 0:
        return None
    source = last or first_subject(clause, cue.k)
    return following(clause, cue, source) if source and may_speak(clause, cue, source) else None


def _according(clause: Clause, cue: Cue, floor: int) -> Reading | None:
    source = subject_right(clause, cue.k + 1)
    if source is None:
        return None
    if cue.k <= 1:
        comma = next((k for k in range(source.beyond, len(clause.items)) if clause.low(k) == ","), None)
        if comma is None:
            return None
        end = content_end(clause, comma + 1)
        return Reading(((comma + 1, end),), source, end)
    return _preceding(clause, source, source.beyond, left=cue.k, floor=floor)


def _preceding(clause: Clause, source: Phrase, right: int, *, left: int, floor: int = 0) -> Reading | None:
    """What stands before "…, X said" or "…, said X", and a quote that follows it in the same sentence."""
    end = left - 1 if clause.low(left - 1) == "," else left
    start = max(floor, content_start(clause, end))
    parts = [(start, end)] if end - start > 0 else []
    quote = next((k for k in range(right, len(clause.items)) if clause.items[k] < 0), None)
    if quote is not None and _only_aside(clause, right, quote):
        parts.append((quote, content_end(clause, quote)))
    return Reading(tuple(parts), source, max(right, parts[-1][1])) if parts else None


def _only_aside(clause: Clause, start: int, stop: int) -> bool:
    return stop - start <= 24 and not any(clause.low(k) in forms("cues", "says") for k in range(start, stop))


def following(clause: Clause, cue: Cue, source: Phrase | None) -> Reading | None:
    start = behind_cue(clause, cue)
    end = content_end(clause, start, judged=cue.kind == "judges")
    if not is_statement(clause, cue, start, end):
        return None
    return Reading(((start, end),), source, end)


def _around(clause: Clause, cue: Cue, source: Phrase) -> Reading | None:
    """What is said by a subject that stands left of its verb: what follows, what goes before, or both."""
    start = behind_cue(clause, cue)
    if clause.low(start) in PARTICIPLES or clause.low(start + 1) in PARTICIPLES:
        return None
    sets_off = clause.low(source.at - 1) in {",", '"'} or (clause.low(source.at - 1) in _DASHES)
    leads = sets_off and cue.kind in {"says", "tells", "predicts", "believes"} and not is_lead_in(clause, source.at)
    if clause.low(start) in _CLOSERS or start >= len(clause.items):
        return _preceding(clause, source, start, left=source.at) if leads else None
    if clause.low(start) == ",":
        if leads or (sets_off and clause.low(start + 1) in words("grammar", "auxiliaries")):
            return _split(clause, cue, source, start)
        start += 1
    elif leads and clause.items[start] >= 0 and clause.low(source.at - 1) == '"':
        return _preceding(clause, source, start, left=source.at)
    end = content_end(clause, start, judged=cue.kind == "judges")
    if not is_statement(clause, cue, start, end):
        return None
    return Reading(((start, end),), source, end)


def _split(clause: Clause, cue: Cue, source: Phrase, comma: int) -> Reading | None:
    """A statement on both sides of its cue ("The museum, he said, would …"); only what goes before, where an aside follows."""
    before = _preceding(clause, source, len(clause.items), left=source.at)
    follows = clause.low(comma + 1)
    aside = follows.endswith("ing") or follows in words("grammar", "relatives") or follows in {"a", "an", "according", "as"}
    quoted = clause.low(source.at - 1) == '"' or clause.low(source.at - 2) == '"'
    if before is None or (aside and clause.items[comma + 1] >= 0) or (quoted and clause.items[comma + 1] >= 0):
        return _preceding(clause, source, comma, left=source.at)
    end = content_end(clause, comma + 1)
    return Reading((before.parts[0], (comma + 1, end)), source, end)
