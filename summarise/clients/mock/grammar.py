"""Grammar: subjects, objects and cue verbs of a clause, by bounded walks over its tokens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from summarise.clients.mock.lexicon import forms, words
from summarise.text.tokens import Tokens

_LONGEST_SUBJECT = 32
_LONGEST_INVERTED = 14
_STOPS = frozenset(',;:()[]—–―"“”‘|')
_FULL_STOPS = frozenset(".!?…")
_TIME_LEADS = frozenset("this last next earlier".split())
_TIME_UNITS = frozenset("day week weekend month quarter year spring summer autumn fall winter season morning afternoon evening".split())
_TRAILING = frozenset("both just".split())
_BARE_AUXILIARIES = frozenset(
    "has have had is are was were would will could may might must should can do does did be been being ll ve re d".split()
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: the tokens [start, stop) of the document, the items [at, beyond) of its sentence."""

    start: int
    stop: int
    at: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Clause:
    """The items of a sentence with their words, as written and in lower case; a quote counts as the word '"'."""

    tokens: Tokens
    items: Sequence[int]
    lows: Sequence[str]
    words: Sequence[str]

    def low(self, k: int) -> str:
        """The item at k in lower case; "" past either end."""
        return self.lows[k] if 0 <= k < len(self.lows) else ""

    def word(self, k: int) -> str:
        return self.words[k] if 0 <= k < len(self.words) else ""

    def phrase(self, start: int, stop: int) -> Phrase | None:
        """The items [start, stop) as a phrase; None for no items, or where one is a quote."""
        held = self.items[start:stop]
        if start >= stop or any(item < 0 for item in held):
            return None
        return Phrase(held[0], held[-1] + 1, start, stop)


def is_verb(low: str) -> bool:
    return low in words("grammar", "verbs") or low in words("grammar", "auxiliaries") or low in forms("cues", "says")


def before_verb(clause: Clause, k: int) -> int:
    """The place just left of a verb at k and of the adverbs and auxiliaries that belong to it."""
    j = k - 1
    while j >= 0 and k - j < 8 and clause.items[j] >= 0 and _belongs_to_verb(clause.low(j)):
        j -= 1
    return j


def _belongs_to_verb(low: str) -> bool:
    return low in _BARE_AUXILIARIES or low in words("grammar", "negations") or low in words("grammar", "adverbs") or low.endswith("ly")


def subject_left(clause: Clause, k: int) -> Phrase | None:
    """The noun phrase that is the subject of the verb at k, where it stands to the left."""
    j = before_verb(clause, k)
    low = clause.low(j)
    if j < 0 or clause.items[j] < 0:
        return None
    if low in words("grammar", "pronouns") or low in words("grammar", "relatives"):
        return clause.phrase(j, j + 1)
    if low in {"and", "or", "but"}:
        return None
    if low in {",", ")"}:
        return _behind_apposition(clause, j)
    return _walk_left(clause, j + 1)


def _walk_left(clause: Clause, stop: int) -> Phrase | None:
    """The noun phrase that ends just before item `stop`."""
    j = stop
    while j > 0 and stop - j < _LONGEST_SUBJECT and not _bounds_left(clause, j - 1, stop):
        j -= 1
    return _clean_left(clause, j, stop)


def _bounds_left(clause: Clause, k: int, stop: int) -> bool:
    low = clause.low(k)
    if low == ".":
        return not _is_abbreviation(clause.low(k - 1))
    if low in _STOPS or low in _FULL_STOPS or low in words("grammar", "subordinators"):
        return True
    return is_verb(low) and k < stop - 1


def _is_abbreviation(low: str) -> bool:
    return len(low) == 1 or low in words("people", "titles")


def _clean_left(clause: Clause, start: int, stop: int) -> Phrase | None:
    """Cut what stands before a subject at the head of a clause: openers, times, one phrase with a preposition ("In May officials")."""
    while start < stop and _is_opening(clause, start):
        start += 1
    if start + 2 < stop and clause.low(start) in _TIME_LEADS and clause.low(start + 1) in _TIME_UNITS:
        start += 2
    if start < stop and clause.low(start) in words("grammar", "prepositions"):
        start = _past_preposition(clause, start, stop)
    while start < stop and _is_opening(clause, start):
        start += 1
    return clause.phrase(start, _before_time(clause, start, stop))


def _before_time(clause: Clause, start: int, stop: int) -> int:
    """The end of a subject without the time behind it: "the bank on Tuesday", "Roe just this month"."""
    end = stop
    while end - start > 1:
        if _names_time(clause.low(end - 2), clause.low(end - 1)):
            end -= 2
        elif clause.low(end - 1) in _TRAILING:
            end -= 1
        else:
            break
    return end if end > start else stop


def _names_time(lead: str, low: str) -> bool:
    if lead == "on":
        return low in words("grammar", "weekdays")
    return lead in _TIME_LEADS and low in _TIME_UNITS


def _is_opening(clause: Clause, k: int) -> bool:
    low = clause.low(k)
    return low in words("grammar", "openers") or low in words("grammar", "adverbs") or low in {"of", "s", "both"}


def _past_preposition(clause: Clause, start: int, stop: int) -> int:
    """The place where the subject begins behind "In Moscow": the last determiner, the name after the first one, or the last word."""
    inside = range(start + 2, stop)
    for k in reversed(inside):
        if clause.low(k) in words("grammar", "determiners") and clause.low(k - 1) not in words("grammar", "prepositions"):
            return k
    for k in inside:
        if clause.low(k) in words("people", "titles"):
            return k
    return max(start + 1, stop - 1)


def _behind_apposition(clause: Clause, comma: int) -> Phrase | None:
    """The subject in "Jane Roe, head of the bank, said" and "Roe, who had told them that …, said": the first segment that is no aside."""
    joints = [k + 1 for k in range(comma) if clause.low(k) == "," and clause.low(k + 1) in {"and", "but", "while"}]
    start = joints[-1] + 1 if joints else 0
    cuts = [start - 1, *(k for k in range(start, comma) if clause.low(k) in {",", "(", ")"} or clause.items[k] < 0), comma]
    for left, right in itertools.pairwise(cuts):
        if _is_subject_like(clause, left + 1, right):
            return _clean_left(clause, left + 1, right)
    return None


def _is_subject_like(clause: Clause, start: int, stop: int) -> bool:
    """A segment that begins as a noun phrase and holds no verb."""
    if start >= stop or stop - start > _LONGEST_SUBJECT or clause.phrase(start, stop) is None:
        return False
    low = clause.low(start)
    if low in words("grammar", "prepositions") or low in words("grammar", "subordinators") or low.endswith(("ing", "ly")):
        return False
    return not any(_acts(clause, k) for k in range(start, stop))


def _acts(clause: Clause, k: int) -> bool:
    """Whether the word at k is a verb with something behind it, and no noun or name."""
    low = clause.low(k)
    past = low.endswith("ed") and clause.low(k + 1) in words("grammar", "determiners")
    noun = clause.low(k - 1) in words("grammar", "determiners")
    return (past or (is_verb(low) and not noun)) and not clause.word(k)[:1].isupper()


def subject_right(clause: Clause, k: int) -> Phrase | None:
    """The noun phrase behind an inverted verb at k ("said John Smith, a baker")."""
    start, j = k + 1, k + 1
    while j < len(clause.items) and j - start < _LONGEST_INVERTED and not _bounds_right(clause, j, start):
        j += 1
    while j > start and clause.low(j - 1) in words("grammar", "prepositions"):
        j -= 1
    return clause.phrase(start, j)


def _bounds_right(clause: Clause, k: int, start: int) -> bool:
    low = clause.low(k)
    if low == ".":
        return not (_is_abbreviation(clause.low(k - 1)) and k + 1 < len(clause.items))
    if (
        low == '"'
        or low in _STOPS
        or low in _FULL_STOPS
        or low in words("grammar", "subordinators")
        or low in words("grammar", "relatives")
    ):
        return True
    if low in words("grammar", "prepositions"):
        return low not in {"of", "for", "at", "with", "from"} or (clause.word(k - 1)[0].isupper() and low in {"at", "with", "from", "for"})
    if low in words("grammar", "adverbs") or low in words("grammar", "times"):
        return True
    return is_verb(low) and k > start and clause.low(k - 1) not in words("grammar", "determiners")


_NOUN_LEADS = frozenset("the a an his her its their my our your no this these those any some new".split())
_NEGATIONS = frozenset("not never n't t hardly cannot".split())
_UNREAL = frozenset("would could should may might must can will shall d ll".split())
_BE = frozenset("is are was were be been being m".split())
_ORDER = ("tells", "denies", "demands", "predicts", "says", "shows", "believes", "judges")


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb at item `k` of its sentence that may introduce a statement; `width` counts its items ("called for": 2)."""

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
    if low in {"state", "states"}:
        return True
    if word[0].isupper():
        return True
    if before in {"s", "'", "’"} or before in _NOUN_LEADS or clause.low(k + 1) in {"of", "'s", "’s"}:
        return low not in {"said", "says"}
    return before in words("grammar", "prepositions") and not low.endswith("ing")


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
