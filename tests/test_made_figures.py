"""The made sentences of benchmarks/made_figures.py: the same each time, many, with figures that stand in them, and two parts apart."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from made_figures import PARTS, judge, made
from made_writer import SET_ASIDE_ONLY, SHARED, Sentence, Writer, article, spelled, vocabulary

from summarise.figures.model import Bound

SAMPLE = 10
"""Sentences of each construction: enough to meet all its forms now and then, in a second."""


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return [sentence for part in PARTS for sentence in made(part, SAMPLE)]


def test_the_same_sentences_are_made_each_time(sentences: list[Sentence]) -> None:
    assert [sentence for part in PARTS for sentence in made(part, SAMPLE)] == sentences


def test_there_are_twenty_thousand_sentences_of_forty_constructions_two_thirds_of_them_dev() -> None:
    sizes = {part: len(constructions) * each for part, (constructions, each) in PARTS.items()}
    assert sum(sizes.values()) >= 20_000
    assert len(SHARED) >= 40
    assert len(SET_ASIDE_ONLY) >= 12
    assert sizes["dev"] / sum(sizes.values()) == pytest.approx(2 / 3, abs=0.01)


def test_each_construction_has_the_sentences_that_are_asked_for(sentences: list[Sentence]) -> None:
    counts = Counter((sentence.part, sentence.construction) for sentence in sentences)
    assert counts == {(part, name): SAMPLE for part, (constructions, _) in PARTS.items() for name in constructions}


def test_no_sentence_is_made_twice_in_either_part(sentences: list[Sentence]) -> None:
    assert len({sentence.text for sentence in sentences}) == len(sentences)


def test_a_figure_stands_where_it_says_and_none_stands_in_another(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        end = 0
        for figure in sentence.figures:
            assert sentence.text[figure.start : figure.end] == figure.quote
            assert figure.start >= end
            end = figure.end


def test_only_a_range_has_two_ends_and_bounds_are_those_of_the_rules(sentences: list[Sentence]) -> None:
    for figure in (figure for sentence in sentences for figure in sentence.figures):
        assert figure.bound in Bound.__args__
        assert (figure.low < figure.high) == (figure.bound == "range")


def test_no_mark_or_double_space_is_left_in_a_sentence(sentences: list[Sentence]) -> None:
    assert [one.text for one in sentences if "  " in one.text or not one.text.isprintable()] == []


def test_the_parts_share_no_noun_verb_measure_or_currency() -> None:
    dev, aside = vocabulary("dev"), vocabulary("set aside")
    assert dev.keys() == aside.keys()
    for kind in ("things", "people", "measures", "spans", "goods", "companies", "sources", "sayings", "times", "adverbs", "parts"):
        assert not {str(word) for word in dev[kind]} & {str(word) for word in aside[kind]}, kind
    assert not {one["code"] for one in dev["currencies"]} & {one["code"] for one in aside["currencies"]}
    for way in ("up", "down"):
        assert not {verb["past"] for verb in dev[f"moves {way}"]} & {verb["past"] for verb in aside[f"moves {way}"]}
        assert not set(dev[f"drives {way}"]) & set(aside[f"drives {way}"])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (7, "seven"),
        (21, "twenty-one"),
        (305, "three hundred and five"),
        (40_007, "forty thousand and seven"),
        (1_250, "one thousand two hundred and fifty"),
    ],
)
def test_numbers_are_spelled_as_they_are_in_britain(value: int, words: str) -> None:
    assert spelled(value) == words


@pytest.mark.parametrize(
    ("word", "phrase"),
    [("8", "an 8"), ("18.5", "an 18.5"), ("80", "an 80"), ("1,200", "a 1,200"), ("eighth", "an eighth"), ("rise", "a rise")],
)
def test_the_article_goes_by_the_sound_of_the_number(word: str, phrase: str) -> None:
    assert article(word) == phrase


def test_a_figure_is_judged_by_value_bound_and_unit_and_what_is_left_is_false() -> None:
    writer = Writer("dev", "any")
    result = judge(
        writer.finished(
            f"They sold {writer.figure('12 ships', 12, unit='ship')} and 15 cars for {writer.figure('$5', 6, currency='USD')}.", "any"
        )
    )
    ships, dollars = result.judged
    assert (ships.right, dollars.right, dollars.unit) == (True, False, True)
    assert [figure.quote for figure in result.false] == ["15 cars"]
    assert [kind for kind, _ in result.faults()] == ["value wrong", "false figure"]
