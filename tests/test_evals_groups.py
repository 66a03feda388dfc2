"""Which figures measure one thing, by the program and by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import Article, Summariser, read
from summarise.compare.model import Cited, FigureGroup, FigureVerdict, SourceArticle, ValueGroup, ValueRelation, sources_of
from summarise.errors import GoldError, UsageError
from summarise.evals.figure_groups import GroupingScore, GroupLabels, grouping_table, read_groups, score_grouping
from summarise.render.table import lines

ROOT = Path(__file__).parents[1]
TEXTS = {
    "one": "Police counted 46 houses, 46 in all. They named 9 people.\n",
    "two": "The council listed 43 houses and some 50 sheds. It named 9 people.\n",
}
LABELS = """\
groups:
- thing: houses
  readings:
  - figures: [{in: one, quote: 46 houses}, {in: one, quote: "46", nth: 2}]
  - figures: [{in: two, quote: 43 houses}]
  relations:
  - [1, 2, disagree, police and council]
- thing: people
  readings:
  - figures: [{in: one, quote: 9 people}, {in: two, quote: 9 people}]
unsure:
- [{in: one, quote: 46 houses}, {in: two, quote: 50 sheds}, sheds may be houses]
"""


def labels(tmp_path: Path, text: str = LABELS) -> GroupLabels:
    path = tmp_path / "groups.yaml"
    path.write_text(text, encoding="utf-8")
    return read_groups(path, TEXTS)


def sources() -> tuple[SourceArticle, ...]:
    with Summariser() as summariser:
        return sources_of([summariser.summarise(Article(text=text, id=id_)) for id_, text in TEXTS.items()])


def grouped(*readings: list[list[str]], verdict: FigureVerdict = "disagree") -> list[FigureGroup]:
    """Groups of figures, each named by the key of its source and its quote, as in "A 46 houses"."""
    known = {f"{source.key} {figure.quote}": Cited(source, figure) for source in sources() for figure in source.summary.figures}
    found = []
    for at, group in enumerate(readings):
        made = tuple(ValueGroup(tuple(known[name] for name in reading)) for reading in group)
        relations = tuple(ValueRelation(a, b, verdict, "") for a, b in combinations(range(len(made)), 2))
        found.append(FigureGroup(f"g{at}", "", verdict, "", made, relations))
    return found


PERFECT = [[["A 46 houses", "A 46"], ["B 43 houses"]], [["A 9 people", "B 9 people"]], [["B 50 sheds"]]]


def counts(score: GroupingScore) -> dict[str, tuple[int, int, int]]:
    return {one.relation: (one.said, one.right, one.labelled) for one in score.scores if one.said or one.labelled}


def test_groups_as_labelled_score_one_in_everything(tmp_path: Path) -> None:
    score = score_grouping(grouped(*PERFECT), labels(tmp_path))
    assert counts(score) == {"same": (4, 4, 4), "agree": (2, 2, 2), "disagree": (2, 2, 2)}
    assert [one.precision[0] for one in score.scores if one.said] == [one.recall[0] for one in score.scores if one.labelled] == [1.0] * 3
    assert (score.found, score.labels) == (5, 5)


def test_a_pair_that_was_not_put_together_costs_recall_only(tmp_path: Path) -> None:
    split = [[["A 46 houses", "A 46"]], [["B 43 houses"]], [["A 9 people", "B 9 people"]], [["B 50 sheds"]]]
    score = score_grouping(grouped(*split), labels(tmp_path))
    assert counts(score) == {"same": (2, 2, 4), "agree": (2, 2, 2), "disagree": (0, 0, 2)}
    disagree = score.scores[-1]
    assert (disagree.relation, disagree.precision, disagree.recall[0]) == ("disagree", (None, None, None), 0.0)


def test_what_does_not_belong_together_costs_precision(tmp_path: Path) -> None:
    joined = [[["A 46 houses", "A 46"], ["B 43 houses"], ["A 9 people", "B 9 people"]], [["B 50 sheds"]]]
    assert counts(score_grouping(grouped(*joined), labels(tmp_path))) == {"same": (10, 4, 4), "agree": (2, 2, 2), "disagree": (8, 2, 2)}


def test_a_wrong_verdict_leaves_the_grouping_right(tmp_path: Path) -> None:
    score = score_grouping(grouped(*PERFECT, verdict="rounding"), labels(tmp_path))
    assert counts(score) == {"same": (4, 4, 4), "agree": (2, 2, 2), "rounding": (2, 0, 0), "disagree": (0, 0, 2)}


def test_pairs_that_the_labeller_was_unsure_of_count_nowhere(tmp_path: Path) -> None:
    joined = [[["A 46 houses", "A 46"], ["B 43 houses"], ["B 50 sheds"]], [["A 9 people", "B 9 people"]]]
    # With both readings of 46 unsure, only 43 houses and 50 sheds are a wrong pair.
    assert counts(score_grouping(grouped(*joined), labels(tmp_path)))["same"] == (5, 4, 4)


def test_only_chosen_articles_count(tmp_path: Path) -> None:
    score = score_grouping(grouped(*PERFECT), labels(tmp_path), frozenset({"one"}))
    assert (counts(score), score.labels) == ({"same": (1, 1, 1), "agree": (1, 1, 1)}, 3)


def test_labels_of_articles_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "groups.yaml"
    path.write_text(LABELS, encoding="utf-8")
    found = read_groups(path, {"one": TEXTS["one"]})
    assert [[len(reading) for reading in group] for group in found.groups] == [[2, 0], [1]]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "quote: 43 houses",
            "quote: 44 houses",
            "groups.0.readings.1.figures.0: '44 houses' stands 0 times in two: nth must say which it is, from 1",
        ),
        (", nth: 2}", "}", "groups.0.readings.0.figures.1: '46' stands 2 times in one: nth must say which it is, from 1"),
        ("nth: 2", "nth: 3", "groups.0.readings.0.figures.1: '46' stands 2 times in one: nth must say which it is, from 1"),
        (
            "in: two, quote: 43 houses",
            "quote: 43 houses",
            "groups.0.readings.1.figures.0: a figure has `in`, the id of an article, and `quote`",
        ),
        ("  - [1, 2, disagree, police and council]\n", "", "groups.0: no relation for readings 1 and 2"),
        (
            "disagree, police",
            "differ, police",
            "groups.0.relations.0: must be [reading, reading, disagree, other_scope, other_time, rounding, unsure, reason]",
        ),
        ("quote: 9 people}, {in: two, quote: 9 people}", "quote: 46 houses}", "groups.1: a figure at 15 of one stands in groups.0 too"),
        ("{in: two, quote: 50 sheds}, sheds may be houses", "", "unsure.0: must be [figure, figure, reason]"),
        (
            "  readings:\n  - figures: [{in: one, quote: 9",
            "  reading:\n  - figures: [{in: one, quote: 9",
            "groups.1.readings: missing",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in LABELS
    with pytest.raises(GoldError) as caught:
        labels(tmp_path, LABELS.replace(old, new, 1))
    path = re.escape(str(tmp_path / "groups.yaml"))
    assert re.search(rf"^{path}:[1-9][0-9]*: {re.escape(fault)}$", caught.value.message, re.MULTILINE)


def test_bad_yaml_and_a_missing_file_are_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"groups.yaml:2: bad YAML: "):
        labels(tmp_path, "groups:\n- {")
    with pytest.raises(GoldError, match=r"groups.yaml:1: must have groups"):
        labels(tmp_path, "- 1")
    with pytest.raises(UsageError, match="No such file"):
        read_groups(tmp_path / "none.yaml", TEXTS)


@given(
    st.recursive(
        st.none() | st.integers(0, 3) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["groups", "readings", "figures", "in", "quote", "nth", "relations", "unsure", "tuned"]), inner, max_size=4
            )
        ),
    )
)
def test_whatever_the_file_holds_it_is_labels_or_a_list_of_faults(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    import yaml

    path = tmp_path_factory.mktemp("labels") / "groups.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    try:
        read_groups(path, TEXTS)
    except GoldError as error:
        assert str(path) in error.message


def test_the_labels_of_the_corpus_are_sound_and_at_least_150_pairs() -> None:
    articles = [item for item in read([str(ROOT / "corpus")]) if isinstance(item, Article)]
    found = read_groups(ROOT / "evals" / "groups.yaml", {article.id: article.text for article in articles})
    pairs = sum(len(list(combinations([place for reading in group for place in reading], 2))) for group in found.groups)
    assert pairs > 150
    assert found.tuned


def test_the_table_shows_what_it_rests_on(tmp_path: Path) -> None:
    shown = list(lines(grouping_table("all", score_grouping(grouped(*PERFECT), labels(tmp_path)))))
    assert shown[:4] == [
        "all: 5 of 5 labelled figures are in the summaries",
        "  pairs of figures  said  right  labelled           precision              recall",
        "  same                 4      4         4  1.000 [1.00, 1.00]  1.000 [1.00, 1.00]",
        "  agree                2      2         2  1.000 [1.00, 1.00]  1.000 [1.00, 1.00]",
    ]
    assert shown[4].split() == ["rounding", "0", "0", "0", "—", "—"]


def test_the_readme_of_evals_shows_what_the_program_prints_today() -> None:
    command = [sys.executable, "-m", "summarise.cli", "eval", "groups", "-q"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    shown = (ROOT / "evals" / "README.md").read_text(encoding="utf-8").split("<!-- groups -->\n```text\n")[1].split("```")[0]
    assert shown == done.stdout
