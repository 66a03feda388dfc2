"""Facts about units of measure: names, symbols, and what a rate symbol stands for."""

from __future__ import annotations

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
