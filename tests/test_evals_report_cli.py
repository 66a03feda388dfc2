"""The HTML report, as a user asks for it: real processes, real files."""

from __future__ import annotations

import json
from pathlib import Path

from evals_made import GOLD, perfect
from test_evals_cli import run
from test_evals_report import mixed


def results(folder: Path) -> None:
    """A good.json and a bad.json of the same gold."""
    (folder / "evals" / "gold").mkdir(parents=True)
    (folder / "evals" / "gold" / "reservoir.yaml").write_text(GOLD)
    for name, line in (("good", perfect()), ("bad", mixed())):
        (folder / f"{name}.jsonl").write_text(json.dumps(line))
        done = run("--summaries", f"{name}.jsonl", "-q", "-o", f"{name}.json", "--html", f"{name}.html", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")


def test_scoring_writes_a_report_beside_the_result(tmp_path: Path) -> None:
    results(tmp_path)
    page = (tmp_path / "bad.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>\n<html lang=en>")
    assert "<title>Evaluation of perfect</title>" in page
    assert "✗ Missed claims" in page


def test_a_report_is_made_of_a_result_without_a_new_run(tmp_path: Path) -> None:
    results(tmp_path)
    done = run("report", "bad.json", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run("report", "bad.json", "-o", "-", cwd=tmp_path).stdout == (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<title>Evaluation of bad</title>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_comparing_writes_one_report_of_all(tmp_path: Path) -> None:
    results(tmp_path)
    assert run("compare", "good.json", "bad.json", "--html", "both.html", cwd=tmp_path).returncode == 0
    assert run("report", "good.json", "bad.json", "-o", "same.html", "--full", cwd=tmp_path).returncode == 0
    assert (tmp_path / "both.html").read_bytes() == (tmp_path / "same.html").read_bytes()
    assert "<h3>B against A</h3>" in (tmp_path / "both.html").read_text(encoding="utf-8")


def test_a_report_of_what_is_no_result_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}")
    done = run("report", "no.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    fault, hint = done.stderr.splitlines()
    assert fault == "summarise: no.json:1: no result file that can be read: its format is not 1"
    assert hint == "  → results are written by summarise eval -o FILE"


def test_a_report_that_cannot_be_written_is_a_plain_error(tmp_path: Path) -> None:
    results(tmp_path)
    (tmp_path / "here").mkdir()
    done = run("report", "good.json", "-o", "here", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("summarise: here: cannot write: ")
