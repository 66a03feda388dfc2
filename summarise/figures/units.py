"""Units: the unit that follows a number, and the denominator of a rate. The tables are data/units.tsv and data/rates.tsv."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarise.figures.lexicon import singular, word_class
from summarise.figures.model import FoldedText, alternatives, leading_letters, pattern
from summarise.text.data_files import entries, table

_PREFIXES = {
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "hecto": "h", "deci": "d", "centi": "c", "milli": "m", "micro": "µ",
    "nano": "n", "pico": "p", "femto": "f", "exa": "E",
}  # fmt: skip
_AREAS = frozenset("metre kilometre centimetre millimetre micrometre nanometre mile yard foot inch".split())


def _plural(name: str) -> str:
    return name if name.endswith(("z", "s")) else name + "es" if name.endswith("ch") else name + "s"


def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """The names and the symbols of all units, metric ones with their prefixes, each with the name of its unit in the singular."""
    names: dict[str, str] = {}
    symbols: dict[str, str] = {}
    for unit, others, signs, prefixes in table(__package__, "data/units.tsv"):
        written = [unit.lower(), *entries(others)]
        names.update(dict.fromkeys(written, unit))
        symbols.update(dict.fromkeys(signs.split(), unit))
        if prefixes:
            written += [_plural(name) for name in written]
            names.update({prefix + name: prefix + unit for prefix in ("", *_PREFIXES) for name in written})
        for prefix, letter in _PREFIXES.items():
            if letter in prefixes.split():
                symbols.update(
                    {sign: prefix + unit for plain in signs.split() for sign in (letter + plain, letter.replace("µ", "μ") + plain)}
                )
    for size, short, raised in (("square", "sq", "squared"), ("cubic", "cu", "cubed")):
        areas = {name: f"{size} {unit}" for name, unit in names.items() if unit in _AREAS}
        areas |= {sign: f"{size} {symbols[sign]}" for sign in "m km ft mi in yd cm mm".split()}
        for name, unit in areas.items():
            names.update(dict.fromkeys([f"{size} {name}", f"{short} {name}", f"{short}. {name}", f"{name} {raised}"], unit))
    return names, symbols


NAMES, _SYMBOLS = _tables()
_RATES = {written: (unit, per) for written, unit, per in table(__package__, "data/rates.tsv") if unit}
_DENOMINATORS = {written: per for written, unit, per in table(__package__, "data/rates.tsv") if not unit}

_POWER = r"\^?[²³23](?!\d)"
_ANY_SYMBOL = alternatives(_SYMBOLS)
_SYMBOL = pattern(rf"(?P<gap> ?-? ?)(?:(?P<rate>{alternatives(_RATES)})|(?P<symbol>{_ANY_SYMBOL})(?P<power>{_POWER})?)(?!\w|['&]\w)")
_OVER = pattern(
    rf"(?: ?/ ?(?P<symbol>{_ANY_SYMBOL})(?P<power>{_POWER})?| ?[·⋅]? ?(?P<inverse>{_ANY_SYMBOL}) ?(?:\^?-|⁻)(?P<minus>[123¹²³]))(?![\w])"
)
_BRACKETS = pattern(r" ?[(\[<{]([^\W\d_]{1,5})[)\]>}]")
_DEGREES_OF = pattern(r" ?(F|C)(?:ahrenheit|elsius|entigrade)?(?![a-z])", re.IGNORECASE)
_PERCENT = pattern(
    r"(?: {0,2}|-)(?:(?P<points>(?:percent(?:age)?|per cent|%|pct|pc)(?: |-)points?\b|pp\b)|"
    r"(?:%|percents?\b|percentage\b(?! points)|per cent\b|pct\b|pc\b))"
)
_AGE = pattern(
    r"[ -] ?-? ?(?P<unit>year|month|week|day|hour|minute)s?(?:(?:[ -] ?-? ?)olds?\b| of age\b)"
    r"| (?:yrs?|y\.?o\.?)(?: old\b|(?<=o\.)|(?<=yo)\b)"
)
_NAME_AFTER = pattern(
    r"(?: {1,2}| ?- ?|\n(?=[a-z]))([^\W\d_]{1,40}\.?)(?:(?: |-| - )([^\W\d_]{1,40}\.?))?(?:(?: |-)([^\W\d_]+))?(?:(?: |-)([^\W\d_]+))?"
)
_SYSTEMS = frozenset("us imperial british metric".split())
_HEADS = _SYSTEMS | {phrase.replace("-", " ").split(" ", 1)[0] for phrase in NAMES}
_SYMBOL_HEADS = {leading_letters(symbol.lower()) for symbol in (*_RATES, *_SYMBOLS)}
_TIMES = pattern(r"(?: times\b|-times\b|-?fold\b| fold\b|x(?![\w]))")
_QUOTE_MARKS = pattern(r"(''|\"|')(?![\w])")

_PERIODS = alternatives(word_class("periods"))
_PER = pattern(
    rf"(?: |-| - )(?:(?:per|a|an|each|every)(?: |-| - )(?P<a>{_PERIODS}|{alternatives(word_class('priced things'))})(?:s\b)?(?![\w])"
    r"(?! (?:ago|earlier|later|before|after)\b)"
    r"|(?:per|p\.)(?: |-| - )(?P<per>(?:square|cubic|sq\.?|cu\.?) [a-z]+|[a-z]+)(?![a-z])"
    r"|(?P<adverb>p\.a\.|pa\b|annually|yearly|daily|weekly|monthly|hourly))"
    r"| ?/ ?(?P<slash>[a-z]+)\b"
)
# "$30,000 a case": for money any noun will do, if the phrase ends after it.
_A_THING = pattern(r" an? ([a-z]{3,14})(?=[.,;:)!?]|\Z| (?:and|or|in|for|at|to|from|on|by|last|this|so)\b)")
_UNPRICED = word_class("unpriced words")
_WORD_AFTER = pattern(r"[ -]([a-z]+)")
_LATER_PER = pattern(rf"(?:,? [\w'&.-]+){{1,12}}? (?:each|every|per|a) (?P<a>{_PERIODS})\b")
_NO_DENOMINATORS = frozenset("the a an cent se".split())


class Unit(NamedTuple):
    """A unit: where it ends, its name in the singular, its denominator, and whether it is an age."""

    end: int
    name: str
    per: str | None = None
    age: bool = False


def read_unit(prose: FoldedText, end: int, *, digits: bool) -> Unit | None:
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


def _times(prose: FoldedText, end: int) -> Unit | None:
    match = _TIMES.match(prose.low, end)
    return Unit(match.end(), "time") if match else None


def _unit(end: int, name: str) -> Unit:
    """The unit of that name, "dot per inch" as a rate; "part per million" is a unit."""
    numerator, _, per = name.partition(" per ")
    return Unit(end, name) if not per or per.startswith(("million", "billion", "mille")) else Unit(end, numerator, per)


def _named(prose: FoldedText, end: int) -> Unit | None:
    """The longest name of up to four words; a system before the name is skipped: "imperial gallons"."""
    match = _NAME_AFTER.match(prose.low, end) if prose.letters_after(end) in _HEADS else None
    if not match:
        return None
    words = [word for word in match.groups() if word]
    for first in range(2 if words[0] in _SYSTEMS else 1):
        for last in range(len(words), first, -1):
            for joint in (" ", "-"):
                written = joint.join(words[first:last])
                name = written.rstrip(".")
                if name in NAMES:
                    return _unit(match.end(last) - len(written) + len(name), NAMES[name])
    return None


def _symbol(prose: FoldedText, end: int) -> Unit | None:
    match = _SYMBOL.match(prose.plain, end) if prose.letters_after(end) in _SYMBOL_HEADS else None
    if not match:
        return None
    if match["rate"]:
        return Unit(match.end(), *_RATES[match["rate"]])
    symbol = match["symbol"]
    over = _OVER.match(prose.plain, match.end())
    if not _plausible(prose.plain, match, symbol, compound=over is not None):
        return None
    degrees = _DEGREES_OF.match(prose.plain, match.end()) if symbol == "°" else None
    if degrees:
        return Unit(degrees.end(), "degree Fahrenheit" if degrees[1].lower() == "f" else "degree Celsius")
    name = _powered(symbol, match["power"])
    if over:
        return Unit(over.end(), name, _powered(over["symbol"] or over["inverse"], over["power"] or over["minus"]))
    return _unit(match.end(), name)


def _bracketed(prose: FoldedText, end: int) -> Unit | None:
    """A symbol in brackets: "20 (kg)", "20 [kg]"."""
    match = _BRACKETS.match(prose.plain, end)
    return _unit(match.end(), _SYMBOLS[match[1]]) if match and match[1] in _SYMBOLS else None


def _plausible(plain: str, match: re.Match[str], symbol: str, *, compound: bool) -> bool:
    """Whether letters that are also words or names are meant as a unit here: "2 in" at the end, not "2 in the"."""
    if compound:
        return "-" not in match["gap"] or len(symbol) > 1 or symbol in "ATtsNhWVm"
    following = plain[match.end() : match.end() + 1]
    if symbol == "s" and not match["gap"]:
        return False
    if symbol in ("in", "st."):
        return following in ("", ".", ",", ";", ")") or "-" in match["gap"]
    if symbol in ("A", "T", "N") and match["gap"]:
        return match["power"] is not None or following in ("", ".", ",", ";", ")")
    return "-" not in match["gap"] or len(symbol) > 1 or symbol in "WVmtsh"


def _powered(symbol: str, power: str | None) -> str:
    if not power or power in "1¹":
        return _SYMBOLS[symbol]
    return ("square " if power[-1] in "2²" else "cubic ") + _SYMBOLS[symbol]


def _marked(prose: FoldedText, end: int) -> Unit | None:
    """Feet and inches by their marks, if the mark does not close a quotation."""
    match = _QUOTE_MARKS.match(prose.plain, end)
    if not match or prose.raw[end] in "’”":
        return None
    line = max(prose.plain.rfind("\n", max(0, end - 300), end), end - 300, 0)
    if prose.plain.count(match[1][0], line, end) % 2:
        return None
    return Unit(match.end(), "foot" if match[1] == "'" else "inch")


def read_per(prose: FoldedText, end: int, *, money: bool) -> tuple[int, str] | None:
    """The denominator after a unit that ends at `end`: where it ends and its name."""
    match = _PER.match(prose.low, end)
    if not match:
        thing = _A_THING.match(prose.low, end) if money else None
        return (thing.end(), singular(thing[1])) if thing and thing[1] not in _UNPRICED else None
    if match["adverb"]:
        return match.end(), _DENOMINATORS[match["adverb"]]
    group = match.lastgroup or ""
    word = match[group]
    symbol = word if match["slash"] else prose.plain[match.start(group) : match.end(group)]
    longer = _WORD_AFTER.match(prose.low, match.end()) if match["per"] else None
    if longer and f"{word} {longer[1]}" in NAMES:
        return longer.end(), NAMES[f"{word} {longer[1]}"]
    name = NAMES.get(word) or _SYMBOLS.get(symbol) or _DENOMINATORS.get(word)
    if word in _NO_DENOMINATORS or (match["slash"] and not name):
        return None
    return match.end(), name or singular(word)


def read_later_per(low: str, end: int) -> str | None:
    """A denominator at the end of the same noun phrase: "38 billion cubic metres of gas each year"."""
    if not low.startswith(" of ", end):
        return None
    match = _LATER_PER.match(low, end, min(len(low), end + 140))
    return match["a"] if match and not any(map(str.isdigit, match.group())) else None
