"""Cues: the verbs and phrases of a line that may hand a statement to a speaker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from summarise.clients.mock.clauses import Clause, before_verb
from summarise.clients.mock.lexicon import forms, words

_NOUN_LEADS = frozenset("the a an his her its their my our your no this these those any some new".split())
_NEGATIONS = frozenset("not never n't t hardly cannot".split())
_UNREAL = frozenset("would could should may might must can will shall d ll".split())
_BE = frozenset("is are was were be been being m".split())
_ORDER = ("tells", "denies", "demands", "predicts", "says", "shows", "believes", "judges")


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb at item `k` of its line that may hand over a statement; `width` counts its items ("called for": 2)."""

    k: int
    width: int
    kind: str
    base: str


def find_cues(clause: Clause) -> Iterator[Cue]:
    table = cue_table()
    for k, low in enumerate(clause.lows):
        known = table.get(low)
        if known is not None:
            yield from _cue_at(clause, k, low, known)


def _cue_at(clause: Clause, k: int, low: str, known: dict[str, tuple[str, str]]) -> Iterator[Cue]:
    following = clause.low(k + 1)
    if following in known:
        yield Cue(k, 2, *known[following])
    elif "" in known and not _is_noun(clause, k, low):
        yield Cue(k, 1, *known[""])


@cache
def cue_table() -> dict[str, dict[str, tuple[str, str]]]:
    """For each inflected verb, what follows it ("" for nothing special) with the kind and base of the cue."""
    table: dict[str, dict[str, tuple[str, str]]] = {"according": {"to": ("according", "according to")}}
    for kind in _ORDER:
        for form, base in forms("cues", kind).items():
            verb, _, particle = form.partition("_")
            table.setdefault(verb, {}).setdefault(particle, (kind, base))
    return table


def _is_noun(clause: Clause, k: int, low: str) -> bool:
    """Whether a form such as "report" or "claims" stands where only a noun can."""
    before, word = clause.low(k - 1), clause.word(k)
    if low in {"state", "states"} and clause.low(k + 1) not in {"that", '"', ":"}:
        return True
    if word[0].isupper() and k > 0 and not low.endswith(("said", "says")):
        return True
    if before in {"s", "'", "’"} or before in _NOUN_LEADS or clause.low(k + 1) in {"of", "'s", "’s"}:
        return low not in {"said", "says"}
    return before in words("grammar", "prepositions") and before not in {"like", "than"} and not low.endswith("ing")


_ORDERS = frozenset({"order", "request"})


def is_unsaid(clause: Clause, cue: Cue) -> bool:
    """Denied, possible, passive and purposed saying: "did not say", "might argue", "is said to", "to tell"."""
    j = before_verb(clause, cue.k)
    between = {clause.low(i) for i in range(j + 1, cue.k)}
    if between & _NEGATIONS or between & _UNREAL or clause.low(j) == "to":
        return True
    if cue.base in _ORDERS and clause.low(cue.k + cue.width)[:1].isdigit():
        return True  # "ordered 9 engines": goods, no demand
    gerund = clause.low(cue.k).endswith("ing")
    return bool(between & _BE) and not gerund


def is_participle(clause: Clause, cue: Cue) -> bool:
    j = before_verb(clause, cue.k)
    return clause.low(cue.k).endswith("ing") and not any(clause.low(i) in _BE for i in range(j + 1, cue.k))
