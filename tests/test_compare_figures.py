"""Figures of several articles: which are of one thing, and what their numbers say of each other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_summaries import summaries

from summarise import Article, Summariser, read
from summarise.compare.figures import figure_groups
from summarise.compare.model import FigureGroup, sources_of
from summarise.compare.values import Value, converted, dimension, likeness
from summarise.schema import CitedFigure, Summary

SHARED = Path(__file__).parents[2] / "shared" / "articles"


def summarised(*texts: str, published: str | None = "2025-03-11") -> list[Summary]:
    with Summariser() as summariser:
        return [summariser.summarise(Article(text=text, id=f"article-{n}", published=published)) for n, text in enumerate(texts)]


def groups(*texts: str, published: str | None = "2025-03-11") -> tuple[FigureGroup, ...]:
    return figure_groups(sources_of(summarised(*texts, published=published)))


def shown(group: FigureGroup) -> tuple[str, list[list[tuple[str, str]]]]:
    return group.verdict, [[(cited.source.key, cited.figure.quote) for cited in reading.figures] for reading in group.readings]


FIRST = "Police in Garrick said the dam at Mount Harrow destroyed 46 houses in Flat Street."
SECOND = "The flood from the dam at Mount Harrow destroyed {} houses in Flat Street, the police in Garrick said."


def test_one_number_of_two_articles_agrees() -> None:
    (group,) = groups(FIRST, SECOND.format("46"))
    assert shown(group) == ("agree", [[("A", "46 houses"), ("B", "46 houses")]])
    assert group.reason == "2 articles give the same number"


def test_two_numbers_of_one_day_disagree() -> None:
    (group,) = groups(FIRST, SECOND.format("61"))
    assert shown(group) == ("disagree", [[("A", "46 houses")], [("B", "61 houses")]])
    assert group.reason == "46 (A) and 61 (B): the same thing at the same time"


def test_a_rounded_number_is_within_rounding() -> None:
    (group,) = groups(FIRST, SECOND.format("nearly 50"))
    assert shown(group) == ("rounding", [[("A", "46 houses")], [("B", "50 houses")]])
    (group,) = groups(FIRST.replace("46", "486"), SECOND.format("nearly 500"))
    assert shown(group) == ("rounding", [[("A", "486 houses")], [("B", "500 houses")]])


def test_numbers_of_two_days_are_not_compared() -> None:
    first = summarised(FIRST)[0]
    second = summarised(SECOND.format("61"), published="2025-03-20")[0]
    second = second.model_copy(update={"article": second.article.model_copy(update={"id": "later"})})
    (group,) = figure_groups(sources_of([first, second]))
    assert (group.verdict, group.reason) == ("other_time", "the articles are of 2025-03-11 and 2025-03-20")


def test_numbers_of_articles_without_a_date_are_not_compared() -> None:
    (group,) = groups(FIRST, SECOND.format("61"), published=None)
    assert (group.verdict, group.reason) == ("unsure", "we do not know that they are of the same time")


def test_last_year_of_two_articles_without_a_date_may_be_two_years() -> None:
    (group,) = groups(
        "Bilateral trade between Russia and China rose to $244 billion last year.",
        "The volume of trade between Russia and China reached $108 billion last year.",
        published=None,
    )
    assert group.verdict == "other_time"


def test_what_is_planned_is_no_contradiction_of_what_is() -> None:
    (group,) = groups(
        "The Garrick works in Tasmania produced 300 tonnes of tin.", "The Garrick works in Tasmania could have produced 500 tonnes of tin."
    )
    assert (group.verdict, group.reason) == ("other_scope", "one is planned, expected or possible")


def test_units_of_one_dimension_are_converted() -> None:
    (group,) = groups(
        "The reservoir at Garrick holds 38 million cubic metres of water.",
        "The reservoir at Garrick holds 0.038 cubic kilometres of water.",
    )
    assert group.verdict == "agree"


def test_currencies_are_never_converted() -> None:
    found = groups("The bridge at Garrick cost the council €110 million.", "The bridge at Garrick cost the council $120 million.")
    assert [group.verdict for group in found] == ["one_source", "one_source"]


def test_people_and_houses_are_never_one_count() -> None:
    found = groups("The flood at Garrick hit 43 houses in Flat Street.", "The flood at Garrick hit 44 people in Flat Street.")
    assert [group.verdict for group in found] == ["one_source", "one_source"]


def test_a_rate_is_no_amount() -> None:
    found = groups("The Garrick works uses 300 tonnes of coal.", "The Garrick works uses 450 tonnes of coal a day.")
    assert [group.verdict for group in found] == ["one_source", "one_source"]


def test_the_same_sentence_about_another_place_is_another_thing() -> None:
    found = groups("Police in Garrick counted 46 houses destroyed.", "Police in Lorient counted 46 houses destroyed.")
    assert [group.verdict for group in found] == ["one_source", "one_source"]


def test_two_numbers_of_one_sentence_are_two_things() -> None:
    found = groups("Unemployment in Garrick fell from 7.3% to 5.9% in Tasmania.")
    assert [shown(group) for group in found] == [("one_source", [[("A", "7.3%")]]), ("one_source", [[("A", "5.9%")]])]


def test_a_number_set_against_the_one_before_is_of_the_same_thing() -> None:
    (group,) = groups(
        "Nine people were unaccounted for at Garrick, Inspector Leanne Duroux told reporters.\n"
        "The Allied Mineworkers, a union, put the number at 11.\n"
    )
    assert shown(group) == ("disagree", [[("A", "Nine people")], [("A", "11")]])


def test_copies_agree_without_being_two_sources() -> None:
    text = "\n".join(
        f"Police in Garrick said the flood at Mount Harrow destroyed {n} {thing} in the town."
        for n, thing in ((46, "houses"), (17, "barns"), (38, "cars"), (24, "boats"))
    )
    found = groups(text, text)
    assert {group.verdict for group in found} == {"agree"}
    assert {group.reason for group in found} == {"2 articles give the same number, but only 1 of them wrote it independently"}


def test_a_disagreement_within_a_group_outranks_agreement() -> None:
    (group,) = groups(FIRST, SECOND.format("46"), SECOND.format("61").replace("The flood", "Water"))
    assert (group.verdict, len(group.readings)) == ("disagree", 2)
    assert [(r.first, r.second, r.verdict) for r in group.relations] == [(0, 1, "disagree")]


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (("966.43", "exact"), ("1000", "about"), "rounding"),
        (("966.43", "exact"), ("966", "exact"), "rounding"),
        (("300", "more_than"), ("340", "exact"), "rounding"),
        (("300", "more_than"), ("900", "exact"), "unsure"),
        (("300", "more_than"), ("250", "exact"), "apart"),
        (("9", "exact"), ("11", "exact"), "apart"),
        (("400", "about"), ("400", "exact"), "equal"),
        (("400", "more_than"), ("400", "less_than"), "unsure"),
    ],
)
def test_numbers_fit_where_their_bounds_allow_it(a: tuple[str, str], b: tuple[str, str], said: str) -> None:
    values = [Value(Decimal(n), Decimal(n), bound, len(Decimal(n).normalize().as_tuple().digits)) for n, bound in (a, b)]
    assert likeness(*values) == likeness(*reversed(values)) == said


def test_a_number_within_a_range_fits_it() -> None:
    within, range_ = Value(Decimal(11), Decimal(11), "exact", 2), Value(Decimal(10), Decimal(12), "range", 2)
    assert likeness(within, range_) == "rounding"
    assert likeness(Value(Decimal(20), Decimal(20), "exact", 1), range_) == "apart"
    assert likeness(Value(None, Decimal(20), "range", 1), range_) == "unsure"


def test_a_ton_and_a_temperature_are_left_as_they_are() -> None:
    assert converted(Decimal(3), "ton") == converted(Decimal(3), "degree Celsius") == converted(Decimal(3), "agreement") == 3
    assert converted(Decimal(3), "kilometre") == 3000


@given(st.lists(summaries, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_figure_stands_in_one_group_whatever_the_order(items: Sequence[Summary], chance: object) -> None:
    sources = sources_of(items)
    placed = [(c.source.key, id(c.figure)) for group in figure_groups(sources) for r in group.readings for c in r.figures]
    assert sorted(placed) == sorted((source.key, id(figure)) for source in sources for figure in source.summary.figures)


def test_the_order_of_the_articles_changes_no_verdict() -> None:
    texts = [FIRST, SECOND.format("46"), SECOND.format("61"), "The dam at Mount Harrow in Garrick held 400,000 cubic metres of water."]
    items = summarised(*texts)

    def said(items: Sequence[Summary]) -> list[tuple[str, set[tuple[str, str]]]]:
        found = figure_groups(sources_of(items))
        return [(g.verdict, {(c.source.summary.article.id, c.figure.quote) for r in g.readings for c in r.figures}) for g in found]

    assert said(items) == said(items[::-1])


def test_nothing_at_all_gives_no_groups() -> None:
    assert figure_groups(()) == ()


def test_a_unit_that_nothing_converts_is_a_dimension_of_its_own() -> None:
    fields = dict.fromkeys(CitedFigure.model_fields) | {
        "id": "f1",
        "start": 0,
        "end": 1,
        "quote": "3",
        "bound": "exact",
        "evidence": [],
        "corrected": [],
    }
    made = [
        CitedFigure(**(fields | {"unit": unit, "currency": currency})) for unit, currency in ((None, "EUR"), ("ton", None), ("cow", None))
    ]
    assert [(d.kind, d.of) for d in map(dimension, made)] == [("money", "EUR"), ("quantity", "ton"), ("count", "")]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the five news texts are not beside the checkout")
def test_five_news_texts_side_by_side() -> None:
    with Summariser() as summariser:
        found = figure_groups(sources_of(list(summariser.run(read([str(SHARED)])).summaries)))
    by_quote = {cited.figure.quote: group for group in found for reading in group.readings for cited in reading.figures}
    assert shown(by_quote["$400 billion"]) == ("agree", [[("A", "$400 billion"), ("B", "$400 billion"), ("C", "$400 billion")]])
    assert by_quote["32 separate bilateral agreements"].verdict != "disagree"
    assert by_quote["38 separate agreements"].verdict != "disagree"
    assert shown(by_quote["$966.43 million"]) == ("rounding", [[("A", "$966.43 million")], [("A", "$1 billion")]])
    assert by_quote["$244 billion"].verdict == by_quote["US$108 billion"].verdict == "other_time"
    assert not [group for group in found if group.verdict == "disagree"]
