"""Sources: keys, dates, and whose copy an article is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_sources import claim, figure, made, sources, spans
from made_summaries import summaries, texts

from summarise.compare.dates import date_of, dates_in, is_before
from summarise.compare.model import sources_of

QUOTES = [f"This is sentence number {n} of the wire's text." for n in range(10)]


def origins(*found: object) -> list[str]:
    return [source.origin for source in sources(*found)]  # type: ignore[arg-type]


def test_keys_are_letters_in_the_order_given_and_go_on_after_z() -> None:
    keys = [source.key for source in sources(*(made(str(n)) for n in range(54)))]
    assert (keys[0], keys[25], keys[26], keys[27], keys[52], keys[53]) == ("A", "Z", "AA", "AB", "BA", "BB")


def test_two_articles_of_one_text_are_copies_and_the_earlier_is_the_original() -> None:
    assert origins(made("b", sha256="x", published="2025-03-12"), made("a", sha256="x", published="2025-03-11")) == ["B", "B"]


def test_of_copies_without_a_date_the_first_is_the_original() -> None:
    assert origins(made("b", sha256="x"), made("c"), made("a", sha256="x")) == ["A", "B", "A"]


def test_a_dated_copy_is_the_original_of_one_without_a_date() -> None:
    assert origins(made("a", sha256="x"), made("b", sha256="x", published="2025")) == ["B", "B"]


def test_four_quotes_letter_for_letter_that_are_60_percent_make_a_copy() -> None:
    assert origins(made("a", *QUOTES[:4]), made("b", *QUOTES[:4], QUOTES[5], QUOTES[6])) == ["A", "A"]


def test_three_quotes_the_same_make_no_copy_however_few_there_are() -> None:
    assert origins(made("a", *QUOTES[:3]), made("b", *QUOTES[:3])) == ["A", "B"]


def test_four_quotes_of_ten_make_no_copy() -> None:
    assert origins(made("a", *QUOTES[:7]), made("b", *QUOTES[3:10])) == ["A", "B"]


def test_short_quotes_make_no_copy() -> None:
    short = ["Yes.", "No.", "No comment.", "He left.", "She said so."]
    assert origins(made("a", *short), made("b", *short)) == ["A", "B"]


def test_the_evidence_of_figures_counts_too() -> None:
    figures = [figure(f"f{n}", "9").model_copy(update={"evidence": spans(quote)}) for n, quote in enumerate(QUOTES[:4])]
    assert origins(made("a", figures=figures), made("b", *(claim("x", evidence=[quote]) for quote in QUOTES[:4]))) == ["A", "A"]


def test_which_articles_are_copies_does_not_depend_on_their_order() -> None:
    articles = [made("a", *QUOTES[:6]), made("b", *QUOTES[2:8]), made("c", *QUOTES[4:10]), made("d")]
    for turn in range(4):
        found = sources(*articles[turn:], *articles[:turn])
        ids = {source.key: source.summary.article.id for source in found}
        alike = {frozenset(ids[s.key] for s in found if s.origin == origin) for origin in {s.origin for s in found}}
        assert alike == {frozenset("abc"), frozenset("d")}


def test_four_hundred_copies_have_one_origin() -> None:
    assert {source.origin for source in sources(*(made(f"{n:04}", *QUOTES[:5]) for n in range(400)))} == {"A"}


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.lists(summaries, max_size=5))
def test_any_summaries_have_sources_and_every_origin_is_its_own(found: list[object]) -> None:
    made_of = {source.key: source for source in sources_of(found)}  # type: ignore[arg-type]
    assert len(made_of) == len(found)
    assert all(made_of[source.origin].origin == source.origin for source in made_of.values())


@pytest.mark.parametrize(
    ("given", "date"),
    [
        ("2025-03-11T08:00:00Z", "2025-03-11"),
        ("2025-03-11", "2025-03-11"),
        ("2025-03", "2025-03"),
        ("2025", "2025"),
        ("20250311", "2025-03-11"),
        ("2025/3/1", "2025-03-01"),
        ("March 11, 2025", "2025-03-11"),
        ("11th March 2025", "2025-03-11"),
        ("Tue, 11 Mar 2025 08:00:00 GMT", "2025-03-11"),
        ("Sept. 2024", "2024-09"),
        ("2025-02-30", None),
        ("2025-13", None),
        ("yesterday", None),
        ("12345", None),
        ("", None),
        (None, None),
    ],
)
def test_a_declared_date_is_read_in_its_usual_spellings(given: str | None, date: str | None) -> None:
    assert date_of(given) == date


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("The contract of May 2014 is worth $400 billion.", ("2014-05",)),
        ("On 12 March 2025 the dam burst, and on March 14, 2025 it was inspected.", ("2025-03-12", "2025-03-14")),
        ("Since 1974 the valley has been quiet.", ("1974",)),
        ("It must be spent by 2030 to meet the rules.", ("2030",)),
        ("In 2000 homes the power failed.", ()),
        ("A fine of 1999 pounds was paid.", ()),
        ("Permits fell between May 2014 and June 2015.", ()),
        ("The mill that has paid wages since 1907 wants more.", ()),
        ("A planner who left in 2021 testified.", ()),
        ("HOBART, March 11, 2025 (Tasman Wire) - A dam burst before dawn.", ()),
        ("It was 1,500 in 2,014 places.", ()),
        ("The Act of 31 February 2015 is no law.", ()),
    ],
)
def test_a_date_of_a_text_is_one_that_leaves_no_doubt(text: str, dates: tuple[str, ...]) -> None:
    assert dates_in(text) == dates


def test_a_day_without_a_year_has_that_of_its_article() -> None:
    assert dates_in("On 24 June the worst storm crossed Styria.", "2025-07-10") == ("2025-06-24",)
    assert dates_in("On 24 June the worst storm crossed Styria.") == ()


def test_a_date_within_another_is_not_before_it() -> None:
    assert is_before("2024-12", "2025")
    assert not is_before("2025", "2025-03")
    assert not is_before("2025-03-11", "2025-03-11")


@given(texts, st.none() | st.sampled_from(["2025-03-11", "2025"]))
def test_no_text_is_too_odd_to_be_read_for_dates(text: str, published: str | None) -> None:
    assert all(date_of(day) == day for day in dates_in(text, published))
    assert date_of(text) is None or is_before("0", date_of(text) or "")
