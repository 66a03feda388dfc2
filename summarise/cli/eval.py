"""`summarise eval`: the one place where evaluation and the pipeline meet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from summarise.cli import complain
from summarise.cli.terminal import put
from summarise.errors import InputError, OutputError, ReaderGone, UsageError
from summarise.text.sanitise import in_json, safe

if TYPE_CHECKING:
    from summarise.article import Article
    from summarise.evals.gate import EvalGate, GateVerdict
    from summarise.evals.gold.model import Entity, Gold, Spans
    from summarise.evals.results import Result
    from summarise.render.table import Table
    from summarise.settings import Settings


def eval_(arguments: argparse.Namespace) -> int:
    """Scores summaries, made now or before, against gold: a table or Markdown on stdout, the rest on stderr and in files."""
    if arguments.repeats < 1:
        raise UsageError(f"--repeats is {arguments.repeats}, but must be at least 1")
    gate = _gate(arguments)
    result = (_of_file if arguments.summaries else _of_a_run)(_gold(Path(arguments.gold)), arguments)
    verdict = _judged(gate, result, arguments)
    _show(result, verdict, arguments)
    return verdict.exit_code if verdict else int(bool(result.failed))


def check(arguments: argparse.Namespace) -> int:
    """Every fault of every gold file; 2 when there are any."""
    from summarise.evals.gold.model import LAYERS
    from summarise.evals.gold.read import check as check_gold
    from summarise.evals.gold.read import digest

    found = check_gold([Path(path) for path in arguments.paths or ["evals/gold"]], _article)
    for problem in found.errors:
        print(safe(str(problem)))
    for problem in found.warnings:
        print(safe(f"{problem.file}:{problem.line}: remark: {problem.path + ': ' if problem.path else ''}{problem.message}"))
    for gold in found.gold:
        for refused in _refused_labels(gold):
            print(safe(f"{gold.file}: given as an answer, it would be refused: {refused}"), file=sys.stderr)
    sizes = ", ".join(f"{sum(len(one.labels.of(layer)) for one in found.gold)} {layer}" for layer in LAYERS)
    print(f"{len(found.gold)} sound gold file{'s' * (len(found.gold) != 1)}: {sizes}; digest {digest(found.gold)[:12]}", file=sys.stderr)
    if found.errors:
        print(f"{len(found.errors)} faults in {len({problem.file for problem in found.errors})} files", file=sys.stderr)
    return 2 if found.errors else 0


def _refused_labels(gold: Gold) -> list[str]:
    """The labels of an article that grounding would not take from a model, and why."""
    from summarise import ground
    from summarise.article import Article
    from summarise.document import Document
    from summarise.schema import Draft, DraftClaim, DraftStance

    document = Document.of(Article(gold.text, title=gold.title, source=gold.source, published=gold.published))

    def sentences(spans: Spans) -> list[int]:
        return [one.number for one in document.sentences if any(one.start < end and start < one.end for start, end in spans[0])][:6]

    def name(entity: Entity) -> str | None:
        return None if entity.is_author else entity.names[0]

    claims: list[dict[str, Any]] = [
        {"text": one.text, "speaker": name(one.speaker), "mode": one.mode, "sentences": sentences(one.spans)} for one in gold.labels.claims
    ]
    stances: list[dict[str, Any]] = [
        {"holder": name(one.holder), "target": one.target.names[0], "polarity": one.polarity, "sentences": sentences(one.spans)}
        for one in gold.labels.stances
    ]
    draft = Draft.model_construct(
        gist="",
        claims=[DraftClaim.model_construct(**one) for one in claims],
        stances=[DraftStance.model_construct(**one) for one in stances],
        figures=[],
        corrections=[],
        missed_figures=[],
    )
    return ground.Grounder(document).ground(draft).faults


def label(arguments: argparse.Namespace) -> int:
    """A gold file to fill in, on stdout or in a new file; one that is there is never written over."""
    from summarise.evals.labelling import gold_template

    article: Article = _article(Path(arguments.file))
    is_prefilled = arguments.prelabel or arguments.summaries
    text = _prefilled(article, arguments) if is_prefilled else gold_template(article, arguments.by or "")
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


def _prefilled(article: Article, arguments: argparse.Namespace) -> str:
    """The gold file that begins with a summary of the article: one of a file, or what the mock client makes of it."""
    from summarise.evals.labelling import prefilled_template
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
    return prefilled_template(article, found[0], arguments.by or "")


def compare(arguments: argparse.Namespace) -> int:
    """Each result against the first: a table on stdout; with a gate, its verdict and exit code."""
    from summarise.evals.compare import compare as compare_results
    from summarise.evals.compare import comparison_table, models_table
    from summarise.evals.gate import judge

    if len(arguments.results) < 2:
        raise UsageError("eval compare needs two results or more")
    gate = _gate(arguments)
    named = _results(arguments.results)
    (first_name, first), *others = named
    code = 0
    if not arguments.markdown:
        _print_table(models_table(named))
    for name, other in others:
        found = compare_results(first, other, gate.tested if gate else ())
        if not arguments.markdown:
            _print([""])
        _print_table(comparison_table((first_name, name), found), as_markdown=arguments.markdown)
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
    from summarise.evals.labelling import agreement as agree
    from summarise.evals.labelling import agreement_table

    _print_table(agreement_table(agree(_gold(Path(arguments.a)), _gold(Path(arguments.b)))))
    return 0


def groups(arguments: argparse.Namespace) -> int:
    """How well the figures of articles are grouped, as compared with groups made by hand."""
    from summarise.cli.compare import items_of
    from summarise.compare.figures import figure_groups
    from summarise.compare.model import sources_of
    from summarise.evals.figure_groups import grouping_tables, read_groups
    from summarise.schema import Summary

    arguments.paths = arguments.paths or ["corpus"]
    summaries = [item for item in items_of(arguments) if isinstance(item, Summary)]
    texts = {summary.article.id: summary.article.text for summary in summaries if summary.article.text is not None}
    labels = read_groups(Path(arguments.labels), texts)
    for at, table in enumerate(grouping_tables(figure_groups(sources_of(summaries)), labels, sorted(texts))):
        _print([""] * bool(at))
        _print_table(table)
    return 0


def _results(paths: Sequence[str]) -> list[tuple[str, Result]]:
    """Result files, each with the name of its file."""
    from summarise.evals.results import read_result

    return [(Path(path).stem, read_result(Path(path))) for path in paths]


# --- gold and articles ------------------------------------------------------------------------------------------------


def _gold(path: Path) -> Sequence[Gold]:
    from summarise.evals.gold.read import read_gold

    return read_gold([path], _article)


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


def _of_file(gold: Sequence[Gold], arguments: argparse.Namespace) -> Result:
    """The result of the summaries in a file."""
    from summarise.evals.evaluate import Provenance, evaluate
    from summarise.evals.outputs import read_outputs

    name = arguments.summaries.encode("utf-8", "replace").decode()  # a name of a file may be no text
    reading = read_outputs(Path(arguments.summaries))
    _complain(reading.problems)
    return evaluate(gold, reading.outputs, Provenance.now(Path(arguments.gold), {"summaries": name}, name))


def _of_a_run(gold: Sequence[Gold], arguments: argparse.Namespace) -> Result:
    """The result of summaries made now."""
    from summarise.cli.settings import settings_of
    from summarise.evals.evaluate import Provenance, evaluate, settings_record
    from summarise.evals.outputs import parse_lines

    settings = settings_of(arguments)
    reading = parse_lines(_made([one.article for one in gold], settings, arguments))
    return evaluate(gold, reading.outputs, Provenance.now(Path(arguments.gold), settings_record(settings, arguments.repeats)))


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


# --- what comes out ---------------------------------------------------------------------------------------------------


def _show(result: Result, verdict: GateVerdict | None, arguments: argparse.Namespace) -> None:
    from summarise.evals.compare import result_summary, result_table
    from summarise.evals.results import to_json, write_result

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
        _print_table((result_summary if arguments.markdown else result_table)(result), as_markdown=arguments.markdown)
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


def _gate(arguments: argparse.Namespace) -> EvalGate | None:
    if not arguments.gate:
        return None
    from summarise.evals.gate import read_gate

    return read_gate(Path(arguments.gate))


def _judged(gate: EvalGate | None, result: Result, arguments: argparse.Namespace) -> GateVerdict | None:
    if gate is None:
        return None
    from summarise.evals.compare import compare as compare_results
    from summarise.evals.gate import judge
    from summarise.evals.results import read_result

    against = compare_results(read_result(gate.baseline), result, gate.tested) if gate.baseline else None
    return judge(gate, result, against, strict=arguments.strict)


def _write_junit(path: str | None, result: Result, verdict: GateVerdict | None) -> None:
    if path:
        from summarise.evals.exports import junit
        from summarise.files import write_whole

        write_whole(Path(path), junit(result, verdict))


def _write_html(path: str | None, results: Sequence[tuple[str, Result]]) -> None:
    if path:
        from summarise.evals.report import write_report

        write_report(results, Path(path))


def _print_table(table: Table, *, as_markdown: bool = False) -> None:
    from summarise.render.table import lines, markdown

    _print(markdown(table).splitlines() if as_markdown else lines(table))


def _print(lines: Iterable[str], file: TextIO | None = None) -> None:
    for line in lines:
        print(line.encode("utf-8", "replace").decode(), file=file)


def _complain(lines: Sequence[str], most: int = 20) -> None:
    for line in lines[:most]:
        print(safe(f"summarise: {line}"), file=sys.stderr)
    if len(lines) > most:
        print(f"summarise: and {len(lines) - most:,} lines more that are no summaries", file=sys.stderr)
