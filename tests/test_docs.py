"""The documents say what the program does."""

from __future__ import annotations

import importlib.metadata
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import summarise

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_docs_cli_is_the_help_of_today() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "cli.py"))
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == made["page"](), "run docs/cli.py"


def test_the_readme_has_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def test_the_readme_names_every_command_and_every_exit_code() -> None:
    commands = re.findall(r"^    (\w+) ", (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("```")[1], re.MULTILINE)
    assert len(commands) >= 6
    assert all(f"summarise {command}" in README for command in commands)
    assert all(f"| {code} |" in README for code in (0, 1, 2, 3, 130))


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_python_code_of_the_readme_runs(code: str, tmp_path: Path) -> None:
    """The examples that ask a paid model are marked so, and are only compiled."""
    if "# asks a model" in code:
        compile(code, "README.md", "exec")
        return
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_file_that_the_architecture_names_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+(?:\.py|/))`", page)
    assert len(page.splitlines()) <= 150
    assert len(set(named)) >= 50
    assert [name for name in named if not (ROOT / "summarise" / name).exists()] == []


def test_every_public_name_exists_and_has_a_docstring() -> None:
    assert sorted(summarise.__all__) == summarise.__all__ or len(set(summarise.__all__)) == len(summarise.__all__)
    assert all(getattr(summarise, name).__doc__ for name in summarise.__all__)


def test_public_names_are_loaded_from_their_homes() -> None:
    assert set(summarise._HOMES) == set(summarise.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = summarise.nothing


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=False, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".sh", ".txt", ".yaml") and path.is_file():
            assert not re.search(r"(?<![\w.])/(work|farm|root)/|sub-?agent", path.read_text(encoding="utf-8")), name


def test_the_output_in_the_readme_is_the_output_of_today() -> None:
    """All but the version and the seconds, which change by themselves."""
    shown = README.split("```text\n")[1].split("```")[0].splitlines()
    words = [sys.executable, "-m", "summarise.cli", "run", "corpus/", "-f", "table"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True, env=os.environ | {"COLUMNS": "100"})
    assert shown[1:-2] == done.stdout.splitlines()
    *_, skipped, totals = done.stderr.splitlines()
    assert (shown[-2], shown[-1].rpartition(" · ")[0]) == (skipped, totals.rpartition(" · ")[0])


def test_the_version_is_that_of_the_installed_package() -> None:
    assert importlib.metadata.version("summarise-articles") == summarise.__version__
    first = next(line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## "))
    assert first.startswith(f"## {summarise.__version__}")
