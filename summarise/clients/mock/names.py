"""Names: the people of an article, each in the fullest form that stands in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from summarise.clients.mock.lexicon import words
from summarise.document import Sentence
from summarise.text.tokens import Tokens

_LONGEST = 8
_PARTICLES = frozenset("de da di van von der den bin al el la le du".split())


@dataclass(frozen=True, slots=True)
class NameMention:
    """Tokens [start, stop): a name as it stands, without the titles before it. `title` is the last office word before it, in lower case."""

    start: int
    stop: int
    text: str
    title: str | None
    is_person: bool


@dataclass
class NameIndex:
    """The names of an article in text order, and for each single name of a person the fullest form that stands in the article."""

    mentions: list[NameMention] = field(default_factory=list)
    full: dict[str, str] = field(default_factory=dict)

    def fullest(self, name: str) -> str:
        """The fullest form of `name` in the article; `name` itself where no other is known, or more than one."""
        return self.full.get(name, name)

    def is_known(self, mention: NameMention) -> bool:
        """Whether the article shows that a mention is a person: by a title, a first name, or a surname that is used alone."""
        if not mention.is_person:
            return False
        first = mention.text.split()[0].lower()
        named = first in words("people", "female") or first in words("people", "male")
        return mention.title is not None or named or self.fullest(mention.text) != mention.text or mention.text in self._longs

    @cached_property
    def _longs(self) -> frozenset[str]:
        alone = {mention.text for mention in self.mentions}
        return frozenset(long for short, long in self.full.items() if short in alone)

    def sex(self, mention: NameMention) -> str | None:
        """ "female" or "male" by title or first name, None where neither tells."""
        signs = [mention.title or "", self.fullest(mention.text).split()[0].lower()]
        for sex in ("female", "male"):
            if any(sign in words("people", sex) for sign in signs):
                return sex
        return None

    def last_before(self, token: int) -> int:
        """The index in `mentions` of the first mention that begins at or behind `token`."""
        return bisect_left(self._starts, token)

    @cached_property
    def _starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]


def find_names(tokens: Tokens, boilerplate: Sequence[bool], sentences: Sequence[Sentence]) -> NameIndex:
    names = NameIndex()
    for sentence, skipped in zip(sentences, boilerplate, strict=True):
        if not skipped:
            place = tokens.between(sentence.start, sentence.end)
            names.mentions += find_mentions(tokens, place.start, place.stop)
    names.full = _full_forms(names.mentions)
    return names


def find_mentions(tokens: Tokens, start: int, stop: int) -> Iterator[NameMention]:
    """The mentions of capitalised words in the tokens [start, stop), each cut free of titles, peoples and function words on its left."""
    at = start
    capitals = [i for i in range(start, stop) if tokens.words[i][0].isupper()]
    for first in capitals:
        if first < at or not _is_capital(tokens, first):
            continue
        at, end = first, first + 1
        while end < min(stop, at + _LONGEST) and (_is_capital(tokens, end) or _joins(tokens, end, stop)):
            end += 1
        mention = _trimmed(tokens, at, end, first=first == start)
        if mention:
            yield mention
        at = end


def _is_capital(tokens: Tokens, i: int) -> bool:
    return tokens.words[i][0].isupper() and tokens.lows[i] not in words("grammar", "pronouns")


def _joins(tokens: Tokens, i: int, stop: int) -> bool:
    """A small word within a name ("Angela de la Cruz"), an initial's full stop ("John F. Kennedy"), the stop of a title ("Gov. Pence")."""
    word = tokens.words[i]
    if word in _PARTICLES:
        return i + 1 < stop and (_is_capital(tokens, i + 1) or tokens.words[i + 1] in _PARTICLES)
    if word == "&":
        return i + 1 < stop and _is_capital(tokens, i + 1)
    before = tokens.lows[i - 1]
    abbreviates = len(before) == 1 or (before in words("people", "titles"))
    return word == "." and abbreviates and i + 1 < stop and _is_capital(tokens, i + 1)


def _trimmed(tokens: Tokens, start: int, stop: int, *, first: bool) -> NameMention | None:
    title, at = _title_before(tokens, start), start
    while at < stop and _is_left_matter(tokens, at, first=first and at == start, alone=stop - at == 1):
        low = tokens.lows[at]
        if low in words("people", "titles"):
            title = low
        at += 1
    inner = [i for i in range(at, stop - 2) if tokens.lows[i] in words("people", "titles")]
    if inner and not any(low in words("people", "institutions") for low in tokens.lows[inner[-1] + 1 : stop]):
        title, at = tokens.lows[inner[-1]], inner[-1] + 1 + (tokens.lows[inner[-1] + 1] == ".")
    if at == stop:
        return None
    lows = tokens.lows[at:stop]
    person = is_person(lows) and all(w[0].isalpha() or w == "." for w in lows)
    return NameMention(at, stop, tokens.phrase(at, stop), title, person)


def _title_before(tokens: Tokens, start: int) -> str | None:
    before = tokens.lows[start - 1] if start else ""
    return before if before in words("people", "titles") else None


def _is_left_matter(tokens: Tokens, i: int, *, first: bool, alone: bool) -> bool:
    low = tokens.lows[i]
    if low == "." or low in words("people", "titles"):
        return True
    if low in words("grammar", "weekdays") or low in words("grammar", "months"):
        return low != "may" or first
    if not alone and low in words("people", "peoples"):
        return True
    return low in words("grammar", "stops") or (first and (low in words("grammar", "openers") or low in words("grammar", "prepositions")))


def is_person(lows: Sequence[str]) -> bool:
    """Whether words in lower case look like the name of a person: one to four, none of a place, people or institution."""
    kinds = ("places", "peoples", "institutions")
    return 0 < len(lows) <= 6 and not any(low in words("people", kind) for low in lows for kind in kinds)


def _full_forms(mentions: Sequence[NameMention]) -> dict[str, str]:
    """Single names with the one longer name that ends in them, or begins with them where family names come first."""
    alone = {mention.text for mention in mentions}
    by_last: dict[str, dict[str, int]] = {}
    by_first: dict[str, dict[str, int]] = {}
    for mention in mentions:
        parts = mention.text.split()
        if mention.is_person and 2 <= len(parts) <= 4:
            _count(by_last, parts[-1], mention.text)
            if len(parts) == 2 and parts[0] in alone:
                _count(by_first, parts[0], mention.text, weight=1 + (mention.title is not None))
    found = {short: _one(longs) for short, longs in by_first.items() if sum(longs.values()) > 1}
    found |= {short: _one(longs) for short, longs in by_last.items()}
    return {short: long for short, long in found.items() if long}


def _count(table: dict[str, dict[str, int]], short: str, long: str, *, weight: int = 1) -> None:
    counts = table.setdefault(short, {})
    counts[long] = counts.get(long, 0) + weight


def _one(longs: dict[str, int]) -> str:
    """The one longer name, or the first of several that share their first word ("Adam Schiff", "Adam B. Schiff"); else ""."""
    firsts = {long.split()[0] for long in longs}
    return next(iter(longs)) if len(firsts) == 1 else ""
