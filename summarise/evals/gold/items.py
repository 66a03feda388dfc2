"""Claims, stances and figures of a gold file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from summarise.evals.gold.entities import Entities
from summarise.evals.gold.faults import shown
from summarise.evals.gold.form import Form
from summarise.evals.gold.labels import AUTHOR, MODES, POLARITIES, Amount, Evidence, GoldClaim, GoldFigure, GoldStance, Label, Layer, Names
from summarise.evals.gold.quotes import evidence_of
from summarise.evals.tokenised import Tokenised
from summarise.numbers import Bound, find_figures, find_numerals
from summarise.tree import Mapping as MappingNode
from summarise.tree import Sequence as SequenceNode

BOUNDS: tuple[str, ...] = get_args(Bound)

_COMMON = ("id", "quote", "nth", "also", "accept", "optional", "note")
_KEYS: dict[Layer, tuple[str, ...]] = {
    "claims": ("text", "speaker", "mode", "key", *_COMMON),
    "stances": ("holder", "target", "polarity", *_COMMON),
    "figures": ("value", "unit", "currency", "per", "bound", "measure", "as_of", "speaker", "derived", *_COMMON),
}
_ACCEPTED: dict[Layer, tuple[str, ...]] = {
    "claims": ("text", "speaker", "mode"),
    "stances": ("holder", "target", "polarity"),
    "figures": ("value", "unit", "currency", "per", "bound", "measure", "as_of", "speaker"),
}
_NAMES = {"speaker", "holder", "target"}
_AMOUNT = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,20})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_SCALE = re.compile(r"(?i)(?<![a-z])(thousand|million|billion|trillion|hundred|lakh|crore|[kmbt]n?)(?![a-z])")
_SCALES = [Decimal(10) ** power for power in (2, 3, 5, 6, 7, 9, 12)]


@dataclass(frozen=True)
class Page:
    """What the items of one file are checked against."""

    text: Tokenised
    entities: Entities


def items_of(form: Form, layer: Layer, page: Page) -> tuple[Label, ...]:
    """The sound labels of a layer; what is wrong with the others is noted."""
    found = list(_read(form, layer, page))
    seen: dict[str, int] = {}
    for at, label in found:
        if label.id in seen:
            form.faults.add(label.line, f"{layer}.{at}.id", f"duplicate id '{label.id}' (first in {layer}.{seen[label.id]})")
        seen.setdefault(label.id, at)
    return tuple(label for _, label in found)


def _read(form: Form, layer: Layer, page: Page) -> Iterator[tuple[int, Label]]:
    node = form.node.items.get(layer)
    if form.has(layer) and not isinstance(node, SequenceNode):
        form.wrong_kind(layer, node, SequenceNode)
        return
    taken = _given_ids(node)
    for at, item in enumerate(node.items if isinstance(node, SequenceNode) else []):
        if not isinstance(item, MappingNode):
            form.wrong_kind(f"{layer}.{at}", item, MappingNode)
            continue
        label = _label(Form(item, f"{layer}.{at}", form.faults, _KEYS[layer]), layer, page, _free_id(layer, at, taken))
        if label is not None:
            yield at, label


def _given_ids(node: object) -> set[str]:
    items = [item for item in node.items if isinstance(item, MappingNode)] if isinstance(node, SequenceNode) else []
    return {getattr(item.items["id"], "text", "") for item in items if "id" in item.items}


def _free_id(layer: Layer, at: int, taken: set[str]) -> str:
    """c3 for the third claim; with a sign added where somebody gave that id to another."""
    id = f"{layer[0]}{at + 1}"
    while id in taken:
        id += "'"
    return id


def _label(form: Form, layer: Layer, page: Page, id: str) -> Label | None:
    evidence = evidence_of(form, page.text)
    common: dict[str, Any] = {
        "id": form.text("id") or id,
        "optional": form.flag("optional"),
        "accept": _accepted(form, layer),
        "note": form.text("note"),
        "line": form.node.line,
    }
    before = len(form.faults.errors)
    label = _LAYERS[layer](form, page, {**common, "evidence": evidence or Evidence((), ())})
    return label if evidence is not None and len(form.faults.errors) == before else None


def _claim(form: Form, page: Page, common: dict[str, Any]) -> Label | None:
    speaker = page.entities.named(form, "speaker", page.text)
    mode = form.choice("mode", MODES) or "asserts"
    key = form.flag("key")
    if key and common["optional"]:
        form.fault("optional", "a key claim cannot be optional")
    if not form.need("text", "speaker") or speaker is None:
        return None
    return GoldClaim(text=form.text("text") or "", speaker=speaker, mode=mode, key=key, **common)


def _stance(form: Form, page: Page, common: dict[str, Any]) -> Label | None:
    holder = page.entities.named(form, "holder", page.text)
    target = page.entities.named(form, "target", page.text, free=True)
    polarity = form.choice("polarity", POLARITIES)
    if not form.need("holder", "target", "polarity") or holder is None or target is None or polarity is None:
        return None
    return GoldStance(holder=holder, target=target, polarity=polarity, **common)


def _figure(form: Form, page: Page, common: dict[str, Any]) -> Label | None:
    bound = form.choice("bound", BOUNDS)
    amount = _amount(form, "value", form.text("value"))
    others = [_amount(form, "accept", text) for text in common["accept"].get("value", ())]
    currency = form.text("currency")
    if currency is not None and not _CURRENCY.fullmatch(currency):
        form.fault("currency", f"{shown(currency)} is no ISO 4217 code, such as EUR")
    if not form.need("value") or amount is None:
        return None
    ranged = amount.value is None
    if bound is not None and (bound == "range") != ranged:
        form.fault("bound", "'range' goes with a value of two ends, lo..hi" if not ranged else "a value of two ends has the bound 'range'")
    derived = form.flag("derived")
    if not derived:
        _check_amount(form, amount, common["evidence"], page.text)
    return GoldFigure(
        amounts=(amount, *(other for other in others if other is not None)),
        bound="range" if ranged else bound or "exact",
        currency=currency,
        as_of=form.when("as_of"),
        speaker=_cited(form, page),
        derived=derived,
        unit=form.text("unit"),
        per=form.text("per"),
        measure=form.text("measure"),
        **common,
    )


_LAYERS: dict[Layer, Callable[[Form, Page, dict[str, Any]], Label | None]] = {"claims": _claim, "stances": _stance, "figures": _figure}


def _cited(form: Form, page: Page) -> Names | None:
    """None for the article's own voice, however it is said."""
    names = page.entities.named(form, "speaker", page.text)
    return None if names is None or names.label == AUTHOR else names


def _accepted(form: Form, layer: Layer) -> Mapping[str, tuple[str, ...]]:
    node = form.mapping("accept")
    if node is None:
        return {}
    inner = Form(node, form.place("accept"), form.faults, _ACCEPTED[layer])
    return {key: inner.texts(key) for key in node.items if key in _ACCEPTED[layer] and key not in _NAMES}


def _amount(form: Form, key: str, text: str | None) -> Amount | None:
    if text is None:
        return None
    low, dots, high = (part.strip() for part in text.partition(".."))
    if not _AMOUNT.fullmatch(low) or (dots and not _AMOUNT.fullmatch(high)):
        form.fault(key, f"{shown(text)} is no plain number: write it like 12000, 1.5 or 38000..41000")
        return None
    if dots and Decimal(low) > Decimal(high):
        form.fault(key, f"{shown(text)}: the lower end comes first")
        return None
    return Amount.of(text)


def _check_amount(form: Form, amount: Amount, evidence: Evidence, text: Tokenised) -> None:
    """Each number of the amount must be one that its quote holds; which numbers those are is what the rules of `numbers` say."""
    quote = " … ".join(text.text[start:end] for place in evidence.places for start, end in place)
    plain = {numeral.value for numeral in find_numerals(quote)}
    asked = {abs(number) for number in amount if number is not None}
    wrong = asked - plain and asked - _scaled(quote, plain)
    if evidence.places and wrong:
        held = ", ".join(f"{number:f}" for number in sorted(plain)) or "none"
        form.fault("value", f"{min(wrong):f} is not in the quote, whose numbers are: {held}; mend one of them, or say derived: yes")


def _scaled(quote: str, numbers: set[Decimal]) -> set[Decimal]:
    """Those that the quote may mean: with their units, or with a scale that stands after the second of two numbers."""
    for figure in find_figures(quote):
        numbers = numbers | {abs(number) for number in (figure.value, figure.low, figure.high) if number is not None}
    return numbers | ({number * scale for number in numbers for scale in _SCALES} if _SCALE.search(quote) else set())
