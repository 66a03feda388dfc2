"""`summarise compare`, `summarise report` and the same as a library, from articles and from stored summaries."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_summaries import failure, summary

import summarise as sm
from summarise.errors import InputError, UsageError

FIRST = "Police in Garrick said the dam at Mount Harrow destroyed 46 houses in Flat Street.\n"
SECOND = "The flood from the dam at Mount Harrow destroyed 61 houses in Flat Street, the police in Garrick said.\n"


def run(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "summarise.cli", *map(str, words)]
    known = {"PATH": os.environ["PATH"], "HOME": str(cwd), "COLUMNS": "120", **environment}
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in (("one", FIRST), ("two", SECOND)):
        (folder / f"{name}.md").write_text(f"---\ntitle: The {name}\npublished: 2025-03-11\n---\n{text}", encoding="utf-8")
    return folder


def test_compare_says_what_disagrees(articles: Path, tmp_path: Path) -> None:
    done = run("compare", articles, "-f", "table", "-q", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:8] == [
        "⚠ 1 disagreement · ✓ 0 agreements · ✗ 1 claim contradicted",
        "",
        "articles",
        "  A The one · 2025-03-11",
        "  B The two · 2025-03-11",
        "",
        "figures side by side",
        "  ⚠ houses, dam at Mount Harrow 46 (A) 61 (B)",
    ]


def test_compare_writes_json_into_a_pipe(articles: Path, tmp_path: Path) -> None:
    done = run("compare", articles, "-q", cwd=tmp_path)
    data = json.loads(done.stdout)
    assert list(data) == ["schema_version", "sources", "failures", "figures", "claims", "stances", "timeline"]
    assert [(one["key"], one["id"], one["published"], one["origin"]) for one in data["sources"]] == [
        ("A", "one", "2025-03-11", "A"),
        ("B", "two", "2025-03-11", "B"),
    ]
    (group,) = data["figures"]
    assert (group["verdict"], group["sources"], group["relations"]) == (
        "disagree",
        ["A", "B"],
        [{"first": 0, "second": 1, "verdict": "disagree", "reason": "the same thing at the same time"}],
    )
    cited = group["readings"][1]["figures"][0]
    assert (cited["source"], cited["figure"], cited["quote"], cited["value"], cited["evidence"]) == (
        "B",
        "f1",
        "61 houses",
        61,
        [SECOND.strip()],
    )


def test_stored_summaries_are_compared_as_they_are(articles: Path, tmp_path: Path) -> None:
    stored = tmp_path / "out.jsonl"
    assert run("run", articles, "-o", stored, "-q", cwd=tmp_path).returncode == 0
    from_articles, from_stored = (json.loads(run("compare", path, "-q", cwd=tmp_path).stdout) for path in (articles, stored))
    assert from_articles == from_stored
    zipped = tmp_path / "out.jsonl.gz"
    zipped.write_bytes(gzip.compress(stored.read_bytes()))
    assert json.loads(run("compare", zipped, "-q", cwd=tmp_path).stdout) == from_stored


def test_articles_and_summaries_may_be_mixed_and_keep_their_order(articles: Path, tmp_path: Path) -> None:
    stored = tmp_path / "out.jsonl"
    assert run("run", articles / "one.md", "-o", stored, "-q", cwd=tmp_path).returncode == 0
    data = json.loads(run("compare", articles / "two.md", stored, "-q", cwd=tmp_path).stdout)
    assert [(one["key"], one["id"]) for one in data["sources"]] == [("A", "two"), ("B", "one")]


def test_a_line_that_is_no_summary_costs_no_other(tmp_path: Path) -> None:
    stored = tmp_path / "mixed.jsonl"
    stored.write_text(f"{summary().to_json()}\n\nnonsense\n{failure().to_json()}\n", encoding="utf-8")
    done = run("compare", stored, "-q", cwd=tmp_path)
    data = json.loads(done.stdout)
    assert (done.returncode, len(data["sources"])) == (1, 1)
    assert [one["id"] for one in data["failures"]] == [f"{stored}:3", "bad"]
    assert data["failures"][0]["error"]["message"].startswith(f"{stored}:3: no summary: ")


def test_a_file_of_nothing_but_nonsense_is_an_input_error(tmp_path: Path) -> None:
    stored = tmp_path / "bad.jsonl"
    stored.write_text('{"article": {}, "claims": []}\n', encoding="utf-8")
    done = run("compare", stored, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        f"summarise: {stored}: holds no summary\n  → summaries are JSON lines, as summarise run -o FILE.jsonl writes them\n",
    )
    assert "Traceback" not in done.stderr


def test_report_writes_one_file(articles: Path, tmp_path: Path) -> None:
    done = run("report", articles, "-q", cwd=tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "")
    assert page.startswith("<!doctype html>")
    assert "46 houses" in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "report.html"]


def test_the_suffix_names_the_format(articles: Path, tmp_path: Path) -> None:
    assert run("report", articles, "-q", "-o", "r.md", cwd=tmp_path).returncode == 0
    assert (tmp_path / "r.md").read_text(encoding="utf-8").startswith("<!-- generator: summarise -->\n\n# ")
    assert run("compare", articles, "-q", "-o", "c.html", cwd=tmp_path).returncode == 0
    assert (tmp_path / "c.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_unknown_format_names_those_there_are(articles: Path, tmp_path: Path) -> None:
    done = run("report", articles, "-f", "pdf", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "summarise: unknown format 'pdf'\n  → formats are html, markdown\n")


def test_names_that_the_user_joins_are_one(tmp_path: Path) -> None:
    text = "“We oppose the {} sanctions,” Ana Ruiz said. Ana Ruiz opposes the sanctions.\n"
    stored = tmp_path / "s.jsonl"
    with sm.Summariser() as summariser:
        items = [summariser.summarise(sm.Article(text=text.format(word), id=word)) for word in ("new", "old")]
    stored.write_text("".join(item.to_json() + "\n" for item in items), encoding="utf-8")
    names = tmp_path / "names.yaml"
    names.write_text("Madam Ruiz: [Ana Ruiz]\n", encoding="utf-8")
    data = json.loads(run("compare", stored, "--names", names, "-q", cwd=tmp_path).stdout)
    assert data["stances"]["holders"] == ["Madam Ruiz"]
    assert run("compare", stored, "--names", tmp_path / "none.yaml", cwd=tmp_path).returncode == 2


def test_the_library_compares_reads_and_reports(tmp_path: Path) -> None:
    with sm.Summariser(with_text=True) as summariser:
        run_ = summariser.run(
            [sm.Article(text=FIRST, id="one", published="2025-03-11"), sm.Article(text=SECOND, id="two", published="2025-03-11")]
        )
    run_.write(tmp_path / "out.jsonl")
    again = sm.Run.read(tmp_path / "out.jsonl")
    assert again.items == run_.items
    assert [group.verdict for group in again.compare().figures] == ["disagree"]
    again.report(tmp_path / "r.html")
    assert (tmp_path / "r.html").stat().st_size > 10_000
    assert "46" in again.compare()._repr_html_()
    with pytest.raises(InputError):
        sm.Run.read(tmp_path / "none.jsonl")
    with pytest.raises(UsageError):
        again.compare(tmp_path / "none.yaml")
