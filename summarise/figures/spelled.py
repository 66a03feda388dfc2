"""Numbers with words in them: "thirty-two", "3 hundred and 21", "two and a half million", "a third"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from summarise.figures.lexicon import DOZEN, ONES, PART_PLURALS, PARTS, SCALES, SHORT_SCALES, TEENS, TENS, VAGUE, ratio, round_15
from summarise.figures.model import pattern


def _with_plurals(words: dict[str, int]) -> dict[str, int]:
    return words | {word + "s": value for word, value in words.items()}


_WORDS = {
    "one": ONES,
    "teen": TEENS,
    "ten": TENS,
    "hundred": _with_plurals({"hundred": 100}),
    "scale": _with_plurals(SCALES),
    "dozen": _with_plurals(DOZEN),
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_VALUES = {word: value for words in _WORDS.values() for word, value in words.items()}
# The kinds of word that may go on with a number after each kind.
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
_ALL_PARTS = PARTS | PART_PLURALS
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_TOO_LARGE, _NO_SCALE = Decimal(10) ** 30, Decimal(10) ** 40
_GAP = r"(?: {1,3}| ?\n ?)"
_STEP = pattern(rf"(?P<gap> {{0,2}}- {{0,2}}|,?{_GAP}(?:and|&){_GAP}|,?{_GAP})?(?P<word>[a-z]+)(?![a-z])")
_MORE_DIGITS = pattern(rf"{_GAP}and{_GAP}(\d{{1,2}})(?![\d.,]?\d|[/:])")
_FOLD = pattern(rf"(?:{'|'.join([*ONES, *TEENS, *TENS, *SCALES])}|hundred)(?=fold\b)")
_SMALL = pattern(r"\d{1,4}(?![\d.,]?\d)")
_OVER = pattern(rf"{_GAP}over{_GAP}")
_AND_PART = pattern(
    rf"{_GAP}and{_GAP}(?:(?P<count>{'|'.join(_COUNTS)}){_GAP}|(?P<hyphen>one|two|three)-)(?P<part>{'|'.join(_ALL_PARTS)})\b"
)
_PART = pattern(rf"(?P<gap> ?- ?|{_GAP})(?P<part>{'|'.join(_ALL_PARTS)})\b(?!-?year)")
_POINT = pattern(rf"{_GAP}point((?:{_GAP}(?:{'|'.join(ONES)})\b){{1,6}})")
_OF_A_SCALE = pattern(rf"{_GAP}(?:of{_GAP})?(?:an?{_GAP})?({'|'.join(['hundred', *SCALES])})\b")
_SHORT_SCALE = pattern(rf" ?({'|'.join(SHORT_SCALES)})(?![a-z])")
# Only these words continue a number in digits.
_FOLLOWING = pattern(r"[ ,\n-]{0,6}([a-z]+|&)")
_MAY_ADD = _ALL_PARTS.keys() | {"and", "point", "over"}
_MAY_FOLLOW = _KINDS.keys() | SHORT_SCALES.keys() | _MAY_ADD | {"&"}
_VAGUE_OF = pattern(rf"{_GAP}(?:of|and){_GAP}({'|'.join(VAGUE)})\b")
_PART_CLOSES = pattern(r" (?:of|to|more|less|as)\b| ?[.,;:!?)\"']| ?$")
_HALF_OF = pattern(r" (?:of|an?|the|that|as|to|its|their|his|her|our|people)\b| ?[.,;:)]|$")
_SECOND_HALF = pattern(r"\b(?:first|second|other|latter|last|this|that|each|one|better|the) $")
_ORDINAL_END = pattern(r"[- ](?:first|second|third|[a-z]+th|[a-z]+ieth)(?![a-z])")


class Spelled(NamedTuple):
    """A number with words in it.

    `scaled` when a scale word took part, `closed_by` the scale it ends with; `high` for "dozens", which is from one to ten of them.
    """

    end: int
    value: Decimal
    scaled: bool
    high: Decimal | None = None
    closed_by: int = 0


def read_spelled(low: str, start: int) -> Spelled | None:
    """The number that begins with the word at `start`, None when the word only looks like one."""
    fold = _FOLD.match(low, start)
    if fold:
        return Spelled(fold.end(), Decimal(_VALUES[fold[0]]), False)
    word = _STEP.match(low, start)
    assert word is not None, "called at a word"
    name = word["word"]
    if name in VAGUE:
        return _vague(low, name, word.end())
    if name in PARTS:
        return _part_alone(low, start, name, word.end())
    if _KINDS[name] in ("hundred", "scale", "dozen") and not _may_open(low, start):
        return None
    return _with_parts(low, _sum(low, start, None, "start"))


def _may_open(low: str, start: int) -> bool:
    """Whether a scale word may begin a number: "a hundred" or at the very start, but not "several hundred"."""
    return has_article(low, start) or not low[max(0, start - 3) : start].strip(" -$£€")


def has_article(low: str, start: int) -> bool:
    """Whether the word "a" stands right before `start`."""
    return low.startswith("a ", start - 2) and start >= 2 and not low[max(0, start - 3) : start - 2].isalnum()


def extend_digits(low: str, end: int, value: Decimal) -> Spelled:
    """Digits that end at `end`, with the scale words and fractions that follow them."""
    following = _FOLLOWING.match(low, end)
    if not following or following[1] not in _MAY_FOLLOW:
        return Spelled(end, value + 0, False)
    short = _SHORT_SCALE.match(low, end)
    if short:
        return Spelled(short.end(), value * SHORT_SCALES[short[1]], True)
    found = _sum(low, end, value, "digits")
    more = _MORE_DIGITS.match(low, found.end) if low.startswith("hundred", found.end - 7) else None
    if more:
        return Spelled(more.end(), found.value + int(more[1]), True)
    return _with_parts(low, found)


def _is_another(low: str, step: re.Match[str], least: Decimal) -> bool:
    """Whether a word behind a scale begins a number of its own: "between three million and three and a half million"."""
    return _with_parts(low, _sum(low, step.start("word"), None, "start", alone=False)).value >= least


def _sum(low: str, start: int, first: Decimal | None, state: str, *, alone: bool = True) -> Spelled:
    """Adds number words up from `start`: `total` is what a scale word has closed, `chunk` the rest so far, None before its first word.

    Not `alone` is a lookahead, which does not look ahead itself.
    """
    total, chunk, end, scaled, least = Decimal(0), first, start, False, _NO_SCALE
    begins_with_digits = state == "digits"
    while True:
        step = _STEP.match(low, end)
        kind = _KINDS.get(step["word"]) if step else None
        if (
            step is None
            or kind is None
            or kind not in _AFTER[state]
            or not _joins(
                step["gap"], state, kind, part_follows=kind == "one" and state == "scale" and _PART.match(low, step.end()) is not None
            )
        ):
            return Spelled(end, total + (chunk or 0), scaled, closed_by=int(least) if state == "scale" else 0)
        if state == "scale" and kind != "scale" and alone and _is_another(low, step, least):
            return Spelled(end, total, scaled, closed_by=int(least))
        value, times = _VALUES[step["word"]], Decimal(1) if chunk is None else chunk
        if kind == "scale":
            if state == "scale" and total * value < _TOO_LARGE:
                total *= value
            elif state == "scale":
                return Spelled(end, total, True)
            elif value >= least:
                return Spelled(end, total + (chunk or 0), scaled)
            else:
                total, chunk, least = total + times * value, None, Decimal(value)
                if begins_with_digits and value >= 10**6:
                    return Spelled(step.end(), total, True, closed_by=value)
        elif kind in ("hundred", "dozen"):
            chunk = times * value
        else:
            chunk = (chunk or 0) + Decimal(value)
        scaled = scaled or kind in ("hundred", "scale", "dozen")
        end, state = step.end(), kind


def _joins(gap: str | None, state: str, kind: str, *, part_follows: bool) -> bool:
    """Whether two number words with this gap between them are one number: "two hundred and three", not "five and six"."""
    if state in ("start", "digits") and not gap:
        return True
    if gap is None:
        return False
    if "and" in gap or "&" in gap:
        return state in ("hundred", "scale") and kind in ("one", "teen", "ten") and not part_follows
    if "," in gap:
        return state == "scale" and kind in ("one", "teen", "ten")
    return state != "start"


def _with_parts(low: str, found: Spelled) -> Spelled:
    """A number with the decimals or the fraction that follow it in words."""
    following = _FOLLOWING.match(low, found.end)
    return _added(low, found) if following and following[1] in _MAY_ADD else found


def _added(low: str, found: Spelled) -> Spelled:
    over = _OVER.match(low, found.end) if found.value == 1 else None
    below = _below_the_line(low, over.end()) if over else None
    if below:
        return Spelled(below[0], ratio(1, below[1]), False)
    point = _POINT.match(low, found.end)
    if point:
        digits = "".join(str(ONES[word]) for word in point[1].split())
        found = Spelled(point.end(), found.value + Decimal("0." + digits), found.scaled)
        return _scaled(low, found)
    added = _AND_PART.match(low, found.end)
    if added:
        of = found.closed_by if found.closed_by >= 10**6 else 1
        value = round_15(found.value + ratio(_COUNTS[added["count"] or added["hyphen"]] * of, _ALL_PARTS[added["part"]]))
        sum_of_both = Spelled(added.end(), value, found.scaled)
        return _scaled(low, sum_of_both) if of == 1 else sum_of_both
    part = _PART.match(low, found.end)
    if part and _is_part(low, part, found.value):
        return _scaled(low, Spelled(part.end(), ratio(found.value, _ALL_PARTS[part["part"]]), found.scaled))
    return found


def _below_the_line(low: str, start: int) -> tuple[int, int] | None:
    """The denominator of "one over twenty", None if a word follows that it could count."""
    digits = _SMALL.match(low, start)
    end, value = (digits.end(), Decimal(digits[0])) if digits else _sum(low, start, None, "start")[:2]
    return (end, int(value)) if value > 1 and not low[end : end + 2].strip().isalnum() else None


def _is_part(low: str, part: re.Match[str], count: Decimal) -> bool:
    name = part["part"]
    if name in PART_PLURALS:
        return count != 1 and (
            name != "quarters" or _OF_A_SCALE.match(low, part.end()) is not None or "-" in part["gap"] or low.startswith(" of", part.end())
        )
    return count == 1 and (name != "quarter" or low.startswith(" of", part.end()))


def _scaled(low: str, found: Spelled) -> Spelled:
    scale = _OF_A_SCALE.match(low, found.end)
    if not scale:
        return found
    return Spelled(scale.end(), round_15(found.value * _VALUES[scale[1]]), True)


def _part_alone(low: str, start: int, name: str, end: int) -> Spelled | None:
    """A part without a number: "half", "a third of", "quarter million"; a bare "third" or "quarter" is an ordinal or a season."""
    part = _scaled(low, Spelled(end, ratio(1, PARTS[name]), False))
    if part.scaled and name in ("half", "quarter", "third"):
        return part
    article = has_article(low, start)
    if name == "half":
        return part if (article or _HALF_OF.match(low, end)) and not _SECOND_HALF.search(low, max(0, start - 8), start) else None
    if article and _PART_CLOSES.match(low, end):
        return part
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
