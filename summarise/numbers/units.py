"""The unit that follows a number, and the denominator of a rate."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarise.numbers.nouns import singular
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose, leading_letters
from summarise.numbers.units_table import DENOMINATORS, NAMES, RATES, SYMBOLS


class Unit(NamedTuple):
    """A unit: where it ends, its name in the singular, its denominator, and whether it is an age."""

    end: int
    name: str
    per: str | None = None
    age: bool = False


def _any_of(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_SYMBOL = pattern(rf"(?P<gap> ?-? ?)(?:(?P<rate>{_any_of(RATES)})|(?P<symbol>{_any_of(SYMBOLS)})(?P<power>\^?[²³23](?!\d))?)(?!\w|['&]\w)")
_BRACKETS = pattern(r" ?[(\[<{]([^\W\d_]{1,5})[)\]>}]")
_DEGREES_OF = pattern(r" ?(F|C)(?:ahrenheit|elsius|entigrade)?(?![a-z])", re.IGNORECASE)
_OVER = pattern(
    rf"(?: ?/ ?(?P<symbol>{_any_of(SYMBOLS)})(?P<power>\^?[²³23](?!\d))?"
    rf"| ?[·⋅]? ?(?P<inverse>{_any_of(SYMBOLS)}) ?(?:\^?-|⁻)(?P<minus>[123¹²³]))(?![\w])"
)
_PERCENT = pattern(
    r"(?: {0,2}|-)(?:(?P<points>(?:percent(?:age)?|per cent|%|pct|pc)(?: |-)points?\b|pp\b)|"
    r"(?:%|percents?\b|percentage\b(?! points)|per cent\b|pct\b|pc\b))"
)
_AGE = pattern(
    r"(?P<gap>[ -] ?-? ?)(?P<unit>year|month|week|day|hour|minute)s?(?:(?:[ -] ?-? ?)olds?\b| of age\b)"
    r"|(?P<gap2> )(?:yrs?|y\.?o\.?)(?: old\b|(?<=o\.)|(?<=yo)\b)"
)
_NAME_WORDS = pattern(
    r"(?P<gap> {1,2}| ?- ?|\n(?=[a-z]))(?P<one>[^\W\d_]{1,40}\.?)"
    r"(?:(?P<g2> |-| - )(?P<two>[^\W\d_]{1,40}\.?))?(?:(?: |-)(?P<three>[^\W\d_]+))?(?:(?: |-)(?P<four>[^\W\d_]+))?"
)
_FIRST = frozenset(phrase.replace("-", " ").split(" ", 1)[0] for phrase in NAMES)
_SYSTEMS = frozenset("us u.s. imperial british metric".split())
_HEADS = _FIRST | _SYSTEMS
_SYMBOL_HEADS = {leading_letters(symbol.lower()) for symbol in (*RATES, *SYMBOLS)}
_TIMES = pattern(r"(?: times\b|-times\b|-?fold\b| fold\b|x(?![\w]))")
_QUOTE_MARKS = pattern(r"(''|\"|')(?![\w])")

_TIME_WORDS = "second|minute|hour|day|night|week|fortnight|weekend|month|quarter|season|year|decade|century"
_A_WORDS = (
    f"{_TIME_WORDS}|share|barrel|gallon|litre|liter|ounce|pound|ton|tonne|kilo|kilogram|gram|bushel|acre|hectare|mile|kilometre|kilometer|"
    "head|person|piece|unit|ticket|copy|bottle|pack|seat|game|foot|metre|meter|plate|pop|vote|household|word|point|ride|class"
)
_PER = pattern(
    rf"(?: |-| - )(?:(?:per|a|an|each|every)(?: |-| - )(?P<a>{_A_WORDS})(?:s\b)?(?![\w])(?! (?:ago|earlier|later|before|after)\b)"
    rf"|(?:per|p\.)(?: |-| - )(?P<two>(?:square|cubic|sq\.?|cu\.?) [a-z]+|head|capita|[a-z]+)(?![a-z])"
    rf"|(?P<annual>p\.a\.|pa\b|per annum|annually|yearly|daily|weekly|monthly|hourly))"
    rf"| ?/ ?(?P<slash>[a-z]+)\b"
)
# "$30,000 a case": for money any noun will do, where the phrase ends behind it.
_A_THING = pattern(r" an? ([a-z]{3,14})(?=[.,;:)!?]|\Z| (?:and|or|in|for|at|to|from|on|by|last|this|so)\b)")
_NO_THINGS = frozenset(
    """
    few lot little bit total record further third quarter half dozen hundred thousand million billion spokesman spokeswoman source report
    """.split()
)
_WORD_AFTER = pattern(r"[ -]([a-z]+)")
_LATER_PER = pattern(rf"(?:,? [\w'&.-]+){{1,12}}? (?:each|every|per|a) (?P<a>{_TIME_WORDS})\b")
_ADVERBS = {
    "annually": "year",
    "yearly": "year",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "hourly": "hour",
    "p.a.": "year",
    "pa": "year",
    "per annum": "year",
}
_NOT_PER = frozenset("the a an cent se capita".split())


def read_unit(prose: Prose, end: int, *, digits: bool) -> Unit | None:
    """The unit of measure after the number that ends at `end`, None for none; counted nouns are found elsewhere."""
    percent = _PERCENT.match(prose.low, end)
    if percent:
        return Unit(percent.end(), "percentage point" if percent["points"] else "percent")
    age = _AGE.match(prose.low, end)
    if age:
        return Unit(age.end(), age["unit"] or "year", age=True)
    return (
        _named(prose, end)
        or (_symbol(prose, end) or _bracketed(prose, end) if digits else None)
        or _times(prose, end)
        or (_marked(prose, end) if digits else None)
    )


def _times(prose: Prose, end: int) -> Unit | None:
    match = _TIMES.match(prose.low, end)
    return Unit(match.end(), "time") if match else None


def _named(prose: Prose, end: int) -> Unit | None:
    if prose.letters_after(end) not in _HEADS:
        return None
    match = _NAME_WORDS.match(prose.low, end)
    if not match or (match["one"].rstrip(".") not in _FIRST and match["one"] not in _SYSTEMS):
        return None
    words = [word for word in (match["one"], match["two"], match["three"], match["four"]) if word]
    return _longest_name(match, words, 0) or (_longest_name(match, words, 1) if words[0] in _SYSTEMS else None)


def _longest_name(match: re.Match[str], words: list[str], first: int) -> Unit | None:
    for count in range(len(words), first, -1):
        for joint in (" ", "-"):
            phrase = joint.join(words[first:count])
            name = NAMES.get(phrase) or NAMES.get(phrase.rstrip("."))
            if name:
                edge = match.end(("one", "two", "three", "four")[count - 1])
                return _split(Unit(edge - (phrase not in NAMES and phrase.endswith(".")), name))
    return None


def _split(unit: Unit) -> Unit:
    name, _, per = unit.name.partition(" per ")
    return unit._replace(name=name, per=per or None) if per and not per.startswith(("million", "billion", "mille")) else unit


def _symbol(prose: Prose, end: int) -> Unit | None:
    match = _SYMBOL.match(prose.plain, end) if prose.letters_after(end) in _SYMBOL_HEADS else None
    if not match:
        return None
    if match["rate"]:
        return Unit(match.end(), *RATES[match["rate"]])
    symbol = match["symbol"]
    over = _OVER.match(prose.plain, match.end())
    if not _plausible(prose.plain, match, symbol, compound=over is not None):
        return None
    degrees = _DEGREES_OF.match(prose.plain, match.end()) if symbol == "°" else None
    if degrees:
        return Unit(degrees.end(), "degree Fahrenheit" if degrees[1].lower() == "f" else "degree Celsius")
    name = _powered(symbol, match["power"] or "")
    if over:
        return Unit(over.end(), name, _powered(over["symbol"] or over["inverse"], (over["power"] or over["minus"] or "").strip("1¹")))
    return _split(Unit(match.end(), name))


def _bracketed(prose: Prose, end: int) -> Unit | None:
    """ "20 (kg)", "20 [kg]"."""
    match = _BRACKETS.match(prose.plain, end)
    name = SYMBOLS.get(match[1]) if match else None
    return _split(Unit(match.end(), name)) if match and name else None


def _plausible(plain: str, match: re.Match[str], symbol: str, *, compound: bool) -> bool:
    """Whether letters that are also words or names are meant as a unit here: "2 in" at the end, not "2 in the"."""
    after = plain[match.end() : match.end() + 2]
    if symbol == "s" and not match["gap"] and not compound:
        return False
    if symbol in ("in", "a", "st.", "min") and not compound:
        return symbol == "min" or (not after[:1] or after[0] in ".,;)") or "-" in match["gap"]
    if symbol in ("A", "T", "t", "s", "N", "h", "M") and match["gap"]:
        return compound or match["power"] is not None or after[:1] in ("", ".", ",", ";", ")") or symbol in ("h", "t", "s")
    return "-" not in match["gap"] or len(symbol) > 1 or symbol in "WVm"


def _powered(symbol: str, power: str) -> str:
    name = SYMBOLS[symbol]
    name = DENOMINATORS.get(name, name)
    if not power:
        return name
    return ("square " if power[-1] in "2²" else "cubic ") + name


def _marked(prose: Prose, end: int) -> Unit | None:
    """Feet and inches by their marks, where the mark does not close a quotation."""
    match = _QUOTE_MARKS.match(prose.plain, end)
    if not match or prose.raw[end] in "’”" or "." in prose.plain[end + 1 : end + 1]:
        return None
    line = max(prose.plain.rfind("\n", max(0, end - 300), end), end - 300, 0)
    if prose.plain.count(match[1][0], line, end) % 2:
        return None
    return Unit(match.end(), "foot" if match[1] == "'" else "inch")


def read_per(prose: Prose, end: int, *, money: bool) -> tuple[int, str] | None:
    """The denominator after a unit that ends at `end`: where it ends and its name."""
    match = _PER.match(prose.low, end)
    if not match:
        thing = _A_THING.match(prose.low, end) if money else None
        return (thing.end(), singular(thing[1])) if thing and thing[1] not in _NO_THINGS else None
    if match["slash"]:
        name = NAMES.get(match["slash"]) or DENOMINATORS.get(match["slash"]) or SYMBOLS.get(match["slash"])
        return (match.end(), DENOMINATORS.get(name, name)) if name else None
    if match["annual"]:
        return match.end(), _ADVERBS[match["annual"]]
    word = match["a"] or match["two"]
    if word in _NOT_PER and word != "capita":
        return None
    longer = _WORD_AFTER.match(prose.low, match.end()) if match["two"] else None
    name = NAMES.get(f"{word} {longer[1]}") if longer else None
    if longer and name:
        return longer.end(), DENOMINATORS.get(name, name)
    return match.end(), _denominator(prose, match, word)


def _denominator(prose: Prose, match: re.Match[str], word: str) -> str:
    group = "a" if match["a"] else "two"
    written = prose.plain[match.start(group) : match.end(group)]
    name = NAMES.get(word) or SYMBOLS.get(written) or DENOMINATORS.get(word)
    if name is None and word.startswith(("sq", "cu")):
        name = NAMES.get(word.replace(".", ""))
    return DENOMINATORS.get(name or "", name or ("person" if word in ("head", "capita") else singular(word)))


def read_later_per(low: str, end: int) -> str | None:
    """ "38 billion cubic metres of gas each year": a denominator that ends the same noun phrase."""
    if not low.startswith(" of ", end):
        return None
    match = _LATER_PER.match(low, end, min(len(low), end + 140))
    if not match or any(letter.isdigit() for letter in match.group()):
        return None
    return match["a"]
