"""Marks: the little words that turn a statement round or narrow it, so that two with different ones do not say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

_POLES = {
    "movement": (
        """rise rises rose risen rising up increase increases increased increasing grow grows grew grown growing climb climbs climbed
        gain gains gained higher jump jumped raise raised raises more expand expanded widen widened double doubled strengthen
        strengthened""",
        """fall falls fell fallen falling down decrease decreases decreased decreasing drop drops dropped dropping decline declines declined
        shrink shrank shrunk lower lowered cut cuts less fewer halve halved narrow narrowed weaken weakened""",
    ),
    "side": (
        "support supports supported supporting back backs backed favour favours favoured favor favors favored for welcome welcomed praised",
        "oppose opposes opposed opposing against reject rejects rejected criticised criticized condemn condemns condemned",
    ),
    "answer": (
        "accept accepts accepted approve approves approved adopt adopted pass passed allow allows allowed permit permitted agrees agreed",
        "reject rejects rejected refuse refuses refused block blocks blocked ban bans banned forbid forbidden veto vetoed turned",
    ),
    "door": ("open opens opened opening reopen reopens reopened", "close closes closed closing shut shuts closure"),
    "contest": ("win wins won winning beat beats victory", "lose loses lost losing defeat defeated"),
    "result": ("profit profits surplus earned", "loss losses deficit"),
    "trade": ("buy buys bought buying purchase purchased import imports imported", "sell sells sold selling export exports exported"),
    "order": ("before earlier prior", "after later since following"),
    "height": ("above over exceeds exceeded", "below under beneath"),
    "begin": ("begin begins began begun start starts started launch launched", "end ends ended stop stops stopped finish finished"),
    "way": ("enter enters entered arrive arrives arrived join joins joined", "leave leaves left quit depart departed"),
    "sex": ("men man male boys boy", "women woman female girls girl"),
    "age": ("old older oldest", "new newer newest young younger youngest"),
    "rank": ("best better largest biggest highest first most", "worst worse smallest lowest last least"),
    "state": (
        "safe legal sound alive able possible true right guilty genuine",
        "unsafe illegal dead unable impossible false wrong innocent fake",
    ),
    "north": ("north northern", "south southern"),
    "east": ("east eastern", "west western"),
}
_LONE = {
    "maybe": "may might could perhaps possibly probably likely unlikely allegedly reportedly apparently can",
    "if": "if unless provided whether otherwise",
    "all": "all every entire whole",
    "some": "some several partly part half",
    "only": "only solely",
    "ought": "should must ought need needs needed",
    "to come": "will would shall going plan plans planned expect expects expected hope hopes intend intends aim aims due tomorrow predicts",
    "former": "former ex onetime then",
}
_POLE_OF = {word: (kind, at) for kind, poles in _POLES.items() for at, listed in enumerate(poles) for word in listed.split()}
_LONE_OF = {word: kind for kind, listed in _LONE.items() for word in listed.split()}

_NEGATIONS = frozenset(
    """not no never none neither nobody nothing nowhere cannot cant wont dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt
    couldnt wouldnt shouldnt""".split()
)
_DENIALS = frozenset("deny denies denied denying denial denials".split())
# "Not only", "no more than 5", "No 10" negate nothing.
_NO_NEGATION_BEFORE = frozenset("only least more less fewer later earlier just merely greater higher lower doubt".split())
TURNING = _NEGATIONS | _DENIALS | {"nor"}
"""Words that turn a statement into its opposite."""

_DENIAL = re.compile(
    r"\b(?:denie[sd]|deny|denying|dismiss(?:e[sd])?|reject(?:s|ed)?|dispute[sd]?|refute[sd]?)\b(?:[^.;:]{0,100}?\bthat\b)?", re.IGNORECASE
)


def turns(words: list[str]) -> int:
    """How often the folded `words` turn their statement into its opposite."""
    found = 0
    for word, following in zip(words, [*words[1:], ""], strict=True):
        found += word in _DENIALS or (word in _NEGATIONS and following not in _NO_NEGATION_BEFORE and not following.isdigit())
    return found + (not found and "nor" in words)


def what_is_denied(text: str) -> tuple[str, str]:
    """`text` cut into who denies and what is denied; all of it is the latter where no verb tells."""
    match = _DENIAL.search(text)
    return (text[: match.start()], text[match.end() :]) if match else ("", text)


def poles_of(words: Iterable[str]) -> frozenset[tuple[str, int]]:
    return frozenset(_POLE_OF[word] for word in words if word in _POLE_OF)


def lone_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_LONE_OF[word] for word in words if word in _LONE_OF)


def opposed(a: frozenset[tuple[str, int]], b: frozenset[tuple[str, int]]) -> bool:
    """Whether one says "rose" where the other says "fell": each has a pole that the other lacks."""
    return any((kind, 1 - at) in b and (kind, 1 - at) not in a and (kind, at) not in b for kind, at in a)
