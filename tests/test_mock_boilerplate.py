"""What of a page is no part of its article, and what states nothing on its own."""

from __future__ import annotations

import pytest

from summarise import Article, Document
from summarise.clients.mock.parsed_document import ParsedDocument

BODY = "\n\n".join(f"The council of Eldmouth met for the {n} time and talked about the old bridge." for n in ("first", "second", "third"))


def kinds(text: str) -> list[tuple[str, bool, bool]]:
    """Each sentence with whether it is boilerplate and whether it may be a claim."""
    document = Document.of(Article(text))
    found = ParsedDocument.of(document).kinds
    return [(document.quote(s), f, c) for s, f, c in zip(document.sentences, found.boilerplate, found.claimable, strict=True)]


@pytest.mark.parametrize(
    "line",
    [
        "Updated 10:35 AM EDT, Thu, Apr 18, 2019",
        "Tuesday June 2, 2020",
        "Share this article",
        "Like Us on Facebook",
        "Read more: the bridge that nobody wanted",
        "Photo: The old bridge at dawn.",
        "Copyright 2025 The Eldmouth Post.",
        "We use cookies to make this site better for you.",
        "The Weekly – “Bridge and Tunnel Grow Closer”",
        "Council Backs Tunnel; Will The Ferries Stay?",
        "by Jane Roe",
        "— 3 —",
    ],
)
def test_lines_of_a_page_are_boilerplate(line: str) -> None:
    (_, boilerplate, claimable), *rest = kinds(f"{line}\n\n{BODY}")
    assert (boilerplate, claimable) == (True, False)
    assert all(not f and c for _, f, c in rest)


@pytest.mark.parametrize(
    "line", ["• a new ferry between the two towns;", "- A new ferry runs between the two towns.", "Why did the council vote for it?"]
)
def test_list_items_and_questions_are_no_claims_but_no_boilerplate(line: str) -> None:
    (_, boilerplate, claimable), *_ = kinds(f"{line}\n\n{BODY}")
    assert (boilerplate, claimable) == (False, False)


@pytest.mark.parametrize(
    "head", ["the author", "Leave a Reply", "About the author", "For more information, consult the following sources:"]
)
def test_all_that_follows_the_article_is_boilerplate(head: str) -> None:
    found = kinds(f"{BODY}\n\n{head}\n\nJane has written about bridges since 2004. She also likes ferries a lot.")
    assert [f for _, f, _ in found] == [False] * 3 + [True] * (len(found) - 3)


def test_a_statement_that_begins_like_a_phrase_of_a_page_is_no_boilerplate() -> None:
    (_, boilerplate, claimable), *_ = kinds(f"Shares of the ferry company fell by 4 percent on Monday.\n\n{BODY}")
    assert (boilerplate, claimable) == (False, True)
