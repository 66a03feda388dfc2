"""A number with its sign, currency, unit, rate or counted noun."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from summarise.figures.exclusions import is_name, is_opaque, is_pronoun, is_small_talk, is_year
from summarise.figures.lexicon import ONES, SCALES, TEENS, TENS, CountedNoun, counted, ratio
from summarise.figures.model import FoldedText, pattern
from summarise.figures.money import Money, money_after, money_before, qualified
from summarise.figures.scan import Number, letter_scale
from summarise.figures.units import Unit, read_later_per, read_per, read_unit


class Quantity(NamedTuple):
    """A number with its span and unit; `kind` is "money", "measure", "count" or "bare"; `high` makes it a range.

    A `hanging` number waits for the unit of the next one ("four- and five-cylinder"); a `doubtful` one is a figure only if a
    neighbour says so ("2000 - 2500 calories" against the year 2000).
    """

    number: Number
    start: int
    end: int
    value: Decimal
    kind: str
    high: Decimal | None = None
    unit: str | None = None
    currency: str | None = None
    per: str | None = None
    scale: int = 1
    phrase: str | None = None
    hanging: bool = False
    doubtful: bool = False

    @property
    def small(self) -> bool:
        """Whether the number was written without a scale word or letter."""
        return self.scale == 1 and not self.number.scaled


_NEGATIVE = pattern(r"(?:(?<![\w)%.,'-])-|\b(?:minus|negative)[ -])\Z")
_NEGATIVES = ("-", "minus", "negative")
_HANGING = pattern(r" ?- ?(?=,| or | and | to |, )|-(?=,)")
_PRONOUN_ONE = frozenset("no the this that any every each which only another some last next first number such by at many day as or".split())
_POINTING = frozenset("no the this that any every each another such".split())
_ONE_STOPS = frozenset(
    "day thing way another voice mind hand side end point time moment instance example reason sense word accord piece swoop go".split()
)
_OF_THOSE = pattern(
    r" of (?:the|these|those|its|their|our|his|her|all|my|your|[^\W\d_]+'s?)"
    rf"(?: (?:{'|'.join(sorted(ONES | TEENS | TENS, key=len, reverse=True))}|\d{{1,3}}))?(?: (?:[\w'-]+)){{0,2}}?(?= )"
)
_AFTERTHOUGHT = pattern(r" or (?:so|more|fewer|less)(?= )")
_MANY = ONES | TEENS | TENS | {"hundred": 100, "thousand": 1000}
_NOT_MANY = "years?|days?|weeks?|months?|hours?|minutes?|seconds?|seasons?|matches|games|million|billion|hundred|thousand|percent|per"
_IN_MANY = pattern(rf" (?:in|out of|in every) (?:a )?({'|'.join(_MANY)}|\d{{1,4}})(?= [^\W\d_]|[.,;:)](?!\d))(?! (?:{_NOT_MANY})\b)")
_LATE_SCALE = pattern(r" (million|billion|trillion)\b")
_OF_A = pattern(r"(?: of)? (?:an?|the)(?= )|(?= )")
_NOTHING_MORE = pattern(r"\s*\Z")
_LINK_TO_DIGIT = pattern(r" ?(?:-|~|to|and|or) ?\d")


def read_quantity(prose: FoldedText, number: Number, floor: int) -> Quantity | None:
    """The quantity that `number` belongs to, None if it is not a figure; what is before `floor` belongs to earlier figures."""
    if number.start < floor or number.form == "long":
        return None
    plain_short = number.form == "plain" and not number.scaled and number.end - number.start < 4
    digits = number.form != "words"
    may_be_money = digits or prose.plain[number.start - 1 : number.start] in "$£€¥"
    before = money_before(prose, number.start, floor, plain=plain_short) if may_be_money else None
    if before is None and is_opaque(prose, number):
        return None
    start = before.edge if before else number.start
    quantity = Quantity(number, start, number.end, number.value, "bare", number.high)
    quantity = _with_letter(prose, quantity, money=before is not None) if digits and not number.scaled else quantity
    share = _share(prose, quantity) if before is None else None
    if share:
        return share
    reach = _over_of(prose, quantity)
    found = _with_money(prose, reach, before) or _with_unit(prose, reach) or _with_noun(prose, reach) or _bare(prose, quantity, floor)
    return _with_sign(prose, found) if found else None


def _over_of(prose: FoldedText, quantity: Quantity) -> Quantity:
    """The quantity extended over the "of" after a vague plural: "dozens of people"."""
    return quantity._replace(end=quantity.end + 3) if quantity.high is not None and prose.low.startswith(" of ", quantity.end) else quantity


def _share(prose: FoldedText, quantity: Quantity) -> Quantity | None:
    """A share in words: "one in five people" is 0.2."""
    match = _IN_MANY.match(prose.low, quantity.end)
    if not match or not quantity.small or quantity.high is not None:
        return None
    below = int(match[1]) if match[1].isdigit() else _MANY[match[1]]
    if not 0 < quantity.value < below <= 1000 or quantity.value != int(quantity.value):
        return None
    return quantity._replace(end=match.end(1), value=ratio(quantity.value, below))


def _with_letter(prose: FoldedText, quantity: Quantity, *, money: bool) -> Quantity:
    scale = letter_scale(prose.plain, quantity.end, money=money, value=quantity.value)
    return quantity._replace(end=scale[0], value=quantity.value * scale[1], scale=scale[1]) if scale else quantity


def _with_money(prose: FoldedText, quantity: Quantity, before: Money | None) -> Quantity | None:
    money = before or money_after(prose, quantity.end)
    if money is None or _is_weight(prose, quantity, money):
        return None
    end = quantity.end if before else money.edge
    code = money.code
    if before and code:
        more = qualified(prose, end, code)
        end, code = (more.edge, more.code) if more else (end, code)
        again = money_after(prose, end)  # "$5 million dollars"
        end = again.edge if again and again.code == code and not again.minor else end
    late = _LATE_SCALE.match(prose.low, end) if quantity.small and not before else None
    size = money.size * (SCALES[late[1]] if late else 1)
    end = late.end() if late else end
    per = read_per(prose, end, money=True)
    value = quantity.value * size
    return quantity._replace(end=end, value=value, kind="money", unit=money.minor, currency=code, per=per[1] if per else None,
        scale=quantity.scale * size,
    )  # fmt: skip


_WEIGHT_AFTER = pattern(r" (?:of|in weight|lighter|heavier|overweight|per square)\b")
_MONEY_TALK = pattern(
    r"\b(?:pay|paid|costs?|priced?|worth|spen[dt]|profit\w*|fined?|tax|budget|bill|debt|loan|salary|wages?|invest\w*|pence|sterling"
    r"|british|uk|britain|london|england|revenue|turnover|market)\b"
)


def _is_weight(prose: FoldedText, quantity: Quantity, money: Money) -> bool:
    """Whether "pounds" are a weight: they are money in thousands or more, or near words of money."""
    if prose.low[quantity.end : money.edge].strip(" -") not in ("pound", "pounds"):
        return False
    if prose.low.startswith("-", quantity.end) or _WEIGHT_AFTER.match(prose.low, money.edge):
        return True
    if quantity.scale * (1000 if quantity.number.scaled else 1) >= 1000:
        return False
    return not _MONEY_TALK.search(prose.low, max(0, quantity.start - 80), money.edge + 60)


def _with_unit(prose: FoldedText, quantity: Quantity) -> Quantity | None:
    unit = read_unit(prose, quantity.end, digits=quantity.number.form != "words")
    if unit is None and 0 < quantity.value < 1:
        unit = _unit_of_part(prose, quantity)
    if unit is None or _is_idle_one(prose, quantity.number, unit) or _is_name_after_year(prose, quantity):
        return None
    end, per = unit.end, unit.per
    if per is None:
        found = read_per(prose, end, money=False)
        end, per = found if found else (end, read_later_per(prose.low, end))
    return quantity._replace(end=end, kind="measure", unit=unit.name, per=per)


def _is_name_after_year(prose: FoldedText, quantity: Quantity) -> bool:
    """Whether the unit is a capitalised name behind a year: "in 2016 Stone said"."""
    at = quantity.end + 1
    return prose.raw[at : at + 2].istitle() and prose.raw[at : at + 2].isalpha() and is_year(prose, quantity.number, noun_at=at)


def _unit_of_part(prose: FoldedText, quantity: Quantity) -> Unit | None:
    """The unit that a fraction is of: "half an hour", "1/16 of a pint"."""
    link = _OF_A.match(prose.low, quantity.end)
    unit = read_unit(prose, link.end(), digits=False) if link else None
    return unit if unit and unit.name not in ("percent", "time") and not unit.age else None


def _is_idle_one(prose: FoldedText, number: Number, unit: Unit) -> bool:
    """Whether "one" does not measure its unit: "this one day", "one time"."""
    return is_one(prose, number) and (unit.name == "time" or prose.word_before(number.start) in _POINTING)


def is_one(prose: FoldedText, number: Number) -> bool:
    """Whether the number is the word "one", which is mostly a pronoun."""
    return number.form == "words" and number.end - number.start == 3 and prose.low.startswith("one", number.start)


def counts_one(prose: FoldedText, number: Number) -> bool:
    """Whether the word "one" is a number here: "one proposal", "one percent", not "no one", "one of the"."""
    unit = read_unit(prose, number.end, digits=False)
    if unit:
        return not _is_idle_one(prose, number, unit)
    noun = counted(prose.low, number.end, single=True)
    return noun is not None and _counts(prose, number, noun)


def _with_noun(prose: FoldedText, quantity: Quantity) -> Quantity | None:
    following = prose.plain[quantity.end : quantity.end + 1]
    if following not in (" ", "-", "\n", "") or (following == "-" and quantity.value == 0):
        return None
    one = quantity.value == 1 and quantity.high is None
    skip = _AFTERTHOUGHT.match(prose.low, quantity.end)
    noun = counted(prose.low, skip.end() if skip else quantity.end, single=one) or _of_those(prose, quantity)
    if noun is None or _does_not_count(prose, quantity, noun):
        return None
    if quantity.value < 1 and quantity.number.form in ("words", "fraction"):
        return quantity._replace(kind="bare")
    per = read_per(prose, noun.end, money=False)
    end, name = per if per else (noun.end, None)
    return quantity._replace(end=end, kind="count", unit=noun.head, per=name, phrase=prose.raw[noun.start : noun.start + len(noun.phrase)])


def _does_not_count(prose: FoldedText, quantity: Quantity, noun: CountedNoun) -> bool:
    """Whether the number before a noun is a pronoun, a year or a name: "the two sides", "2018 elections", "iPhone 12 models"."""
    number = quantity.number
    if is_one(prose, number) and not _counts(prose, number, noun):
        return True
    if quantity.value == 2 and is_pronoun(prose, number):
        return True
    return is_year(prose, number, noun_at=noun.start) or is_name(prose, number, noun=noun.head)


def _of_those(prose: FoldedText, quantity: Quantity) -> CountedNoun | None:
    """The noun behind "of the": "two of the deputies" counts deputies; the quote is the number alone."""
    match = _OF_THOSE.match(prose.low, quantity.end)
    if not match or quantity.value < 1:
        return None
    noun = counted(prose.low, match.end(), single=False)
    return noun._replace(end=quantity.end) if noun else None


def _counts(prose: FoldedText, number: Number, noun: CountedNoun) -> bool:
    """Whether "one" is a number here: "one proposal", not "no one", "one of the"."""
    if prose.low.startswith((" of ", "-on-", "'s", " another"), number.end) or noun.head in _ONE_STOPS:
        return False
    return prose.word_before(number.start) not in _PRONOUN_ONE


def _bare(prose: FoldedText, quantity: Quantity, floor: int) -> Quantity | None:
    number = quantity.number
    hanging = _HANGING.match(prose.low, quantity.end) is not None
    if hanging:
        return quantity._replace(hanging=True)
    following = prose.plain[quantity.end : quantity.end + 1]
    if following.isalnum() or (following == "-" and number.value == 0 and not prose.low.startswith("-to-", quantity.end)):
        return None
    if is_one(prose, number) and not _is_alone(prose, number):
        return None
    beside = 0 < floor >= quantity.start - 1
    if (not beside and is_name(prose, number, noun=None)) or is_pronoun(prose, number):
        return None
    if is_year(prose, number, noun_at=None) or is_small_talk(prose, number):
        return quantity._replace(doubtful=True) if _LINK_TO_DIGIT.match(prose.low, quantity.end) else None
    return quantity


def _is_alone(prose: FoldedText, number: Number) -> bool:
    """Whether the text holds nothing but this number."""
    # The text before is only searched at the last number: a search at each number would be quadratic.
    return _NOTHING_MORE.match(prose.low, number.end) is not None and not prose.low[: number.start].strip()


def _with_sign(prose: FoldedText, quantity: Quantity) -> Quantity:
    if prose.plain[quantity.number.start - 1 : quantity.number.start] == "-" and quantity.start < quantity.number.start - 1:
        return quantity._replace(value=-quantity.value)
    before = prose.low[max(0, quantity.start - 10) : quantity.start]
    match = _NEGATIVE.search(before) if before.rstrip("\n ").endswith(_NEGATIVES) else None
    if not match:
        return quantity
    start = quantity.start - len(match.group())
    return quantity._replace(start=start, value=-quantity.value)
