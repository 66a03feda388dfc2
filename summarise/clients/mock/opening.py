"""Opening: which sentences only set a scene or speak of the author, and which one says what the article is about."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.ranking import Ranking

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


def scenes(page: Page, ranking: Ranking, told: Collection[int]) -> frozenset[int]:
    """The indices of the sentences of a paragraph that sets a scene: a day, a place, somebody at something, nothing of the title."""
    early = [n for n, score in enumerate(ranking.scores) if score][: 2 * _EARLY]
    opened = {page.lines[n].paragraph for n in early[:_EARLY] if n + 1 not in told and _sets_scene(page, ranking, n)}
    return frozenset(n for n in early if page.lines[n].paragraph in opened)


def _sets_scene(page: Page, ranking: Ranking, n: int) -> bool:
    lows = _spoken(page, page.lines[n])
    if ranking.title & ranking.stems[n]:
        return False
    day, mine = bool(_DAY_PARTS.intersection(lows[:_EARLY])), bool(_MINE.intersection(lows))
    placed = any(a in _BE and (b in _PLACES or b.endswith("ing")) for a, b in itertools.pairwise(lows))
    signs = day + mine + placed + ("when" in lows[1:]) + bool(_HIS.intersection(lows))
    return (day or mine) and signs >= _FEWEST_SIGNS + (not ranking.title)


def is_personal(page: Page, line: Line) -> bool:
    """Whether the article's own words speak of its author: "I", "me" or "my" outside of quotes."""
    return bool(_MINE.intersection(_spoken(page, line)))


def _spoken(page: Page, line: Line) -> list[str]:
    """The words of a line outside of quotes, in lower case."""
    return [page.tokens.lows[item] for item in line.items if item >= 0 and page.tokens.words[item][0].isalnum()]


def standfirst(page: Page) -> list[Line]:
    """The sentences of a paragraph in emphasis ("*…*") that stands before all others: what the editors say the article is about."""
    first = next((line for line, claimable in zip(page.lines, page.kinds.claimable, strict=True) if claimable), None)
    if first is None or not page.text.startswith(_EMPHASIS, first.start):
        return []
    lines = list(itertools.takewhile(lambda line: line.paragraph == first.paragraph, page.lines[first.number - 1 :]))
    return lines if page.text[: lines[-1].end].rstrip().endswith(_EMPHASIS) else []


def nut(scores: Sequence[float], barred: Collection[int]) -> int | None:
    """The index of the best of the first third of the statements, the scores being those of place and words alone; None for none."""
    able = [n for n, score in enumerate(scores) if score]
    early = [n for n in able[: max(_NUT_LEAST, len(able) // _NUT_SHARE)] if n not in barred]
    return max(early, key=lambda n: scores[n], default=None)
