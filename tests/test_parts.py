"""Long articles, cut into parts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.article import Article
from summarise.document import Document
from summarise.errors import TooLong
from summarise.prompt import OVERLAP, estimate_tokens, load, requests_for


def document_of(sentences: int) -> Document:
    return Document.of(Article("\n\n".join(f"Sentence {n} tells of the harbour and of its long sea wall." for n in range(sentences))))


def test_what_fits_is_one_request() -> None:
    (only,) = requests_for(document_of(20), load(), 100_000)
    assert (only.first, only.last, only.parts) == (1, 20, 1)
    (only,) = requests_for(document_of(20), load(), None)
    assert (only.first, only.last) == (1, 20)


@settings(max_examples=25)
@given(st.integers(1, 120), st.integers(1200, 4000))
def test_every_sentence_is_shown_and_every_part_fits_and_overlaps(sentences: int, room: int) -> None:
    requests = requests_for(document_of(sentences), load(), room)
    assert {n for r in requests for n in range(r.first, r.last + 1)} == set(range(1, sentences + 1))
    assert all(estimate_tokens(r.text) <= room for r in requests)
    assert [r.part for r in requests] == list(range(1, len(requests) + 1))
    assert all(b.first == a.last + 1 - OVERLAP for a, b in pairwise(requests))


def test_a_sentence_longer_than_the_room_is_a_part_of_its_own() -> None:
    document = Document.of(Article("Short one.\n\n" + "word " * 380 + "end.\n\nShort two."))
    requests = requests_for(document, load(), estimate_tokens(requests_for(document, load(), None)[0].text) - 300)
    assert {n for r in requests for n in range(r.first, r.last + 1)} == {s.number for s in document.sentences}


def test_a_context_smaller_than_the_prompt_is_an_error_that_says_so() -> None:
    with pytest.raises(TooLong, match="too few for the prompt"):
        requests_for(document_of(3), load(), 300)


@given(st.text())
def test_tokens_are_never_estimated_below_a_quarter_of_the_characters(text: str) -> None:
    assert estimate_tokens(text) >= len(text) / 4
