"""A stretch of an article as a claim that can be read on its own."""

from __future__ import annotations

import pytest

from summarise.clients.mock.claims import PlacedClaim, Ranking, choose, gist_of
from summarise.clients.mock.lexicon import forms, regular, words
from summarise.clients.mock.wording import LONGEST, as_sentence, balanced, quoted
from summarise.schema import DraftClaim


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("However, the bridge is safe.", "The bridge is safe."),
        ("But the bridge\n is\u00a0safe", "The bridge is safe."),
        ("In Eldmouth, the bridge is safe.", "In Eldmouth, the bridge is safe."),
        ("EAST ELDMOUTH, May 8, 2015 (Wire) - The bridge is safe.", "The bridge is safe."),
        ("“The bridge is safe,”", "“The bridge is safe.”"),
        ("The bridge is “safe", "The bridge is “safe”."),
        ("The bridge is safe!", "The bridge is safe!"),
        ("*The bridge is safe.*", "The bridge is safe."),
        ("The ferry _Nova_ costs 5 * 3 kroner.", "The ferry Nova costs 5 * 3 kroner."),
        ("", ""),
        (" ,", ""),
    ],
)
def test_a_wording_is_one_whole_sentence(text: str, wording: str) -> None:
    assert as_sentence(text) == wording


def test_a_wording_that_is_too_long_ends_with_a_sentence_or_a_mark() -> None:
    assert as_sentence("The bridge is safe. " * 60).endswith("The bridge is safe.")
    assert as_sentence("bridge " * 200).endswith("…")
    assert max(len(as_sentence(text)) for text in ("The bridge is safe. " * 60, "bridge " * 200, "b" * 2000)) <= LONGEST


@pytest.mark.parametrize(
    ("text", "whole"), [("“one", "“one”"), ("one”", "“one”"), ('"one', '"one"'), ('one"', '"one"'), ("“one”", "“one”")]
)
def test_a_missing_quotation_mark_is_added(text: str, whole: str) -> None:
    assert balanced(text) == whole


def told(text: str, speaker: str | None = None, line: str = "", weight: float = 0.0) -> PlacedClaim:
    return PlacedClaim(DraftClaim(text=text, speaker=speaker, mode="asserts", sentences=[1]), line, weight)


def test_words_are_put_in_quotation_marks_once() -> None:
    assert [quoted(text) for text in ("I see.", "“I see.”", "")] == ["“I see.”", "“I see.”", ""]


@pytest.mark.parametrize(
    ("first", "gist"),
    [
        (told("The bridge is safe.", "Marta Lind"), "The bridge is safe, according to Marta Lind."),
        (
            told("The bridge is safe.", "Marta Lind", "Mayor Marta Lind said the bridge is safe."),
            "Mayor Marta Lind said the bridge is safe.",
        ),
        (told("“It is old.”", "Piet Aalders"), "“It is old,” Piet Aalders said."),
        (told("Piet Aalders denied it.", "Piet Aalders"), "Piet Aalders denied it."),
        (told("“Is it old?”", "Piet Aalders"), "“Is it old?” (Piet Aalders)"),
    ],
)
def test_a_gist_names_the_speaker_once(first: PlacedClaim, gist: str) -> None:
    assert gist_of([first]) == gist


def test_a_gist_goes_on_with_the_most_central_claim_that_fits_and_is_no_quote() -> None:
    others = [told("Two."), told("x" * 400, weight=3), told("“Three.”", weight=2), told("Four.", weight=1)]
    assert gist_of([told("One."), *others]) == "One. Four."
    assert gist_of([]) == ""


def test_verbs_are_inflected_by_rule_and_by_list() -> None:
    assert regular("deny") == ("denies", "denied", "denying")
    assert regular("admit", doubles=True) == ("admits", "admitted", "admitting")
    assert regular("argue") == ("argues", "argued", "arguing")
    assert {form for form, base in forms("cues", "says").items() if base == "say"} == {"say", "says", "said", "saying"}
    assert forms("cues", "demands")["called_for"] == "call_for"


@pytest.mark.parametrize(
    "name",
    [
        "clients/mock/words/cues",
        "clients/mock/words/grammar",
        "clients/mock/words/irregular",
        "clients/mock/words/people",
        "clients/mock/words/sentiment",
        "clients/mock/words/stances",
        "text/boilerplate",
    ],
)
def test_every_word_list_says_where_it_comes_from(name: str) -> None:
    from importlib import resources

    first = resources.files("summarise").joinpath(f"{name}.txt").read_text(encoding="utf-8").split("\n[")[0]
    assert first.startswith("# ")
    assert "Written for this package" in first


def test_word_lists_hold_lower_case_words() -> None:
    assert {w for w in words("people", "titles") if w != w.lower()} == set()


def test_the_best_sentences_are_chosen_in_order_of_need_and_never_twice_the_same() -> None:
    stems = [frozenset(words) for words in (["a", "b"], ["c", "d"], ["a", "b", "e"], ["f"])]
    assert choose(Ranking([1.0, 3.0, 2.0, 0.0], stems), most=3) == [1, 2]
    assert choose(Ranking([1.0, 3.0, 2.0, 0.5], stems), most=2) == [1, 2]
