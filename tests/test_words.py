"""Words, folded."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from summarise.text.tokens import Tokenised, fold_phrase, share, stems, words


def test_words_fold_case_possessives_dots_and_width() -> None:
    assert fold_phrase("The U.S.’s Trade-War, Ｈuawei’s don't") == ("the", "us", "trade", "war", "huawei", "dont")


@given(st.text())
def test_every_word_stands_where_it_says(text: str) -> None:
    found = words(text)
    assert all(0 <= w.start < w.end <= len(text) for w in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_phrase_is_found_across_punctuation_and_line_breaks_and_given_as_written() -> None:
    index = Tokenised("He met Steve\nTsang, director of the SOAS China Institute.")
    assert index.find("steve tsang") == "Steve Tsang"
    assert index.find("Tsang director") == "Tsang, director"
    assert index.find("Tsang of") is None
    assert index.find("…") is None


def test_stems_leave_out_stop_words_and_join_word_forms() -> None:
    assert stems("They were deepening the ties") == stems("deepened ties")


def test_the_share_of_nothing_is_whole() -> None:
    assert share(frozenset(), frozenset({"a"})) == 1.0
    assert share(frozenset({"a", "b"}), frozenset({"a"})) == 0.5
