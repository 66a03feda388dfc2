"""What a run would do: requests, tokens, cost, and nothing sent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable

from summarise.forecast import Forecast, forecast
from summarise.pipeline import Summariser
from summarise.reading import Unread
from summarise.text import Article


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
