"""Stances by rules: precision before recall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import Article, Document
from summarise.clients.mock import direction, draft, toward
from summarise.schema import MOST_STANCES
from summarise.text.tokens import Tokens


def stances(text: str) -> list[tuple[str | None, str, str]]:
    return [(stance.holder, stance.target, stance.polarity) for stance in draft(Document.of(Article(text))).stances]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Marta Lind backs the road tunnel.", ("Marta Lind", "road tunnel", "favour")),
        ("Marta Lind hailed the road tunnel.", ("Marta Lind", "road tunnel", "favour")),
        ("Marta Lind condemned the road tunnel.", ("Marta Lind", "road tunnel", "against")),
        ("Marta Lind did not support the road tunnel.", ("Marta Lind", "road tunnel", "against")),
        ("Marta Lind refused to endorse the road tunnel.", ("Marta Lind", "road tunnel", "against")),
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


def test_the_author_has_a_stance_only_where_the_own_voice_is_loaded_more_than_once() -> None:
    once = "The harbour saw reckless Ruritanian naval drills on Monday afternoon."
    twice = once + " The ministry then kept its shameful Ruritanian border policy for all to see."
    assert stances(once) == []
    assert stances(twice) == [(None, "Ruritanian naval drills", "against"), (None, "Ruritanian border policy", "against")]


def signs(text: str) -> tuple[int, int]:
    """What Lind is shown to think of Aalders, and Aalders of Lind."""
    tokens = Tokens.of(text)
    lind, aalders = tokens.words.index("Lind"), tokens.words.index("Aalders")
    return direction(tokens, lind, aalders), direction(tokens, aalders, lind)


@pytest.mark.parametrize(
    "text",
    [
        "Lind praised Aalders.",
        "Lind stood by Aalders all winter.",
        "Lind voiced strong support for the Aalders plan.",
        "Lind described Aalders as a brilliant mayor.",
        "Lind said on Friday that Aalders is an excellent minister.",
        "Lind praised her partner, Aalders, on Monday.",
        "Lind thanked Roe and Aalders.",
        "Lind, unlike Roe, supports Aalders.",
        "Lind is one of Aalders's oldest friends.",
        "Lind donated to Aalders.",
    ],
)
def test_praise_and_help_of_one_name_by_another_are_favour(text: str) -> None:
    assert signs(text) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "Lind never praised Aalders.",
        "Lind refused to endorse Aalders.",
        "Lind has been critical of Aalders.",
        "Lind's criticism of Aalders has grown.",
        "Lind took aim at Aalders over the harbour.",
        "Lind lashed out at Aalders.",
        "Lind filed a lawsuit in Oslo against Aalders.",
        "Lind imposed new sanctions on Aalders.",
        "Lind called Aalders a disgrace.",
        "Lind said that Aalders is a liar.",
        "Lind alleged that Aalders moved the money.",
        "Lind, a critic of Aalders, spoke.",
        "Lind, Aalders's rival, spoke.",
    ],
)
def test_blame_and_harm_of_one_name_by_another_are_against(text: str) -> None:
    assert signs(text) == (-1, 0)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Aalders was condemned by Lind.", -1),
        ("Aalders, backed by Lind, won the seat.", 1),
        ("Aalders came under fire from Lind.", -1),
        ("Aalders won praise from Lind.", 1),
        ("Aalders angered Lind.", -1),
    ],
)
def test_what_one_name_meets_with_is_the_attitude_of_the_other(text: str, sign: int) -> None:
    assert signs(text) == (sign, 0)


@pytest.mark.parametrize(
    "text",
    [
        "Lind met Aalders in Oslo.",
        "Talks between Lind and Aalders went on.",
        "Lind worked with Aalders.",
        "Lind was attacked in Aalders.",
        "Lind attacked a village near Aalders.",
        "Lind saw Roe's attack on Aalders.",
        "Lind rejected the plan by Aalders.",
        "Lind backed the bill that Aalders drafted.",
        "Lind did not criticise Aalders.",
        "Lind asked whether he should support Aalders.",
        "Lind told Aalders that it rained.",
        "Lind attacked Roe; Aalders slept.",
    ],
)
def test_meeting_and_what_befalls_somebody_else_show_no_direction(text: str) -> None:
    assert signs(text) == (0, 0)


def test_a_name_has_no_direction_toward_itself() -> None:
    assert direction(Tokens.of("Lind praised Lind"), 0, 0) == 0


@given(
    st.lists(st.sampled_from("Lind Aalders praised attack on by , . ; “ that and s Mr who not".split()), min_size=2, max_size=40), st.data()
)
def test_any_two_tokens_have_a_direction(said: list[str], data: st.DataObject) -> None:
    tokens = Tokens.of(" ".join(said))
    places = st.integers(0, len(tokens.words) - 1)
    assert direction(tokens, data.draw(places), data.draw(places)) in {-1, 0, 1}


def test_sentiment_is_what_the_words_nearby_weigh() -> None:
    assert [
        toward(Tokens.of(text).lows, 0) for text in ("Lind is a great leader", "Lind is a liar", "Lind is not a liar", "Lind left")
    ] == [1, -1, 1, 0]


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
    kinds = "road rail long short wide deep cheap dear north south east west upper lower inner outer light heavy".split()
    assert len(stances(" ".join(f"Marta Lind condemned the {kind} tunnel." for kind in kinds))) == MOST_STANCES
