"""The content of a statement: where what a cue hands over begins and ends."""

from __future__ import annotations

from summarise.clients.mock.clauses import Clause, is_verb
from summarise.clients.mock.cues import Cue
from summarise.clients.mock.lexicon import forms, words

_CLOSERS = frozenset({".", "!", "?", "…"})
_DASHES = frozenset({"—", "–", "―", "--"})
_FEWEST_CLAUSE_WORDS = 2
_LONGEST_ADDRESSEE = 8
_ADJUNCT_LEADS = frozenset("on in at during to by via through last this earlier before after from as".split())
PARTICIPLES = frozenset("saying adding noting arguing claiming insisting telling warning calling citing writing stating suggesting".split())
_SAID = frozenset("said says told added noted wrote argued warned tells claimed claims adds".split())
_WISHES = frozenset("want hope seek prefer plan intend wish expect".split())
_NO_CONTENT = frozenset({"yes", "nothing", "so", "little", "much", "about", "over"})
# Verbs that are as often followed by a thing as by a statement.
_TAKES_THINGS = frozenset(
    "write announce report reveal disclose highlight post recall repeat confirm release promise claim proclaim note detail".split()
)
_NO_CLAUSE = frozenset({"of", "in", "on", "for", "with", "out", "up"})


def behind_cue(clause: Clause, cue: Cue) -> int:
    """The item where what follows a cue begins: behind the addressee, the time and place of saying, "that" and a colon."""
    k = cue.k + cue.width
    if cue.kind == "tells" or (clause.low(k) in {"me", "us", "him", "her", "them"} and cue.kind == "says"):
        k = _behind_addressee(clause, k)
    while True:
        low = clause.low(k)
        if (
            low in words("grammar", "weekdays")
            or low in words("grammar", "times")
            or (low.endswith("ly") and clause.low(k + 1) in {",", ".", "that", '"', ":"})
        ):
            k += 1
        elif low in _ADJUNCT_LEADS and cue.kind in {"says", "tells"}:
            behind = _behind_adjunct(clause, k)
            if behind == k:
                return k
            k = behind
        else:
            break
    if clause.low(k) == "," and clause.low(k + 1) in words("grammar", "openers") and clause.low(k + 2) == ",":
        k += 2
    if clause.low(k) == "," and clause.low(k + 1) in {"that", '"'}:
        k += 1
    return k + 1 if clause.low(k) in {"that", ":"} else k


def _behind_addressee(clause: Clause, k: int) -> int:
    low, start = clause.low(k), k
    if low in words("grammar", "determiners"):
        k += 1
    while k - start < _LONGEST_ADDRESSEE and clause.word(k)[:1].isupper() and clause.low(k) not in words("grammar", "pronouns"):
        k += 1
    if k == start or (low in words("grammar", "determiners") and k == start + 1):
        k += 1
    return k


def _behind_adjunct(clause: Clause, k: int) -> int:
    """Past "in a statement on Monday": to the next comma, colon, "that", quote or end nearby; `k` where there is none."""
    for j in range(k + 1, min(k + 14, len(clause.items))):
        low = clause.low(j)
        if low == '"' and clause.low(j - 1) in {"s", "on", "to"}:
            continue
        if low in {"that", ":", '"', ","} or low in _CLOSERS:
            return j
        if low in forms("cues", "says") or (low in words("grammar", "pronouns") and low != "her"):
            return j if low in {"he", "she", "they", "it", "we", "i"} else k
    return k


def content_start(clause: Clause, end: int) -> int:
    """Where what is said begins, seen from its end: the start of the sentence, behind its opening word, or a clause of its own."""
    start = 0
    while start < end and (clause.low(start) in words("grammar", "openers") or clause.low(start) == ","):
        start += 1
    for k in range(end - 1, max(start, end - 80), -1):
        if clause.low(k) == ";" and clause.items[k] >= 0:
            return k + 1
    return start


def content_end(clause: Clause, start: int, *, judged: bool = False) -> int:
    """Where what is said ends: with the sentence, or before a new cue ("…, adding that", "…, but Lind said", "…, according to")."""
    for k in range(start + 1, len(clause.items)):
        low = clause.low(k)
        if low in {",", ";"} or low in _DASHES:
            if judged or _new_cue(clause, k + 1):
                return k
        elif low in {"and", "but", "while"} and _new_cue(clause, k + 1, near=3):
            return k
    end = len(clause.items)
    return end - 1 if end > start and clause.low(end - 1) in _CLOSERS else end


def _new_cue(clause: Clause, k: int, near: int = 7) -> bool:
    """Whether a new attribution begins at k: a participle cue, or a cue verb shortly behind a name or pronoun."""
    low = clause.low(k)
    if low in {"and", "but", "while", "though", "although"}:
        return _new_cue(clause, k + 1, near=7)
    if low == "as" and (clause.low(k + 1) in forms("cues", "tells") or clause.low(k + 1) in forms("cues", "says")):
        return True
    if low in PARTICIPLES or (low == "according" and clause.low(k + 1) == "to") or low in forms("cues", "inverting"):
        return True
    head = clause.word(k)[:1].isupper() or low in {"he", "she", "they"} or low in words("grammar", "determiners")
    return head and any(clause.low(j) in _SAID for j in range(k + 1, min(k + near, len(clause.items))))


def is_lead_in(clause: Clause, end: int) -> bool:
    """Whether what stands before a subject only sets the scene: "In a statement," "Speaking in Rome,"."""
    start = content_start(clause, end)
    low = clause.low(start)
    if any(item < 0 for item in clause.items[start:end]):
        return False
    return low in words("grammar", "prepositions") or low in words("grammar", "subordinators") or low.endswith("ing") or end - start <= 3


def is_statement(clause: Clause, cue: Cue, start: int, end: int) -> bool:
    """Whether the items [start, end) can be what a cue of this kind hands over."""
    held, first = clause.items[start:end], clause.low(start)
    if any(item < 0 for item in held):
        return True
    if len(held) < _FEWEST_CLAUSE_WORDS or first in _CLOSERS:
        return False
    if cue.kind in {"judges", "demands", "denies"}:
        return first not in words("grammar", "prepositions") or cue.width == 2
    if first in words("grammar", "auxiliaries") or first in _NO_CONTENT:
        return False
    return _is_clause(clause, cue, start, end)


def _is_clause(clause: Clause, cue: Cue, start: int, end: int) -> bool:
    if clause.low(start - 1) == "that" or cue.base in _WISHES:
        return True
    if cue.kind in {"shows", "believes"}:
        return any(is_verb(low) for low in clause.lows[start + 1 : min(end, start + 14)])
    if cue.base == "agree" or clause.low(start) in _NO_CLAUSE:
        return False
    return cue.base not in _TAKES_THINGS or _has_verb(clause, start, end)


def _has_verb(clause: Clause, start: int, end: int) -> bool:
    """Whether a clause begins at `start` rather than a thing ("wrote the memo"): a verb stands before the first comma."""
    for k in range(start + 1, min(end, start + 14)):
        low = clause.low(k)
        if low == ",":
            return False
        if is_verb(low) or low.endswith("ed"):
            return True
    return False
