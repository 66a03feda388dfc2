"""Which claims come first, and how each reads with the article out of sight."""

from __future__ import annotations

import pytest

from summarise import Article, Document
from summarise.clients.mock import draft
from summarise.schema import Draft

MORE = "The port of Eldmouth is old. Ships of many kinds have come to the port of Eldmouth for a very long time."


def drafted(text: str, title: str | None = None) -> Draft:
    return draft(Document.of(Article(text, title=title)))


def claims(text: str, title: str | None = None) -> list[tuple[str | None, str]]:
    return [(claim.speaker, claim.text) for claim in drafted(text, title).claims]


def test_the_lead_comes_before_what_a_source_says_of_a_detail() -> None:
    text = (
        "Members of the Eldmouth rowing club voted on Monday to sell their boathouse to the port for €4m.\n\n"
        "Club president Marta Lind said the money would clear debts of €3m. Lind said the boats would be kept."
    )
    result = drafted(text, "Rowing club sells boathouse")
    assert result.claims[0].text == "Members of the Eldmouth rowing club voted on Monday to sell their boathouse to the port for €4m."
    assert result.gist == f"{result.claims[0].text} Club president Marta Lind said the money would clear debts of €3m."


def test_the_scene_that_opens_a_feature_is_no_key_claim() -> None:
    scene = "On the morning of May 3, Piet Aalders was in his shed with a saw when his neighbour knocked on the door."
    matter = "Since 1990 the harbour law has kept every ferry out of the inner port of Eldmouth."
    text = f"{scene} He put the saw down.\n\n{matter}\n\n{MORE}"
    found = drafted(text, "The Empty Quay")
    assert found.claims[0].text == matter
    assert found.gist.startswith(matter)
    assert all(claim.text != scene for claim in found.claims[:2])


def test_a_lead_that_holds_words_of_the_title_is_no_scene() -> None:
    lead = "On the morning of May 3 a ferry was at its quay when a crane fell on the deck."
    assert claims(f"{lead}\n\n{MORE}", "Crane falls on ferry")[0] == (None, lead)


def test_a_memory_of_the_author_is_not_what_an_opinion_piece_is_about() -> None:
    text = (
        "My uncle kept a rowing boat behind the shed, and when the ferry was late he took us over himself.\n\n"
        "On Monday the harbour council voted 9 to 4 to sell the last ferry of the town.\n\n"
        "I used to like the council, and I miss those days. " + MORE
    )
    assert claims(text, "Keep what we have")[0] == (None, "On Monday the harbour council voted 9 to 4 to sell the last ferry of the town.")


def test_a_standfirst_is_the_gist_and_its_first_sentence_the_first_claim() -> None:
    text = f"# The Empty Quay\n\n*For ten years no ferry came to Eldmouth. Then the mill reopened.*\n\nBy Jane Roe\n\n{MORE}"
    found = drafted(text, "The Empty Quay")
    assert found.gist == "For ten years no ferry came to Eldmouth. Then the mill reopened."
    assert found.claims[0].text == "For ten years no ferry came to Eldmouth."


def test_an_answer_in_an_interview_stands_in_quotation_marks() -> None:
    text = (
        "Marta Lind runs the port of Eldmouth. She spoke to us on Monday.\n\n"
        "Q: How many ferries are there?\n\nA: The port has 14 ferries and 60 pilots.\n\n"
        "Q: What did you do?\n\nA: I sent 20 letters to my pilots about it."
    )
    assert ("Marta Lind", "“The port has 14 ferries and 60 pilots.”") in claims(text)
    assert all(text[0] == "“" for speaker, text in claims(text) if speaker)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Marta Lind runs the port. In May she declared the old ferry lost, after two days of search.",
            ("Marta Lind", "In May Marta Lind declared the old ferry lost, after two days of search."),
        ),
        (
            "Auditors looked at the port. The auditors said it was safe. They have recommended a total of 12 pilots, down from 20.",
            ("the auditors", "The auditors have recommended a total of 12 pilots, down from 20."),
        ),
        (
            "Should the fees stay, finance chief Marta Lind expects added costs of up to €6m, of which half can be recovered.",
            (
                "Marta Lind",
                "Should the fees stay, finance chief Marta Lind expects added costs of up to €6m, of which half can be recovered.",
            ),
        ),
        (
            "Without the tunnel, Marta Lind says, the fees of the port could have been far lower.",
            ("Marta Lind", "Without the tunnel, Marta Lind says, the fees of the port could have been far lower."),
        ),
        (
            "Talks on the ferries broke up late on Monday when Marta Lind announced that the port would close.",
            (None, "Talks on the ferries broke up late on Monday when Marta Lind announced that the port would close."),
        ),
        (
            "The port landed 12 tonnes. That is half of what the pilots say the port can land in a year.",
            (None, "That is half of what the pilots say the port can land in a year."),
        ),
        (
            "Marta Lind runs the port. In June the pilots ordered 9 new engines for the ferries of the port.",
            (None, "In June the pilots ordered 9 new engines for the ferries of the port."),
        ),
        (
            "Marta Lind, who is 83 and lives by the port, told the council she would leave in a boat.",
            ("Marta Lind", "Marta Lind, who is 83 and lives by the port, told the council she would leave in a boat."),
        ),
    ],
)
def test_a_claim_reads_alone_and_is_given_to_who_says_it(text: str, claim: tuple[str | None, str]) -> None:
    assert claim in claims(text)


def test_a_heading_stands_in_for_a_title() -> None:
    head = "Port of Eldmouth raises pilot wages and keeps forecast"
    text = (
        f"PRESS RELEASE\n\n{head}\n\nThe Brandt & Osei company met its bankers for a long talk on Monday.\n\n"
        "Pilot wages at the port of Eldmouth were raised on Monday.\n\nThe pilots of the port had asked for more than that in May."
    )
    assert claims(text)[0] == (None, "Pilot wages at the port of Eldmouth were raised on Monday.")


@pytest.mark.parametrize(
    "text", ["What she's paid is 40 euros.", "Between them they own 12 boats.", "That's 5 percent.", "It is 61 million kronor a year."]
)
def test_a_measure_is_never_a_bare_pronoun_or_a_number(text: str) -> None:
    measures = [figure.measure for figure in drafted(text).figures]
    assert measures
    assert not {"What", "what", "she's", "Between them", "That's", "million kronor"} & set(measures)
