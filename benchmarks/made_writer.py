"""What made sentences are written with: words of one half, numbers in all their forms, and figures that know their place.

A construction is a function that takes a `Writer` and returns a sentence. `Writer.figure` returns its text between two control
characters, so that a sentence is put together as any string is; `finished` takes them out again and keeps the places.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

OPEN, BETWEEN, CLOSE = "\x02", "\x1f", "\x03"
_MARKED = re.compile(f"{OPEN}(\\d+){BETWEEN}([^{CLOSE}]*){CLOSE}")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ ten twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "k": 10**3, "m": 10**6, "bn": 10**9}
UNSCORED = "unscored"
"""Of `change` and `per`: careful readers differ, or the guide leaves it open."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A figure as it should be read. `low` and `high` are equal unless `bound` is "range".

    `units` are the singular nouns that a careful reader may give it, None among them where none is an answer as good.
    `optional` figures may be found or not: they count neither way.
    """

    low: Decimal
    high: Decimal
    bound: str = "exact"
    units: tuple[str | None, ...] = (None,)
    currency: str | None = None
    per: str | None = None
    change: str | None = None
    optional: bool = False
    start: int = 0
    end: int = 0
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A made sentence with its figures in text order; `part` is "dev" or "set aside"."""

    text: str
    figures: tuple[Gold, ...]
    construction: str
    part: str

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "construction": self.construction,
            "figures": [{key: str(v) if isinstance(v, Decimal) else v for key, v in asdict(figure).items()} for figure in self.figures],
        }


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written and what it is."""

    text: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it is written, with its currency."""

    text: str
    value: Decimal
    code: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with its plural, and the units that may be read from it: of "foreign student" also "student"."""

    one: str
    many: str
    units: tuple[str | None, ...]

    @property
    def or_none(self) -> tuple[str | None, ...]:
        """For a number that stands apart from it."""
        return (*self.units, None)

    @classmethod
    def of(cls, forms: list[str]) -> Noun:
        one, many, *head = forms
        return cls(one, many, (one, *head))


@cache
def vocabulary(part: str) -> dict[str, Any]:
    """The words of one half; no noun, verb, measure or currency stands in both."""
    path = Path(__file__).with_name(f"made_words_{part.replace(' ', '_')}.yaml")
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def spelled(value: int) -> str:
    """A whole number below a million in British words: "three hundred and five", "twenty-one thousand and four"."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10] + (f"-{_ONES[value % 10]}" if value % 10 else "")
    size, name = (1000, "thousand") if value >= 1000 else (100, "hundred")
    most, rest = divmod(value, size)
    joint = " and " if 0 < rest < 100 else " "
    return f"{spelled(most)} {name}" + (joint + spelled(rest) if rest else "")


def article(word: str) -> str:
    """The word behind "a" or "an"; a number as it is spoken."""
    spoken = spelled(int(digits[0])) if (digits := re.match(r"\d+", word)) else word
    return f"{'an' if spoken[0] in 'aeiou' and not spoken.startswith(('one', 'uni')) else 'a'} {word}"


class Writer:
    """Chooses words and numbers for one sentence after another; the same seed writes the same sentences."""

    def __init__(self, part: str, seed: str) -> None:
        self.part = part
        self.chance = random.Random(seed)
        self._figures: list[Gold] = []

    # Words

    def pick(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def word(self, kind: str) -> Any:
        return self.chance.choice(vocabulary(self.part)[kind])

    def words(self, kind: str, count: int) -> list[Any]:
        """Different words of one kind."""
        return self.chance.sample(vocabulary(self.part)[kind], count)

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def noun(self, *kinds: str) -> Noun:
        """A counted noun of one of these kinds, things or people where none is named."""
        return Noun.of(self.word(self.pick(*(kinds or ("things", "people")))))

    def nouns(self, kind: str, count: int) -> list[Noun]:
        """Different nouns of one kind."""
        return [Noun.of(forms) for forms in self.words(kind, count)]

    def moved(self, adverb: float = 0.0) -> tuple[str, str]:
        """A verb of change without an object, in the past, and its direction; with an adverb in this share of cases."""
        direction = self.pick("up", "down")
        verb = self.word(f"moves {direction}")["past"]
        return verb + (f" {self.word('adverbs')}" if self.likely(adverb) else ""), direction

    def when(self) -> str:
        """A time without a number."""
        return str(self.word("times"))

    def reported(self, clause: str, timed: bool = True) -> str:
        """The clause alone, or with who says so; where it is `timed`, so in the past, also behind a time."""
        source, saying = self.word("sources"), self.word("sayings")
        forms: list[Callable[[], str]] = [
            lambda: f"{clause}.",
            lambda: f"{clause}, {source} {saying}.",
            lambda: f"{clause}, according to {source}.",
            lambda: f"According to {source}, {clause}.",
            lambda: f"{source} {saying} that {clause}.",
            lambda: f"{self.when()}, {clause}.",
        ]
        return self.chance.choice(forms if timed else forms[:-1])()

    # Numbers

    def digits(self, low: int, high: int) -> Number:
        """A whole number with commas between thousands, so that it is no year."""
        value = self.chance.randint(low, high)
        return Number(f"{value:,}", Decimal(value))

    def lettered(self, low: int, high: int) -> Number:
        value = self.chance.randint(low, high)
        return Number(spelled(value), Decimal(value))

    def whole(self, low: int = 2, high: int = 900) -> Number:
        """Words up to twelve, as a newspaper writes them; digits above."""
        value = self.chance.randint(low, high)
        return Number(spelled(value) if value < 13 and self.likely(0.7) else f"{value:,}", Decimal(value))

    def decimal(self, low: int, high: int, places: int = 1) -> Number:
        """A decimal fraction that is not whole."""
        size = 10**places
        value = Decimal(self.chance.randint(low, high - 1) * size + self.chance.randint(1, size - 1)) / size
        return Number(f"{value:,.{places}f}", value)

    def percentage(self) -> Number:
        return self.pick(self.decimal, self.whole)(2, 48)

    def scaled(self, *scales: str) -> Number:
        """A number below a hundred with a scale: "3.2 million", "12bn"."""
        number, scale = self.pick(self.decimal(1, 9), self.digits(2, 90)), self.pick(*(scales or ("million", "billion", "m", "bn")))
        return Number(number.text + (" " if len(scale) > 2 else "") + scale, number.value * SCALES[scale])

    def ascending(self, make: Callable[[], Number]) -> tuple[Number, Number]:
        """Two different numbers of one kind, the smaller first and no less than a quarter of the larger."""
        while True:
            first, second = sorted((make(), make()), key=lambda number: number.value)
            if first.value < second.value <= 4 * first.value:
                return first, second

    def percent(self, number: Number) -> str:
        """The word with a space before it, or the sign behind digits."""
        return str(self.pick(" percent", " per cent", "%" if number.text[0].isdigit() else " percent"))

    # Money

    def in_currency(self, number: Number, currency: dict[str, Any], form: str | None = None) -> Money:
        """The number with a sign, a code or a name of the currency."""
        text = {
            "sign": f"{currency['sign']}{number.text}",
            "code": f"{currency['code']} {number.text}",
            "name": f"{number.text} {currency['name']}",
        }[form or self.pick("sign", "name", "sign", "name", "code")]
        return Money(text, number.value, currency["code"])

    def large(self, currency: dict[str, Any] | None = None, form: str | None = None) -> Money:
        """Thousands and more, which is money also in pounds."""
        number = self.pick(self.scaled(), self.digits(2_100, 900_000), self.scaled("million", "billion"))
        return self.in_currency(number, currency or self.word("currencies"), form)

    def small(self, currency: dict[str, Any] | None = None, form: str = "sign") -> Money:
        """A price with a sign, which is money also below thousands."""
        return self.in_currency(self.pick(self.digits(2, 900), self.decimal(2, 90, 2)), currency or self.word("currencies"), form)

    # Figures

    def figure(self, text: str, low: Decimal | int, high: Decimal | int | None = None, /, **fields: Any) -> str:
        """The text, marked as a figure."""
        if "unit" in fields:
            fields["units"] = (fields.pop("unit"),)
        ends = Decimal(low), Decimal(low if high is None else high)
        self._figures.append(Gold(*ends, **({} if high is None else {"bound": "range"}) | fields))
        return f"{OPEN}{len(self._figures) - 1}{BETWEEN}{text}{CLOSE}"

    def count(self, number: Number, noun: Noun, /, **fields: Any) -> str:
        """A number with the noun that it counts, or a measure with its unit."""
        return self.figure(f"{number.text} {noun.many}", number.value, **({"units": noun.units} | fields))

    def bare(self, number: Number, /, **fields: Any) -> str:
        return self.figure(number.text, number.value, **fields)

    def sum(self, money: Money, /, **fields: Any) -> str:
        return self.figure(money.text, money.value, **({"currency": money.code} | fields))

    def rate(self, number: Number, /, **fields: Any) -> str:
        """A number of percent."""
        return self.figure(number.text + self.percent(number), number.value, **({"unit": "percent"} | fields))

    def finished(self, marked: str, construction: str) -> Sentence:
        """The sentence without marks, in upper case at its start, its figures in text order."""
        text, figures, end = "", [], 0
        for mark in _MARKED.finditer(marked):
            text += marked[end : mark.start()]
            place = {"start": len(text), "end": len(text) + len(mark[2])}
            figures.append((self._figures[int(mark[1])], place))
            text, end = text + mark[2], mark.end()
        text += marked[end:]
        text = text[0].upper() + text[1:]
        self._figures = []
        return Sentence(
            text,
            tuple(replace(gold, **place, quote=text[place["start"] : place["end"]]) for gold, place in figures),
            construction,
            self.part,
        )


Construction = Callable[[Writer], str]
SHARED: dict[str, Construction] = {}
SET_ASIDE_ONLY: dict[str, Construction] = {}


def shared(construction: Construction) -> Construction:
    """Registers a construction that both halves have."""
    SHARED[construction.__name__] = construction
    return construction


def set_aside_only(construction: Construction) -> Construction:
    """Registers a construction that is never shown."""
    SET_ASIDE_ONLY[construction.__name__] = construction
    return construction
