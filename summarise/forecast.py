"""A forecast: what a run would call and cost, with nothing called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from summarise.clients import prices
from summarise.clients.cached import Cached
from summarise.document import Document
from summarise.pipeline import Summariser
from summarise.reading import Unread
from summarise.text import Article
from summarise.tokens import estimate_tokens

# What a summary takes, seen on real articles: a part that grows with the article, and one that does not.
_ANSWER_SHARE = 0.25
_ANSWER_LEAST = 150


@dataclass(frozen=True)
class Forecast:
    """Counts of articles and calls; tokens and cost of the calls are estimates, rather too high. `cost_usd` is None without a price."""

    articles: int = 0
    unread: int = 0
    cached: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0


def forecast(summariser: Summariser, articles: Iterable[Article | Unread]) -> Forecast:
    """What `summariser` would do with `articles`; it must be open, and asks nobody. The mock calls nobody either."""
    total = Forecast()
    for item in articles:
        if isinstance(item, Unread):
            total = replace(total, unread=total.unread + 1)
        else:
            total = _with_article(replace(total, articles=total.articles + 1), summariser, item)
    return total


def _with_article(total: Forecast, summariser: Summariser, article: Article) -> Forecast:
    client = summariser.client
    if not isinstance(client, Cached):
        return total
    missing = [request for request in summariser.requests(Document.of(article)) if not client.holds(request)]
    if not missing:
        return replace(total, cached=total.cached + 1)
    tokens_in = sum(estimate_tokens(request.text) for request in missing)
    tokens_out = sum(min(_ANSWER_LEAST + int(_ANSWER_SHARE * estimate_tokens(r.text)), client.target.max_tokens) for r in missing)
    cost = prices.cost(client.target.model, client.target.endpoint, tokens_in, tokens_out)
    return replace(
        total,
        calls=total.calls + len(missing),
        input_tokens=total.input_tokens + tokens_in,
        output_tokens=total.output_tokens + tokens_out,
        cost_usd=None if cost is None or total.cost_usd is None else total.cost_usd + cost,
    )
