"""The items of a gold file as pydantic models: each field checked, and each quote looked up in the article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationInfo, model_validator

from summarise.evals.alignment import AUTHOR, around, nearest
from summarise.evals.gold.model import LAYERS, MODES, POLARITIES, Amount, Entity, GoldClaim, GoldFigure, GoldStance, Labels
from summarise.figures import Bound, find_figures, find_numerals
from summarise.text.tokens import Tokenised, covered, forms, plain_name
from summarise.text.yaml_nodes import MappingNode, Null, Problems, did_you_mean, refuse, shown, wrong_kind

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
    return as_list(value)


def as_list(value: Any) -> list[Any]:
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


_SCALE = re.compile(r"(?i)(?<![a-z])(thousand|million|billion|trillion|hundred|lakh|crore|[kmbt]n?)(?![a-z])")
_SCALES = [Decimal(10) ** power for power in (2, 3, 5, 6, 7, 9, 12)]


@dataclass
class LabelledArticle:
    """What the items of one file are checked against. `by_name` finds an entity by its key or by any of its names."""

    text: Tokenised
    by_name: dict[tuple[str, ...], Entity] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def add(self, key: str, names: Sequence[str]) -> Iterator[str]:
        """Adds an entity; what is wrong with it comes back."""
        entity = Entity(key, (AUTHOR, *names) if key == AUTHOR else tuple(names))
        if not names:
            yield "has no names: list at least one, as the article writes it"
        self.keys.append(key)
        for name in (key, *names):
            if not plain_name(name):
                yield f"{shown(name)} holds no word"
                continue
            other = self.by_name.setdefault(plain_name(name), entity)
            if other.label != key:
                yield f"alias used twice: {shown(name)} is also a name of '{other.label}'"

    def names(self, name: str, *, free: bool) -> tuple[str, ...]:
        """All that counts as the same as `name`. Raises ValueError for one that is no entity and not in the text, unless `free`."""
        entity = self.by_name.get(plain_name(name))
        if entity is not None:
            return entity.names
        if name != AUTHOR and not free and not self.text.has_name(plain_name(name)):
            known = did_you_mean(name, chain(self.keys, [AUTHOR]))
            raise ValueError(f"{shown(name)} is no entity and stands nowhere in the text{known}")
        return (name,)


# --- fields that need the article -------------------------------------------------------------------------------------


def _context(info: ValidationInfo) -> LabelledArticle:
    assert isinstance(info.context, LabelledArticle)
    return info.context


class _Quote(Form):
    quote: Text
    nth: Text | None = None


def _run(value: Any, info: ValidationInfo) -> range:
    """The tokens of a quote. Raises ValueError where it is not in the text, or stands there more than once and `nth` does not say which."""
    found = _Quote.model_validate(value) if isinstance(value, dict) else None
    quote, nth = (found.quote, found.nth) if found else (text(value), None)
    article = _context(info)
    runs = article.text.runs(forms(quote))
    if (nth or len(runs) != 1) and (problem := _quote_problem(article.text, quote, runs, nth)):
        raise ValueError(problem)
    return runs[int(nth) - 1 if nth else 0]


def _quote_problem(article: Tokenised, quote: str, runs: list[range], nth: str | None) -> str | None:
    if not forms(quote):
        return f"{shown(quote)} holds no word to look for"
    if not runs:
        near = nearest(article, quote)
        return f"not in the text: {shown(quote)}; nearest: {shown(near) if near else 'nothing like it'}"
    if nth is None and len(runs) > 1:
        places = " and ".join(shown(around(article, run)) for run in runs[:2])
        return f"stands {len(runs)} times in the text: {places}; quote more words, or say which with nth: 1 to {len(runs)}"
    if nth is not None and not (nth.isascii() and nth.isdigit() and len(nth) < 6 and 1 <= int(nth) <= len(runs)):
        return f"nth is {shown(nth)}, but the quote stands {len(runs)} time{'s' * (len(runs) != 1)} in the text"
    return None


def _quotes(value: Any) -> list[Any]:
    if value is None or value == []:
        raise ValueError("left empty")
    return value if isinstance(value, list) else [value]


def _named(value: Any, info: ValidationInfo) -> Entity:
    """Who stands in a field, together with those whom `accept` has for it."""
    return _entity(value, info, free=False)


def _target(value: Any, info: ValidationInfo) -> Entity:
    """What a stance is about, in any words."""
    return _entity(value, info, free=True)


def _entity(value: Any, info: ValidationInfo, *, free: bool) -> Entity:
    label, article = text(value), _context(info)
    others = info.data.get("accept", {}).get(info.field_name, ())
    found = [article.names(name, free=free) for name in (label, *others)]
    return Entity(label, tuple(dict.fromkeys(name for names in found for name in names)))


Run = Annotated[range, PlainValidator(_run)]
Quotes = Annotated[tuple[Run, ...], BeforeValidator(_quotes)]
Named = Annotated[Entity, PlainValidator(_named)]
Target = Annotated[Entity, PlainValidator(_target)]


# --- the items --------------------------------------------------------------------------------------------------------


class _Item(Form):
    """What items of every layer have. `quote` proves it, all of its runs together; `also` has other places that each do."""

    id: Text | None = None
    quote: Quotes
    also: Annotated[tuple[Run, ...], BeforeValidator(_quotes)] | None = None
    nth: Any = None
    optional: YesNo = False
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _nth_of_one(cls, values: Any) -> Any:
        """`nth` beside a single quote is that of the quote."""
        if not isinstance(values, dict) or values.get("nth") is None or isinstance(values.get("quote"), list | dict | None):
            return values
        return {**values, "quote": {"quote": values["quote"], "nth": values["nth"]}, "nth": None}

    @model_validator(mode="after")
    def _nth_has_its_quote(self) -> _Item:
        if self.nth is not None:
            refuse(("nth",), "belongs to one quote: write - {quote: …, nth: 2} in the list")
        return self

    def common(self, id: str, article: Tokenised, accept: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        places = [self.quote, *((run,) for run in self.also or ())]
        return {
            "id": self.id or id,
            "optional": self.optional,
            "note": self.note,
            "accept": {key: texts for key, texts in accept.items() if key not in ("speaker", "holder", "target")},
            "spans": tuple([tuple([article.span(run) for run in place]) for place in places]),
            "positions": tuple(map(covered, places)),
        }


class ClaimForm(_Item):
    accept: Annotated[dict[Annotated[str, accepted("text", "speaker", "mode")], Texts], MaybeMapping] = Field(default_factory=dict)
    text: Text
    speaker: Named
    mode: Mode | None = None
    key: YesNo = False

    @model_validator(mode="after")
    def _key_claims_are_asked_for(self) -> ClaimForm:
        if self.key and self.optional:
            refuse(("optional",), "a key claim cannot be optional")
        return self

    def label(self, id: str, article: Tokenised) -> GoldClaim:
        mode = self.mode or "asserts"
        return GoldClaim(text=self.text, speaker=self.speaker, mode=mode, key=self.key, **self.common(id, article, self.accept))


class StanceForm(_Item):
    accept: Annotated[dict[Annotated[str, accepted("holder", "target", "polarity")], Texts], MaybeMapping] = Field(default_factory=dict)
    holder: Named
    target: Target
    polarity: Polarity

    def label(self, id: str, article: Tokenised) -> GoldStance:
        return GoldStance(holder=self.holder, target=self.target, polarity=self.polarity, **self.common(id, article, self.accept))


_FIGURE_FIELDS = ("value", "unit", "currency", "per", "bound", "measure", "as_of", "speaker")


class FigureForm(_Item):
    accept: Annotated[dict[Annotated[str, accepted(*_FIGURE_FIELDS)], Texts], MaybeMapping] = Field(default_factory=dict)
    value: GivenAmount
    unit: Text | None = None
    currency: Currency | None = None
    per: Text | None = None
    bound: Annotated[Text, choice(*get_args(Bound))] | None = None
    measure: Text | None = None
    as_of: PartialDate | None = None
    speaker: Named | None = None
    derived: YesNo = False

    @model_validator(mode="after")
    def _bound_fits_the_value(self) -> FigureForm:
        if self.bound is not None and (self.bound == "range") != (self.value.value is None):
            ends = "a value of two ends has the bound 'range'" if self.bound != "range" else "'range' goes with a value of two ends, lo..hi"
            refuse(("bound",), ends)
        return self

    @model_validator(mode="after")
    def _value_is_in_the_quote(self, info: ValidationInfo) -> FigureForm:
        """Each number of the value must be one that the quote holds; which numbers those are is what the rules of `figures` say."""
        article = _context(info).text
        spans = chain([article.span(run) for run in self.quote], [article.span(run) for run in self.also or ()])
        quote = " … ".join(article.text[start:end] for start, end in spans)
        asked = {abs(number) for number in self.value if number is not None}
        plain = {numeral.value for numeral in find_numerals(quote)}
        wrong = () if self.derived else asked - plain and asked - _scaled(quote, plain)
        if wrong:
            held = ", ".join(f"{number:f}" for number in sorted(plain)) or "none"
            refuse(("value",), f"{min(wrong):f} is not in the quote, whose numbers are: {held}; mend one of them, or say derived: yes")
        return self

    def label(self, id: str, article: Tokenised) -> GoldFigure:
        is_cited = self.speaker is not None and self.speaker.label != AUTHOR
        return GoldFigure(
            amounts=(self.value, *self.other_amounts()),
            bound="range" if self.value.value is None else self.bound or "exact",
            speaker=self.speaker if is_cited else None,
            **{name: getattr(self, name) for name in ("unit", "currency", "per", "measure", "as_of", "derived")},
            **self.common(id, article, self.accept),
        )

    @model_validator(mode="after")
    def _other_values_are_numbers(self) -> FigureForm:
        try:
            self.other_amounts()
        except ValueError as error:
            refuse(("accept",), str(error))
        return self

    def other_amounts(self) -> list[Amount]:
        return [amount(word) for word in self.accept.get("value", ())]


def _scaled(quote: str, numbers: set[Decimal]) -> set[Decimal]:
    """Those that the quote may mean: with their units, or with a scale that stands after the second of two numbers."""
    for figure in find_figures(quote):
        numbers = numbers | {abs(number) for number in (figure.value, figure.low, figure.high) if number is not None}
    return numbers | ({number * scale for number in numbers for scale in _SCALES} if _SCALE.search(quote) else set())


class ItemsForm(Form):
    """The three layers of a file."""

    claims: Annotated[tuple[ClaimForm, ...], MaybeList] = ()
    stances: Annotated[tuple[StanceForm, ...], MaybeList] = ()
    figures: Annotated[tuple[FigureForm, ...], MaybeList] = ()

    def labels(self, article: Tokenised, root: MappingNode, problems: Problems) -> Labels:
        """Those of the file. Items without an id are called by their number: "c3"."""
        found = {}
        for layer in LAYERS:
            items: Sequence[Any] = getattr(self, layer)
            first: dict[str, int] = {}
            for at, item in enumerate(items):
                if item.id is not None and first.setdefault(item.id, at) != at:
                    problems.add_at(root, (layer, at, "id"), f"duplicate id '{item.id}' (first in {layer}.{first[item.id]})")
            found[layer] = tuple([item.label(_free_id(f"{layer[0]}{at + 1}", first), article) for at, item in enumerate(items)])
        return Labels(**found)


def _free_id(id: str, taken: Mapping[str, int]) -> str:
    """With a sign added where somebody gave that id to another."""
    while id in taken:
        id += "'"
    return id
