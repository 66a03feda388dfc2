"""`Figure`, and the text that the rules read, folded letter by letter so that offsets do not change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal, cast

Bound = Literal["exact", "about", "at_least", "at_most", "more_than", "less_than", "range"]
Change = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text; `text[start:end] == quote`, in code points.

    `quote` holds the number with its scale, currency or unit words ("US$20 billion"); bound words set `bound` only.
    `value` is scaled and exact ("1.4 billion" is 1400000000), None for a range, which has `low` and `high` instead.
    `unit` is the singular noun ("agreement", "cubic metre", "percent", "percentage point"), None for plain money.
    `currency` is an ISO 4217 code. `per` is the denominator of a rate ("year", "barrel"). `as_of` is a whole or partial ISO date.
    """

    start: int
    end: int
    quote: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = "exact"
    unit: str | None = None
    currency: str | None = None
    per: str | None = None
    change: Change | None = None
    measure: str | None = None
    as_of: str | None = None
    speaker: str | None = None


FIELDS = tuple(field.name for field in fields(Figure))
values_of = attrgetter(*FIELDS)
"""The values of a figure in the order of FIELDS."""


class _LazyPattern:
    """A pattern that is compiled when its first method is called; after that its methods are those of the compiled one."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # as copy and pickle ask for, before there is a source
            raise AttributeError(name)
        method = getattr(self._compiled, name)
        setattr(self, name, method)
        return method


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Like `re.compile`, but at the first use: to compile all patterns of the package takes longer than to start it."""
    return cast("re.Pattern[str]", _LazyPattern(source, flags))


def alternatives(words: Iterable[str]) -> str:
    """The source of a pattern that matches any of `words`, the longest that fits."""
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))


def any_word(words: Collection[str], closing: str) -> str:
    """The source of a pattern that finds the longest of `words` wherever a word begins, if `closing` matches at its end.

    Each branch starts with a literal letter and only then looks behind: `re` can skip ahead to a literal.
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(rf"{first}(?<!\w.)(?:{'|'.join(rest)}){closing}" for first, rest in rests.items())


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"), " ")
_QUOTES = {0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x2032: "'", 0x2033: '"', 0x201D: '"', 0x201C: '"'}
_WIDE = dict(zip(map(ord, "，．％＄\u066b\u066c\u066a\u2044﹩￡￥"), ",.%$.,%/$£¥", strict=True))
_SEEN_AT_MOST = 20_000


_LAST_WORD = pattern(r"(?<![\w.])([^\W\d_][\w'&.]*)[ -]\Z")
_NEXT_LETTERS = pattern(r"[ \n-]{0,4}([^\W\d_¹²³]*)")  # a power may follow the letters of a unit


class _Fold(dict[int, str]):
    """`str.translate` table that adds the decimal digits of other scripts when it first meets them."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        if len(self) < _SEEN_AT_MOST:
            self[code] = folded
        return folded


_FOLD = _Fold({**_DASHES, **_SPACES, **_QUOTES, **_WIDE})


class FoldedText:
    """A text in three forms of the same length: `raw` as given, `plain` with usual digits, spaces and dashes, `low` in lower case."""

    __slots__ = ("_cues", "low", "plain", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.plain = raw.replace("\t", " ") if raw.isascii() else raw.translate(_FOLD)
        self.low = _lower(self.plain)
        self._cues: dict[tuple[str, ...], list[str]] = {}

    def raw_word_before(self, position: int) -> str:
        """The word that ends one space or hyphen before `position`, "" for none; at most 30 of its letters."""
        window = self.plain[max(0, position - 32) : position]
        if window[-1:] not in (" ", "-"):
            return ""
        _, space, word = window[:-1].rpartition(" ")
        if space and word.isalpha():
            return word
        match = _LAST_WORD.search(self.plain, max(0, position - 32), position)
        return match[1] if match else ""

    def word_before(self, position: int) -> str:
        """The same in lower case and without a final point."""
        return self.raw_word_before(position).lower().rstrip(".")

    def has_any(self, cues: tuple[str, ...], start: int, end: int) -> bool:
        """Whether one of these lower-case strings stands between `start` and `end`; the text is searched for each only once."""
        if cues not in self._cues:
            self._cues[cues] = [cue for cue in cues if cue in self.low]
        return any(map(self.low[start:end].__contains__, self._cues[cues]))

    def end_before(self, position: int) -> str:
        """The last characters before `position` without a space, in lower case, 44 at most; trailing spaces do not count."""
        return self.low[max(0, position - 44) : position].rstrip(" ").rpartition(" ")[2]

    def letters_after(self, position: int) -> str:
        """`leading_letters` of the text in lower case."""
        return leading_letters(self.low, position)


def leading_letters(text: str, position: int = 0) -> str:
    """The letters after `position`, behind at most four spaces, hyphens and line ends; "" for none."""
    match = _NEXT_LETTERS.match(text, position)
    return match[1] if match else ""


def _lower(text: str) -> str:
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
