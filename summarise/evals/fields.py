"""The fields of a matched item, each compared with its label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

from summarise.evals.gold.labels import GoldClaim, GoldFigure, GoldStance, Label, Names
from summarise.evals.outputs import Item, OutputClaim, OutputFigure, OutputStance
from summarise.evals.similarity import best_likeness, same_name
from summarise.evals.thresholds import Thresholds
from summarise.evals.tokenised import plain_forms
from summarise.numbers.nouns import singular

FIGURE_FIELDS = ("value", "unit", "currency", "per", "bound", "as_of", "measure", "speaker")
CORE = ("value", "unit", "currency", "bound")
FieldVerdict = Literal["correct", "incorrect", "missing", "spurious"]

_PERCENT = {"%": "percent", "per cent": "percent", "pc": "percent", "pp": "percentage point", "percent point": "percentage point"}


class Field(NamedTuple):
    """`gold` and `output` are as they may be shown; None where that side leaves the field out."""

    name: str
    verdict: FieldVerdict
    gold: str | None
    output: str | None


def compared(label: Label, item: Item, t: Thresholds) -> Iterator[Field]:
    """Every field that either side fills in."""
    if isinstance(label, GoldClaim) and isinstance(item, OutputClaim):
        yield _named("speaker", label.speaker, item.speaker, t.name)
        yield _field("mode", label.mode, item.mode, right=item.mode in label.wordings("mode"))
    elif isinstance(label, GoldStance) and isinstance(item, OutputStance):
        yield _field("polarity", label.polarity, item.polarity, right=item.polarity in label.wordings("polarity"))
    elif isinstance(label, GoldFigure) and isinstance(item, OutputFigure):
        asked = {*filled(label), *filled(item)}
        yield from (_figure_field(name, label, item, t) for name in FIGURE_FIELDS if name in asked)


def filled(item: Item | Label) -> list[str]:
    """The names of the fields that a figure fills in; an exact bound is none."""
    if not isinstance(item, GoldFigure | OutputFigure):
        return []
    has_value = isinstance(item, GoldFigure) or item.amount is not None
    others = [name for name, value in zip(FIGURE_FIELDS[1:], _other_fields(item), strict=True) if value and value != "exact"]
    return ["value", *others] if has_value else others


_other_fields = attrgetter(*FIGURE_FIELDS[1:])


def _figure_field(name: str, label: GoldFigure, item: OutputFigure, t: Thresholds) -> Field:
    if name == "value":
        shown = None if item.amount is None else str(item.amount)
        return _field(name, str(label.amounts[0]), shown, right=item.amount in label.amounts)
    if name == "speaker":
        return _named(name, label.speaker, item.speaker, t.name)
    gold, given = getattr(label, name), getattr(item, name)
    if name == "bound":
        gold, given = (None if bound == "exact" else bound for bound in (gold, given))
    return _field(name, gold, given, right=given is not None and _RIGHT[name](label.wordings(name), given, t))


def _same_unit(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    return _unit(given) in map(_unit, wordings)


def _same_code(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    return given.strip().upper() in wordings


def _same_word(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    return given in wordings


def _same_time(wordings: Sequence[str], given: str, _: Thresholds) -> bool:
    """A finer time than that of the label is right, a coarser one is not."""
    return any(given == time or given.startswith(f"{time}-") for time in wordings)


def _same_measure(wordings: Sequence[str], given: str, t: Thresholds) -> bool:
    return best_likeness(wordings, given) >= t.measure


_RIGHT = {
    "unit": _same_unit,
    "per": _same_unit,
    "currency": _same_code,
    "bound": _same_word,
    "as_of": _same_time,
    "measure": _same_measure,
}


@lru_cache(maxsize=4096)
def _unit(text: str) -> str:
    """A unit in the singular, whichever way it was written."""
    plain = text.strip().casefold()
    if plain in _PERCENT:
        return _PERCENT[plain]
    words = plain_forms(text)
    joined = " ".join([*words[:-1], *(singular(word) for word in words[-1:])])
    return _PERCENT.get(joined, joined)


def _named(name: str, gold: Names | None, given: tuple[str, ...], threshold: float) -> Field:
    label = None if gold is None or gold.label == "author" else gold.label
    right = not given if gold is None else same_name(gold.aliases, given) >= threshold
    return _field(name, label, given[0] if given else None, right=right)


def _field(name: str, gold: str | None, given: str | None, *, right: bool) -> Field:
    if right:
        return Field(name, "correct", gold, given)
    return Field(name, "missing" if given is None else "spurious" if gold is None else "incorrect", gold, given)
