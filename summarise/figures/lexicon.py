"""Number words, word classes and counted nouns. The words are in data/number_words.tsv and data/words.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from summarise.figures.model import pattern
from summarise.text.data_files import sections, table


def ratio(above: int | Decimal, below: int) -> Decimal:
    """A quotient as fifteen significant digits, so that a third is the same number in every spelling."""
    value = Decimal(above) / Decimal(below)
    return value if value == value.to_integral_value() else round_15(value)


def round_15(value: Decimal) -> Decimal:
    """`value` with fifteen significant digits: the most that a JSON number keeps exactly."""
    return value if len(value.as_tuple().digits) <= 15 else Decimal(f"{value:.14e}").normalize()


def tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent."""
    if value.as_tuple().exponent == 0:
        return value
    return Decimal(int(value)) if value == value.to_integral_value() and value.adjusted() < 60 else value.normalize()


_NUMBERS: dict[str, dict[str, str]] = {}
for _kind, _written, _value in table(__package__, "data/number_words.tsv"):
    _NUMBERS.setdefault(_kind, {})[_written] = _value


def _values(kind: str) -> dict[str, int]:
    return {written: int(value) for written, value in _NUMBERS[kind].items()}


ONES, TEENS, TENS = _values("one"), _values("teen"), _values("ten")
SCALES = _values("scale")
DOZEN = _values("dozen")
SHORT_SCALES = _values("short scale")  # after digits only: "1.4bn", "3mil", "12 lkhs"
LETTER_SCALES = _values("letter")  # a scale only where the place allows it, see `letter_scale`
HAN_SCALES = _values("han")
PARTS, PART_PLURALS = _values("part"), _values("parts")
ORDINALS = _values("ordinal")
VAGUE = _values("vague")  # "dozens of", "tens of thousands of": from one to ten of them
MONTHS = _values("month")
VULGAR = {sign: ratio(*map(int, value.split("/"))) for sign, value in _NUMBERS["vulgar"].items()}

_SECTIONS = sections(__package__, "data/words.txt")


def word_class(section: str) -> frozenset[str]:
    """A section of data/words.txt as a set."""
    return frozenset(" ".join(_SECTIONS[section]).split())


STOP_WORDS = word_class("stop words")
PAST_VERBS = word_class("past verbs")
AUXILIARIES = word_class("auxiliaries")
DAYS = word_class("days")
_ADJECTIVES = word_class("adjectives")
_ING_NOUNS = word_class("ing nouns")
_SINGULARS = word_class("singulars")
_NO_PLURALS = word_class("no plurals")
_IRREGULAR_PLURALS = dict(pair.split(":") for pair in word_class("irregular plurals"))

_LINKS = ("and", "or")
_ADJECTIVE_ENDINGS = tuple("al ic ive ous ful able ible ary ed ing ian ish ese est less ly like ern ant lar can".split())
_NEXT_WORD = pattern(r"(?: {1,2}|\n(?=[a-z])|-)(?P<word>[^\W\d_][\w'&]{0,40}(?:-[^\W\d_][\w']{0,40}){0,4})")
_LONGEST = 6


class CountedNoun(NamedTuple):
    """A counted noun: where its phrase begins and where it ends, its singular head, and the phrase in lower case."""

    start: int
    end: int
    head: str
    phrase: str


def singular(word: str) -> str:
    """The singular of a lower-case noun; other words come back unchanged."""
    if word in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[word]
    if not is_plural(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "zzes")) else word[:-1]


def is_plural(word: str) -> bool:
    """Whether a lower-case word looks like a plural noun."""
    if word in _IRREGULAR_PLURALS:
        return True
    return len(word) > 3 and word.endswith("s") and word not in _NO_PLURALS and not word.endswith(("ss", "us", "is", "'s"))


def is_adjective(word: str) -> bool:
    """Whether a lower-case word looks like an adjective or adverb."""
    return word in _ADJECTIVES or "-" in word or (word.endswith(_ADJECTIVE_ENDINGS) and word not in _ING_NOUNS)


def counted(low: str, start: int, *, single: bool) -> CountedNoun | None:
    """The noun phrase that a number ending at `start` counts; `single` when the number is one."""
    phrase = list(_phrase(low, start))
    while phrase and phrase[-1]["word"] in _LINKS:
        phrase.pop()
    if not phrase:
        return None
    begin = phrase[0].start("word")
    if single:
        noun = _single([word for word in phrase if not word["word"].endswith(("ly", "'s"))])
        return CountedNoun(begin, noun.end(), noun["word"], low[begin : noun.end()]) if noun else None
    if phrase[0]["word"] in _SINGULARS and not is_plural(phrase[0]["word"]):
        return CountedNoun(begin, phrase[0].end(), phrase[0]["word"], phrase[0]["word"])
    for index, word in enumerate(phrase):
        if is_plural(word["word"]):
            return CountedNoun(
                begin, word.end(), _compound(word["word"], phrase[index - 1]["word"] if index else ""), low[begin : word.end()]
            )
    return None


def _phrase(low: str, start: int) -> Iterator[re.Match[str]]:
    """The words after a number, up to the first that cannot be part of the noun phrase that it counts."""
    for count in range(_LONGEST):
        match = _NEXT_WORD.match(low, start)
        if not match or match["word"] in PAST_VERBS:
            return
        # "more" and "most" may lead a phrase, and "and" may link its first words, although they end it elsewhere.
        goes_on = match["word"] in (_LINKS if count else ("more", "most")) and count < 3
        if match["word"] in STOP_WORDS and not goes_on:
            return
        yield match
        start = match.end()


def _single(candidates: list[re.Match[str]]) -> re.Match[str] | None:
    """The noun that "one" counts, which is the second word where the first is an adjective."""
    noun = candidates[0] if candidates else None
    if noun and len(candidates) > 1 and is_adjective(noun["word"]) and not noun["word"].endswith("al"):
        noun = candidates[1]
    return noun if noun and noun["word"] not in _ADJECTIVES else None


def _compound(plural: str, before: str) -> str:
    """The head with the noun right before it: "heart transplant", but "agreement" of "bilateral agreements"."""
    head = singular(plural)
    if not before or head in ("person", "man", "woman", "child") or is_adjective(before) or before in STOP_WORDS or "'" in before:
        return head
    return f"{before} {head}"
