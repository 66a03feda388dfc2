"""A gold file to mend: the skeleton of an article with what a program found in it, marked as such."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from summarise.evals.gold import AUTHOR, LAYERS, Faults, Layer, parsed
from summarise.evals.location import locate_span
from summarise.evals.outputs import Item, Output, OutputClaim, OutputFigure, OutputStance, Span
from summarise.evals.skeleton import quoted, scalar, skeleton
from summarise.evals.thresholds import DEFAULT
from summarise.evals.tokenised import Tokenised, forms
from summarise.text import Article

Entry = list[tuple[str, str]]
"""The fields of a label in their order, their values as YAML."""


def prelabelled(article: Article, output: Output, labeller: str = "") -> str:
    """The skeleton with all of `output` that makes a sound label; the rest stands there as a comment that says why not.

    The file says which program it is from, and unless `labeller` is given, that this program has labelled it.
    """
    made_by = output.made_by.get("model") or output.made_by.get("client") or "a program"
    text = Tokenised(article.text)
    entries = {layer: [_entry(item, text) for item in getattr(output, layer)] for layer in LAYERS}
    wrong: dict[tuple[str, int], str] = {}
    while True:
        yaml = skeleton(article, labeller or made_by, {layer: "".join(_written(layer, entries[layer], wrong)) for layer in LAYERS}, made_by)
        found = _first_faults(yaml, entries, wrong)
        if not found:
            return yaml
        wrong |= found


def _first_faults(yaml: str, entries: Mapping[Layer, list[Entry]], wrong: Mapping[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    """What is wrong with entries that were thought sound, by layer and place."""
    faults = Faults("")
    parsed(yaml, faults)
    places = {layer: [at for at in range(len(entries[layer])) if (layer, at) not in wrong] for layer in LAYERS}
    found: dict[tuple[str, int], str] = {}
    for fault in faults.errors:
        layer, _, rest = fault.path.partition(".")
        number, _, name = rest.partition(".")
        known = places.get(layer, [])  # type: ignore[call-overload]
        if number.isdigit() and int(number) < len(known):
            found.setdefault((layer, known[int(number)]), f"{name}: {fault.message}")
    return found


def _written(layer: Layer, entries: list[Entry], wrong: Mapping[tuple[str, int], str]) -> Iterator[str]:
    for at, entry in enumerate(entries):
        lines = [f"{'  ' if number else '- '}{key}: {value}\n" for number, (key, value) in enumerate(entry)]
        if (layer, at) in wrong:
            yield f"# not taken over: {_one_line(wrong[layer, at])}\n"
            lines = [f"#{line}" for line in lines]
        yield from lines


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _entry(item: Item, text: Tokenised) -> Entry:
    fields = [*_fields(item), ("quote", _quote(item.spans, text))]
    return [(key, value) for key, value in fields if value]


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    if isinstance(item, OutputClaim):
        yield "text", quoted(item.text)
        yield "speaker", _name(item.speaker)
        yield "mode", _word(item.mode)
    elif isinstance(item, OutputStance):
        yield "holder", _name(item.holder)
        yield "target", _name(item.target)
        yield "polarity", _word(item.polarity)
    elif isinstance(item, OutputFigure):
        yield "value", "" if item.amount is None else str(item.amount)
        yield from ((key, quoted(value)) for key in ("unit", "currency", "per") if (value := getattr(item, key)))
        yield "bound", "" if item.bound == "exact" else _word(item.bound)
        yield from ((key, quoted(value)) for key in ("measure", "as_of") if (value := getattr(item, key)))
        yield "speaker", _name(item.speaker) if item.speaker else ""


def _word(value: str | None) -> str:
    return scalar(value) if value else ""


def _name(names: tuple[str, ...]) -> str:
    return quoted(names[0]) if names else AUTHOR


def _quote(spans: tuple[Span, ...], text: Tokenised) -> str:
    """The evidence as quotes, each with its number where its words stand more than once; empty for none that is in the text."""
    pieces = []
    for span in spans:
        found = locate_span(text, span, share=DEFAULT.partial).span
        if found is None:
            continue
        words = text.text[found[0] : found[1]]
        runs = text.runs(forms(words))
        nth = bisect_right(runs, found[0], key=lambda run: text.span(run)[0]) or 1
        pieces.append(f"{{quote: {quoted(words)}, nth: {nth}}}" if len(runs) > 1 else quoted(words))
    return pieces[0] if len(pieces) == 1 else f"[{', '.join(pieces)}]" if pieces else ""
