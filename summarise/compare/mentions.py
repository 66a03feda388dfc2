"""Mentions: a name taken apart into honorific, title, country and the name proper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from summarise.text.tokens import words

_ARTICLES = frozenset({"the", "a", "an"})
_PARTICLES = frozenset("de del della di da dos van von der den bin al el la le of".split())
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
_SEVERAL = re.compile(r"\b(?:and|or)\b|[&/;]")
_MOST_WORDS = 12


@lru_cache(maxsize=1 << 14)
def plain(name: str) -> tuple[str, ...]:
    """What tells a name from another: its folded words without a leading article. "US" keeps its capitals, which "us" has not."""
    found = [word.folded.upper() if _is_short_form(name[word.start : word.end]) else word.folded for word in words(name)]
    return tuple(found[1:] if len(found) > 1 and found[0] in _ARTICLES else found)


def _is_short_form(word: str) -> bool:
    letters = word.replace(".", "")
    return 2 <= len(letters) <= 6 and letters.isupper() and letters.isalpha()


@dataclass(frozen=True)
class Known:
    """What known_names.yaml says, in lower case where case does not count."""

    honorifics: frozenset[str]
    men: frozenset[str]
    women: frozenset[str]
    titles: frozenset[str]
    parts: frozenset[str]
    past: frozenset[str]
    countries: dict[str, str]
    same: dict[str, tuple[str, ...]]
    heads: frozenset[str]
    firm_endings: frozenset[str]
    firm_words: frozenset[str]
    bodies: frozenset[str]
    family_first: frozenset[str]
    places: frozenset[str]


@lru_cache(maxsize=1)
def known() -> Known:
    """The general knowledge that ships with the package."""
    import yaml

    text = resources.files("summarise.compare").joinpath("known_names.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # a file of ours, all of it read as text
    lists = {key: value for key, value in data.items() if not isinstance(value, dict)}
    listed = {key: frozenset(value.split() if isinstance(value, str) else value) for key, value in lists.items()}
    lower = {key: frozenset(word.lower() for word in value) for key, value in listed.items()}
    countries = {country.lower(): country for country in data["countries"]}
    countries |= {word.lower(): country for country, adjectives in data["countries"].items() for word in adjectives}
    countries |= {alias: country for country, aliases in data["same"].items() if country in data["countries"] for alias in aliases}
    return Known(
        honorifics=lower["honorifics"] | lower["honorifics of men"] | lower["honorifics of women"],
        men=lower["honorifics of men"],
        women=lower["honorifics of women"],
        titles=lower["titles"],
        parts=lower["parts of titles"],
        past=lower["past"],
        countries=countries,
        same={name: tuple(aliases) for name, aliases in data["same"].items()},
        heads=listed["heads"],
        firm_endings=lower["firm endings"],
        firm_words=lower["firm words"],
        bodies=lower["bodies"] | lower["heads"] | lower["firm words"] | lower["firm endings"],
        family_first=lower["family first"],
        places=lower["places"],
    )


@dataclass(frozen=True)
class Mention:
    """One way of naming somebody or something.

    `person` are the words of a person's name, empty where it is none. `office` is what the person is, with the country: ("China",
    "president"), None where it is not said or past. `sex` is that of the honorific, "m" or "f".
    """

    text: str
    person: tuple[str, ...] = ()
    office: tuple[str, str] | None = None
    country: str | None = None
    sex: str | None = None
    is_titled: bool = False

    @property
    def is_full(self) -> bool:
        return len(self.person) > 1

    @property
    def is_office(self) -> bool:
        return self.office is not None and not self.person


@lru_cache(maxsize=1 << 14)
def mention(text: str) -> Mention:
    """`text` taken apart, as far as it can be without doubt."""
    if _SEVERAL.search(text):
        return Mention(text)
    head, _, tail = text.partition(",")
    named = _mention(text, _tokens(head))
    if not tail or not named.is_full:
        return named if not tail else Mention(text)
    office = _mention(tail, _tokens(tail))
    return Mention(text, named.person, named.office or office.office, named.country or office.country, named.sex, is_titled=True)


def _tokens(text: str) -> list[str]:
    found = [_POSSESSIVE.sub("", token).strip(",;:()[]\"“”'‘’") for token in text.split()[: _MOST_WORDS + 1]]
    tokens = [token for token in found if token.strip(".")]
    return tokens[1:] if len(tokens) > 1 and tokens[0].lower() in _ARTICLES else tokens


def _mention(text: str, tokens: list[str]) -> Mention:
    facts, low = known(), [token.lower().rstrip(".") for token in tokens]
    if not tokens or len(tokens) > _MOST_WORDS:
        return Mention(text)
    tokens, low, country = _without_country(tokens, low)
    titled = [at for at, word in enumerate(low) if word in facts.titles or word in facts.honorifics]
    last = titled[-1] + 1 if titled else 0
    name = tuple(tokens[last:])
    if name and not _is_person(name):
        return Mention(text)
    country = country or next((found for at in range(last) if (found := _country(tokens, at))), None)
    sexes = {"m" for word in low[:last] if word in facts.men} | {"f" for word in low[:last] if word in facts.women}
    office = None if facts.past & set(low) or not country else _office(low[:last])
    if not name and (office is None or not _is_bare_office(tokens, low)):
        return Mention(text)
    sex = next(iter(sexes)) if len(sexes) == 1 else None
    return Mention(text, name, (country, office) if office and country else None, country, sex, is_titled=bool(titled))


def _without_country(tokens: list[str], low: list[str]) -> tuple[list[str], list[str], str | None]:
    """ "President Vladimir Putin of Russia" is of Russia."""
    if "of" in low[1:]:
        at = low.index("of", 1)
        country = _exact_country(" ".join(token for token in tokens[at + 1 :] if token.lower() != "the"))
        if country:
            return tokens[:at], low[:at], country
    return tokens, low, None


def _exact_country(text: str) -> str | None:
    countries = known().countries
    return countries.get(text) or countries.get(text.lower() if not text.isupper() else text)


def _country(tokens: list[str], at: int) -> str | None:
    two = " ".join(tokens[at : at + 2])
    return _exact_country(two) or _exact_country(tokens[at])


def _country_words(tokens: list[str], at: int) -> int:
    return 2 if at + 1 < len(tokens) and _exact_country(" ".join(tokens[at : at + 2])) else 1


def _office(low: list[str]) -> str | None:
    """The last run of words of a title."""
    facts = known()
    run: list[str] = []
    for word in reversed(low):
        if word in facts.titles or (run and word in facts.parts):
            run.insert(0, word)
        elif run:
            break
    return " ".join(run) or None


def _is_bare_office(tokens: list[str], low: list[str]) -> bool:
    """Whether nothing stands there but a country and a title."""
    facts = known()
    of_country = {at + step for at in range(len(tokens)) if _country(tokens, at) for step in (0, _country_words(tokens, at) - 1)}
    return all(word in facts.titles or word in facts.parts or at in of_country for at, word in enumerate(low))


def _is_person(name: tuple[str, ...]) -> bool:
    facts = known()
    if len(name) > 5 or not all(token[0].isupper() or token.lower() in _PARTICLES for token in name) or not name[-1][0].isupper():
        return False
    if any(not token.replace("-", "").replace("'", "").replace("’", "").replace(".", "").isalpha() for token in name):
        return False
    if any(token.lower() in facts.bodies or (token.isupper() and len(token) > 2) for token in name):
        return False
    return not any(_country(list(name), at) for at in range(len(name)))
