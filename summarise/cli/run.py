"""`summarise run`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from summarise.cli.apart import output_identity
from summarise.cli.progress import Progress, Tally
from summarise.cli.settings import read_options_of, settings_of
from summarise.cli.signals import finishing
from summarise.pipeline import Summariser
from summarise.reading import Reading, read


def run(arguments: argparse.Namespace) -> int:
    summariser = Summariser(settings_of(arguments), with_text=arguments.with_text)
    options = read_options_of(arguments)
    articles = read(arguments.paths, options)
    articles.keep_apart(output_identity(arguments.output))
    if arguments.dry_run:
        from summarise.cli.dry_run import dry_run

        return dry_run(summariser, articles)
    # On a terminal that shows the results themselves, a bar would only stand in their way.
    bar = not _shows_results(arguments)
    progress = Progress(summariser.settings.model, articles.total, quiet=arguments.quiet, bar=bar)
    try:
        asyncio.run(_run(summariser, articles, arguments, progress))
    finally:
        progress.finish(summariser.spent)
    return _exit_code(progress.tally)


async def _run(summariser: Summariser, articles: Reading, arguments: argparse.Namespace, progress: Progress) -> None:
    """Writes every outcome."""
    from summarise.display import wants_colour
    from summarise.export import open_writer

    colour = wants_colour(sys.stdout, os.environ)
    format_ = arguments.format or ("table" if _shows_results(arguments) else None)
    async with summariser:
        with open_writer(arguments.output, format_, layer=arguments.layer, colour=colour) as writer, progress, finishing(summariser.stop):
            async for item in summariser.stream(articles, ordered=not arguments.unordered):
                writer.write(item)
                progress.add(item)
        progress.warn([*articles.warnings, *(summariser.client.warnings if summariser.client else ())])


def _shows_results(arguments: argparse.Namespace) -> bool:
    """Whether the results go to a terminal."""
    return arguments.output == "-" and sys.stdout.isatty()


def _exit_code(tally: Tally) -> int:
    if not tally.summarised and tally.unread == tally.failed:
        return 2
    return 1 if tally.failed else 0
