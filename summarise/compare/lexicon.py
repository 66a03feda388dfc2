"""Word lists of the comparison: YAML files beside this module, read once, when a rule first needs them."""

from __future__ import annotations

from functools import cache, cached_property
from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _split(words: str | list[str]) -> list[str]:
    return words.split() if isinstance(words, str) else words


def _by_word(rows: dict[str, str]) -> dict[str, str]:
    """Each word of each row with the name of its row."""
    return {word: name for name, words in rows.items() for word in words.split()}


def _by_pole(rows: dict[str, list[str]]) -> dict[str, tuple[str, int]]:
    """Each word with its pair of antonyms and its place in it, 0 or 1."""
    return {word: (name, at) for name, poles in rows.items() for at, words in enumerate(poles) for word in words.split()}


Words = Annotated[frozenset[str], BeforeValidator(_split)]
LowerWords = Annotated[frozenset[str], BeforeValidator(lambda words: [word.lower() for word in _split(words)])]


class _WordLists(BaseModel):
    """The keys of the file are the names of the fields, with spaces; one that is missing or unknown is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=lambda name: name.replace("_", " "))


class FigureWords(_WordLists):
    """figure_words.yaml. `synonyms` gives for each word the one that stands for it."""

    planned: Words
    earlier: Words
    differences: Words
    contrasts: tuple[Words, ...]
    days: Words
    months: Words
    relative: Words
    periods: Words
    reporting: Words
    determiners: Words
    clause_openers: Words
    synonyms: Annotated[dict[str, str], BeforeValidator(_by_word)]
    weak: Words
    people: Words
    numerals: Words
    generic: Words
    not_names: Words


class ClaimWords(_WordLists):
    """claim_words.yaml. `polarity` gives for each word its pair of antonyms and which of the two it is, `qualifiers` its kind."""

    polarity: Annotated[dict[str, tuple[str, int]], BeforeValidator(_by_pole)]
    qualifiers: Annotated[dict[str, str], BeforeValidator(_by_word)]
    negations: Words
    denials: Words
    not_negated: Words
    titles: Words
    idle: Words
    first_person: Words
    pronouns: Words
    running: Words

    @cached_property
    def negating(self) -> frozenset[str]:
        """Words that turn a statement into its opposite."""
        return self.negations | self.denials | {"nor"}


class KnownNames(_WordLists):
    """known_names.yaml, in lower case where case does not count."""

    honorifics: LowerWords
    honorifics_of_men: LowerWords
    honorifics_of_women: LowerWords
    titles: LowerWords
    parts_of_titles: LowerWords
    past: LowerWords
    countries: dict[str, tuple[str, ...]]
    same: dict[str, tuple[str, ...]]
    heads: Words
    firm_endings: LowerWords
    firm_words: LowerWords
    bodies: LowerWords
    places: LowerWords
    family_first: LowerWords

    @cached_property
    def country_of(self) -> dict[str, str]:
        """Each way of naming a country with its name: its own name and its adjectives in lower case, short forms as they are written."""
        found = {country.lower(): country for country in self.countries}
        found |= {word.lower(): country for country, adjectives in self.countries.items() for word in adjectives}
        return found | {alias: country for country, aliases in self.same.items() if country in self.countries for alias in aliases}

    @cached_property
    def before_names(self) -> frozenset[str]:
        """Titles and honorifics."""
        return self.titles | self.honorifics | self.honorifics_of_men | self.honorifics_of_women

    @cached_property
    def impersonal(self) -> frozenset[str]:
        """Words that no person's name holds."""
        return self.bodies | self.firm_words | self.firm_endings | {word.lower() for word in self.heads}


@cache
def figure_words() -> FigureWords:
    return FigureWords.model_validate(_read("figure_words.yaml"))


@cache
def claim_words() -> ClaimWords:
    return ClaimWords.model_validate(_read("claim_words.yaml"))


@cache
def known_names() -> KnownNames:
    return KnownNames.model_validate(_read("known_names.yaml"))


def _read(name: str) -> Any:
    import yaml

    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    return yaml.load(text, Loader=loader)  # noqa: S506  # a file of ours, all of it read as text
