"""Claims: sentences ranked by position, TextRank degree, title words and sources; the best become claims, the first of them the gist."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.parsed_document import ParsedDocument, ParsedSentence
from summarise.clients.mock.wording import (
    AttributedSentence,
    as_sentence,
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
# What each sign adds to a score, chosen on a grid over development data. Place falls to half behind `_FADE` candidates.
_PLACE = 1.2
_FADE = 3.0
_CENTRAL = 1.8
_SOURCE = 0.15
_FIGURE = 0.3
_TITLE = 0.7
_SHORT = 1.5
_PRONOUN = 0.2
_SUFFIXES = ("ingly", "edly", "ing", "ies", "ied", "es", "ed", "ly", "s")


@dataclass(frozen=True)
class Ranking:
    """`scores` holds a number a sentence, 0 for those that cannot be claims; `stems` the content words of each, `title` of the title."""

    scores: list[float]
    stems: list[frozenset[str]]
    title: frozenset[str] = frozenset()


def rank(parsed: ParsedDocument, speaking: frozenset[int], skipped: frozenset[int] = frozenset()) -> Ranking:
    """The score of each sentence. `speaking` numbers those with an attribution, `skipped` those that are out of question."""
    candidates = [claimable and n + 1 not in skipped for n, claimable in enumerate(parsed.kinds.claimable)]
    stems = [_stems(parsed, n) if candidate else () for n, candidate in enumerate(candidates)]
    counts = Counter(itertools.chain.from_iterable(stems))
    central = _scaled([_centrality(s, counts) for s in stems])
    title = _title(parsed, candidates, counts)
    scores, body = [], 0
    for n, candidate in enumerate(candidates):
        if not candidate:
            scores.append(0.0)
            continue
        base = _PLACE * _FADE / (_FADE + body) + _CENTRAL * central[n]
        scores.append(max(0.001, base + _signs(parsed, n, stems[n], n + 1 in speaking, title)))
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


def _signs(parsed: ParsedDocument, n: int, stems: Sequence[str], speaks: bool, title: frozenset[str]) -> float:
    held = parsed.tokens.between(parsed.sentences[n].start, parsed.sentences[n].end)
    first = parsed.tokens.lows[held.start]
    score = _SOURCE * speaks + _FIGURE * bool(parsed.document.mentions_in(n + 1))
    if title:
        score += _TITLE * len(title.intersection(stems)) / len(title)
    unclear = any(parsed.tokens.lows[i] in _UNCLEAR for i in held[:4])
    if first in words("grammar", "pronouns") or unclear:
        score -= _PRONOUN
    return score - _SHORT * max(0.0, 1 - len(stems) / 8)


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


def _centrality(stems: Sequence[str], counts: dict[str, int]) -> float:
    """How many other sentences share the words of this one: the degree in TextRank's graph, without building the graph."""
    return sum(sqrt(counts[stem] - 1) for stem in stems) / sqrt(len(stems) + 3)


def _scaled(values: Sequence[float]) -> list[float]:
    most = max(values, default=0.0)
    return [value / most if most else 0.0 for value in values]


def choose(ranking: Ranking, most: int, *, overlap: float = 0.6) -> list[int]:
    """The indices of at most `most` sentences, best first; one that shares most of its stems with a chosen one is passed over."""
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


_EMPHASIS = ("*", "_")
# The matter of a feature is stated in its first third; that of anything else in its first sentences.
_NUT_SHARE = 3
_NUT_LEAST = 4


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
# What is added to the score of a sentence that a named source says, and of the first one.
_SOURCED = 0.4
_LEAD = 0.75
# What is taken off where the author speaks of themselves.
_PERSONAL = 0.8
_LEAST = 0.001
_MINE = frozenset("i me my myself mine".split())


@dataclass(frozen=True, slots=True)
class PlacedClaim:
    """A claim, the same `with_source` as a sentence that names its speaker ("" for none), and how central it is, whoever says it."""

    claim: DraftClaim
    with_source: str = ""
    weight: float = 0.0


def find_claims(parsed: ParsedDocument, attributed: Mapping[int, AttributedSentence], ranking: Ranking, most: int) -> list[PlacedClaim]:
    """At most `most` claims: what the article is about first, then the most important. `attributed` is by number of the sentence."""
    lead = _lead(parsed, ranking)
    personal = {n for n in range(len(ranking.scores)) if not _has_speaker(attributed.get(n + 1)) and _is_personal(parsed, n)}
    plain = [score and max(_LEAST, score + _LEAD * (n == lead) - _PERSONAL * (n in personal)) for n, score in enumerate(ranking.scores)]
    first = lead if standfirst(parsed) else nut_graf(plain, {number - 1 for number in attributed} - {lead})
    scores = [score and score + _SOURCED * _has_speaker(attributed.get(n + 1)) for n, score in enumerate(plain)]
    if first is not None:
        scores[first] += max(scores)
    chosen = ((parsed.sentences[n], plain[n]) for n in choose(Ranking(scores, ranking.stems), most))
    found = (_claim(parsed, sentence, attributed.get(sentence.number), weight) for sentence, weight in chosen)
    return [claim for claim in found if claim]


def _is_personal(parsed: ParsedDocument, n: int) -> bool:
    """Whether a sentence speaks of its author outside of quotes ("my grandmother kept …")."""
    return any(item >= 0 and parsed.tokens.lows[item] in _MINE for item in parsed.sentences[n].items)


def _lead(parsed: ParsedDocument, ranking: Ranking) -> int:
    """The index of the first statement; -1 where it has nothing to do with the title, as the anecdote at the head of a feature."""
    lead = next((n for n, score in enumerate(ranking.scores) if score), -1)
    related = not ranking.title or (lead >= 0 and ranking.title & ranking.stems[lead])
    return lead if related or standfirst(parsed) else -1


def _has_speaker(attributed: AttributedSentence | None) -> bool:
    return attributed is not None and attributed.speaker is not None


def _claim(parsed: ParsedDocument, sentence: ParsedSentence, attributed: AttributedSentence | None, weight: float) -> PlacedClaim | None:
    if attributed is None:
        text = as_sentence(parsed.text[sentence.start : sentence.end])
        claim = DraftClaim(text=text, speaker=None, mode="asserts", sentences=[sentence.number])
        return PlacedClaim(claim, text, weight) if text else None
    text, attribution = restated(parsed, attributed), attributed.attribution
    if not text:
        return None
    near = abs(sentence.number - attribution.sentence) < _MOST_SENTENCES
    numbers = sorted({sentence.number, attribution.sentence}) if near else [sentence.number]
    claim = DraftClaim(text=text, speaker=attributed.speaker, mode=attribution.mode, sentences=numbers)
    with_source = whole(parsed, attributed) if names_source(parsed, attributed) else ""
    return PlacedClaim(claim, with_source, weight)


_LONGEST = 400
_OPENING_MARKS = "\"“«‘'"
_CLOSING_MARKS = "\"”’'»"


def find_gist(parsed: ParsedDocument, claims: Sequence[PlacedClaim]) -> str:
    """What the editors say of the article in its standfirst, else the first claim and the next that reads on; "" without claims."""
    sentences = standfirst(parsed)
    if len(sentences) > 1 and sentences[-1].end - sentences[0].start <= _LONGEST:
        return as_sentence(parsed.text[sentences[0].start : sentences[-1].end])
    return gist_of(claims)


def gist_of(claims: Sequence[PlacedClaim]) -> str:
    """The first claim, and the most central that is no quote and still fits into about 400 characters; "" where there are none."""
    if not claims:
        return ""
    first = shortened(_with_speaker(claims[0]))
    others = [_with_speaker(one) for one in sorted(claims[1:], key=lambda one: -one.weight)]
    second = next((other for other in others if other[0] not in _OPENING_MARKS and len(first) + 1 + len(other) <= _LONGEST), "")
    return f"{first} {second}".strip()


def _with_speaker(placed: PlacedClaim) -> str:
    """The claim as a sentence that names its speaker."""
    claim = placed.claim
    if placed.with_source and len(placed.with_source) <= _LONGEST:
        return placed.with_source
    if claim.speaker is None or claim.speaker.split()[-1] in claim.text:
        return claim.text
    closed = claim.text.rstrip(_CLOSING_MARKS)
    if not closed.endswith("."):
        return f"{claim.text} ({claim.speaker})"
    marks = claim.text[len(closed) :]
    said = f"{claim.speaker} said" if marks and claim.text[0] in _OPENING_MARKS else f"according to {claim.speaker}"
    return f"{closed.removesuffix('.')},{marks} {said}."
