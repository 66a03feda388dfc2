"""Stances: holders by targets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_sources import made, sources, stance
from made_summaries import summaries

from summarise.compare.aliases import AliasTable, names_in
from summarise.compare.model import StanceMatrix, sources_of
from summarise.compare.stances import stance_matrix
from summarise.schema import Polarity, Stance, Summary

FOR, AGAINST, NEUTRAL = (stance("Ana Ruiz", polarity, "the tariff") for polarity in ("favour", "against", "neutral"))
GIST = "Ana Ruiz of Garrick met Bo Lind of Strathorne."


def matrix(*articles: Summary, file: Path | None = None) -> StanceMatrix:
    found = sources(*articles)
    return stance_matrix(found, AliasTable(names_in(found), file))


def article(id: str, *stances: Stance, published: str | None = None, **known: object) -> Summary:
    return made(id, stances=list(stances), published=published, **{"gist": GIST, **known})


def rows(found: StanceMatrix) -> list[tuple[str, str, str, str | None]]:
    return [(cell.holder, cell.target, cell.polarity, cell.change) for cell in found.cells]


def test_a_cell_holds_what_one_holder_thinks_of_one_target() -> None:
    found = matrix(article("a", FOR), article("b", FOR, stance("Bo Lind", "against", "the wall")))
    assert rows(found) == [("Ana Ruiz", "the tariff", "favour", None), ("Bo Lind", "the wall", "against", None)]
    assert (found.holders, found.targets) == (("Ana Ruiz", "Bo Lind"), ("the tariff", "the wall"))
    assert [held.source.key for held in found.cells[0].stances] == ["A", "B"]


def test_stances_that_differ_are_mixed() -> None:
    assert rows(matrix(article("a", FOR), article("b", AGAINST))) == [("Ana Ruiz", "the tariff", "mixed", None)]


@pytest.mark.parametrize(
    ("first", "last", "change"), [(FOR, AGAINST, "down"), (AGAINST, NEUTRAL, "up"), (FOR, FOR, None), (NEUTRAL, FOR, "up")]
)
def test_change_is_between_the_first_and_the_last_day(first: Stance, last: Stance, change: str | None) -> None:
    found = matrix(article("a", last, published="2025-03-12"), article("b", first, published="2025-03-11"), article("c", AGAINST))
    assert found.cells[0].change == change


def test_there_is_no_change_where_dates_do_not_tell() -> None:
    assert matrix(article("a", FOR, published="2025"), article("b", AGAINST, published="2025-03")).cells[0].change is None
    assert matrix(article("a", FOR, published="2025"), article("b", AGAINST, published="2025")).cells[0].change is None
    assert matrix(article("a", FOR, published="2025"), article("b", AGAINST)).cells[0].change is None


def test_a_copy_of_later_is_no_change() -> None:
    found = matrix(
        article("a", FOR, published="2025-03-11"),
        article("b", AGAINST, published="2025-03-12"),
        article("c", FOR, sha256="a", published="2025-03-13"),
    )
    assert found.cells[0].change == "down"


def test_holders_and_targets_with_most_sources_come_first_and_copies_count_once() -> None:
    lind = stance("Bo Lind", "favour", "the wall")
    found = matrix(article("a", FOR), article("b", FOR, sha256="a"), article("c", lind), article("d", lind))
    assert (found.holders, found.targets) == (("Bo Lind", "Ana Ruiz"), ("the wall", "the tariff"))


def test_names_of_one_holder_are_one_row_and_are_told() -> None:
    stances = [stance(name, "favour", "the tariff") for name in ("Xi Jinping", "Xi", "Chinese President Xi Jinping")]
    found = matrix(article("a", *stances))
    assert rows(found) == [("Xi Jinping", "the tariff", "favour", None)]
    assert found.aliases == {"Xi Jinping": ("Chinese President Xi Jinping", "Xi")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the closure", "closure"),
        ("closing the works", "the works to close"),
        ("sanctions on Russia", "the Russia sanctions"),
        ("Xi Jinping", "President Xi"),
    ],
)
def test_targets_in_the_same_words_are_one_column(one: str, other: str) -> None:
    assert len(matrix(article("a", stance("Ana Ruiz", "favour", one)), article("b", stance("Ana Ruiz", "favour", other))).targets) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sanctions", "no sanctions"),
        ("immigration", "immigrants"),
        ("China's view of Russia", "Russia's view of China"),
        ("the wall", "the wall at Garrick"),
        ("Beijing", "China"),
    ],
)
def test_targets_that_may_be_two_are_two_columns(one: str, other: str) -> None:
    assert len(matrix(article("a", stance("Ana Ruiz", "favour", one)), article("b", stance("Ana Ruiz", "favour", other))).targets) == 2


def test_the_author_goes_by_the_outlet_or_else_by_the_article() -> None:
    own = stance(None, "favour", "the tariff")
    found = matrix(article("a", own, source="The Ledger"), article("b", own), article("c", own, sha256="b", source="The Echo"))
    assert {(cell.holder, len(cell.stances)) for cell in found.cells} == {("The Ledger", 1), ("the author (B)", 2)}


def test_the_minister_of_an_article_on_something_else_is_another_one() -> None:
    minister = stance("the minister", "favour", "the tariff")
    found = matrix(article("a", minister), article("b", minister), article("c", minister, gist="In Tallin Cy Dorn met Ed Falk."))
    assert [(cell.holder, cell.target) for cell in found.cells] == [("the minister", "the tariff"), ("the minister (C)", "the tariff (C)")]


def test_names_that_the_user_keeps_apart_are_two_columns(tmp_path: Path) -> None:
    file = tmp_path / "names.yaml"
    file.write_text("apart: [[sanctions on Russia, Russia sanctions]]\n", encoding="utf-8")
    found = matrix(article("a", *(stance("Ana Ruiz", "favour", t) for t in ("sanctions on Russia", "Russia sanctions"))), file=file)
    assert len(found.targets) == 2


def test_no_stances_make_an_empty_matrix() -> None:
    assert matrix(article("a")) == StanceMatrix((), (), (), {})


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.lists(summaries, max_size=4))
def test_every_stance_is_in_exactly_one_cell(found: list[Summary]) -> None:
    made_of = sources_of(found)
    result = stance_matrix(made_of, AliasTable(names_in(made_of)))
    assert sum(len(cell.stances) for cell in result.cells) == sum(len(summary.stances) for summary in found)
    assert len({(cell.holder, cell.target) for cell in result.cells}) == len(result.cells)


_polarities: st.SearchStrategy[Polarity] = st.sampled_from(["favour", "against", "neutral", "mixed"])


@given(st.lists(_polarities, min_size=1, max_size=5))
def test_the_polarity_of_a_cell_is_that_of_all_or_mixed(polarities: list[Polarity]) -> None:
    found = matrix(article("a", *(stance("Ana Ruiz", polarity, "the tariff") for polarity in polarities)))
    assert found.cells[0].polarity == (polarities[0] if len(set(polarities)) == 1 else "mixed")
