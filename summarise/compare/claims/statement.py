"""A statement: what a claim says, taken apart so that it can be held against what others say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from summarise.compare.claims.marks import TURNING, lone_of, poles_of, turns, what_is_denied
from summarise.compare.claims.quantities import Quantity, quantities
from summarise.compare.source import Source
from summarise.numbers import Numeral, find_numerals
from summarise.numbers.lexicon import MONTHS, ONES, TEENS, TENS
from summarise.schema import Claim
from summarise.words import STOP_WORDS, Word, words

_STEM = 5
_SHORTEST_QUOTE = 20
_SCALES = ("dozen", "hundred", "thousand", "million", "billion", "trillion", "half", "third", "quarter")
_NUMBER_WORDS = frozenset((*ONES, *TEENS, *TENS, *_SCALES))
_TITLES = frozenset("mr mrs ms miss dr sir dame lord lady president premier minister prime chancellor secretary professor prof".split())
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE_WORDS = frozenset(word[:length] for word in (*MONTHS, *_DAYS) for length in (_STEM, len(word)))
# Words of the telling, and those that a number is dressed in.
_IDLE = frozenset(
    """according told added also per cent percent about around roughly approximately approx nearly almost least well even still now
    announced really quite rather number figure total one pound pounds dollar dollars euro euros yuan yen franc francs ruble rubles
    rouble roubles rupee rupees""".split()
)
_FIRST_PERSON = frozenset("i we my our me us myself ourselves".split())
_POINTERS = frozenset("he she it they this that these those his her its their such".split())
_TELLING = re.compile(
    r"\b(?:said|says|say|announced|reported|reports|confirmed|confirms|claimed|claims|argued|argues|stressed|added|warned|warns|stated|states"
    r"|explained|recommends|recommended|insisted|insists|told [^,.;:]{1,40}?)(?: (?:on|in) [A-Z]\w+)?(?: that\b|:|,)?\s+",
)


@dataclass(frozen=True, eq=False)
class Statement:
    """`place` is that of the claim in its article, from 0. `words` are those of its text, `related` the names that the article holds."""

    source: Source
    claim: Claim
    place: int
    words: list[Word]
    related: frozenset[str]
    published: str | None

    @cached_property
    def core(self) -> str:
        """What is claimed, without who says so."""
        text = self.claim.text
        if self.claim.mode == "denies":
            who, denied = what_is_denied(text)
            if len(_content(denied)) >= 3:
                return f"{who} {denied}" if _points(denied) else denied
            return text
        return _without_teller(text, self.claim.speaker)

    @cached_property
    def tokens(self) -> list[Word]:
        return self.words if self.core is self.claim.text else words(self.core)

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        if not any(w.folded in _NUMBER_WORDS or any(map(str.isdecimal, w.folded)) or w.folded[:4].isdecimal() for w in self.tokens):
            return ()
        return tuple(find_numerals(self.core))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        if not self.numerals:
            return ()
        return quantities(self.core, self.source.cited(self.claim))

    @cached_property
    def signs(self) -> str:
        """Signs that change a number and are no words."""
        return "".join(sorted(letter for letter in self.core if letter in "-−$£€¥₹%"))

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """All words of the claim; equal for two ways of writing one text."""
        return tuple(word.folded for word in self.words)

    @cached_property
    def sequence(self) -> list[str]:
        """The words that carry meaning, numbers apart, in the order of the text."""
        inside = _inside(self.numerals)
        plain = (w.folded for w in self.tokens if w.start not in inside)
        return [w for w in plain if w not in STOP_WORDS and w not in _IDLE and w not in TURNING]

    @cached_property
    def first_places(self) -> dict[str, int]:
        """Where each word of the sequence stands first."""
        return {word: at for at, word in reversed(list(enumerate(self.sequence)))}

    @cached_property
    def full(self) -> frozenset[str]:
        return frozenset(self.sequence)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word[:_STEM] for word in self.full)

    @cached_property
    def values(self) -> frozenset[Decimal]:
        return frozenset(numeral.value for numeral in self.numerals)

    @cached_property
    def features(self) -> frozenset[str]:
        return self.stems | frozenset(f"#{value:f}" for value in self.values if value.adjusted() < 40)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its names, stemmed like its words, in the order of the text."""
        found = _names(self.core, self.tokens)
        first = [w.folded for w in self.tokens[:1] if w.folded in self.related and self.core[w.start].isupper()]
        inside = _inside(self.numerals)
        taken = {w.folded for w in self.tokens if w.start in inside}
        return tuple(dict.fromkeys(name[:_STEM] for name in (*first, *found) if name not in STOP_WORDS and name not in taken))

    @cached_property
    def named(self) -> frozenset[str]:
        """Its names, to look one up."""
        return frozenset(self.names)

    @cached_property
    def is_negative(self) -> bool:
        """A denial is told in the negative, or as that which is denied."""
        said = turns([w.folded for w in self.words])
        return max(said, self.claim.mode == "denies") % 2 == 1

    @cached_property
    def poles(self) -> frozenset[tuple[str, int]]:
        return poles_of(w.folded for w in self.tokens)

    @cached_property
    def lone(self) -> frozenset[str]:
        return lone_of(w.folded for w in self.tokens)

    @cached_property
    def quotes(self) -> frozenset[str]:
        """Its evidence, as far as it is long enough to be told from any other."""
        found = (" ".join(span.quote.split()) for span in self.claim.evidence)
        return frozenset(quote for quote in found if len(quote) >= _SHORTEST_QUOTE)

    @cached_property
    def teller(self) -> frozenset[str]:
        return frozenset(w.folded for w in words(self.claim.speaker or "") if w.folded not in STOP_WORDS and w.folded not in _TITLES)

    @cached_property
    def is_personal(self) -> bool:
        """Whether what it says depends on who says it."""
        return any(w.folded in _FIRST_PERSON and (w.folded != "us" or self.core[w.start].islower()) for w in self.tokens)

    @cached_property
    def is_passive(self) -> bool:
        """Whether somebody stands after "by", as one who does it."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return any(w.folded == "by" and following.folded[:_STEM] in self.named for w, following in pairs)

    @cached_property
    def points(self) -> bool:
        return _points(self.core)


def statements_of(sources: Sequence[Source]) -> list[Statement]:
    found = []
    for source in sources:
        claims = source.summary.claims
        texts = [words(claim.text) for claim in claims]
        related, published = _related(source, texts), source.published
        found += [Statement(source, claim, at, texts[at], related, published) for at, claim in enumerate(claims)]
    return found


def is_date_word(word: str) -> bool:
    """Also of a stem."""
    return word in _DATE_WORDS


def names_of(source: Source) -> frozenset[str]:
    """The names that the claims, the gist and the people of an article hold, in lower case: what two articles on one subject share."""
    return _related(source, [words(claim.text) for claim in source.summary.claims])


@lru_cache(maxsize=1 << 12)
def in_common(a: frozenset[str], b: frozenset[str]) -> int:
    """How many of the names of two articles are the same; asked again for each two of their claims."""
    return len(a & b)


def _related(source: Source, texts: Sequence[list[Word]]) -> frozenset[str]:
    summary = source.summary
    people = {*(claim.speaker for claim in summary.claims), *(stance.holder for stance in summary.stances)}
    found = {name for claim, tokens in zip(summary.claims, texts, strict=True) for name in _names(claim.text, tokens)}
    found.update(_names(summary.gist, words(summary.gist)))
    found.update(w.folded for name in people if name for w in words(name) if name[w.start].isupper() and w.folded not in STOP_WORDS)
    return frozenset(name for name in found if not is_date_word(name) and name not in _TITLES)


def _names(text: str, tokens: Iterable[Word]) -> list[str]:
    """Words with a capital letter that do not owe it to their place."""
    return [
        w.folded
        for w in tokens
        if text[w.start].isupper()
        and (text[w.start : w.end].isupper() or not _opens(text, w.start))
        and w.folded not in _TITLES
        and w.folded != "i"
    ]


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(\n")
    return not before or before[-1] in ".!?:…"


def _without_teller(text: str, speaker: str | None) -> str:
    match = _TELLING.search(text, 0, 160) if speaker else None
    if not match or not speaker:
        return text
    last = words(speaker)[-1:]
    told = [w.folded for w in words(text[: match.start()])]
    return text[match.end() :] if last and last[0].folded in told[-8:] and len(_content(text[match.end() :])) >= 3 else text


def _content(text: str) -> list[str]:
    return [w.folded for w in words(text) if w.folded not in STOP_WORDS]


def _points(text: str) -> bool:
    first = words(text[:40])[:1]
    return bool(first) and first[0].folded in _POINTERS


def _inside(numerals: Iterable[Numeral]) -> frozenset[int]:
    return frozenset(at for numeral in numerals for at in range(numeral.start, min(numeral.end, numeral.start + 60)))
