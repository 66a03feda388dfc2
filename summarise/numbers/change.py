"""Whether a figure is a rise or a fall, by the verb or adverb it hangs on."""

from __future__ import annotations

import re

from summarise.numbers.figure import Change

_UP_VERBS = """rose rise rises rising risen|grew grow grows growing grown|increase increases increased increasing|climb climbs climbed climbing|jump jumps jumped jumping|
gain gains gained gaining|soar soars soared soaring|surge surges surged surging|advance advances advanced advancing|add adds added adding|rally rallies rallied rallying|
expand expands expanded expanding|swell swells swelled swelling|spike spikes spiked spiking|appreciate appreciated|strengthen strengthened strengthens|accelerate accelerated|
rebound rebounds rebounded|boost boosts boosted|raise raises raised raising|hike hikes hiked hiking|lift lifts lifted|skyrocket skyrocketed|leap leapt leaps|balloon ballooned|
up upped|higher"""
_DOWN_VERBS = """fell fall falls falling fallen|drop drops dropped dropping|decline declines declined declining|decrease decreases decreased decreasing|slip slips slipped slipping|
slide slides slid sliding|plunge plunges plunged plunging|tumble tumbles tumbled tumbling|sink sinks sank sunk sinking|shrink shrinks shrank shrunk shrinking|lose loses lost losing|
shed sheds shedding|plummet plummets plummeted plummeting|contract contracts contracted contracting|dip dips dipped dipping|ease eases eased easing|cut cuts cutting|reduce reduces reduced reducing|
lower lowers lowered lowering|slump slumps slumped slumping|weaken weakened weakens|retreat retreated retreats|slash slashes slashed slashing|slow slowed slows|depreciate depreciated|crash crashed|
trim trims trimmed|down downed|collapse collapsed collapses"""
_SIGNS: dict[str, Change] = {
    **dict.fromkeys(_UP_VERBS.replace("|", " ").split(), "up"),
    **dict.fromkeys(_DOWN_VERBS.replace("|", " ").split(), "down"),
}
_BETWEEN = (
    r"(?: (?:by|an?|another|further|additional|extra|more|than|about|around|roughly|approximately|nearly|almost|some|over|just|only|as|much|at|least|up|to|well|slightly|sharply|"
    r"modestly|steadily|rapidly|strongly|significantly|dramatically|marginally|the|its|even|close|estimated|record|or|trending|upwards|upward|downwards|downward|higher|lower|and)){0,5}"
)
_VERB = re.compile(rf"(?<![\w-])({'|'.join(_SIGNS)}){_BETWEEN} ?[+]?$")
_NOUN_AFTER = re.compile(
    r"(?: |-)(?:(?:[a-z-]+ )?(?P<up>rise|increase|jump|gain|surge|hike|climb|growth|uptick|upturn|boost|spike|leap)|(?:[a-z-]+ )?(?P<down>fall|drop|decline|decrease|cut|reduction|dip|slump|slide|plunge|loss in|downturn|contraction|slowdown))\b"
)
_ADVERB_AFTER = re.compile(r" (?:(?P<up>higher|up|upward|upwards)|(?P<down>lower|down|downward|downwards))\b(?! (?:to|from the|than))")
_NOUN_BEFORE = re.compile(
    r"(?:(?P<up>rise|increase|jump|gain|surge|hike|climb|growth|uptick|spike|gains)|(?P<down>fall|drop|decline|decrease|reduction|dip|slump|slide|plunge|downturn|contraction)) of (?:an? |about |around |nearly |almost |more than |over |up to |at least |some |just |roughly )?$"
)
_SIGN = re.compile(r"(?<![\w)])[+]$")
_OR_ALSO = re.compile(r"^,? or (?:about |around |by )?$|^ \($")
_WINDOW = 60


def read_change(low: str, start: int, end: int) -> Change | None:
    """ "up" or "down" where the figure from `start` to `end` is the amount of a change, None for a level."""
    before = low[max(0, start - _WINDOW) : start]
    verb = _VERB.search(before)
    if verb and not _is_to(before, verb):
        return _SIGNS[verb[1]]
    if before.endswith("+"):
        return "up"
    after = low[end : end + 32]
    for pattern, text in ((_NOUN_AFTER, after), (_ADVERB_AFTER, after)):
        match = pattern.match(text)
        if match:
            return "up" if match["up"] else "down"
    noun = _NOUN_BEFORE.search(before)
    return ("up" if noun["up"] else "down") if noun else None


def _is_to(before: str, verb: re.Match[str]) -> bool:
    """ "rose to 5": the level it came to, unless "up to 5" bounds the change."""
    words = before[verb.end(1) :].split()
    return "to" in words and not ("up" in words and words.index("to") == words.index("up") + 1) or verb[1] in ("up", "down") and words[:1] == ["to"]


def carries_on(between: str) -> bool:
    """Whether a figure so far after another is the same change in other words: "5 points, or 1%"."""
    return _OR_ALSO.match(between) is not None
