"""`summarise eval`: the one place where evaluation and the pipeline meet."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.cli import complain
from summarise.cli.terminal import put
from summarise.compare.model import FigureGroup
from summarise.errors import InputError, OutputError, ReaderGone, UsageError
from summarise.evals.groups import GroupingScore, Labels, score_grouping
from summarise.text.sanitise import in_json, safe

if TYPE_CHECKING:
    from summarise.article import Article
    from summarise.evals.evaluate import About, Desks
    from summarise.evals.gate import Gate, Verdict
    from summarise.evals.gold.model import Gold
    from summarise.evals.gold.read import Kept
    from summarise.evals.outputs import Reading
    from summarise.evals.results import Result
    from summarise.settings import Settings


_DESK = "from summarise.cli.eval import serve; serve()"
_PACKAGES = ("summarise-articles", "pydantic", "instructor", "openai", "numpy", "pyyaml", "sentencex")


def eval_(arguments: argparse.Namespace) -> int:
    """Scores summaries, made now or before, against gold: a table or Markdown on stdout, the rest on stderr and in files."""
    from summarise.evals.evaluate import Desks
    from summarise.evals.gold.read import gold_files

    if arguments.repeats < 1:
        raise UsageError(f"--repeats is {arguments.repeats}, but must be at least 1")
    gate = _gate(arguments)
    files = [str(path) for path in gold_files([Path(arguments.gold)])]
    with _keeping_all() if arguments.summaries else nullcontext(), Desks(_article, _jobs(arguments) - 1, _DESK, _kept()) as desks:
        result = (_of_file if arguments.summaries else _of_a_run)(desks, files, arguments)
        verdict = _judged(gate, result, arguments)
        _show(result, verdict, arguments)
    return verdict.exit_code if verdict else int(bool(result.failed))


def serve() -> None:
    """Reads and scores for another process of ours."""
    from summarise.concurrency import serve as serve_with
    from summarise.evals.evaluate import Desk

    with _keeping_all():
        serve_with(Desk(_article, _kept()).answer)


@contextmanager
def _keeping_all() -> Iterator[None]:
    """Nearly all that is made here is kept; to look for garbage in it again and again takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor at the end of the program
        if was_on:
            gc.enable()


def check(arguments: argparse.Namespace) -> int:
    """Every fault of every gold file; 2 when there are any."""
    from summarise.evals.gold.model import LAYERS
    from summarise.evals.gold.read import check as check_gold
    from summarise.evals.gold.read import digest

    found = check_gold([Path(path) for path in arguments.paths or ["evals/gold"]], _article)
    for fault in found.errors:
        print(safe(str(fault)))
    for fault in found.warnings:
        print(safe(f"{fault.file}:{fault.line}: remark: {fault.path + ': ' if fault.path else ''}{fault.message}"))
    sizes = ", ".join(f"{sum(len(one.labels(layer)) for one in found.gold)} {layer}" for layer in LAYERS)
    print(f"{len(found.gold)} sound gold file{'s' * (len(found.gold) != 1)}: {sizes}; digest {digest(found.gold)[:12]}", file=sys.stderr)
    if found.errors:
        print(f"{len(found.errors)} faults in {len({fault.file for fault in found.errors})} files", file=sys.stderr)
    return 2 if found.errors else 0


def label(arguments: argparse.Namespace) -> int:
    """A gold file to fill in, on stdout or in a new file; one that is there is never written over."""
    from summarise.evals.labelling import skeleton

    article: Article = _article(Path(arguments.file))
    begun = arguments.prelabel or arguments.summaries
    text = _prelabelled(article, arguments) if begun else skeleton(article, arguments.by or "")
    if arguments.output == "-":
        put(text)
        return 0
    _write_new(Path(arguments.output), text)
    return 0


def _write_new(path: Path, text: str) -> None:
    """The file whole, or none."""
    try:
        file = path.open("x", encoding="utf-8", errors="backslashreplace")
        try:
            with file:
                file.write(text)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except FileExistsError as error:
        raise UsageError(f"{path}: is there already", hint="labels are never written over; give another name") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error


def _prelabelled(article: Article, arguments: argparse.Namespace) -> str:
    """The gold file that begins with a summary of the article: one of a file, or what the mock client makes of it."""
    from summarise.evals.labelling import prelabelled
    from summarise.evals.outputs import parse_line, read_outputs

    if arguments.summaries:
        found = [one for one in read_outputs(Path(arguments.summaries)).outputs if article.sha256 == one.sha256 or article.id == one.id]
        if not found:
            raise UsageError(f"{arguments.summaries}: holds no summary of {article.id}")
    else:
        from summarise.pipeline import Summariser
        from summarise.settings import Settings

        with Summariser(Settings()) as summariser:
            found = [parse_line(item.to_json()) for item in summariser.iterate([article])]
    if found[0].failed is not None:
        raise InputError(f"{article.id}: there is no summary of it: {found[0].failed}")
    return prelabelled(article, found[0], arguments.by or "")


def compare(arguments: argparse.Namespace) -> int:
    """Each result against the first: a table on stdout; with a gate, its verdict and exit code."""
    from summarise.evals.compare import compare as compare_results
    from summarise.evals.gate import judge
    from summarise.evals.tables import comparison_markdown, comparison_table, models_table

    if len(arguments.results) < 2:
        raise UsageError("eval compare needs two results or more")
    gate = _gate(arguments)
    named = _results(arguments.results)
    (first_name, first), *others = named
    code = 0
    if len(others) > 1 and not arguments.markdown:
        _print([*models_table(named), ""])
    for name, other in others:
        found = compare_results(first, other, gate.tested if gate else ())
        pair = (first_name, name)
        _print(comparison_markdown(pair, found).splitlines() if arguments.markdown else comparison_table(pair, found))
        verdict = judge(gate, other, found, strict=arguments.strict) if gate else None
        if verdict:
            _print(verdict.lines())
            code = max(code, verdict.exit_code)
        _write_junit(arguments.junit, other, verdict)
    _write_html(arguments.html, named)
    return code


def report(arguments: argparse.Namespace) -> int:
    """One HTML file of one result, or of several compared with the first."""
    from summarise.evals.report import report as html
    from summarise.evals.report import write_report

    results = _results(arguments.results)
    if arguments.output == "-":
        put(html(results, full=arguments.full))
    else:
        write_report(results, Path(arguments.output), full=arguments.full)
    return 0


def export(arguments: argparse.Namespace) -> int:
    """A result for other programs: CSV, or a log of Inspect."""
    from summarise.evals.exports import csv_table, inspect_log
    from summarise.evals.results import read_result
    from summarise.files import write_whole

    result = read_result(Path(arguments.result))
    suffix = Path(arguments.output).suffix.lower()
    format = arguments.format or ("inspect" if suffix == ".json" else "csv")
    if format == "inspect" and arguments.layer:
        raise UsageError("--layer is for csv", hint="an Inspect log holds everything")
    text = inspect_log(result) if format == "inspect" else csv_table(result, arguments.layer or "metrics")
    if arguments.output == "-":
        put(text, in_json if format == "inspect" else safe)
    else:
        write_whole(Path(arguments.output), text)
    return 0


def agreement(arguments: argparse.Namespace) -> int:
    """How far two labellers agree, on stdout."""
    from summarise.evals.agreement import agreement as agree
    from summarise.evals.agreement import agreement_table

    _print(agreement_table(agree(_gold(Path(arguments.a)), _gold(Path(arguments.b)))))
    return 0


def _results(paths: Sequence[str]) -> list[tuple[str, Result]]:
    """Result files, each with the name of its file."""
    from summarise.evals.results import read_result

    return [(Path(path).stem, read_result(Path(path))) for path in paths]


# --- gold and articles ------------------------------------------------------------------------------------------------


def _gold(path: Path) -> Sequence[Gold]:
    from summarise.evals.gold.read import read_gold

    return read_gold([path], _article)


def _kept() -> Kept:
    import platformdirs

    from summarise.evals.gold.read import Kept

    return Kept(Path(platformdirs.user_cache_dir("summarise", appauthor=False)) / "gold")


def _article(path: Path) -> Article:
    from summarise.reading import Unread, read

    if str(path) != "-" and not path.is_file():
        raise InputError(f"{path}: no such file")
    articles = list(read([str(path)]))
    if len(articles) != 1:
        raise InputError(f"{path}: holds {len(articles)} articles, one is wanted")
    article = articles[0]
    if isinstance(article, Unread):
        raise article.error
    return article


# --- outputs ----------------------------------------------------------------------------------------------------------


def _of_file(desks: Desks, files: Sequence[str], arguments: argparse.Namespace) -> Result:
    """The result of the summaries in a file."""
    from functools import cache

    from summarise.evals.gold.read import together
    from summarise.evals.outputs import read_outputs

    def begin() -> tuple[Reading, About]:
        name = arguments.summaries.encode("utf-8", "replace").decode()  # a name of a file may be no text
        about = _about({"summaries": name}, name, arguments)
        return read_outputs(Path(arguments.summaries)), about

    begun = cache(begin)
    headings = together(desks.read(files, meanwhile=begun)).sound()
    reading, about = begun()
    _complain(reading.faults)
    return desks.evaluate(headings, reading, about)


def _of_a_run(desks: Desks, files: Sequence[str], arguments: argparse.Namespace) -> Result:
    """The result of summaries made now."""
    from summarise.cli.settings import settings_of
    from summarise.evals.gold.read import together
    from summarise.evals.outputs import parse_lines

    settings = settings_of(arguments)
    headings = together(desks.read(files)).sound()
    reading = parse_lines(_made([one.article for one in headings], settings, arguments))
    return desks.evaluate(headings, reading, _about(_settings_record(settings, arguments.repeats), "the output", arguments))


def _about(settings: dict[str, Any], source: str, arguments: argparse.Namespace) -> About:
    from summarise.evals.evaluate import About

    return About(settings, _environment(Path(arguments.gold)), _now(), source)


def _made(articles: Sequence[Article], settings: Settings, arguments: argparse.Namespace) -> Iterator[str]:
    """The outputs of all repeats, a line each; each repeat asks for other answers."""
    from summarise.cli.progress import Progress
    from summarise.cli.signals import finishing
    from summarise.pipeline import Summariser

    progress = Progress(settings.model, len(articles) * arguments.repeats, quiet=arguments.quiet)
    summarisers = [Summariser(replace(settings, sample=settings.sample + repeat)) for repeat in range(arguments.repeats)]
    try:
        with progress:
            for summariser in summarisers:
                with summariser, finishing(summariser.stop):
                    for item in summariser.iterate(articles):
                        progress.add(item)
                        yield item.to_json()
                    progress.warn(summariser.client.warnings if summariser.client else ())
    finally:
        progress.finish(*(each.spent for each in summarisers))


def _jobs(arguments: argparse.Namespace) -> int:
    """How many articles are scored at once: one a core, where nothing else is said."""
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError(f"--jobs is {arguments.jobs}, but must be at least 1")
    return arguments.jobs or len(os.sched_getaffinity(0))


# --- what comes out ---------------------------------------------------------------------------------------------------


def _show(result: Result, verdict: Verdict | None, arguments: argparse.Namespace) -> None:
    from summarise.evals.results import to_json, write_result
    from summarise.evals.tables import markdown, table

    _write_junit(arguments.junit, result, verdict)
    _write_html(arguments.html, [(result.signature.model or "the output", result)])
    judged = verdict.lines() if verdict else ()
    if arguments.output == "-":
        put(to_json(result), in_json)
        _print(judged, sys.stderr)
        return
    path = Path(arguments.output) if arguments.output else _result_path(result, Path(arguments.gold))
    write_result(result, path)
    with _beside_a_file() if arguments.output else nullcontext():
        _print(markdown(result).splitlines() if arguments.markdown else table(result))
        _print(judged)
    if not arguments.quiet:
        print(f"result: {path}", file=sys.stderr)


@contextmanager
def _beside_a_file() -> Iterator[None]:
    """Around what is shown of a result whose file the caller named: a stdout that is closed or full is told, and changes no exit code."""
    try:
        yield
        sys.stdout.flush()
    except ReaderGone:
        raise
    except OutputError as error:
        complain(error)


def _result_path(result: Result, gold: Path) -> Path:
    """Beside the gold, named by day, model and labels: 2031-04-20-mock-f6dd672c.json."""
    folder = gold if gold.is_dir() else gold.parent
    model = "".join(char if char.isalnum() or char in "._" else "-" for char in result.signature.model)[:60]
    return folder.parent / "results" / f"{(result.made or '')[:10]}-{model or 'unknown'}-{result.signature.gold[:8]}.json"


def _gate(arguments: argparse.Namespace) -> Gate | None:
    if not arguments.gate:
        return None
    from summarise.evals.gate import read_gate

    return read_gate(Path(arguments.gate))


def _judged(gate: Gate | None, result: Result, arguments: argparse.Namespace) -> Verdict | None:
    if gate is None:
        return None
    from summarise.evals.compare import compare as compare_results
    from summarise.evals.gate import judge
    from summarise.evals.results import read_result

    against = compare_results(read_result(gate.baseline), result, gate.tested) if gate.baseline else None
    return judge(gate, result, against, strict=arguments.strict)


def _write_junit(path: str | None, result: Result, verdict: Verdict | None) -> None:
    if path:
        from summarise.evals.exports import junit
        from summarise.files import write_whole

        write_whole(Path(path), junit(result, verdict))


def _write_html(path: str | None, results: Sequence[tuple[str, Result]]) -> None:
    if path:
        from summarise.evals.report import write_report

        write_report(results, Path(path))


def _print(lines: Any, file: Any = None) -> None:
    for line in lines:
        print(line.encode("utf-8", "replace").decode(), file=file)


def _complain(lines: Sequence[str], most: int = 20) -> None:
    for line in lines[:most]:
        print(safe(f"summarise: {line}"), file=sys.stderr)
    if len(lines) > most:
        print(f"summarise: and {len(lines) - most:,} lines more that are no summaries", file=sys.stderr)


# --- what a result tells of its run -----------------------------------------------------------------------------------


def _settings_record(settings: Settings, repeats: int) -> dict[str, Any]:
    """What can change an answer; no key, and no address that may hold one."""
    names = ("model", "prompt", "temperature", "max_tokens", "context_tokens", "sample")
    known = {name: getattr(settings, name) for name in names}
    return {**known, "own_server": settings.base_url is not None, "replay": settings.replay is not None, "repeats": repeats}


def _environment(folder: Path) -> dict[str, Any]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    commit = _git(folder, "rev-parse", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no") if commit else None
    return {
        "python": platform.python_version(),
        "platform": platform.system(),
        "packages": versions,
        "commit": commit,
        "dirty": None if changed is None else bool(changed),
    }


def _git(folder: Path, *words: str) -> str | None:
    """What git says of the folder of the labels; None where there is no git or no repository."""
    import subprocess

    from summarise.secrets import without_secrets

    where = folder if folder.is_dir() else folder.parent
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, no shell
            ["git", "-C", str(where), *words],  # noqa: S607
            capture_output=True,
            check=True,
            text=True,
            timeout=10,
            env={**without_secrets(os.environ), "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip()


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def groups(arguments: argparse.Namespace) -> int:
    from summarise.cli.compare import items_of
    from summarise.compare.figures import figure_groups
    from summarise.compare.model import sources_of
    from summarise.evals.groups import grouping_lines, read_groups
    from summarise.schema import Summary

    arguments.paths = arguments.paths or ["corpus"]
    summaries = [item for item in items_of(arguments) if isinstance(item, Summary)]
    texts = {summary.article.id: summary.article.text for summary in summaries if summary.article.text is not None}
    labels = read_groups(Path(arguments.labels), texts)
    for line in grouping_lines(_scores(figure_groups(sources_of(summaries)), labels, sorted(texts))):
        print(line)
    return 0


def _scores(found: Sequence[FigureGroup], labels: Labels, ids: Sequence[str]) -> Iterator[tuple[str, GroupingScore]]:
    tuned = frozenset(ids) & labels.tuned
    held_out = frozenset(ids) - labels.tuned
    yield f"all {len(ids)} articles", score_grouping(found, labels)
    if tuned and held_out:
        yield f"{len(tuned)} articles with which the rules were made", score_grouping(found, labels, tuned)
        yield f"{len(held_out)} others", score_grouping(found, labels, held_out)
