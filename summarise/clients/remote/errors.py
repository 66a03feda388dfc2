"""Error mapping: each exception of an SDK as one of this package's errors, and fallbacks for parameters that a service refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from summarise.clients.protocol import output_format
from summarise.clients.rate_limit import Signal, retry_after
from summarise.errors import ProviderError, QuotaExceeded, RateLimited, Refused, Rejected, SummariseError, TooLong, Truncated, Unreachable
from summarise.secrets import Redactor
from summarise.text.sanitise import replace_unsafe

_LONGEST_QUOTE = 300
_IS_UP = "is the address right, and is the service up?"


@dataclass(frozen=True)
class Service:
    """The service as error messages name it. `secret` is the API key; neither it nor `secrets` appear in a message, even if echoed."""

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
        """A message of the service, safe to show: one line, at most 300 characters, no keys, no control characters; "" for nothing."""
        beginning = replace_unsafe(str(words or "")[: 10 * _LONGEST_QUOTE], lambda _: " ")
        text = self.redactor.text(" ".join(beginning.split()))
        return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


@dataclass(frozen=True)
class FailedRequest:
    """A failed request: the error, the signal for the rate limiter, and whether it may have been billed."""

    error: SummariseError
    signal: Signal = "other"
    http: int | None = None
    maybe_billed: bool = False


def translate(error: BaseException, service: Service) -> FailedRequest:
    """Map an exception of any SDK, by the names of its classes, which most vendors share. Raises `error` again where it is unknown."""
    if isinstance(error, SummariseError):
        return FailedRequest(error)
    for kind in type(error).__mro__:
        if rule := BY_CLASS.get(kind.__name__):
            return rule(error, service)
    raise error


# --- by class ---------------------------------------------------------------------------------------------------------


def _connection(error: Any, service: Service) -> FailedRequest:
    """No answer, or not a whole one. The TransportError behind it says what broke; the SDK's own message does not."""
    cause = error.__cause__
    if not hasattr(cause, "sent"):
        return FailedRequest(_unreachable(service, "no connection"), maybe_billed=True)
    return FailedRequest(cause.kind(f"{service}: {cause}", hint=cause.hint or _IS_UP), maybe_billed=cause.sent)


def _timeout(_error: Any, service: Service) -> FailedRequest:
    return FailedRequest(_unreachable(service, "no answer in time"), "slow", maybe_billed=True)


def _status(error: Any, service: Service) -> FailedRequest:
    status = int(error.status_code)
    if status in BY_STATUS:
        return BY_STATUS[status](error, service)
    if status >= 500:
        return _busy(error, service)
    if 300 <= status < 400:
        message = f"{service} redirects to another address ({status}), which must not get the API key"
        return FailedRequest(Rejected(message, hint="give the final address as --base-url"), http=status)
    return _rejected(error, service)


def _generic(error: Any, service: Service) -> FailedRequest:
    return FailedRequest(ProviderError(f"{service}: {service.quoted(error)}"))


def _not_an_answer(_error: Any, service: Service) -> FailedRequest:
    return FailedRequest(_unreachable(service, "it did not answer as the API does"))


def _length(_error: Any, service: Service) -> FailedRequest:
    return FailedRequest(Truncated(f"{service}: the answer hit the output limit", hint="a larger --max-tokens"))


def _filtered(_error: Any, service: Service) -> FailedRequest:
    return FailedRequest(Refused(f"{service}: the content filter declined"))


Rule = Callable[[Any, Service], FailedRequest]

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

# The wording of OpenAI, Anthropic, llama.cpp, vLLM, TGI ("`inputs` tokens + `max_new_tokens` must be <= 4096") and FastAPI.
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
    """The message of the service and its codes (code and type), from an error body of any shape."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(inner, dict):
        codes = tuple(str(inner[name]) for name in ("code", "type") if inner.get(name))
        words = inner.get("message") or inner.get("detail") or inner.get("title") or inner.get("error_description")
        return (_listed(words) if isinstance(words, list) else str(words or "")), codes
    return ("" if _is_markup(inner) else str(inner or "")), ()


def _listed(faults: list[Any]) -> str:
    """FastAPI's list of validation errors, without the request that it repeats."""
    return "; ".join([_fault(fault) for fault in faults[:5] if isinstance(fault, dict)])


def _fault(fault: dict[str, Any]) -> str:
    where = ".".join(map(str, fault.get("loc") or ()))
    return f"{where}: {fault.get('msg') or fault.get('type') or 'not valid'}"


def _is_markup(text: object) -> bool:
    return str(text or "").lstrip()[:1] == "<"


def _words(error: Any, service: Service) -> str:
    quoted = service.quoted(said(error)[0])
    return f": {quoted}" if quoted else ""


def _bad_request(error: Any, service: Service) -> FailedRequest:
    words, codes = said(error)
    if any(code in _CONTEXT_CODES for code in codes) or _CONTEXT.search(words):
        return _too_long(error, service)
    return _rejected(error, service)


def _rejected(error: Any, service: Service) -> FailedRequest:
    hint = _HINTS.get(int(error.status_code), "retrying cannot help")
    message = f"{service} rejects the request ({error.status_code}){_words(error, service)}"
    return FailedRequest(Rejected(message, hint=hint), http=error.status_code)


_HINTS = {
    400: "the model or the server may not know a field of the request",
    401: "is the right API key in the environment?",
    403: "this key may not use this model",
    422: "the model or the server may not accept a field or a value of the request",
    404: "check the model name and the base URL, which often ends in /v1",
}


def _too_long(error: Any, service: Service) -> FailedRequest:
    message = f"{service} does not accept a request of this size ({error.status_code}){_words(error, service)}"
    hint = "set --context-tokens to the model's context window: longer articles are then sent in parts"
    return FailedRequest(TooLong(message, hint=hint), http=error.status_code)


def _limited(error: Any, service: Service) -> FailedRequest:
    if any(code in _QUOTA_CODES for code in said(error)[1]):
        return _no_quota(error, service)
    headers: Mapping[str, str] = error.response.headers
    message = f"{service} limits the request rate (429){_words(error, service)}"
    return FailedRequest(RateLimited(message, retry_after=retry_after(headers), hint="try a smaller --in-flight, or --rpm"), "limited", 429)


def _no_quota(error: Any, service: Service) -> FailedRequest:
    message = f"the account at {service} is out of credit ({error.status_code}){_words(error, service)}"
    hint = "top up, then run the same command again to resume"
    return FailedRequest(QuotaExceeded(message, hint=hint), http=error.status_code)


def _busy(error: Any, service: Service) -> FailedRequest:
    return FailedRequest(_unreachable(service, f"server error ({error.status_code}){_words(error, service)}"), "busy", error.status_code)


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


def too_slow(service: Service, deadline: float) -> FailedRequest:
    return FailedRequest(_unreachable(service, f"no whole answer within {deadline:g} s"), "slow", maybe_billed=True)


def no_answer(service: Service, what: str, *, maybe_billed: bool) -> FailedRequest:
    """A 200 response whose body is not a completion."""
    return FailedRequest(_unreachable(service, service.quoted(what)), http=200, maybe_billed=maybe_billed)


# --- refused parameters -----------------------------------------------------------------------------------------------

Body = dict[str, Any]


def _with_tools(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "response_format"} | output_format("tools")


def _renamed(old: str, new: str) -> Callable[[Body], Body]:
    return lambda body: {new if name == old else name: value for name, value in body.items()}


def _without(field: str) -> Callable[[Body], Body]:
    return lambda body: {name: value for name, value in body.items() if name != field}


# What is sent instead of a refused parameter.
REPLACEMENTS: dict[str, Callable[[Body], Body]] = {
    "response_format": _with_tools,
    "temperature": _without("temperature"),
    "max_tokens": _renamed("max_tokens", "max_completion_tokens"),
    "max_completion_tokens": _renamed("max_completion_tokens", "max_tokens"),
}

_UNKNOWN = re.compile(
    r"not support|unsupported|unknown|unrecogni[sz]ed|not permitted|not allowed|extra (?:field|input)|unexpected|unavailable", re.IGNORECASE
)
_BAD_SCHEMA = re.compile(r"invalid schema", re.IGNORECASE)


class ParameterFallback:
    """Parameters that the service has refused in this run; each is replaced in all later requests.

    The cache key stays that of the request as configured.
    """

    def __init__(self) -> None:
        self.refused: list[str] = []

    def apply(self, body: Body) -> Body:
        for field in self.refused:
            body = REPLACEMENTS[field](body)
        return body

    def learn(self, error: Any, body: Body) -> bool:
        """Whether a 400 or 422 response to `body` names a parameter that can be replaced; `apply` replaces it from now on."""
        if getattr(error, "status_code", None) not in (400, 422):
            return False
        field = self._named(error, body)
        if field is None:
            return False
        if field not in self.refused:
            self.refused.append(field)
        return True

    def _named(self, error: Any, body: Body) -> str | None:
        words, codes = said(error)
        words = words or str(getattr(error, "body", ""))
        unknown = _UNKNOWN.search(words) or any(code.startswith("unsupported") for code in codes)
        if not unknown or _BAD_SCHEMA.search(words):
            return None
        param = str(getattr(error, "param", None) or "")
        candidates = [field for field in REPLACEMENTS if field in body and _may_go(field, self.refused)]
        by_param = next((field for field in candidates if param.partition(".")[0] == field), None)
        return by_param or next((field for field in candidates if re.search(rf"\b{field}\b", words)), None)


_OPPOSITE = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


def _may_go(field: str, refused: list[str]) -> bool:
    """False for the other name of a parameter that was renamed already, or the two would take turns for ever."""
    return _OPPOSITE.get(field) not in refused
