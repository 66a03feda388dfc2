"""How two statements stand to each other: one says what the other says, says the contrary, or cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from heapq import nlargest

from summarise.compare.claims.marks import opposed
from summarise.compare.claims.quantities import Quantity, matched
from summarise.compare.claims.statement import Statement, in_common, is_date_word

# Shares of the words, set on pairs of claims that were judged by hand.
_COVERED = 0.8
_ALIKE = 0.6
_SAME_EVIDENCE = 0.5
_TURNED = 0.75
_FRAME = 0.85
_RECAST = 0.9
_FEWEST = 4
_DAYS_APART = 2
# So many quotes of each are looked for within the other's; a claim of a model rests on six sentences at most.
_QUOTES = 12
_NEGATING = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
# A count that was still running when it was given says nothing against another one.
_RUNNING = frozenset("far now latest currently missing unaccounted toll counting morning evening tonight today yesterday".split())


@dataclass(frozen=True)
class Relation:
    """`contradicts` is the reason, None where both say the same. `likeness` is from 0 to 1."""

    likeness: float
    contradicts: str | None = None


def relation(stated: Statement, other: Statement) -> Relation | None:
    """What `other` says of what was `stated`; None where that is not certain. It may say more than that, but not less."""
    pair = _Pair(stated, other)
    if pair.is_one_wording:
        return pair.repeated() if pair.speaks_of_one_thing else None
    if not pair.can_be_compared or not pair.speaks_of_one_thing:
        return None
    if stated.is_negative != other.is_negative:
        return pair.turned()
    return pair.same() or pair.other_number()


@dataclass(frozen=True, eq=False)
class _Pair:
    a: Statement
    b: Statement

    @property
    def is_one_wording(self) -> bool:
        a, b = self.a, self.b
        return a.folded == b.folded and bool(a.folded) and a.values == b.values and a.signs == b.signs

    @property
    def can_be_compared(self) -> bool:
        """Cheap tests first: most pairs fail here."""
        a, b = self.a, self.b
        if len(a.features) < _FEWEST or len(self.common) < min(_FEWEST, _SAME_EVIDENCE * len(a.stems)):
            return False
        if (a.claim.mode == "demands") != (b.claim.mode == "demands") or opposed(a.poles, b.poles):
            return False
        # What is said of all is said of them.
        return a.lone == b.lone - ({"all"} - a.lone) and not self._have_other_names

    @property
    def speaks_of_one_thing(self) -> bool:
        """Whether nothing depends on who speaks, and some name, number or subject in common ties them together."""
        a, b = self.a, self.b
        if (a.is_personal or b.is_personal) and a.teller.isdisjoint(b.teller):
            return False
        if a.source.origin == b.source.origin:
            return True
        if a.points and b.points and a.teller != b.teller:
            return False
        shared = {name for name in a.names if name in b.stems and not is_date_word(name)}
        if shared or any(len(value.as_tuple().digits) >= 3 for value in a.values & b.values):
            return True
        return in_common(a.related, b.related) >= (1 if self.share_evidence else 2)

    def repeated(self) -> Relation | None:
        if (self.a.claim.mode == "demands") != (self.b.claim.mode == "demands"):
            return None
        if self.a.is_negative == self.b.is_negative:
            return Relation(1.0)
        return Relation(1.0, self._reason) if self._may_contradict else None

    def same(self) -> Relation | None:
        if self._lacks_a_number or self._is_recast or self._is_swapped:
            return None
        if self.covered >= _COVERED and self.alike >= _ALIKE:
            return Relation(self.alike)
        if self.share_evidence and ((self.covered >= _ALIKE and self.alike >= _SAME_EVIDENCE) or self.covered == 1):
            return Relation(self.alike)
        return None

    def turned(self) -> Relation | None:
        if self._lacks_a_number or self._is_swapped or self.covered < _COVERED or self.alike < _TURNED or not self._may_contradict:
            return None
        return Relation(self.alike, self._reason)

    def other_number(self) -> Relation | None:
        """The same words around another number of the same kind, at the same time as far as is known."""
        missing, extra = self.numbers
        if (
            len(missing) != 1
            or len(extra) != 1
            or self.b.claim.mode == "demands"
            or self.share_evidence
            or self._is_swapped
            or not self._may_contradict
        ):
            return None
        if self.framed < _FRAME or not self._at_one_time or not missing[0].is_apart_from(extra[0]):
            return None
        return Relation(self.framed, _other_number(missing[0].written, extra[0].written))

    @cached_property
    def common(self) -> frozenset[str]:
        return self.a.stems & self.b.stems

    @cached_property
    def numbers(self) -> tuple[list[Quantity], list[Quantity]]:
        """Those of each that the other has not."""
        return matched(self.a.quantities, self.b.quantities)

    @property
    def _shared_numbers(self) -> int:
        return len(self.a.quantities) - len(self.numbers[0])

    @cached_property
    def covered(self) -> float:
        return (len(self.common) + self._shared_numbers) / (len(self.a.stems) + len(self.a.quantities))

    @cached_property
    def alike(self) -> float:
        both = len(self.a.stems) + len(self.b.stems) + len(self.a.quantities) + len(self.b.quantities)
        return 2 * (len(self.common) + self._shared_numbers) / both

    @cached_property
    def framed(self) -> float:
        """Likeness of the words, whatever the numbers."""
        return 2 * len(self.common) / (len(self.a.stems) + len(self.b.stems))

    @cached_property
    def share_evidence(self) -> bool:
        a, b = self.a.quotes, self.b.quotes
        return not a.isdisjoint(b) or any(quote in other or other in quote for quote in _longest(a) for other in _longest(b))

    @property
    def _have_other_names(self) -> bool:
        """Each names somebody or some place that the other does not, or each another day."""
        a, b = ({is_date_word(x) for x in one.names if x not in other.stems} for one, other in ((self.a, self.b), (self.b, self.a)))
        return not a.isdisjoint(b)

    @property
    def _lacks_a_number(self) -> bool:
        """Whether the other leaves out a number, or has another time; to leave out the time is no lack."""
        missing, extra = self.numbers
        return any(q.kind != "time" for q in missing) or (bool(missing) and any(q.kind == "time" for q in extra))

    @property
    def _is_recast(self) -> bool:
        """The same words with the parts given to others: "A needs B" and "B needs A", "rose from 5 to 7" and "from 7 to 5"."""
        if self.framed < _RECAST or self.share_evidence:
            return False
        parts = [[(word if word[:5] in one.named else None) for word in one.sequence] for one in (self.a, self.b)]
        if parts[0] != parts[1] and [bool(part) for part in parts[0]] == [bool(part) for part in parts[1]]:
            return True
        numbers = [
            [q.value for q in one.quantities if q.kind != "time" and q.value in other.values]
            for one, other in ((self.a, self.b), (self.b, self.a))
        ]
        return numbers[0] != numbers[1] or (parts[0] == parts[1] and self.a.is_passive != self.b.is_passive)

    @property
    def _is_swapped(self) -> bool:
        """One word stands where the other has another one: "tin" and "copper", "safe" and "unsafe"."""
        a, b = ({word for word in one.full if word[:5] not in self.common} for one in (self.a, self.b))
        if any(f"{prefix}{word}" in others for prefix in _NEGATING for words, others in ((a, b), (b, a)) for word in words):
            return True
        if self.share_evidence:
            return False
        if len(a) == len(b) == 1:
            # "Did not sit" and "sat" are one word.
            alike = 1 if self.a.is_negative != self.b.is_negative else 4
            return next(iter(a))[:alike] != next(iter(b))[:alike]
        return any(self._stands_for(word) in b for word in a)

    def _stands_for(self, word: str) -> str | None:
        """What the other statement has in the very place where this one has `word`."""
        mine, its = self.a.sequence, self.b.sequence
        at = self.a.first_places[word]
        before, after = mine[at - 1] if at else "", mine[at + 1] if at + 1 < len(mine) else None
        if before not in self.b.first_places:
            return None
        place = self.b.first_places[before] + 1
        if place >= len(its) or its[place][:4] == word[:4]:
            return None
        return its[place] if after is None or its[place + 1 : place + 2] == [after] else None

    @property
    def _may_contradict(self) -> bool:
        """An article does not contradict itself in its own voice, nor does anybody in one sentence."""
        a, b = self.a, self.b
        if a.source.origin == b.source.origin or self.share_evidence:
            return bool(a.teller and b.teller) and a.teller.isdisjoint(b.teller)
        return True

    @property
    def _at_one_time(self) -> bool:
        a, b = self.a, self.b
        days = [_day(one.published) for one in (a, b)]
        if days[0] and days[1]:
            return abs((days[0] - days[1]).days) <= _DAYS_APART
        if a.published and b.published and a.published[:4] != b.published[:4]:
            return False
        return _RUNNING.isdisjoint(word.folded for one in (a, b) for word in one.tokens)

    @property
    def _reason(self) -> str:
        if self.b.claim.mode == "demands":
            return "demands the opposite"
        if not self.b.is_negative:
            return "says that it is so"
        return "denies it" if self.b.claim.mode == "denies" else "says that it is not so"


def _longest(quotes: frozenset[str]) -> list[str]:
    return nlargest(_QUOTES, quotes, key=lambda quote: (len(quote), quote))


def _other_number(stated: str, other: str) -> str:
    """What both are of is said once: "says 11 houses, not nine"."""
    words, others = stated.split(), other.split()
    while len(words) > 1 and len(others) > 1 and words[-1] == others[-1]:
        words.pop()
        others.pop()
    return f"says {other}, not {' '.join(words)}"


def _day(published: str | None) -> date | None:
    return date.fromisoformat(published) if published and len(published) == 10 else None
