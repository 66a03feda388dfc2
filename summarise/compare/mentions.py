"""Mentions: a name taken apart into honorific, title, country and the name proper, by word lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from summarise.compare.lexicon import known_names
from summarise.text.tokens import words

_ARTICLES = frozenset({"the", "a", "an"})
_PARTICLES = frozenset("de del della di da dos van von der den bin al el la le of".split())
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
_SEVERAL = re.compile(r"\b(?:and|or)\b|[&/;]")
# Longer ones are descriptions, not names.
_MOST_WORDS = 12
_LONGEST_PERSON = 5

NameKey: TypeAlias = tuple[str, ...]


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> NameKey:
    """What distinguishes a name from others: its folded words without a leading article. "US" keeps its capitals, unlike "us"."""
    found = [word.folded.upper() if _is_short_form(name[word.start : word.end]) else word.folded for word in words(name)]
    return tuple(found[1:] if len(found) > 1 and found[0] in _ARTICLES else found)


def _is_short_form(word: str) -> bool:
    letters = word.replace(".", "")
    return 2 <= len(letters) <= 6 and letters.isupper() and letters.isalpha()


@dataclass(frozen=True)
class ParsedName:
    """One way of naming a person or a body, taken apart.

    `person` is the words of a person's name, empty where it is none. `office` is what the person is, with the country: ("China",
    "president"), None where it is not said or past. `sex` is that of the honorific.
    """

    text: str
    person: tuple[str, ...] = ()
    office: tuple[str, str] | None = None
    country: str | None = None
    sex: Literal["m", "f"] | None = None
    is_titled: bool = False

    @property
    def key(self) -> NameKey:
        return name_key(self.text)

    @property
    def is_full(self) -> bool:
        """Whether it is a person's given name and family name."""
        return len(self.person) > 1


@lru_cache(maxsize=1 << 14)
def parse_name(text: str) -> ParsedName:
    """`text` taken apart, as far as that is beyond doubt."""
    if _SEVERAL.search(text):
        return ParsedName(text)
    head, _, tail = text.partition(",")
    named = _mention(text, _tokens(head))
    if not tail or not named.is_full:
        return named if not tail else ParsedName(text)
    office = _mention(tail, _tokens(tail))
    return ParsedName(text, named.person, named.office or office.office, named.country or office.country, named.sex, is_titled=True)


def _tokens(text: str) -> list[str]:
    found = [_POSSESSIVE.sub("", token).strip(",;:()[]\"“”'‘’") for token in text.split()[: _MOST_WORDS + 1]]
    tokens = [token for token in found if token.strip(".")]
    return tokens[1:] if len(tokens) > 1 and tokens[0].lower() in _ARTICLES else tokens


def _mention(text: str, tokens: list[str]) -> ParsedName:
    lists = known_names()
    if not tokens or len(tokens) > _MOST_WORDS:
        return ParsedName(text)
    tokens, country = _without_country(tokens)
    low = _low(tokens)
    titled = [at for at, word in enumerate(low) if word in lists.before_names]
    last = titled[-1] + 1 if titled else 0
    name = tuple(tokens[last:])
    if name and not _is_person(name):
        return ParsedName(text)
    country = country or next((found for at in range(last) if (found := _country(tokens, at))), None)
    office = None if lists.past & set(low) or not country else _office(low[:last])
    if not name and (office is None or not _is_bare_office(tokens)):
        return ParsedName(text)
    return ParsedName(text, name, (country, office) if office and country else None, country, _sex(low[:last]), is_titled=bool(titled))


def _low(tokens: list[str]) -> list[str]:
    return [token.lower().rstrip(".") for token in tokens]


def _without_country(tokens: list[str]) -> tuple[list[str], str | None]:
    """ "President Vladimir Putin of Russia" is of Russia."""
    low = _low(tokens)
    if "of" in low[1:]:
        at = low.index("of", 1)
        country = _country_named(" ".join(token for token in tokens[at + 1 :] if token.lower() != "the"))
        if country:
            return tokens[:at], country
    return tokens, None


def _country_named(text: str) -> str | None:
    countries = known_names().country_of
    return countries.get(text) or (None if text.isupper() else countries.get(text.lower()))


def _country(tokens: list[str] | tuple[str, ...], at: int) -> str | None:
    """The country that the token `at`, or it and the next one, names."""
    return _country_named(" ".join(tokens[at : at + 2])) or _country_named(tokens[at])


def _office(low: list[str]) -> str | None:
    """The last run of words of a title."""
    lists = known_names()
    run: list[str] = []
    for word in reversed(low):
        if word in lists.titles or (run and word in lists.parts_of_titles):
            run.insert(0, word)
        elif run:
            break
    return " ".join(run) or None


def _sex(low: list[str]) -> Literal["m", "f"] | None:
    """None where no honorific says it, or two contradict each other."""
    lists = known_names()
    is_man, is_woman = not lists.honorifics_of_men.isdisjoint(low), not lists.honorifics_of_women.isdisjoint(low)
    return None if is_man == is_woman else "m" if is_man else "f"


def _is_bare_office(tokens: list[str]) -> bool:
    """Whether there is nothing but a country and a title."""
    lists = known_names()
    of_country = set[int]()
    for at in range(len(tokens)):
        if at + 1 < len(tokens) and _country_named(" ".join(tokens[at : at + 2])):
            of_country |= {at, at + 1}
        elif _country(tokens, at):
            of_country.add(at)
    return all(word in lists.titles or word in lists.parts_of_titles or at in of_country for at, word in enumerate(_low(tokens)))


def _is_person(name: tuple[str, ...]) -> bool:
    if len(name) > _LONGEST_PERSON or not name[-1][0].isupper():
        return False
    return all(_may_be_part(token) for token in name) and not any(_country(name, at) for at in range(len(name)))


def _may_be_part(token: str) -> bool:
    """Whether the token may be part of a person's name: a capitalised word or a particle, no acronym, no word of firms and bodies."""
    if not (token[0].isupper() or token.lower() in _PARTICLES) or not re.sub(r"[-'’.]", "", token).isalpha():
        return False
    return token.lower() not in known_names().impersonal and not (token.isupper() and len(token) > 2)
