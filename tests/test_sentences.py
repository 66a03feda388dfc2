"""Sentences: the invariants of every text, and the hard cases of tests/fixtures/sentences.txt."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summarise.text.sentences import LONGEST, Extent, split

CASES = Path(__file__).parent / "fixtures" / "sentences.txt"
ARTICLES = Path(__file__).parents[2] / "shared" / "articles"
# What no rule here can know: that Moscow is not a part of the U.S., and German dates.
TOO_HARD = {"They sent a signal to the U.S.| Moscow did not answer.", "Das Treffen fand am 3. Mai statt.| Es dauerte lange."}

WORDS = ["Mr", "U.S", "bn", "a.m", "He", "said", "x", "É", "5"]
MARKS = [".", "?", "…", "。", '"', "”", "“", "'", "’", "(", ")", "[1]", "—", "•", ">"]
SPACES = [" ", "\n", "\n\n", "\xa0", "\u3000", "\x85", "\x00", "\ud800", "\U0001f600", "\u0301"]
ODD = st.lists(st.sampled_from([*WORDS, *MARKS, *SPACES]), max_size=80).map("".join)
ANY = st.text(st.characters(), max_size=300)
TEXTS = ODD | ANY


def quotes(text: str) -> list[str]:
    return [text[e.start : e.end] for e in split(text)]


def hard_cases() -> list[str]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1] for line in lines if "\t" in line and line.split("\t")[1] not in TOO_HARD]


@pytest.mark.parametrize("case", hard_cases())
def test_a_hard_case_parts_where_a_reader_parts_it(case: str) -> None:
    marked = case.replace("\\n", "\n")
    assert quotes(marked.replace("|", "")) == [part.strip() for part in marked.split("|") if part.strip()]


@given(TEXTS)
@example("J.\xa0K. Rowling")
@example("1\x85D\u2028.) ")
def test_sentences_hold_every_character_that_is_not_white_space(text: str) -> None:
    assert "".join("".join(quote.split()) for quote in quotes(text)) == "".join(text.split())


@given(TEXTS)
def test_sentences_stand_in_order_and_never_overlap(text: str) -> None:
    found = split(text)
    assert all(0 <= e.start < e.end <= len(text) for e in found)
    assert all(a.end <= b.start and a.paragraph <= b.paragraph for a, b in pairwise(found))


@given(TEXTS)
def test_paragraphs_count_from_zero_and_leave_out_none(text: str) -> None:
    numbers = sorted({e.paragraph for e in split(text)})
    assert numbers == list(range(len(numbers)))


@given(TEXTS)
def test_sentences_have_no_white_space_at_their_ends(text: str) -> None:
    assert all(quote == quote.strip() for quote in quotes(text))


@given(TEXTS)
def test_the_same_text_is_always_split_alike(text: str) -> None:
    assert split(text) == split(text)


@given(TEXTS, TEXTS)
def test_a_blank_line_parts_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before}\n \n{after}"
    assert all("\n \n" not in quote for quote in quotes(text)) or "\n \n" in before + after


def test_white_space_alone_makes_no_sentence() -> None:
    assert (split(""), split(" \n\t\xa0\n")) == ([], [])


def test_offsets_count_code_points() -> None:
    assert split("\U0001f600 He left. \U0001f600\U0001f600 She stayed.") == [Extent(0, 10, 0), Extent(11, 25, 0)]


def test_each_line_of_a_text_that_is_not_wrapped_is_a_paragraph() -> None:
    found = split("A headline\nXi spoke. He left.\n\nPutin replied.")
    assert [(e.start, e.paragraph) for e in found] == [(0, 0), (11, 1), (21, 1), (31, 2)]


def test_the_lines_of_a_wrapped_text_make_one_paragraph() -> None:
    text = (
        "The ministers said that they would meet again before the end of the\n"
        "month to sign. Nobody asked what the treaty would say about the border\n"
        "in the north."
    )
    assert [(e.paragraph, e.end) for e in split(text)] == [(0, text.index("Nobody") - 1), (0, len(text))]


def test_a_line_of_rules_is_a_sentence_of_its_own() -> None:
    assert quotes("He left.\n\n* * *\n\nShe stayed.") == ["He left.", "* * *", "She stayed."]


def test_marks_without_a_word_belong_to_the_sentence_before() -> None:
    assert quotes("He left. ! ?! She stayed.") == ["He left. ! ?!", "She stayed."]


def test_text_without_capitals_is_split_too() -> None:
    assert quotes("he left? yes! she stayed") == ["he left?", "yes!", "she stayed"]


def test_a_sentence_too_long_is_cut_at_white_space() -> None:
    text = "word " * 1_000
    assert [len(quote) for quote in quotes(text)] == [1_999, 1_999, 999]


def test_a_word_too_long_is_cut_anywhere() -> None:
    assert [len(quote) for quote in quotes("a" * 4_500)] == [2_000, 2_000, 500]


HOSTILE_MARKS = ["a", ".", '"', "“", "\n", "(", "[", "'", "`", ">", "…", "。", "\ud800", "\x00"]
HOSTILE = [*HOSTILE_MARKS, "A. ", "No. ", "bn. x ", "- a\n", "1. a\n", ". \n"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_large_hostile_text_is_split_whole(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    found = quotes(text)
    assert all(len(quote) <= LONGEST for quote in found)
    assert "".join("".join(quote.split()) for quote in found) == "".join(text.split())


def test_borders_do_not_depend_on_the_windows_in_which_the_library_sees_a_long_paragraph() -> None:
    sentence = "Mr. Lee of the U.S. paid 1.5 bn. euros to Acme Inc. on Monday."
    assert quotes(" ".join([sentence] * 1_000)) == [sentence] * 1_000


def test_the_library_is_loaded_by_the_first_split_only() -> None:
    code = (
        "import sys, summarise.text.sentences as s; a = 'sentencex' in sys.modules; s.split('A. b'); print(a, 'sentencex' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the real articles are not part of the repository")
def test_real_articles_have_headings_and_bullets_apart() -> None:
    headings, bullets = ((ARTICLES / name).read_text(encoding="utf-8") for name in ("003_4bb65d13720146bc.txt", "002_d8830f6a52c207a2.txt"))
    assert {"Growing Mutual Trust", "Siberia 2 Pipeline", "Conclusion"} <= set(quotes(headings))
    assert sum(quote.startswith("•") for quote in quotes(bullets)) == 22
