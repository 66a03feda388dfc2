"""Numbers with words in them: "thirty-two", "3 hundred and 21", "two and a half million", "a third"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from summarise.numbers.lexicon import DOZEN, ONES, PART_PLURALS, PARTS, SCALES, SHORT_SCALES, TEENS, TENS, VAGUE, ratio

_KINDS = {
    **dict.fromkeys(ONES, "one"),
    **dict.fromkeys(TEENS, "teen"),
    **dict.fromkeys(TENS, "ten"),
    **dict.fromkeys(SCALES, "scale"),
    **dict.fromkeys((word + "s" for word in SCALES), "scale"),
    "hundred": "hundred",
    "hundreds": "hundred",
    "dozen": "dozen",
    "dozens": "dozen",
}
_VALUES = {**ONES, **TEENS, **TENS, **SCALES, **DOZEN, **{word + "s": value for word, value in (SCALES | DOZEN).items()}}
_AFTER = {
    "start": {"one", "teen", "ten", "hundred", "scale", "dozen"},
    "digits": {"hundred", "scale", "dozen"},
    "one": {"hundred", "scale", "dozen"},
    "teen": {"hundred", "scale", "dozen"},
    "ten": {"one", "hundred", "scale", "dozen"},
    "hundred": {"one", "teen", "ten", "scale", "dozen"},
    "scale": {"one", "teen", "ten", "scale"},
    "dozen": set[str](),
}
_GAP = r"(?: {1,3}| ?\n ?)"
_STEP = re.compile(rf"(?P<gap> {{0,2}}- {{0,2}}|,?{_GAP}(?:and|&){_GAP}|,?{_GAP})?(?P<word>[a-z]+)(?![a-z])".replace("{0,2}-", "{0,2}-"))
_MORE_DIGITS = re.compile(rf"{_GAP}and{_GAP}(\d{{1,2}})(?![\d.,]?\d|[/:])")
_AND_PART = re.compile(rf"{_GAP}and{_GAP}(?:(?P<count>a|an|one|two|three){_GAP}|(?P<hyphen>one|two|three)-)(?P<part>{'|'.join([*PARTS, *PART_PLURALS])})\b")
_PART = re.compile(rf"(?P<gap> ?- ?|{_GAP})(?P<part>{'|'.join([*PARTS, *PART_PLURALS])})\b(?!-?year)")
_POINT = re.compile(rf"{_GAP}point((?:{_GAP}(?:{'|'.join(ONES)})\b){{1,6}})")
_OF_A_SCALE = re.compile(rf"{_GAP}(?:of{_GAP})?(?:an?{_GAP})?({'|'.join(['hundred', *SCALES])})\b")
_SHORT_SCALE = re.compile(rf" ?({'|'.join(SHORT_SCALES)})(?![a-z])")
_VAGUE_OF = re.compile(rf"{_GAP}(?:of|and){_GAP}({'|'.join(VAGUE)})\b")
_ORDINAL_END = re.compile(rf"[- ](?:first|second|third|[a-z]+th|[a-z]+ieth)(?![a-z])")


class Spelled(NamedTuple):
    """A number with words in it; `scaled` when a scale word took part; `high` for "dozens", which is from one to ten of them."""

    end: int
    value: Decimal
    scaled: bool
    high: Decimal | None = None


def read_spelled(low: str, start: int) -> Spelled | None:
    """The number that begins with the word at `start`, None when the word only looks like one."""
    word = _STEP.match(low, start)
    if not word or word["gap"]:
        return None
    name = word["word"]
    if name in VAGUE and not (name == "dozens" and False):
        return _vague(low, name, word.end())
    if name in PARTS:
        return _part_alone(low, start, name, word.end())
    return _with_parts(low, _sum(low, start, Decimal(0), "start"))


def extend_digits(low: str, end: int, value: Decimal) -> Spelled:
    """Digits that end at `end`, with the scale words and fractions that follow them."""
    short = _SHORT_SCALE.match(low, end)
    if short:
        return Spelled(short.end(), value * SHORT_SCALES[short[1]], True)
    found = _sum(low, end, value, "digits")
    more = _MORE_DIGITS.match(low, found.end) if low.startswith("hundred", found.end - 7) else None
    if more:
        return Spelled(more.end(), found.value + int(more[1]), True)
    return _with_parts(low, found)


def _sum(low: str, start: int, first: Decimal, state: str) -> Spelled:
    """Adds words up from `start`; `total` holds what a scale word has closed, `chunk` what is still open."""
    total, chunk, end, scaled, least = Decimal(0), first, start, False, Decimal(10) ** 40
    while True:
        step = _STEP.match(low, end)
        kind = _KINDS.get(step["word"]) if step else None
        if step is None or kind is None or kind not in _AFTER[state] or not _joins(step["gap"], state, kind):
            return Spelled(end, total + chunk, scaled)
        value = _VALUES.get(step["word"], 100)
        if kind == "scale":
            if state == "scale":
                total *= value
            elif value >= least:
                return Spelled(end, total + chunk, scaled)
            else:
                total, chunk, least = total + (chunk or 1) * value, Decimal(0), Decimal(value)
        elif kind in ("hundred", "dozen"):
            chunk = (chunk or 1) * (value if kind == "dozen" else 100)
        else:
            chunk += value
        scaled = scaled or kind in ("hundred", "scale", "dozen")
        end, state = step.end(), kind


def _joins(gap: str | None, state: str, kind: str) -> bool:
    """Whether two number words so far apart are one number: "two hundred and three", not "five and six"."""
    if state in ("start", "digits") and not gap:
        return True
    if gap is None:
        return False
    if "and" in gap or "&" in gap:
        return state in ("hundred", "scale") and kind in ("one", "teen", "ten")
    if "," in gap:
        return state == "scale" and kind in ("one", "teen", "ten")
    return state != "start"


def _with_parts(low: str, found: Spelled) -> Spelled:
    point = _POINT.match(low, found.end)
    if point:
        digits = "".join(str(ONES[word]) for word in point[1].split())
        found = Spelled(point.end(), found.value + Decimal("0." + digits), found.scaled)
        return _scaled(low, found)
    added = _AND_PART.match(low, found.end)
    if added:
        count = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}[added["count"] or added["hyphen"]]
        return _scaled(low, Spelled(added.end(), found.value + ratio(count, _below(added["part"])), found.scaled))
    part = _PART.match(low, found.end)
    if part and _is_part(low, part, found.value):
        return _scaled(low, Spelled(part.end(), ratio(found.value, _below(part["part"])), found.scaled))
    return found


def _is_part(low: str, part: re.Match[str], count: Decimal) -> bool:
    name = part["part"]
    if name in PART_PLURALS:
        return count != 1 and (name != "quarters" or "-" in part["gap"] or low.startswith(" of", part.end()))
    return count == 1 and name != "quarter" or (count == 1 and low.startswith(" of", part.end()))


def _below(part: str) -> int:
    return PARTS.get(part) or PART_PLURALS[part]


def _scaled(low: str, found: Spelled) -> Spelled:
    scale = _OF_A_SCALE.match(low, found.end)
    if not scale:
        return found
    return Spelled(scale.end(), found.value * (SCALES.get(scale[1], 100)), True)


def _part_alone(low: str, start: int, name: str, end: int) -> Spelled | None:
    """ "half", "a third of", "quarter million"; a bare "third" or "quarter" is an ordinal or a season."""
    part = _scaled(low, Spelled(end, ratio(1, PARTS[name]), False))
    if part.scaled and name in ("half", "quarter", "third"):
        return part
    article = low.startswith("a ", start - 2) and not low[start - 3 : start - 2].isalnum()
    if name == "half":
        return part if not low.startswith("-", end) else None
    if article and (low.startswith((" of ", " to ", " more", " less", " as ", " hundred"), end) or not low[end : end + 1].strip(" ").strip(".,;:!?)\"'")):
        closed = end >= len(low) or low[end] != " " or low.startswith((" of ", " to ", " more", " less", " as "), end)
        return part if closed else None
    return None


def _vague(low: str, name: str, end: int) -> Spelled | None:
    of = _VAGUE_OF.match(low, end)
    if of and VAGUE[of[1]] >= 100 and name != of[1]:
        value = Decimal(VAGUE[name] * VAGUE[of[1]])
        return Spelled(of.end(), value, True, value * 10)
    if name in ("dozens", "hundreds", "thousands"):
        value = Decimal(VAGUE[name])
        return Spelled(end, value, True, value * 10)
    return None


def is_ordinal(low: str, end: int) -> bool:
    """Whether the number that ends here goes on as an ordinal: "twenty-first"."""
    return _ORDINAL_END.match(low, end) is not None
