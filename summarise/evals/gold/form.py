"""The fields of a gold file as types of pydantic: everything is text in the file, and each error says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainValidator

from summarise.evals.gold.model import LAYERS, MODES, POLARITIES, Amount
from summarise.text.problems import did_you_mean, shown, wrong_kind
from summarise.text.yaml_nodes import Null

FORMAT = "1"
_YES = {"yes": True, "true": True, "no": False, "false": False}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,20})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def text(value: object) -> str:
    if type(value) is str:
        return value
    if value is None:
        raise ValueError("left empty")
    if isinstance(value, Null):
        raise ValueError(f"'{value}' means nothing here: leave the field out, or quote the word")
    raise ValueError(wrong_kind(value, str))


def _listed(value: Any) -> list[Any]:
    if value is None or value == []:
        raise ValueError("left empty")
    return _list(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _yes(value: object) -> bool:
    if value is None:
        return False
    word = text(value)
    if word.lower() not in _YES:
        raise ValueError(f"{shown(word)} is neither yes nor no")
    return _YES[word.lower()]


def _one_of(options: Sequence[str], problem: str) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word in options:
            return word
        raise ValueError(f"{problem.format(shown(word))}{did_you_mean(word, options)}")

    return check


def _date(word: str) -> str:
    match = _DATE.fullmatch(word)
    try:
        if not match or not 1000 <= int(match[1]) <= 2999:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValueError(f"{shown(word)} is no date: write it like 2031, 2025-03 or 2025-03-14") from None
    return word


def _currency(code: str) -> str:
    if not _CURRENCY.fullmatch(code):
        raise ValueError(f"{shown(code)} is no ISO 4217 code, such as EUR")
    return code


def amount(value: object) -> Amount:
    """A number or a range. Raises ValueError."""
    word = text(value)
    low, dots, high = (part.strip() for part in word.partition(".."))
    if not _AMOUNT.fullmatch(low) or (dots and not _AMOUNT.fullmatch(high)):
        raise ValueError(f"{shown(word)} is no plain number: write it like 12000, 1.5 or 38000..41000")
    found = Amount.of(word)
    if found.low is not None and found.high is not None and found.low > found.high:
        raise ValueError(f"{shown(word)}: the lower end comes first")
    return found


def choice(*options: str) -> Any:
    return AfterValidator(_one_of(options, "{} is not possible"))


def accepted(*fields: str) -> Any:
    """The keys of other right wordings: the fields that may have them."""
    return AfterValidator(_one_of(fields, "unknown key"))


Text = Annotated[str, PlainValidator(text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
"""One text, or a list of at least one."""
MaybeList = BeforeValidator(lambda value: [] if value is None else value)
MaybeMapping = BeforeValidator(lambda value: {} if value is None else value)
YesNo = Annotated[bool, PlainValidator(_yes)]
PartialDate = Annotated[Text, AfterValidator(_date)]
Currency = Annotated[Text, AfterValidator(_currency)]
GivenAmount = Annotated[Amount, PlainValidator(amount)]
Mode = Annotated[Text, choice(*MODES)]
Polarity = Annotated[Text, choice(*POLARITIES)]
LayerName = Annotated[Text, AfterValidator(_one_of(LAYERS, "{} is no layer"))]


class Form(BaseModel):
    """Fields that a person fills in; unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class Labelling(Form):
    by: Texts
    guidelines: Text
    on: PartialDate | None = None
    adjudicated_by: Any = None
    prefilled: Text | None = None


class GoldMetadata(Form):
    """All of a gold file but its article, its entities and its labels, which are checked one after the other."""

    format: Annotated[Text, choice(FORMAT)]
    id: Text
    labelled: Labelling
    cluster: Text | None = None
    complete: Annotated[tuple[LayerName, ...], BeforeValidator(_list)] = ()
    title: Text | None = None
    source: Text | None = None
    published: PartialDate | None = None
    url: Text | None = None
    language: Text | None = None
    text: Any = None
    article: Any = None
    sha256: Any = None
    entities: Any = None
    claims: Any = None
    stances: Any = None
    figures: Any = None
    note: Any = None


class ArticleForm(BaseModel):
    """Where the article is: in `text`, or in the file `article`."""

    text: Text | None = None
    article: Text | None = None
    sha256: Text | None = None


class EntitiesForm(BaseModel):
    """The names of each entity, by its key; whether there are any is checked where they are used."""

    entities: Annotated[dict[str, Annotated[tuple[Text, ...], BeforeValidator(_list)]], MaybeMapping] = {}
