"""The timeline: dated figures and claims in order of time."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_sources import claim, figure, made, sources
from made_summaries import summaries

from summarise.compare.claims import claim_groups
from summarise.compare.comparison import timeline
from summarise.compare.dates import partial_date
from summarise.compare.model import Cited, FigureGroup, SourceArticle, TimelineEvent, ValueGroup, sources_of
from summarise.schema import CitedFigure, Summary


def group(label: str, *figures: tuple[SourceArticle, CitedFigure]) -> FigureGroup:
    """A reading for each figure."""
    return FigureGroup("g", label, "unsure", "", tuple(ValueGroup((Cited(source, one),)) for source, one in figures))


def deals(id: str, value: str, as_of: str | None, **known: str) -> CitedFigure:
    return figure(id, f"{value} deals", value=value, unit="deal", as_of=as_of, **known)


def told(events: tuple[TimelineEvent, ...]) -> list[tuple[str, str, list[str]]]:
    return [(event.when, event.text, [source.key for source in event.sources]) for event in events]


A, B = sources(made("a"), made("b"))


def test_a_group_has_an_event_for_each_date() -> None:
    found = timeline(
        [group("bilateral deals", (A, deals("f1", "32", "2015-05")), (B, deals("f1", "38", "2014-10")), (B, deals("f2", "9", None)))], []
    )
    assert told(found) == [("2014-10", "bilateral deals: 38", ["B"]), ("2015-05", "bilateral deals: 32", ["A"])]


def test_figures_of_one_date_are_one_event_and_each_number_is_told_once() -> None:
    figures = [(A, deals("f1", "32", "2015")), (B, deals("f1", "32", "2015", bound="about")), (B, deals("f2", "38", "2015"))]
    assert told(timeline([group("bilateral deals", *figures)], [])) == [("2015", "bilateral deals: 32 or 38", ["A", "B"])]


def test_a_unit_that_the_label_does_not_name_is_told_in_the_words_of_the_article() -> None:
    volume = figure("f1", "38 billion cubic meters", value="38000000000", unit="cubic metre", as_of="2018")
    assert timeline([group("gas", (A, volume))], [])[0].text == "gas: 38 billion cubic meters"


def test_more_than_three_numbers_are_cut() -> None:
    figures = [(A, deals(f"f{n}", str(n), "2015")) for n in range(1, 6)]
    assert timeline([group("deals", *figures)], [])[0].text == "deals: 1 or 2 or 3 …"


def test_what_is_no_date_is_no_event() -> None:
    assert (
        timeline([group("deals", (A, deals("f1", "3", "2015-13")), (A, deals("f2", "3", "May 2015")), (A, deals("f3", "3", "")))], []) == ()
    )


def events_of(*articles: Summary, figures: tuple[FigureGroup, ...] = ()) -> list[tuple[str, str, list[str]]]:
    return told(timeline(figures, claim_groups(sources(*articles))))


def test_a_claim_that_names_a_date_is_an_event() -> None:
    text = "The Wendmere works will take in its last beet in February 2025."
    assert events_of(made("a", text), made("b", text), made("c", "No date is here.")) == [("2025-02", text, ["A", "B"])]


def test_the_date_of_a_claim_may_stand_in_its_evidence() -> None:
    found = events_of(
        made("a", claim("The wall was leaking.", evidence=["The letter, dated 8 November 2023, says that the wall was leaking."]))
    )
    assert found == [("2023-11-08", "The wall was leaking.", ["A"])]


def test_a_claim_that_rests_on_a_dated_figure_is_not_told_twice() -> None:
    dated = deals("f1", "32", "2015-05")
    article = made("a", claim("Moscow signed 32 deals in May 2015.", figures=["f1"]), figures=[dated])
    assert events_of(article, figures=(group("deals", (A, dated)),)) == [("2015-05", "deals: 32", ["A"])]
    assert events_of(article) == [("2015-05", "Moscow signed 32 deals in May 2015.", ["A"])]


def test_a_vague_date_goes_with_the_one_within_it() -> None:
    texts = ("The dam at Mount Harrow burst on 11 March 2025.", "The dam at Mount Harrow burst in March 2025.")
    assert [(when, keys) for when, _, keys in events_of(made("a", texts[0]), made("b", texts[1]))] == [("2025-03-11", ["A", "B"])]


def test_what_contradicts_a_claim_is_no_part_of_its_event() -> None:
    texts = ("Harland Sugar sold the Wendmere works in May 2014.", "Harland Sugar never sold the Wendmere works in May 2014.")
    assert [(when, keys) for when, _, keys in events_of(made("a", texts[0]), made("b", texts[1]))] == [("2014-05", ["A"])]


def test_events_are_in_order_of_time_years_before_their_months() -> None:
    days = ["2015-05-08", "2015", "2014-10", "2015-05"]
    found = timeline([group(f"deals {n}", (A, deals("f1", "3", day))) for n, day in enumerate(days)], [])
    assert [event.when for event in found] == ["2014-10", "2015", "2015-05", "2015-05-08"]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.lists(summaries, max_size=4), st.sampled_from(["2015-05", "2015-99", "\x00", ""]))
def test_no_summary_is_too_odd_for_a_timeline(found: list[Summary], as_of: str) -> None:
    made_of = sources_of(found)
    cited = [(source, one.model_copy(update={"as_of": as_of})) for source in made_of for one in source.summary.figures]
    events = timeline([group("x", *cited)], claim_groups(made_of))
    assert [event.when for event in events] == sorted(event.when for event in events)
    assert all(partial_date(event.when) for event in events)
