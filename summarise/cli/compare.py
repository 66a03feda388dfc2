"""`summarise compare` and `summarise report`: many articles side by side."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from summarise.cli.progress import Progress
from summarise.cli.settings import output_identity, read_options_of, refuse_same, settings_of
from summarise.cli.signals import finishing
from summarise.compare.comparison import Comparison, compare
from summarise.errors import InputError, UsageError
from summarise.file_signatures import MARKDOWN
from summarise.schema import Failure, Summary, holds_summaries, read_summaries
from summarise.text.sanitise import in_json, safe

if TYPE_CHECKING:
    from summarise.files import ByteSink

_STDOUT = "-"


def compare_(arguments: argparse.Namespace) -> int:
    to_terminal = arguments.output == _STDOUT and sys.stdout.isatty()
    return _written(arguments, _FORMATS, "table" if to_terminal else _by_suffix(arguments.output, "json"))


def report_(arguments: argparse.Namespace) -> int:
    formats = {name: _FORMATS[name] for name in ("html", "markdown")}
    return _written(arguments, formats, _by_suffix(arguments.output, "html"))


def _written(arguments: argparse.Namespace, formats: Mapping[str, Callable[[Comparison], str]], default: str) -> int:
    name = arguments.format or default
    if name not in formats:
        raise UsageError(f"unknown format '{name}'", hint=f"formats are {', '.join(formats)}")
    with _opened(arguments.output, in_json if name == "json" else safe) as outlet:
        items = items_of(arguments)
        outlet.put(formats[name](compare(items, arguments.names)).encode("utf-8", "backslashreplace"))
    return _exit_code(items)


def _opened(output: str, visible: Callable[[str], str]) -> AbstractContextManager[ByteSink]:
    from summarise.files import Stdout, whole

    return nullcontext(Stdout(visible)) if output == _STDOUT else whole(Path(output))


def items_of(arguments: argparse.Namespace) -> list[Summary | Failure]:
    """The summaries of the paths, in their order: read from files that hold summaries, made now from articles.

    A folder or glob that holds nothing but files of this program stands for the summaries in them.
    """
    items: list[Summary | Failure] = []
    articles: list[str] = []
    for path in arguments.paths:
        if stored := _stored(path):
            refuse_same([_output(arguments)], stored)
            items += _summarised(arguments, articles)
            articles = []
            items += chain.from_iterable(read_summaries(Path(one)) for one in stored)
        else:
            articles.append(path)
    return items + list(_summarised(arguments, articles))


def _stored(path: str) -> list[str]:
    from summarise.reading import results_in

    if path == _STDOUT:
        return []
    return [one for one in ([path] if Path(path).is_file() else results_in(path)) if holds_summaries(Path(one))]


def _output(arguments: argparse.Namespace) -> str:
    return getattr(arguments, "output", None) or _STDOUT


def _summarised(arguments: argparse.Namespace, paths: Sequence[str]) -> Iterator[Summary | Failure]:
    if not paths:
        return
    from summarise.pipeline import Summariser
    from summarise.reading import read

    options = read_options_of(arguments)
    summariser = Summariser(settings_of(arguments), with_text=True)
    articles = read(paths, options)
    articles.keep_apart(output_identity(_output(arguments)))
    progress = Progress(summariser.settings.model, articles.total, quiet=arguments.quiet)
    try:
        with summariser:
            with progress, finishing(summariser.stop):
                for item in summariser.iterate(articles):
                    progress.add(item)
                    yield item
            progress.warn([*articles.warnings, *(summariser.client.warnings if summariser.client else ())])
    finally:
        progress.finish(summariser.spent)


def _by_suffix(output: str, default: str) -> str:
    return _SUFFIXES.get(Path(output).suffix.lower(), default)


def _exit_code(items: Sequence[Summary | Failure]) -> int:
    failed = sum(isinstance(item, Failure) for item in items)
    if failed == len(items):
        raise InputError("no article could be summarised", hint="there is nothing to compare")
    return 1 if failed else 0


def _table(comparison: Comparison) -> str:
    from summarise.render.comparison import comparison_lines

    return "".join(f"{line}\n" for line in comparison_lines(comparison, max(40, shutil.get_terminal_size((100, 24)).columns)))


def _html(comparison: Comparison) -> str:
    from summarise.render.report import report

    return report(comparison)


_FORMATS: dict[str, Callable[[Comparison], str]] = {
    "table": _table,
    "json": lambda comparison: comparison.to_json() + "\n",
    "markdown": lambda comparison: MARKDOWN + comparison.to_markdown(),
    "html": _html,
}
_SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".txt": "table"}
