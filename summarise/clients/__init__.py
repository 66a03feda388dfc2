"""Clients: what answers requests. The settings say which one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from summarise.clients.protocol import Answer, Client
from summarise.errors import SettingsError
from summarise.settings import Settings

if TYPE_CHECKING:
    from summarise.clients.cache import Recording
    from summarise.clients.protocol import Target
    from summarise.prompt import Request

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
    recording = Recording(settings.replay)
    settings = as_recorded(settings, recording)
    target = target_of(settings)
    return Cached(target, store=recording, context_tokens=_context_tokens(settings, target))


def as_recorded(settings: Settings, recording: Recording) -> Settings:
    """The settings with the endpoint, output limit and temperature of the recorded requests, where none are given.

    Those of the first request to the model, at the endpoint and temperature where these are given; unchanged where there is none.
    """
    named = {settings.model, f"openai/{settings.model}"}
    for about in (record.about for record in recording.lines().records()):
        is_there = settings.base_url is None or settings.base_url.rstrip("/") == about.endpoint
        is_model = about.model == settings.model or f"{about.api}/{about.model}" in named
        if is_model and is_there and settings.temperature in (None, about.temperature):
            break
    else:
        return settings
    filled = replace(settings, max_tokens=settings.max_tokens or about.max_tokens, temperature=about.temperature)
    if about.api != "openai":
        return replace(filled, model=f"{about.api}/{about.model}")
    return filled if about.endpoint == _OPENAI else replace(filled, model=about.model, base_url=about.endpoint)


def _remote(settings: Settings) -> Client:
    from summarise.clients.cache import Store
    from summarise.clients.cached import Cached
    from summarise.clients.rate_limit import RetryPolicy
    from summarise.clients.remote import Limits, Remote, Timeouts

    target = target_of(settings)
    source = Remote(
        target,
        check=_faults_of,
        api_key=settings.api_key,
        limits=Limits(settings.requests_at_once, settings.rpm, settings.tpm, settings.max_cost),
        timeouts=Timeouts(deadline=settings.seconds_a_request),
        retry=RetryPolicy(reasks=settings.reasks),
    )
    return Cached(target, store=Store(settings.cache_folder), source=source, context_tokens=_context_tokens(settings, target))


def _faults_of(request: Request) -> Callable[[str], list[str]]:
    """A function that lists the claims and stances of an answer that the article does not support. It raises ModelOutputError."""
    from summarise import ground
    from summarise.ground.parse import parse

    faults = ground.check(request.document, request.instructions)
    return lambda content: faults(parse(content)[0])


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
