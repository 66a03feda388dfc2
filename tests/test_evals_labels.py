"""The labels of this repository: sound, complete, and described as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "evals/README.md").read_text(encoding="utf-8")


def eval_(*words: str) -> str:
    command = [sys.executable, "-m", "summarise.cli", "eval", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, env=os.environ | {"COLUMNS": "100"}).stdout


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


def test_the_scores_in_the_readme_are_those_of_today(tmp_path: Path) -> None:
    assert shown("scores") == eval_("-q", "-o", str(tmp_path / "result.json")).splitlines()
