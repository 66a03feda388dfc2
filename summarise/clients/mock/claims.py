"""Claims: the sentences that a short summary must hold, each with what it says and who says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.clients.mock.clauses import is_verb
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.ranking import Ranking, choose
from summarise.clients.mock.speakers import Speakers, Voice
from summarise.clients.mock.wording import as_sentence
from summarise.schema import DraftClaim

_MOST_SENTENCES = 6
# What it adds to a sentence's score that it hands over a named source's words, holds a figure, or comes first.
_VOICED = 0.4
_FIGURED = 0.15
_LEAD = 0.45
_VIEWS = frozenset({"believe", "think", "feel", "expect", "argue", "hope", "fear"})
_SEXES = {"He": "male", "She": "female"}
_LEAST_SHARE = 0.22
# Cues whose words are kept in the claim: without "denied" or "called" the statement would be another.
_KEEP_CUE = frozenset({"denies", "demands", "judges", "beside", "believes"})
_UNCLEAR = frozenset("he she it they we i this that these those there here his her its their my our him them such who which".split())


@dataclass(frozen=True, slots=True)
class Telling:
    """What one sentence claims: `share` of its letters are the speaker's words."""

    voice: Voice
    start: int
    end: int
    share: float


def find_claims(page: Page, speakers: Speakers, said: Sequence[Voice], ranking: Ranking, most: int) -> list[DraftClaim]:
    """At most `most` claims, the most important first."""
    tellings = _by_line(page, [voice for voice in said if _is_told(voice)])
    voiced = frozenset(number for number, telling in tellings.items() if telling.voice.speaker and telling.share >= _LEAST_SHARE)
    figured = frozenset(mention.sentence for mention in page.document.mentions)
    lead = _lead(ranking)
    extras = [_VOICED * (n in voiced) + _FIGURED * (n in figured) + _LEAD * (n == lead + 1) for n in range(1, len(ranking.scores) + 1)]
    scores = [score and score + extra for score, extra in zip(ranking.scores, extras, strict=True)]
    found = (_claim(page, speakers, page.lines[n], tellings.get(n + 1)) for n in choose(Ranking(scores, ranking.stems), most))
    return [claim for claim in found if claim]


def _lead(ranking: Ranking) -> int:
    """The index of the first statement; below 0 where it has nothing to do with the title, as the anecdote at the head of a feature."""
    lead = next((n for n, score in enumerate(ranking.scores) if score), -1)
    return lead if lead < 0 or not ranking.title or ranking.title & ranking.stems[lead] else -2


def _is_told(voice: Voice) -> bool:
    """Views are told; what somebody knows, sees or plans is the article's own voice."""
    return voice.attribution.kind != "believes" or voice.attribution.cue in _VIEWS


def _by_line(page: Page, said: Sequence[Voice]) -> dict[int, Telling]:
    """For each sentence number, the voice that holds most of it."""
    best: dict[int, Telling] = {}
    for voice in said:
        for start, end in voice.attribution.spans:
            for line in _lines_between(page, start, end):
                telling = _telling(line, voice, start, end)
                if line.number not in best or telling.share > best[line.number].share:
                    best[line.number] = telling
    return best


def _lines_between(page: Page, start: int, end: int) -> list[Line]:
    """The lines that hold the characters [start, end)."""
    return page.lines[page.line_at(start) : page.line_at(max(start, end - 1)) + 1]


def _telling(line: Line, voice: Voice, start: int, end: int) -> Telling:
    inside = [(max(a, line.start), min(b, line.end)) for a, b in voice.attribution.spans if a < line.end and b > line.start]
    held = sum(b - a for a, b in inside if b > a)
    return Telling(voice, max(start, line.start), min(end, line.end), held / max(1, line.end - line.start))


def _claim(page: Page, speakers: Speakers, line: Line, telling: Telling | None) -> DraftClaim | None:
    if telling is None or telling.share < _LEAST_SHARE:
        text, sentences = _own_words(page, speakers, line)
        return DraftClaim(text=text, speaker=None, mode="asserts", sentences=sentences) if text else None
    attribution = telling.voice.attribution
    text = _words_of(page, line, telling)
    sentences = sorted({line.number, attribution.sentence}) if abs(line.number - attribution.sentence) < _MOST_SENTENCES else [line.number]
    return DraftClaim(text=text, speaker=telling.voice.speaker, mode=attribution.mode, sentences=sentences) if text else None


def _own_words(page: Page, speakers: Speakers, line: Line) -> tuple[str, list[int]]:
    """The sentence, its first pronoun resolved where that is certain, and the sentences that prove it."""
    text = as_sentence(page.text[line.start : line.end])
    first, _, rest = text.partition(" ")
    if first in _SEXES:
        person = speakers.sole_person(line.items[0], line.number, _SEXES[first])
        if person:
            return f"{person[0]} {rest}", [person[1], line.number]
    return text, [line.number]


def _words_of(page: Page, line: Line, telling: Telling) -> str:
    whole = as_sentence(page.text[line.start : line.end])
    attribution = telling.voice.attribution
    if attribution.kind in _KEEP_CUE or attribution.cue in {"declare", "pronounce"} or telling.voice.speaker is None:
        return whole
    begins = attribution.inner.start if attribution.inner else 0
    inside = [(max(a, line.start, begins), min(b, line.end)) for a, b in attribution.spans if a < line.end and b > max(line.start, begins)]
    if not inside or not _stands_alone(page, inside):
        return whole
    return as_sentence(_joined([page.text[a:b] for a, b in inside]))


def _stands_alone(page: Page, inside: Sequence[tuple[int, int]]) -> bool:
    """Whether the speaker's words are a whole statement: a subject that is no pronoun, and a verb."""
    tokens = page.tokens
    held = [i for a, b in inside for i in tokens.between(a, b) if tokens.words[i][0].isalnum()]
    if len(held) < 4:
        return False
    quoted = page.text[inside[0][0]] in "\"“`'‘«"
    if quoted:
        return tokens.words[held[0]][0].isupper() or (tokens.lows[held[0]] == tokens.words[held[0]] and len(inside) > 1)
    first = tokens.lows[held[0]]
    starts_badly = (
        first in _UNCLEAR
        or first in words("grammar", "prepositions")
        or first in words("grammar", "subordinators")
        or first in {"to", "and"}
    )
    return not starts_badly and (len(held) > 7 or any(is_verb(tokens.lows[i]) or tokens.lows[i].endswith("ed") for i in held[1:]))


def _joined(parts: Sequence[str]) -> str:
    """The parts of a statement that its cue stands between, with the comma that led into the cue cut."""
    return " ".join(part.strip() for part in parts)
