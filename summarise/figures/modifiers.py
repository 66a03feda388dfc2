"""Modifiers of a figure: its bound ("at least", "or more") and its change ("rose by")."""

from __future__ import annotations

import re
from typing import cast

from summarise.figures.lexicon import word_class
from summarise.figures.model import Bound, Change, FoldedText, alternatives, pattern
from summarise.text.data_files import entries, sections

_BEFORE: dict[str, Bound] = {
    phrase: cast("Bound", bound)
    for bound, lines in sections(__package__, "data/bounds.txt").items()
    for line in lines
    for phrase in entries(line)
}
_LONGEST = max(len(phrase.split()) for phrase in _BEFORE)
# What may stand between the bound and its number.
_SKIPPED = frozenset("the a an only just".split())
# "all around the 37 metres": these prepositions are no bounds before an article.
_PLACES = frozenset("over about around above under below near some beyond".split())
_FINALS = {phrase.split()[-1] for phrase in _BEFORE}
_ENDINGS = _SKIPPED | _FINALS
# "3.9% above the 206 million of last year": there the number is the other side of a comparison.
_STANDING = frozenset("above below over under".split())
_COMPARED = pattern(r"(?:%|percent|per cent|percentage points?|points|times) (?:above|below|over|under) (?:the |a |an )?\Z")
_NO_COMPARATIVES = frozenset("other rather either neither another later earlier sooner".split())
_LESS = frozenset("weaker thinner narrower nearer closer smaller lesser fewer".split())
_WORD = pattern(r"[\w'&.;]+|[~≈≃∼∽≥≤⩾⩽]|[<>] ?=?")

_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (
        pattern(
            r"\+(?!\d)| (?:or|and) (?:more|above|over|greater|older|higher|longer|up|upwards|better|larger|later)\b(?! than)"
            r"|-?plus\b| plus\b(?! [\da-z])"
        ),
        "at_least",
    ),
    (pattern(r" (?:or|and) (?:less|fewer|below|under|lower|younger|smaller|cheaper|shorter)\b(?! than)| at (?:the )?most\b"), "at_most"),
    (pattern(r" (?:or so|or thereabouts|more or less|give or take)\b|-odd\b|-?ish\b"), "about"),
)
_MAY_BE_AFTER = ("+", "-", "i", "p", " or ", " and ", " plus", " at ", " more ", " give ")
_WINDOW = 44


def read_bound(prose: FoldedText, start: int, end: int, number_end: int) -> Bound:
    """The bound of the figure that spans `start` to `end` and whose number ends at `number_end`."""
    return bound_before(prose, start) or bound_after(prose.low, end) or bound_after(prose.low, number_end) or "exact"


def bound_before(prose: FoldedText, start: int) -> Bound | None:
    """The bound given by the words right before a figure: the longest phrase of data/bounds.txt, or a comparative; None for none."""
    nearest = prose.end_before(start)
    if nearest.isalpha() and nearest not in _ENDINGS:
        return None
    left = max(0, start - _WINDOW)
    words = _words_before(prose, left, start)
    if not words:
        return None
    article = words[-1] in _SKIPPED
    found = _phrase(words) or (_phrase(words[:-1]) if article else None)
    if found is None:
        return _compared(words)
    placed = found[0] in _PLACES and words[-1] == "the" and found[1] == "about"
    return None if placed or (found[0] in _STANDING and _COMPARED.search(prose.low, left, start)) else found[1]


def _words_before(prose: FoldedText, left: int, start: int) -> list[str]:
    """The last words before a figure, an empty list if punctuation separates them from it: "declared it over, 42 days later"."""
    words = _WORD.findall(prose.low, left, start)[-_LONGEST - 1 :]
    if not words or prose.low[start - 1] not in " -~≈≃∼∽<>=≥≤⩾⩽$" or prose.low.endswith(", ", 0, start):
        return []
    if words[-1].endswith((".", ";")) and words[-1] not in ("approx.", "c.", "ca."):
        return []
    words[-1] = words[-1].rstrip(".")
    return words


def _compared(words: list[str]) -> Bound | None:
    """The bound of a comparative: "stronger than 5 watts", "thinner than 2 metres"."""
    if words[-1] != "than" or len(words) < 2 or not words[-2].endswith("er") or len(words[-2]) < 5 or words[-2] in _NO_COMPARATIVES:
        return None
    return "less_than" if words[-2] in _LESS else "more_than"


def is_bound(phrase: str) -> bool:
    """Whether `phrase` is a phrase of data/bounds.txt."""
    return phrase in _BEFORE


def _phrase(words: list[str]) -> tuple[str, Bound] | None:
    if words and words[-1].isalpha() and words[-1] not in _FINALS:
        return None
    for count in range(min(_LONGEST, len(words)), 0, -1):
        phrase = " ".join(words[-count:]).replace("> =", ">=").replace("< =", "<=")
        bound = _BEFORE.get(phrase)
        if bound:
            return phrase, bound
    return None


def bound_after(low: str, end: int) -> Bound | None:
    """The bound that stands after a number: "50 or more"."""
    if not low.startswith(_MAY_BE_AFTER, end):
        return None
    for phrase, bound in _AFTER:
        if phrase.match(low, end):
            return bound
    return None


_SIGNS: dict[str, Change] = {**dict.fromkeys(word_class("rises"), "up"), **dict.fromkeys(word_class("falls"), "down")}
_SIGNS_BY: dict[str, Change] = {**dict.fromkeys(word_class("raises"), "up"), **dict.fromkeys(word_class("cuts"), "down")}
CHANGE_VERBS = (_SIGNS.keys() | _SIGNS_BY.keys()) - {"up", "down"}
_RISES, _FALLS = word_class("rise nouns"), word_class("fall nouns")
_NOUN_AFTER = pattern(rf"(?: |-)(?:(?P<up>{alternatives(_RISES)})|(?P<down>{alternatives(_FALLS)}))\b")
_ADVERB_AFTER = pattern(r" (?:(?P<up>higher|up|upward|upwards)|(?P<down>lower|down|downward|downwards))\b(?! (?:from|than))")
_NOUNS: dict[str, Change] = {**dict.fromkeys(_RISES - {"boost", "leap"}, "up"), **dict.fromkeys(_FALLS - {"cut"}, "down")}
_BETWEEN_CHANGE = word_class("between change")
_PARTICLE_VERBS = word_class("particle verbs")
_CHANGE_ENDINGS = _SIGNS.keys() | _BETWEEN_CHANGE | {"of"}
_SAME_CHANGE = pattern(r",? or (?:about |around |by |nearly |almost |more than )?| \(")
_CHANGE_WORD = pattern(r"[\w'-]+|[.;:()!?,]")
_CHANGE_WINDOW = 64


def read_change(prose: FoldedText, start: int, end: int) -> Change | None:
    """ "up" or "down" where the figure from `start` to `end` is the amount of a change, None for a level."""
    low = prose.low
    if low[start - 1 : start] == "+":
        return "up"
    nearest = prose.end_before(start)
    if nearest.isalpha() and nearest not in _CHANGE_ENDINGS:
        return _by_what_follows(low, end)
    words = _CHANGE_WORD.findall(low, max(0, start - _CHANGE_WINDOW), start)
    return _by_verb(words) or _by_what_follows(low, end) or _by_noun(words)


def _by_verb(words: list[str]) -> Change | None:
    passed: list[str] = []
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word == "up" and passed[-1:] == ["to"]:
            passed.append(word)
        elif word in _SIGNS:
            particle = word in ("up", "down") and index and words[index - 1] in _PARTICLE_VERBS
            return None if particle or _is_level(passed) else _SIGNS[word]
        elif word in _BETWEEN_CHANGE and len(passed) < 6:
            passed.append(word)
        else:
            return _by_transitive(words[: index + 1], passed)
    return None


def _by_transitive(words: list[str], passed: list[str]) -> Change | None:
    if "by" not in passed or _is_level(passed):
        return None
    for word in reversed(words[-7:]):
        if word in ".;:()!?,":
            return None
        sign = _SIGNS_BY.get(word) or _SIGNS.get(word)
        if sign and word not in ("up", "down"):
            return sign
    return None


def _is_level(passed: list[str]) -> bool:
    """Whether the words name a level: "rose to 5" and "up at 5" do, "up to 5" bounds the change. `passed` is in reverse order."""
    if not passed:
        return False
    if "at" in passed and "least" not in passed and "most" not in passed:
        return True
    return any(
        word == "to" and passed[index + 1 : index + 2] != ["up"] and passed[index - 1 : index] != ["close"]
        for index, word in enumerate(passed)
        if word == "to"
    )


def _by_what_follows(low: str, end: int) -> Change | None:
    match = _NOUN_AFTER.match(low, end) or _ADVERB_AFTER.match(low, end)
    return None if not match else "up" if match["up"] else "down"


def _by_noun(words: list[str]) -> Change | None:
    """The change of a noun before "of": "a rise of about 5%"."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] == "of":
            return _NOUNS.get(words[index - 1])
        if words[index] not in _BETWEEN_CHANGE:
            return None
    return None


def carries_on(between: str) -> bool:
    """Whether a figure so far after another restates it: "5 points, or 1%"."""
    return _SAME_CHANGE.fullmatch(between) is not None
