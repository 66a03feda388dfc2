"""The items of a gold file: entities, claims, stances and figures, their quotes looked up in the article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any, get_args

from summarise.evals.alignment import around, nearest
from summarise.evals.gold.form import Form, did_you_mean, shown
from summarise.evals.gold.model import AUTHOR, MODES, POLARITIES, Amount, Evidence, GoldClaim, GoldFigure, GoldStance, Label, Layer, Names
from summarise.figures import Bound, find_figures, find_numerals
from summarise.text.tokens import Tokenised, covered, forms, plain_name
from summarise.text.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode


@dataclass
class Entities:
    """`by_name` finds an entity by its key or by any alias."""

    by_name: dict[tuple[str, ...], Names] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    _names: dict[str, Names] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form) -> Entities:
        """Those under `entities`."""
        entities = cls()
        node = form.mapping("entities")
        if node is not None:
            inner = Form(node, form.place("entities"), form.faults, node.items)
            for key in node.items:
                entities._add(inner, key)
        return entities

    def named(self, form: Form, key: str, text: Tokenised, *, free: bool = False) -> Names | None:
        """Who stands under `key`, together with those under `accept`. A name that is no entity must stand in the text, unless `free`."""
        label = form.text(key)
        if label is None:
            return None
        accepted = form.mapping("accept")
        if accepted is None and label in self._names:
            return self._names[label]
        others: Sequence[str] = ()
        if accepted is not None:
            others = Form(accepted, form.place("accept"), form.faults, accepted.items).texts(key)
        found = [self._resolved(form, key, name, text, free=free) for name in (label, *others)]
        names = Names(label, tuple(dict.fromkeys(alias for aliases in found for alias in aliases)))
        if accepted is None and plain_name(label) in self.by_name:
            self._names[label] = names
        return names

    def _resolved(self, form: Form, key: str, name: str, text: Tokenised, *, free: bool) -> tuple[str, ...]:
        entity = self.by_name.get(plain_name(name))
        if entity is not None:
            return entity.aliases
        if name == AUTHOR:
            return (AUTHOR,)
        if not free and not text.has_name(plain_name(name)):
            form.fault(key, f"{shown(name)} is no entity and stands nowhere in the text{did_you_mean(name, chain(self.keys, [AUTHOR]))}")
        return (name,)

    def _add(self, form: Form, key: str) -> None:
        aliases = tuple(alias for alias in form.texts(key) if _filled(form, key, alias))
        names = Names(key, (AUTHOR, *aliases) if key == AUTHOR else aliases)
        if not aliases:
            form.fault(key, "has no names: list at least one, as the article writes it")
        self.keys.append(key)
        for alias in (key, *aliases):
            other = self.by_name.setdefault(plain_name(alias), names)
            if other.label != key:
                form.fault(key, f"alias used twice: {shown(alias)} is also a name of '{other.label}'")


def _filled(form: Form, key: str, alias: str) -> bool:
    if plain_name(alias):
        return True
    form.fault(key, f"{shown(alias)} holds no word")
    return False


_PIECE = ("quote", "nth")


def evidence_of(form: Form, text: Tokenised) -> Evidence | None:
    """The evidence under `quote`, `nth` and `also`; None where no quote could be found."""
    quote = form.node.items.get("quote")
    if isinstance(quote, ScalarNode) and not quote.is_empty and "also" not in form.node.items:  # as nearly always
        run = _found(form, "quote", quote, form.text("nth"), text)
        return None if run is None else Evidence(((text.span(run),),), (covered([run]),))
    pieces = list(form.nodes("quote"))
    if not pieces:
        form.need("quote")
        return None
    nth = form.text("nth") if len(pieces) == 1 else None
    if len(pieces) > 1 and form.has("nth"):
        form.fault("nth", "belongs to one quote: write - {quote: …, nth: 2} in the list")
    best = [_run(form, place, node, nth, text) for place, node in pieces]
    also = [[_run(form, place, node, None, text)] for place, node in form.nodes("also")]
    found = [[run for run in place if run is not None] for place in (best, *also)]
    if not all(found) or len(found[0]) < len(best):
        return None
    return Evidence(tuple([tuple([text.span(run) for run in place]) for place in found]), tuple(map(covered, found)))


def _run(form: Form, place: str, node: Node, nth: str | None, text: Tokenised) -> range | None:
    if isinstance(node, MappingNode):
        inner = Form(node, form.place(place), form.faults, _PIECE)
        if not inner.need("quote"):
            return None
        return _found(inner, "quote", node.items["quote"], inner.text("nth"), text)
    return _found(form, place, node, nth, text)


def _found(form: Form, place: str, node: Node, nth: str | None, text: Tokenised) -> range | None:
    if not isinstance(node, ScalarNode):
        form.wrong_kind(place, node, ScalarNode)
        return None
    runs = text.runs(forms(node.text))
    problem = _problem(text, node.text, runs, nth) if nth or len(runs) != 1 else None
    if problem:
        form.faults.add(node.line, form.place(place), problem)
        return None
    return runs[int(nth) - 1 if nth else 0]


def _problem(text: Tokenised, quote: str, runs: list[range], nth: str | None) -> str | None:
    if not forms(quote):
        return f"{shown(quote)} holds no word to look for"
    if not runs:
        near = nearest(text, quote)
        return f"not in the text: {shown(quote)}; nearest: {shown(near) if near else 'nothing like it'}"
    if nth is None and len(runs) > 1:
        places = " and ".join(shown(around(text, run)) for run in runs[:2])
        return f"stands {len(runs)} times in the text: {places}; quote more words, or say which with nth: 1 to {len(runs)}"
    if nth is not None and not (nth.isascii() and nth.isdigit() and len(nth) < 6 and 1 <= int(nth) <= len(runs)):
        return f"nth is {shown(nth)}, but the quote stands {len(runs)} time{'s' * (len(runs) != 1)} in the text"
    return None


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
