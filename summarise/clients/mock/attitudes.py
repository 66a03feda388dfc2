"""Attitudes: whether a sentence shows one of two given names to be for or against the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from summarise.clients.mock import sentiment
from summarise.clients.mock.lexicon import forms, sections, words
from summarise.clients.mock.tokens import Tokens

# Between a sign and the name that it is about, in tokens.
_FARTHEST = 20
_LONGEST_NAME = 8
_LONGEST_CLAUSE = 20
# Left of a sign: what turns it round, and what makes it a mere possibility.
_NEGATED = 3
_SUPPOSED = 7
# From a noun of blame to its preposition ("a lawsuit in Oslo against"); one of praise stands right before its own.
_LOOSE = 4
_QUOTES = frozenset("“ ” \" ' ’ ‘ `` ''".split())
_INSTEAD = frozenset({"rather", "instead"})
_SUPPOSING = frozenset({"if", "whether"})
_LINKING = frozenset("is are was were be been being has have had as of once long".split())
_ASKING = frozenset({"how", "why", "what"})
_FROM = frozenset({"from", "by", "among"})
# The governor of a direct object: none but the verb itself.
_DIRECT = ""


def direction(tokens: Tokens, holder: int, target: int) -> int:
    """Whether the sentence shows the name that begins at one token for (+1) or against (-1) the one at the other; 0 where it shows nothing.

    For measurement: it is asked about a given pair and takes weaker signs than a draft would.
    """
    return _onward(tokens, holder, target) if holder < target else _backward(tokens, target, holder) if target < holder else 0


def _onward(tokens: Tokens, holder: int, target: int) -> int:
    """ "X attacked Y", "X voiced support for Y", "X alleged that Y …", "X said that Y is a liar": the sign nearest to Y counts."""
    start = _name_end(tokens, holder, target)
    governor = _governor(tokens, start, target)
    for k in range(target - 1, max(start, target - _FARTHEST) - 1, -1):
        named = tokens.words[k][0].isupper() and k > start
        if not named and (sign := _judgement(tokens, start, k, target, governor) or _cue(tokens, start, k, governor)):
            return sign
    told = governor >= start and tokens.lows[governor] == "that"
    return _kin(tokens, start, target) or (_said_of(tokens, target) if told else 0)


def _backward(tokens: Tokens, target: int, holder: int) -> int:
    """ "Y was attacked by X", "Y, backed by X", "Y came under criticism from X"."""
    start = _name_end(tokens, target, holder)
    governor = _governor(tokens, start, holder)
    return _stirred(tokens, start, governor, holder) or (
        _agent(tokens, start, governor) if governor > start and tokens.lows[governor] in _FROM else 0
    )


def _agent(tokens: Tokens, start: int, governor: int) -> int:
    """The sign of the word before "by X" or "from X"."""
    k, low = governor - 1, tokens.lows[governor - 1]
    links = _frames().get(low, {})
    if tokens.lows[governor] == "by" and _DIRECT in links and low.endswith(("ed", "en")):
        return _weighed(tokens, start, k, links[_DIRECT])
    undergoes = not words("stances", "undergoes").isdisjoint(tokens.lows[start:k])
    return next((sign for link, sign in links.items() if link != _DIRECT), 0) if undergoes else 0


def _stirred(tokens: Tokens, start: int, governor: int, holder: int) -> int:
    """ "Y angered X"."""
    for section, sign in (("stirs_for", 1), ("stirs_against", -1)):
        for k in range(max(start, governor), holder):
            if tokens.lows[k] in forms("stances", section):
                return _weighed(tokens, start, k, sign)
    return 0


def _kin(tokens: Tokens, start: int, target: int) -> int:
    """ "X, Y's rival", "X is one of Y's strongest critics"."""
    between = tokens.lows[start:target]
    if not between or any(low[0].isalnum() and low not in _LINKING and low not in words("grammar", "determiners") for low in between):
        return 0
    end = _name_end(tokens, target, len(tokens.lows))
    return next((sign for low in tokens.lows[end : end + 4] if (sign := _person(low))), 0)


def _person(low: str) -> int:
    return (low in words("stances", "people_for")) - (low in words("stances", "people_against"))


def _cue(tokens: Tokens, start: int, k: int, governor: int) -> int:
    """The sign of a word whose frame the name fills: a direct object, or one behind the word's own preposition."""
    links = _frames().get(tokens.lows[k])
    if not links:
        return 0
    link = tokens.lows[governor] if governor > k else _DIRECT
    if link in _ASKING and tokens.lows[k] in _verbs():
        link = _DIRECT
    sign = links.get(link, 0)
    misfit = link != _DIRECT and _is_loose(tokens, start, k, governor, sign)
    return 0 if misfit else _weighed(tokens, start, k, sign)


def _is_loose(tokens: Tokens, start: int, k: int, governor: int, sign: int) -> bool:
    """Whether a noun stands too far from its preposition, or is another's ("Roe's attack on Y")."""
    apart = governor > k + (1 if sign > 0 else _LOOSE)
    return apart or (k - 1 > start and (tokens.lows[k - 1] == "s" or tokens.words[k - 1][0].isupper()))


def _weighed(tokens: Tokens, start: int, k: int, sign: int) -> int:
    """A sign after what stands before it: not to praise is to be against, not to blame is nothing."""
    if set(tokens.lows[max(start, k - _SUPPOSED) : k]) & _SUPPOSING:
        return 0
    return min(-sign, 0) if _is_negated(tokens, start, k) else sign


def _is_negated(tokens: Tokens, start: int, k: int) -> bool:
    before = set(tokens.lows[max(start, k - _NEGATED) : k])
    return bool(before & (words("sentiment", "negators") | forms("stances", "refuses").keys() | _INSTEAD))


def _judgement(tokens: Tokens, start: int, k: int, target: int, governor: int) -> int:
    """ "X called Y a disgrace"."""
    judges = tokens.lows[k] in forms("stances", "judges") and governor <= k and not _is_negated(tokens, start, k)
    return _said_of(tokens, target) if judges else 0


def _said_of(tokens: Tokens, target: int) -> int:
    """What the clause behind a name says of it."""
    start = _name_end(tokens, target, len(tokens.lows))
    end = next((j for j in range(start, min(start + _LONGEST_CLAUSE, len(tokens.lows))) if _closes(tokens, j)), start + _LONGEST_CLAUSE)
    value = sum(sentiment.sign(tokens.lows, j) for j in range(start, min(end, len(tokens.lows))))
    return (value > 0) - (value < 0)


def _name_end(tokens: Tokens, k: int, limit: int) -> int:
    """Past the name that begins at k, which is at least one token, and goes on in capitals and initials."""
    end = k + 1
    while end < min(limit, k + _LONGEST_NAME) and (
        tokens.words[end][0].isupper() or (tokens.words[end] == "." and len(tokens.words[end - 1]) <= 2)
    ):
        end += 1
    return end


def _governor(tokens: Tokens, start: int, name: int) -> int:
    """The place of the word that the noun phrase with the name hangs on: a verb, preposition, conjunction or sign; start - 1 for none.

    An apposition ("his partner, Jane Roe, of") and a second name ("John and Jane Roe") hang on what the first noun hangs on.
    """
    end = _name_end(tokens, name, len(tokens.lows))
    aside = end < len(tokens.lows) and tokens.lows[end] in {",", "."}
    for j in range(name - 1, start - 1, -1):
        if aside and _opens_aside(tokens, j):
            aside = False
        elif not _joins_names(tokens, j, start) and _governs(tokens, j):
            return j
    return start - 1


def _opens_aside(tokens: Tokens, j: int) -> bool:
    return (
        tokens.lows[j] == ","
        and j > 0
        and tokens.words[j - 1].isalpha()
        and tokens.words[j - 1][0].islower()
        and tokens.words[j + 1][0].isupper()
    )


def _joins_names(tokens: Tokens, j: int, start: int) -> bool:
    return tokens.lows[j] == "and" and j > start and tokens.words[j - 1][0].isupper()


def _governs(tokens: Tokens, j: int) -> bool:
    low = tokens.lows[j]
    if not low[0].isalnum():
        return low not in _QUOTES and (low != "." or _closes(tokens, j))
    kinds = ("prepositions", "subordinators", "auxiliaries", "verbs")
    if low in {"and", "or"} or any(low in words("grammar", kind) for kind in kinds):
        return True
    noun = tokens.words[j][0].isupper() or (j > 0 and tokens.lows[j - 1] in words("grammar", "determiners"))
    return _DIRECT in _frames().get(low, {}) and not noun


def _closes(tokens: Tokens, j: int) -> bool:
    """Whether the sign at j ends a sentence or a half of one; the full stop of an initial or a title does not."""
    if tokens.lows[j] != ".":
        return tokens.lows[j] in {"!", "?", ";"}
    before = tokens.words[j - 1] if j else ""
    abbreviates = len(before) <= 3 and (before[:1].isupper() or before.lower() in words("people", "titles"))
    return not (abbreviates and j + 1 < len(tokens.words) and tokens.words[j + 1][0].isupper())


@cache
def _verbs() -> frozenset[str]:
    """Every form of the verbs of plain support and opposition."""
    return frozenset(form for section in ("for", "against") for form in forms("stances", section) if "_" not in form)


@cache
def _frames() -> dict[str, dict[str, int]]:
    """For each word that shows an attitude, its sign by what the name hangs on: a preposition, "that", or nothing."""
    table: dict[str, dict[str, int]] = {}
    for section, sign in (("for", 1), ("against", -1), ("acts_for", 1), ("acts_against", -1)):
        _enter(table, forms("stances", section), sign)
    for section, sign in (("frames_for", 1), ("frames_against", -1)):
        _enter(table, sections("stances")[section], sign)
    _enter(table, [form + link for form in forms("stances", "accuses") for link in ("", "_that")], -1)
    return table


def _enter(table: dict[str, dict[str, int]], entries: Iterable[str], sign: int) -> None:
    """The first list that holds a frame settles it."""
    for entry in entries:
        word, _, link = entry.partition("_")
        table.setdefault(word, {}).setdefault(link, sign)
