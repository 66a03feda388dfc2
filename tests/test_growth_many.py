"""The work of comparing, showing and scoring grows with what is given, not with its square."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest
from evals_made import gold, output, perfect
from many_items import ITEMS, claim, figure, labels, sentences, span, stance, summary

from summarise.compare.aliases import AliasTable, names_in, stated_in
from summarise.compare.claim_features import matched, quantities
from summarise.compare.comparison import compare
from summarise.compare.figure_features import FigureFeatures, Topics, features_of
from summarise.compare.figures import figure_groups, label
from summarise.compare.model import StanceCell, sources_of
from summarise.compare.stances import stance_matrix
from summarise.evals.alignment import locate
from summarise.evals.compare import flips
from summarise.evals.evaluate import evaluate
from summarise.evals.matching import assign
from summarise.render.report import report
from summarise.text.tokens import Tokenised

# Ten times as much takes ten times the work, somewhat more while bounds are not yet reached; a hundred times where everything is held
# against everything.
MOST = 20
MOST_OF_TIME = 30


def calls(work: Callable[[], object]) -> int:
    """How many functions `work` calls, those written in C too."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as many calls ten times the size takes. What is made once in a process is made before."""
    work(size)()
    return calls(work(10 * size)) / calls(work(size))


def slowing(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """The same in CPU time, for what is done inside one call, such as a search. Less than a hundredth of a second counts as that."""

    def seconds(size: int) -> float:
        made = work(size)
        start = time.process_time()
        made()
        return time.process_time() - start

    return min(seconds(10 * size) for _ in range(3)) / max(min(seconds(size) for _ in range(3)), 0.01)


def one_sentence(count: int) -> list[FigureFeatures]:
    """Figures that all stand in one long sentence without a comma."""
    text, places = sentences("{} tonnes and ", count)
    made = [figure(n, n, place.model_copy(update={"end": place.start + 2}), [span(text)]) for n, place in enumerate(places)]
    sources = sources_of([summary("a", text, figures=made)])
    return features_of(sources, Topics(sources))


@pytest.mark.parametrize("kind", ["one thing in many numbers", "one number of many dates", "resumed figures"])
def test_ten_times_as_many_figures_are_grouped_in_ten_times_the_work(kind: str) -> None:
    assert growth(lambda count: lambda: figure_groups(sources_of(ITEMS[kind](count))), 60) < MOST


def test_figures_of_one_sentence_share_out_its_words_without_each_looking_at_all_others() -> None:
    assert growth(lambda count: lambda: one_sentence(count), 30) < MOST


def test_words_behind_a_number_are_looked_for_near_it_where_no_comma_ends_them() -> None:
    def work(count: int) -> Callable[[], object]:
        made = one_sentence(count)
        return lambda: [label([one]) for one in made]

    assert slowing(work, 200) < MOST_OF_TIME


@pytest.mark.parametrize("kind", ["same claims", "alike claims", "much evidence", "many articles"])
def test_ten_times_as_many_claims_are_compared_in_ten_times_the_work(kind: str) -> None:
    assert growth(lambda count: lambda: compare(ITEMS[kind](count)), 50) < MOST


def test_ten_times_as_many_holders_and_targets_make_ten_times_the_matrix() -> None:
    def work(count: int) -> Callable[[], object]:
        held = [stance(n, f"Anna Smith{n}", f"plan of Ben{n}", []) for n in range(count)]
        sources = sources_of([summary("a", "It is so.", [], held)])
        return lambda: stance_matrix(sources, AliasTable([]))

    assert growth(work, 500) < MOST


def test_ten_times_as_many_articles_that_name_the_same_minister_are_told_apart_in_ten_times_the_work() -> None:
    def work(count: int) -> Callable[[], object]:
        sources = sources_of(ITEMS["many articles"](10 * count))
        return lambda: stance_matrix(sources, AliasTable([]))

    assert growth(work, 60) < MOST


def test_two_stances_of_one_article_have_one_holder_however_many_articles_name_another_by_the_same_words() -> None:
    held = [stance(1, "the minister", "the plan", []), stance(2, "the minister", "the vote", [])]
    sources = sources_of([summary(f"a{n}", f"It is {n}.", [], [stance(1, "the minister", f"plan {n}", [])]) for n in range(60)])
    named = [claim(1, f"He met Ben{n} there.", []) for n in range(1)]
    more = sources_of([*(one.summary for one in sources), summary("b", "It is so.", named, held)])
    found = stance_matrix(more, AliasTable([]))
    assert {cell.holder for cell in found.cells if cell.target in ("the plan", "the vote")} == {"the minister (BI)"}


def test_the_cells_of_the_matrix_stand_in_the_order_of_its_rows_and_columns() -> None:
    sources = sources_of(ITEMS["many names"](12))
    found = stance_matrix(sources, AliasTable(names_in(sources)))

    def place(cell: StanceCell) -> tuple[int, int]:
        return found.holders.index(cell.holder), found.targets.index(cell.target)

    assert [place(cell) for cell in found.cells] == sorted(map(place, found.cells))


def test_ten_times_as_many_numbers_of_two_claims_are_held_against_each_other_in_ten_times_the_work() -> None:
    def work(count: int) -> Callable[[], object]:
        a = quantities(" and ".join(f"{n} tonnes" for n in range(100, 100 + count)))
        b = quantities(" and ".join(f"{n} tonnes" for n in range(100 + count // 2, 100 + count * 2)))
        return lambda: matched(a, b)

    assert growth(work, 100) < MOST


def test_equal_numbers_are_matched_before_near_ones_each_once_and_never_across_currencies() -> None:
    a = quantities("$5 and 5 and 7 and 100 tonnes")
    b = quantities("€5 and 5 and 5 and about 101 tonnes and 9")
    left_a, left_b = matched(a, b)
    assert [one.written for one in left_a] == ["$5", "7"]
    assert [one.written for one in left_b] == ["€5", "5", "9"]


def test_a_card_of_each_figure_in_a_group_takes_no_look_at_all_figures_of_the_group() -> None:
    def work(count: int) -> Callable[[], object]:
        comparison = compare(ITEMS["one thing in many numbers"](count))
        return lambda: report(comparison)

    assert growth(work, 30) < MOST


def test_a_run_of_capitals_without_a_space_is_looked_through_once_for_names() -> None:
    assert slowing(lambda count: lambda: list(stated_in("US" * count)), 4_000) < MOST_OF_TIME
    assert list(stated_in("It joined the Eurasian Economic Union (EEU).")) == ["Eurasian Economic Union (EEU)"]


# --- scoring ----------------------------------------------------------------------------------------------------------


def test_ten_times_as_many_labels_are_scored_in_ten_times_the_work() -> None:
    def work(count: int) -> Callable[[], object]:
        of = gold(labels("The mill{0} of Name{0} sold tin to Ben{0}. ", count))
        lines = [output(perfect(of))]
        return lambda: evaluate([of], lines, resamples=2)

    assert growth(work, 60) < MOST * 2  # below a hundred items all are compared


def test_the_right_label_is_found_for_each_of_many_items_that_are_all_alike() -> None:
    of = gold(labels("The council said that bridge {} would cost 12 million euros. ", 300))
    found = evaluate([of], [output(perfect(of))], resamples=2)
    assert [found.estimate(name).value for name in ("claims.f1", "stances.f1", "figures.f1", "claims.speaker")] == [1.0] * 4


def test_flips_are_found_without_going_through_all_labels_for_each() -> None:
    def work(count: int) -> Callable[[], object]:
        of = gold(labels("The mill{0} of Name{0} sold tin to Ben{0}. ", count))
        right = evaluate([of], [output(perfect(of))], resamples=2)
        return lambda: flips(right, right)

    assert slowing(work, 40) < MOST_OF_TIME


def test_where_very_many_pairs_depend_on_each_other_the_heaviest_are_taken() -> None:
    weights = {(row, column): 1.0 + (row == column) for row in range(150) for column in range(150)}
    assert assign(weights) == [(at, at) for at in range(150)]


@pytest.mark.parametrize("pattern", ["a ", "a b ", "no no yes "])
def test_a_quote_that_repeats_itself_is_found_at_every_place_in_time_that_grows_with_the_text(pattern: str) -> None:
    def work(size: int) -> Callable[[], list[range]]:
        text = pattern * size
        return lambda: Tokenised(text).runs(Tokenised(text[: len(text) // 2]).forms)

    words = len(pattern.split())
    assert [run.start for run in work(20)()] == list(range(0, words * 10 + 1, words))
    assert slowing(work, 3_000) < MOST_OF_TIME


def test_runs_of_every_kind_are_those_that_a_look_at_each_place_finds() -> None:
    text = Tokenised("a b a b a c a b a b a b b a a a b a b a")
    forms = list(text.forms)
    for start in range(len(forms)):
        for end in range(start + 1, len(forms) + 1):
            wanted = forms[start:end]
            places = [at for at in range(len(forms)) if forms[at : at + len(wanted)] == wanted]
            assert text.runs(wanted) == [range(at, at + len(wanted)) for at in places]


def test_of_places_that_are_equally_near_the_first_is_taken() -> None:
    text = Tokenised("yes no yes no yes")
    assert [locate(text, "yes", share=1.0, near=near).span for near in (0, 3, 4, 5, 99)] == [(0, 3), (0, 3), (7, 10), (7, 10), (14, 17)]


def test_the_longest_run_is_the_first_of_equals_in_the_quote_and_in_the_text() -> None:
    text = Tokenised("the mill will close in May and the mill will open in June")
    assert text.longest_run("a mill will open in May".split()) == (range(8, 12), 1)
    assert text.longest_run("in June in May".split()) == (range(11, 13), 0)
    assert text.longest_run("nothing here".split()) == (range(0), 0)


def test_a_name_is_looked_up_in_a_text_that_repeats_it_in_time_that_grows_with_the_text() -> None:
    assert slowing(lambda count: lambda: Tokenised("No no " * count).has_name(["no"] * count + ["yes"]), 4_000) < MOST_OF_TIME
    text, _ = sentences("Anna SMITH spoke {}. ", 1)
    assert [Tokenised(text).has_name(name.split()) for name in ("anna smith", "smith anna", "")] == [True, False, False]
