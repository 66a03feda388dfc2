"""Opinion: what the author is against, where the article's own voice uses words that no report would."""

from __future__ import annotations

from collections.abc import Iterator

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page
from summarise.schema import DraftStance

# One loaded word may slip into a report; two sentences with one make an opinion piece.
_FEWEST_SENTENCES = 2
_NEAR = 2
_LONGEST = 5


def own_voice(page: Page, quoted: frozenset[int]) -> list[DraftStance]:
    """What loaded words of the article's own voice stand before ("reckless Ruritanian adventurism"); nothing in a report."""
    found: dict[str, list[int]] = {}
    for line, claimable in zip(page.lines, page.kinds.claimable, strict=True):
        if claimable and line.number not in quoted:
            for target in _loaded(page, line):
                found.setdefault(target, []).append(line.number)
    if len({number for numbers in found.values() for number in numbers}) < _FEWEST_SENTENCES:
        return []
    return [DraftStance(holder=None, target=target, polarity="against", sentences=numbers[:6]) for target, numbers in found.items()]


def _loaded(page: Page, line: Line) -> Iterator[str]:
    tokens = page.tokens
    held = [item for item in line.items if item >= 0]
    for item in held:
        if tokens.lows[item] in words("sentiment", "loaded") and tokens.words[item].islower():
            start = next((i for i in range(item + 1, min(item + 1 + _NEAR, held[-1])) if tokens.words[i][0].isupper()), None)
            stop = start or 0
            while start and stop <= held[-1] and stop - start < _LONGEST and _is_noun_like(tokens.lows[stop]):
                stop += 1
            if start and stop - start > 1:
                yield tokens.phrase(start, stop)


def _is_noun_like(low: str) -> bool:
    closed = ("prepositions", "auxiliaries", "subordinators", "pronouns", "determiners")
    return low.isalpha() and low not in {"and", "or"} and not any(low in words("grammar", kind) for kind in closed)
