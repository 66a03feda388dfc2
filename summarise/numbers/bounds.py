"""Bounds: "nearly", "more than", "at least", "up to" before a number, "or more" after it."""

from __future__ import annotations

import re

from summarise.numbers.figure import Bound

_BEFORE: dict[str, Bound] = {
    **dict.fromkeys(
        """about|around|roughly|approximately|approx|approx.|aproximately|some|circa|c.|ca.|nearly|almost|close to|near to|nearing|an estimated|estimated|
        an estimated total of|approaching|in the region of|in the order of|on the order of|somewhere around|more or less|give or take|
        or so|an approximate|virtually|practically|near|just about|somewhere near|pretty much|~|≈|≃|∼|~ |≈ |∼ |+/-|an average of about""".replace("\n", "").split("|"),
        "about",
    ),
    **dict.fromkeys(
        """more than|over|above|exceeding|exceeds|exceeded|exceed|in excess of|greater than|larger than|higher than|bigger than|longer than|older than|upwards of|upward of|north of|
        well over|well above|just over|just above|a little over|slightly more than|slightly over|beyond|better than|upwards of|topping|topped|
        surpassing|surpassed|after more than|far more than|much more than|little over|little more than|taller than|heavier than|faster than|further than|farther than|>|> |&gt;|more|greater|outnumbering""".replace("\n", "").split("|"),
        "more_than",
    ),
    **dict.fromkeys(
        """less than|fewer than|under|below|lower than|smaller than|shorter than|younger than|just under|just below|slightly less than|slightly under|
        well under|well below|a little less than|a little under|south of|shy of|just shy of|not quite|cheaper than|<|< |sub-|sub|no older than a|&lt;|far less than|much less than""".replace("\n", "").split("|"),
        "less_than",
    ),
    **dict.fromkeys(
        """at least|no less than|no fewer than|not less than|a minimum of|minimum|minimum of|as much or more than|≥|≥ |>=|>= |> =|> = |not fewer than|equal to or greater than|greater than or equal to|
        more than or equal to|higher or equal than|larger or equal than|greater or equal to|greater or equal than|bigger or equal than|from at least|as low as|starting at|starting from|equal or greater than|equal or more than|more or equal to|more or equal than|equal to or more than|larger than or equal to""".replace("\n", "").split("|"),
        "at_least",
    ),
    **dict.fromkeys(
        """at most|up to|no more than|not more than|no greater than|a maximum of|maximum|maximum of|as many as|as much as|no higher than|no larger than|as high as|no longer than|no later than|within|
        ≤|≤ |<=|<= |< =|< = |not exceeding|less than or equal to|smaller or equal than|lower or equal than|fewer than or equal to|smaller than or equal to|equal to or less than|less or equal to|less or equal than|equal or less than|smaller or equal to|capped at|not over|max|max.""".replace("\n", "").split("|"),
        "at_most",
    ),
}
_BEFORE = {phrase.strip(): bound for phrase, bound in _BEFORE.items()} | {" ".join(p.split()): b for p, b in _BEFORE.items()}
_ENDS = re.compile(
    rf"(?:^|(?<![a-z]))({'|'.join(re.escape(phrase) for phrase in sorted(_BEFORE, key=len, reverse=True))}) ?(?:the |a |an |about |only |just |-)?$"
)
_AFTER: list[tuple[re.Pattern[str], Bound]] = [
    (re.compile(r" ?\+(?!\d)| (?:or|and) (?:more|above|over|greater|older|higher|longer|up|upwards|better|larger|later)\b|-plus\b| plus\b(?! \d)| minimum\b| at (?:the )?least\b| and counting\b"), "at_least"),
    (re.compile(r" (?:or|and) (?:less|fewer|below|under|lower|younger|smaller|cheaper|shorter)\b| at (?:the )?most\b| maximum\b| tops\b| max\b"), "at_most"),
    (re.compile(r" (?:or so|or thereabouts|more or less|give or take)\b|-odd\b|ish\b|-ish\b| or about that"), "about"),
]
_NOT_A_BOUND = re.compile(r"(?:all|turn(?:ed|s|ing)?|hand(?:ed|s|ing)?|tak(?:e|es|en|ing)|took|game|carried|[a-z]+ed|spread|moved|times|more|much|just) (?:over|around|about|above|under|below|near)(?: the)?$")
_MONEY_ONLY = frozenset({"above", "below", "under", "over", "near", "within", "some", "around"})
_WINDOW = 40


def read_bound(low: str, start: int, end: int, number_end: int) -> Bound:
    """The bound of the figure that spans `start` to `end` and whose number ends at `number_end`."""
    before = low[max(0, start - _WINDOW) : start]
    match = _ENDS.search(before) if before else None
    if match:
        return _BEFORE[match[1]]
    return bound_after(low, end) or bound_after(low, number_end) or "exact"


def bound_after(low: str, end: int) -> Bound | None:
    """The bound that stands after a number: "50 or more"."""
    if low[end : end + 1] not in (" ", "+", "-", "i"):
        return None
    for pattern, bound in _AFTER:
        if pattern.match(low, end):
            return bound
    return None
