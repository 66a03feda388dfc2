"""Ranking: how much a short summary needs each sentence, by its place, its words, its figures, and who speaks in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Page

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
    voice: float = 0.15
    title: float = 0.7
    short: float = 1.5
    pronoun: float = 0.2


@dataclass(frozen=True)
class Ranking:
    """`scores` holds a number a sentence, 0 for those that cannot be claims; `stems` the content words of each, `title` of the title."""

    scores: list[float]
    stems: list[frozenset[str]]
    title: frozenset[str] = frozenset()


def rank(page: Page, speaking: frozenset[int], weights: Weights | None = None, skipped: frozenset[int] = frozenset()) -> Ranking:
    """The need for each sentence. `speaking` numbers those with an attribution, `skipped` those that are out of question."""
    weights = weights or Weights()
    candidates = [claimable and n + 1 not in skipped for n, claimable in enumerate(page.kinds.claimable)]
    stems = [_stems(page, n) if candidate else () for n, candidate in enumerate(candidates)]
    counts = _document_frequency(stems)
    central = _scaled([_centrality(s, counts) for s in stems])
    title = _title(page, candidates, counts)
    scores, body = [], 0
    for n, candidate in enumerate(candidates):
        if not candidate:
            scores.append(0.0)
            continue
        base = weights.place * weights.fade / (weights.fade + body) + weights.central * central[n]
        scores.append(max(0.001, base + _signs(page, n, stems[n], n + 1 in speaking, title, weights)))
        body += 1
    return Ranking(scores, [frozenset(s) for s in stems], title)


def _title(page: Page, candidates: Sequence[bool], counts: Mapping[str, int]) -> frozenset[str]:
    """The stems of the title; of an article without one, those of the heading before its first statement that says most of it."""
    title = page.document.article.title
    if title:
        return _stems_of(title)
    first = next((n for n, candidate in enumerate(candidates) if candidate), 0)
    heads = [
        frozenset(stem for stem in _stems_of(page.text[line.start : line.end]) if stem in counts)
        for line in page.lines[:first]
        if page.kinds.furniture[line.number - 1]
    ]
    best = max(heads, key=len, default=frozenset[str]())
    return best if len(best) >= _FEWEST_HEADING_STEMS else frozenset()


def _stems_of(text: str) -> frozenset[str]:
    words_of = (word.strip(_EDGES) for word in text.lower().split())
    return frozenset(stem for word in words_of if word and (stem := _stem(word)))


def _signs(page: Page, n: int, stems: Sequence[str], speaks: bool, title: frozenset[str], weights: Weights) -> float:
    held = page.tokens.between(page.lines[n].start, page.lines[n].end)
    first = page.tokens.lows[held.start]
    score = weights.voice * speaks + weights.figure * bool(page.document.mentions_in(n + 1))
    if title:
        score += weights.title * len(title.intersection(stems)) / len(title)
    unclear = any(page.tokens.lows[i] in _UNCLEAR for i in held[:4])
    if first in words("grammar", "pronouns") or unclear:
        score -= weights.pronoun
    return score - weights.short * max(0.0, 1 - len(stems) / 8)


def _stems(page: Page, n: int) -> tuple[str, ...]:
    """The distinct content words of a sentence, stemmed, in text order."""
    held = page.tokens.between(page.lines[n].start, page.lines[n].end)
    found = dict.fromkeys(map(_stem, page.tokens.lows[held.start : held.stop]))
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
