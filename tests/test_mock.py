"""The draft of the offline client, as a reader meets it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from summarise import Article, Document
from summarise.clients.mock import Mock, draft
from summarise.ground import check
from summarise.prompt import Request, load
from summarise.schema import MOST_CLAIMS, Draft, DraftClaim, DraftFigure, DraftStance

SHARED = Path(__file__).parents[2] / "shared" / "articles"

NEWS = """Updated 10:35 AM, Tue, Apr 8, 2025

Share this

Eldmouth's harbour council voted on Tuesday to back a road tunnel under the estuary, its chair, Marta Lind, said.

"The tunnel will take at least 12,000 lorries a day off the old bridge by 2031," Lind told reporters.

The project is now expected to cost 1.4 billion euros, according to a report by the auditors Brandt & Osei.

However, opposition councillor Piet Aalders called the plan "a disgraceful waste of concrete" and praised the ferries.

Ferry operator Nordlink denied that it had offered to sell its terminals.

Read more: Our guide to the estuary

Leave a Reply

Your email address will not be published.
"""


def drafted(text: str, title: str | None = None) -> Draft:
    return draft(Document.of(Article(text, title=title)))


def test_every_claim_is_a_sentence_of_the_article_with_its_speaker() -> None:
    claims = {(claim.speaker, claim.mode, claim.text) for claim in drafted(NEWS).claims}
    assert ("Marta Lind", "asserts", '"The tunnel will take at least 12,000 lorries a day off the old bridge by 2031."') in claims
    assert ("Nordlink", "denies", "Ferry operator Nordlink denied that it had offered to sell its terminals.") in claims


def test_boilerplate_is_no_claim() -> None:
    words = " ".join(claim.text for claim in drafted(NEWS).claims) + drafted(NEWS).gist
    assert not any(mark in words for mark in ("Updated", "Share", "Read more", "Leave a Reply", "email"))


def test_there_are_never_more_claims_than_an_answer_may_list() -> None:
    document = Document.of(Article(NEWS))
    assert 3 <= len(draft(document).claims) <= MOST_CLAIMS


def test_a_judgement_and_a_verb_of_praise_are_stances() -> None:
    rows = {(stance.holder, stance.target, stance.polarity) for stance in drafted(NEWS).stances}
    assert {("Piet Aalders", "plan", "against"), ("Piet Aalders", "ferries", "favour")} <= rows


def test_a_figure_has_the_speaker_of_its_sentence() -> None:
    document = Document.of(Article(NEWS))
    speakers = {
        document.article.text[m.figure.start : m.figure.end]: f.speaker for f in draft(document).figures if (m := document.mention(f.id))
    }
    assert "Marta Lind" in speakers.values()


def test_a_draft_passes_grounding_without_a_fault() -> None:
    document = Document.of(Article(NEWS))
    assert check(document)(draft(document)) == []


def test_the_gist_is_made_of_whole_claims() -> None:
    result = drafted(NEWS)
    assert 0 < len(result.gist) <= 700
    assert result.gist.endswith((".", '"', "”"))


@pytest.mark.parametrize("text", ["", " \n\n ", "…", "Menu", "12 March 2024", "• tea\n• milk", "Read more\n\nShare", "?!"])
def test_a_text_without_statements_has_an_empty_draft(text: str) -> None:
    assert drafted(text) == Draft(gist="", claims=[], stances=[], figures=[], missed_figures=[])


def test_an_opener_is_cut_and_a_dateline_too() -> None:
    text = "OSLO, May 8 (Wire) - However, the harbour council voted to build the long tunnel under the estuary."
    assert [claim.text for claim in drafted(text).claims] == ["The harbour council voted to build the long tunnel under the estuary."]


def test_a_near_duplicate_is_chosen_once() -> None:
    sentence = "The harbour council voted to build the long road tunnel under the northern estuary of Eldmouth."
    assert len(drafted(f"{sentence} {sentence} {sentence}").claims) == 1


def test_the_answer_is_the_draft_as_json_and_costs_nothing() -> None:
    document = Document.of(Article(NEWS))
    request = Request(document, load(), 1, len(document.sentences))

    async def ask() -> tuple[str, int, str]:
        async with Mock() as client:
            answer = await client.answer(request)
            assert client.context_tokens is None
            return answer.contents[0], answer.attempts, answer.client

    content, attempts, name = asyncio.run(ask())
    assert (Draft.model_validate_json(content), attempts, name) == (draft(document), 0, "mock")


def test_the_same_text_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = "from summarise import Article, Document; from summarise.clients.mock import draft; import sys; "
    code += "print(draft(Document.of(Article(sys.argv[1]))).model_dump_json())"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, NEWS], env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def test_importing_the_client_loads_no_heavy_module() -> None:
    code = "import sys, summarise.clients.mock; print(sorted({'openai', 'instructor', 'numpy', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.strip() == "[]"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the example articles beside the repository are not there")
def test_no_boilerplate_of_real_pages_is_a_claim() -> None:
    marks = (
        "Homepage",
        "Like Us",
        "Analytics",
        "Reuters –",
        "Compiled",
        "Leave a Reply",
        "commenting",
        "Blog at",
        "Stephen Lendman",
        "Matt ",
    )
    for file in sorted(SHARED.glob("*.txt")):
        result = drafted(file.read_text(encoding="utf-8"))
        assert result.claims
        assert not [claim.text for claim in result.claims if any(mark in claim.text for mark in marks)]


def test_the_shapes_of_a_draft_are_those_of_the_schema() -> None:
    result = drafted(NEWS)
    assert all(isinstance(claim, DraftClaim) for claim in result.claims)
    assert all(isinstance(stance, DraftStance) for stance in result.stances)
    assert all(isinstance(figure, DraftFigure) for figure in result.figures)
