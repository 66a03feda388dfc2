"""Prices: list prices and context windows of models, from the table in genai-prices. Nothing is fetched."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, Provider

_MILLION = 1_000_000


def cost(model: str, endpoint: str, input_tokens: int, output_tokens: int) -> float | None:
    """US dollars at list price, None where the price is unknown. `endpoint` is a base URL or a vendor's name.

    At a URL of no known vendor (a proxy, a local server), a model with the name of an OpenAI model has the price of that one.
    """
    rates = _rates(model, endpoint)
    if rates is not None:
        return (input_tokens * rates[0] + output_tokens * rates[1]) / _MILLION
    found = _find(model, endpoint)
    return _calculated(*found, input_tokens, output_tokens) if found else None


def context_window(model: str, endpoint: str) -> int | None:
    """The context window of the model in tokens, None where it is unknown."""
    found = _find(model, endpoint)
    return found[1].context_window if found else None


def _calculated(provider: Provider, info: ModelInfo, input_tokens: int, output_tokens: int) -> float | None:
    from genai_prices import Usage

    try:
        return float(info.calc_price(Usage(input_tokens=input_tokens, output_tokens=output_tokens), provider).total_price)
    except (ValueError, LookupError):  # a price that depends on more than tokens
        return None


@lru_cache(maxsize=64)
def _rates(model: str, endpoint: str) -> tuple[float, float] | None:
    """US dollars per million tokens in and out; None where the price depends on more than tokens."""
    found = _find(model, endpoint)
    if not found:
        return None
    prices = found[1].get_prices(datetime.now(UTC))
    into, out = prices.input_mtok, prices.output_mtok
    if not isinstance(into, Decimal) or not isinstance(out, Decimal) or prices.requests_kcount:
        return None
    return float(into), float(out)


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
