"""Error mapping: each exception of an SDK as one of this package's errors, and whether another try is worth it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from summarise.clients.rate_limit import Signal, asked_pause
from summarise.errors import ProviderError, QuotaExceeded, RateLimited, Refused, Rejected, SummariseError, TooLong, Truncated, Unreachable
from summarise.secrets import Redactor
from summarise.text.sanitise import replace_unsafe

_LONGEST_QUOTE = 300
_IS_UP = "is the address right, and is the service up?"


@dataclass(frozen=True)
class Service:
    """Who was asked, in words for people. `secret` is the API key; neither it nor `secrets` stand in a message, whatever is echoed."""

    endpoint: str
    model: str
    secret: str = ""
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Service({self.endpoint!r}, {self.model!r})"

    def __str__(self) -> str:
        return f"{self.endpoint} (model {self.model})"

    @cached_property
    def redactor(self) -> Redactor:
        return Redactor((self.secret, *self.secrets))

    def quoted(self, words: object) -> str:
        """What the service said, as far as it may be shown: one line, not too long, without keys or invisible signs; empty for no words."""
        beginning = replace_unsafe(str(words or "")[: 10 * _LONGEST_QUOTE], lambda character: " ")
        text = self.redactor.text(" ".join(beginning.split()))
        return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


@dataclass(frozen=True)
class Fault:
    """One failed request: the error it amounts to, what it tells the gate, and whether it may be billed all the same."""

    error: SummariseError
    signal: Signal = "other"
    http: int | None = None
    maybe_billed: bool = False


def translate(error: BaseException, service: Service) -> Fault:
    """What an exception of an SDK means. Most vendors share the names of classes. Raises an `error` that it does not know."""
    if isinstance(error, SummariseError):
        return Fault(error)
    for kind in type(error).__mro__:
        if rule := BY_CLASS.get(kind.__name__):
            return rule(error, service)
    raise error


# --- by class ---------------------------------------------------------------------------------------------------------


def _connection(error: Any, service: Service) -> Fault:
    """No answer, or not a whole one. A wire error below says what broke; the SDK's own words do not."""
    cause = error.__cause__
    if not hasattr(cause, "sent"):
        return Fault(_unreachable(service, "no connection"), maybe_billed=True)
    return Fault(cause.kind(f"{service}: {cause}", hint=cause.hint or _IS_UP), maybe_billed=cause.sent)


def _timeout(error: Any, service: Service) -> Fault:
    return Fault(_unreachable(service, "no answer in time"), "slow", maybe_billed=True)


def _status(error: Any, service: Service) -> Fault:
    status = int(error.status_code)
    if status in BY_STATUS:
        return BY_STATUS[status](error, service)
    if status >= 500:
        return _busy(error, service)
    if 300 <= status < 400:
        message = f"{service} sends us elsewhere ({status}), and the API key is for it alone"
        return Fault(Rejected(message, hint="give the final address as --base-url"), http=status)
    return _rejected(error, service)


def _generic(error: Any, service: Service) -> Fault:
    return Fault(ProviderError(f"{service}: {service.quoted(error)}"))


def _not_an_answer(error: Any, service: Service) -> Fault:
    return Fault(_unreachable(service, "it answered something else than the API"))


def _length(error: Any, service: Service) -> Fault:
    return Fault(Truncated(f"{service}: the answer hit the output limit", hint="a larger --max-tokens"))


def _filtered(error: Any, service: Service) -> Fault:
    return Fault(Refused(f"{service}: the content filter declined"))


Rule = Callable[[Any, Service], Fault]

BY_CLASS: dict[str, Rule] = {
    "APITimeoutError": _timeout,
    "APIConnectionError": _connection,
    "APIStatusError": _status,
    "APIResponseValidationError": _not_an_answer,
    "LengthFinishReasonError": _length,
    "ContentFilterFinishReasonError": _filtered,
    "InvalidWebhookSignatureError": _generic,
    "APIError": _generic,
    "OpenAIError": _generic,
    "AnthropicError": _generic,
}


# --- by status --------------------------------------------------------------------------------------------------------

# As OpenAI, Anthropic, llama.cpp, vLLM, TGI ("`inputs` tokens + `max_new_tokens` must be <= 4096") and FastAPI put it.
_CONTEXT = re.compile(
    r"context[ _](?:length|size|window)|maximum context|too many (?:input )?tokens|"
    r"\b(?:prompt|inputs?|messages?|request|content|text|string) (?:is |are )?too (?:long|large)|"
    r"\b(?:input|prompt|request|sequence)\b.{0,60}\bexceeds?\b|max_new_tokens`? must be <|must have less than \d+ tokens|"
    r"should have at most \d+ characters",
    re.IGNORECASE,
)
_CONTEXT_CODES = ("context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "string_too_long")
_QUOTA_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_credits")


def said(error: Any) -> tuple[str, tuple[str, ...]]:
    """The words of the service and its codes (code and type), from an error body of any shape."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(inner, dict):
        codes = tuple(str(inner[name]) for name in ("code", "type") if inner.get(name))
        words = inner.get("message") or inner.get("detail") or inner.get("title") or inner.get("error_description")
        return (_listed(words) if isinstance(words, list) else str(words or "")), codes
    return ("" if _is_markup(inner) else str(inner or "")), ()


def _listed(faults: list[Any]) -> str:
    """FastAPI's list of what is wrong with a request, without the request that it repeats."""
    return "; ".join([_fault(fault) for fault in faults[:5] if isinstance(fault, dict)])


def _fault(fault: dict[str, Any]) -> str:
    where = ".".join(map(str, fault.get("loc") or ()))
    return f"{where}: {fault.get('msg') or fault.get('type') or 'not valid'}"


def _is_markup(text: object) -> bool:
    return str(text or "").lstrip()[:1] == "<"


def _words(error: Any, service: Service) -> str:
    quoted = service.quoted(said(error)[0])
    return f": {quoted}" if quoted else ""


def _bad_request(error: Any, service: Service) -> Fault:
    words, codes = said(error)
    if any(code in _CONTEXT_CODES for code in codes) or _CONTEXT.search(words):
        return _too_long(error, service)
    return _rejected(error, service)


def _rejected(error: Any, service: Service) -> Fault:
    hint = _HINTS.get(int(error.status_code), "asking again cannot help")
    message = f"{service} rejects the request ({error.status_code}){_words(error, service)}"
    return Fault(Rejected(message, hint=hint), http=error.status_code)


_HINTS = {
    400: "the model or the server may not know a field of the request",
    401: "is the right API key in the environment?",
    403: "this key may not use this model",
    422: "the model or the server may not take a field or a value of the request",
    404: "is the name of the model right, and does the base URL end as the server wants it, often in /v1?",
}


def _too_long(error: Any, service: Service) -> Fault:
    message = f"{service} does not take a request of this size ({error.status_code}){_words(error, service)}"
    hint = "say how many tokens the model takes: longer articles are then asked in parts"
    return Fault(TooLong(message, hint=hint), http=error.status_code)


def _limited(error: Any, service: Service) -> Fault:
    if any(code in _QUOTA_CODES for code in said(error)[1]):
        return _no_quota(error, service)
    headers: Mapping[str, str] = error.response.headers
    message = f"{service} is asked too often (429){_words(error, service)}"
    return Fault(RateLimited(message, retry_after=asked_pause(headers), hint="try a smaller --in-flight, or --rpm"), "limited", 429)


def _no_quota(error: Any, service: Service) -> Fault:
    message = f"the account at {service} is empty ({error.status_code}){_words(error, service)}"
    hint = "fill it up and run the same command again: it goes on where it stopped"
    return Fault(QuotaExceeded(message, hint=hint), http=error.status_code)


def _busy(error: Any, service: Service) -> Fault:
    return Fault(_unreachable(service, f"server trouble ({error.status_code}){_words(error, service)}"), "busy", error.status_code)


BY_STATUS: dict[int, Rule] = {
    400: _bad_request,
    402: _no_quota,
    408: _busy,
    409: _busy,
    413: _too_long,
    422: _bad_request,
    429: _limited,
}


def _unreachable(service: Service, what: str) -> Unreachable:
    return Unreachable(f"{service}: {what}", hint=_IS_UP)


def too_slow(service: Service, deadline: float) -> Fault:
    return Fault(_unreachable(service, f"no whole answer within {deadline:g} s"), "slow", maybe_billed=True)


def no_answer(service: Service, what: str, *, maybe_billed: bool) -> Fault:
    """A 200 whose body is no completion."""
    return Fault(_unreachable(service, service.quoted(what)), http=200, maybe_billed=maybe_billed)
