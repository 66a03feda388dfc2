"""`summarise compare` and `summarise report`: many articles side by side."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from summarise.cli.progress import Progress
from summarise.cli.settings import read_options_of, settings_of
from summarise.cli.signals import finishing
from summarise.comparison import Comparison, compare
from summarise.errors import InputError, UsageError
from summarise.schema import Failure, Summary
from summarise.stored import holds_summaries, read_summaries

_STDOUT = "-"


def compare_(arguments: argparse.Namespace) -> int:
    to_terminal = arguments.output == _STDOUT and sys.stdout.isatty()
    return _written(arguments, _FORMATS, "table" if to_terminal else _by_suffix(arguments.output, "json"))


def report(arguments: argparse.Namespace) -> int:
    formats = {name: _FORMATS[name] for name in ("html", "markdown")}
    return _written(arguments, formats, _by_suffix(arguments.output, "html"))


def _written(arguments: argparse.Namespace, formats: Mapping[str, Callable[[Comparison], str]], default: str) -> int:
    name = arguments.format or default
    if name not in formats:
        raise UsageError(f"unknown format '{name}'", hint=f"formats are {', '.join(formats)}")
    items = items_of(arguments)
    text = formats[name](compare(items, arguments.names))
    if arguments.output == _STDOUT:
        from summarise.export.outlet import Stdout

        outlet = Stdout()
        outlet.put(text.encode("utf-8", "replace"))
        outlet.close(keep=True)
    else:
        from summarise.export.outlet import write_whole

        write_whole(Path(arguments.output), text)
    return _exit_code(items)


def items_of(arguments: argparse.Namespace) -> list[Summary | Failure]:
    """The summaries of the paths, in their order: those of files that hold summaries as they are, articles summarised now."""
    items: list[Summary | Failure] = []
    articles: list[str] = []
    for path in arguments.paths:
        if path != _STDOUT and holds_summaries(Path(path)):
            items += _summarised(arguments, articles)
            articles = []
            items += read_summaries(Path(path))
        else:
            articles.append(path)
    return items + list(_summarised(arguments, articles))


def _summarised(arguments: argparse.Namespace, paths: Sequence[str]) -> Iterator[Summary | Failure]:
    if not paths:
        return
    from summarise.pipeline import Summariser
    from summarise.reading import count, read

    options = read_options_of(arguments)
    with Summariser(settings_of(arguments), with_text=True) as summariser:
        articles = read(paths, options)
        progress = Progress(summariser.settings.model, count(paths, options), quiet=arguments.quiet)
        with progress, finishing(summariser.stop):
            for item in summariser.iterate(articles):
                progress.add(item)
                yield item
        progress.warn([*articles.warnings, *(summariser.client.warnings if summariser.client else ())])
        progress.finish()


def _by_suffix(output: str, default: str) -> str:
    return _SUFFIXES.get(Path(output).suffix.lower(), default)


def _exit_code(items: Sequence[Summary | Failure]) -> int:
    failed = sum(isinstance(item, Failure) for item in items)
    if items and failed == len(items):
        raise InputError("no article could be summarised", hint="there is nothing to compare")
    return 1 if failed else 0


def _table(comparison: Comparison) -> str:
    from summarise.report.terminal import comparison_lines

    return "".join(f"{line}\n" for line in comparison_lines(comparison, max(40, shutil.get_terminal_size((100, 24)).columns)))


def _json(comparison: Comparison) -> str:
    return comparison.to_json() + "\n"


def _markdown(comparison: Comparison) -> str:
    return comparison.to_markdown()


def _html(comparison: Comparison) -> str:
    from summarise.report import report as page

    return page(comparison)


_FORMATS: dict[str, Callable[[Comparison], str]] = {"table": _table, "json": _json, "markdown": _markdown, "html": _html}
_SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".txt": "table"}
