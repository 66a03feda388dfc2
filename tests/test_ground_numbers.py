"""Numbers in other words: what is equal holds, what is not is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.ground.numbers import Held, stated_in


def missing(told: str, article: str) -> list[str]:
    held = Held((article,))
    return [told[one.start : one.end] for one in stated_in(told) if not held.holds(one)]


@pytest.mark.parametrize(
    ("told", "article"),
    [
        ("Half of the bus drivers left.", "Fifty per cent of the bus drivers left."),
        ("One in two drivers left.", "50% of the drivers left."),
        ("A third of the shops closed.", "One in three shops closed."),
        ("Two in three shops closed.", "Two thirds of the shops closed."),
        ("Nine out of ten buses were late.", "90 percent of buses were late."),
        ("Twice as many buses ran.", "The number of buses doubled."),
        ("Fares doubled.", "Fares rose by 100%."),
        ("Fares trebled.", "Fares are three times as high."),
        ("Traffic halved.", "Traffic fell by half."),
        ("12 buses burned.", "A dozen buses burned."),
        ("Six buses burned.", "Half a dozen buses burned."),
        ("The strike took two weeks.", "The strike took a fortnight."),
        ("It has run for ten years.", "It has run for a decade."),
        ("It took 24 months.", "It took two years."),
        ("It takes 90 minutes.", "It takes an hour and a half, or 1.5 hours."),
        ("The depot cost 1,400 million euros.", "The depot cost €1.4bn."),
        ("It will cost 4.1 billion dollars or more.", "It will cost between 4.1 and 4.8 billion dollars."),
        ("The firm lost 1.9 million Danish kroner.", "The firm lost DKr1.9m."),
        ("The line opened in the 1990s.", "The line opened in the nineties."),
        ("The rate rose by half a percentage point.", "The rate rose by 50 basis points."),
        ("Sixty people wait.", "Three score people wait."),
        ("About 12 million rode.", "Passengers numbered 11.96 million."),
        ("Nearly 5,000 rode.", "4,960 rode."),
        ("More than 1,100 rode.", "1,140 rode."),
        ("It has thousands of riders.", "The line has thousands of riders."),
        ("The motion passed by 19 votes to 14.", "The motion passed 19 to 14."),
    ],
)
def test_a_number_in_other_words_holds(told: str, article: str) -> None:
    assert missing(told, article) == []


@pytest.mark.parametrize(
    ("told", "article", "lacks"),
    [
        ("12 million rode.", "Passengers numbered 11.96 million.", ["12 million"]),
        ("About 13 million rode.", "Passengers numbered 11.96 million.", ["13 million"]),
        ("More than 1,200 rode.", "1,140 rode.", ["1,200"]),
        ("Fares rose by half.", "Fares rose from 800 to 1,200.", ["half"]),
        ("278 jobs went.", "There were 340 jobs and are 62.", ["278"]),
        ("Hundreds of millions were lost.", "The firm lost 1.4 billion.", ["Hundreds of millions"]),
        ("Dozens left.", "Drivers left.", ["Dozens"]),
        ("Fares tripled.", "Fares doubled.", ["tripled"]),
        ("It ran for a decade.", "It ran for years.", ["a decade"]),
        ("It cost 1.4 million.", "It cost 1.4 billion.", ["1.4 million"]),
        ("Three score riders.", "Riders.", ["Three"]),
    ],
)
def test_a_number_that_is_not_equal_is_missing(told: str, article: str, lacks: list[str]) -> None:
    assert missing(told, article) == lacks


@pytest.mark.parametrize(
    "text", ["It was one of the worst.", "No one came.", "A half-year report.", "A second-hand bus.", "a third-party app"]
)
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert missing(text, "") == []


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{}"]))
def test_a_number_in_digits_holds_where_it_stands(value: int, form: str) -> None:
    told = form.format(value)
    assert missing(f"It cost {told} euros.", f"The sum of {value:,} euros was paid.") == []


@given(st.text(max_size=200))
def test_every_text_holds_its_own_numbers(text: str) -> None:
    assert missing(text, text) == []


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_two_numbers_are_equal_only_when_they_are(one: int, other: int) -> None:
    assert (missing(f"It cost {one:,} euros.", f"It cost {other:,} euros.") == []) == (one == other)


def test_a_value_that_no_text_writes_out_is_held_when_it_is_given() -> None:
    told = stated_in("It cost 3 billion dollars.")
    assert Held(("$3-5 billion",), frozenset([Decimal(3_000_000_000)])).holds(told[0])
