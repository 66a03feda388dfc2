"""Stances by rules: precision before recall."""

from __future__ import annotations

import pytest

from summarise import Article, Document
from summarise.clients.mock import draft
from summarise.schema import MOST_STANCES


def stances(text: str) -> list[tuple[str | None, str, str]]:
    return [(stance.holder, stance.target, stance.polarity) for stance in draft(Document.of(Article(text))).stances]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Marta Lind backs the road tunnel.", ("Marta Lind", "road tunnel", "favour")),
        ("Marta Lind hailed the road tunnel.", ("Marta Lind", "road tunnel", "favour")),
        ("Marta Lind condemned the road tunnel.", ("Marta Lind", "road tunnel", "against")),
        ("Marta Lind did not support the road tunnel.", ("Marta Lind", "road tunnel", "against")),
        ("The council voted to back the road tunnel.", ("the council", "road tunnel", "favour")),
        ("Marta Lind called the road tunnel a threat to the port.", ("Marta Lind", "road tunnel", "against")),
        ("Marta Lind described the road tunnel as a great success.", ("Marta Lind", "road tunnel", "favour")),
        ("The road tunnel was criticised by Marta Lind.", ("Marta Lind", "road tunnel", "against")),
        ("Ana Roe criticised Steve Tsang. Tsang praised the plan.", ("Steve Tsang", "plan", "favour")),
    ],
)
def test_words_and_acts_show_a_stance(text: str, row: tuple[str, str, str]) -> None:
    assert row in stances(text)


@pytest.mark.parametrize(
    "text",
    [
        "Marta Lind visited the road tunnel on Monday.",
        "Marta Lind did not condemn the road tunnel.",
        "Marta Lind might support the road tunnel.",
        "Marta Lind rejected the allegation.",
        "Marta Lind rejected the 6.2.",
        "Marta Lind said that it rained and the attacks hurt trade.",
        "Support for the road tunnel fell to 40 percent.",
        "The tunnel supports the road above it.",
        "Marta Lind criticised him.",
    ],
)
def test_where_nothing_is_said_there_is_no_row(text: str) -> None:
    assert stances(text) == []


def test_praise_and_blame_of_one_target_are_mixed() -> None:
    assert stances("Marta Lind praised the road tunnel. Lind criticised the road tunnel.") == [("Marta Lind", "road tunnel", "mixed")]


def test_the_author_is_against_a_decision_that_the_next_sentence_calls_a_mistake() -> None:
    decision = "The council voted by 9 to 4 to move the fish market."
    assert stances(f"{decision}\n\nI think this is a mistake, and most of them know it.") == [(None, "move the fish market", "against")]
    assert stances(f"{decision}\n\nI believe that it was a triumph.") == [(None, "move the fish market", "favour")]


@pytest.mark.parametrize(
    "text",
    [
        "The council voted by 9 to 4 to move the fish market. “I think this is a mistake,” Marta Lind said.",
        "The council voted by 9 to 4 to move the fish market.\n\nIt rained all day on Monday.\n\nI think this is a mistake.",
        "The fish market is old. I think this is a mistake.",
        "The council voted by 9 to 4 to move the fish market. I think this is a Monday.",
        "Q: And the market?\n\nA: They voted to move the market. I think this is a mistake.\n\nQ: Why?\n\nA: Who knows.",
    ],
)
def test_the_author_has_no_stance_in_what_others_say_or_on_what_was_not_decided(text: str) -> None:
    assert [row for row in stances(text) if row[0] is None] == []


def test_there_are_never_more_stances_than_a_draft_holds() -> None:
    kinds = "grand broken green yellow modern ancient".split()
    kinds += "road rail long short wide deep cheap dear north south east west upper lower inner outer light heavy old new broad".split()
    assert len(stances(" ".join(f"Marta Lind condemned the {kind} tunnel." for kind in kinds))) == MOST_STANCES
