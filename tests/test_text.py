"""summarise.text: the Article."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.article import Article, normalise_newlines


@pytest.mark.parametrize(("raw", "text"), [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\n\rb", "a\n\nb"), ("a\r\r\nb", "a\n\nb"), ("", "")])
def test_every_newline_is_one_line_feed(raw: str, text: str) -> None:
    assert normalise_newlines(raw) == text


@given(st.text(alphabet=st.characters(exclude_characters="\r")))
def test_nothing_but_carriage_returns_is_touched(text: str) -> None:
    assert normalise_newlines(text) == text


def test_the_digest_is_that_of_the_text_in_utf_8() -> None:
    assert Article("Zürich").sha256 == hashlib.sha256("Zürich".encode()).hexdigest()


def test_the_digest_of_broken_text_is_no_error() -> None:
    assert len(Article("\ud800").sha256) == 64
