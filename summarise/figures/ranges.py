"""Neighbouring quantities that belong together: ranges, sums in two parts, lists that share a unit."""

from __future__ import annotations

from decimal import Decimal

from summarise.figures.lexicon import counted, ratio, round_15
from summarise.figures.model import FoldedText, alternatives, pattern
from summarise.figures.modifiers import CHANGE_VERBS, bound_before, is_bound
from summarise.figures.quantity import Quantity
from summarise.figures.units import read_per

_TOLERANCE = pattern(r" ?(?:±|\+/-|\+-) ?")
_ABOUT = "[~∼≈] ?|about |around |nearly |almost |roughly |some "
_JOINT = pattern(
    rf" ?(?:-|~|--) ?~?|-to-|,? (?:to|through|till|until) (?:{_ABOUT}|as much as |as many as |more than |over )?|(?: and | & )(?:{_ABOUT})?"
)
_TWO_BOUNDS = pattern(r"(?: and|,| but|, and|, but) ([a-z<>= ]{1,36}?) ?")
_LIST = pattern(r" ?-?(?:,? (?:and|or|to|&|versus|vs\.?|and/or) |, ?|/|-to-|-or-| of (?:the |its |those |these )?)")
_MOVES = (CHANGE_VERBS - {"range", "ranges"}) | frozenset(
    "went go goes gone going moved moving move changed change doubled doubling tripled widening narrowing improving swelling".split()
)
_CHANGE_FROM = pattern(rf"(?<![a-z])(?:{alternatives(_MOVES)})\b[^.;]{{0,40}}\bfrom (?:{_ABOUT}|an? |the |just |only )*$")
_BETWEEN = pattern(r"\bbetween (?:about |around |roughly |approximately |the |an? )?$")
_FROM = pattern(r"\b(?:from|between) (?:about |around |roughly |approximately |just |a |as little as )?$")
_EQUIVALENT = pattern(rf" \((?:{_ABOUT})?")
_SUM = pattern(r"(?:,? and |, | )?")
_ECHO = pattern(
    rf"[^.;\n]{{0,90}}\b(?P<word>from|than|with|against|versus|vs\.?|and|or|but) "
    rf"(?:{_ABOUT}|just |only |a |the |as (?:many|much) as |more than )?$"
)
_PARTS: dict[tuple[str | None, str | None], int] = {("foot", "inch"): 12, ("pound", "ounce"): 16, ("stone", "pound"): 14}
_CONTESTS = frozenset("vote win loss victory defeat record lead draw tie score decision majority split margin series triumph".split())
_UNIT_OF_MINOR = frozenset({"cent", "penny", "sen", "kopek", "kopiyka", "paisa", "fen"})


def join(prose: FoldedText, quantities: list[Quantity]) -> list[Quantity]:
    """Joins neighbours into ranges and sums, and copies units within lists."""
    return _ranged(prose, _inherited(prose, _with_tolerance(prose, _summed(prose, quantities))))


def _with_tolerance(prose: FoldedText, quantities: list[Quantity]) -> list[Quantity]:
    """Joins a quantity and its tolerance, which has no field: "2.45 ± 0.01 pounds"."""
    out: list[Quantity] = []
    for quantity in quantities:
        last = out[-1] if out else None
        if last and last.high is None and _TOLERANCE.fullmatch(prose.plain, last.end, quantity.start):
            out[-1] = _takes(last, quantity)._replace(end=quantity.end) if last.kind == "bare" else last._replace(end=quantity.end)
        else:
            out.append(quantity)
    return out


def _summed(prose: FoldedText, quantities: list[Quantity]) -> list[Quantity]:
    """Joins the two parts of a sum: "thirteen dollars and forty-five cents", "$20 and 43c"."""
    out: list[Quantity] = []
    for quantity in quantities:
        last = out[-1] if out else None
        below = _parts_of(prose, last, quantity) if last else 0
        if last and below:
            out[-1] = last._replace(end=quantity.end, value=round_15(last.value + ratio(quantity.value, below)))
        else:
            out.append(quantity)
    return out


def _parts_of(prose: FoldedText, major: Quantity, minor: Quantity) -> int:
    """How many of the second quantity's unit make one of the first's, when both are one sum; else 0."""
    if _is_minor_part(prose, major, minor):
        return 100
    parts = _PARTS.get((major.unit, minor.unit), 0)
    is_one_sum = major.value == int(major.value) and 0 < minor.value < parts and _SUM.fullmatch(prose.low, major.end, minor.start)
    return parts if is_one_sum else 0


def _is_minor_part(prose: FoldedText, major: Quantity, minor: Quantity) -> bool:
    if major.kind != "money" or major.unit or major.per or not major.small or not 0 < minor.value < 100 or major.value != int(major.value):
        return False
    between = prose.low[major.end : minor.start]
    if not _SUM.fullmatch(between):
        return False
    if minor.kind == "money":
        return minor.unit in _UNIT_OF_MINOR
    named = prose.low[major.end - 1 : major.end].isalpha()
    return named and minor.kind == "bare" and minor.value >= 10 and between in (" ", " and ")


def _inherited(prose: FoldedText, quantities: list[Quantity]) -> list[Quantity]:
    """A number without unit takes that of the next in a list ("four- and six-cylinder") or of the one before ("up from 2.4 million")."""
    out = list(quantities)
    for index in range(len(out) - 2, -1, -1):
        here, there = out[index], out[index + 1]
        listed = here.kind == "bare" and there.kind != "bare" and (here.hanging or there.kind in ("measure", "count"))
        if listed and _LIST.fullmatch(prose.low, here.end, there.start):
            out[index] = _takes(here, there)
    for index in range(1, len(out)):
        here, there = out[index], out[index - 1]
        if here.kind == "bare" and there.kind != "bare" and _may_echo(prose, there, here):
            out[index] = _takes(here, there)
    for index in range(len(out) - 1):
        out[index] = _counting_sized(prose, out[index], out[index + 1])
        if (per := _per_behind_bracket(prose, out[index], out[index + 1])) is not None:
            out[index], out[index + 1] = out[index]._replace(per=per), out[index + 1]._replace(per=per)
    return [quantity for quantity in out if not (quantity.hanging and quantity.kind == "bare")]


def _counting_sized(prose: FoldedText, here: Quantity, there: Quantity) -> Quantity:
    """A number before a size, "five 20-litre drums": what the first number counts stands behind the size of each."""
    if here.kind != "bare" or there.kind not in ("measure", "money") or here.value != int(here.value):
        return here
    noun = counted(prose.low, there.end, single=False) if prose.low[here.end : there.start] == " " else None
    return here._replace(kind="count", unit=noun.head, phrase=prose.raw[noun.start : noun.end]) if noun else here


def _per_behind_bracket(prose: FoldedText, here: Quantity, there: Quantity) -> str | None:
    """The denominator of two sums, one in brackets: "640 million kroner (about 86 million euros) a year"."""
    if here.kind != "money" or there.kind != "money" or here.per or there.per or not prose.low.startswith(")", there.end):
        return None
    opened = _EQUIVALENT.fullmatch(prose.low, here.end, there.start)
    found = read_per(prose, there.end + 1, money=True) if opened else None
    return found[1] if found else None


def _takes(here: Quantity, there: Quantity) -> Quantity:
    return here._replace(kind=there.kind, unit=there.unit, currency=there.currency, per=there.per, phrase=there.phrase)


def _may_echo(prose: FoldedText, there: Quantity, here: Quantity) -> bool:
    if there.unit in ("time", "year") or here.start - there.end > 110 or (there.kind == "money" and here.small and not there.small):
        return False
    if here.value < 1 and here.number.form in ("words", "fraction"):
        return False  # "a tenth of it" is a share, not a tenth of a metre
    echo = _ECHO.fullmatch(prose.low[there.end : here.start])
    return echo is not None and (there.kind == "count" or echo["word"] not in ("and", "or", "but"))


def _ranged(prose: FoldedText, quantities: list[Quantity]) -> list[Quantity]:
    out: list[Quantity] = []
    for quantity in quantities:
        last = out[-1] if out else None
        joined = _range(prose, last, quantity) if last else None
        if joined is not None:
            out[-1] = joined
        elif last and _is_score(prose, last, quantity):
            out.pop()
        else:
            out.append(quantity)
    return [quantity for quantity in out if not quantity.doubtful]


def _range(prose: FoldedText, low: Quantity, high: Quantity) -> Quantity | None:
    if low.high is not None or high.high is not None or not _of_a_kind(low, high):
        return None
    between = prose.low[low.end : high.start]
    if not _JOINT.fullmatch(between):
        return _bounded_range(prose, low, high, between)
    if not _is_meant(prose, low, high, between.strip()):
        return None
    low = _scaled_like(low, high)
    least, most = sorted((low.value, abs(high.value) if low.value >= 0 else high.value))
    return _span(low, high, least, most)


def _is_meant(prose: FoldedText, low: Quantity, high: Quantity, joint: str) -> bool:
    """Whether two numbers with this joint are the ends of a range."""
    before = prose.low[max(0, low.start - 80) : low.start]
    if low.doubtful and (high.kind == "bare" or high.number.form != "plain" or not high.small):
        return False
    if joint.startswith(("and", "&")):
        return _BETWEEN.search(before) is not None
    if joint.startswith("to"):
        half_named = low.kind != "bare" and high.kind == "bare"
        counted_down = low.value > high.value and {low.kind, high.kind} <= {"bare", "count"} and _whole(low, high)
        if counted_down and not _FROM.search(before):
            return False  # "1,214 to 987" is a vote
        return not _CHANGE_FROM.search(before) and (not half_named or _FROM.search(before) is not None)
    return not _is_tally(prose, low, high, joint)


def _is_tally(prose: FoldedText, low: Quantity, high: Quantity, joint: str) -> bool:
    """Whether two numbers are a score or a vote ("won 31-17", "a 5-4 vote"): small whole numbers with a hyphen and without a unit."""
    if high.kind == "count" and _is_score(prose, low, high):
        return True
    bare = joint in ("-", "--", "~") and high.kind == "bare" and low.small and _whole(low, high)
    return bare and (high.value < 200 or high.value <= low.value)


def _span(low: Quantity, high: Quantity, least: Decimal, most: Decimal) -> Quantity:
    unit = high if high.kind != "bare" else low
    return low._replace(end=high.end, value=least, high=most, kind=unit.kind, unit=unit.unit, currency=low.currency or high.currency,
        per=unit.per or low.per, phrase=unit.phrase, doubtful=False,
    )  # fmt: skip


def _bounded_range(prose: FoldedText, low: Quantity, high: Quantity, between: str) -> Quantity | None:
    """A range by two bounds: "more than 30 and less than 40"."""
    joint = _TWO_BOUNDS.fullmatch(between)
    if not joint or not is_bound(joint[1]):
        return None
    least, most = (low, high) if low.value <= high.value else (high, low)
    if bound_before(prose, least.start) not in ("more_than", "at_least") or bound_before(prose, most.start) not in ("less_than", "at_most"):
        return None
    return _span(low, high, least.value, most.value)


def _whole(low: Quantity, high: Quantity) -> bool:
    return low.number.form != "decimal" and high.number.form != "decimal"


def _of_a_kind(low: Quantity, high: Quantity) -> bool:
    """Whether both ends measure the same: either may leave out what the other says."""
    if low.kind == "bare" or high.kind == "bare":
        return True
    return low.unit == high.unit and low.currency in (None, high.currency) and (low.per == high.per or None in (low.per, high.per))


def _scaled_like(low: Quantity, high: Quantity) -> Quantity:
    """The lower end with the scale of the upper: "$3-5 billion"."""
    if not low.small or high.small or low.value >= 1000 or low.number.form == "grouped":
        return low
    mantissa, scale = high.value, Decimal(1)
    while mantissa >= 1000:
        mantissa, scale = mantissa / 1000, scale * 1000
    return low._replace(value=low.value * scale)


def _is_score(prose: FoldedText, left: Quantity, right: Quantity) -> bool:
    between = prose.low[left.end : right.start]
    if between == " to " and left.value > right.value and left.kind == right.kind == "bare" and left.value < 200:
        return True
    if between != "-" or left.kind != "bare" or left.number.form != "plain":
        return False
    return right.kind == "bare" or (right.kind == "count" and (right.unit in _CONTESTS or left.value > right.value))
