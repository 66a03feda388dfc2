"""Units: the unit that follows a number, and the denominator of a rate."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarise.figures.lexicon import singular
from summarise.figures.model import Prose, leading_letters, pattern

_PREFIXES = {
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "hecto": "h", "deci": "d", "centi": "c", "milli": "m", "micro": "µ",
    "nano": "n", "pico": "p", "femto": "f", "exa": "E",
}  # fmt: skip

# canonical name: other names; symbols; the prefixes it is used with
_METRIC = """
metre: meter; m; k c m µ n d p
gram: gramme; g; k m µ n p
litre: liter; l L; m µ c d h M
watt:; W; k M G T m µ
watt hour: watt-hour; Wh; k M G T
volt:; V; k M m µ
ampere: amp; A; k m µ n
ampere hour: amp hour, ampere-hour; Ah; m k
ohm:; Ω; k M
farad:; F; m µ n p
joule:; J; k M G T m µ
pascal:; Pa; k M G h m
hertz:; Hz; k M G T
byte:; B; k M G T P
bit:; bit; k M G T
newton:; N; k M m
newton metre: newton meter, newton-metre; Nm; k
electronvolt: electron volt; eV; k M G T m
tesla:; T; m µ n
gray:; Gy; m c k
sievert:; Sv; m µ
becquerel:; Bq; k M G T P
mole:; mol; m µ n k p
bar:; bar; m k
second:; s; m µ n p f
parsec:; pc; k M G
lumen:; lm;
molar:; M; m µ n p
"""

_OTHERS = """
inch: inches; in
foot: feet; ft
yard: yards; yd yds
mile: miles; mi
nautical mile: nautical miles; nmi
light year: light years, light-year, light-years; ly
ounce: ounces; oz
fluid ounce: fluid ounces, fl oz; fl.oz
pound: pounds, pound-mass; lb lbs
stone: stones; st.
ton: tons, short ton, short tons, long ton, long tons;
tonne: tonnes, metric ton, metric tons, metric tonne, metric tonnes; t
kilogram: kilo, kilos, kilogramme, kilogrammes; kgs
carat: carats; ct
hectare: hectares; ha
acre: acres; ac
gallon: gallons; gal gals
quart: quarts; qt
pint: pints; pt
cup: cups;
teaspoon: teaspoons; tsp
tablespoon: tablespoons; tbsp tbs
barrel: barrels; bbl bbls
bushel: bushels; bu
horsepower: horse power; hp HP
brake horsepower:; bhp BHP
metric horsepower:; PS
pound foot: pound-feet, pound-foot, pound feet, lb-ft; lb-ft
foot pound: foot-pounds, foot-pound, ft-lb; ft-lb ft-lbs
minute: minutes, mins; min mins
hour: hours, hrs; h hr hrs
day: days;
week: weeks; wk wks
month: months;
year: years; yr yrs
decade: decades;
century: centuries;
second: secs, sec; sec secs
millisecond: milliseconds; ms msec
degree Celsius: deg celsius, degrees celsius, degrees centigrade, celsius, centigrade, degree c, degrees c, deg c, celcius; °C ℃ ºC C
degree Fahrenheit: degrees fahrenheit, fahrenheit, degree fahrenheit, degrees f, degree f, deg f, deg fahrenheit; °F ℉ ºF
kelvin: kelvins; K
degree: degrees, deg; ° º
radian: radians; rad
decibel: decibels; dB dBA
percent: percent, per cent, pct; % ٪
per mille:; ‰
percentage point: percentage points, percent points, percentage-point, pct points, % points; pp
basis point: basis points, basis-point; bps bp
part per million: parts per million, parts-per-million; ppm
part per trillion: parts per trillion; ppt
weight percent: weight percent; wt% wt.%
angstrom: angstroms; Å
astronomical unit: astronomical units; AU
part per billion: parts per billion, parts-per-billion; ppb
pixel: pixels; px
megapixel: megapixels; MP
dot per inch: dots per inch; dpi
atmosphere: atmospheres; atm
kilopound per square inch:; ksi
pound per square inch: pounds per square inch; psi
calorie: calories;
kilocalorie: kilocalories; kcal kcals
British thermal unit: british thermal units; BTU Btu
million British thermal units:; mmBTU MMBtu MMBTU mmbtu
kilobit: kilobits; kb Kb
kilobyte: kilobytes; KB
megabit: megabits; Mb
gigabit: gigabits; Gb
terabit: terabits; Tb
kilohertz:; KHz khz
megahertz:; Mhz
square metre: square meters, square metres, square meter, square metre; sqm
square foot: square feet, square foot; sqft
square kilometre: square kilometers, square kilometres, square kilometer, square kilometre;
kilometre: kilometers, klicks; kms
micrometre: microns, micron; μm
microgram:; mcg μg
hertz: hertz;
knot: knots; kn kt
gauge:;
mach:;
dozen: dozens;
bitcoin: bitcoins; BTC ₿ XBT
satoshi: satoshis;
sigma: sigmas; σ
cubic centimetre:; cc
international unit: international units; IU
twenty-foot equivalent unit:; TEU TEUs
"""
_LENGTHS = "metre meter kilometre kilometer centimetre centimeter millimetre millimeter micrometre nanometre mile yard"
_SQUARES = [
    *(name + end for name in _LENGTHS.split() for end in ("", "s")),
    "foot", "feet", "inch", "inches",
]  # fmt: skip

# Rates that have a symbol of their own: unit, denominator.
RATES = {
    symbol: (unit, per)
    for symbol, unit, per in (
        entry.strip().split(":")
        for entry in """
        mph:mile:hour, m.p.h.:mile:hour, m.p.h:mile:hour, MPH:mile:hour, kph:kilometre:hour, kmph:kilometre:hour,
        kmh:kilometre:hour, mpg:mile:gallon, MPG:mile:gallon, rpm:revolution:minute, RPM:revolution:minute, bpm:beat:minute,
        fps:frame:second, bpd:barrel:day, b/d:barrel:day, bbl/d:barrel:day, kbps:kilobit:second, Kbps:kilobit:second,
        Mbps:megabit:second, mbps:megabit:second, Gbps:gigabit:second, gbps:gigabit:second, tpa:tonne:year, mtpa:million
        tonnes:year
        """.split(",")
    )
}
# What these denominators are called in full.
DENOMINATORS = {
    "annum": "year",
    "yr": "year",
    "hr": "hour",
    "h": "hour",
    "s": "second",
    "sec": "second",
    "min": "minute",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "p.a.": "year",
}


def _plural(name: str) -> str:
    return name if name.endswith(("z", "s")) else name + "es" if name.endswith("ch") else name + "s"


def _metric() -> tuple[dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    symbols: dict[str, str] = {}
    for line in _METRIC.strip().splitlines():
        canonical, rest = line.split(":")
        others, signs, letters = (part.split(",") if index == 0 else part.split() for index, part in enumerate(rest.split(";")))
        for name in [canonical, *(other.strip() for other in others if other.strip())]:
            for form in (name, _plural(name)):
                names[form] = canonical
                names.update({prefix + form: prefix + canonical for prefix in _PREFIXES})
        for sign in signs:
            symbols[sign] = canonical
            symbols.update({letter + sign: prefix + canonical for prefix, letter in _PREFIXES.items() if letter in letters})
            symbols.update({"μ" + sign: "micro" + canonical} if "µ" in letters else {})
    del symbols["pc"], symbols["M"]
    return names, symbols


def _tables() -> tuple[dict[str, str], dict[str, str]]:
    names, symbols = _metric()
    for line in _OTHERS.strip().splitlines():
        canonical, rest = line.split(":")
        others, signs = rest.split(";")
        names.update(dict.fromkeys([canonical.lower(), *(other.strip() for other in others.split(",") if other.strip())], canonical))
        symbols.update(dict.fromkeys(signs.split(), canonical))
    for size, short, raised in (("square", "sq", "squared"), ("cubic", "cu", "cubed")):
        for name in _SQUARES:
            canonical = size + " " + names[name]
            names.update(dict.fromkeys([f"{size} {name}", f"{short} {name}", f"{short}. {name}", f"{name} {raised}"], canonical))
        for sign in ("m", "km", "ft", "mi", "in", "yd", "cm", "mm"):
            names[f"{short} {sign}"] = names[f"{short}. {sign}"] = f"{size} {symbols[sign]}"
            names[f"{sign} {raised}"] = f"{size} {symbols[sign]}"
    return names, symbols


NAMES, SYMBOLS = _tables()


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
