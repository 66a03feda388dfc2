"""Clients: what answers requests. The settings say which one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from summarise.clients.protocol import Answer, Client
from summarise.errors import SettingsError
from summarise.settings import Settings

if TYPE_CHECKING:
    from summarise.clients.protocol import Target

__all__ = ["CLIENTS", "Answer", "Client", "client_name", "connect", "target_of"]

_OPENAI = "https://api.openai.com/v1"


def client_name(settings: Settings) -> str:
    """The name in CLIENTS of the client for the settings."""
    if settings.replay is not None:
        return "replay"
    return "mock" if settings.model is None else "remote"


def connect(settings: Settings) -> Client:
    """The client for the settings, not yet entered. Raises SettingsError or CacheError."""
    return CLIENTS[client_name(settings)](settings)


def _mock(_: Settings) -> Client:
    from summarise.clients.mock import Mock

    return Mock()


def _replay(settings: Settings) -> Client:
    from summarise.clients.cache import Recording
    from summarise.clients.cached import Cached

    assert settings.replay is not None
    target = target_of(settings)
    return Cached(target, store=Recording(settings.replay), context_tokens=_context_tokens(settings, target))


def _remote(settings: Settings) -> Client:
    from summarise import ground
    from summarise.clients.cache import Store
    from summarise.clients.cached import Cached
    from summarise.clients.remote import Limits, Remote, Timeouts

    target = target_of(settings)
    source = Remote(
        target,
        check=lambda request: ground.check(request.document),
        api_key=settings.api_key,
        limits=Limits(settings.requests_at_once, settings.rpm, settings.tpm, settings.max_cost),
        timeouts=Timeouts(deadline=settings.seconds_a_request),
    )
    return Cached(target, store=Store(settings.cache_folder), source=source, context_tokens=_context_tokens(settings, target))


def target_of(settings: Settings) -> Target:
    """The service and model to ask: the server at `base_url`, a vendor ("anthropic/…"), or OpenAI. Raises SettingsError without a model."""
    from summarise.clients.protocol import Target

    if settings.model is None:
        raise SettingsError("no model is named", hint="--model NAME")
    if settings.base_url is not None:
        api, endpoint, model = "openai", settings.base_url.rstrip("/"), settings.model
    elif settings.vendor is not None:
        api, endpoint, model = settings.vendor, settings.vendor, settings.model.partition("/")[2]
    else:
        api, endpoint, model = "openai", _OPENAI, settings.model.removeprefix("openai/")
    return Target(
        api,
        endpoint,
        model,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens or answer_limit(_window(settings, model, endpoint)),
        sample=settings.sample,
    )


def _context_tokens(settings: Settings, target: Target) -> int | None:
    return _window(settings, target.model, target.endpoint)


def _window(settings: Settings, model: str, endpoint: str) -> int | None:
    """The context window, in tokens; None where it is unknown: then the service rejects what is too long."""
    if settings.context_tokens is not None or settings.base_url is not None:
        return settings.context_tokens
    from summarise.clients.prices import context_window

    return context_window(model, endpoint)


_ANSWER = 16_384
_LARGE_WINDOW = 4 * _ANSWER


def answer_limit(window: int | None) -> int:
    """The default limit of an answer: room for the thoughts of a reasoning model too; of a small window a quarter."""
    return _ANSWER if window is None or window >= _LARGE_WINDOW else window // 4


CLIENTS: dict[str, Callable[[Settings], Client]] = {"mock": _mock, "remote": _remote, "replay": _replay}
