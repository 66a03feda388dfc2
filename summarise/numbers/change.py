"""Whether a figure is a rise or a fall, by the verb, adverb or noun it hangs on."""

from __future__ import annotations

from summarise.numbers.figure import Change
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose
from summarise.numbers.words import BETWEEN_CHANGE, CUTS, FALLS, PARTICLE_VERBS, RAISES, RISES

_SIGNS: dict[str, Change] = {**dict.fromkeys(RISES, "up"), **dict.fromkeys(FALLS, "down")}
_SIGNS_BY: dict[str, Change] = {**dict.fromkeys(RAISES, "up"), **dict.fromkeys(CUTS, "down")}
CHANGE_VERBS = (frozenset(_SIGNS) | frozenset(_SIGNS_BY)) - {"up", "down"}
_RISE = "rise|increase|jump|gain|surge|hike|climb|growth|uptick|upturn|boost|spike|leap"
_FALL = "fall|drop|decline|decrease|cut|reduction|dip|slump|slide|plunge|downturn|contraction"
_NOUN_AFTER = pattern(rf"(?: |-)(?:(?P<up>{_RISE})|(?P<down>{_FALL}))\b")
_ADVERB_AFTER = pattern(r" (?:(?P<up>higher|up|upward|upwards)|(?P<down>lower|down|downward|downwards))\b(?! (?:from|than))")
_NOUNS: dict[str, Change] = {
    **dict.fromkeys(set(_RISE.split("|")) - {"boost", "leap"}, "up"),
    **dict.fromkeys(set(_FALL.split("|")) - {"cut"}, "down"),
}
_ENDINGS = frozenset(_SIGNS) | BETWEEN_CHANGE | {"of"}
_SAME_CHANGE = pattern(r",? or (?:about |around |by |nearly |almost |more than )?| \(")
_WORD = pattern(r"[\w'-]+|[.;:()!?,]")
_WINDOW = 64


def read_change(prose: Prose, start: int, end: int) -> Change | None:
    """ "up" or "down" where the figure from `start` to `end` is the amount of a change, None for a level."""
    low = prose.low
    if low[start - 1 : start] == "+":
        return "up"
    nearest = prose.end_before(start)
    if nearest.isalpha() and nearest not in _ENDINGS:
        return _by_what_follows(low, end)
    words = _WORD.findall(low, max(0, start - _WINDOW), start)
    return _by_verb(words) or _by_what_follows(low, end) or _by_noun(words)


def _by_verb(words: list[str]) -> Change | None:
    passed: list[str] = []
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word == "up" and passed[-1:] == ["to"]:
            passed.append(word)
        elif word in _SIGNS:
            particle = word in ("up", "down") and index and words[index - 1] in PARTICLE_VERBS
            return None if particle or _is_level(passed) else _SIGNS[word]
        elif word in BETWEEN_CHANGE and len(passed) < 6:
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
    """ "rose to 5" and "up at 5" name the level it came to; "up to 5" bounds the change. `passed` is in reverse order."""
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
    """ "a rise of about 5%"."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] == "of":
            return _NOUNS.get(words[index - 1])
        if words[index] not in BETWEEN_CHANGE:
            return None
    return None


def carries_on(between: str) -> bool:
    """Whether a figure so far after another is the same one in other words: "5 points, or 1%"."""
    return _SAME_CHANGE.fullmatch(between) is not None
