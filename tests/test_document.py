"""A document: its sentences hold all of the text, and no figure runs over the border of two."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.article import Article
from summarise.document import Document, unbroken
from summarise.figures import Figure
from summarise.text.sentences import LONGEST, Extent

PIECES = ["5", "million", "$1.5", "bn.", "Euros", "percent", "It", "fell.", "\n", "\n\n", "x" * 700]
NUMERIC = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)


def figure(text: str, quote: str) -> Figure:
    start = text.index(quote)
    return Figure(start, start + len(quote), quote, Decimal(1))


def extents(text: str, *quotes: str) -> list[Extent]:
    return [Extent(text.index(quote), text.index(quote) + len(quote), 0) for quote in quotes]


def test_sentences_are_numbered_from_one_in_text_order() -> None:
    document = Document.of(Article("A headline\n\nXi spoke. Putin replied."))
    assert [(s.number, s.paragraph, document.quote(s)) for s in document.sentences] == [
        (1, 0, "A headline"),
        (2, 1, "Xi spoke."),
        (3, 1, "Putin replied."),
    ]


def test_a_sentence_is_found_by_its_number_and_none_beyond_the_last() -> None:
    document = Document.of(Article("Xi spoke. Putin replied."))
    assert document.sentence(2) == document.sentences[1]
    assert [document.sentence(0), document.sentence(3), document.sentence(-1)] == [None, None, None]


def test_a_mention_knows_its_sentence_and_is_found_by_its_id() -> None:
    document = Document.of(Article("Nobody came. It fell by 4 percent. It cost $12 in all."))
    assert [(m.id, m.sentence, m.figure.quote) for m in document.mentions] == [("f1", 2, "4 percent"), ("f2", 3, "$12")]
    assert document.mention("f2") == document.mentions[1]
    assert document.mention("f3") is None
    assert document.mentions_in(2) == document.mentions[:1]
    assert document.mentions_in(1) == document.mentions_in(99) == ()


@pytest.mark.parametrize("text", ["", " \n\t\n "])
def test_a_text_without_a_character_to_see_has_no_sentence(text: str) -> None:
    assert (Document.of(Article(text)).sentences, Document.of(Article(text)).mentions) == ((), ())


def test_a_figure_over_a_border_joins_the_two_sentences() -> None:
    text = "It paid 1.5 bn. Euros were used. Nobody knew."
    parts = extents(text, "It paid 1.5 bn.", "Euros were used.", "Nobody knew.")
    assert unbroken(text, parts, [figure(text, "1.5 bn. Euros")]) == extents(text, "It paid 1.5 bn. Euros were used.", "Nobody knew.")


def test_a_figure_over_two_borders_joins_three_sentences() -> None:
    text = "It paid 1. bn. Euros today."
    parts = extents(text, "It paid 1.", "bn.", "Euros today.")
    assert unbroken(text, parts, [figure(text, "1. bn. Euros")]) == extents(text, text)


def test_a_figure_that_ends_at_a_border_joins_nothing() -> None:
    text = "It paid $5. Nobody knew. It cost $6."
    parts = extents(text, "It paid $5.", "Nobody knew.", "It cost $6.")
    assert unbroken(text, parts, [figure(text, "$5."), figure(text, "$6")]) == parts


def test_the_joined_sentence_stands_in_the_first_paragraph() -> None:
    text = "It paid 5\nmillion."
    assert unbroken(text, [Extent(0, 9, 3), Extent(10, 18, 4)], [figure(text, "5\nmillion")]) == [Extent(0, 18, 3)]


def test_sentences_too_long_to_join_part_before_the_figure() -> None:
    text = f"{'a' * 1990} 5 percent {'b' * 1980}"
    cut = text.index(" percent")
    parts = [Extent(0, cut, 0), Extent(cut + 1, len(text), 0)]
    assert unbroken(text, parts, [figure(text, "5 percent")]) == [Extent(0, 1990, 0), Extent(1991, len(text), 0)]


def test_a_long_text_without_a_full_stop_is_never_cut_inside_a_figure() -> None:
    document = Document.of(Article(f"{'a' * 1990} b 15 percent {'c' * 1500}"))
    assert [(m.sentence, m.figure.quote) for m in document.mentions] == [(2, "15 percent")]
    assert document.quote(document.sentences[1]).startswith("15 percent c")


@given(NUMERIC)
def test_every_mention_lies_within_its_sentence(text: str) -> None:
    document = Document.of(Article(text))
    for mention in document.mentions:
        sentence = document.sentences[mention.sentence - 1]
        assert sentence.start <= mention.figure.start < mention.figure.end <= sentence.end


@given(NUMERIC)
def test_figures_never_make_a_sentence_much_longer_nor_lose_a_character(text: str) -> None:
    document = Document.of(Article(text))
    assert "".join("".join(document.quote(s).split()) for s in document.sentences) == "".join(text.split())
    longest = max((m.figure.end - m.figure.start for m in document.mentions), default=0)
    assert all(s.end - s.start <= LONGEST + longest for s in document.sentences)
