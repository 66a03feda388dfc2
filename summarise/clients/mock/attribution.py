"""Attributions: which stretches of an article are whose words, by the cues that hand them over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarise.clients.mock.clauses import Clause, Phrase, subject_left
from summarise.clients.mock.cues import Cue, cue_table, find_cues, is_unsaid
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.source import looks_like_speaker
from summarise.clients.mock.statement import Reading, following, read
from summarise.schema import Mode

Span = tuple[int, int]


_LONGEST_INNER = 12


@dataclass(frozen=True, slots=True)
class Inner:
    """The last source of a chain ("Lind said the auditors had warned that …"); `start` is where its own words begin."""

    source: Phrase
    kind: str
    start: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """`spans` hold what is said, in text order. `source` is the phrase that names who says it (None: nobody is named there).

    `kind` is the section of cues.txt that the cue stands in, or "quote" for a quote that goes on from the one before.
    """

    sentence: int
    spans: tuple[Span, ...]
    source: Phrase | None
    cue: str
    kind: str
    cue_at: int
    inner: Inner | None = None

    @property
    def mode(self) -> Mode:
        modes: dict[str, Mode] = {"denies": "denies", "predicts": "predicts", "demands": "demands"}
        return modes.get(self.inner.kind if self.inner else self.kind, "asserts")

    @property
    def start(self) -> int:
        return self.spans[0][0]


def find_attributions(page: Page) -> list[Attribution]:
    """The attributions that have a cue, outside furniture, sentence by sentence."""
    found: list[Attribution] = []
    for line, furniture in zip(page.lines, page.kinds.furniture, strict=True):
        if not furniture and line.is_prose:
            found += _outermost(list(_in_line(page, line)))
    return found


def _outermost(found: list[Attribution]) -> list[Attribution]:
    """Those of one line that do not lie within another's words."""
    return [a for a in found if not any(b is not a and _holds(b, a) for b in found)]


def _holds(outer: Attribution, inner: Attribution) -> bool:
    start, end = inner.spans[0][0], inner.spans[-1][1]
    return any(a <= start and end <= b and (a, b) != (start, end) for a, b in outer.spans)


def _in_line(page: Page, line: Line) -> Iterator[Attribution]:
    clause = page.clauses[line.number - 1]
    covered, last = 0, None
    for cue in find_cues(clause):
        if cue.k < covered:
            continue
        reading = read(clause, cue, last, covered)
        if reading and any(stop > start for start, stop in reading.parts):
            covered = max(covered, reading.until)
            last = reading.source or last
            yield _attribution(page, line, cue, reading)


def _attribution(page: Page, line: Line, cue: Cue, reading: Reading) -> Attribution:
    spans = tuple(span for part in reading.parts if (span := _span(page, line.items, *part)))
    inner = _inner(page, page.clauses[line.number - 1], cue, reading) if cue.kind in {"says", "tells", "according"} else None
    return Attribution(line.number, spans, reading.source, cue.base, cue.kind, line.items[cue.k], inner)


def _inner(page: Page, clause: Clause, cue: Cue, reading: Reading) -> Inner | None:
    """Another source at the very beginning of what is said."""
    start, stop = reading.parts[0]
    for k in range(start + 1, min(stop, start + _LONGEST_INNER)):
        known = cue_table().get(clause.low(k), {}).get("")
        if known and known[0] in {"says", "denies", "shows"}:
            inside = Cue(k, 1, *known)
            source = subject_left(clause, k)
            if source is None or source.at != start or is_unsaid(clause, inside) or clause.low(start) in words("grammar", "pronouns"):
                return None
            content = following(clause, inside, source) if looks_like_speaker(clause.tokens, source) else None
            span = _span(page, clause.items, *content.parts[0]) if content else None
            return Inner(source, inside.kind, span[0]) if span else None
    return None


def _span(page: Page, items: Sequence[int], start: int, stop: int) -> Span | None:
    """The characters of the items [start, stop); a quote at either end is taken whole, with what stands in the next sentences."""
    held = items[start:stop]
    if not held:
        return None
    first, last = held[0], held[-1]
    begin = page.quotes[~first].start if first < 0 else page.tokens.starts[first]
    end = page.quotes[~last].end if last < 0 else page.tokens.ends[last]
    return begin, end
