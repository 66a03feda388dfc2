"""Who says what: the shapes of attribution that English news uses."""

from __future__ import annotations

import pytest

from summarise import Article, Document
from summarise.clients.mock import attributions
from summarise.clients.mock.parsed_document import ParsedDocument
from summarise.clients.mock.speakers import Speakers


def said(text: str) -> list[tuple[str | None, str, str]]:
    """Speaker, mode and words (the stretches joined by " | ") of each attribution."""
    parsed = ParsedDocument.of(Document.of(Article(text)))
    voices = Speakers(parsed).with_speakers(attributions(parsed))
    return [(v.speaker, v.attribution.mode, " | ".join(parsed.text[a:b] for a, b in v.attribution.spans)) for v in voices]


@pytest.mark.parametrize(
    ("text", "speaker", "words"),
    [
        ("Marta Lind said that the bridge would reopen in May.", "Marta Lind", "the bridge would reopen in May"),
        ("Marta Lind said the bridge would reopen in May.", "Marta Lind", "the bridge would reopen in May"),
        ("The bridge will reopen in May, Marta Lind said.", "Marta Lind", "The bridge will reopen in May"),
        ("“The bridge will reopen in May,” said Marta Lind.", "Marta Lind", "“The bridge will reopen in May,”"),
        ('"The bridge will reopen in May," Marta Lind said.', "Marta Lind", '"The bridge will reopen in May,"'),
        ("According to Marta Lind, the bridge will reopen in May.", "Marta Lind", "the bridge will reopen in May"),
        ("The bridge will reopen in May, according to Marta Lind.", "Marta Lind", "The bridge will reopen in May"),
        ("Marta Lind told reporters on Monday that the bridge would reopen.", "Marta Lind", "the bridge would reopen"),
        ("The bridge, Marta Lind said, would reopen in May.", "Marta Lind", "The bridge | would reopen in May"),
        ("Marta Lind, head of the port authority, said the bridge would reopen.", "Marta Lind", "the bridge would reopen"),
        ("In a letter on Tuesday, Marta Lind warned that the bridge would not reopen.", "Marta Lind", "the bridge would not reopen"),
        ("The auditors' report showed that the bridge was safe.", "the auditors' report", "the bridge was safe"),
        ("Port officials said the bridge would reopen.", "Port officials", "the bridge would reopen"),
        ("The Transport Ministry said the bridge would reopen.", "Transport Ministry", "the bridge would reopen"),
    ],
)
def test_the_speaker_and_the_words_are_found(text: str, speaker: str, words: str) -> None:
    assert said(text) == [(speaker, "asserts", words)]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Piet Aalders denied that the ferries had been sold.", "denies"),
        ("Piet Aalders predicted that the ferries would be sold.", "predicts"),
        ("Piet Aalders demanded a vote on the ferries.", "demands"),
        ("Piet Aalders called for a vote on the ferries.", "demands"),
        ("Piet Aalders argued that the ferries were cheap.", "asserts"),
    ],
)
def test_the_cue_sets_the_mode(text: str, mode: str) -> None:
    assert [(speaker, found) for speaker, found, _ in said(text)] == [("Piet Aalders", mode)]


@pytest.mark.parametrize(
    "text",
    [
        "Marta Lind did not say that the bridge would reopen.",
        "Marta Lind might say that the bridge was safe.",
        "The bridge is said to be safe.",
        "The report was long and the state budget was short.",
        "The last report of the council and a further request cost money.",
        "The parade announced a new season of plenty.",
        "Marta Lind said nothing about the bridge.",
    ],
)
def test_what_nobody_said_has_no_speaker(text: str) -> None:
    assert said(text) == []


def test_a_quote_goes_on_over_sentences_with_its_speaker_named_once() -> None:
    text = "“The plan has changed. We need a bridge,” Marta Lind said. “It will not be cheap. It will be worth it.”"
    assert said(text) == [
        ("Marta Lind", "asserts", "“The plan has changed. We need a bridge,” | “It will not be cheap. It will be worth it.”")
    ]


def test_a_quote_that_fills_the_next_paragraph_has_the_same_speaker() -> None:
    text = "Marta Lind said “we need a bridge for the lorries.”\n\n“The ferries cannot carry them all.”"
    assert said(text)[1] == ("Marta Lind", "asserts", "“The ferries cannot carry them all.”")


def test_a_speaker_is_found_across_an_aside_that_speaks_too() -> None:
    text = "Marta Lind, who had told the council she was tired, said the bridge would reopen."
    assert said(text) == [("Marta Lind", "asserts", "she was tired"), ("Marta Lind", "asserts", "the bridge would reopen")]


def test_two_cues_in_one_sentence_are_two_attributions() -> None:
    text = "Marta Lind said the bridge was safe, adding that the tunnel was not."
    assert said(text) == [("Marta Lind", "asserts", "the bridge was safe"), ("Marta Lind", "asserts", "the tunnel was not")]


def test_a_surname_is_given_in_full_and_titles_are_kept_apart() -> None:
    text = "Steve Tsang, a historian, said ties had changed. Prof. Tsang said trade would fall."
    assert [speaker for speaker, _, _ in said(text)] == ["Steve Tsang", "Steve Tsang"]


def test_a_family_name_that_comes_first_is_given_in_full() -> None:
    text = "President Xi Jinping arrived on Monday. Xi said trade would grow."
    assert [speaker for speaker, _, _ in said(text)] == ["Xi Jinping"]


def test_a_surname_that_two_people_bear_is_left_as_it_stands() -> None:
    text = "Ana Cole and Ben Cole spoke on Monday. Cole said the fund was empty."
    assert [speaker for speaker, _, _ in said(text)] == ["Cole"]


def test_a_name_in_apposition_is_the_speaker() -> None:
    text = "The council backed the tunnel, and its chair, Marta Lind, said work would start."
    assert [speaker for speaker, _, _ in said(text)] == ["Marta Lind"]


def test_an_aide_is_not_the_person_whose_aide_he_is() -> None:
    assert [speaker for speaker, _, _ in said("A spokesman for Marta Lind said the bridge was safe.")] == ["a spokesman for Marta Lind"]
    assert [speaker for speaker, _, _ in said("Marta Lind's spokesman said the bridge was safe.")] == ["Marta Lind's spokesman"]


def test_the_name_at_the_end_of_a_description_is_the_speaker() -> None:
    assert [speaker for speaker, _, _ in said("Ferry company spokesman Piet Aalders said the bridge was safe.")] == ["Piet Aalders"]
    assert [speaker for speaker, _, _ in said("The Energy Minister Marta Lind said the bridge was safe.")] == ["Marta Lind"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Marta Lind opened the bridge. She said it was safe.", "Marta Lind"),
        ("Marta Lind met Piet Aalders. He said the bridge was safe.", "Piet Aalders"),
        ("Mrs. Lind met Mr. Aalders. He said the bridge was safe.", "Aalders"),
        ("The bridge opened. He said it was safe.", None),
        ("The Port Authority said the bridge was safe. It added that the tunnel was not.", "Port Authority"),
    ],
)
def test_a_pronoun_goes_back_to_who_it_fits_last_or_to_nobody(text: str, speaker: str | None) -> None:
    assert said(text)[-1][0] == speaker


def test_two_speakers_are_named_together() -> None:
    text = "President Marta Lind and Mayor Piet Aalders said the bridge was safe."
    assert [speaker for speaker, _, _ in said(text)] == ["President Marta Lind and Mayor Piet Aalders"]


def test_an_interview_gives_its_answers_to_the_guest_and_none_of_its_questions() -> None:
    text = "Dr. Marta Lind runs the port.\n\nQ: Is it safe?\n\nA: The bridge is safe today.\n\nQ: And the tunnel?\n\nA: The tunnel is not."
    assert said(text) == [("Marta Lind", "asserts", "The bridge is safe today."), ("Marta Lind", "asserts", "The tunnel is not.")]


@pytest.mark.parametrize(
    "text", ["“Come and see the old bridge.” — Marta Lind", "Marta Lind, editor of the Post: “Come and see the old bridge.”"]
)
def test_a_quote_is_signed_behind_a_dash_or_before_a_colon(text: str) -> None:
    assert said(text) == [("Marta Lind", "asserts", "“Come and see the old bridge.”")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Marta Lind wrote the memo, and the old bridge was closed.", []),
        ("Marta Lind wrote that the old bridge was closed.", ["Marta Lind"]),
        ("The newsletter Billet & Pipe said two people had left.", ["newsletter Billet & Pipe"]),
        ("Interim Port Chairwoman Marta Lind said two people had left.", ["Marta Lind"]),
        ("Lind, a friend of the port who asked for calm, left.", []),
        ("Marta Lind was quoted as saying that the bridge was safe.", ["Marta Lind"]),
        ("Reports said the bridge was safe.", ["Reports"]),
        ("The bridge is reportedly safe.", []),
    ],
)
def test_a_thing_written_is_no_statement_and_a_source_is_named_as_it_stands(text: str, found: list[str]) -> None:
    assert [(speaker or "").removeprefix("the ") for speaker, _, _ in said(text)] == found


def test_a_new_paragraph_of_somebody_elses_has_its_own_speaker() -> None:
    text = "“We need a bridge for the lorries,” Marta Lind said.\n\n“We do not need a bridge at all,” Piet Aalders replied."
    assert [speaker for speaker, _, _ in said(text)] == ["Marta Lind", "Piet Aalders"]


def test_a_view_is_told_and_a_plan_is_not() -> None:
    text = "Marta Lind believes that the bridge is safe."
    assert [speaker for speaker, _, _ in said(text)] == ["Marta Lind"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“The bridge is old,” Eldmouth’s harbour minister, Marta Lind, told reporters.", "“The bridge is old,”"),
        ("“The bridge is old,” Marta Lind, head of the port authority, said.", "“The bridge is old,”"),
    ],
)
def test_a_description_between_a_quote_and_its_cue_is_no_part_of_the_quote(text: str, words: str) -> None:
    assert said(text) == [("Marta Lind", "asserts", words)]


def test_a_report_is_named_with_its_article_and_its_noun() -> None:
    assert said("The bridge is old, according to a report by the auditors Brandt & Osei.") == [("a report", "asserts", "The bridge is old")]
