"""Prices: what a model's tokens cost and how many it takes at once, from a table that an installed package bundles. Nothing is fetched."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

_MILLION = 1_000_000


def cost(model: str, endpoint: str, input_tokens: int, output_tokens: int) -> float | None:
    """US dollars at list price, None where the price is unknown. `endpoint` is a base URL or a vendor's name.

    Behind a URL that is no known vendor's (a proxy, a server of one's own) a model with the name of one of OpenAI's counts as that one.
    """
    rates = _rates(model, endpoint)
    if rates is not None:
        return (input_tokens * rates[0] + output_tokens * rates[1]) / _MILLION
    found = _find(model, endpoint)
    return _calculated(*found, input_tokens, output_tokens) if found else None


def context_window(model: str, endpoint: str) -> int | None:
    """How many tokens the model takes, None where that is unknown."""
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
    """US dollars for a million tokens in and out, where the price is as simple as that."""
    from decimal import Decimal

    found = _find(model, endpoint)
    prices: Any = found[1].calc_price(_no_usage(), found[0]).model_price if found else None
    rates = (getattr(prices, "input_mtok", None), getattr(prices, "output_mtok", None))
    plain = all(isinstance(rate, Decimal) for rate in rates) and not getattr(prices, "requests_kcount", None)
    return (float(rates[0]), float(rates[1])) if plain else None


def _no_usage() -> Any:
    from genai_prices import Usage

    return Usage(input_tokens=0, output_tokens=0)


@lru_cache(maxsize=64)
def _find(model: str, endpoint: str) -> tuple[Provider, ModelInfo] | None:
    from genai_prices.data_snapshot import get_snapshot

    known = get_snapshot()
    by_url = bool(urlsplit(endpoint).netloc)
    asked = [(None, endpoint), ("openai", None)] if by_url else [(endpoint, None)]
    for provider, url in asked:
        try:
            return known.find_provider_model(model, None, provider, url)
        except LookupError:
            continue
    return None
