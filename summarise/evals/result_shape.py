"""What a result file must hold, before anything is computed from it: a file may be damaged, cut off, or made by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from json import JSONDecoder
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from summarise.evals.gold.model import LAYERS, Layer
from summarise.evals.matching import DEFAULT
from summarise.evals.metrics import METRICS
from summarise.evals.scorer import Verdict

# As Amount writes it, with no more digits than outputs may have.
_AMOUNT = r"-?\d{1,400}(\.\d{1,400})?(\.\.-?\d{1,400}(\.\d{1,400})?)?"
_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = JSONDecoder()

Count = Annotated[int, Field(ge=0, le=10**15)]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[str, StringConstraints(pattern=f"^{_AMOUNT}$")]
Spans = list[list[tuple[Count, Count]]]
_Plain = str | bool | int | float | None
About = dict[str, _Plain | list[_Plain] | dict[str, _Plain]]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=False, allow_inf_nan=False, extra="ignore")


class _Names(_Shape):
    label: str
    names: list[str]


class _Signature(_Shape):
    model_config = ConfigDict(extra="forbid")
    model: str
    prompt: str
    gold: Annotated[str, StringConstraints(pattern="^[0-9a-f]+$")]  # a seed is made of it
    guidelines: str
    package: str
    metrics: str


class _Item(_Shape):
    """A label, or an item of an output."""

    id: str
    spans: Spans


class _Output(_Item):
    grounding: str
    invented: list[str]
    copy_of: str | None


class _FigureFields(_Shape):
    bound: str
    unit: str | None
    currency: str | None
    per: str | None
    measure: str | None
    as_of: str | None


class _LabelledClaim(_Item):
    text: str
    speaker: _Names
    mode: str


class _LabelledStance(_Item):
    holder: _Names
    target: _Names
    polarity: str


class _LabelledFigure(_Item, _FigureFields):
    amounts: Annotated[list[Amount], Field(min_length=1)]
    speaker: _Names | None


class _Claim(_Output):
    text: str
    speaker: list[str]
    mode: str | None


class _Stance(_Output):
    holder: list[str]
    target: list[str]
    polarity: str | None


class _Figure(_Output, _FigureFields):
    amount: Amount | None
    speaker: list[str]


class _Labels(_Shape):
    claims: list[_LabelledClaim]
    stances: list[_LabelledStance]
    figures: list[_LabelledFigure]


class _Items(_Shape):
    claims: list[_Claim]
    stances: list[_Stance]
    figures: list[_Figure]


class _Decision(_Shape):
    model_config = ConfigDict(extra="forbid")
    layer: Layer
    verdict: Verdict
    reason: str
    gold: str | None
    output: Count | None
    evidence: Number
    text: Number
    fields: list[tuple[str, str, str | None, str | None]]

    @model_validator(mode="after")
    def _amounts(self) -> _Decision:
        for name, _, *sides in self.fields:
            if name == "value" and not all(side is None or re.fullmatch(_AMOUNT, side) for side in sides):
                _refuse("the field 'value' holds no number")
        return self


class _Usage(_Shape):
    model_config = ConfigDict(extra="forbid")
    tokens: Count | None
    cost: Number | None
    seconds: Number | None


class _Run(_Shape):
    counts: dict[str, Number]
    decisions: list[_Decision]
    items: _Items
    gist: str
    failed: str | None
    usage: _Usage


class _Article(_Shape):
    model_config = ConfigDict(extra="forbid")
    id: str
    title: str | None
    cluster: str
    sha256: str
    text: str
    complete: list[Layer]
    labels: _Labels
    runs: Annotated[list[_Run], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees(self) -> _Article:
        """What points at something points at what is there."""
        for layer in LAYERS:
            labels: Sequence[_Item] = getattr(self.labels, layer)
            self._within(labels)
            ids = _unlike((label.id for label in labels), f"labels of {layer}")
            for run in self.runs:
                outputs: Sequence[_Item] = getattr(run.items, layer)
                self._within(outputs)
                for one in (one for one in run.decisions if one.layer == layer):
                    if one.gold is not None and one.gold not in ids:
                        _refuse(f"a decision is about a label '{one.gold[:60]}' of {layer}, which is not there")
                    if one.output is not None and one.output >= len(outputs):
                        _refuse(f"a decision is about item {one.output} of {len(outputs)} {layer}")
        return self

    def _within(self, items: Iterable[_Item]) -> None:
        for item in items:
            if not all(start <= end <= len(self.text) for place in item.spans for start, end in place):
                _refuse(f"the evidence of '{item.id[:60]}' stands outside of the text")


class _Estimate(_Shape):
    model_config = ConfigDict(extra="forbid")
    metric: str
    value: Number | None
    low: Number | None
    high: Number | None
    n: Number
    macro: Number | None
    macro_n: Count
    repeat_sd: Number | None


class _Result(_Shape):
    made: str | None
    signature: _Signature
    settings: About
    environment: About
    thresholds: dict[str, Share]
    resamples: Annotated[int, Field(ge=1, le=1_000_000)]
    warnings: list[str]
    metrics: list[_Estimate]
    articles: Annotated[list[_Article], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees(self) -> _Result:
        _unlike((article.id for article in self.articles), "articles")
        lacking = sorted(set(METRICS) - _unlike((one.metric for one in self.metrics), "metrics"))
        if lacking:
            _refuse(f"it has no {lacking[0]}: it was made by another version; score again")
        if unknown := set(self.thresholds) - set(vars(DEFAULT)):
            _refuse(f"there is no threshold '{min(unknown)[:60]}'")
        return self


def fault(data: object) -> tuple[tuple[int | str, ...], str] | None:
    """Where, as a path of keys and places, the parsed `data` is first not as a result file must be, and why; None where it is."""
    try:
        _shape().validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return first["loc"], first["msg"].removeprefix("Value error, ")
    return None


def line_of(text: str, path: Iterable[int | str]) -> int:
    """The line on which stands what `path` leads to in a text of JSON, or else the nearest around it."""
    at = _space(text, 0)
    for step in path:
        child = _child(text, at, step)
        if child is None:
            break
        at = child
    return text.count("\n", 0, at) + 1


def _child(text: str, at: int, step: int | str) -> int | None:
    is_object, place = text[at] == "{", 0
    if not is_object and text[at] != "[":
        return None
    at = _space(text, at + 1)
    while text[at] not in "}]":
        key: int | str = place
        if is_object:
            key, at = _decoder.raw_decode(text, at)
            at = _space(text, _space(text, at) + 1)
        if key == step:
            return at
        _, at = _decoder.raw_decode(text, at)
        at = _space(text, at)
        at = _space(text, at + (text[at] == ","))
        place += 1
    return None


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


@cache
def _shape() -> TypeAdapter[Any]:
    return TypeAdapter(_Result)


def _unlike(names: Iterable[str], what: str) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            _refuse(f"'{name[:60]}' stands twice among the {what}")
        seen.add(name)
    return seen


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)
