"""Claims: sentences ranked by position, quotation and word frequency; the best become claims, the first of them the gist."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import sqrt

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.parsed_document import ParsedDocument, ParsedSentence
from summarise.clients.mock.speakers import SourcedAttribution, Speakers
from summarise.clients.mock.wording import (
    AttributedSentence,
    as_sentence,
    attributed_sentences,
    keeps_cue,
    names_source,
    restated,
    shortened,
    whole,
)
from summarise.schema import DraftClaim

# Words near the head of a sentence that only the sentence before explains.
_UNCLEAR = frozenset("i we my our me it this that these those they he she his her their its such here".split())
_FEWEST_HEADING_STEMS = 3
_EDGES = ".,:;!?\"'“”‘’()"
_SUFFIXES = ("ingly", "edly", "ing", "ies", "ied", "es", "ed", "ly", "s")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to a score. Tuned on nothing but development data."""

    place: float = 1.2
    fade: float = 3.0
    central: float = 1.8
    figure: float = 0.15
    source: float = 0.15
    title: float = 0.7
    short: float = 1.5
    pronoun: float = 0.2


@dataclass(frozen=True)
class Ranking:
    """`scores` holds a number a sentence, 0 for those that cannot be claims; `stems` the content words of each, `title` of the title."""

    scores: list[float]
    stems: list[frozenset[str]]
    title: frozenset[str] = frozenset()


def rank(
    parsed: ParsedDocument, speaking: frozenset[int], weights: Weights | None = None, skipped: frozenset[int] = frozenset()
) -> Ranking:
    """The need for each sentence. `speaking` numbers those with an attribution, `skipped` those that are out of question."""
    weights = weights or Weights()
    candidates = [claimable and n + 1 not in skipped for n, claimable in enumerate(parsed.kinds.claimable)]
    stems = [_stems(parsed, n) if candidate else () for n, candidate in enumerate(candidates)]
    counts = _document_frequency(stems)
    central = _scaled([_centrality(s, counts) for s in stems])
    title = _title(parsed, candidates, counts)
    scores, body = [], 0
    for n, candidate in enumerate(candidates):
        if not candidate:
            scores.append(0.0)
            continue
        base = weights.place * weights.fade / (weights.fade + body) + weights.central * central[n]
        scores.append(max(0.001, base + _signs(parsed, n, stems[n], n + 1 in speaking, title, weights)))
        body += 1
    return Ranking(scores, [frozenset(s) for s in stems], title)


def _title(parsed: ParsedDocument, candidates: Sequence[bool], counts: Mapping[str, int]) -> frozenset[str]:
    """The stems of the title; of an article without one, those of the heading before its first statement that says most of it."""
    title = parsed.document.article.title
    if title:
        return _stems_of(title)
    first = next((n for n, candidate in enumerate(candidates) if candidate), 0)
    heads = [
        frozenset(stem for stem in _stems_of(parsed.text[sentence.start : sentence.end]) if stem in counts)
        for sentence in parsed.sentences[:first]
        if parsed.kinds.boilerplate[sentence.number - 1]
    ]
    best = max(heads, key=len, default=frozenset[str]())
    return best if len(best) >= _FEWEST_HEADING_STEMS else frozenset()


def _stems_of(text: str) -> frozenset[str]:
    words_of = (word.strip(_EDGES) for word in text.lower().split())
    return frozenset(stem for word in words_of if word and (stem := _stem(word)))


def _signs(parsed: ParsedDocument, n: int, stems: Sequence[str], speaks: bool, title: frozenset[str], weights: Weights) -> float:
    held = parsed.tokens.between(parsed.sentences[n].start, parsed.sentences[n].end)
    first = parsed.tokens.lows[held.start]
    score = weights.source * speaks + weights.figure * bool(parsed.document.mentions_in(n + 1))
    if title:
        score += weights.title * len(title.intersection(stems)) / len(title)
    unclear = any(parsed.tokens.lows[i] in _UNCLEAR for i in held[:4])
    if first in words("grammar", "pronouns") or unclear:
        score -= weights.pronoun
    return score - weights.short * max(0.0, 1 - len(stems) / 8)


def _stems(parsed: ParsedDocument, n: int) -> tuple[str, ...]:
    """The distinct content words of a sentence, stemmed, in text order."""
    held = parsed.tokens.between(parsed.sentences[n].start, parsed.sentences[n].end)
    found = dict.fromkeys(map(_stem, parsed.tokens.lows[held.start : held.stop]))
    found.pop("", None)
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    """A word in lower case without its ending; "" for signs and words that say nothing."""
    if not word[0].isalnum() or word in words("grammar", "stops"):
        return ""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)] + ("y" if suffix in {"ies", "ied"} else "")
    return word


def _document_frequency(stems: Sequence[Sequence[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for sentence in stems:
        for stem in sentence:
            counts[stem] = counts.get(stem, 0) + 1
    return counts


def _centrality(stems: Sequence[str], counts: dict[str, int]) -> float:
    """How many other sentences share the words of this one: the degree in TextRank's graph, without building the graph."""
    if not stems:
        return 0.0
    return sum(sqrt(counts[stem] - 1) for stem in stems) / sqrt(len(stems) + 3)


def _scaled(values: Sequence[float]) -> list[float]:
    most = max(values, default=0.0)
    return [value / most if most else 0.0 for value in values]


def choose(ranking: Ranking, most: int, *, overlap: float = 0.6) -> list[int]:
    """The indices of at most `most` sentences, best first; one that says again what a chosen one says is passed over."""
    order = sorted((n for n, score in enumerate(ranking.scores) if score > 0), key=lambda n: (-ranking.scores[n], n))
    chosen: list[int] = []
    for n in order:
        if len(chosen) == most:
            break
        if not any(_says_again(ranking.stems[n], ranking.stems[m], overlap) for m in chosen):
            chosen.append(n)
    return chosen


def _says_again(new: frozenset[str], known: frozenset[str], overlap: float) -> bool:
    smaller = min(len(new), len(known))
    return smaller > 0 and len(new & known) >= overlap * smaller


_EARLY = 5
_DAY_PARTS = frozenset("dawn morning noon afternoon dusk evening night midnight".split())
_MINE = frozenset("i me my myself mine".split())
_HIS = frozenset({"his", "her"})
_BE = frozenset({"was", "were"})
_PLACES = frozenset("on in at by".split())
_FEWEST_SIGNS = 2
_EMPHASIS = ("*", "_")
# The matter of a feature is stated in its first third; that of anything else in its first sentences.
_NUT_SHARE = 3
_NUT_LEAST = 4


def scenes(parsed: ParsedDocument, ranking: Ranking, told: Collection[int]) -> frozenset[int]:
    """The indices of the sentences of a paragraph that sets a scene: a day, a place, somebody at something, nothing of the title."""
    early = [n for n, score in enumerate(ranking.scores) if score][: 2 * _EARLY]
    opened = {parsed.sentences[n].paragraph for n in early[:_EARLY] if n + 1 not in told and _sets_scene(parsed, ranking, n)}
    return frozenset(n for n in early if parsed.sentences[n].paragraph in opened)


def _sets_scene(parsed: ParsedDocument, ranking: Ranking, n: int) -> bool:
    lows = _spoken(parsed, parsed.sentences[n])
    if ranking.title & ranking.stems[n]:
        return False
    day, mine = bool(_DAY_PARTS.intersection(lows[:_EARLY])), bool(_MINE.intersection(lows))
    placed = any(a in _BE and (b in _PLACES or b.endswith("ing")) for a, b in itertools.pairwise(lows))
    signs = day + mine + placed + ("when" in lows[1:]) + bool(_HIS.intersection(lows))
    return (day or mine) and signs >= _FEWEST_SIGNS + (not ranking.title)


def is_personal(parsed: ParsedDocument, sentence: ParsedSentence) -> bool:
    """Whether the article's own words speak of its author: "I", "me" or "my" outside of quotes."""
    return bool(_MINE.intersection(_spoken(parsed, sentence)))


def _spoken(parsed: ParsedDocument, sentence: ParsedSentence) -> list[str]:
    """The words of a sentence outside of quotes, in lower case."""
    return [parsed.tokens.lows[item] for item in sentence.items if item >= 0 and parsed.tokens.words[item][0].isalnum()]


def standfirst(parsed: ParsedDocument) -> list[ParsedSentence]:
    """The sentences of a paragraph in emphasis ("*…*") that stands before all others: what the editors say the article is about."""
    first = next((sentence for sentence, claimable in zip(parsed.sentences, parsed.kinds.claimable, strict=True) if claimable), None)
    if first is None or not parsed.text.startswith(_EMPHASIS, first.start):
        return []
    sentences = list(itertools.takewhile(lambda sentence: sentence.paragraph == first.paragraph, parsed.sentences[first.number - 1 :]))
    return sentences if parsed.text[: sentences[-1].end].rstrip().endswith(_EMPHASIS) else []


def nut_graf(scores: Sequence[float], barred: Collection[int]) -> int | None:
    """The index of the best of the first third of the statements, the scores being those of place and words alone; None for none."""
    able = [n for n, score in enumerate(scores) if score]
    early = [n for n in able[: max(_NUT_LEAST, len(able) // _NUT_SHARE)] if n not in barred]
    return max(early, key=lambda n: scores[n], default=None)


_MOST_SENTENCES = 6
# What it adds to a sentence's score that it hands over a named source's words, holds a figure, or comes first.
_SOURCED = 0.4
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
class PlacedClaim:
    """A claim, the same `with_source` as a sentence that names its speaker ("" for none), and how central it is, whoever says it."""

    claim: DraftClaim
    with_source: str = ""
    weight: float = 0.0


def find_claims(
    parsed: ParsedDocument, speakers: Speakers, said: Sequence[SourcedAttribution], ranking: Ranking, most: int
) -> list[PlacedClaim]:
    """At most `most` claims: what the article is about first, then the most important."""
    return _Chooser(parsed, speakers, attributed_sentences(parsed, said), ranking).claims(most)


@dataclass(frozen=True)
class _Chooser:
    parsed: ParsedDocument
    speakers: Speakers
    told: dict[int, AttributedSentence]
    ranking: Ranking

    def claims(self, most: int) -> list[PlacedClaim]:
        plain = self._plain_scores()
        barred = {number - 1 for number in self.told} - {self._lead}
        first = self._lead if standfirst(self.parsed) else nut_graf(plain, barred)
        scores = [score and score + _SOURCED * self._is_sourced(n) for n, score in enumerate(plain)]
        if first is not None:
            scores[first] += max(scores)
        found = (self._told(self.parsed.sentences[n], plain[n]) for n in choose(Ranking(scores, self.ranking.stems), most))
        return [told for told in found if told]

    def _plain_scores(self) -> list[float]:
        """The scores by place and words, and by whether a sentence can be read alone."""
        scenic = scenes(self.parsed, self.ranking, self.told)
        return [
            score and max(0.001, score + self._gain(n) - _SCENE * (n in scenic) - self._trouble(n))
            for n, score in enumerate(self.ranking.scores)
        ]

    @cached_property
    def _lead(self) -> int:
        """The index of the first statement; -1 where it has nothing to do with the title, as the anecdote at the head of a feature."""
        lead = next((n for n, score in enumerate(self.ranking.scores) if score), -1)
        related = not self.ranking.title or (lead >= 0 and self.ranking.title & self.ranking.stems[lead])
        return lead if related or standfirst(self.parsed) else -1

    def _gain(self, n: int) -> float:
        return _LEAD * (n == self._lead) + _FIGURED * bool(self.parsed.document.mentions_in(n + 1))

    def _is_sourced(self, n: int) -> bool:
        attributed = self.told.get(n + 1)
        return attributed is not None and attributed.sourced.speaker is not None

    def _trouble(self, n: int) -> float:
        """What a sentence loses because nobody knows who "I", "them" or "it" is."""
        sentence, attributed = self.parsed.sentences[n], self.told.get(n + 1)
        head = self._head(sentence, attributed)
        hanging = _HANGING * (bool(_HANGS.intersection(head)) or _points_back(head) or self._is_from_nobody(attributed))
        if attributed and attributed.sourced.attribution.kind == "interview":
            return hanging + _OWN_STORY * bool(_FIRST_PERSON.intersection(self._lows(*attributed.inside[0])))
        nobody = attributed is None or attributed.sourced.speaker is None
        return hanging + _PERSONAL * (nobody and is_personal(self.parsed, sentence))

    def _is_from_nobody(self, attributed: AttributedSentence | None) -> bool:
        """ "Reserved grid, she said, was cheap", where nothing tells who she is."""
        source = attributed.sourced.attribution.source if attributed and attributed.sourced.speaker is None else None
        return source is not None and source.stop - source.start == 1 and self.parsed.tokens.lows[source.start] in _HANGS

    def _head(self, sentence: ParsedSentence, attributed: AttributedSentence | None) -> list[str]:
        """The first words of what a claim says, without the pronoun that a name is put for."""
        attribution = attributed.sourced.attribution if attributed else None
        start, end = (
            attributed.inside[0] if attributed and not keeps_cue(attributed.sourced.attribution) else (sentence.start, sentence.end)
        )
        named = attribution.source.start if attribution and attribution.source else None
        tokens = self.parsed.tokens
        held = [i for i in tokens.between(start, end)[: 2 * _FEW] if tokens.words[i][0].isalnum()][:_FEW]
        return [tokens.lows[i] for i in held if i != named]

    def _lows(self, start: int, end: int) -> list[str]:
        held = self.parsed.tokens.between(start, end)
        return self.parsed.tokens.lows[held.start : held.stop]

    def _told(self, sentence: ParsedSentence, weight: float) -> PlacedClaim | None:
        attributed = self.told.get(sentence.number)
        if attributed is None:
            text, numbers = self._by_author(sentence)
            return PlacedClaim(DraftClaim(text=text, speaker=None, mode="asserts", sentences=numbers), text, weight) if text else None
        text, attribution = restated(self.parsed, sentence, attributed), attributed.sourced.attribution
        if not text:
            return None
        near = abs(sentence.number - attribution.sentence) < _MOST_SENTENCES
        numbers = sorted({sentence.number, attribution.sentence}) if near else [sentence.number]
        claim = DraftClaim(text=text, speaker=attributed.sourced.speaker, mode=attribution.mode, sentences=numbers)
        return PlacedClaim(
            claim, whole(self.parsed, sentence, attributed) if names_source(self.parsed, sentence, attributed) else "", weight
        )

    def _by_author(self, sentence: ParsedSentence) -> tuple[str, list[int]]:
        """The sentence, its first pronoun resolved where that is certain, and the sentences that prove it."""
        text = as_sentence(self.parsed.text[sentence.start : sentence.end])
        first, _, rest = text.partition(" ")
        if first in _SEXES:
            person = self.speakers.sole_person(sentence.items[0], sentence.number, _SEXES[first])
            if person:
                return f"{person[0]} {rest}", [person[1], sentence.number]
        return text, [sentence.number]


def _points_back(head: Sequence[str]) -> bool:
    """ "The council put that on its brochure": a "that" which only the sentence before explains."""
    return any(low == "that" and after in words("grammar", "prepositions") for low, after in pairwise(head))


_LONGEST = 400
_OPENING_MARKS = "\"“«‘'"
_CLOSING_MARKS = "\"”’'»"


def find_gist(parsed: ParsedDocument, told: Sequence[PlacedClaim]) -> str:
    """What the editors say of the article in its standfirst, else the first claim and the next that reads on; "" without claims."""
    sentences = standfirst(parsed)
    if len(sentences) > 1 and sentences[-1].end - sentences[0].start <= _LONGEST:
        return as_sentence(parsed.text[sentences[0].start : sentences[-1].end])
    return gist_of(told)


def gist_of(told: Sequence[PlacedClaim]) -> str:
    """The first claim, and the most central that is no quote and still fits into about 400 characters; "" where there are none."""
    if not told:
        return ""
    first = shortened(_attributed(told[0]))
    others = [_attributed(one) for one in sorted(told[1:], key=lambda one: -one.weight)]
    second = next((other for other in others if other[0] not in _OPENING_MARKS and len(first) + 1 + len(other) <= _LONGEST), "")
    return f"{first} {second}".strip()


def _attributed(told: PlacedClaim) -> str:
    """The claim as a sentence that names its speaker."""
    claim = told.claim
    if told.with_source and len(told.with_source) <= _LONGEST:
        return told.with_source
    if claim.speaker is None or claim.speaker.split()[-1] in claim.text:
        return claim.text
    closed = claim.text.rstrip(_CLOSING_MARKS)
    if not closed.endswith("."):
        return f"{claim.text} ({claim.speaker})"
    marks = claim.text[len(closed) :]
    said = f"{claim.speaker} said" if marks and claim.text[0] in _OPENING_MARKS else f"according to {claim.speaker}"
    return f"{closed.removesuffix('.')},{marks} {said}."
