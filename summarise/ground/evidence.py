"""The evidence: what one article holds, and what of a text that a model wrote it does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from summarise.document import Document
from summarise.ground.dates import Dated, dates_in, may_mean
from summarise.ground.names import ArticleNames
from summarise.ground.numbers import FOREIGN, ROMAN, RUN_TOGETHER, Form, Held, Stated, stated_in
from summarise.text.sanitise import clean
from summarise.text.tokens import STOP_WORDS, fold_phrase, forms, stems

_OWN_VOICE = frozenset({"author", "the author", "article", "the article", "none", "null", "narrator", "unknown", "n/a", ""})
MOST_WORDS_OF_A_MEASURE = 10
MOST_WORDS_OF_A_TARGET = 6
_SCALES = {"thousand": 1_000, "million": 10**6, "m\\b": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12}
_BEFORE = 5
"""Sentences before the cited one that may hold what it answers or takes up."""
_YEAR_BEFORE = re.compile(
    r"\b(?:a|one)[- ]year[- ](?:earlier|ago|before)|year[- ]on[- ]year"
    r"|\b(?:prior|previous|last|same|preceding)[- ](?:year|period|quarter|half|month)",
    re.IGNORECASE,
)
_DATELINE = 400
"""Characters in which a dateline stands."""
_MOST_LISTED = 12
"""A count up to this holds where the article lists so many."""
_LONGEST_QUOTED_PROMPT = 7
"""Words in a row that a text may share with the instructions by chance."""

# An address, a handle, or mark-up. A name such as "Booking.com" is one of the article's where it stands there with its capital.
_LINK = re.compile(
    r"h(?:tt|xx)ps?:|\[\.\]|\bdot (?:com|org|net)\b|\*\*|__|&#?\w+;|www\.|://"
    r"|[\w.+-]+@[\w-]+\.\w|(?<![\w.])@\w|<[a-zA-Z/!]|\]\(|`|\{\{|javascript:|\b[\w-]+\.[a-z]{2,}/\w"
)
_DOMAIN = re.compile(r"\b[\w-]{2,}(?:\.[\w-]+)*\.(?:[a-z]{2}|com|org|net|info|io|dev|app|biz|gov|edu|xyz|news|site|online|shop|top|club)\b")
_ENDS = re.compile(r"[!?;]|[a-z]{3}[.:]\s|(?<![A-Z])\.\Z")
_SUBORDINATES = "that|which|who|whom|whose|when|where|while|if|because|before|after|than|as|what|how|why|until|unless|whether"
# A subject with its article, pronoun or name, and soon its verb, with no word between them that opens a clause of its own.
_STATES = re.compile(
    rf"(?:the|a|an|this|these|it|he|she|they|we|i|you|there|[A-Z][\w'’-]+)(?:\s(?!(?:{_SUBORDINATES}|the|a|an)\b)[\w'’-]+){{0,4}}"
    r"\s(?:is|are|was|were|will|would|should|must|shall|has|have|had|can|could|may|might|do|does|did)\b"
)
_ADDRESSES_READER = re.compile(
    r"\b(?:you|your|yours|please|click|password)\b|\b(?:ignore|disregard)\b(?=[^.]*\b(?:instructions?|article|above|prompt)\b)",
    re.IGNORECASE,
)
_LISTED_NAME = r"(?:(?:the|an?)\s)?[A-Z][\w'’.-]*(?:\s(?:of\s(?:the\s)?)?[A-Z][\w'’-]*)*(?:\s\([^)]{1,30}\))?"
_LIST = re.compile(rf"{_LISTED_NAME}(?:,\s{_LISTED_NAME})*,?\s(?:and|or|&)\s{_LISTED_NAME}")
_LIST_BORDER = re.compile(r",\s(?:and\s|or\s)?|\s(?:and|or|&)\s")


class Ungrounded(ValueError):
    """An item does not hold; the message says why, to the model as well as to the reader."""


@dataclass(frozen=True)
class ArticleEvidence:
    """What a document holds. `instructions` is the text of the prompt, which no answer repeats."""

    document: Document
    instructions: str = ""
    _held: dict[int, Held] = field(default_factory=dict)

    @cached_property
    def names(self) -> ArticleNames:
        article = self.document.article
        return ArticleNames(article.text, [text for text in (article.title, article.source) if text])

    def sentences(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """The numbers of `numbers` that are sentences of the article, without repeats; Ungrounded for none."""
        listed = tuple(dict.fromkeys(numbers))
        known = tuple(number for number in listed if self.document.sentence(number))
        if not known:
            raise Ungrounded(f"there is no sentence {listed[0] if listed else ''}; the last is {len(self.document.sentences)}")
        return known

    def speaker(self, name: str | None) -> str | None:
        """What the article calls a speaker or holder; None for the article's own voice. Ungrounded for who is not in the article."""
        if name is None or name.strip().casefold() in _OWN_VOICE:
            return None
        found = self.names.called(name)
        if found is None:
            unknown = self.names.unknown(name)
            raise Ungrounded(f"{_listed(unknown or [name])} is not in the article")
        return clean(found)

    # --- free text ---

    def check(self, text: str) -> None:
        """Ungrounded where `text` holds a number or name that the article lacks, an address, mark-up, or words of the instructions."""
        for problem in (
            _unreadable(text, self.document.article.text),
            self._link(text),
            self._instructed(text),
            self._speaks_to_reader(text),
        ):
            if problem:
                raise Ungrounded(problem)
        if numbers := [word for word in self.missing_numbers(text) if word.casefold() != "one"]:
            raise Ungrounded(f"the number {_listed(numbers)} is not in the article")
        if names := self.names.unknown(text):
            raise Ungrounded(f"{_listed(names)} is not in the article")

    def label(self, text: str, most: int, what: str) -> str:
        """A measure or target that holds: at most `most` words that carry meaning, and no sentence."""
        plain = " ".join(text.split())
        if sum(word not in STOP_WORDS for word in fold_phrase(plain)) > most:
            raise Ungrounded(f"the {what} {plain!r} has more than {most} words")
        if _ENDS.search(plain) or _STATES.match(plain):
            raise Ungrounded(f"the {what} {plain!r} is a sentence")
        self.check(plain)
        return plain

    def missing_numbers(self, text: str) -> list[str]:
        """The numbers of `text` that the article does not hold in any form, as the text writes them."""
        held = self._dates_that_hold(text)
        missing = [
            text[one.start : one.end]
            for one in stated_in(text)
            if not any(dated.start <= one.start and one.end <= dated.end for dated in held) and not self._holds(one)
        ]
        return missing + _foreign_numbers(text, self.document.article.text)

    def _holds(self, stated: Stated) -> bool:
        if self._all.holds(stated):
            return True
        values = [form.value for form in stated.forms if form.kind == "number"]
        return any(value in self._lists or self._holds_without_scale(value) for value in values)

    def _holds_without_scale(self, value: Decimal) -> bool:
        """Whether a sentence has this number without its scale, which it or one of the two before says ("60 million … we paid 64")."""
        for word, scale in _SCALES.items():
            bare = Form("number", value / scale)
            for sentence in self.document.sentences if value >= scale else ():
                if bare in self.held_by(sentence.number).forms:
                    before = self.document.sentences[max(0, sentence.number - 3) : sentence.number]
                    if any(re.search(rf"(?<![^\W\d_]){word}", self.quote(each.number)) for each in before):
                        return True
        return False

    def place_of(self, stated: Stated, near: Sequence[int]) -> int | None:
        """The sentence nearest to `near` that holds this number; None where one of `near` does, or none."""
        if any(self.held_by(number).holds(stated) for number in near):
            return None
        places = [sentence.number for sentence in self.document.sentences if self.held_by(sentence.number).holds(stated)]
        return min(places, key=lambda place: (min(abs(place - number) for number in near), place)) if places else None

    def held_by(self, sentence: int) -> Held:
        if sentence not in self._held:
            # In "$3-5 billion" the numerals are 3 and 5 billion, and the figure's lower end is 3 billion: either may be said.
            figures = (mention.figure for mention in self.document.mentions_in(sentence))
            read = {value for figure in figures for value in (figure.value, figure.low, figure.high) if value is not None}
            self._held[sentence] = Held((self.quote(sentence),), frozenset(read))
        return self._held[sentence]

    @cached_property
    def _all(self) -> Held:
        title = self.document.article.title
        return Held.of_all([*(self.held_by(sentence.number) for sentence in self.document.sentences), Held((title or "",))])

    @cached_property
    def _lists(self) -> frozenset[int]:
        """How many names the lists of the article have, as far as they can be counted at a glance."""
        lists = (match[0] for sentence in self.document.sentences for match in _LIST.finditer(self.quote(sentence.number)))
        return frozenset(count for count in (len(_LIST_BORDER.split(each)) for each in lists) if count <= _MOST_LISTED)

    # --- dates ---

    @cached_property
    def dates(self) -> frozenset[str]:
        """Every date that a time in the article may mean, and the day of publication; each a year before too, where one is spoken of."""
        article = self.document.article
        found = {each for text in (article.text, article.title or "") for dated in dates_in(text, self._published) for each in dated.dates}
        found |= {self._published[:10]} if self._published else set()
        if _YEAR_BEFORE.search(article.text):
            found |= {f"{int(each[:4]) - 1:04}{each[4:]}" for each in found if each[:4].isdecimal()}
        return frozenset(found)

    @cached_property
    def _published(self) -> str | None:
        """The day of publication, or else the first whole date of the first lines: a dateline."""
        article = self.document.article
        opening = article.text[:_DATELINE]
        return article.published or next(
            (each for dated in dates_in(opening) for each in sorted(dated.dates) if len(each) == 10 and dated.end - dated.start > 7), None
        )

    def date(self, wanted: str) -> str:
        """A whole or partial ISO date that the article may mean."""
        if not may_mean(wanted, self.dates):
            raise Ungrounded(f"the date {wanted} is not in the article")
        return wanted

    def _dates_that_hold(self, text: str) -> list[Dated]:
        return [dated for dated in dates_in(text, self._published) if any(may_mean(each, self.dates) for each in dated.dates)]

    # --- words ---

    def quote(self, sentence: int) -> str:
        return self.document.quote(self.document.sentences[sentence - 1])

    def is_about(self, text: str, sentences: Iterable[int]) -> bool:
        """Whether any telling word of `text` stands in the sentences, their neighbours or the title; true for a text without such words."""
        wanted = stems(text)
        near = {number + step for number in sentences for step in (*range(-_BEFORE, 0), 0, 1)}
        around = [self.quote(number) for number in near if self.document.sentence(number)]
        return not wanted or any(wanted & stems(each) for each in (*around, self.document.article.title or ""))

    # --- what no answer may hold ---

    def _link(self, text: str) -> str | None:
        found = _LINK.search(text) or next((m for m in _DOMAIN.finditer(text) if not self._is_name(m[0])), None)
        return f"{found[0]!r} is an address or mark-up" if found else None

    def _is_name(self, domain: str) -> bool:
        return domain[0].isupper() and domain in self.document.article.text

    def _instructed(self, text: str) -> str | None:
        words = _words(text)
        for at in range(len(words) - _LONGEST_QUOTED_PROMPT + 1):
            run = " ".join(words[at : at + _LONGEST_QUOTED_PROMPT])
            if run in self._instructions and run not in self._own_words:
                return f"{run!r} is of the instructions, not of the article"
        return None

    def _speaks_to_reader(self, text: str) -> str | None:
        found = next((m[0] for m in _ADDRESSES_READER.finditer(text) if m[0].casefold() not in self.names.words), None)
        return f"{found!r} is not in the article" if found else None

    @cached_property
    def _instructions(self) -> str:
        return " ".join(_words(self.instructions))

    @cached_property
    def _own_words(self) -> str:
        return " ".join(_words(self.document.article.text))


def _words(text: str) -> list[str]:
    return [form.casefold() for form in forms(text)]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(repr(word) for word in words)


_WORD = re.compile(r"[^\W\d_]+")


def _unreadable(text: str, article: str) -> str | None:
    """A word of letters of several scripts, or of a script that the article does not write: nobody can check what it says."""
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isascii() or word in article:
            continue
        scripts = {_script(letter) for letter in word}
        if len(scripts) > 1:
            return f"{word!r} mixes letters of several scripts"
        if scripts != {"LATIN"} and not any(_script(letter) in scripts for letter in article if not letter.isascii() and letter.isalpha()):
            return f"{word!r} is in a script that the article does not use"
    return None


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0].split("-")[0]


def _foreign_numbers(text: str, article: str) -> list[str]:
    """Words that are numbers run together, or in another language than English, and that the article does not have."""
    low = article.casefold()
    return [match[0] for match in _WORD.finditer(text) if _is_number_word(match[0].casefold()) and match[0].casefold() not in low]


_LONGEST_NUMBER_WORD = 48


@lru_cache(maxsize=4096)
def _is_number_word(word: str) -> bool:
    return len(word) <= _LONGEST_NUMBER_WORD and any(pattern.fullmatch(word) for pattern in (ROMAN, RUN_TOGETHER, FOREIGN))
