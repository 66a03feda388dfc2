"""`summarise run` and `summarise show`: articles in, summaries out, or an estimate of what that would cost."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable

from summarise.article import Article
from summarise.cli.progress import Progress, RunTotals, short
from summarise.cli.settings import output_identity, read_options_of, settings_of
from summarise.cli.signals import finishing
from summarise.pipeline import RunEstimate, Summariser, estimate
from summarise.reading import ArticleReader, Unread, read


def run(arguments: argparse.Namespace) -> int:
    summariser = Summariser(settings_of(arguments), with_text=arguments.with_text)
    options = read_options_of(arguments)
    articles = read(arguments.paths, options)
    articles.keep_apart(output_identity(arguments.output))
    if arguments.dry_run:
        return dry_run(summariser, articles)
    # On a terminal that shows the results themselves, a bar would overwrite them.
    bar = not _shows_results(arguments)
    progress = Progress(summariser.settings.model, articles.total, quiet=arguments.quiet, bar=bar)
    try:
        asyncio.run(_run(summariser, articles, arguments, progress))
    finally:
        progress.finish(summariser.spent)
    return _exit_code(progress.totals)


async def _run(summariser: Summariser, articles: ArticleReader, arguments: argparse.Namespace, progress: Progress) -> None:
    """Writes every outcome."""
    from summarise.export import open_writer
    from summarise.render.terminal import wants_colour

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


def _exit_code(totals: RunTotals) -> int:
    if not totals.summarised and totals.unread == totals.failed:
        return 2
    return 1 if totals.failed else 0


def show(arguments: argparse.Namespace) -> int:
    from summarise.cli.terminal import put
    from summarise.render import terminal

    layers = [layer for layer in ("claims", "stances", "figures") if getattr(arguments, layer)]
    colour = terminal.wants_colour(sys.stdout, os.environ)
    with Summariser(settings_of(arguments)) as summariser, finishing(summariser.stop):
        for article in read(arguments.paths, read_options_of(arguments)):
            if isinstance(article, Unread):
                raise article.error
            item = summariser.summarise(article)
            lines = terminal.show(item, colour=colour, layers=layers, text=article.text, with_text=arguments.text)
            put("".join(f"{line}\n" for line in lines), visible=str)  # the lines are safe already, and their colours are ours
    return 0


def dry_run(summariser: Summariser, articles: Iterable[Article | Unread]) -> int:
    """Prints an estimate of calls and cost instead of summarising."""
    told = asyncio.run(_estimate(summariser, articles))
    print(_in_words(told, summariser.settings.model), file=sys.stderr)
    if not told.articles:
        return 2
    return 1 if told.unread else 0


async def _estimate(summariser: Summariser, articles: Iterable[Article | Unread]) -> RunEstimate:
    async with summariser:
        return estimate(summariser, articles)


def _in_words(told: RunEstimate, model: str | None) -> str:
    articles = _counted(told.articles, "article")
    if model is None:
        return f"{articles} · the mock client answers: no calls, no cost"
    parts = [
        articles,
        f"{told.cached} cached",
        f"{_counted(told.calls, 'call')} to {model}",
        f"about {short(told.input_tokens)} tokens in, {short(told.output_tokens)} out",
        "price unknown" if told.cost_usd is None else f"about ${told.cost_usd:.2f}",
        *([f"{told.unread} cannot be read"] if told.unread else []),
    ]
    return " · ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
