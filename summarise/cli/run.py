"""`summarise run`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys

from summarise.cli import INTERRUPTED
from summarise.cli.apart import output_identity
from summarise.cli.progress import Progress, Tally
from summarise.cli.settings import read_options_of, settings_of
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
        interrupted = asyncio.run(_run(summariser, articles, arguments, progress))
    except asyncio.CancelledError:
        interrupted = True
    finally:
        progress.finish(summariser.spent)
    return INTERRUPTED if interrupted else _exit_code(progress.tally)


async def _run(summariser: Summariser, articles: Reading, arguments: argparse.Namespace, progress: Progress) -> bool:
    """Writes every outcome; True when Ctrl-C ended the run early."""
    from summarise.display import wants_colour
    from summarise.export import open_writer

    interrupts = _Interrupts(summariser)
    colour = wants_colour(sys.stdout, os.environ)
    format_ = arguments.format or ("table" if _shows_results(arguments) else None)
    async with summariser:
        with open_writer(arguments.output, format_, layer=arguments.layer, colour=colour) as writer, progress:
            async for item in summariser.stream(articles, ordered=not arguments.unordered):
                writer.write(item)
                progress.add(item)
        progress.warn([*articles.warnings, *(summariser.client.warnings if summariser.client else ())])
    return interrupts.count > 0


def _shows_results(arguments: argparse.Namespace) -> bool:
    """Whether the results go to a terminal."""
    return arguments.output == "-" and sys.stdout.isatty()


class _Interrupts:
    """The first Ctrl-C finishes what is under way, the second ends it; both leave whole lines."""

    def __init__(self, summariser: Summariser) -> None:
        self.count = 0
        self._summariser = summariser
        self._task = asyncio.current_task()
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._interrupt)

    def _interrupt(self) -> None:
        self.count += 1
        if self.count == 1:
            print("summarise: finishing what is under way; Ctrl-C again to stop at once", file=sys.stderr)
            self._summariser.stop()
        elif self._task is not None:
            self._task.cancel()


def _exit_code(tally: Tally) -> int:
    if not tally.summarised and tally.unread == tally.failed:
        return 2
    return 1 if tally.failed else 0
