"""`summarise eval`, as a user meets it: real processes, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from evals_made import GOLD, changed, gold, perfect

from summarise.cli import main


def run(*words: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISE_", "OPENAI_"))}
    command = [sys.executable, "-W", "error", "-m", "summarise.cli", "eval", *words]
    return subprocess.run(command, capture_output=True, check=False, text=True, env=clean, cwd=cwd, timeout=60, input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one gold file where it is looked for."""
    (tmp_path / "evals" / "gold").mkdir(parents=True)
    (tmp_path / "evals" / "gold" / "reservoir.yaml").write_text(GOLD)
    return tmp_path


def test_without_arguments_the_mock_client_is_scored_and_a_result_written(folder: Path) -> None:
    done = run(cwd=folder)
    (result,) = (folder / "evals" / "results").iterdir()
    data = json.loads(result.read_text())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 article in 1 cluster · 0 failed\n")
    assert " · guide 3 · metrics 3 · package summarise-articles " in done.stdout
    assert f"result: evals/results/{result.name}" in done.stderr
    assert (data["signature"]["model"], data["settings"]["repeats"], data["made"][:10]) == ("mock", 1, result.name[:10])
    assert data["articles"][0]["text"] == gold().text


def test_anybodys_json_lines_are_scored_and_bad_lines_told(folder: Path) -> None:
    (folder / "theirs.jsonl").write_text(json.dumps(perfect()) + "\nnonsense\n")
    done = run("--summaries", "theirs.jsonl", "-q", "--markdown", "-o", "r.json", cwd=folder)
    assert done.returncode == 0
    assert "| claims: F1, one to one | 1.000 | 1.000–1.000 | 4 |" in done.stdout
    assert done.stderr == "summarise: theirs.jsonl:2: Expecting value: line 1 column 1 (char 0)\n"


def test_the_result_on_stdout_is_json_alone(folder: Path) -> None:
    (folder / "theirs.jsonl").write_text(json.dumps(perfect()))
    assert json.loads(run("--summaries", "theirs.jsonl", "-o", "-", cwd=folder).stdout)["failed_n"] == 0


def test_an_article_without_a_summary_makes_the_exit_code_1(folder: Path) -> None:
    (folder / "theirs.jsonl").write_text('{"article": {"id": "reservoir"}, "error": {"kind": "limit", "message": "too dear"}}')
    assert run("--summaries", "theirs.jsonl", "-o", "r.json", cwd=folder).returncode == 1


def test_a_file_whose_name_is_no_text_is_scored_all_the_same(folder: Path) -> None:
    name = os.fsdecode(b"th\xffeirs.jsonl")
    try:
        (folder / name).write_text('{"article": {"id": "another"}}')
    except OSError:
        pytest.skip("this file system takes no such names")
    done = run("--summaries", name, "-o", "r.json", cwd=folder)
    data = json.loads((folder / "r.json").read_text())
    assert (done.returncode, data["settings"], data["articles"][0]["runs"][0]["failed"]) == (
        1,
        {"summaries": "th?eirs.jsonl"},
        "not in th?eirs.jsonl",
    )


def test_a_gate_decides_the_exit_code_and_junit_tells_it(folder: Path) -> None:
    (folder / "theirs.jsonl").write_text(json.dumps(perfect()))
    (folder / "gate.toml").write_text('[metrics."claims.f1"]\nceiling = 0.5\n')
    done = run("--summaries", "theirs.jsonl", "-o", "r.json", "--gate", "gate.toml", "--junit", "j.xml", cwd=folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "gate failed")
    assert 'name="gate" tests="2" failures="1"' in (folder / "j.xml").read_text()


def test_two_results_are_compared_and_a_gate_judges_the_drop(folder: Path) -> None:
    for name, line in (("a", perfect()), ("b", changed(lambda line: line["claims"].pop()))):
        (folder / f"{name}.jsonl").write_text(json.dumps(line))
        assert run("--summaries", f"{name}.jsonl", "-o", f"{name}.json", "-q", cwd=folder).returncode == 0
    (folder / "gate.toml").write_text('[metrics."claims.f1"]\nmax_drop = 0.01\n')
    plain = run("compare", "a.json", "b.json", cwd=folder)
    assert plain.returncode == 0 and "− reservoir c4: Tom Birk was not offered money for his land." in plain.stdout
    assert run("compare", "a.json", "b.json", "--gate", "gate.toml", cwd=folder).returncode == 0
    assert run("compare", "a.json", "b.json", "a.json", "--gate", "gate.toml", "--strict", cwd=folder).returncode == 1


def test_results_of_other_gold_give_exit_code_3(folder: Path) -> None:
    (folder / "a.jsonl").write_text(json.dumps(perfect()))
    run("--summaries", "a.jsonl", "-o", "a.json", cwd=folder)
    (folder / "evals" / "gold" / "reservoir.yaml").write_text(GOLD.replace("polarity: against", "polarity: mixed"))
    run("--summaries", "a.jsonl", "-o", "b.json", cwd=folder)
    done = run("compare", "a.json", "b.json", cwd=folder)
    assert done.returncode == 3
    assert done.stderr.startswith("summarise: the results cannot be compared, they differ in: gold ")


def test_check_tells_every_fault_and_gives_exit_code_2(folder: Path) -> None:
    sound = run("check", cwd=folder)
    assert (sound.returncode, sound.stdout) == (0, "")
    assert sound.stderr.startswith("1 sound gold file: 5 claims, 4 stances, 4 figures; digest ")
    (folder / "evals" / "gold" / "broken.yaml").write_text(GOLD.replace("  mode:", "  mood:"))
    done = run("check", cwd=folder)
    assert done.returncode == 2
    assert [line.split(" ")[0] + line.split(" ")[1] for line in done.stdout.splitlines()] == [
        f"evals/gold/broken.yaml:{line}:claims.{at}.mood:" for line, at in ((29, 0), (39, 2), (44, 3))
    ]


def test_broken_gold_stops_scoring_with_every_fault_and_no_traceback(folder: Path) -> None:
    (folder / "evals" / "gold" / "broken.yaml").write_text("format: 1\n")
    done = run(cwd=folder)
    assert done.returncode == 2
    assert done.stderr.splitlines()[:2] == ["summarise: the gold labels have 3 faults:", "evals/gold/broken.yaml:1: id: missing"]


def test_label_writes_a_skeleton_and_never_over_labels(folder: Path) -> None:
    (folder / "rain.txt").write_text("Rain fell on Monday. Nobody said a word about it.\n")
    done = run("label", "rain.txt", "--by", "ana", cwd=folder)
    assert done.returncode == 0 and "# [2] Nobody said a word about it." in done.stdout
    again = run("label", "rain.txt", "-o", "evals/gold/reservoir.yaml", cwd=folder)
    assert (again.returncode, (folder / "evals" / "gold" / "reservoir.yaml").read_text()) == (2, GOLD)
    assert "is there already" in again.stderr


def test_gold_may_refer_to_an_article_of_any_format_that_is_read(folder: Path) -> None:
    """The text is what the reader makes of the page, and the digest is that of the text."""
    import summarise as sm

    (folder / "page.html").write_text(
        f"<html><body><article>{''.join(f'<p>{line}</p>' for line in gold().text.splitlines())}</article></body></html>"
    )
    (article,) = sm.read([str(folder / "page.html")])
    assert isinstance(article, sm.Article)
    head, rest = GOLD.split("text: |")[0], GOLD[GOLD.index("entities:") :]
    (folder / "evals" / "gold" / "reservoir.yaml").write_text(f"{head}article: ../../page.html\nsha256: {article.sha256}\n{rest}")
    assert run("check", cwd=folder).returncode == 0


def test_agreement_of_a_file_with_itself_is_full(folder: Path) -> None:
    done = run("agreement", "evals/gold", "evals/gold/reservoir.yaml", cwd=folder)
    assert done.returncode == 0 and "stances.alpha (ordinal)  1.000" in done.stdout


@pytest.mark.parametrize(
    "words", [["--gold", "gone"], ["--summaries", "gone.jsonl"], ["--gate", "gone.toml"], ["--repeats", "0"], ["compare", "a.json"]]
)
def test_what_is_missing_or_wrong_is_told_with_exit_code_2(words: list[str], folder: Path) -> None:
    done = run(*words, cwd=folder)
    assert done.returncode == 2 and done.stderr.startswith("summarise: ") and "Traceback" not in done.stderr


def test_help_loads_no_heavy_module() -> None:
    code = "import sys\nfrom summarise.cli import main\ntry: main(['eval', '--help'])\nexcept SystemExit: pass\n"
    told = "print(sorted({'numpy', 'pydantic', 'yaml', 'rich', 'openai'} & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code + told], capture_output=True, check=True, text=True)
    assert done.stderr == "[]\n"


def test_repeats_ask_again_and_are_averaged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold_folder = str(folder / "evals" / "gold")
    assert main(["eval", "--gold", gold_folder, "--repeats", "2", "-q", "-o", str(folder / "r.json")]) == 0
    assert capsys.readouterr().out.startswith("1 article in 1 cluster · 0 failed · 2 repeats\n")
    assert len(json.loads((folder / "r.json").read_text())["articles"][0]["runs"]) == 2
