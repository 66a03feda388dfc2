"""The mathematics, held against libraries, published values and what can be worked out by hand."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import cohen_kappa_score

from summarise.evals.gold.model import SCALE
from summarise.evals.matching import assign
from summarise.evals.metrics import METRICS, VERSION, CountTable, averaged, columns, kappa
from summarise.evals.statistics import DRAWS, estimates, holm, interval, krippendorff, p_value, p_values, resampled, swaps

# --- assignment -------------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 9), st.floats(0, 1))
def test_the_assignment_is_as_good_as_that_of_scipy(seed: int, rows: int, columns: int, density: float) -> None:
    chance = random.Random(seed)
    pairs = itertools.product(range(rows), range(columns))
    weights = {pair: chance.choice([0.25, 0.5, chance.random(), 1.75]) for pair in pairs if chance.random() < density}
    matrix = np.zeros((rows, columns))
    for pair, weight in weights.items():
        matrix[pair] = weight
    found = assign(weights)
    assert all(pair in weights for pair in found)
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
    assert sum(weights[pair] for pair in found) == pytest.approx(matrix[linear_sum_assignment(matrix, maximize=True)].sum())


def test_the_best_sum_may_leave_the_best_pair_out() -> None:
    assert assign({(0, 0): 1.0, (0, 1): 0.9, (1, 0): 0.9}) == [(0, 1), (1, 0)]
    assert assign({(0, 0): 1.0, (0, 1): 0.4, (1, 0): 0.5}) == [(0, 0)]
    assert assign({}) == []


def test_equally_good_assignments_are_always_decided_alike() -> None:
    weights = {(row, column): 0.5 for row in range(3) for column in range(4)}
    shuffled = dict(random.Random(1).sample(sorted(weights.items()), len(weights)))
    assert assign(weights) == assign(shuffled)


# --- agreement --------------------------------------------------------------------------------------------------------

# The example of Krippendorff's "Computing Krippendorff's Alpha-Reliability": 4 observers, 12 units, some unrated.
_OBSERVERS = ["1 2 3 3 2 1 4 1 2 - - -", "1 2 3 3 2 2 4 1 2 5 - 3", "- 3 3 3 2 3 4 2 2 5 1 -", "1 2 3 3 2 4 4 1 2 5 1 -"]
_UNITS = [[int(one) for one in unit if one != "-"] for unit in zip(*(row.split() for row in _OBSERVERS), strict=True)]


def test_alpha_of_ordinal_ratings_is_the_published_one() -> None:
    assert krippendorff(_UNITS) == pytest.approx(0.815, abs=0.0005)


def test_alpha_is_one_for_full_agreement_and_undefined_where_nothing_varies() -> None:
    assert krippendorff([[0, 0], [2, 2]]) == 1.0
    assert krippendorff([[1, 1], [1, 1]]) is None
    assert krippendorff([]) is None
    assert krippendorff([[1], [2, 2], [0]]) is None


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    counts = averaged([{f"stances.cell.{SCALE[a]}.{SCALE[b]}": 1.0 for a, b in [pair]} for pair in pairs])
    table = CountTable([counts], ["a"])
    (ours,) = kappa(columns(table.articles, table.names))
    a, b = zip(*pairs, strict=True)
    if len({*a, *b}) == 1:
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(cohen_kappa_score(a, b, weights="quadratic", labels=[0, 1, 2]), abs=1e-9)


# --- intervals --------------------------------------------------------------------------------------------------------


def test_the_same_gold_gives_the_same_intervals() -> None:
    runs = [[{"claims.tp": n % 3, "claims.gold": 4.0}] for n in range(8)]
    names = [f"c{n}" for n in range(8)]
    assert estimates(runs, names, 7) == estimates(runs, names, 7)
    assert estimates(runs, names, 7) != estimates(runs, names, 8)


def test_articles_of_one_cluster_are_drawn_together() -> None:
    table = CountTable([{"n": 1.0}, {"n": 2.0}, {"n": 4.0}], ["b", "a", "b"])
    clusters = table.by_cluster(table.articles)
    assert clusters.tolist() == [[2.0], [5.0]]
    assert set(resampled(clusters, 1, 200)[:, 0]) == {4.0, 7.0, 10.0}


def test_articles_that_copy_one_another_make_no_interval_narrower() -> None:
    def width(copies: int) -> float:
        runs = [[{"claims.tp": float(n % 2) * 4, "claims.gold": 4.0}] for n in range(24) for _ in range(copies)]
        (one,) = (e for e in estimates(runs, [f"c{n}" for n in range(24) for _ in range(copies)], 3) if e.metric == "claims.recall")
        assert one.low is not None and one.high is not None
        return one.high - one.low

    assert width(5) == pytest.approx(width(1))


def test_an_interval_leaves_out_resamples_in_which_the_metric_is_undefined() -> None:
    assert interval(np.array([np.nan, 1.0, np.nan])) == (1.0, 1.0)
    assert interval(np.array([np.nan])) == (None, None)


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """400 corpora of 60 articles, each with found labels at a rate of its own; seeded, so that it cannot fail by chance."""
    chance, held, truth = np.random.default_rng(11), 0, 0.6
    for trial in range(400):
        gold = chance.integers(3, 9, 60)
        found = chance.binomial(gold, chance.beta(3, 2, 60))
        drawn = resampled(np.column_stack([found, gold]).astype(float), trial, 400)
        low, high = interval(drawn[:, 0] / drawn[:, 1])
        assert low is not None and high is not None
        held += low <= truth <= high
    assert 0.92 <= held / 400 <= 0.97


# --- significance -----------------------------------------------------------------------------------------------------


def _p(a: list[float], b: list[float]) -> float | None:
    """Of a difference in recall, where each cluster has ten labels."""
    rows = [np.array([[tp, 10.0] for tp in side]) for side in (a, b)]
    return p_values({"claims.recall": METRICS["claims.recall"]}, {"claims.tp": 0, "claims.gold": 1}, *rows, 5)["claims.recall"]


def test_a_few_clusters_are_tested_exactly() -> None:
    """By hand: of the eight ways to swap 3 clusters that all gained 1, only none and all give a difference as large."""
    assert _p([1, 2, 3], [2, 3, 4]) == 2 / 8
    assert _p([5, 5], [5, 9]) == 4 / 4
    assert _p([4, 6], [5, 9]) == 2 / 4


def test_exact_and_drawn_tests_agree() -> None:
    chance = np.random.default_rng(2)
    a = chance.integers(2, 8, 13).astype(float)
    b = a + chance.integers(-1, 3, 13)
    exact = _p(a.tolist(), b.tolist())
    chosen = np.random.default_rng(4).integers(0, 2, (DRAWS, 13)) @ (b - a)
    drawn = p_value(float((b - a).sum()), (b - a).sum() - 2 * chosen, exact=False)
    assert exact is not None and drawn == pytest.approx(exact, abs=0.02)


def test_many_clusters_are_swapped_at_random_and_p_is_never_zero() -> None:
    rows, exact = swaps(40, 1)
    assert (rows.shape, exact) == ((DRAWS, 40), False)
    assert _p([1.0] * 40, [9.0] * 40) == 1 / (DRAWS + 1)


def test_no_difference_has_p_one_and_an_undefined_one_has_none() -> None:
    assert _p([3, 4, 5], [3, 4, 5]) == 1.0
    undefined = p_values({"x": METRICS["claims.recall"]}, {"claims.tp": 0, "claims.gold": 1}, np.zeros((3, 2)), np.zeros((3, 2)), 1)
    assert undefined == {"x": None}


def test_under_no_difference_p_is_below_five_percent_about_that_often() -> None:
    chance, small = np.random.default_rng(6), 0
    for _ in range(200):
        a, b = chance.binomial(10, 0.5, (2, 9)).astype(float)
        p = _p(a.tolist(), b.tolist())
        small += p is not None and p < 0.05
    assert small / 200 <= 0.08


def test_holm_steps_down_and_never_falls() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": None}) == {"a": 0.03, "b": 0.06, "c": 0.06, "d": None}
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1.0, "b": 1.0}


def test_the_metrics_have_a_version_of_their_own() -> None:
    assert VERSION.isdigit()
    assert len(METRICS) == len({metric.name for metric in METRICS.values()})
