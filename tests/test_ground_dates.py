"""Dates that a text may mean, told from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.ground.dates import dates_in, may_mean

WEDNESDAY = "2025-01-15"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("The mill closed on Tuesday.", "2025-01-14"),
        ("It reopens on Friday.", "2025-01-17"),
        ("It closed last year.", "2024"),
        ("It closed in November.", "2024-11"),
        ("It reopens in November.", "2025-11"),
        ("It closed two years ago.", "2023"),
        ("It closed three weeks ago.", "2024-12-25"),
        ("It closed last month.", "2024-12"),
        ("It opens next spring.", "2026-04"),
        ("It closed yesterday.", "2025-01-14"),
        ("Sales in the year to September fell.", "2024-09"),
        ("Sales in the 12 months to March 2024 fell.", "2024-03-31"),
        ("Sales in the second quarter of 2024 fell.", "2024-06"),
        ("Sales in Q3 fell.", "2024-09"),
        ("Sales in the first half of 2024 fell.", "2024-06-30"),
        ("The 2019-20 season was lost.", "2020"),
        ("On 3 May 1999 it burned.", "1999-05-03"),
        ("On May 3, 1999, it burned.", "1999-05-03"),
        ("It burned on 15-16 March 2025.", "2025-03-15"),
        ("It opens at the weekend.", "2025-01-18"),
        ("It was built in the 1990s.", "1990"),
    ],
)
def test_a_time_means_the_dates_that_the_arithmetic_allows(text: str, meant: str) -> None:
    assert may_mean(meant, [each for dated in dates_in(text, WEDNESDAY) for each in dated.dates])


@pytest.mark.parametrize("text", ["The mill may close.", "It cost 1,990 euros.", "Nothing was said."])
def test_words_that_only_look_like_times_are_none(text: str) -> None:
    assert dates_in(text, WEDNESDAY) == ()


def test_a_month_or_year_is_meant_where_a_day_in_it_is() -> None:
    assert may_mean("2024", ["2024-05-12"])
    assert may_mean("2024-05", ["2024-05-12"])
    assert not may_mean("2024-05-12", ["2024-05"])
    assert not may_mean("202", ["2024"])


@given(st.dates(date(1600, 1, 1), date(2199, 12, 31)))
def test_a_date_written_out_is_read_back(day: date) -> None:
    for form in ("{d.day} {d:%B} {d.year}", "{d:%B} {d.day}, {d.year}", "{d:%Y-%m-%d}"):
        assert may_mean(day.isoformat(), [each for dated in dates_in(f"On {form.format(d=day)} it closed.") for each in dated.dates])


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=12), st.dates().map(str)))
def test_any_text_and_any_day_of_publication_are_read(text: str, published: str | None) -> None:
    for dated in dates_in(text, published):
        assert 0 <= dated.start < dated.end <= len(text)
