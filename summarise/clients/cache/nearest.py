"""Nearest: what differs between a request without a record and the records there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summarise.clients.record import About

if TYPE_CHECKING:
    from summarise.clients.call import Call


@dataclass(frozen=True)
class _Trait:
    """Something in which two requests may differ: what it is called, what is compared, and how it is shown."""

    name: str
    value: Callable[[About], Any]
    shown: Callable[[About], str]


# From what ties two requests most to what ties them least.
_ARTICLE = _Trait("the article", lambda a: a.article_sha, lambda a: f"'{a.article}' (sha {a.article_sha[:8]})")
_PART = _Trait("the part of the article", lambda a: (a.first, a.last), lambda a: f"sentences {a.first}-{a.last}")
_SETTINGS = (
    _Trait("the model", lambda a: a.model, lambda a: f"'{a.model}'"),
    _Trait("the prompt", lambda a: a.prompt_sha, lambda a: f"{a.prompt} (sha {a.prompt_sha[:8]})"),
    _Trait("the schema of the answer", lambda a: a.schema_sha, lambda a: f"sha {a.schema_sha[:8]}"),
    _Trait("the output mode", lambda a: a.mode, lambda a: a.mode),
    _Trait("the endpoint", lambda a: (a.endpoint, a.api), lambda a: f"{a.endpoint} ({a.api})"),
    _Trait("the output limit", lambda a: a.max_tokens, lambda a: f"{a.max_tokens} tokens"),
    _Trait("the temperature", lambda a: a.temperature, lambda a: str(a.temperature)),
    _Trait("the sample number", lambda a: a.sample, lambda a: str(a.sample)),
)
_TRAITS = (_ARTICLE, *_SETTINGS[:2], _PART, *_SETTINGS[2:])


class Neighbours:
    """The requests of records, by article; of other articles only the settings are kept that were recorded at all."""

    def __init__(self, recorded: Iterable[About]) -> None:
        self._by_article: dict[str, list[About]] = {}
        self._settings: dict[tuple[Any, ...], About] = {}
        for about in recorded:
            self._by_article.setdefault(about.article_sha, []).append(about)
            self._settings.setdefault(tuple(trait.value(about) for trait in _SETTINGS), about)

    def nearest(self, call: Call) -> str:
        """A sentence without its full stop."""
        wanted = About.of(call)
        same_article = self._by_article.get(wanted.article_sha)
        candidates = same_article or list(self._settings.values())
        if not candidates:
            return "there is no record at all"
        found = max(candidates, key=lambda about: [trait.value(about) == trait.value(wanted) for trait in _TRAITS])
        which = f"{'the same' if same_article else 'another'} article under model '{found.model}' with prompt {_SETTINGS[1].shown(found)}"
        return f"the nearest record is {which}: {_difference(wanted, found)}"


def _difference(wanted: About, found: About) -> str:
    traits = [trait for trait in _TRAITS if trait.value(found) != trait.value(wanted)]
    if _ARTICLE in traits:
        traits = [trait for trait in traits if trait is not _PART]
    said = [f"{trait.name} differs (asked: {trait.shown(wanted)}; recorded: {trait.shown(found)})" for trait in traits]
    return ", ".join(said) or "what differs is the title, source or date of the article, or how this version writes the request"
