"""The word lists of the comparison: every field is used, every word is in the form in which it is looked up, and none is listed in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from summarise.compare import lexicon
from summarise.compare.figure_context import stem_of
from summarise.compare.lexicon import ClaimWords, FigureWords, KnownNames, claim_words, figure_words, known_names
from summarise.compare.mentions import parse_name
from summarise.text.tokens import fold

FOLDER = Path(lexicon.__file__).parent
LISTS = {"figure_words": FigureWords, "claim_words": ClaimWords, "known_names": KnownNames}


def rows(value: Any) -> Iterator[list[str]]:
    """The rows of a part of a file: words in one string, or a list of names."""
    if isinstance(value, str):
        yield value.split()
    elif isinstance(value, dict):
        yield from (row for part in value.values() for row in rows(part))
    else:
        yield value
        yield from (row for part in value for row in rows(part))


def read(name: str) -> Any:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_of_a_file_is_used_by_a_rule(name: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    unused = [field for field in LISTS[name].model_fields if not re.search(rf"\.{field}\b", code)]
    assert unused == []


@pytest.mark.parametrize("name", LISTS)
def test_no_row_has_a_word_twice(name: str) -> None:
    assert [row for row in rows(read(name)) if len(row) != len(set(row))] == []


@pytest.mark.parametrize("name", ["figure_words", "claim_words"])
def test_each_word_is_in_the_form_in_which_it_is_looked_up(name: str) -> None:
    assert [word for row in rows(read(name)) for phrase in row for word in phrase.split() if fold(word) != word] == []


def test_each_synonym_stands_for_another_word_and_is_no_general_word() -> None:
    lists = figure_words()
    assert {word: stem_of(word) for word in lists.synonyms} == lists.synonyms
    assert lists.weak <= set(lists.synonyms.values())


def test_antonyms_come_in_pairs() -> None:
    poles = set(claim_words().polarity.values())
    assert poles == {(name, 1 - at) for name, at in poles}


def test_what_negates_nothing_comes_after_a_negation_and_is_none() -> None:
    assert claim_words().not_negated.isdisjoint(claim_words().negating)


@pytest.mark.parametrize("title", sorted(known_names().titles))
def test_each_title_makes_an_office_with_a_country(title: str) -> None:
    assert parse_name(f"Chinese {title} Ana Ruiz").office == ("China", title)


def test_no_person_is_named_by_a_word_that_is_a_firms_or_a_bodys() -> None:
    lists = known_names()
    assert lists.impersonal.isdisjoint(lists.family_first | lists.before_names - {"general"})
