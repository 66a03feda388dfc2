"""What goes to a terminal is shown and never obeyed, by whatever command; what goes elsewhere stays as it is."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminals import ORDERS, hostile_folder, on_a_terminal, with_orders

from summarise.cli.arguments import parser
from summarise.text.sanitise import safe

_ARTICLES = ("articles",)
_SUMMARIES = ("summaries.jsonl",)
COMMANDS: dict[str, list[tuple[str, ...]]] = {
    "run": [
        *(("run", "articles", "-f", name) for name in ("table", "jsonl", "csv", "markdown")),
        *(("run", "articles", "-f", "csv", "--layer", layer) for layer in ("claims", "articles", "dropped", ORDERS)),
        ("run", "articles", "--dry-run", "--model", f"m{ORDERS}"),
        ("run", "articles", "-o", "out.jsonl"),
        ("run", f"missing{ORDERS}"),
        ("run", "articles", "--config", "bad\x1b[7m\u202e.toml"),
        ("run", "articles", f"--{ORDERS}"),
        ("run", "articles", "--max-bytes", ORDERS),
        ("run", "articles", "--prompt", ORDERS),
        ("run", "articles", "--model", "model-a", "--base-url", "http://127.0.0.1:1/v1", "--replay", "recording.jsonl"),
    ],
    "show": [
        ("show", "articles/one\x1b]0;name\x07\u202e\x9b.txt", "--text"),
        ("show", "articles/page.html"),
        ("show", "articles/rows.jsonl"),
        ("show", "articles/rows.csv"),
    ],
    "compare": [
        *(("compare", *paths, "-f", name) for paths in (_ARTICLES, _SUMMARIES) for name in ("table", "json", "markdown", "html")),
        ("compare", "summaries.jsonl", "--names", f"names{ORDERS}"),
        ("compare", "summaries.jsonl", "-f", ORDERS),
    ],
    "report": [("report", "summaries.jsonl", "-o", "-"), ("report", "summaries.jsonl", "-f", "markdown", "-o", "-")],
    "eval": [
        ("eval", "--gold", "gold", "--summaries", "theirs.jsonl", "-o", "result.json"),
        ("eval", "--gold", "gold", "--summaries", "theirs.jsonl", "-o", "-"),
        ("eval", "--gold", "gold", "--summaries", "theirs.jsonl", "-o", "r.json", "--markdown"),
        ("eval", "--gold", "gold", "-o", "r.json", "--gate", "bad\x1b[7m\u202e.toml"),
        ("eval", "--gold", "unsound"),
    ],
    "eval check": [("eval", "check", "unsound"), ("eval", "check", "gold")],
    "eval label": [("eval", "label", "articles/page.html", "--by", ORDERS), ("eval", "label", "articles/page.html", "--prelabel")],
    "eval compare": [
        ("eval", "compare", "hostile.json", "hostile.json", "hostile.json"),
        ("eval", "compare", "hostile.json", "hostile.json", "--markdown"),
    ],
    "eval report": [("eval", "report", "hostile.json", "-o", "-")],
    "eval groups": [("eval", "groups", "summaries.jsonl", "--labels", f"groups{ORDERS}"), ("eval", "groups", "summaries.jsonl")],
    "eval export": [
        ("eval", "export", "hostile.json"),
        ("eval", "export", "hostile.json", "--layer", "decisions"),
        ("eval", "export", "hostile.json", "-f", "inspect"),
        ("eval", "export", f"missing{ORDERS}"),
    ],
    "eval agreement": [("eval", "agreement", "gold", "gold"), ("eval", "agreement", "gold", "unsound")],
    "cache stats": [("cache", "stats", "--cache", "recorded")],
    "cache verify": [("cache", "verify", "--cache", "recorded"), ("cache", "verify", "--cache", f"no{ORDERS}")],
    "cache export": [("cache", "export", "-", "--cache", "recorded")],
    "cache import": [("cache", "import", "recording.jsonl", "--cache", "new"), ("cache", "import", f"no{ORDERS}", "--cache", "new")],
    "schema": [("schema",), ("schema", "--draft")],
    "prompts": [("prompts",), ("prompts", ORDERS), ("prompts", "summarise/v1")],
    "doctor": [("doctor", "--model", f"m{ORDERS}", "--replay", f"r{ORDERS}"), ("doctor", "--cache", f"c{ORDERS}")],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = hostile_folder(tmp_path_factory.mktemp("hostile"))
    code, said = on_a_terminal(*COMMANDS["eval"][0], cwd=made)
    assert code == 0, said
    result = json.loads((made / "result.json").read_text())
    (made / "hostile.json").write_text(json.dumps(_result_with_orders(result), ensure_ascii=False))
    code, said = on_a_terminal("cache", "import", "recording.jsonl", "--cache", "recorded", cwd=made)
    assert code == 1, said
    with next((made / "recorded").glob("*.jsonl")).open("ab") as journal:
        journal.write(f"{ORDERS}\n".encode())
    return made


def _result_with_orders(result: dict[str, object]) -> dict[str, object]:
    kept = {name: result[name] for name in ("format", "metrics", "thresholds", "made")}
    return {**with_orders(result), **kept}


def _commands(top: argparse.ArgumentParser, name: str = "") -> Iterator[str]:
    """The names of all commands that can be run."""
    actions = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    if name and (not actions or not actions[0].required):
        yield name
    for action in actions:
        for below, command in action.choices.items():
            yield from _commands(command, f"{name} {below}".strip())


def test_every_command_is_tried() -> None:
    assert sorted(_commands(parser())) == sorted(COMMANDS)


@pytest.mark.parametrize("words", [words for tried in COMMANDS.values() for words in tried], ids=lambda words: ascii(" ".join(words))[1:50])
def test_nothing_that_a_terminal_obeys_or_hides_gets_to_one(folder: Path, words: tuple[str, ...]) -> None:
    code, got = on_a_terminal(*words, cwd=folder)
    assert got
    assert ascii(safe(got)) == ascii(got)
    assert code in {0, 1, 2}, got
    assert "Traceback" not in got


@pytest.mark.parametrize("words", [COMMANDS["run"][0], COMMANDS["show"][0]], ids=["run", "show"])
def test_the_only_orders_are_our_colours(folder: Path, words: tuple[str, ...]) -> None:
    _, got = on_a_terminal(*words, cwd=folder, TERM="xterm")
    plain = re.sub("\x1b\\[(0|1|2|31|32|33|4;35|1;36)m", "", got)
    assert plain != got
    assert ascii(safe(plain)) == ascii(plain)


def test_a_bar_of_progress_moves_and_what_is_told_beside_it_is_shown(folder: Path) -> None:
    _, got = on_a_terminal("run", "articles", "-o", "out.jsonl", cwd=folder, TERM="xterm")
    assert "\x1b[?25l" in got, "the bar hides the cursor"
    assert not {"\x07", "\x9b", "\x9d", "\u202e", "\U000e0041", "\u3164"} & set(got)
    assert "\x1b[7m" not in got and "\x1b]0" not in got


@pytest.mark.parametrize(
    "words",
    [
        ("run", "articles", "-f", "jsonl", "-q"),
        ("compare", "summaries.jsonl", "-f", "json", "-q"),
        ("cache", "export", "-", "--cache", "recorded"),
    ],
    ids=["run", "compare", "cache export"],
)
def test_json_on_a_terminal_holds_the_values_that_a_pipe_gets(folder: Path, words: tuple[str, ...]) -> None:
    piped = _piped(*words, cwd=folder)
    _, got = on_a_terminal(*words, cwd=folder)
    assert _values(got[: got.rindex("}") + 1]) == _values(piped.decode())
    assert ORDERS[-8:].encode() in piped, "a pipe gets the characters themselves"


def test_csv_in_a_pipe_holds_the_text_itself(folder: Path) -> None:
    assert ORDERS[-8:].encode() in _piped("run", "articles", "-f", "csv", "--layer", "articles", "-q", cwd=folder)


def test_packed_lines_are_refused_on_a_terminal(folder: Path) -> None:
    code, got = on_a_terminal("run", "articles", "-f", "jsonl.gz", "-q", cwd=folder)
    hint = "  → write jsonl, or name a file: -o results.jsonl.gz\n"
    assert (code, got) == (2, f"summarise: compressed data cannot be shown on a terminal\n{hint}")


def _piped(*words: str, cwd: Path) -> bytes:
    return subprocess.run([sys.executable, "-m", "summarise.cli", *words], cwd=cwd, capture_output=True, check=False, timeout=60).stdout


def _values(text: str) -> list[object]:
    """The JSON values of a text, one behind the other, without what a run measures."""
    values, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        value.get("run", {}).pop("seconds", None)
        values.append(value)
        at += len(text[at:]) - len(text[at:].lstrip())
    return values
