"""Whether a figure is a rise or a fall, by the verb, adverb or noun it hangs on."""

from __future__ import annotations

import re

from summarise.numbers.figure import Change

# Verbs whose object is the amount: "rose 5%", "lost 5 points".
_UP = """rose rise rises rising risen grew grow grows growing grown increase increases increased increasing climb climbs climbed climbing jump jumps
jumped jumping gain gains gained gaining soar soars soared soaring surge surges surged surging advance advances advanced advancing rally rallies rallied
rallying expand expands expanded expanding swell swells swelled spike spikes spiked spiking appreciate appreciated strengthen strengthened
accelerate accelerated rebound rebounds rebounded skyrocket skyrocketed leap leapt leaps balloon ballooned up"""
_DOWN = """fell fall falls falling fallen drop drops dropped dropping decline declines declined declining decrease decreases decreased decreasing slip slips
slipped slipping slide slides slid sliding plunge plunges plunged plunging tumble tumbles tumbled tumbling sink sinks sank sunk sinking shrink shrinks
shrank shrunk shrinking lose loses lost losing shed sheds shedding plummet plummets plummeted plummeting contract contracts contracted contracting dip
dips dipped dipping ease eases eased easing slump slumps slumped slumping weaken weakened weakens retreat retreated retreats slow slowed slows
depreciate depreciated crash crashed collapse collapsed down"""
# Verbs that change something else by the amount: only with "by" ("cut rates by 5%").
_UP_BY = "raise raises raised raising boost boosts boosted boosting hike hikes hiked hiking lift lifts lifted lifting add adds added improve improved extend extended widen widened"
_DOWN_BY = "cut cuts cutting reduce reduces reduced reducing lower lowers lowered lowering slash slashes slashed slashing trim trims trimmed narrow narrowed shorten shortened"
_SIGNS: dict[str, Change] = {**dict.fromkeys(_UP.split(), "up"), **dict.fromkeys(_DOWN.split(), "down")}
_SIGNS_BY: dict[str, Change] = {**dict.fromkeys(_UP_BY.split(), "up"), **dict.fromkeys(_DOWN_BY.split(), "down")}
CHANGE_VERBS = (frozenset(_SIGNS) | frozenset(_SIGNS_BY)) - {"up", "down"}
_BETWEEN = frozenset(
    """by an a another further additional extra more than less about around roughly approximately nearly almost some over just only as much many at least
    up to well slightly sharply modestly steadily rapidly strongly significantly dramatically marginally its even close estimated record or trending
    upwards upward downwards downward higher lower edging edged another whopping massive staggering""".split()
)
# "gave up 517 yards", "set up 3 companies": the particle of another verb.
_NO_PARTICLE = frozenset(
    "gave give gives giving given set sets setting made make makes making took take takes taking picked pick picking came come line lined signed sign follow make open opened opening sat sit use used using buy bought buying".split()
)
_NOUN_AFTER = re.compile(
    r"(?: |-)(?:(?P<up>rise|increase|jump|gain|surge|hike|climb|growth|uptick|upturn|boost|spike|leap)|(?P<down>fall|drop|decline|decrease|cut|reduction|dip|slump|slide|plunge|downturn|contraction))\b"
)
_ADVERB_AFTER = re.compile(r" (?:(?P<up>higher|up|upward|upwards)|(?P<down>lower|down|downward|downwards))\b(?! (?:from|than))")
_NOUNS: dict[str, Change] = {
    **dict.fromkeys("rise increase jump gain surge hike climb growth uptick spike".split(), "up"),
    **dict.fromkeys("fall drop decline decrease reduction dip slump slide plunge downturn contraction".split(), "down"),
}
_SAME_CHANGE = re.compile(r",? or (?:about |around |by |nearly |almost |more than )?| \(")
_WORD = re.compile(r"[\w'-]+|[.;:()!?,]")
_WINDOW = 64


def read_change(low: str, start: int, end: int) -> Change | None:
    """ "up" or "down" where the figure from `start` to `end` is the amount of a change, None for a level."""
    if low[start - 1 : start] == "+":
        return "up"
    words = _WORD.findall(low, max(0, start - _WINDOW), start)
    return _by_verb(words) or _by_what_follows(low, end) or _by_noun(words)


def _by_verb(words: list[str]) -> Change | None:
    passed: list[str] = []
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word == "up" and passed[-1:] == ["to"]:
            passed.append(word)
        elif word in _SIGNS:
            particle = word in ("up", "down") and index and words[index - 1] in _NO_PARTICLE
            return None if particle or _is_level(passed) else _SIGNS[word]
        elif word in _BETWEEN and len(passed) < 6:
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
    return any(word == "to" and passed[index + 1 : index + 2] != ["up"] and passed[index - 1 : index] != ["close"] for index, word in enumerate(passed) if word == "to")


def _by_what_follows(low: str, end: int) -> Change | None:
    match = _NOUN_AFTER.match(low, end) or _ADVERB_AFTER.match(low, end)
    return None if not match else "up" if match["up"] else "down"


def _by_noun(words: list[str]) -> Change | None:
    """ "a rise of about 5%"."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] == "of":
            return _NOUNS.get(words[index - 1])
        if words[index] not in _BETWEEN:
            return None
    return None


def carries_on(between: str) -> bool:
    """Whether a figure so far after another is the same one in other words: "5 points, or 1%"."""
    return _SAME_CHANGE.fullmatch(between) is not None
