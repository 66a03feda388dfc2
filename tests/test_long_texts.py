"""Ten times the text takes about ten times as long, whatever stands in it. `benchmarks/growth.py` tries far more patterns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

import pytest
from long_texts import repeated
from lxml import html

from summarise import Article, Document
from summarise.clients.mock import draft
from summarise.clients.mock.attribution import attributions
from summarise.clients.mock.parsed_document import ParsedDocument
from summarise.clients.mock.speakers import Speakers
from summarise.clients.mock.wording import attributed_sentences
from summarise.errors import ModelOutputError
from summarise.figures import find_figures
from summarise.figures.context import SentenceContext
from summarise.figures.find import _in_sentence
from summarise.figures.model import FoldedText
from summarise.figures.quantity import Quantity, read_quantity
from summarise.figures.scan import numbers
from summarise.ground import settle
from summarise.reading.html import EXTRACTED, text_of
from summarise.text.sentences import split

Made = TypeVar("Made")

# Ten is linear and a hundred is the square; what lies between is left to machines that do something else at the same time.
MOST_GROWTH = 30
# Seconds below which a time says nothing.
NOISE = 0.02


def growth(work: Callable[[Made], object], form: Callable[[int], Made], size: int) -> float:
    """How much longer `work` takes, in CPU time, with what `form` makes of ten times `size`."""

    def cpu(made: Made) -> float:
        start = time.process_time()
        work(made)
        return time.process_time() - start

    small, large = (min(cpu(form(characters)) for _ in range(2)) for characters in (size, 10 * size))
    return large / max(small, NOISE)


def told(page: ParsedDocument) -> object:
    return attributed_sentences(page, Speakers(page).with_speakers(attributions(page)))


def settled(text: str) -> None:
    with suppress(ModelOutputError):
        settle([text], Document.of(Article("The council said no.")))


def walked(tree: object) -> str:
    return text_of(tree, EXTRACTED)


def test_names_above_articles_are_not_compared_with_each_sentence() -> None:
    assert growth(draft, lambda size: Document.of(Article(repeated("By Anna \N{DOTTED CIRCLE}\n\n", size))), 15_000) < MOST_GROWTH


def test_where_no_sentence_can_be_a_claim_none_is_looked_for_again() -> None:
    assert growth(draft, lambda size: Document.of(Article("“Yes,” he said. “No,” she said. " * size)), 1_000) < MOST_GROWTH


def test_quotes_that_one_speaker_goes_on_with_are_each_told_once() -> None:
    said = "Anna Smith said: “Yes, we all can go.” "
    assert growth(told, lambda size: ParsedDocument.of(Document.of(Article(said + "“No, not at all today.” " * size))), 500) < MOST_GROWTH


@pytest.mark.parametrize("pattern", ["12,", "000.", "000 "])
def test_a_row_of_numbers_is_not_read_again_from_each_of_them(pattern: str) -> None:
    assert growth(find_figures, lambda size: repeated(pattern, size), 12_000) < MOST_GROWTH


def test_the_figures_of_a_sentence_are_sought_from_its_first_one_on() -> None:
    sentence = "The bridge cost 5 euros in 2019.\n"
    looked_at = 0

    class Watched(list[Quantity]):
        def __iter__(self) -> Iterator[Quantity]:
            return (self[n] for n in range(len(self)))

        def __getitem__(self, n):
            nonlocal looked_at
            looked_at += 1
            return super().__getitem__(n)

    prose = FoldedText(sentence * 1_000)
    found = [read_quantity(prose, number, 0) for number in numbers(prose)]
    quantities = Watched(quantity for quantity in found if quantity is not None)
    last = quantities[-1]
    assert _in_sentence(quantities, len(quantities) - 1, SentenceContext(prose, last.start, last.end)) == [(last.start, last.end)]
    assert looked_at == 2


@pytest.mark.parametrize("closing", ["”", "»"])
def test_closing_marks_without_end_are_parted_in_one_way(closing: str) -> None:
    assert growth(split, lambda size: f"He said no.{closing * size}x", 3_000) < MOST_GROWTH


def test_fences_of_an_answer_are_found_in_one_look() -> None:
    assert growth(settled, lambda size: "```{" * size, 8_000) < MOST_GROWTH


def test_empty_cells_of_a_page_are_passed_once() -> None:
    assert growth(walked, lambda size: html.fromstring(f"<row>{'<cell> </cell> ' * size}</row>"), 1_500) < MOST_GROWTH


def test_spaces_without_end_in_a_page_are_looked_at_once() -> None:
    assert growth(walked, lambda size: html.fromstring(f"<p>a{' ' * size}b</p>"), 10_000) < MOST_GROWTH
