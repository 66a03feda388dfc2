"""The labels of this repository: sound, complete, and described as they are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from summarise.evals.results import read_result

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "evals/README.md").read_text(encoding="utf-8")


def eval_(*words: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "summarise.cli", "eval", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, env=os.environ | {"COLUMNS": "100"})
    assert done.returncode == code, done.stderr
    return done.stdout


def shown(name: str) -> list[str]:
    return README.split(f"<!-- {name} -->\n```text\n")[1].split("```")[0].splitlines()


def test_every_article_of_the_corpus_is_labelled() -> None:
    articles = {path.stem for path in (ROOT / "corpus").iterdir() if path.suffix}
    assert articles == {path.stem for path in (ROOT / "evals/gold").iterdir()}


@pytest.mark.parametrize("folder", ["gold", "labels/first", "labels/second"])
def test_the_labels_are_sound(folder: str) -> None:
    assert eval_("check", f"evals/{folder}") == ""


def test_the_agreement_in_the_readme_is_that_of_the_files() -> None:
    assert shown("agreement") == eval_("agreement", "evals/labels/first", "evals/labels/second").splitlines()


def test_the_thresholds_are_right_as_often_as_the_documentation_says() -> None:
    command = [sys.executable, "benchmarks/calibrate.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()
    lines = (ROOT / "docs/evals.md").read_text(encoding="utf-8").split("| pairs | threshold in use |")[1].split("\n\n")[0].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines]
    right = [re.findall(r"0(\.\d{3})", line)[0] for line in told if line.startswith(("  first", "  in use", "  chosen"))]
    assert [share for row in rows for share in (row[5], row[2], row[3])] == right
    assert [row[0].split()[0] for row in rows] == [line.split()[1] for line in told if " pairs, " in line]


def test_the_rule_for_conveys_agrees_with_the_judge_as_often_as_the_documentation_says() -> None:
    command = [sys.executable, "benchmarks/calibrate.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("conveys: ")[1].splitlines()
    line = re.compile(r"  (.+?) +(\d+) +0(\.\d{3}) \[([01]\.\d{3}), ([01]\.\d{3})\] +(\d+) wrongly conveyed, (\d+) wrongly not")
    measured = []
    for one in told[1:]:
        what, n, share, low, high, falsely, missed = line.fullmatch(one).groups()  # type: ignore[union-attr]
        interval = "–".join(end.replace("0.", ".", 1) if end < "1" else end for end in (low, high))
        measured.append([what, n, share, interval, falsely, missed])
    table = (ROOT / "docs/evals.md").read_text(encoding="utf-8").split("| judged | n |")[1].split("\n\n")[0].splitlines()[2:]
    assert [row.strip("| ").split(" | ") for row in table] == measured
    (unused,) = [row for row in measured if row[0] == "claims not used"]
    assert f"{unused[2]} of {unused[1]} hard pairs" in README


def test_the_scores_in_the_readme_are_those_of_today(tmp_path: Path) -> None:
    assert shown("scores") == eval_("-q", "-o", str(tmp_path / "result.json")).splitlines()


RECORDED = ("large-llm",)


def test_recorded_answers_are_scored_again_with_no_server(tmp_path: Path) -> None:
    results = [tmp_path / f"{name}.json" for name in ("mock", *RECORDED)]
    eval_("-q", "-o", str(results[0]))
    for model, result in zip(RECORDED, results[1:], strict=True):
        eval_("-q", "--model", model, "--replay", f"cache/{model}.jsonl", "-o", str(result))
    assert shown("recorded") == eval_("compare", *map(str, results)).splitlines()[: len(shown("recorded"))]
    assert [read_result(result).estimate("text.hallucinated").value == 0 for result in results] == [True, False]
    runs = [run for article in json.loads(results[1].read_text(encoding="utf-8"))["articles"] for run in article["runs"]]
    items = [item for run in runs for listed in run["items"].values() for item in listed if item["invented"]]
    # "one grant" of each, and the Friday before the day of publication: counted, though nobody made them up.
    assert [(item["id"], item["invented"]) for item in items] == [("f21", ["1"]), ("c9", ["25"])]


def test_the_recordings_hold_every_article_once() -> None:
    for model in RECORDED:
        lines = [json.loads(line) for line in (ROOT / f"cache/{model}.jsonl").read_text(encoding="utf-8").splitlines()]
        assert sorted(line["about"]["article"] for line in lines) == sorted(path.stem for path in (ROOT / "evals/gold").iterdir())
        assert {line["about"]["model"] for line in lines} == {model}


@pytest.mark.parametrize("folder", ["gold", "labels/first", "labels/second"])
def test_every_label_given_as_an_answer_passes_grounding(folder: str) -> None:
    command = [sys.executable, "-m", "summarise.cli", "eval", "check", f"evals/{folder}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert "would be refused" not in done.stderr
