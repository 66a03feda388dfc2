"""The gold model: one article with its labels, its metadata and its cluster."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, TypeAdapter

from summarise.article import Article, sha256_of
from summarise.evals.alignment import AUTHOR
from summarise.figures import find_figures, find_numerals
from summarise.text.tokens import Tokenised, TokenSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarise.figures.model import Figure

Layer = Literal["claims", "stances", "figures"]
LAYERS: tuple[Layer, ...] = ("claims", "stances", "figures")
MODES = ("asserts", "denies", "predicts", "demands")
SCALE = ("against", "neutral", "favour")
"""The polarities that can be put in order; mixed has no place among them."""
POLARITIES = (*SCALE, "mixed")


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something by all the names that count as the same; `label` is the word that stands in the gold file."""

    label: str
    names: tuple[str, ...]

    @property
    def is_author(self) -> bool:
        return AUTHOR in self.names


class Amount(NamedTuple):
    """A number, or the two ends of a range."""

    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None

    @classmethod
    def of(cls, text: str) -> Amount:
        """What `str` makes a text of. Raises ArithmeticError for what is no number."""
        low, dots, high = text.partition("..")
        return cls(None, Decimal(low), Decimal(high)) if dots else cls(Decimal(low))

    def __str__(self) -> str:
        return f"{self.value:f}" if self.value is not None else f"{self.low:f}..{self.high:f}"


# As `str` writes an amount, with no more digits than outputs may have: what a result file holds is not taken on trust.
_AMOUNT = re.compile(r"-?\d{1,400}(\.\d{1,400})?(\.\.-?\d{1,400}(\.\d{1,400})?)?")


def is_amount(text: str) -> bool:
    return _AMOUNT.fullmatch(text) is not None


def _read_amount(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not is_amount(value):
        raise ValueError("it is no amount")
    return Amount.of(value)


RecordedAmount = Annotated[Amount, BeforeValidator(_read_amount), PlainSerializer(str, return_type=str)]
"""An amount that JSON holds as a text, so that no digit is lost."""

Offset = Annotated[int, Field(ge=0, le=10**15)]
Spans = tuple[tuple[tuple[Offset, Offset], ...], ...]
"""Places of the text that each prove an item, the best first. A place is one or more runs (start, end) of characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBase:
    """What labels of every layer have. `accept` holds other right wordings by field; `positions` are the tokens of each of `spans`."""

    id: str
    optional: bool = False
    accept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str | None = None
    positions: Annotated[tuple[TokenSet, ...], Field(exclude=True)] = ()

    def wordings(self, name: str) -> tuple[str, ...]:
        """All right wordings of a field, none where the label leaves it out."""
        value = getattr(self, name)
        return () if value is None else (str(value), *self.accept.get(name, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldClaim(LabelBase):
    text: str
    speaker: Entity
    mode: str = "asserts"
    key: bool = False
    spans: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldStance(LabelBase):
    holder: Entity
    target: Entity
    polarity: str
    spans: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldFigure(LabelBase):
    amounts: Annotated[tuple[RecordedAmount, ...], Field(min_length=1)]
    bound: str = "exact"
    unit: str | None = None
    currency: str | None = None
    per: str | None = None
    measure: str | None = None
    as_of: str | None = None
    speaker: Entity | None = None
    derived: bool = False
    spans: Spans


Label = GoldClaim | GoldStance | GoldFigure


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of an article, by layer, each in the order of its file."""

    claims: tuple[GoldClaim, ...] = ()
    stances: tuple[GoldStance, ...] = ()
    figures: tuple[GoldFigure, ...] = ()

    def of(self, layer: Layer) -> Sequence[Label]:
        found: Sequence[Label] = getattr(self, layer)
        return found


@dataclass(frozen=True)
class Gold:
    """The labels of one article. Precision is only known for the layers in `complete`."""

    id: str
    text: str
    file: str
    cluster: str
    guidelines: str
    labelled_by: tuple[str, ...]
    prefilled: str | None
    complete: frozenset[Layer]
    labels: Labels
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    tokens: Tokenised = field(default_factory=lambda: Tokenised(""), repr=False, compare=False)

    @property
    def article(self) -> Article:
        """What is to be summarised."""
        return Article(self.text, self.id, self.title, self.source, self.published, self.url, self.language)

    @cached_property
    def sha256(self) -> str:
        """That of the text."""
        return sha256_of(self.text)

    @cached_property
    def digest(self) -> str:
        """The sha256 of all that can change a score."""
        labels = _labels().dump_python(self.labels, mode="json")
        measured = {layer: [_measured(record) for record in records] for layer, records in labels.items()}
        about = {"id": self.id, "text": self.text, "cluster": self.cluster, "complete": sorted(self.complete)}
        whole = {**about, "title": self.title, "published": self.published, **measured}
        return sha256_of(json.dumps(whole, sort_keys=True, ensure_ascii=True, separators=(",", ":")))

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """Every number in the text, scaled and without sign."""
        return frozenset(numeral.value for numeral in find_numerals(self.text))

    @cached_property
    def found_figures(self) -> Sequence[Figure]:
        """What the rules for numbers find in the text, labelled or not."""
        return find_figures(self.text, published=self.published)


@cache
def _labels() -> TypeAdapter[Labels]:
    return TypeAdapter(Labels)


def _measured(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "note"}
