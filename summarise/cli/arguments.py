"""The arguments of every command. Importing this is cheap: what a command does is imported when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from summarise.version import __version__

_EXAMPLES = """\
examples:
  summarise run articles/                              offline, with the mock client
  summarise run articles/ --model gpt-5-mini -o out.jsonl --max-cost 2
  summarise run big.parquet --text-col body --model gpt-5-mini --dry-run
  summarise show articles/one.txt --figures
  summarise report articles/ -o report.html            all of them side by side, in a browser
"""

_RUN = """\
Reads articles (files, folders, globs, - for stdin; .txt .md .html .jsonl .csv .parquet .pdf .docx .epub, and .gz of these) and writes one
checked summary for each: a table on a terminal, JSON lines in a pipe or a file. Running the same command again goes on where it stopped.

examples:
  summarise run articles/                              offline, with the mock client
  summarise run articles/ --model gpt-5-mini --dry-run what it would cost
  summarise run articles/ --model gpt-5-mini -o out.jsonl
  summarise run news.csv --id-col url --text-col body -o figures.csv
  summarise run articles/ --model qwen2.5 --base-url http://127.0.0.1:8080/v1
  cat one.txt | summarise run -
"""

_COMPARE = """\
Puts the same figures, claims and stances of several articles side by side, and says whether they agree. What is unsure is not compared.
Takes articles as summarise run does, or files of summaries that it wrote (with --with-text, the report shows the texts too).

examples:
  summarise compare articles/
  summarise compare out.jsonl -f json -o comparison.json
  summarise compare out.jsonl --names names.yaml       which names are one: "Xi Jinping: [Xi, China's president]"
"""

_REPORT = """\
Writes one HTML file that needs no network and no server: figures, stances, a timeline and claims of all articles side by side, then each
article with its evidence marked in the text.

examples:
  summarise report articles/ -o report.html
  summarise report out.jsonl -o report.html
  summarise report out.jsonl -f markdown -o -          to paste elsewhere
"""

_EVAL = """\
Scores summaries against gold files, articles labelled by hand: a table with 95 % intervals, and a result file with every decision.

examples:
  summarise eval                                       the offline mock client on evals/gold
  summarise eval --model qwen --replay cache/qwen.jsonl
  summarise eval --summaries anybody.jsonl --gate gate.toml
  summarise eval check                                 are the gold files sound?
  summarise eval compare before.json after.json
  summarise eval report result.json -o report.html     every decision beside the text, in a browser
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="summarise",
        description="News articles in; key claims, stances and cited figures out, each tied to the characters that prove it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"summarise {__version__}", help="show the version and exit")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _run(_command(commands, "run", "summarise articles", _RUN))
    _show(_command(commands, "show", "summarise one article and show it in the terminal", module="run"))
    _compare(
        _command(commands, "compare", "put figures, claims and stances of several articles side by side", _COMPARE, function="compare_")
    )
    _report(_command(commands, "report", "write one HTML file that shows articles side by side", _REPORT, module="compare"))
    _eval(_command(commands, "eval", "score summaries against labels written by hand", _EVAL, function="eval_"))
    _cache(_command(commands, "cache", "look after the stored answers: stats, verify, export, import", module="admin"))
    _schema(_command(commands, "schema", "print the JSON Schema of a summary", module="admin"))
    _prompts(_command(commands, "prompts", "list the released prompts, or print one", module="admin"))
    _doctor(_command(commands, "doctor", "say what is installed and reachable", module="admin"))
    return top


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", metavar="PATH", nargs="+", help="a file, folder or glob; - for stdin")
    output = command.add_argument_group("output")
    output.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE; its suffix names the format (default: stdout)")
    output.add_argument("-f", "--format", metavar="FORMAT", help="table, jsonl, csv, parquet, sqlite or markdown")
    layers = "figures (default), claims, stances, articles, evidence or dropped"
    output.add_argument("--layer", metavar="LAYER", help=f"for csv and parquet: {layers}")
    output.add_argument("--with-text", action="store_true", help="put the text of the article into its summary")
    output.add_argument("--unordered", action="store_true", help="write summaries as they are finished, not in the order of the articles")
    output.add_argument("-q", "--quiet", action="store_true", help="no progress and no totals on stderr")
    output.add_argument("--dry-run", action="store_true", help="say what would be called and what it would cost, and call nothing")
    _reading(command)
    _model(command)


def _show(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", metavar="PATH", nargs=1, help="one article; - for stdin")
    layers = command.add_argument_group("what to show (default: everything)")
    for layer in ("claims", "stances", "figures"):
        layers.add_argument(f"--{layer}", action="store_true", help=f"the {layer}")
    evidence = "the text of the article before them, with their evidence in colours, or in brackets where there are none"
    command.add_argument("--text", action="store_true", help=evidence)
    _reading(command)
    _model(command)


def _compare(command: argparse.ArgumentParser) -> None:
    _together(command, "-", "table, json, markdown or html (default: by the suffix; a table on a terminal, else json)")


def _report(command: argparse.ArgumentParser) -> None:
    _together(command, "report.html", "html or markdown (default: by the suffix, else html)")


def _together(command: argparse.ArgumentParser, default: str, formats: str) -> None:
    command.add_argument("paths", metavar="PATH", nargs="+", help="articles, folders, globs, - for stdin; or JSON lines of summaries")
    output = command.add_argument_group("output")
    shown = "stdout" if default == "-" else default
    output.add_argument("-o", "--output", metavar="FILE", default=default, help=f"write to FILE; - for stdout (default: {shown})")
    output.add_argument("-f", "--format", metavar="FORMAT", help=formats)
    output.add_argument("--names", metavar="FILE", type=Path, help="a YAML file that says which names are one")
    output.add_argument("-q", "--quiet", action="store_true", help="no progress and no totals on stderr")
    _reading(command)
    _model(command)


def _eval(command: argparse.ArgumentParser) -> None:
    scoring = command.add_argument_group("scoring")
    scoring.add_argument("--gold", metavar="DIR", default="evals/gold", help="gold files (default: evals/gold)")
    scoring.add_argument("--summaries", metavar="FILE", help="score these JSON lines, ours or anybody's; call nothing")
    scoring.add_argument("--repeats", metavar="N", type=int, default=1, help="summarise each article N times (default: 1)")
    scoring.add_argument("--jobs", metavar="N", type=int, help=argparse.SUPPRESS)  # of scripts written before one process was enough
    output = command.add_argument_group("output")
    result = "write the result to FILE; - for stdout, without the table (default: results/ beside the gold)"
    output.add_argument("-o", "--output", metavar="FILE", help=result)
    output.add_argument("-q", "--quiet", action="store_true", help="no progress and no totals on stderr")
    _verdict(output)
    _model(command)
    actions = command.add_subparsers(title="actions", metavar="ACTION")
    check = _command(actions, "check", "say what is wrong with gold files, by file, line and field", module="eval", function="check")
    check.add_argument("paths", metavar="PATH", nargs="*", help="gold files or folders (default: evals/gold)")
    label = _command(actions, "label", "write a gold file to fill in", module="eval", function="label")
    label.add_argument("file", metavar="FILE", help="one article; - for stdin")
    label.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE, which must not be there yet (default: stdout)")
    label.add_argument("--by", metavar="NAME", help="who labels it")
    label.add_argument("--prelabel", action="store_true", help="begin with what the mock client finds, marked as pre-filled")
    label.add_argument("--summaries", metavar="FILE", help="begin with the summary in these JSON lines, marked as pre-filled")
    compare = _command(actions, "compare", "compare results with the first of them", module="eval", function="compare")
    compare.add_argument("results", metavar="RESULT", nargs="+", help="result files of the same gold, two or more")
    _verdict(compare.add_argument_group("output"))
    report = _command(actions, "report", "write one HTML file that shows results beside the texts", module="eval", function="report")
    report.add_argument("results", metavar="RESULT", nargs="+", help="result files; several of the same gold are compared with the first")
    report.add_argument("-o", "--output", metavar="FILE", default="report.html", help="write to FILE; - for stdout (default: report.html)")
    report.add_argument("--full", action="store_true", help="pack nothing, however large the file gets")
    groups = _command(
        actions, "groups", "whether figures of several articles are put together as by hand", module="eval", function="groups"
    )
    groups.add_argument("paths", metavar="PATH", nargs="*", help="articles, or JSON lines of summaries with texts (default: corpus)")
    groups.add_argument("--labels", metavar="FILE", default="evals/groups.yaml", help="groups found by hand (default: evals/groups.yaml)")
    groups.add_argument("-q", "--quiet", action="store_true", help="no progress and no totals on stderr")
    export = _command(actions, "export", "write a result for other programs: CSV, or a log of Inspect", module="eval", function="export")
    export.add_argument("result", metavar="RESULT", help="a result file")
    export.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE; its suffix names the format (default: stdout)")
    export.add_argument("-f", "--format", choices=("csv", "inspect"), help="csv, or inspect, a .json log (default: by the suffix)")
    export.add_argument("--layer", metavar="LAYER", help="for csv: metrics (default) or decisions")
    agreement = _command(actions, "agreement", "how far two labellers agree", module="eval", function="agreement")
    for name in ("a", "b"):
        agreement.add_argument(name, metavar=name.upper(), help="the gold file, or the folder of them, of one labeller")


def _verdict(group: argparse._ActionsContainer) -> None:
    group.add_argument("--markdown", action="store_true", help="a table to paste in a pull request")
    group.add_argument("--gate", metavar="FILE", help="what must be reached, in TOML: exit code 1 where it is not")
    group.add_argument("--strict", action="store_true", help="let the warnings of the gate fail too")
    group.add_argument("--junit", metavar="FILE", help="write a JUnit report to FILE")
    group.add_argument("--html", metavar="FILE", help="write an HTML report to FILE: every decision beside the text")


def _cache(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, help_ in (
        ("stats", "how many answers are stored, of which models, and what they cost"),
        ("verify", "read every stored answer and report the damaged ones"),
        ("export", "write all answers as JSON lines that a person can read"),
        ("import", "take over answers that were exported"),
    ):
        action = _command(actions, name, help_, module="admin", function=f"{name}_")
        if name in ("export", "import"):
            action.add_argument("file", metavar="FILE", help="a .jsonl or .jsonl.gz file" + ("; - for stdout" if name == "export" else ""))
        _setting(action, "--cache", metavar="DIR", type=Path, help="the folder of stored answers")
        _config(action)


def _schema(command: argparse.ArgumentParser) -> None:
    command.add_argument("--draft", action="store_true", help="the schema of what the model must return, instead")


def _prompts(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME/vN", nargs="?", help="print this prompt")


def _doctor(command: argparse.ArgumentParser) -> None:
    _model(command)


def _reading(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reading")
    for column in ("id", "text", "title", "source", "published", "url", "language"):
        group.add_argument(f"--{column}-col", metavar="NAME", help=f"the column or field that holds the {column}")
    group.add_argument("--max-bytes", metavar="N", type=int, help="refuse articles larger than this")
    group.add_argument("--stdin-format", metavar="FORMAT", help="what comes from - (default: text, or JSON lines where it looks so)")
    group.add_argument("--encoding", metavar="NAME", help="the encoding of text files, where it is known")


def _model(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("model")
    _setting(group, "--model", metavar="NAME", help="gpt-5-mini, vendor/model, …; without it the offline mock client answers")
    _setting(group, "--base-url", metavar="URL", help="an OpenAI-compatible API, such as http://127.0.0.1:8080/v1")
    _setting(group, "--replay", metavar="PATH", type=Path, help="take answers from this recording or cache folder only; call nothing")
    _setting(group, "--cache", metavar="DIR", type=Path, help="the folder of stored answers (default: in the user's data folder)")
    _setting(group, "--prompt", metavar="NAME/vN", help="a released prompt, or the path of a prompt file")
    _setting(group, "--temperature", metavar="T", type=float, help="sampling temperature (default: the service's)")
    _setting(group, "--max-tokens", metavar="N", type=int, help="the longest answer, in tokens (default: 4096)")
    _setting(group, "--context-tokens", metavar="N", type=int, help="what the model takes, prompt and answer together")
    _setting(group, "--sample", metavar="N", type=int, help="ask for another answer to the same request (default: 0)")
    limits = command.add_argument_group("limits")
    _setting(limits, "--in-flight", metavar="N", type=int, help="requests at once (default: 16, on this machine 2)")
    _setting(limits, "--rpm", metavar="N", type=float, help="requests a minute")
    _setting(limits, "--tpm", metavar="N", type=float, help="tokens a minute")
    _setting(limits, "--max-cost", metavar="USD", type=float, help="stop before more than this is spent (exit code 3)")
    _setting(
        limits, "--deadline", metavar="SECONDS", type=float, help="the longest time for one request (default: 300, on this machine 900)"
    )
    _setting(limits, "--processes", metavar="N", type=int, help="further processes that read articles (default: one a spare core)")
    _config(limits)
    trust = "let a summarise.toml that lies here say who gets the key in SUMMARISE_API_KEY"
    limits.add_argument("--trust-config", action="store_true", help=trust)


def _setting(group: argparse._ActionsContainer, flag: str, **options: Any) -> None:
    """A flag for one of Settings; not given, it stays None and leaves the word to environment, file and default."""
    group.add_argument(flag, default=None, **options)


def _config(group: argparse._ActionsContainer) -> None:
    group.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: summarise.toml here, if there is one)")


def _command(commands: Any, name: str, help_: str, description: str | None = None, **where: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=description or help_[0].upper() + help_[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(command=_later(where.get("module", name), where.get("function", name)))
    return command


def _later(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def call(arguments: argparse.Namespace) -> int:
        run: Callable[[argparse.Namespace], int] = getattr(import_module(f"summarise.cli.{module}"), function)
        return run(arguments)

    return call
