"""Verdicts: what the author says "I" of, for or against, in an article's own voice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from summarise.clients.mock.clauses import Clause
from summarise.clients.mock.lexicon import forms
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.sentiment import balance
from summarise.clients.mock.stances import object_right
from summarise.clients.mock.telling import Telling
from summarise.clients.mock.turns import questions
from summarise.schema import DraftStance

_HOLDS = frozenset({"think", "believe"})
_THIS = frozenset({"this", "that", "it"})
_IS = frozenset({"is", "was"})
_DECIDES = frozenset({"vote", "decide", "agree", "plan", "offer", "move"})
_FARTHEST_TO = 8
_LONGEST_VERDICT = 6
# "This" is what was decided in the same paragraph or the one before.
_FARTHEST = 1


def verdicts(page: Page, told: Mapping[int, Telling]) -> list[DraftStance]:
    """ "The council voted to move the market. I think this is a mistake.": the author is against "move the market".

    A decision may stand in a sentence that somebody else tells, a verdict may not.
    """
    found: list[DraftStance] = []
    decided: tuple[Line, str] | None = None
    interview = bool(questions(page))
    for line, clause, claimable in zip(page.lines, page.clauses, page.kinds.claimable, strict=True):
        if not claimable or not line.is_prose:
            continue
        sign = 0 if interview or _is_anothers(page, told.get(line.number)) else _verdict(clause)
        if sign and decided and line.paragraph - decided[0].paragraph <= _FARTHEST:
            sentences = [decided[0].number, line.number]
            found.append(DraftStance(holder=None, target=decided[1], polarity="favour" if sign > 0 else "against", sentences=sentences))
            decided = None
        decision = next(_decisions(clause), None)
        decided = (line, decision) if decision else decided
    return found


def _is_anothers(page: Page, telling: Telling | None) -> bool:
    """Whether a sentence is somebody's but the author's, whose "I think" is a telling too."""
    if telling is None:
        return False
    source = telling.voice.attribution.source
    return source is None or page.tokens.lows[source.start : source.stop] != ["i"]


def _verdict(clause: Clause) -> int:
    """The sign of "I think this is a mistake" at the head of a sentence; 0 for anything else."""
    k = 3 if clause.low(2) == "that" and clause.low(3) in _THIS else 2
    if clause.low(0) != "i" or clause.low(1) not in _HOLDS or clause.low(k) not in _THIS or clause.low(k + 1) not in _IS:
        return 0
    end = next((i for i in range(k + 2, k + 2 + _LONGEST_VERDICT) if clause.low(i) in {"", ",", ".", ";"}), k + 2 + _LONGEST_VERDICT)
    value = balance(clause.lows[k + 2 : end])
    return (value > 0) - (value < 0)


def _decisions(clause: Clause) -> Iterator[str]:
    """What somebody voted or decided to do: a verb and its object."""
    known = forms("stances", "governs")
    for k, low in enumerate(clause.lows):
        if known.get(low) in _DECIDES and low != known[low]:
            to = next((i for i in range(k + 1, k + 1 + _FARTHEST_TO) if clause.low(i) == "to" and clause.low(i + 1).isalpha()), None)
            phrase = object_right(clause, to + 2) if to is not None else None
            if to is not None and phrase and clause.items[to + 1] >= 0:
                yield clause.tokens.phrase(clause.items[to + 1], phrase.stop)
