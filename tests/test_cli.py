"""The command line, as a user meets it: real processes, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake_openai import FakeOpenAI

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
ARTICLE = "The harbour council voted to back a tunnel that will cost 1.4 billion euros, its chair, Marta Lind, said on Tuesday.\n"


def summarise(
    *words: str, stdin: str | None = None, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISE_", "OPENAI_"))}
    return subprocess.run(
        [sys.executable, "-m", "summarise.cli", *words],
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        env=clean | (env or {}),
        cwd=cwd,
        timeout=60,
    )


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "tunnel.txt"
    path.write_text(ARTICLE)
    return path


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_writes_one_json_line_an_article_to_a_pipe_and_the_rest_to_stderr(article: Path) -> None:
    done = summarise("run", str(article))
    (summary,) = lines(done.stdout)
    assert done.returncode == 0
    assert summary["article"]["id"] == "tunnel"  # type: ignore[index]
    assert [f["value"] for f in summary["figures"]] == [1400000000]  # type: ignore[attr-defined]
    assert "1 summarised, 0 failed, 0 cached · 0 calls · $0.00" in done.stderr


def test_a_run_that_fails_before_its_first_article_prints_no_totals(article: Path) -> None:
    done = summarise("run", str(article), "--model", "gpt-5-mini", "--cache", str(article.parent / "cache"))
    assert (done.returncode, done.stdout, "set OPENAI_API_KEY" in done.stderr, "summarised" in done.stderr) == (2, "", True, False)


def test_quiet_is_quiet(article: Path) -> None:
    assert summarise("run", str(article), "-q").stderr == ""


def test_the_corpus_has_a_summary_for_each_of_its_articles() -> None:
    done = summarise("run", str(CORPUS), "--with-text")
    summaries = lines(done.stdout)
    assert done.returncode == 0
    assert len(summaries) == len([p for p in CORPUS.iterdir() if p.suffix in (".txt", ".md", ".html")]) >= 8
    for summary in summaries:
        text = summary["article"]["text"]  # type: ignore[index]
        assert summary["claims"] and summary["figures"]
        for item in (*summary["claims"], *summary["stances"], *summary["figures"]):  # type: ignore[misc]
            assert all(text[e["start"] : e["end"]] == e["quote"] for e in item["evidence"])


def test_standard_input_is_an_article() -> None:
    (summary,) = lines(summarise("run", "-", stdin=ARTICLE).stdout)
    assert summary["article"]["chars"] == len(ARTICLE)  # type: ignore[index]


def test_the_mock_gives_the_same_bytes_every_time(article: Path) -> None:
    one, two = (summarise("run", str(CORPUS), env={"PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert one.stdout == two.stdout


def test_bad_articles_fail_by_name_and_the_others_go_on(article: Path) -> None:
    (article.parent / "empty.txt").write_text(" \n")
    (article.parent / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    done = summarise("run", str(article.parent))
    kinds = [line.get("error", {}).get("kind") for line in lines(done.stdout)]  # type: ignore[attr-defined]
    assert (done.returncode, kinds) == (1, ["empty", "binary", None])
    assert "empty" in done.stderr and "picture" in done.stderr and "Traceback" not in done.stderr


def test_input_of_which_nothing_can_be_read_is_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    assert summarise("run", str(tmp_path)).returncode == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "nowhere.txt"], "nowhere.txt"),
        (["run", "https://example.org/a.html"], "https://example.org/a.html"),
        (["run", str(CORPUS), "-o", "out.docx"], "out.docx"),
        (["run", str(CORPUS), "--prompt", "summarise/v0"], "there is no prompt 'summarise/v0'"),
        (["run", str(CORPUS), "--base-url", "http://127.0.0.1:1/v1"], "base_url without a model"),
        (["run", str(CORPUS), "--in-flight", "0"], "in_flight is 0"),
        (["run", str(CORPUS), "--model", "m", "--replay", "none.jsonl"], "none.jsonl"),
        (["cache", "stats", "--cache", "nowhere"], "nowhere"),
        (["prompts", "no/v1"], "there is no prompt"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_and_exit_code_2(words: list[str], message: str, tmp_path: Path) -> None:
    done = summarise(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("words", [[], ["run"], ["walk"], ["run", "x", "--colour"]])
def test_an_unknown_word_shows_the_usage(words: list[str]) -> None:
    done = summarise(*words)
    assert (done.returncode, done.stderr.startswith("usage: summarise")) == (2, True)


def test_the_schema_is_json_schema_of_a_line() -> None:
    schema = json.loads(summarise("schema").stdout)
    assert {s["title"] for s in schema["$defs"].values()} >= {"Summary", "Failure", "Claim", "Stance", "CitedFigure"}
    assert "missed_figures" in json.loads(summarise("schema", "--draft").stdout)["properties"]


def test_prompts_are_listed_and_printed() -> None:
    assert summarise("prompts").stdout.startswith("summarise/v1  ")
    assert "{% block system %}" in summarise("prompts", "summarise/v1").stdout


def test_show_shows_one_article(article: Path) -> None:
    done = summarise("show", str(article), "--figures")
    assert done.returncode == 0
    assert "1.4 billion euros" in done.stdout


def test_doctor_says_what_is_there() -> None:
    done = summarise("doctor")
    assert done.returncode == 0
    assert "client: mock, offline" in done.stdout


def test_doctor_says_when_nobody_answers_and_that_a_key_is_missing() -> None:
    done = summarise("doctor", "--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert done.returncode == 1
    assert "127.0.0.1:9 does not answer" in done.stdout


def test_a_settings_file_in_the_working_directory_counts_and_a_broken_one_is_named(article: Path) -> None:
    (article.parent / "summarise.toml").write_text("modle = 1")
    done = summarise("run", str(article), cwd=article.parent)
    assert (done.returncode, "did you mean 'model'" in done.stderr) == (2, True)


def test_a_settings_file_that_lies_here_gets_no_key_unless_it_is_trusted(article: Path) -> None:
    with FakeOpenAI() as fake:
        (article.parent / "summarise.toml").write_text(f'model = "m"\nbase_url = "{fake.url}"\n')
        words, keys = ("run", str(article), "-q", "--cache", "cache"), {"SUMMARISE_API_KEY": "sk-canary-1"}
        refused = summarise(*words, cwd=article.parent, env=keys)
        assert (refused.returncode, refused.stdout, fake.stats()["requests"]) == (2, "", 0)
        assert refused.stderr == (
            f"summarise: summarise.toml in this folder would send the key in SUMMARISE_API_KEY to {fake.url}\n"
            "  → to allow it: --trust-config, --config summarise.toml, or --base-url\n"
        )
        assert summarise("cache", "stats", "--cache", str(article.parent), cwd=article.parent, env=keys).stderr.count("would send") == 0
        assert summarise(*words, "--trust-config", cwd=article.parent, env=keys).returncode == 0
        assert fake.service.headers[-1]["authorization"] == "Bearer sk-canary-1"


def test_the_example_of_a_key_is_refused_before_anything_is_read() -> None:
    done = summarise("run", "nowhere.txt", "--model", "gpt-5-mini", env={"OPENAI_API_KEY": "…"})
    assert done.returncode == 2
    assert done.stderr.startswith("summarise: the key in OPENAI_API_KEY holds a character that no key has; is it still the example's?\n")


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m summarise.cli run {CORPUS} -q | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ('{"schema_v', "")


def _modules(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, check=False, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}


HEAVY = {"openai", "instructor", "numpy", "pandas", "polars", "pyarrow", "tenacity", "httpx2", "aiohttp"}


def test_version_and_help_load_next_to_nothing() -> None:
    loaded = _modules(
        "from summarise.cli import main\nfor word in ('--version', '--help'):\n    try: main([word])\n    except SystemExit: pass\n"
    )
    assert not loaded & (HEAVY | {"pydantic", "jinja2", "yaml", "rich", "trafilatura", "asyncio"})


def test_a_mock_run_loads_no_client_library() -> None:
    loaded = _modules(f"from summarise.cli import main\nmain(['run', {str(CORPUS)!r}, '-q', '-o', {os.devnull!r}, '-f', 'jsonl'])")
    assert not loaded & HEAVY


def test_a_cached_run_and_a_replay_load_no_client_library(tmp_path: Path, article: Path) -> None:
    with FakeOpenAI() as fake:
        words = ["run", str(article), "-q", "-f", "jsonl", "-o", os.devnull, "--model", "m", "--base-url", fake.url]
        assert summarise(*words, "--cache", str(tmp_path / "cache")).returncode == 0
        asked = fake.stats()["requests"]
        for where in ("--cache", "--replay"):
            loaded = _modules(f"from summarise.cli import main\nassert main({[*words, where, str(tmp_path / 'cache')]!r}) == 0")
            assert not loaded & HEAVY
        assert fake.stats()["requests"] == asked == 1
