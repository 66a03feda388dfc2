"""Outputs: what somebody's program found in an article, read from any JSON lines like ours, and what of it the article does not hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, PlainValidator

from summarise.errors import UsageError
from summarise.evals.alignment import numbers, unit_name
from summarise.evals.gold.model import Amount, Gold
from summarise.figures.lexicon import PARTS, ratio, singular
from summarise.files import lines_of

_MOST_ITEMS = 2_000
_MOST_SPANS = 20
_MOST_DIGITS = 300
_OWN_VOICE = {"author", "the author", "article", "the article"}

Span = Mapping[str, Any]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    """A text that any encoding can write; None for anything else, and for nothing."""
    if not isinstance(value, str) or not value:
        return None
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _id(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 400 else _text(value)


def _names(value: object) -> tuple[str, ...]:
    """One name of a file, or all of a person that somebody else worked out."""
    if isinstance(value, tuple):
        return value
    text = _text(value)
    return () if text is None or text.strip().casefold() in _OWN_VOICE else (text,)


def _target(value: object) -> tuple[str, ...]:
    text = _text(value)
    return value if isinstance(value, tuple) else (text,) if text else ()


def _spans(value: object) -> tuple[Span, ...]:
    """A span or several; a bare text is a quote."""
    if isinstance(value, tuple):
        return value
    listed = value if isinstance(value, list) else [] if value is None else [value]
    found = ({"quote": _text(span)} if isinstance(span, str) else _mapping(span) for span in listed[:_MOST_SPANS])
    return tuple({**span, "quote": _text(span.get("quote"))} for span in found)


LenientText = Annotated[str | None, PlainValidator(_text)]
LenientNames = Annotated[tuple[str, ...], PlainValidator(_names)]
LenientSpans = Annotated[tuple[Span, ...], PlainValidator(_spans)]


class Item(BaseModel):
    """`place` is where it stands in its list, from 0. `spans` prove it, `around` too, but less exactly; neither need be true.

    What has the wrong type counts as lacking. Names are tuples, because a person may be known by several; none at all is the article's own
    voice.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    place: int
    spans: LenientSpans = ()
    around: LenientSpans = ()
    optional: bool = False


class OutputClaim(Item):
    text: Annotated[str, PlainValidator(lambda value: _text(value) or "")] = ""
    speaker: LenientNames = ()
    mode: LenientText = None


class OutputStance(Item):
    holder: LenientNames = ()
    target: Annotated[tuple[str, ...], PlainValidator(_target)] = ()
    polarity: LenientText = None


class OutputFigure(Item):
    amount: Annotated[Amount | None, PlainValidator(lambda value: value)] = None
    bound: Annotated[str, PlainValidator(lambda value: _text(value) or "exact")] = "exact"
    unit: LenientText = None
    currency: LenientText = None
    per: LenientText = None
    measure: LenientText = None
    as_of: LenientText = None
    speaker: LenientNames = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What the answer took; None where it is not known. Cost is in US dollars."""

    tokens: int | None = None
    cost: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Output:
    """`failed` says why there is none; then it has no items. `made_by` holds client, model, prompt and package as far as they are told."""

    id: str | None
    sha256: str | None = None
    failed: str | None = None
    claims: tuple[OutputClaim, ...] = ()
    stances: tuple[OutputStance, ...] = ()
    figures: tuple[OutputFigure, ...] = ()
    gist: str = ""
    usage: Usage = Usage()
    made_by: Mapping[str, str] = field(default_factory=dict)


@dataclass
class OutputReading:
    """`problems` are the lines that are no outputs, each told in a line of its own."""

    outputs: list[Output] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_outputs(path: Path) -> OutputReading:
    """All outputs of a file of JSON lines (also .gz). Raises UsageError for a file that cannot be read or holds none."""
    try:
        found = parse_lines(lines_of(path), str(path))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="--summaries takes a file of JSON lines") from error
    if not found.outputs:
        raise UsageError("\n".join([f"{path}: holds no summary", *found.problems[:10]]))
    return found


def parse_lines(lines: Iterable[bytes | str], name: str = "lines") -> OutputReading:
    """An Output a line; blank lines are none. A bad line costs no other."""
    reading = OutputReading()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                reading.outputs.append(parse_line(line))
            except RecursionError:
                reading.problems.append(f"{name}:{number}: nested too deep to be a summary")
            except ValueError as error:
                reading.problems.append(f"{name}:{number}: {error}")
    return reading


def parse_line(line: bytes | str) -> Output:
    """Raises ValueError for what is no output, RecursionError for what is nested too deep to tell."""
    return parse_output(json.loads(line, parse_float=Decimal, parse_constant=_no_constant))


def parse_output(data: object) -> Output:
    """The Output in a value of JSON. What it lacks is empty, what has the wrong type counts as lacking.

    Raises ValueError where there is neither an article's id nor its sha256.
    """
    if not isinstance(data, dict):
        raise ValueError(f"a summary is a JSON object, this is {type(data).__name__}")
    article = data["article"] if isinstance(data.get("article"), dict) else data
    id, sha256 = _id(article.get("id")), _text(article.get("sha256"))
    if id is None and sha256 is None:
        raise ValueError("no article.id and no article.sha256: it cannot be told which article this is")
    run = _mapping(data.get("run"))
    made_by = {key: text for key in ("client", "model", "prompt", "prompt_sha", "package") if (text := _text(run.get(key)))}
    if data.get("error") is not None:
        return Output(id, sha256, failed=_reason(data["error"]), usage=_usage(run), made_by=made_by)
    return Output(
        id,
        sha256,
        claims=tuple(OutputClaim.model_validate(item) for item in _items(data, "claims")),
        stances=tuple(OutputStance.model_validate(item) for item in _items(data, "stances")),
        figures=tuple(OutputFigure.model_validate(_figure(item)) for item in _items(data, "figures")),
        gist=_text(data.get("gist")) or "",
        usage=_usage(run),
        made_by=made_by,
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _reason(error: object) -> str:
    known = _mapping(error)
    return ": ".join(text for key in ("kind", "message") if (text := _text(known.get(key)))) or _text(error) or "failed"


def _items(data: Mapping[str, Any], layer: str) -> Iterator[dict[str, Any]]:
    """The items of a layer. What is no object is an item without anything: it was given out too. None is optional because it says so."""
    listed = data.get(layer)
    for place, raw in enumerate(listed[:_MOST_ITEMS] if isinstance(listed, list) else []):
        item = _mapping(raw)
        id = _id(item.get("id")) or f"{layer[0]}{place + 1}"
        yield {**item, "id": id, "place": place, "spans": item.get("evidence"), "around": (), "optional": False}


def _figure(item: dict[str, Any]) -> dict[str, Any]:
    """A figure stands at its own place; then its evidence is what stands around it."""
    own = {key: item[key] for key in ("start", "end", "quote") if item.get(key) is not None}
    spans = {"spans": (own,), "around": item["spans"]} if own else {}
    return {**item, "amount": _amount(item), **spans}


def _amount(item: Mapping[str, Any]) -> Amount | None:
    value, low, high = (_number(item.get(key)) for key in ("value", "low", "high"))
    if value is not None:
        return Amount(value)
    return Amount(None, low, high) if low is not None and high is not None else None


def _number(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, str | float):
        try:
            value = Decimal(str(value).strip())
        except ArithmeticError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int) and value.bit_length() > 3 * _MOST_DIGITS:
        return None
    number = Decimal(value)
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def _usage(run: Mapping[str, Any]) -> Usage:
    tokens = [_number(run.get(key)) for key in ("input_tokens", "output_tokens")]
    cost, seconds = _number(run.get("cost_usd")), _number(run.get("seconds"))
    return Usage(
        int(sum(filter(None, tokens))) if any(count is not None for count in tokens) else None,
        None if cost is None else float(cost),
        None if seconds is None else float(seconds),
    )


_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")


def invented_numbers(gold: Gold, wording: str) -> tuple[str, ...]:
    """The numbers of `wording` that stand neither in the article nor in what is declared of it."""
    found = numbers(wording)
    if not found or found <= gold.numbers:
        return ()
    return tuple(sorted(f"{number:f}" for number in found - gold.numbers - _implied(gold)))


def _implied(gold: Gold) -> set[Decimal]:
    """Numbers of title and date, the years next to it ("last year"), and parts of a whole whose word the text has ("a third would")."""
    declared = numbers(f"{gold.title or ''} · {gold.published or ''}")
    published = _YEAR.search(gold.published or "")
    years = [] if published is None else [Decimal(int(published[0]) + apart) for apart in (-1, 0, 1)]
    return {*declared, *years, *(ratio(1, below) for word, below in PARTS.items() if gold.tokens.has_name([word]))}


class FigureFacts:
    """What values, units, currencies and years one article has: in its words, its labels, or by the rules of `summarise.figures`.

    The labels and the rules are asked too, because a value can be right and yet not be written in the text: "4p" is 0.04, "twice" is 2.
    A part of a whole may be given in percent: "a third" is 33, 33.3 and 33.33.
    """

    def __init__(self, gold: Gold) -> None:
        self._gold = gold

    def invented(self, item: OutputFigure) -> Iterator[str]:
        """What the item makes up: values as numbers, the rest with the name of its field."""
        for end in item.amount or ():
            if end is not None and abs(end) not in self._gold.numbers and abs(end) not in self._values:
                yield f"{end:f}"
        if item.unit and not self._has_unit(unit_name(item.unit)):
            yield f"unit {item.unit}"
        if item.currency and not self._has_currency(item.currency.strip().upper()):
            yield f"currency {item.currency}"
        if item.as_of and not self._has_time(item.as_of):
            yield f"as_of {item.as_of}"

    @cached_property
    def _values(self) -> set[Decimal]:
        amounts = (amount for label in self._gold.labels.figures for amount in label.amounts)
        labelled = {abs(end) for amount in amounts for end in amount if end is not None}
        read = {abs(end) for one in self._gold.found_figures for end in (one.value, one.low, one.high) if end is not None}
        implied = _implied(self._gold)
        shares = {round(100 * part, digits) for part in read | self._gold.numbers | implied if part < 1 for digits in range(3)}
        return labelled | read | shares | implied

    def _has_unit(self, unit: str) -> bool:
        return (
            unit in self._labelled_units or self._words.issuperset(unit.split()) or unit in {one.unit for one in self._gold.found_figures}
        )

    def _has_currency(self, code: str) -> bool:
        labelled = any(code in label.wordings("currency") for label in self._gold.labels.figures)
        return labelled or code in self._gold.tokens.places or code in {one.currency for one in self._gold.found_figures}

    def _has_time(self, time: str) -> bool:
        """Only the year is checked, as "on Monday" gives a day that the text does not have; "last year" and "five years ago" count too."""
        found = _YEAR.search(time)
        if found is None:
            return True
        year = int(found[0])
        published = _YEAR.search(self._gold.published or "")
        apart = None if published is None else abs(year - int(published[0]))
        is_near = apart is not None and (apart <= 1 or Decimal(apart) in self._gold.numbers)
        return is_near or Decimal(year) in self._gold.numbers or found[0] in self._years

    @cached_property
    def _labelled_units(self) -> set[str]:
        return {unit_name(wording) for label in self._gold.labels.figures for wording in label.wordings("unit")}

    @cached_property
    def _words(self) -> set[str]:
        """The words of the text, also in the singular."""
        plain = [form.casefold() for form in self._gold.tokens.places]
        return {*plain, *map(singular, plain)}

    @cached_property
    def _years(self) -> set[str]:
        labelled = (wording for label in self._gold.labels.figures for wording in label.wordings("as_of"))
        return {time[:4] for time in (*labelled, *(one.as_of for one in self._gold.found_figures if one.as_of))}
