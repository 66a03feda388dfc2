"""Any text at all gives a valid draft, in steps that grow with its length and no faster."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Article, Document
from summarise.clients.mock import draft
from summarise.clients.mock.parsed_document import find_quotes
from summarise.clients.mock.wording import LONGEST, as_sentence
from summarise.document import Sentence
from summarise.ground import check
from summarise.schema import Draft

WORDS = [
    "said",
    "told",
    "“",
    "”",
    '"',
    "Lind",
    "Marta",
    "who",
    ",",
    ".",
    "\n\n",
    "according to",
    "the",
    "plan",
    "called",
    "a threat",
    "5%",
    "He",
    "not",
    "and",
    "Q:",
    "A:",
]

HOSTILE: dict[str, Callable[[int], str]] = {
    "only quotes": lambda n: '"' * n,
    "only opening quotes": lambda n: "“" * n,
    "nested quotes": lambda n: "“" * n + "word" + "”" * n,
    "no sentence end": lambda n: "Lind said " * n,
    "asides": lambda n: "Lind, who said, " * n,
    "sources": lambda n: "according to Lind, " * n,
    "judgements": lambda n: "Lind called Aalders a threat, " * n,
    "turns": lambda n: "Q: Why?\n\nA: Because I said so to him.\n\n" * n,
    "quotes and cues": lambda n: "“Yes, we surely can,” he said. " * n,
    "one word": lambda n: "a" * n,
    "hyphens": lambda n: "a-" * n,
}


def steps(document: Document) -> int:
    """How many Python functions a draft calls: the same on every machine, however busy."""
    count = 0

    def tally(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        draft(document)
    finally:
        sys.setprofile(before)
    return count


@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
@settings(max_examples=150)
def test_any_text_gives_a_draft_that_grounding_accepts(text: str) -> None:
    document = Document.of(Article(text))
    result = draft(document)
    assert Draft.model_validate_json(result.model_dump_json()) == result
    assert [fault for fault in check(document)(result) if not fault.startswith(("field", "gist: the gist ''"))] == []


# The most calls that any of the texts costs is 8 a character; one that grew with the square would pass this at once.
MOST_STEPS = 12


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("n", [100, 1000])
def test_the_work_grows_with_the_length_and_no_faster(kind: str, n: int) -> None:
    text = HOSTILE[kind](n)
    assert steps(Document.of(Article(text))) <= MOST_STEPS * len(text) + 2000


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("n", [100, 1000])
def test_the_same_holds_where_all_is_one_sentence(kind: str, n: int) -> None:
    text = HOSTILE[kind](n)
    assert steps(Document(Article(text), (Sentence(1, 0, len(text), 0),), ())) <= MOST_STEPS * len(text) + 2000


def test_halves_of_surrogate_pairs_do_not_reach_the_answer() -> None:
    text = "Marta \ud800Lind said the \udfff5 \ud800ships of the old \ud800 harbour were sold, and \ud800Lind backs \ud800the sale."
    assert draft(Document.of(Article(text))).model_dump_json().encode()


def test_ten_thousand_nested_quotes_give_a_draft() -> None:
    assert draft(Document.of(Article("“" * 10_000 + "We are here today." + "”" * 10_000))).claims is not None


@given(st.text(alphabet="“”\"'‘’`a .\n", max_size=80))
def test_quotes_stand_in_order_and_do_not_overlap(text: str) -> None:
    quotes = find_quotes(text, [(0, len(text))])
    edges = [edge for quote in quotes for edge in (quote.start, quote.end)]
    assert edges == sorted(edges)


@given(st.text(max_size=3000))
def test_a_wording_is_one_line_and_fits_a_claim(text: str) -> None:
    wording = as_sentence(text)
    assert len(wording) <= LONGEST
    assert wording == " ".join(wording.split())
