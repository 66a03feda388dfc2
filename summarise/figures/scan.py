"""Numbers in digits: grouping, decimals, fractions, powers of ten and scales ("million")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import prod
from string import digits
from typing import NamedTuple

from summarise.figures.lexicon import (
    DOZEN,
    HAN_SCALES,
    LETTER_SCALES,
    ONES,
    PARTS,
    SCALES,
    STOP_WORDS,
    TEENS,
    TENS,
    VAGUE,
    VULGAR,
    ratio,
    round_15,
    word_class,
)
from summarise.figures.model import FoldedText, any_word, pattern
from summarise.figures.spelled import extend_digits, has_article, read_spelled

LONGEST = 28
"""The most characters of a quantity in digits; longer ones are identifiers. Decimal arithmetic is exact up to 28 digits."""

# The most groups of digits in a row. A table row would otherwise be scanned to its end from each of its numbers, in quadratic time.
# A quantity has at most LONGEST digits, and rows of real tables are shorter than this.
_MOST = 40
_GROUPS = (
    r"\d{1,3}(?:,\d{3})+(?![\d])",  # 1,234,567
    rf"\d{{1,2}}(?:,\d{{2}}){{1,{_MOST}}},\d{{3}}(?!\d)",  # 12,34,567
    r"[1-9]\d{0,2}(?: \d{3})+(?![\d])",  # 1 234 567 with any space
    r"\d{1,3}(?:'\d{3})+(?!\d)",  # 1'234'567
)
_NUMBER = pattern(
    rf"""
    (?:
        (?P<european>\d{{1,3}}(?:\.\d{{3}}){{1,{_MOST}}},\d{{1,2}}(?!\d|,\d)
            | \d{{1,3}}(?:\.\d{{3}}){{2,{_MOST}}}(?![\d.])
            | \d{{1,3}}(?:[ ]\d{{3}}){{1,{_MOST}}},\d{{1,2}}(?!\d|,\d))
      | (?P<grouped>{"|".join(group.replace(" ", "[ ]") for group in _GROUPS)}) (?P<rest>\.\d+(?!\.?\d))?
      | (?P<comma>\d{{1,3}},\d{{1,2}}(?![\d/]|[,.]\d))
      | (?P<plain>\d+ (?:\.\d+)? | \.\d+)
    )
    """,
    re.VERBOSE,
)
_POWER = pattern(
    r"(?:e(?P<e>[-+]?\d{1,2})(?![\w.]))"
    r"|\s?[x×*·⋅∙]\s?10(?:\^\(?|\*\*)?(?P<sign>[-+])?(?P<caret>\d{1,2})\)?(?!\d)"
    r"|\s?[x×*·⋅∙]\s?10(?P<super>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})",
    re.IGNORECASE,
)
_TEN_TO = pattern(r"10(?:\^\(?(?P<caret>[-+]?\d{1,2})\)?(?!\d)|(?P<super>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))")
_OVER = pattern(r"/(\d{1,3})(?![\d/.,]?\d)")
_AND_OVER = pattern(r"(?: {1,2}|-| and )(\d{1,2})/(\d{1,3})(?![\d/]|[.,]\d)")
_AND_VULGAR = pattern(rf" ?([{''.join(VULGAR)}])")
_RAISED = pattern(r"\^([-+]{0,2}\d{1,2})(?![\d.])")
# A number before a word or before a mark that no digit follows, where none of the patterns above can go on.
_SIMPLE = pattern(r"(?:(?P<grouped>\d{1,3}(?:,\d{3})++)|\d++)(?= [b-wyz]|%|[,.;:)](?!\d))")
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


class Digits(NamedTuple):
    """A number in digits; `form` is "plain" for bare digits such as a year may be, else how it is written."""

    end: int
    value: Decimal
    form: str


def read_digits(plain: str, start: int) -> Digits:
    """The number that begins with the digit, point or fraction sign at `start`."""
    if plain[start] in VULGAR:
        return Digits(start + 1, VULGAR[plain[start]], "fraction")
    simple = _SIMPLE.match(plain, start)
    if simple:
        grouped = simple["grouped"]
        return Digits(simple.end(), Decimal(grouped.replace(",", "") if grouped else simple[0]), "grouped" if grouped else "plain")
    power = _TEN_TO.match(plain, start)
    if power:
        return Digits(power.end(), Decimal(10) ** _exponent(power), "power")
    match = _NUMBER.match(plain, start)
    assert match is not None, "called at a digit"
    number = Digits(match.end(), _value(match), _form(match))
    if number.end - start > LONGEST:
        return number
    return _with_power(plain, number) or _raised(plain, number) or _with_fraction(plain, number) or number


def _form(match: re.Match[str]) -> str:
    if match.lastgroup == "plain":
        return "decimal" if "." in match.group() else "plain"
    return "decimal" if match["rest"] or match["european"] or match["comma"] else "grouped"


def _value(match: re.Match[str]) -> Decimal:
    text = match.group()
    if match["european"]:
        text = text.replace(".", "").replace(" ", "").replace(",", ".")
    elif match["comma"]:
        text = text.replace(",", ".")
    elif match["grouped"]:
        text = text.replace(",", "").replace(" ", "").replace("'", "")
    return Decimal(text)


def _exponent(match: re.Match[str]) -> int:
    found = match.groupdict()
    if found.get("super"):
        return int(found["super"].translate(_SUPER))
    return int(found.get("e") or (found.get("sign") or "") + (found["caret"] or ""))


def _with_power(plain: str, number: Digits) -> Digits | None:
    match = _POWER.match(plain, number.end)
    if not match:
        return None
    return Digits(match.end(), number.value.scaleb(_exponent(match)), "power")


def _raised(plain: str, number: Digits) -> Digits | None:
    """A power: "2^10", "2.5^-1"."""
    match = _RAISED.match(plain, number.end) if plain.startswith("^", number.end) else None
    if not match or not 0 < number.value < 1000:
        return None
    return Digits(match.end(), round_15(number.value ** int(match[1].replace("--", "-").replace("-+", "-").replace("+-", "-"))), "power")


def _with_fraction(plain: str, number: Digits) -> Digits | None:
    if number.form != "plain" or number.value >= 10_000:
        return None
    vulgar = _AND_VULGAR.match(plain, number.end)
    if vulgar:
        return Digits(vulgar.end(), round_15(number.value + VULGAR[vulgar[1]]), "fraction")
    mixed = _AND_OVER.match(plain, number.end)
    if mixed and 0 < int(mixed[1]) < int(mixed[2]):
        return Digits(mixed.end(), round_15(number.value + ratio(int(mixed[1]), int(mixed[2]))), "fraction")
    over = _OVER.match(plain, number.end)
    if over and int(over[1]) > 1 and number.value < int(over[1]):
        return Digits(over.end(), ratio(number.value, int(over[1])), "fraction")
    return None


_WORDS = [*ONES, *TEENS, *TENS, "hundred", *SCALES, *(word + "s" for word in SCALES), *DOZEN, *VAGUE, *PARTS]
_ANCHORS = [any_word(_WORDS, r"(?!(?!fold\b)[a-z])"), *digits]
_ANCHOR = pattern("|".join(_ANCHORS))
_ANCHOR_WITH_VULGAR = pattern("|".join([*_ANCHORS, *VULGAR]))  # half as fast; only for texts with such fractions


class Number(NamedTuple):
    """A number as written: `form` is "plain", "grouped", "decimal", "fraction", "power", "long" (digits) or "words".

    "long" ones are longer than any quantity; their value is exact and never computed with.

    `scaled` when a scale word took part; `high` is the upper end of a vague plural such as "dozens".
    """

    start: int
    end: int
    value: Decimal
    form: str
    scaled: bool
    high: Decimal | None = None


def numbers(prose: FoldedText) -> Iterator[Number]:
    """All numbers of a text in order, none inside another."""
    anchors = _ANCHOR_WITH_VULGAR if not prose.low.isascii() and any(map(prose.low.__contains__, VULGAR)) else _ANCHOR
    position = 0
    while anchor := anchors.search(prose.low, position):
        number = _read(prose, anchor.start())
        if number is None:
            position = anchor.end()
        else:
            yield number
            position = number.end


def _read(prose: FoldedText, start: int) -> Number | None:
    low = prose.low
    if not ("a" <= low[start] <= "z"):
        begin = _with_point(prose.plain, start)
        digits = read_digits(prose.plain, begin)
        if digits.end - begin > LONGEST:
            return Number(begin, digits.end, digits.value, "long", False)
        spelled = extend_digits(low, digits.end, digits.value)
        return Number(begin, spelled.end, spelled.value, digits.form, spelled.scaled)
    word = read_spelled(low, start)
    if word is None:
        return None
    return Number(_with_article(low, start, word.scaled), word.end, word.value, "words", word.scaled, word.high)


def _with_point(plain: str, start: int) -> int:
    """Where a number begins whose first digit is at `start`: one earlier for ".5"."""
    if start and plain[start - 1] == "." and plain[start] in "0123456789" and not plain[start - 2 : start - 1].strip(" (-$£€+~<>="):
        return start - 1
    return start


def _with_article(low: str, start: int, scaled: bool) -> int:
    """Where a number word begins with its article: "a hundred", "a dozen", "a third"."""
    word_takes_it = scaled or low.startswith(tuple(PARTS), start)
    return start - 2 if word_takes_it and has_article(low, start) else start


_AFTER_METRES = word_class("after metres") | STOP_WORDS
_LETTERS = "kKmMbBtT"
_SCALES = frozenset(_LETTERS).union(HAN_SCALES)
_LETTER = pattern(rf"(?P<gap> ?)(?P<letter>[{_LETTERS}])(?![\w'²³^]|/)(?P<next>[ -]?[^\W\d_]*)")
_HAN = pattern(f" ?([{''.join(HAN_SCALES)}]{{1,3}})")


def letter_scale(plain: str, end: int, *, money: bool, value: Decimal) -> tuple[int, int] | None:
    """The scale that a letter after the number means, and where it ends; None when the letter is a unit or a name."""
    if plain[end : end + 2].lstrip(" ")[:1] not in _SCALES:  # the usual case
        return None
    match = _LETTER.match(plain, end)
    if match is None:
        return _han(plain, end)
    if _means_scale(match["letter"], bool(match["gap"]), match["next"], money=money, value=value):
        return match.end("letter"), LETTER_SCALES[match["letter"].lower()]
    return None


def _means_scale(letter: str, spaced: bool, following: str, *, money: bool, value: Decimal) -> bool:
    word = following.strip(" -")
    if money:
        return not spaced or letter in "mMbB"
    if letter == "M":
        return True
    if letter in "kK":
        return not spaced
    if letter == "m":
        return not spaced and word.islower() and following.startswith(" ") and word not in _AFTER_METRES
    return letter in "bB" and value < 1000 and (not spaced or (letter == "B" and word.islower()))


def _han(plain: str, end: int) -> tuple[int, int] | None:
    match = _HAN.match(plain, end)
    if not match:
        return None
    return match.end(), prod(HAN_SCALES[sign] for sign in match[1])
