"""Files that a command reads and that it writes: never the same, never two writers, nothing left behind. Real processes and files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from evals_made import GOLD
from made_summaries import failure, summary

from summarise.export import FORMATS, LAYERS, open_writer
from summarise.file_signatures import is_ours
from summarise.reading import read

ROOT = Path(__file__).parents[1]
ARTICLE = "The harbour council voted to back a tunnel that will cost 1.4 billion euros, its chair, Marta Lind, said on Tuesday.\n"
BUSY = "another run is writing it\n  → wait until it ends, or name another file\n"
SAME = "this command reads it, and would overwrite it\n  → give the output another name\n"


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "120"}


def summarise(*words: str, cwd: Path, stdin: str = "", stdout: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command; `stdin` and `stdout` are redirections as a shell writes them."""
    line = ["sh", "-c", f'exec "$@" {stdin} {stdout or ""}', "sh", sys.executable, "-m", "summarise.cli", *words]
    return subprocess.run(line, cwd=cwd, env=_environment(cwd.parent), capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one article."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "tunnel.txt").write_text(ARTICLE)
    return articles


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _ids(path: Path) -> list[str]:
    return [json.loads(line)["article"]["id"] for line in path.read_text().splitlines()]


# --- the output in the folder that is read ----------------------------------------------------------------------------


@pytest.mark.parametrize("where", [".", "*", "**", "**/*"])
def test_a_run_whose_output_lies_in_its_folder_ends_and_does_the_same_again(folder: Path, where: str) -> None:
    for number in range(300):
        (folder / f"{number:03}.txt").write_text(ARTICLE)
    first = summarise("run", where, "-o", "summaries.jsonl", cwd=folder)
    written = (folder / "summaries.jsonl").read_bytes()
    again = summarise("run", where, "-o", "summaries.jsonl", cwd=folder)
    assert (first.returncode, len(_ids(folder / "summaries.jsonl")), again.returncode) == (0, 301, 0)
    assert (folder / "summaries.jsonl").read_bytes() == written
    name = {".": "./summaries.jsonl"}.get(where, "summaries.jsonl")
    assert f"summarise: skipped 1 file that summarise wrote: '{name}'\n" in again.stderr
    assert (" · 301 articles\n" in first.stderr, " · 301 articles\n" in again.stderr) == (True, True)


@pytest.mark.parametrize("redirection", ["> out.jsonl", ">> out.jsonl"])
def test_stdout_may_go_to_a_file_in_the_folder_that_is_read(folder: Path, redirection: str) -> None:
    for _ in range(2):
        assert summarise("run", ".", cwd=folder, stdout=redirection).returncode == 0
    assert _ids(folder / "out.jsonl") == ["tunnel"] * (2 if ">>" in redirection else 1)


def test_stderr_may_go_to_a_file_in_the_folder_that_is_read(folder: Path) -> None:
    for _ in range(2):
        done = summarise("run", ".", "-o", "out.jsonl", cwd=folder, stdout="> log.txt 2>&1")
        assert (done.returncode, _ids(folder / "out.jsonl")) == (0, ["tunnel"])


def test_what_is_created_while_a_folder_is_read_is_not_read(folder: Path) -> None:
    reading = read([str(folder), f"{folder}/**/*.txt"])
    (folder / "later.txt").write_text(ARTICLE)
    assert [item.id for item in reading] == ["tunnel", "tunnel-2"]


def test_an_article_in_the_folder_that_is_read_is_no_output(folder: Path) -> None:
    (folder / "notes.md").write_text(ARTICLE)
    for words in (["run", "."], ["run", "*"], ["run", "**/*.md"], ["run", ".", "--dry-run"], ["compare", "."], ["report", "."]):
        done = summarise(*words, "-o", "notes.md", cwd=folder)
        assert (done.returncode, done.stderr.endswith(SAME)) == (2, True), (words, done.stderr)
    assert ((folder / "notes.md").read_text(), _names(folder)) == (ARTICLE, ["notes.md", "tunnel.txt"])


# --- what this program wrote ------------------------------------------------------------------------------------------


def _exports(folder: Path) -> None:
    for layer in LAYERS:
        for suffix in ("csv", "parquet"):
            with open_writer(folder / f"{layer}.{suffix}", layer=layer) as writer:
                writer.write(summary())
    for name, format in (("a.jsonl", None), ("a.jsonl.gz", None), ("a.json", "jsonl"), ("a.md", None), ("a.txt", "table"), ("a.db", None)):
        with open_writer(folder / name, format) as writer:
            writer.write(failure())
            writer.write(summary())


def _results(folder: Path) -> None:
    """Those of compare, report, eval and cache."""
    (folder.parent / "gold").mkdir()
    (folder.parent / "gold" / "reservoir.yaml").write_text(GOLD)
    for words in (
        ["compare", "tunnel.txt", "-o", "c.json"],
        ["compare", "tunnel.txt", "-o", "c.md"],
        ["report", "tunnel.txt", "-o", "r.html"],
        ["report", "tunnel.txt", "-o", "r.md"],
        ["eval", "--gold", "../gold", "-o", "e.json", "--html", "e.html", "--junit", "e.xml"],
        ["eval", "export", "e.json", "-o", "metrics.csv"],
        ["eval", "export", "e.json", "--layer", "decisions", "-o", "decisions.csv"],
        ["eval", "export", "e.json", "-o", "inspect.json"],
        ["eval", "report", "e.json", "-o", "f.html"],
    ):
        assert summarise(*words, cwd=folder).returncode == 0, words
    shutil.copy(next((ROOT / "cache").glob("*.jsonl")), folder / "answers.jsonl")
    (folder / ".x.csv.part").write_text("")


@pytest.mark.parametrize("make", [_exports, _results])
def test_files_that_this_program_wrote_are_passed_over_in_folders_and_globs(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder)
    ours = [name for name in _names(folder) if name not in ("tunnel.txt", "e.xml") and not name.startswith(".")]
    for where in (".", "*"):
        done = summarise("run", where, cwd=folder, stdout="> ../out.jsonl")
        assert (done.returncode, _ids(folder.parent / "out.jsonl")) == (0, ["tunnel"]), done.stderr
        assert f"skipped {len([name for name in ours if name != 'a.db'])} files that summarise wrote: " in done.stderr
    for name in _names(folder):
        with (folder / name).open("rb") as file:
            assert is_ours(file, name) == (name in ours or name.startswith(".")), name
    for suffix in {name.rpartition(".")[2] for name in ours} - {"txt"}:
        assert list(read([f"{folder}/*.{suffix}"])) == [], suffix


def test_what_is_merely_like_our_files_is_read(folder: Path) -> None:
    row = "Quoted words of an article."
    head = '"article_id","title","source","published","url"'
    likes = {
        "articles.csv": f'{head},"text"\n"1","T","S","2024-05-01","","{row}"\n',
        "plain.csv": f"article_id,title,source,published,url,text\n1,T,S,2024-05-01,,{row}\n",
        "crawl.jsonl": json.dumps({"schema_version": 3, "id": "x", "text": row}),
        "keyed.jsonl": json.dumps({"v": 1, "key": "abc", "text": row}),
        "one.json": json.dumps({"format": 1, "text": row}),
        "page.html": f'<!doctype html><html lang=en><meta name=generator content="summarise.org"><p>{row}</p></html>',
        "post.md": f"<!-- generator: hugo -->\n\n{row}",
        "table.txt": f"article claims\n{row}",
    }
    for name, content in likes.items():
        (folder / name).write_text(content)
    reading = read([str(folder)])
    assert (len([item for item in reading if row in getattr(item, "text", "")]), reading.warnings) == (len(likes), ())


def test_a_file_of_ours_that_the_user_names_is_read(folder: Path) -> None:
    assert summarise("run", "tunnel.txt", "--with-text", "-o", "s.jsonl", cwd=folder).returncode == 0
    assert [getattr(item, "text", item) for item in read([str(folder / "s.jsonl")])] == [ARTICLE]
    assert list(read([str(folder / "*.jsonl")])) == []


def test_a_folder_of_nothing_but_results_stands_for_the_summaries_in_it(folder: Path) -> None:
    results = folder / "results"
    results.mkdir()
    for name, options in (("a.jsonl", []), ("b.jsonl.gz", ["--with-text"]), ("c.csv", [])):
        assert summarise("run", "tunnel.txt", *options, "-o", f"results/{name}", cwd=folder).returncode == 0
    for where in ("results", "results/*.jsonl*"):
        done = summarise("compare", where, "-f", "json", cwd=folder)
        assert [source["key"] for source in json.loads(done.stdout)["sources"]] == ["A", "B"], done.stderr
    mixed = summarise("compare", ".", "-f", "json", cwd=folder)
    assert [source["key"] for source in json.loads(mixed.stdout)["sources"]] == ["A"]
    assert "skipped 3 files that summarise wrote" in mixed.stderr


# --- an output that is an input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "stdin", "stdout"),
    [
        (["run", "s.jsonl", "-o", "s.jsonl"], "", ""),
        (["run", "s.jsonl", "-o", "./../articles/s.jsonl"], "", ""),
        (["run", "s.jsonl", "--dry-run", "-o", "s.jsonl"], "", ""),
        (["run", "s.jsonl", "-o", "soft.jsonl"], "", ""),
        (["run", "soft.jsonl", "-o", "s.jsonl"], "", ""),
        (["run", "s.jsonl", "-o", "hard.jsonl"], "", ""),
        (["run", "hard.jsonl", "-f", "csv", "-o", "s.jsonl"], "", ""),
        (["run", "s.jsonl", "-f", "sqlite", "-o", "hard.jsonl"], "", ""),
        (["run", "tunnel.txt", "s.jsonl", "-f", "parquet", "-o", "s.jsonl"], "", ""),
        (["run", "s.jsonl"], "", ">> s.jsonl"),
        (["run", "s.jsonl"], "", "1<> s.jsonl"),
        (["run", "-"], "< s.jsonl", ">> s.jsonl"),
        (["run", "-", "-o", "s.jsonl"], "< hard.jsonl", ""),
        (["run", "s.jsonl", "-f", "jsonl", "-o", "/dev/stdout"], "", ">> s.jsonl"),
        (["show", "s.jsonl"], "", ">> s.jsonl"),
        (["compare", "s.jsonl", "-f", "json", "-o", "s.jsonl"], "", ""),
        (["compare", "s.jsonl", "-f", "json"], "", ">> s.jsonl"),
        (["report", "s.jsonl", "-f", "html", "-o", "soft.jsonl"], "", ""),
        (["compare", "tunnel.txt", "--names", "s.jsonl", "-f", "json", "-o", "s.jsonl"], "", ""),
        (["eval", "--gold", "../gold", "--summaries", "s.jsonl", "-o", "s.jsonl"], "", ""),
        (["eval", "--gold", "../gold", "--summaries", "s.jsonl", "-o", "r.json", "--html", "s.jsonl"], "", ""),
        (["eval", "--gold", "../gold", "--summaries", "s.jsonl", "-o", "r.json", "--junit", "hard.jsonl"], "", ""),
        (["eval", "--gold", "../gold", "-o", "../gold/reservoir.yaml"], "", ""),
        (["eval", "compare", "s.jsonl", "s.jsonl", "--html", "s.jsonl"], "", ""),
        (["eval", "report", "s.jsonl", "-o", "s.jsonl"], "", ""),
        (["eval", "export", "s.jsonl", "-o", "hard.jsonl"], "", ""),
        (["eval", "label", "s.jsonl"], "", ">> s.jsonl"),
        (["run", "tunnel.txt", "--model", "m", "--replay", "s.jsonl", "-o", "s.jsonl"], "", ""),
        (["run", "tunnel.txt", "--model", "m", "--cache", "../cache", "-o", "../cache/journal.jsonl"], "", ""),
        (["run", "tunnel.txt", "--model", "m", "--replay", "../cache", "-o", "../cache/journal.jsonl"], "", ""),
        (["cache", "export", "../cache/journal.jsonl", "--cache", "../cache"], "", ""),
        (["cache", "export", "-", "--cache", "../cache"], "", ">> ../cache/journal.jsonl"),
    ],
)
def test_an_output_that_is_an_input_is_refused_before_anything_is_written(folder: Path, words: list[str], stdin: str, stdout: str) -> None:
    for place, content in (("gold", GOLD), ("cache", "")):
        (folder.parent / place).mkdir()
        (folder.parent / place / {"gold": "reservoir.yaml", "cache": "journal.jsonl"}[place]).write_text(content)
    (folder / "s.jsonl").write_text(json.dumps({"text": ARTICLE}) + "\n")
    (folder / "soft.jsonl").symlink_to("s.jsonl")
    (folder / "hard.jsonl").hardlink_to(folder / "s.jsonl")
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    done = summarise(*words, cwd=folder, stdin=stdin, stdout=stdout)
    assert (done.returncode, done.stderr[-len(SAME) :], done.stderr.count("\n")) == (2, SAME, 2), done.stderr
    assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before


def test_two_outputs_of_one_command_are_two_files(folder: Path) -> None:
    (folder.parent / "gold").mkdir()
    (folder.parent / "gold" / "reservoir.yaml").write_text(GOLD)
    done = summarise("eval", "--gold", "../gold", "-o", "r.json", "--html", "./r.json", cwd=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "summarise: r.json: is used for two outputs\n  → give each output a name of its own\n",
    )


def test_devices_and_pipes_are_no_files(folder: Path) -> None:
    words = ["run", "tunnel.txt", "-f", "jsonl", "-o", "/dev/null"]
    assert summarise(*words, cwd=folder, stdin="< /dev/null", stdout="> /dev/null").returncode == 0
    assert _names(folder) == ["tunnel.txt"]


# --- two runs on one output -------------------------------------------------------------------------------------------


@contextmanager
def _running(folder: Path, output: str, format: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has opened its output, and waits for the rest of its standard input."""
    words = [sys.executable, "-m", "summarise.cli", "run", "-", "--stdin-format", "jsonl", "-f", format, "-o", output]
    process = subprocess.Popen(
        words, cwd=folder, env=_environment(folder.parent), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stdin is not None and process.stderr is not None
    try:
        assert process.stderr.readline().startswith(b"summarise ")  # said when the output is open
        yield process
    finally:
        process.kill()
        process.stdin.close()
        process.stderr.close()
        process.wait(timeout=60)


FILES = [format for format in FORMATS if format != "jsonl.gz"]


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("name", ["out.x", "../articles/out.x", "soft.x", "hard.x"])
def test_a_second_run_on_one_output_is_refused_while_the_first_lives(folder: Path, format: str, name: str) -> None:
    (folder / "out.x").write_text("old")
    (folder / "soft.x").symlink_to("out.x")
    (folder / "hard.x").hardlink_to(folder / "out.x")
    with _running(folder, "out.x", format):
        done = summarise("run", "tunnel.txt", "-f", format, "-o", name, cwd=folder)
        assert (done.returncode, done.stderr) == (2, f"summarise: {name}: {BUSY}")
        assert (folder / "out.x").read_text() == "old"


@pytest.mark.parametrize("format", FILES)
def test_two_runs_that_make_one_new_file_are_one_too_many(folder: Path, format: str) -> None:
    with _running(folder, "out.x", format) as first:
        done = summarise("run", "tunnel.txt", "-f", format, "-o", "out.x", cwd=folder)
        assert (done.returncode, done.stderr) == (2, f"summarise: out.x: {BUSY}")
        first.communicate(json.dumps({"text": ARTICLE}).encode(), timeout=60)
    assert (first.returncode, _names(folder)) == (0, ["out.x", "tunnel.txt"])
    with (folder / "out.x").open("rb") as file:
        assert is_ours(file)


@pytest.mark.parametrize("format", FILES)
def test_what_a_killed_run_leaves_is_removed_by_the_next_on_the_same_output(folder: Path, format: str) -> None:
    with _running(folder, "out.x", format) as first:
        first.send_signal(signal.SIGKILL)
        first.wait(timeout=60)
    assert summarise("run", "tunnel.txt", "-f", format, "-o", "out.x", cwd=folder).returncode == 0
    assert _names(folder) == ["out.x", "tunnel.txt"]


def test_a_part_that_is_a_link_is_not_written_through(folder: Path) -> None:
    (folder / "victim").write_text("precious")
    (folder / ".out.csv.part").symlink_to("victim")
    done = summarise("run", "tunnel.txt", "-o", "out.csv", cwd=folder)
    assert (done.returncode, (folder / "victim").read_text()) == (2, "precious")
    (folder / ".out.csv.part").unlink()
    (folder / ".out.csv.part").hardlink_to(folder / "victim")
    assert summarise("run", "tunnel.txt", "-o", "out.csv", cwd=folder).returncode == 0
    assert ((folder / "victim").read_text(), _names(folder)) == ("precious", ["out.csv", "tunnel.txt", "victim"])
