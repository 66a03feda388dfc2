"""Parsing: the text of a model's answer as a Draft, whatever it is wrapped in, item by item where it is not valid as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from json import JSONDecoder
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from summarise.errors import ModelOutputError
from summarise.ground.dates import dates_in
from summarise.schema import (
    MOST_CLAIMS,
    MOST_FIGURES,
    MOST_MISSED,
    MOST_STANCES,
    Correction,
    Draft,
    DraftClaim,
    DraftFigure,
    DraftStance,
    Dropped,
    MissedFigure,
)
from summarise.text.sanitise import clean, compatible

_LISTS: dict[str, tuple[Any, type[BaseModel], int]] = {
    "claims": ("claim", DraftClaim, MOST_CLAIMS),
    "stances": ("stance", DraftStance, MOST_STANCES),
    "figures": ("figure", DraftFigure, MOST_FIGURES),
    "corrections": ("field", Correction, MOST_FIGURES),
    "missed_figures": ("missed_figure", MissedFigure, MOST_MISSED),
}
_LONGEST_GIST = 800
_SHOWN = 300
_MOST_OBJECTS = 20
"""Places at which a JSON object is looked for in an answer that is more than JSON."""
_DEEPEST = 3
"""How many objects or lists may be wrapped around a Draft."""


def parse(content: str) -> tuple[Draft, list[Dropped]]:
    """The Draft in `content` and what of it had to be left out.

    Mended without a word: text and thoughts around the object, fences, a comma too many, an object or list around the Draft, numbers as
    texts and single values for lists, "" and "null" for null, other spellings of a mode or polarity, unknown fields. Raises
    ModelOutputError where no JSON object with at least one list of a Draft is found.
    """
    try:
        return Draft.model_validate_json(content), []
    except ValidationError:
        return _salvage(_draft_in(content))


# --- the object -----------------------------------------------------------------------------------------------------------

_THOUGHTS = ("think", "thinking", "reasoning")
_OPENING = re.compile(r"[{\[]")
_COMMA_TOO_MANY = re.compile(r",(\s*[}\]])")
_LONE_SURROGATE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


def _draft_in(content: str) -> dict[str, Any]:
    """The first object in `content` that has a list of a Draft."""
    read = False
    for value in _values(_without_thoughts(content.removeprefix("\ufeff"))):
        read = True
        if (found := _unwrapped(value)) is not None:
            return found
    if read:
        raise ModelOutputError("the model answered with JSON of another shape", hint="try again, or another model")
    raise ModelOutputError("the model did not answer with JSON", hint="try again, or another model")


def _without_thoughts(text: str) -> str:
    """What stands behind the last thought: a model thinks before it answers."""
    ends = [at + len(tag) for name in _THOUGHTS for tag in (f"</{name}>",) if (at := text.rfind(tag)) >= 0]
    return text[max(ends) :] if ends else text


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _values(text: str) -> Iterator[Any]:
    """The JSON values of `text`, one after the other; each is read from where the one before ended."""
    at = 0
    for _ in range(_MOST_OBJECTS):
        opening = _OPENING.search(text, at)
        if opening is None:
            return
        for candidate in _spellings(text[opening.start() :] if opening.start() else text):
            try:
                value, end = _DECODER.raw_decode(candidate)
            except (ValueError, RecursionError):
                continue
            yield value
            at = opening.start() + end
            break
        else:
            at = opening.end()


_DECODER = JSONDecoder(parse_constant=_no_constant)


def _spellings(text: str) -> Iterator[str]:
    """A text as it stands, and without what JSON does not allow."""
    yield text
    mended = _LONE_SURROGATE.sub("", _COMMA_TOO_MANY.sub(r"\1", text))
    if mended != text:
        yield mended


def _unwrapped(value: Any, depth: int = 0) -> dict[str, Any] | None:
    """The Draft in {"Draft": {…}}, {"properties": {…}}, {"arguments": "{…}"} or [{…}]; None for none."""
    if isinstance(value, dict) and any(isinstance(value.get(name), list) for name in _LISTS):
        return value
    if depth == _DEEPEST:
        return None
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return _unwrapped(from_json(value), depth + 1)
        except ValueError:
            return None
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in list(inner)[:_MOST_OBJECTS]:
        if isinstance(each, dict | list | str) and (found := _unwrapped(each, depth + 1)) is not None:
            return found
    return None


# --- its items ------------------------------------------------------------------------------------------------------------


def _salvage(value: dict[str, Any]) -> tuple[Draft, list[Dropped]]:
    dropped: list[Dropped] = []
    fields: dict[str, Any] = {name: list(_valid_items(name, value.get(name), dropped)) for name in _LISTS}
    gist = _text(value.get("gist"))
    if isinstance(gist, str) and len(gist) <= _LONGEST_GIST:
        fields["gist"] = gist
    else:
        fields["gist"] = ""
        dropped.append(Dropped(kind="gist", why="it is missing, no text, or too long", item=_short(gist)))
    return Draft.model_construct(**fields), dropped


def _valid_items(name: str, items: Any, dropped: list[Dropped]) -> Iterator[BaseModel]:
    kind, shape, limit = _LISTS[name]
    if items is None:
        return
    for item in (items if isinstance(items, list) else [items])[:limit]:
        try:
            yield shape.model_validate_json(to_json(_mended(item, shape, dropped)))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            dropped.append(Dropped(kind=kind, why=f"{place}: {first['msg']}" if place else first["msg"], item=_short(item)))
    if isinstance(items, list) and len(items) > limit:
        dropped.append(Dropped(kind=kind, why=f"{len(items) - limit} more than the {limit} that may be listed", item=None))


def _mended(item: Any, shape: type[BaseModel], dropped: list[Dropped]) -> Any:
    """An item with values of the right types, where it is clear which they are; a date that is none is left out."""
    if not isinstance(item, dict):
        return item
    mended = {}
    for name in shape.model_fields.keys() & item.keys():
        value = _MENDERS[name](item[name]) if name in _MENDERS else _text(item[name])
        if value is not None or shape.model_fields[name].is_required():
            mended[name] = value
    if mended.get("as_of") and not _DATE.fullmatch(str(mended["as_of"])):
        dropped.append(Dropped(kind="field", why=f"as_of: {mended['as_of']!r} is no date", item=_short(item)))
        mended["as_of"] = None
    return mended


def _text(value: Any) -> Any:
    """None for the texts that models write where they mean null."""
    if not isinstance(value, str):
        return value
    text = compatible(clean(value)).strip()
    return None if text.casefold() in ("", "null", "none", "n/a", "unknown", "unspecified", "not specified") else text


def _numbers(value: Any) -> Any:
    """[3] of 3, "3", "[3]", "sentence 3", 3.0, or a list of such."""
    listed = value if isinstance(value, list) else [value]
    found = [
        number
        for each in listed
        for number in ([each] if _is_whole(each) else re.findall(r"\d{1,7}", each) if isinstance(each, str) else [])
    ]
    return [int(number) for number in found][:_MOST_SENTENCES] or value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1


_MOST_SENTENCES = 6
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_MARK = re.compile(r"\W*f?_?(\d{1,6})\W*", re.IGNORECASE)
_BEGINNINGS = {
    "mode": {"assert": "asserts", "stat": "asserts", "claim": "asserts", "den": "denies", "predict": "predicts", "forecast": "predicts",
             "demand": "demands"},
    "polarity": {"favo": "favour", "for": "favour", "support": "favour", "pro": "favour", "against": "against", "oppos": "against",
                 "anti": "against", "neutral": "neutral", "mixed": "mixed"},
}  # fmt: skip
"""How a word for each mode and polarity begins."""


def _number(value: Any) -> Any:
    numbers = _numbers(value)
    return numbers[0] if isinstance(numbers, list) and numbers else value


def _mark(value: Any) -> Any:
    """ "f3" of "‹f3›", "[f3]", "F3" or 3."""
    match = _MARK.fullmatch(str(value)) if isinstance(value, str | int) else None
    return f"f{int(match[1])}" if match else value


def _word(kind: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        told = value.strip().casefold() if isinstance(value, str) else value
        begun = (word for start, word in _BEGINNINGS[kind].items() if isinstance(told, str) and told.startswith(start))
        return next(begun, value)

    return read


def _date(value: Any) -> Any:
    """An ISO date of "2024", "2024-05-12T10:00", "May 2024" or 2024."""
    text = _text(str(value) if _is_whole(value) else value)
    if not isinstance(text, str):
        return None if text is None else str(text)
    if match := _DATE.match(text):
        return match[0]
    dates = {min(dated.dates, key=len) for dated in dates_in(text) if dated.dates}
    return dates.pop() if len(dates) == 1 else text


_MENDERS: dict[str, Callable[[Any], Any]] = {
    "sentences": _numbers,
    "sentence": _number,
    "id": _mark,
    "mode": _word("mode"),
    "polarity": _word("polarity"),
    "as_of": _date,
    "quote": lambda value: value,
    "value": lambda value: (_text(value) or "") if value is None or isinstance(value, str) else str(value),
}


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
