"""Continuations: quotes without a cue of their own, which belong to whoever spoke last or to the subject of their sentence."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from summarise.clients.mock.attribution import Attribution, Span, find_attributions
from summarise.clients.mock.clauses import Clause, Phrase
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.quotes import Quote
from summarise.clients.mock.source import first_subject
from summarise.clients.mock.turns import find_turns

_FARTHEST = 2
_LONGEST_NAME = 6
_DASHES = frozenset({"—", "–", "―"})
# Cues whose quotes do not go on in the next sentence.
_SILENT = frozenset({"judges", "believes", "shows", "predicts"})


def attributions(page: Page) -> list[Attribution]:
    """All attributions of an article, in text order, with the quotes that go on from one to the next."""
    turns = find_turns(page)
    reader = _Reader(page, _without_turns(find_attributions(page), turns) + turns)
    for n, quote in page.speech:
        reader.place(n, quote)
    return sorted(reader.read(), key=lambda a: (a.start, a.sentence))


def _without_turns(found: list[Attribution], turns: list[Attribution]) -> list[Attribution]:
    """Those that are not read out of the label of a turn."""
    labels = {turn.cue_at for turn in turns}
    return [a for a in found if a.cue_at not in labels]


@dataclass
class _Reader:
    """`_before` is the attribution that a quote may continue, `_last` its last stretch.

    Further stretches are kept in `_tails`, by the place of their attribution in `found`: to add each at once would copy those before it.
    """

    page: Page
    found: list[Attribution]

    def __post_init__(self) -> None:
        self.found.sort(key=lambda a: a.spans[0])
        self.added: list[Attribution] = []
        self._tails: dict[int, list[Span]] = {}
        self._starts = [line.start for line in self.page.lines]
        self._next = 0
        self._before: Attribution | None = None
        self._last: Span = (0, 0)
        self._reached = 0

    def place(self, n: int, quote: Quote) -> None:
        """Give quote `n` to the attribution that it continues, or to one of its own."""
        self._move_to(quote.start)
        line = self.page.lines[bisect_right(self._starts, quote.start) - 1]
        if not line.is_prose:
            return
        upcoming = self.found[self._next] if self._next < len(self.found) else None
        if quote.start < self._reached or (upcoming and upcoming.start < quote.end) or self.page.kinds.furniture[line.number - 1]:
            return
        made = self._signed(line, quote) or self._continued(line, n, quote) or self._beside(line, n, quote)
        if made:
            self.added.append(made)
            self._before, self._last, self._reached = made, made.spans[-1], quote.end

    def read(self) -> list[Attribution]:
        """What was found, with the quotes that continue it, and what was added."""
        longer = (replace(a, spans=(*a.spans, *self._tails.get(n, ()))) for n, a in enumerate(self.found))
        return [*longer, *self.added]

    def _move_to(self, start: int) -> None:
        while self._next < len(self.found) and self.found[self._next].start <= start:
            self._before = self.found[self._next]
            self._last = self._before.spans[-1]
            self._reached = max(self._reached, self._last[1])
            self._next += 1

    def _continued(self, line: Line, n: int, quote: Quote) -> Attribution | None:
        """The quote as a part, or a successor, of the attribution before it; None where it does not stand on its own."""
        before = self._before
        if before is None or before.source is None or before.kind in _SILENT or not self._is_bare(line, n):
            return None
        earlier = self.page.lines[bisect_right(self._starts, self._last[0]) - 1]
        if line.paragraph - earlier.paragraph >= _FARTHEST:
            return None
        if line.paragraph == earlier.paragraph:
            self._extend(before, quote)
            return None
        return Attribution(line.number, ((quote.start, quote.end),), before.source, before.cue, "quote", before.cue_at)

    def _is_bare(self, line: Line, n: int) -> bool:
        """Whether a quote is all of its sentence but a word or two."""
        others = [i for i in line.items if i >= 0 and self.page.tokens.words[i][0].isalnum()]
        return ~n in line.items and len(others) <= 1

    def _extend(self, before: Attribution, quote: Quote) -> None:
        self._last, self._reached = (quote.start, quote.end), quote.end
        if self._next and self.found[self._next - 1] is before:
            self._tails.setdefault(self._next - 1, []).append(self._last)

    def _beside(self, line: Line, n: int, quote: Quote) -> Attribution | None:
        """A quote within a sentence that has no cue: it belongs to the subject, if that is a person or one of their pronouns."""
        clause = self.page.clauses[line.number - 1]
        at = line.items.index(~n) if ~n in line.items else -1
        source = (self._label(clause, at) or first_subject(clause, at)) if at > 0 else None
        if source is None or not self._is_somebody(source):
            return None
        return Attribution(
            line.number, ((quote.start, quote.end),), source, "", "beside", line.items[0] if line.items[0] >= 0 else source.start
        )

    def _signed(self, line: Line, quote: Quote) -> Attribution | None:
        """A quote with a name behind a dash: "Come and see." — Jane Roe."""
        tokens = self.page.tokens
        dash = tokens.between(0, quote.end).stop
        if dash + 1 >= len(tokens.lows) or tokens.lows[dash] not in _DASHES or self._is_letter(quote.end):
            return None
        stop = dash + 1
        while stop < len(tokens.lows) and stop - dash <= _LONGEST_NAME and (tokens.words[stop][0].isupper() or tokens.lows[stop] == "."):
            stop += 1
        ends = (
            stop == len(tokens.lows)
            or "\n" in self.page.text[tokens.ends[stop - 1] : tokens.starts[stop]]
            or tokens.lows[stop] in {"“", '"', ","}
        )
        source = Phrase(dash + 1, stop - (tokens.lows[stop - 1] == "."), 0, 0)
        if not ends or source.stop <= source.start:
            return None
        return Attribution(line.number, ((quote.start, quote.end),), source, "—", "quote", dash)

    def _is_letter(self, at: int) -> bool:
        return self.page.text[at : at + 1].isalnum()

    def _label(self, clause: Clause, at: int) -> Phrase | None:
        """The name at the head of "Jane Roe, editor of the Post: …"."""
        if clause.low(at - 1) != ":":
            return None
        stop = next(k for k in range(at) if clause.low(k) in {",", ":", "("})
        return clause.phrase(0, stop) if 0 < stop <= _LONGEST_NAME else None

    def _is_somebody(self, source: Phrase) -> bool:
        lows = self.page.tokens.lows[source.start : source.stop]
        return lows[-1] in {"he", "she"} or self.page.tokens.words[source.stop - 1][0].isupper()
