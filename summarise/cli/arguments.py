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
checked summary for each: a table on a terminal, JSON Lines in a pipe or a file. Run the same command again to resume.

examples:
  summarise run articles/                              offline, with the mock client
  summarise run articles/ --model gpt-5-mini --dry-run what it would cost
  summarise run articles/ --model gpt-5-mini -o out.jsonl
  summarise run news.csv --id-col url --text-col body -o figures.csv
  summarise run articles/ --model qwen2.5 --base-url http://127.0.0.1:8080/v1
  cat one.txt | summarise run -
"""

_COMPARE = """\
Shows the same figures, claims and stances of several articles side by side, and whether they agree. Pairs that are unsure are not compared.
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
  summarise eval check                                 are the gold files valid?
  summarise eval compare before.json after.json
  summarise eval report result.json -o report.html     every decision beside the text, in a browser
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="summarise",
        description="News articles in; key claims, stances and cited figures out, each tied to the exact words that support it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"summarise {__version__}", help="show the version and exit")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _run(_command(commands, "run", "summarise articles", _RUN))
    _show(_command(commands, "show", "summarise articles and show them in the terminal", module="run"))
    compare = _command(
        commands, "compare", "show figures, claims and stances of several articles side by side", _COMPARE, function="compare_"
    )
    _side_by_side(compare, "-", "table, json, markdown or html (default: by the suffix; a table on a terminal, else json)")
    report = _command(
        commands, "report", "write one HTML file that shows articles side by side", _REPORT, module="compare", function="report_"
    )
    _side_by_side(report, "report.html", "html or markdown (default: by the suffix, else html)")
    _eval(_command(commands, "eval", "score summaries against hand-written labels", _EVAL, function="eval_"))
    _cache(_command(commands, "cache", "manage the answer cache: stats, verify, export, import", module="admin"))
    schema = _command(commands, "schema", "print the JSON Schema of a summary", module="admin")
    schema.add_argument("--draft", action="store_true", help="print the schema of what the model must return instead")
    prompts = _command(commands, "prompts", "list the released prompts, or print one", module="admin")
    prompts.add_argument("name", metavar="NAME/vN", nargs="?", help="print this prompt")
    _model(_command(commands, "doctor", "check what is installed and reachable", module="admin"))
    return top


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", metavar="PATH", nargs="+", help="a file, folder or glob; - for stdin")
    output = command.add_argument_group("output")
    output.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE; its suffix names the format (default: stdout)")
    output.add_argument("-f", "--format", metavar="FORMAT", help="table, jsonl, csv, parquet, sqlite or markdown")
    layers = "figures (default), claims, stances, articles, evidence or dropped"
    output.add_argument("--layer", metavar="LAYER", help=f"for csv and parquet: {layers}")
    output.add_argument("--with-text", action="store_true", help="include the text of the article in its summary")
    output.add_argument("--unordered", action="store_true", help="write summaries as they finish, not in the order of the articles")
    _quiet(output)
    output.add_argument("--dry-run", action="store_true", help="preview the calls and their cost; make no network calls")
    _reading(command)
    _model(command)


def _show(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", metavar="PATH", nargs=1, help="an article, or a folder to show all articles in it; - for stdin")
    layers = command.add_argument_group("what to show (default: everything)")
    for layer in ("claims", "stances", "figures"):
        layers.add_argument(f"--{layer}", action="store_true", help=f"the {layer}")
    evidence = "the text of the article first, with the evidence in colours, or in brackets where there are none"
    command.add_argument("--text", action="store_true", help=evidence)
    _reading(command)
    _model(command)


def _side_by_side(command: argparse.ArgumentParser, default: str, formats: str) -> None:
    command.add_argument("paths", metavar="PATH", nargs="+", help="articles, folders, globs, - for stdin; or JSON Lines of summaries")
    output = command.add_argument_group("output")
    place = "stdout" if default == "-" else default
    output.add_argument("-o", "--output", metavar="FILE", default=default, help=f"write to FILE; - for stdout (default: {place})")
    output.add_argument("-f", "--format", metavar="FORMAT", help=formats)
    output.add_argument("--names", metavar="FILE", type=Path, help="a YAML file that lists which names mean one person or thing")
    _quiet(output)
    _reading(command)
    _model(command)


def _eval(command: argparse.ArgumentParser) -> None:
    scoring = command.add_argument_group("scoring")
    scoring.add_argument("--gold", metavar="DIR", default="evals/gold", help="gold files (default: evals/gold)")
    scoring.add_argument("--summaries", metavar="FILE", help="score these JSON Lines, from any system; make no network calls")
    scoring.add_argument("--repeats", metavar="N", type=int, default=1, help="summarise each article N times (default: 1)")
    scoring.add_argument("--jobs", metavar="N", type=int, help=argparse.SUPPRESS)  # of scripts written before one process was enough
    output = command.add_argument_group("output")
    result = "write the result to FILE; - for stdout, without the table (default: results/ beside the gold)"
    output.add_argument("-o", "--output", metavar="FILE", help=result)
    _quiet(output)
    _verdict(output)
    _model(command)
    actions = command.add_subparsers(title="actions", metavar="ACTION")
    check = _command(actions, "check", "report errors in gold files, by file, line and field", module="eval", function="check")
    check.add_argument("paths", metavar="PATH", nargs="*", help="gold files or folders (default: evals/gold)")
    label = _command(actions, "label", "write a gold file to fill in", module="eval", function="label")
    label.add_argument("file", metavar="FILE", help="one article; - for stdin")
    label.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE, which must not exist yet (default: stdout)")
    label.add_argument("--by", metavar="NAME", help="who labels it")
    label.add_argument("--prelabel", action="store_true", help="start from what the mock client finds, marked as pre-filled")
    label.add_argument("--summaries", metavar="FILE", help="start from the summary in these JSON Lines, marked as pre-filled")
    compare = _command(actions, "compare", "compare results with the first of them", module="eval", function="compare")
    compare.add_argument("results", metavar="RESULT", nargs="+", help="result files of the same gold, two or more")
    _verdict(compare.add_argument_group("output"))
    report = _command(actions, "report", "write one HTML file that shows results beside the texts", module="eval", function="report")
    report.add_argument("results", metavar="RESULT", nargs="+", help="result files; several of the same gold are compared with the first")
    report.add_argument("-o", "--output", metavar="FILE", default="report.html", help="write to FILE; - for stdout (default: report.html)")
    report.add_argument("--full", action="store_true", help="compress nothing, however large the file gets")
    groups = _command(actions, "groups", "score the grouping of figures of several articles", module="eval", function="groups")
    groups.add_argument("paths", metavar="PATH", nargs="*", help="articles, or JSON Lines of summaries with texts (default: corpus)")
    labels = "groups labelled by hand (default: evals/groups.yaml)"
    groups.add_argument("--labels", metavar="FILE", default="evals/groups.yaml", help=labels)
    _quiet(groups)
    export = _command(actions, "export", "write a result for other programs: CSV, or an Inspect log", module="eval", function="export")
    export.add_argument("result", metavar="RESULT", help="a result file")
    export.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE; its suffix names the format (default: stdout)")
    export.add_argument("-f", "--format", choices=("csv", "inspect"), help="csv, or inspect, a .json log (default: by the suffix)")
    export.add_argument("--layer", metavar="LAYER", help="for csv: metrics (default) or decisions")
    agreement = _command(actions, "agreement", "measure how far two labellers agree", module="eval", function="agreement")
    for name in ("a", "b"):
        agreement.add_argument(name, metavar=name.upper(), help="the gold file, or the folder of them, of one labeller")


def _verdict(group: argparse._ActionsContainer) -> None:
    group.add_argument("--markdown", action="store_true", help="a table to paste into a pull request")
    group.add_argument("--gate", metavar="FILE", help="the scores that must be reached, in TOML; exit code 1 where they are not")
    group.add_argument("--strict", action="store_true", help="let warnings of the gate fail it too")
    group.add_argument("--junit", metavar="FILE", help="write a JUnit report to FILE")
    group.add_argument("--html", metavar="FILE", help="write an HTML report to FILE: every decision beside the text")


def _cache(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, help_ in (
        ("stats", "show how many answers are stored, of which models, and what they cost"),
        ("verify", "read every stored answer and report the damaged ones"),
        ("export", "write all answers as JSON Lines that a person can read"),
        ("import", "add answers that were exported"),
    ):
        action = _command(actions, name, help_, module="admin", function=f"{name}_")
        if name in ("export", "import"):
            action.add_argument("file", metavar="FILE", help="a .jsonl or .jsonl.gz file" + ("; - for stdout" if name == "export" else ""))
        _setting(action, "--cache", metavar="DIR", type=Path, help="the folder of stored answers")
        _config(action)


_COLUMNS = {
    "id": "id",
    "text": "text",
    "title": "title",
    "source": "source",
    "published": "publication date",
    "url": "URL",
    "language": "language",
}


def _reading(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reading")
    for column, meaning in _COLUMNS.items():
        group.add_argument(f"--{column}-col", metavar="NAME", help=f"column or field with the {meaning}")
    group.add_argument("--max-bytes", metavar="N", type=int, help="refuse articles larger than this (default: 20000000)")
    group.add_argument("--stdin-format", metavar="FORMAT", help="format of stdin (default: text, or JSON Lines where it looks like that)")
    group.add_argument("--encoding", metavar="NAME", help="the encoding of text files (default: detected)")


def _quiet(group: argparse._ActionsContainer) -> None:
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no totals on stderr")


def _model(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("model")
    _setting(group, "--model", metavar="NAME", help="gpt-5-mini, vendor/model, …; without it the offline mock client answers")
    _setting(group, "--base-url", metavar="URL", help="an OpenAI-compatible API, such as http://127.0.0.1:8080/v1")
    replay = "take answers only from this recording or cache folder; make no network calls"
    _setting(group, "--replay", metavar="PATH", type=Path, help=replay)
    _setting(group, "--cache", metavar="DIR", type=Path, help="the folder of stored answers (default: in the user's data folder)")
    _setting(group, "--prompt", metavar="NAME/vN", help="a released prompt, or a prompt file that ends in .md")
    _setting(group, "--max-claims", metavar="N", type=int, help="how many claims a model is asked for at most (default: 10)")
    language = "the language of gist, claims and measures, such as German (default: the article's); quotes stay as they are"
    _setting(group, "--language", metavar="NAME", help=language)
    _setting(group, "--temperature", metavar="T", type=float, help="sampling temperature (default: the service's)")
    longest = "the longest answer, in tokens (default: 16384, or a quarter of a smaller context window)"
    _setting(group, "--max-tokens", metavar="N", type=int, help=longest)
    _setting(group, "--context-tokens", metavar="N", type=int, help="the model's context window in tokens")
    _setting(group, "--sample", metavar="N", type=int, help="sample number: a different N asks again (default: 0)")
    reasks = "ask again up to N times about claims and stances that the article does not support (default: 1)"
    _setting(group, "--reasks", metavar="N", type=int, help=reasks)
    limits = command.add_argument_group("limits")
    _setting(limits, "--in-flight", metavar="N", type=int, help="requests at once (default: 16; 2 when the server is on localhost)")
    _setting(limits, "--rpm", metavar="N", type=float, help="requests a minute")
    _setting(limits, "--tpm", metavar="N", type=float, help="tokens a minute")
    _setting(limits, "--max-cost", metavar="USD", type=float, help="stop before more than this is spent (exit code 3)")
    deadline = "time limit for one request (default: 300; 900 when the server is on localhost)"
    _setting(limits, "--deadline", metavar="SECONDS", type=float, help=deadline)
    _setting(limits, "--processes", metavar="N", type=int, help="extra processes that read articles (default: one per spare core)")
    _config(limits)
    trust = "let a summarise.toml found in this folder decide who gets SUMMARISE_API_KEY"
    limits.add_argument("--trust-config", action="store_true", help=trust)


def _setting(group: argparse._ActionsContainer, flag: str, **options: Any) -> None:
    """A flag for one of Settings; where it is not given it is None, and environment, file and default decide."""
    group.add_argument(flag, default=None, **options)


def _config(group: argparse._ActionsContainer) -> None:
    help_ = "settings file (default: summarise.toml in this folder, if there is one)"
    group.add_argument("--config", metavar="FILE", type=Path, help=help_)


def _command(commands: Any, name: str, help_: str, description: str | None = None, **where: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=description or help_[0].upper() + help_[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(command=_lazy(where.get("module", name), where.get("function", name)))
    return command


def _lazy(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """A function of `summarise.cli`, imported when it is called."""

    def call(arguments: argparse.Namespace) -> int:
        run: Callable[[argparse.Namespace], int] = getattr(import_module(f"summarise.cli.{module}"), function)
        return run(arguments)

    return call
