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

from summarise import Summariser
from summarise.article import Article
from summarise.cli.arguments import parser
from summarise.clients.protocol import Answer, Spent
from summarise.errors import TooLong
from summarise.prompt import Request

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


def started(words: Sequence[str], folder: Path, redirections: str = "", before: str = "", **environment: str) -> tuple[int, bytes, bytes]:
    """The exit code, stdout and stderr of a command in `folder`, with redirections as a shell knows them."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISE_", "OPENAI_", "PYTHON", "LC_", "LANG"))}
    command = [sys.executable, "-m", "summarise.cli", *words]
    home = {"HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    shell = ["bash", "-c", f'{before}\n"$@" {redirections}', "bash", *command]
    done = subprocess.run(
        shell, cwd=folder, env=clean | home | environment, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL
    )
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


SHELLS = {
    "stdout closed": ">&-",
    "stdout full": ">/dev/full",
    "stderr and stdin closed": "2>&- <&-",
    "stderr full": "2>/dev/full",
    "both closed": ">&- 2>&-",
    "both full": ">/dev/full 2>&1",
}
ENVIRONMENTS = {
    "ASCII, home not writable": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "HOME": "/proc/nothing"},
    "ASCII streams, home relative": {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "ascii", "HOME": "nowhere"},
    "Latin-1, no folder for temporary files": {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1", "TMPDIR": "/nowhere"},
}
ASCII = ENVIRONMENTS["ASCII, home not writable"]
# These say what they found on stdout only where they found something; an export of nothing writes nothing.
SILENT = {"eval check", "cache export", "cache import"}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("streams", SHELLS)
def test_whatever_the_streams_a_command_ends_with_its_own_exit_code_or_says_in_a_line_that_stdout_failed(
    folder: Path, streams: str, command: str
) -> None:
    lost = "stdout" in streams or "both" in streams
    code, _, said = started(words_of(command), folder, SHELLS[streams])
    assert code == (2 if lost and command not in SILENT else 0), said
    if "stdout" in streams and command not in SILENT:
        assert said.count(b"summarise: stdout: cannot write: ") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_the_same_in_every_environment(folder: Path, command: str) -> None:
    ignored = command in ("doctor", "eval compare", "show")  # show a path, a time
    plain = started(words_of(command), folder, LC_ALL="C.UTF-8")
    for environment in ENVIRONMENTS.values():
        odd = started(words_of(command), folder, **environment)
        assert (odd[0], ignored or odd[1]) == (0, ignored or plain[1])
        odd[1].decode("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_working_folder_that_is_gone_is_no_traceback(folder: Path, command: str) -> None:
    code, _, _ = started(words_of(command), folder, before="mkdir gone; cd gone; rmdir ../gone")
    assert code == (0 if command in ("--help", "--version", "schema", "prompts", "doctor") else 2)


@pytest.mark.parametrize("command", COMMANDS)
def test_few_files_that_may_be_open_are_no_traceback(folder: Path, command: str) -> None:
    assert started(words_of(command), folder, before="ulimit -n 20")[0] in (0, 2)


@pytest.mark.parametrize("streams", SHELLS)
@pytest.mark.parametrize(
    "words",
    [
        ["run", "articles", "-o", "out.jsonl"],
        ["report", "articles", "-o", "out.html"],
        ["compare", "articles", "-o", "out.json"],
        ["eval", "--gold", "gold", "--summaries", "summaries.jsonl", "-o", "out.json", "--html", "out.html", "--junit", "out.xml"],
        ["eval", "export", "one.json", "-o", "out.csv"],
        ["eval", "report", "one.json", "-o", "out.html"],
        ["cache", "export", "out.jsonl", "--cache", "answers"],
    ],
)
def test_a_result_that_goes_to_a_file_is_whole_and_the_exit_code_that_of_the_work_whatever_the_streams(
    folder: Path, streams: str, words: list[str]
) -> None:
    files = [Path(word) for word in words if word.startswith("out.")]
    assert started(words, folder)[0] == 0
    wanted = [len((folder / file).read_bytes()) for file in files]
    for file in files:
        (folder / file).unlink()
    assert started(words, folder, SHELLS[streams])[0] == 0
    assert [len((folder / file).read_bytes()) for file in files] == wanted


def test_no_file_gets_the_number_of_a_closed_stream(folder: Path) -> None:
    code = """
import os
from summarise.cli import main
main(["schema"])
with open("fds", "w") as file:
    print(*(os.readlink(f"/proc/self/fd/{number}") for number in range(3)), file=file)
"""
    shell = ["bash", "-c", '"$@" <&- >&- 2>&-', "bash", sys.executable, "-c", code]
    subprocess.run(shell, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=60)
    assert (folder / "fds").read_text() == "/dev/null /dev/null /dev/null\n"


def test_a_closed_stdin_that_is_to_be_read_is_said(folder: Path) -> None:
    code, _, said = started(["run", "-"], folder, "<&-")
    assert (code, b"standard input: it is closed" in said) == (2, True)


@pytest.mark.parametrize("environment", [{"LC_ALL": "C.UTF-8"}, ASCII])
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "md", "sqlite", "parquet"])
def test_names_that_are_no_utf_8_can_be_read_and_written(folder: Path, suffix: str, environment: dict[str, str]) -> None:
    name = os.fsdecode(b"caf\xe9")
    (folder / f"{name}.txt").write_text(ARTICLE, encoding="utf-8")
    assert started(["run", f"{name}.txt", "-o", f"{name}.out.{suffix}"], folder, **environment)[0] == 0
    assert (folder / f"{name}.out.{suffix}").stat().st_size > 0


PROMPT = """\
---
name: mine
version: 1
---
{%% block system %%}
%s
{%% endblock %%}
{%% block user %%}{{ lines }}{%% endblock %%}
"""


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ range(1000000000) }}", "Range too big"),
        ("{{ 10 ** 10 ** 10 }}", "'**' is not allowed in prompts"),
        ("{{ 'a' * 10000000000 }}", "'*' is not allowed in prompts"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "it recurses without end"),
        ("{% include '/etc/passwd' %}", "a prompt is one file"),
        ("{% import 'x' as x %}", "a prompt is one file"),
        ("{{ ''.__class__ }}", "is unsafe"),
        ("{% if %}", "Expected an expression"),
        ("{{ '\\ud800' }}", "a lone surrogate"),
    ],
)
def test_a_prompt_that_fails_is_told_with_file_and_line_before_anything_is_read(folder: Path, template: str, reason: str) -> None:
    (folder / "mine.md").write_text(PROMPT % template)
    code, out, said = started(["run", "articles", "--prompt", "mine.md"], folder)
    first = said.decode().splitlines()[0]
    assert (code, out, reason in first) == (2, b"", True), said
    assert first.startswith(("summarise: mine.md:6: ", "summarise: mine.md:5: "))


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("bad.toml", f"alpha = {DEEP}"),
        ("bad.toml", f"max_failed = {'9' * 5000}"),
        ("bad.toml", f"max_failed = 0x{'f' * 5000}"),
        ("bad.toml", f"alpha = 0x{'f' * 5000}"),
        ("bad.toml", "alpha = nan"),
        ("bad.toml", "alpha = 1979-05-27"),
        ("bad.toml", "baseline = 3"),
        ("bad.toml", "\ttabs:\n\t- 1"),
        ("bad.toml", "\udc00"),
    ],
)
def test_a_gate_or_a_settings_file_of_any_content_is_a_line(folder: Path, file: str, content: str) -> None:
    (folder / file).write_text(content, encoding="utf-8", errors="surrogatepass")
    for words in (["eval", "--gold", "gold", "--summaries", "summaries.jsonl", "--gate", file], ["run", "articles", "--config", file]):
        code, out, said = started(words, folder)
        assert (code, out, said.startswith(b"summarise: bad.toml: ")) == (2, b"", True), said


@pytest.mark.parametrize(
    "line",
    [
        *("rpm = 0x" + "f" * 500, "max_tokens = 0x" + "f" * 5000, "rpm = inf", "rpm = nan", "model = 1979-05-27", "model = {a = 1}"),
        *("cache = ['x']", 'cache = "a\\u0000b"', "temperature = 12:00:00", f"model.{'a.' * 5000}a = 1"),
    ],
)
def test_an_odd_value_of_a_setting_is_a_line(folder: Path, line: str) -> None:
    (folder / "summarise.toml").write_text(line)
    code, out, said = started(["run", "articles"], folder)
    assert (code, out, said.startswith(b"summarise: ")) == (2, b"", True), said


BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n"


@pytest.mark.parametrize("content", [f"groups: {DEEP}", BOMB, "groups:\n\t- x", "\0", "groups: !!python/object:os.system x", "- 1"])
def test_files_of_groups_and_of_names_of_any_content_are_a_line_with_its_number(folder: Path, content: str) -> None:
    (folder / "bad.yaml").write_text(content)
    for words in (["eval", "groups", "articles", "--labels", "bad.yaml", "-q"], ["compare", "articles", "--names", "bad.yaml", "-q"]):
        code, out, said = started(words, folder)
        assert (code, out, b"bad.yaml:" in said) == (2, b"", True), said


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"format":', DEEP, 2),
        ('"resamples":', f'"resamples":{"9" * 5000},"x":', 1),
        ('"resamples":', '"resamples":-1,"x":', 8),
        ('"made":', '"made":NaN,"x":', 1),
        ('"output":1', '"output":99', 58),
        ('"gold":"c1"', '"gold":"c99"', 58),
        ('"spans":[[[', '"spans":[[[-1,', 58),
        ('"metric":"claims.f1"', '"metric":"claims.f2"', 1),
        ('"labels":', '"label":', 58),
    ],
)
def test_a_damaged_result_is_named_with_its_line(folder: Path, old: str, new: str, line: int) -> None:
    text = (folder / "one.json").read_text()
    assert old in text
    (folder / "bad.json").write_text(text.replace(old, new, 1))
    for words in (["compare", "one.json", "bad.json"], ["report", "bad.json", "-o", "-"], ["export", "bad.json"]):
        code, out, said = started(["eval", *words], folder)
        assert (code, out) == (2, b"")
        assert b"summarise: bad.json:" in said
        if line > 1:
            assert said.startswith(f"summarise: bad.json:{line}: ".encode()), said


@pytest.mark.parametrize(
    "name", ["utf-16", "utf-32", "UTF16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp037", "hz", "idna", "base64", "rot13"]
)
@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "txt"])
def test_a_wrong_encoding_is_a_failure_of_the_file_and_no_traceback(folder: Path, suffix: str, name: str) -> None:
    (folder / f"bad.{suffix}").write_bytes('text\n"Zoë said so"\n'.encode("cp1252"))
    code, out, said = started(["run", f"bad.{suffix}", "--encoding", name], folder)
    assert b'"internal"' not in out
    assert (code, said != b"") == (code if code == 0 else 2, True)


def test_utf_16_without_a_mark_is_read_in_tables_as_in_texts(folder: Path) -> None:
    (folder / "t.csv").write_bytes("text\nZoë said so\n".encode("utf-16-le"))
    code, out, _ = started(["run", "t.csv", "--encoding", "utf-16", "--with-text"], folder)
    assert (code, '"text":"Zoë said so"'.encode() in out) == (0, True)


_FAULTY = """
import summarise.prompt
from summarise.cli import main

def faulty():
    raise ZeroDivisionError("sk-secret")

summarise.prompt.available = faulty
raise SystemExit(main(["prompts"]))
"""


def test_a_fault_of_our_own_is_a_line_without_what_it_says_and_exit_code_70(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SUMMARISE_TRACEBACK"}
    command = [sys.executable, "-c", _FAULTY]
    plain = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, text=True, timeout=60)
    whole = subprocess.run(
        command, cwd=ROOT, env=environment | {"SUMMARISE_TRACEBACK": "1"}, capture_output=True, check=False, text=True, timeout=60
    )
    first, hint = plain.stderr.splitlines()
    assert (plain.returncode, plain.stdout, whole.returncode) == (70, "", 70)
    assert first.startswith("summarise: this is a fault of summarise itself: ZeroDivisionError in summarise/cli/admin.py:")
    assert hint == "  → please report it; SUMMARISE_TRACEBACK=1 shows it whole"
    assert whole.stderr.startswith("Traceback") and whole.stderr.endswith(plain.stderr)


class _Faulty:
    """A client with a fault, as anybody may give to a Summariser."""

    name = "faulty"
    context_tokens = None
    warnings: Sequence[str] = ()
    spent = Spent()

    def stop(self) -> bool:
        return False

    async def __aenter__(self) -> _Faulty:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def answer(self, request: Request) -> Answer:
        if "Lind" in request.document.article.text:
            raise ZeroDivisionError("sk-secret")
        raise TooLong("too long")


def test_a_fault_in_one_article_is_its_failure_and_the_others_go_on() -> None:
    articles = [Article("Lind said so.", "one"), Article("Nobody did.", "two")]
    with Summariser(client=_Faulty()) as summariser:
        first, second = summariser.run(articles).failures
    assert (first.error.kind, second.error.kind) == ("internal", "too_long")
    assert first.error.message.startswith("this is a fault of summarise itself: ZeroDivisionError in summarise/pipeline.py:")
    assert "sk-secret" not in first.to_json()
