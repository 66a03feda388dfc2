"""Gold files that a program has begun: sound, and marked so that nobody takes them for labels by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evals_made import gold, output, perfect
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.article import Article
from summarise.cli import main
from summarise.evals.evaluate import evaluate
from summarise.evals.gold.model import Gold
from summarise.evals.gold.read import parsed
from summarise.evals.labelling import prefilled_template
from summarise.text.yaml_nodes import Problems


def begun(line: dict[str, Any], text: str | None = None, labeller: str = "") -> tuple[Gold, str]:
    """What `prefilled_template` makes of a line of output, read and as text."""
    yaml = prefilled_template(Article(gold().text if text is None else text, id="reservoir"), output(line), labeller)
    faults = Problems("begun.yaml")
    found = parsed(yaml, faults)
    assert found is not None, [str(fault) for fault in faults.errors]
    return found, yaml


def test_every_sound_item_becomes_a_label_of_the_same_content() -> None:
    found, yaml = begun(perfect())
    assert "not taken over" not in yaml
    result = evaluate([found], [output(perfect())], resamples=20)
    names = ("claims.strict", "claims.joint", "claims.mode", "stances.triple", "figures.full")
    assert [result.estimate(name).value for name in names] == [1.0] * 5


def test_the_file_says_which_program_began_it() -> None:
    found, yaml = begun(perfect())
    assert (found.prefilled, found.labelled_by) == ("perfect", ("perfect",))
    assert yaml.splitlines()[1].startswith("# PRE-FILLED by perfect, not by a person.")
    assert begun(perfect(), labeller="ana")[0].labelled_by == ("ana",)


def test_check_accepts_it_and_says_what_it_is() -> None:
    faults = Problems("begun.yaml")
    parsed(begun(perfect())[1], faults)
    assert [fault.message for fault in faults.warnings if fault.path == "labelled.prefilled"] == [
        "pre-filled by perfect: it never counts for agreement"
    ]


def test_a_score_against_it_is_told_to_be_one() -> None:
    (warning,) = evaluate([begun(perfect())[0]], [output(perfect())], resamples=20).warnings
    assert warning == "not labelled by hand but pre-filled by a program, so a score against it shows little: reservoir"


def test_what_makes_no_sound_label_stands_there_as_a_comment_with_the_reason() -> None:
    line = perfect()
    line["claims"][1]["speaker"] = "Nobody Known"
    line["claims"][2]["evidence"] = [{"quote": "words of another text"}]
    line["figures"][0]["value"] = 17
    found, yaml = begun(line)
    assert (len(found.labels.claims), len(found.labels.figures)) == (len(line["claims"]) - 2, len(line["figures"]) - 1)
    assert "# not taken over: speaker: 'Nobody Known' is no entity and stands nowhere in the text" in yaml
    assert "# not taken over: quote: missing\n" in yaml
    assert "# not taken over: value: 17 is not in the quote" in yaml
    assert "#- value: 17\n" in yaml


def test_a_quote_that_stands_twice_is_told_by_its_number() -> None:
    text = "Rain fell. Ann Lee smiled. Rain fell."
    line = {"article": {"id": "a"}, "claims": [{"text": "Rain fell again.", "evidence": [{"start": 27, "end": 37, "quote": "Rain fell."}]}]}
    found, _ = begun(line, text)
    assert found.labels.claims[0].spans == (((27, 36),),)


@given(st.text(max_size=80), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=150)
def test_whatever_an_output_holds_the_file_can_be_read(wording: str, quote: str, name: str) -> None:
    line = {
        "article": {"id": "a"},
        "claims": [{"text": wording, "speaker": name, "mode": name, "evidence": [{"quote": quote}, {"start": 0, "end": 4}]}],
        "stances": [{"holder": name, "target": wording, "polarity": "favour", "evidence": [{"quote": "Rain fell"}]}],
        "figures": [{"quote": "12 units", "value": 12, "unit": quote, "measure": wording, "as_of": name, "currency": name}],
    }
    found, _ = begun(json.loads(json.dumps(line)), f"Rain fell, 12 units of it. {quote}")
    assert found.prefilled == "a program"


def test_an_empty_output_gives_the_empty_form() -> None:
    found, _ = begun({"article": {"id": "a"}})
    assert (found.labels.claims, found.labels.stances, found.labels.figures) == ((), (), ())


def test_the_command_begins_with_what_the_mock_client_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reservoir.txt").write_text(gold().text)
    assert main(["eval", "label", str(tmp_path / "reservoir.txt"), "--prelabel", "-o", str(tmp_path / "new.yaml")]) == 0
    assert main(["eval", "check", str(tmp_path / "new.yaml")]) == 0
    assert "remark: labelled.prefilled: pre-filled by mock" in capsys.readouterr().out
    assert main(["eval", "agreement", str(tmp_path / "new.yaml"), str(tmp_path / "new.yaml")]) == 3
    assert "never count for agreement" in capsys.readouterr().err


def test_the_command_begins_with_a_summary_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reservoir.txt").write_text(gold().text)
    (tmp_path / "out.jsonl").write_text(json.dumps({**perfect(), "article": {"id": "reservoir"}}))
    words = ["eval", "label", str(tmp_path / "reservoir.txt"), "--summaries", str(tmp_path / "out.jsonl")]
    (article,) = _articles(tmp_path)
    (tmp_path / "out.jsonl").write_text(json.dumps({**perfect(), "article": {"id": "x", "sha256": article.sha256}}))
    assert main([*words, "-o", str(tmp_path / "new.yaml")]) == 0
    assert "prefilled: perfect" in (tmp_path / "new.yaml").read_text()
    (tmp_path / "out.jsonl").write_text(json.dumps({**perfect(), "article": {"id": "another"}}))
    assert main(words) == 2
    assert "holds no summary of" in capsys.readouterr().err
    (tmp_path / "out.jsonl").write_text(json.dumps({"article": {"sha256": article.sha256}, "error": "too dear"}))
    assert main(words) == 2
    assert "there is no summary of it: too dear" in capsys.readouterr().err


def _articles(folder: Path) -> list[Any]:
    from summarise.reading import read

    return list(read([str(folder / "reservoir.txt")]))
