"""Nothing that the article lacks gets into a gist, claim, target or measure, however it is written."""

from __future__ import annotations

import json

import pytest
from smuggled import ARTICLE, EVERYTHING

from summarise.article import Article
from summarise.document import Document
from summarise.ground import settle
from summarise.prompt import Request, load

DOCUMENT = Document.of(Article(ARTICLE, published="2025-04-08"))
INSTRUCTIONS = Request(DOCUMENT, load(), 1, len(DOCUMENT.sentences)).messages[0]["content"]


def texts(told: str) -> list[str]:
    """What a summary says in its own words, where a model wrote `told` into all of them."""
    said = f"The council backs a tunnel with {told}."
    content = {
        "gist": said,
        "claims": [{"text": said, "sentences": [2]}],
        "stances": [{"holder": "Piet Aalders", "target": f"tunnel {told}", "polarity": "against", "sentences": [4]}],
        "figures": [{"id": "f1", "measure": f"tunnel {told}"}],
    }
    kept = settle([json.dumps(content)], DOCUMENT, INSTRUCTIONS)
    measures = [figure.measure for figure in kept.figures]
    texts = (kept.gist, *(claim.text for claim in kept.claims), *(stance.target for stance in kept.stances), *measures)
    return [text for text in texts if text]


def test_there_are_at_least_150_ways() -> None:
    assert len(set(EVERYTHING)) >= 150


@pytest.mark.parametrize("told", EVERYTHING)
def test_what_the_article_lacks_gets_nowhere(told: str) -> None:
    assert texts(told) == []


@pytest.mark.parametrize(
    "told", ["lorries", "1,400 million euros", "a cost of €1.4bn", "twelve thousand lorries", "help from Lind", "Eldmouth's votes"]
)
def test_what_the_article_holds_gets_everywhere(told: str) -> None:
    assert len(texts(told)) == 4


def test_the_instructions_are_no_measure() -> None:
    first = " ".join(INSTRUCTIONS.split()[:12])
    assert texts(first) == []
