"""Parsing: the text of a model's answer as a Draft, whole where it is valid, item by item where it is not."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from summarise.errors import ModelOutputError
from summarise.schema import (
    MOST_CLAIMS,
    MOST_FIGURES,
    MOST_MISSED,
    MOST_STANCES,
    Draft,
    DraftClaim,
    DraftFigure,
    DraftStance,
    Dropped,
    MissedFigure,
)
from summarise.text.sanitise import clean

_LISTS: dict[str, tuple[Any, type[BaseModel], int]] = {
    "claims": ("claim", DraftClaim, MOST_CLAIMS),
    "stances": ("stance", DraftStance, MOST_STANCES),
    "figures": ("figure", DraftFigure, MOST_FIGURES),
    "missed_figures": ("missed_figure", MissedFigure, MOST_MISSED),
}
_FENCE_OPENS = re.compile(r"```(?:json)?\s*(?=\{)")
_FENCE_CLOSES = re.compile(r"(?<=\})\s*```")
_LONGEST_GIST = 800
_SHOWN = 300


def parse(content: str) -> tuple[Draft, list[Dropped]]:
    """The Draft in `content` and what of it had to be left out.

    Raises ModelOutputError when it holds no JSON object with at least one list of a Draft.
    """
    try:
        return Draft.model_validate_json(content), []
    except ValidationError:
        return _salvage(_object(content))


def _object(content: str) -> dict[str, Any]:
    try:
        value = from_json(_unfenced(content))
    except ValueError as error:
        raise ModelOutputError(f"the model did not answer with JSON: {error}", hint="try again, or another model") from error
    if not isinstance(value, dict) or not any(isinstance(value.get(name), list) for name in _LISTS):
        raise ModelOutputError("the model answered with JSON of another shape", hint="try again, or another model")
    return value


def _unfenced(content: str) -> str:
    """The object between the first fence and the last, wherever they stand; all of `content` where there are none.

    Each is sought by itself: one pattern for both would look for the last from every first one.
    """
    opens = _FENCE_OPENS.search(content)
    closes = deque(_FENCE_CLOSES.finditer(content, opens.end()), maxlen=1) if opens else ()
    return content[opens.end() : closes[0].start()] if opens and closes else content


def _salvage(value: dict[str, Any]) -> tuple[Draft, list[Dropped]]:
    dropped: list[Dropped] = []
    fields: dict[str, Any] = {name: list(_valid_items(name, value.get(name), dropped)) for name in _LISTS}
    gist = cleaned(value.get("gist"))
    if isinstance(gist, str) and len(gist) <= _LONGEST_GIST:
        fields["gist"] = gist
    else:
        fields["gist"] = ""
        dropped.append(Dropped(kind="gist", why="it is missing, no text, or too long", item=_short(gist)))
    unknown = sorted(value.keys() - _LISTS.keys() - {"gist"})
    if unknown:
        dropped.append(Dropped(kind="draft", why="unknown fields", item=_short(unknown)))
    return Draft.model_construct(**fields), dropped


def _valid_items(name: str, items: Any, dropped: list[Dropped]) -> Iterator[BaseModel]:
    kind, shape, limit = _LISTS[name]
    if not isinstance(items, list):
        dropped.append(Dropped(kind="draft", why=f"{name} is missing or no list", item=_short(items)))
        return
    for item in items[:limit]:
        try:
            yield shape.model_validate_json(to_json(item))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            dropped.append(Dropped(kind=kind, why=f"{place}: {first['msg']}" if place else first["msg"], item=_short(item)))
    if len(items) > limit:
        dropped.append(Dropped(kind=kind, why=f"{len(items) - limit} more than the {limit} that may be listed", item=None))


def cleaned(item: Any) -> Any:
    """A value of JSON with clean texts: see `summarise.text.sanitise.clean`."""
    if isinstance(item, dict):
        return {clean(key): cleaned(value) for key, value in item.items()}
    if isinstance(item, list):
        return [cleaned(value) for value in item]
    return clean(item) if isinstance(item, str) else item


def _short(item: Any) -> str:
    """Hostile output must not blow up ours: a glance at the item, in Python's notation."""
    shown = repr(item)[: _SHOWN + 1]
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
