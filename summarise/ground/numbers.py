"""Numbers that a text states, each in every form equal to it: "half" and "50%", "a fortnight" and "14 days", "twice" and "doubled"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, TypeAlias

from summarise.figures import find_numerals
from summarise.figures.find import Numeral

_ENGLISH = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
"""
_OTHERS = """
    zwei drei vier fünf funf fuenf sechs sieben acht neun zehn zwölf zwoelf zwanzig dreissig dreißig vierzig fünfzig sechzig siebzig achtzig
    neunzig hundert tausend millionen milliarde milliarden dutzend
    deux trois quatre cinq sept huit neuf onze douze treize quatorze quinze vingt vingts trente quarante cinquante soixante cents mille
    millier milliers milliard milliards douzaine
    uno dos tres cuatro cinco siete ocho nueve diez doce trece catorce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta
    noventa ciento cien cientos doscientos trescientos quinientos quinientas mil millón millon millones docena
    dois duas três quatro oito nove dez doze vinte trinta quarenta cinquenta sessenta oitenta cem cento quinhentos milhão milhao milhões
    milhoes bilhão bilhões mil
    quattro cinque sette otto dieci undici dodici venti trenta quaranta cinquanta sessanta settanta ottanta novanta duecento cinquecento
    mila milione milioni miliardo miliardi
    twee drie vijf zes zeven negen tien twaalf twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend miljoen
    miljard
    tjugo trettio femtio hundra tusen miljon miljoner miljard femti hundre millioner pięć dziesięć sto tysiąc tysięcy milion milionów
"""
_LINKS = "und|et|y|e|en|and"
# Parts of a word too short, or too English, to be looked for by themselves.
_INSIDE_ONLY = "ein|eins|eine|elf|six|dix|cent|cento|due|sei|tre|sto|one|und"


def _any(words: str) -> str:
    return "|".join(sorted(set(words.split()), key=len, reverse=True))


RUN_TOGETHER = re.compile(rf"(?:{_any(_ENGLISH)})(?:(?:and)?(?:{_any(_ENGLISH)}))+")
"""Two or more English number words in one ("fivehundredmillion")."""
FOREIGN = re.compile(rf"(?:(?:{_INSIDE_ONLY})(?:{_LINKS})?)*(?:{_any(_OTHERS)})(?:(?:{_LINKS})?(?:{_any(_OTHERS)}|{_INSIDE_ONLY}))*")
"""A number word of German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Norwegian or Polish, or several in one."""
ROMAN = re.compile(
    r"(?!(?:mm|cm|ml|cl|dl|cc|mix|di|mi|dim|lid|vi|dc|dvd|cd|md|xi)\Z)(?=[ivxlcdm]{2})m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
)
"""A Roman number of two letters or more, but for units and words."""


Kind: TypeAlias = Literal["number", "share", "times", "seconds", "months", "vague"]


class Form(NamedTuple):
    """One way to state an amount. A share is part of one, "times" a multiple of what was, "vague" the step that "thousands" names."""

    kind: Kind
    value: Decimal


@dataclass(frozen=True, slots=True)
class Stated:
    """A number said at [start, end) of a text.

    It stands in an article that holds any of `forms`, or all of `parts`; `rounding` is the word that lets it be a round number ("about").
    """

    start: int
    end: int
    forms: frozenset[Form]
    parts: tuple[Stated, ...] = ()
    rounding: str | None = None


# Seconds of a unit, or months.
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1_200}
_UNIT = r"(second|minute|hour|day|week|fortnight|month|quarter|year|decade|centur(?:y|ies))s?\b"
_DURATION = re.compile(rf"[- ]{_UNIT}(?!-hand)")
_ONE_UNIT = re.compile(rf"\b(?:an?|one|the|last|past|next|each|every|per|this|half[- ]an?|half)[- ]{_UNIT}(?!-hand)")

_PERCENT = re.compile(r"\s?(?:%|per ?cent|pc\b|percent(?:age)?|٪)(?! ?points?\b)")
_POINTS = re.compile(r"\s?(?:basis points?|bps?\b)")
_MULTIPLE = re.compile(r"(?:[- ]?fold|[- ]?times|x)\b")
_OUT_OF = re.compile(r"\s(?:of|of every|(?:[a-z]+\s)?(?:in|out of|in every|out of every))\s(?:the\s)?\Z")
_ONE_OUT_OF = re.compile(r"\bone(?:\s[a-z]+)?\s(?:in|out of|of|in every|out of every)\s(?:the\s)?\Z")
_JOINED = re.compile(r"\s?(?:[-–—]|to|and|or)\s?(?:[$£€¥]|[a-z]{1,3}[$£€])?\Z")
_SCALES = {
    "hundred": 100, "thousand": 1_000, "k": 1_000, "million": 10**6, "m": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "b": 10**9,
    "trillion": 10**12, "tn": 10**12, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_SCALED = re.compile(rf"\d\s?({'|'.join(sorted(_SCALES, key=len, reverse=True))})\Z")
_LETTER_SCALE = re.compile(r"(mn|bn|tn|[mkb])\b")
_AND_A = re.compile(r"\sand\sa\s")
_SCORE = re.compile(r"[- ]score\b")
_NO_NUMBER = re.compile(r"[- ](?:hand|party|parties|time|brother|sister|hearted|baked|mast|year|term|way)\b")
_RISE = re.compile(
    r"\b(?:r(?:ise|ises|isen|ose|ising)|up|gr(?:ow|ows|ew|own|owth|owing)|increas\w+|jump\w*|surg\w+|climb\w*|soar\w*|more|higher|gain\w*)\b"
)
_FALL = re.compile(
    r"\b(?:f(?:all|alls|ell|allen|alling)|down|cut\w*|drop\w*|declin\w+|decreas\w+|lower|less|los[et]\w*|slump\w*|plung\w*|shrank|shrink\w*)\b"
)
_AROUND = 40
"""Characters before a percentage in which its verb of change is sought."""

_MULTIPLES = dict(
    zip(
        "twice thrice double triple treble quadruple quintuple sextuple septuple octuple nonuple decuple".split(),
        (2, 3, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10),
        strict=True,
    )
)
_FOLD = dict(zip("two three four five six seven eight nine ten hundred thousand".split(), (*range(2, 11), 100, 1_000), strict=True))
# "doubled", "trebling", "tenfold", "twice".
_MULTIPLE_WORD = re.compile(
    rf"\b(?:({'|'.join(word.removesuffix('e') for word in _MULTIPLES)})(?:e|ed|es|ing)|({'|'.join(_FOLD)})-?fold)\b"
)
_TIMES = {word.removesuffix("e"): times for word, times in _MULTIPLES.items()} | _FOLD
# Half of something, but not a half of the year or of a match.
_HALF = re.compile(
    r"(?<!first )(?<!second )(?<!same )(?<!other )(?<!this )\bhalf\b"
    r"(?![- ](?:year|time|term|hour|brother|sister|hearted|way|mast|back|an?\b))"
)
_HALVED = re.compile(r"\bhalv(?:e|ed|es|ing)\b")
_DECADES = {f"{word}ties": 1900 + 10 * n for n, word in enumerate("twen thir for fif six seven eigh nine".split(), start=2)}
_DECADE = re.compile(rf"\b(?:{'|'.join(_DECADES)})\b")
_ORDINAL = re.compile(r"\b(?:(first)|(second)|(third))\b(?!-(?:hand|party|rate|class))")
_FRACTIONS = dict(zip("half third quarter fifth sixth seventh eighth ninth tenth hundredth".split(), (*range(2, 11), 100), strict=True))
_FRACTION = re.compile(rf"\b(?:an?|one|the|odd|every)\s({'|'.join(_FRACTIONS)})\b")
_STEPS = {
    "dozen": 12, "score": 20, "hundred": 100, "thousand": 1_000, "lakh": 10**5, "million": 10**6, "crore": 10**7, "billion": 10**9,
    "trillion": 10**12, "zillion": 10**90, "gazillion": 10**91, "myriad": 10**92, "umpteen": 10**93, "gross of": 144, "nil": 0,
}  # fmt: skip
_STEP = "|".join(_STEPS)
# "thousands", "tens of thousands", "several hundred million", "multi-million": a step without a number.
_LONE_STEP = "|".join(step for step in _STEPS if step != "score")  # a score is a number of 20 only behind another, or as "scores of"
_VAGUE = re.compile(
    rf"\b(?:tens|{_LONE_STEP})s(?:\sof)?(?:[\s-](?:{_LONE_STEP})s?)?\b|\bscores\sof\b"
    rf"|(?<![\w,.])(?:{_LONE_STEP})(?:[\s-](?:{_LONE_STEP}))*\b"
)
# A length of time without a number: not the "a year" of a rate.
_A_TIME = re.compile(
    r"\b(?:an?|one)[- ](fortnight|decade|century)\b"
    r"|\b(?:for|within|over|after|last|lasts|lasted|takes?|took|than|least|most)\s(?:an?|one)\s(day|week|month|year)\b"
)
_ROUNDING = re.compile(
    r"\b(about|around|roughly|approximately|approx\.?|some|circa|nearly|almost|close to|just under|under|less than|fewer than|below|"
    r"more than|over|just over|above|at least|up to|as many as|as much as)\s(?:[$£€¥]|[a-z]{1,3}[$£€])?\Z|(~)\s?[$£€¥]?\Z"
)
_ABOVE = frozenset(["more than", "over", "just over", "above", "at least"])
_BELOW = frozenset(
    ["nearly", "almost", "close to", "just under", "under", "less than", "fewer than", "below", "up to", "as many as", "as much as"]
)
_MOST_ROUNDED = Decimal("0.06")
"""How far a round number may be from what it stands for, as a part of that."""


@lru_cache(maxsize=4096)
def stated_in(text: str) -> tuple[Stated, ...]:
    """The numbers of `text`, in order of where they begin; an empty tuple for none."""
    low = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    if len(low) != len(text):
        low = text
    numerals = [numeral for numeral in find_numerals(text) if not _is_no_number(low, numeral)]
    found = [*_numerals(low, numerals), *_words(low, numerals)]
    return tuple(sorted(found, key=lambda one: one.start))


def _is_no_number(low: str, numeral: Numeral) -> bool:
    """ "half-time", "third-party"."""
    return (
        low[numeral.start : numeral.end].removeprefix("a ") in ("half", "second", "third")
        and _NO_NUMBER.match(low, numeral.end) is not None
    )


def _numerals(low: str, numerals: Sequence[Numeral]) -> Iterator[Stated]:
    skip = False
    for n, numeral in enumerate(numerals):
        if skip:
            skip = False
            continue
        following = numerals[n + 1] if n + 1 < len(numerals) else None
        one = _one(low, numeral, following)
        between = low[numeral.end : following.start] if following else ""
        if following and _OUT_OF.fullmatch(between) and 0 < numeral.value < following.value:
            other = _one(low, following, None)
            yield Stated(one.start, other.end, _share(numeral.value / following.value), (one, other))
            skip = True
        elif following and low[numeral.start : numeral.end] == "half" and low[following.start : following.end] in ("a dozen", "dozen"):
            yield Stated(one.start, following.end, frozenset([Form("number", Decimal(6))]))
            skip = True
        elif fraction := _FRACTION.search(low, max(0, numeral.start - 4), numeral.end):
            # "a third would": the rules read an ordinal where no "of" follows
            yield Stated(fraction.start(), numeral.end, one.forms | _share(1 / Decimal(_FRACTIONS[fraction[1]])))
        elif before := _ONE_OUT_OF.search(low, max(0, numeral.start - _AROUND), numeral.start):
            yield Stated(before.start(), one.end, _share(1 / numeral.value) if numeral.value else one.forms)
        else:
            yield one


def _one(low: str, numeral: Numeral, following: Numeral | None) -> Stated:
    value, end = numeral.value, numeral.end
    forms = {Form("number", value)}
    if _AND_A.search(low, numeral.start, end):  # "AD 90 and a third in the 1700s" may be two
        forms.add(Form("number", Decimal(int(value))))
    is_share = _PERCENT.match(low, end) is not None
    if following and _JOINED.fullmatch(low[end : following.start]):
        if scale := _SCALED.search(low, following.start, following.end):
            forms.add(Form("number", value * _SCALES[scale[1]]))
        is_share = is_share or _PERCENT.match(low, following.end) is not None
        forms |= _duration(low, following.end, value)
    if is_share:
        forms |= _share(value / 100) | _multiples(low, numeral.start, value)
    elif 0 < value < 1 and not low[numeral.start : end][:1].isdigit():
        forms |= _share(value)
    if _POINTS.match(low, end):
        forms.add(Form("number", value / 100))
    if _MULTIPLE.match(low, end):
        forms.add(Form("times", value))
    if scale := _LETTER_SCALE.match(low, end):  # "DKr1.9m"
        forms.add(Form("number", value * _SCALES[scale[1]]))
    if _SCORE.match(low, end):
        forms = {Form("number", value * 20)}
    rounding = _ROUNDING.search(low, max(0, numeral.start - _AROUND), numeral.start)
    return Stated(numeral.start, end, frozenset(forms | _duration(low, end, value)), (), rounding and (rounding[1] or rounding[2]))


def _share(value: Decimal) -> frozenset[Form]:
    """A third is 33% as well as 33.3%."""
    return frozenset([Form("share", round(value, 2) if value >= Decimal("0.1") else round(value, 6))])


def _multiples(low: str, start: int, percent: Decimal) -> set[Form]:
    """ "rose 100%" is twice as much."""
    before = low[max(0, start - _AROUND) : start]
    forms = set()
    if _RISE.search(before):
        forms.add(Form("times", round(1 + percent / 100, 2)))
    if _FALL.search(before):
        forms.add(Form("times", round(1 - percent / 100, 2)))
    return forms


def _duration(low: str, end: int, value: Decimal) -> set[Form]:
    unit = _DURATION.match(low, end)
    return {_length(unit[1], value)} if unit else set()


def _length(unit: str, value: Decimal) -> Form:
    unit = "century" if unit.startswith("centur") else unit
    return Form("seconds", value * _SECONDS[unit]) if unit in _SECONDS else Form("months", value * _MONTHS[unit])


def _words(low: str, numerals: Sequence[Numeral]) -> Iterator[Stated]:
    """Numbers in words that are no numerals."""
    taken = {at for numeral in numerals for at in range(numeral.start, numeral.end)}
    for match in _MULTIPLE_WORD.finditer(low):
        yield Stated(*match.span(), frozenset([Form("times", Decimal(_TIMES[match[1] or match[2]]))]))
    for match in _HALF.finditer(low):
        if match.start() not in taken:
            yield Stated(*match.span(), _share(Decimal("0.5")))
    for match in _HALVED.finditer(low):
        yield Stated(*match.span(), frozenset([Form("times", Decimal("0.5")), *_share(Decimal("0.5"))]))
    for match in _DECADE.finditer(low):
        yield Stated(*match.span(), frozenset([Form("number", Decimal(_DECADES[match[0]]))]))
    for match in _A_TIME.finditer(low):
        yield Stated(*match.span(), frozenset([_length(match[1] or match[2], Decimal(1))]))
    for match in _VAGUE.finditer(low):
        if match.start() not in taken and match.start() - 2 not in taken:
            step = _step(match[0])
            forms = [Form("vague", step)] if match[0].endswith("s") else [Form("vague", step), Form("number", step)]
            yield Stated(*match.span(), frozenset(forms))


def _step(words: str) -> Decimal:
    step = Decimal(1)
    for word in re.findall(rf"tens|{_STEP}", words):
        step *= 10 if word == "tens" else _STEPS[word]
    return step


# --- what an article holds -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """The numbers that some texts hold, in all forms; `further` are values that no text writes out, such as the ends of a range."""

    texts: tuple[str, ...] = ()
    further: frozenset[Decimal] = frozenset()
    parts: tuple[Held, ...] = ()

    @classmethod
    def of_all(cls, parts: Iterable[Held]) -> Held:
        return cls(parts=tuple(parts))

    def holds(self, stated: Stated) -> bool:
        """Whether the number stands there in a form equal to it, or rounded as it says."""
        if not self.forms.isdisjoint(stated.forms) or (stated.parts and all(map(self.holds, stated.parts))):
            return True
        return stated.rounding is not None and any(
            form.kind == "number" and any(_rounds(value, form.value, stated.rounding) for value in self._values) for form in stated.forms
        )

    @cached_property
    def forms(self) -> frozenset[Form]:
        forms = {Form("number", value) for value in self.further}.union(*(part.forms for part in self.parts))
        for text in self.texts:
            low = text.casefold()
            forms.update(form for one in stated_in(text) for part in (one, *one.parts) for form in part.forms)
            forms.update(_length(unit[1], Decimal(1)) for unit in _ONE_UNIT.finditer(low))
            forms.update(Form("number", Decimal(match.lastindex or 0)) for match in _ORDINAL.finditer(low))
            for match in _FRACTION.finditer(low):
                forms.update(_share(1 / Decimal(_FRACTIONS[match[1]])))
        return frozenset(forms)

    @cached_property
    def _values(self) -> Sequence[Decimal]:
        return [form.value for form in self.forms if form.kind == "number"]


def _rounds(value: Decimal, told: Decimal, word: str) -> bool:
    """Whether `told`, said with such a word, is `value` rounded to the digits that it has."""
    if not value or abs(value - told) > abs(value) * _MOST_ROUNDED:
        return False
    digits = told.normalize().as_tuple()
    unit = Decimal(10) ** int(digits.exponent)
    if word in _ABOVE:
        return told <= value < told + unit
    if word in _BELOW:
        return told - unit < value <= told
    return abs(value - told) <= unit / 2
