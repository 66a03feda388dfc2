"""The evidence in one article: its words, numbers and dates, indexed lazily."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from summarise.document import Document
from summarise.figures import find_numerals
from summarise.text.sanitise import clean
from summarise.text.tokens import Tokenised, stems, words

Item = TypeVar("Item", bound=Hashable)

_OWN_VOICE = frozenset({"author", "the author", "article", "the article", "none", "null", "narrator", "unknown", "n/a"})
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_BY_NAME = {name: n for n, full in enumerate(_MONTHS, start=1) for name in (full, full[:3])}


class _LazyUnion(Generic[Item]):
    """The union of one set per sentence, computed only as far as it is needed."""

    def __init__(self, sets: Iterator[frozenset[Item]]) -> None:
        self._sets: Iterator[frozenset[Item]] = sets
        self._known: set[Item] = set()

    def missing(self, wanted: frozenset[Item]) -> frozenset[Item]:
        """Those of `wanted` that are in no sentence."""
        missing = wanted - self._known
        while missing and (more := next(self._sets, None)) is not None:
            self._known |= more
            missing -= more
        return missing


class Ungrounded(ValueError):
    """The article does not support an item; the message says why, to the model and to the reader."""


@dataclass(frozen=True)
class ArticleEvidence:
    """Checks the parts of an item against one article: each method returns the checked value or raises Ungrounded."""

    document: Document
    _stems: dict[int, frozenset[str]] = field(default_factory=dict)
    _numbers: dict[int, frozenset[Decimal]] = field(default_factory=dict)

    def sentences(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """The sentence numbers without duplicates; each must exist."""
        listed = tuple(dict.fromkeys(numbers))
        for number in listed:
            if self.document.sentence(number) is None:
                raise Ungrounded(f"there is no sentence {number}; the last is {len(self.document.sentences)}")
        return listed

    def name(self, name: str | None, role: str) -> str | None:
        """The name as the article writes it; None for the article's own voice.

        A description after a comma or in brackets is dropped where only the name is in the article.
        """
        if name is None or name.strip().casefold() in _OWN_VOICE:
            return None
        found = self.words.find(name) or self.words.find(re.split(r"[,(;]", name, maxsplit=1)[0])
        if found is None:
            raise Ungrounded(f"the {role} {name!r} is nowhere in the article; name it as the article does, or use null")
        return clean(found)

    def phrase(self, text: str, role: str) -> str:
        """A description in the words of the model: its numbers and at least one of its words must be in the article."""
        self.numbers_stand(text)
        if not self.share_of(text):
            raise Ungrounded(f"the {role} {text!r} is nowhere in the article")
        return " ".join(text.split())

    def share_of(self, text: str) -> float:
        """The share of the words of `text` that are in the article, 0 to 1; 0 for a text without words."""
        wanted = stems(text)
        return 1 - len(self._all_stems.missing(wanted)) / len(wanted) if wanted else 0.0

    def numbers_stand(self, text: str) -> None:
        """Every number of `text` must be in the article."""
        for number in sorted(self._all_numbers.missing(numbers_in(text))):
            raise _nowhere(number)

    def places_of(self, number: Decimal) -> list[int]:
        """The sentences with this number, at least one."""
        places = [s.number for s in self.document.sentences if number in self._numbers_of_one(s.number)]
        if not places:
            raise _nowhere(number)
        return places

    def date(self, date: str) -> str:
        """A whole or partial ISO date; its year, month and day must each be in the article or in its publication date."""
        for part in date.split("-"):
            if int(part) not in self._date_parts:
                raise Ungrounded(f"the date {date} is not in the article")
        return date

    def stems_of(self, sentences: Iterable[int]) -> frozenset[str]:
        return frozenset[str]().union(*map(self._stems_of_one, sentences))

    def numbers_of(self, sentences: Iterable[int]) -> frozenset[Decimal]:
        return frozenset[Decimal]().union(*map(self._numbers_of_one, sentences))

    @cached_property
    def _all_stems(self) -> _LazyUnion[str]:
        return _LazyUnion(self._stems_of_one(sentence.number) for sentence in self.document.sentences)

    @cached_property
    def _all_numbers(self) -> _LazyUnion[Decimal]:
        return _LazyUnion(self._numbers_of_one(sentence.number) for sentence in self.document.sentences)

    @cached_property
    def words(self) -> Tokenised:
        return Tokenised(self.document.article.text)

    def _stems_of_one(self, sentence: int) -> frozenset[str]:
        if sentence not in self._stems:
            self._stems[sentence] = stems(self.document.quote(self.document.sentences[sentence - 1]))
        return self._stems[sentence]

    def _numbers_of_one(self, sentence: int) -> frozenset[Decimal]:
        if sentence not in self._numbers:
            figures = (mention.figure for mention in self.document.mentions_in(sentence))
            # In "$3-5 billion" the numerals are 3 and 5 billion, and the figure's lower end is 3 billion: either may be said.
            read = {value for figure in figures for value in (figure.value, figure.low, figure.high) if value is not None}
            self._numbers[sentence] = numbers_in(self.document.quote(self.document.sentences[sentence - 1])) | read
        return self._numbers[sentence]

    @cached_property
    def _date_parts(self) -> frozenset[int]:
        published = {int(part) for part in (self.document.article.published or "").split("-") if part.isdecimal()}
        months = {_MONTH_BY_NAME[w.folded] for w in words(self.document.article.text) if w.folded in _MONTH_BY_NAME}
        values = self.numbers_of(s.number for s in self.document.sentences)
        numbers = {int(value) for value in values if value == value.to_integral_value() and 0 <= value <= 9999}
        return frozenset(published | months | numbers)


@lru_cache(maxsize=4096)
def numbers_in(text: str) -> frozenset[Decimal]:
    """The values of all numbers of a text, in words or digits, scaled."""
    return frozenset(numeral.value for numeral in find_numerals(text))


def _nowhere(number: Decimal) -> Ungrounded:
    return Ungrounded(f"the number {shown(number)} stands nowhere in the article")


def shown(number: Decimal) -> str:
    return f"{number.normalize():f}"
