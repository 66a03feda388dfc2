"""The gold model: one article with its labels, its metadata and its cluster."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from summarise.article import Article, sha256_of
from summarise.figures import find_numerals
from summarise.text.tokens import Tokenised, TokenSet, covered

Layer = Literal["claims", "stances", "figures"]
LAYERS: tuple[Layer, ...] = ("claims", "stances", "figures")
MODES = ("asserts", "denies", "predicts", "demands")
SCALE = ("against", "neutral", "favour")
"""The polarities that can be put in order; mixed has no place among them."""
POLARITIES = (*SCALE, "mixed")
_AS_IT_IS = frozenset([type(None), str, int, float, bool])
AUTHOR = "author"
"""The speaker or holder of what the article says in its own voice."""


@dataclass(frozen=True, slots=True)
class Names:
    """Somebody or something by all the names that count as the same; `label` is the word that stands in the gold file."""

    label: str
    aliases: tuple[str, ...]

    @property
    def is_author(self) -> bool:
        return AUTHOR in self.aliases


@dataclass(frozen=True, slots=True)
class Evidence:
    """Places that each prove an item, the best first. A place is one or more runs of the text, in characters."""

    places: tuple[tuple[tuple[int, int], ...], ...]
    positions: tuple[TokenSet, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What labels of every layer have. `accept` holds other right wordings by field; `line` is where it stands in its file."""

    id: str
    evidence: Evidence
    optional: bool = False
    accept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str | None = None
    line: int = field(default=0, compare=False)

    def wordings(self, name: str) -> tuple[str, ...]:
        """All right wordings of a field, none where the label leaves it out."""
        value = getattr(self, name)
        return () if value is None else (str(value), *self.accept.get(name, ()))

    def record(self) -> dict[str, Any]:
        """As JSON holds it: fields by name, but for the line; `spans` is a list of places, each a list of [start, end]."""
        record = recorded_fields(self, ("evidence", "line"))
        record["spans"] = [[list(run) for run in place] for place in self.evidence.places]
        return record


def recorded_fields(one: Any, skipped: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a dataclass by name, as JSON holds them."""
    kind: Any = type(one)
    names, values = _reader(kind, skipped)
    return {name: value if type(value) in _AS_IT_IS else recorded(value) for name, value in zip(names, values(one), strict=True)}


def recorded(value: Any) -> Any:
    """A field as JSON holds it; amounts are texts, so that no digit is lost."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Names):
        return {"label": value.label, "names": list(value.aliases)}
    if isinstance(value, Amount):
        return str(value)
    return {key: list(item) for key, item in value.items()} if isinstance(value, Mapping) else [recorded(item) for item in value]


@cache
def _reader(kind: Any, skipped: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of the fields of a dataclass, and what reads them all at once."""
    names = tuple(one.name for one in fields(kind) if one.name not in skipped)
    return names, attrgetter(*names)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldClaim(Label):
    text: str
    speaker: Names
    mode: str = "asserts"
    key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldStance(Label):
    holder: Names
    target: Names
    polarity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldFigure(Label):
    amounts: tuple[Amount, ...]
    bound: str = "exact"
    unit: str | None = None
    currency: str | None = None
    per: str | None = None
    measure: str | None = None
    as_of: str | None = None
    speaker: Names | None = None
    derived: bool = False


KINDS: dict[Layer, type[Label]] = {"claims": GoldClaim, "stances": GoldStance, "figures": GoldFigure}


def label_of(layer: Layer, record: Mapping[str, Any], text: Tokenised) -> Label:
    """The label of a record, in the text that it is of. Raises KeyError, TypeError, ValueError or ArithmeticError for what is no record."""
    values = dict(record)
    for name, read in _READ[layer]:
        if values[name] is not None:
            values[name] = read(values[name])
    places = values.pop("spans")
    positions = tuple([covered([text.positions(start, end) for start, end in place]) for place in places])
    return KINDS[layer](evidence=Evidence(places, positions), **values)


def _names(value: Mapping[str, Any]) -> Names:
    return Names(value["label"], tuple(value["names"]))


_READERS: dict[str, Callable[[Any], Any]] = {
    "speaker": _names,
    "holder": _names,
    "target": _names,
    "amounts": lambda value: tuple(map(Amount.of, value)),
    "accept": lambda value: {key: tuple(texts) for key, texts in value.items()},
    "spans": lambda value: tuple([tuple([(start, end) for start, end in place]) for place in value]),
}
_READ = {
    layer: [(name, read) for name, read in _READERS.items() if name == "spans" or name in {one.name for one in fields(kind)}]
    for layer, kind in KINDS.items()
}


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
    claims: tuple[GoldClaim, ...] = ()
    stances: tuple[GoldStance, ...] = ()
    figures: tuple[GoldFigure, ...] = ()
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    tokens: Tokenised = field(default_factory=lambda: Tokenised(""), repr=False, compare=False)

    def labels(self, layer: Layer) -> tuple[Label, ...]:
        labels: tuple[Label, ...] = getattr(self, layer)
        return labels

    @cached_property
    def records(self) -> dict[Layer, list[dict[str, Any]]]:
        """All labels as JSON holds them."""
        return {layer: [label.record() for label in self.labels(layer)] for layer in LAYERS}

    @cached_property
    def sha256(self) -> str:
        """That of the text."""
        return sha256_of(self.text)

    @cached_property
    def digest(self) -> str:
        """The sha256 of all that can change a score."""
        labels: dict[str, Any] = {layer: [_measured(record) for record in records] for layer, records in self.records.items()}
        about = {"id": self.id, "text": self.text, "cluster": self.cluster, "complete": sorted(self.complete)}
        whole = {**about, "title": self.title, "published": self.published, **labels}
        return sha256_of(json.dumps(whole, sort_keys=True, ensure_ascii=True, separators=(",", ":")))

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """Every number in the text, scaled and without sign."""
        return frozenset(numeral.value for numeral in find_numerals(self.text))


def _measured(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "note"}


@dataclass(frozen=True, slots=True)
class Heading:
    """`digest` is that of all that can change a score, which the name of the labels is made from; `sha256` is that of the text."""

    id: str
    file: str
    cluster: str
    guidelines: str
    sha256: str
    digest: str
    prefilled: str | None
    article: Article

    @classmethod
    def of(cls, gold: Gold) -> Heading:
        article = Article(gold.text, gold.id, gold.title, gold.source, gold.published, gold.url, gold.language)
        return cls(gold.id, gold.file, gold.cluster, gold.guidelines, gold.sha256, gold.digest, gold.prefilled, article)
