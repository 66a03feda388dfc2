"""What grounding relies on: every number of a text, the same however it is written."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.figures import Numeral, find_numerals


def values(text: str) -> list[Decimal]:
    return [numeral.value for numeral in find_numerals(text)]


def test_a_numeral_has_its_place_and_value() -> None:
    assert find_numerals("some 1.4 billion people") == [Numeral(5, 16, Decimal(1_400_000_000))]


@pytest.mark.parametrize(
    "ways",
    [
        ("1.4bn", "1.4 billion", "1,400 million", "$1.4b"),
        ("two", "2", "２", "٢"),
        ("12,000", "12 000", "12\u202f000", "12'000", "twelve thousand", "12k"),
        ("thirty-two", "thirty two", "32"),
        ("half a million", "500,000", "0.5 million"),
        ("a third of", "one-third", "⅓", "1/3"),
        ("70th", "seventieth", "70"),
        ("twenty-first", "21st"),
        ("one percent", "1%"),
        ("5,00 euros", "5 euros"),
        ("0 million", "zero million", "$0.0 billion", "0 hundred", "zero dozen", "0"),
        ("2031, it says", "2031; more", "2031. Then", "2031)", "2,031 people"),
    ],
)
def test_one_number_has_one_value_in_every_spelling(ways: tuple[str, ...]) -> None:
    assert len({tuple(values(way)) for way in ways}) == 1
    assert all(len(values(way)) == 1 for way in ways)


@pytest.mark.parametrize("text", ["first and second", "one of them", "no one", "a man", "dozens of men", "hundreds"])
def test_pronouns_articles_and_vague_plurals_are_no_numerals(text: str) -> None:
    assert values(text) == []


def test_years_dates_and_labels_are_numerals_too() -> None:
    wanted = [Decimal(value) for value in ("5", "2019", "10", "30", "737", "1.2", "3")]
    assert values("On 5 June 2019 at 10:30 they flew a Boeing 737, see 1.2.3") == wanted


def test_a_number_of_any_length_is_exact() -> None:
    assert values("7" * 5000) == [Decimal("7" * 5000)]


@given(
    st.integers(0, 10**15), st.sampled_from([("thousand", 3), ("million", 6), ("billion", 9)]), st.sampled_from([" ", ", ", ".", "%", " a"])
)
def test_grouped_and_scaled_digits_are_what_they_say(number: int, scale: tuple[str, int], behind: str) -> None:
    name, zeros = scale
    assert values(f"some {number:,}{behind}") == values(f"some {number}{behind}") == [Decimal(number)]
    assert values(f"some {number % 10**9:,} {name}{behind}") == [Decimal(number % 10**9 * 10**zeros)]


@given(st.text())
def test_every_digit_lies_in_a_numeral(text: str) -> None:
    inside = {place for numeral in find_numerals(text) for place in range(numeral.start, numeral.end)}
    assert {place for place, letter in enumerate(text) if letter.isdecimal()} <= inside


_PIECES = st.sampled_from([*"7 12 ٣ ½ . , - / : ^ e and half million hundred one two third $ % k m bn x10 ⁻³ th".split(), " ", "a ", "\n"])


@given(st.lists(_PIECES, max_size=24).map("".join))
def test_every_digit_of_jumbled_numbers_lies_in_one_numeral_only(text: str) -> None:
    found = find_numerals(text)
    assert all(left.end <= right.start for left, right in pairwise(found))
    inside = {place for numeral in found for place in range(numeral.start, numeral.end)}
    assert {place for place, letter in enumerate(text) if letter.isdecimal()} <= inside
    assert find_numerals(text) == found


@given(st.integers(min_value=0, max_value=10**12))
def test_grouping_does_not_change_a_number(number: int) -> None:
    grouped = f"{number:,}"
    for way in (grouped, grouped.replace(",", "\u202f"), grouped.replace(",", "'"), str(number)):
        assert values(way) == [Decimal(number)]
