"""`summarise run` and `summarise show`: articles in, summaries out, or an estimate of what that would cost."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable

from summarise.article import Article
from summarise.cli.progress import Progress, Tally
from summarise.cli.settings import output_identity, read_options_of, settings_of
from summarise.cli.signals import finishing
from summarise.pipeline import Forecast, Summariser, forecast
from summarise.reading import ArticleReader, Unread, read


def run(arguments: argparse.Namespace) -> int:
    summariser = Summariser(settings_of(arguments), with_text=arguments.with_text)
    options = read_options_of(arguments)
    articles = read(arguments.paths, options)
    articles.keep_apart(output_identity(arguments.output))
    if arguments.dry_run:
        return dry_run(summariser, articles)
    # On a terminal that shows the results themselves, a bar would only stand in their way.
    bar = not _shows_results(arguments)
    progress = Progress(summariser.settings.model, articles.total, quiet=arguments.quiet, bar=bar)
    try:
        asyncio.run(_run(summariser, articles, arguments, progress))
    finally:
        progress.finish(summariser.spent)
    return _exit_code(progress.tally)


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


def _exit_code(tally: Tally) -> int:
    if not tally.summarised and tally.unread == tally.failed:
        return 2
    return 1 if tally.failed else 0


def show(arguments: argparse.Namespace) -> int:
    from summarise.cli.settings import read_options_of, settings_of
    from summarise.cli.signals import finishing
    from summarise.cli.terminal import put
    from summarise.pipeline import Summariser
    from summarise.reading import Unread, read
    from summarise.render import terminal as display

    layers = [layer for layer in ("claims", "stances", "figures") if getattr(arguments, layer)]
    colour = display.wants_colour(sys.stdout, os.environ)
    with Summariser(settings_of(arguments)) as summariser, finishing(summariser.stop):
        for article in read(arguments.paths, read_options_of(arguments)):
            if isinstance(article, Unread):
                raise article.error
            item = summariser.summarise(article)
            lines = display.show(item, colour=colour, layers=layers, text=article.text, with_text=arguments.text)
            put("".join(f"{line}\n" for line in lines), visible=str)  # display has made the texts safe, and its colours are ours
    return 0


def dry_run(summariser: Summariser, articles: Iterable[Article | Unread]) -> int:
    told = asyncio.run(_forecast(summariser, articles))
    print(_told(told, summariser.settings.model), file=sys.stderr)
    if not told.articles:
        return 2
    return 1 if told.unread else 0


async def _forecast(summariser: Summariser, articles: Iterable[Article | Unread]) -> Forecast:
    async with summariser:
        return forecast(summariser, articles)


def _told(forecast: Forecast, model: str | None) -> str:
    if model is None:
        return f"{forecast.articles} articles · the mock client answers: no calls, no cost"
    cost = "its price is not known" if forecast.cost_usd is None else f"about ${forecast.cost_usd:.2f}"
    unread = f" · {forecast.unread} cannot be read" if forecast.unread else ""
    tokens = f"about {_short(forecast.input_tokens)} tokens in, {_short(forecast.output_tokens)} out"
    return f"{forecast.articles} articles · {forecast.cached} cached · {forecast.calls} calls to {model} · {tokens} · {cost}{unread}"


def _short(count: int) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f} {letter}"
    return str(count)
