"""Every command in the worst of surroundings: never a traceback, never another exit code than that of its work."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from evals_made import GOLD

from summarise.cli.arguments import parser

ROOT = Path(__file__).parents[1]
ARTICLE = "Le maire de Saint-Étienne, Zoë Müller, said on Tuesday that the café tunnel would cost €1.4 billion, 12% more than planned.\n"
GROUPS = """\
groups:
- readings:
  - figures: [{in: café, quote: €1.4 billion}]
"""
COMMANDS: Mapping[str, Sequence[str]] = {
    "--help": (),
    "--version": (),
    "run": ("articles", "--cache", "answers"),
    "show": ("articles/café.txt",),
    "compare": ("articles", "summaries.jsonl", "-q"),
    "report": ("articles", "-o", "-"),
    "eval": ("--gold", "gold", "--summaries", "summaries.jsonl", "--jobs", "1"),
    "eval check": ("gold",),
    "eval label": ("articles/café.txt", "--prelabel"),
    "eval compare": ("one.json", "two.json"),
    "eval report": ("one.json", "-o", "-"),
    "eval groups": ("articles", "--labels", "groups.yaml"),
    "eval export": ("one.json",),
    "eval agreement": ("gold", "gold"),
    "cache stats": ("--cache", "answers"),
    "cache verify": ("--cache", "answers"),
    "cache export": ("-", "--cache", "answers"),
    "cache import": ("answers.jsonl", "--cache", "answers"),
    "schema": (),
    "prompts": ("summarise/v1",),
    "doctor": (),
}
WRITES_TO_STDERR_ONLY = {"cache import"}


def started(words: Sequence[str], folder: Path, redirections: str = "", before: str = "", **environment: str) -> tuple[int, bytes, bytes]:
    """The exit code, stdout and stderr of a command in `folder`, with redirections as a shell knows them."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISE_", "OPENAI_", "PYTHON", "LC_", "LANG"))}
    command = [sys.executable, "-m", "summarise.cli", *words]
    home = {"HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    shell = ["bash", "-c", f'{before}\n"$@" {redirections}', "bash", *command]
    done = subprocess.run(shell, cwd=folder, env=clean | home | environment, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL)
    assert b"Traceback" not in done.stderr + done.stdout, done.stderr.decode(errors="replace")
    assert b"Exception ignored" not in done.stderr, done.stderr.decode(errors="replace")
    assert done.returncode not in (70, 120), done.stderr.decode(errors="replace")
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the commands read."""
    folder = tmp_path_factory.mktemp("surroundings")
    (folder / "articles").mkdir()
    (folder / "articles" / "café.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "gold").mkdir()
    (folder / "gold" / "reservoir.yaml").write_text(GOLD.replace("Karel", "Kárel"), encoding="utf-8")
    (folder / "groups.yaml").write_text(GROUPS, encoding="utf-8")
    (folder / "answers.jsonl").write_text("")
    text = GOLD.partition("text: |\n")[2].partition("entities:")[0].replace("\n  ", "\n").removeprefix("  ").replace("Karel", "Kárel")
    (folder / "reservoir.txt").write_text(text, encoding="utf-8")
    assert started(["cache", "import", "answers.jsonl", "--cache", "answers"], folder)[0] == 0
    assert started(["run", "reservoir.txt", "-o", "summaries.jsonl"], folder)[0] == 0
    for name in ("one", "two"):
        words = ["eval", "--gold", "gold", "--summaries", "summaries.jsonl", "-o", f"{name}.json"]
        assert started(words, folder)[0] == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "work"))


def words_of(command: str) -> list[str]:
    return [*command.split(), *COMMANDS[command]]


def test_every_command_is_tried_in_these_surroundings() -> None:
    assert {*_commands(parser())} | {"--help", "--version"} == set(COMMANDS)


def _commands(command: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                path = f"{before} {name}".strip()
                if not any(isinstance(own, argparse._SubParsersAction) and own.required for own in inner._actions):
                    yield path
                yield from _commands(inner, path)
