"""Adaptations: fields of a request that a service turned out not to know, and what it gets instead for the rest of the run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from summarise.clients.protocol import output_format
from summarise.clients.remote.errors import said

Body = dict[str, Any]


def _with_tools(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "response_format"} | output_format("tools")


def _renamed(old: str, new: str) -> Callable[[Body], Body]:
    return lambda body: {new if name == old else name: value for name, value in body.items()}


def _without(field: str) -> Callable[[Body], Body]:
    return lambda body: {name: value for name, value in body.items() if name != field}


# What to send instead of a field that is refused.
INSTEAD: dict[str, Callable[[Body], Body]] = {
    "response_format": _with_tools,
    "temperature": _without("temperature"),
    "max_tokens": _renamed("max_tokens", "max_completion_tokens"),
    "max_completion_tokens": _renamed("max_completion_tokens", "max_tokens"),
}

_UNKNOWN = re.compile(
    r"not support|unsupported|unknown|unrecogni[sz]ed|not permitted|not allowed|extra (?:field|input)|unexpected|unavailable", re.IGNORECASE
)
_BAD_SCHEMA = re.compile(r"invalid schema", re.IGNORECASE)


class Adaptations:
    """The key of an answer is that of the request as configured: what one service makes of it is no other request."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def apply(self, body: Body) -> Body:
        for field in self.refused:
            body = INSTEAD[field](body)
        return body

    def learn(self, error: Any, body: Body) -> bool:
        """Whether a 400 or 422 about `body` names a field that can be replaced. The same `body` is refused no second time for it."""
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
        candidates = [field for field in INSTEAD if field in body and _may_go(field, self.refused)]
        by_param = next((field for field in candidates if param.partition(".")[0] == field), None)
        return by_param or next((field for field in candidates if re.search(rf"\b{field}\b", words)), None)


_OPPOSITE = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


def _may_go(field: str, refused: list[str]) -> bool:
    """A service that refuses both names of one field is not asked in circles."""
    return _OPPOSITE.get(field) not in refused
