"""Prices: list prices and context windows of models, from the table in genai-prices. Nothing is fetched."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, Provider

_MILLION = 1_000_000


def cost(model: str, endpoint: str, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float | None:
    """US dollars at list price, None where the price is unknown. `endpoint` is a base URL or a vendor's name.

    `cached_tokens` are those of the input tokens that the service read from its cache; without a price of their own they cost as any.
    At a URL of no known vendor (a proxy, a local server), a model with the name of an OpenAI model has the price of that one.
    """
    rates = _rates(model, endpoint)
    if rates is not None:
        return ((input_tokens - cached_tokens) * rates.input + cached_tokens * rates.cached + output_tokens * rates.output) / _MILLION
    found = _find(model, endpoint)
    return _calculated(*found, input_tokens, output_tokens, cached_tokens) if found else None


def context_window(model: str, endpoint: str) -> int | None:
    """The context window of the model in tokens, None where it is unknown."""
    found = _find(model, endpoint)
    return found[1].context_window if found else None


def _calculated(provider: Provider, info: ModelInfo, input_tokens: int, output_tokens: int, cached_tokens: int) -> float | None:
    from genai_prices import Usage

    usage = Usage(input_tokens=input_tokens, cache_read_tokens=cached_tokens, output_tokens=output_tokens)
    try:
        return float(info.calc_price(usage, provider).total_price)
    except (ValueError, LookupError):  # a price that depends on more than tokens
        return None


class _Rates(NamedTuple):
    """US dollars per million tokens."""

    input: float
    cached: float
    output: float


@lru_cache(maxsize=64)
def _rates(model: str, endpoint: str) -> _Rates | None:
    """The rates of a model; None where the price depends on more than tokens."""
    found = _find(model, endpoint)
    if not found:
        return None
    prices = found[1].get_prices(datetime.now(UTC))
    cached = prices.input_mtok if prices.cache_read_mtok is None else prices.cache_read_mtok
    rates = [float(rate) for rate in (prices.input_mtok, cached, prices.output_mtok) if isinstance(rate, Decimal)]
    return _Rates(*rates) if len(rates) == len(_Rates._fields) and not prices.requests_kcount else None


@lru_cache(maxsize=64)
def _find(model: str, endpoint: str) -> tuple[Provider, ModelInfo] | None:
    from genai_prices.data_snapshot import get_snapshot

    known = get_snapshot()
    try:
        return known.find_provider_model(model, _vendor(known, endpoint), None, None)
    except LookupError:
        return None


def _vendor(known: DataSnapshot, endpoint: str) -> Provider:
    if not urlsplit(endpoint).netloc:
        return known.find_provider(None, endpoint, None)
    try:
        return known.find_provider(None, None, endpoint)
    except LookupError:
        return known.find_provider(None, "openai", None)
