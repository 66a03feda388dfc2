"""Claims: the sentences that a short summary must hold, each with what it says and who says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.opening import is_personal, nut, scenes, standfirst
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.ranking import Ranking, choose
from summarise.clients.mock.restating import keeps_cue, names_source, restated, whole
from summarise.clients.mock.speakers import Speakers, Voice
from summarise.clients.mock.telling import Telling, tellings
from summarise.clients.mock.wording import as_sentence
from summarise.schema import DraftClaim

_MOST_SENTENCES = 6
# What it adds to a sentence's score that it hands over a named source's words, holds a figure, or comes first.
_VOICED = 0.4
_FIGURED = 0.15
_LEAD = 0.75
# What it takes off that a sentence sets a scene, speaks of the author or, in an interview, of the guest; or needs the text around it.
_SCENE = 1.2
_PERSONAL = 0.8
_OWN_STORY = 0.6
_HANGING = 0.8
_SEXES = {"He": "male", "She": "female"}
_FIRST_PERSON = frozenset("i me my mine myself we our you your".split())
_HANGS = frozenset("he she it they them his her its their this these those such other others another latter former same".split())
_FEW = 5


@dataclass(frozen=True, slots=True)
class Told:
    """A claim; `line`, the same as a sentence that names its speaker ("" where none does); `weight`, how central it is, whoever says it."""

    claim: DraftClaim
    line: str = ""
    weight: float = 0.0


def find_claims(page: Page, speakers: Speakers, said: Sequence[Voice], ranking: Ranking, most: int) -> list[Told]:
    """At most `most` claims: what the article is about first, then the most important."""
    return _Chooser(page, speakers, tellings(page, said), ranking).claims(most)


@dataclass(frozen=True)
class _Chooser:
    page: Page
    speakers: Speakers
    told: dict[int, Telling]
    ranking: Ranking

    def claims(self, most: int) -> list[Told]:
        plain = self._plain_scores()
        barred = {number - 1 for number in self.told} - {self._lead}
        first = self._lead if standfirst(self.page) else nut(plain, barred)
        scores = [score and score + _VOICED * self._is_voiced(n) for n, score in enumerate(plain)]
        if first is not None:
            scores[first] += max(scores)
        found = (self._told(self.page.lines[n], plain[n]) for n in choose(Ranking(scores, self.ranking.stems), most))
        return [told for told in found if told]

    def _plain_scores(self) -> list[float]:
        """The scores by place and words, and by whether a sentence can be read alone."""
        scenic = scenes(self.page, self.ranking, self.told)
        return [
            score and max(0.001, score + self._gain(n) - _SCENE * (n in scenic) - self._trouble(n))
            for n, score in enumerate(self.ranking.scores)
        ]

    @cached_property
    def _lead(self) -> int:
        """The index of the first statement; -1 where it has nothing to do with the title, as the anecdote at the head of a feature."""
        lead = next((n for n, score in enumerate(self.ranking.scores) if score), -1)
        related = not self.ranking.title or (lead >= 0 and self.ranking.title & self.ranking.stems[lead])
        return lead if related or standfirst(self.page) else -1

    def _gain(self, n: int) -> float:
        return _LEAD * (n == self._lead) + _FIGURED * bool(self.page.document.mentions_in(n + 1))

    def _is_voiced(self, n: int) -> bool:
        telling = self.told.get(n + 1)
        return telling is not None and telling.voice.speaker is not None

    def _trouble(self, n: int) -> float:
        """What a sentence loses because nobody knows who "I", "them" or "it" is."""
        line, telling = self.page.lines[n], self.told.get(n + 1)
        head = self._head(line, telling)
        hanging = _HANGING * (bool(_HANGS.intersection(head)) or _points_back(head) or self._is_from_nobody(telling))
        if telling and telling.voice.attribution.kind == "turn":
            return hanging + _OWN_STORY * bool(_FIRST_PERSON.intersection(self._lows(*telling.inside[0])))
        nobody = telling is None or telling.voice.speaker is None
        return hanging + _PERSONAL * (nobody and is_personal(self.page, line))

    def _is_from_nobody(self, telling: Telling | None) -> bool:
        """ "Reserved grid, she said, was cheap", where nothing tells who she is."""
        source = telling.voice.attribution.source if telling and telling.voice.speaker is None else None
        return source is not None and source.stop - source.start == 1 and self.page.tokens.lows[source.start] in _HANGS

    def _head(self, line: Line, telling: Telling | None) -> list[str]:
        """The first words of what a claim says, without the pronoun that a name is put for."""
        attribution = telling.voice.attribution if telling else None
        start, end = telling.inside[0] if telling and not keeps_cue(telling.voice.attribution) else (line.start, line.end)
        named = attribution.source.start if attribution and attribution.source else None
        tokens = self.page.tokens
        held = [i for i in tokens.between(start, end)[: 2 * _FEW] if tokens.words[i][0].isalnum()][:_FEW]
        return [tokens.lows[i] for i in held if i != named]

    def _lows(self, start: int, end: int) -> list[str]:
        held = self.page.tokens.between(start, end)
        return self.page.tokens.lows[held.start : held.stop]

    def _told(self, line: Line, weight: float) -> Told | None:
        telling = self.told.get(line.number)
        if telling is None:
            text, numbers = self._own_voice(line)
            return Told(DraftClaim(text=text, speaker=None, mode="asserts", sentences=numbers), text, weight) if text else None
        text, attribution = restated(self.page, line, telling), telling.voice.attribution
        if not text:
            return None
        near = abs(line.number - attribution.sentence) < _MOST_SENTENCES
        numbers = sorted({line.number, attribution.sentence}) if near else [line.number]
        claim = DraftClaim(text=text, speaker=telling.voice.speaker, mode=attribution.mode, sentences=numbers)
        return Told(claim, whole(self.page, line, telling) if names_source(self.page, line, telling) else "", weight)

    def _own_voice(self, line: Line) -> tuple[str, list[int]]:
        """The sentence, its first pronoun resolved where that is certain, and the sentences that prove it."""
        text = as_sentence(self.page.text[line.start : line.end])
        first, _, rest = text.partition(" ")
        if first in _SEXES:
            person = self.speakers.sole_person(line.items[0], line.number, _SEXES[first])
            if person:
                return f"{person[0]} {rest}", [person[1], line.number]
        return text, [line.number]


def _points_back(head: Sequence[str]) -> bool:
    """ "The council put that on its brochure": a "that" which only the sentence before explains."""
    return any(low == "that" and after in words("grammar", "prepositions") for low, after in pairwise(head))
