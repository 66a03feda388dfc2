"""Labelling: templates of gold files, blank or pre-filled from summaries, and how far two labellers agree."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from summarise.article import Article
from summarise.errors import NotComparable
from summarise.evals.alignment import AUTHOR, locate_span
from summarise.evals.compare import cautions, number, span
from summarise.evals.evaluate import Provenance, evaluate
from summarise.evals.gold.model import LAYERS, SCALE, Entity, Gold, GoldFigure, Label, Layer
from summarise.evals.gold.read import parsed
from summarise.evals.matching import DEFAULT
from summarise.evals.outputs import Item, Output, OutputClaim, OutputFigure, OutputStance, Span
from summarise.evals.results import Result
from summarise.evals.statistics import krippendorff
from summarise.render.table import Table
from summarise.text.sentences import split
from summarise.text.tokens import Tokenised, forms
from summarise.text.yaml_nodes import MappingNode, Problems, ScalarNode, Unreadable, parse

GUIDELINES = 3
_ID = re.compile(r"[^a-z0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/()-]*", re.ASCII)

_PREFILLED = """\
# PRE-FILLED by %s, not by a person. Read the article, then mend, take out and add labels; 'prefilled' stays, whoever
# mends them: such a file never counts for agreement, and scores against it are told to be so.
"""
_FORM = """\
entities:                # names used below; any of them counts as the same holder, speaker or target
#  key: [Full Name, Name, the office]

claims:                  # who says what; author = the article's own voice
#- key: yes              # what a fair three-line summary must hold
#  text: The claim in your own plain words, readable alone.
#  speaker: key
#  mode: asserts         # asserts (default) | denies | predicts | demands
#  quote: the shortest run of words that proves it
%(claims)s
stances:                 # who is for or against what
#- {holder: key, target: key, polarity: against, quote: words that show it}   # favour | against | neutral | mixed
%(stances)s
figures:                 # every number that measures something
#- quote: at least 12 units a day
#  value: 12             # plain and scaled up; lo..hi for a range
#  unit: unit
#  per: day
#  currency: EUR
#  bound: at_least       # at_most | more_than | less_than | about | range; leave out for exact
#  measure: what is counted
#  as_of: 2025-03
#  speaker: key
%(figures)s"""


def gold_template(article: Article, labeller: str = "", labels: Mapping[Layer, str] | None = None, prefilled: str = "") -> str:
    """A gold file without labels; reading it gives back exactly the text of the article.

    `labels` are entries of YAML to begin with, and `prefilled` says which program made them.
    """
    known = {"title": article.title, "source": article.source, "published": article.published, "url": article.url}
    head = [f"id: {scalar(_ID.sub('-', article.id.lower()).strip('-') or 'article')}"]
    head += [f"{key}: {scalar(' '.join(value.split()))}" for key, value in known.items() if value]
    by = f"[{scalar(labeller)}]" if labeller else "[]"
    head.append(f"labelled: {{by: {by}, guidelines: {GUIDELINES}{f', prefilled: {scalar(prefilled)}' if prefilled else ''}}}")
    head.append("complete: [claims, stances, figures]  # layers labelled in full; take out what is not")
    form = _FORM % (dict.fromkeys(LAYERS, "") | dict(labels or {}))
    body = "\n".join([*head, "", _text(article.text), *_sentences(article.text), "", form])
    told = "# Gold labels, format 1. Everything is read as text; quotes are found, never counted.\n"
    return f"{told}{_PREFILLED % _printable(prefilled) if prefilled else ''}format: 1\n{body}"


def _text(text: str) -> str:
    """As a block to read and copy from where YAML can give that back unchanged, else as one quoted string."""
    keep = "+" if text.endswith("\n\n") or not text.strip() else "" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    block = f"text: |2{keep}\n" + "\n".join(f"  {line}" if line else "" for line in lines) + "\n"
    if not _reads_back(block, text):
        return f"text: {quoted(text)}\n"
    return block.removesuffix("\n") if keep else block  # a kept end counts the empty line after the block too


def _reads_back(yaml: str, text: str) -> bool:
    try:
        node = parse(yaml)
    except Unreadable:
        return False
    found = node.items.get("text") if isinstance(node, MappingNode) else None
    return isinstance(found, ScalarNode) and found.text == text


def _sentences(text: str) -> Iterator[str]:
    for at, sentence in enumerate(split(text), start=1):
        words = " ".join(text[sentence.start : sentence.end].split())
        yield f"# [{at}] {_printable(words)}"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def scalar(value: str) -> str:
    """A text of one line as YAML, quoted where that is safer."""
    return value if _PLAIN.fullmatch(value) and value == value.strip() else quoted(value)


def quoted(value: str) -> str:
    """Any text as one string of YAML."""
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else "\\n" if char == "\n" else f"\\U{ord(char):08x}"


Entry = list[tuple[str, str]]
"""The fields of a label in their order, their values as YAML."""


def prefilled_template(article: Article, output: Output, labeller: str = "") -> str:
    """The template with all of `output` that makes a sound label; the rest stands there as a comment that says why not.

    The file says which program it is from, and unless `labeller` is given, that this program has labelled it.
    """
    made_by = output.made_by.get("model") or output.made_by.get("client") or "a program"
    text = Tokenised(article.text)
    entries = {layer: [_entry(item, text) for item in getattr(output, layer)] for layer in LAYERS}
    wrong: dict[tuple[str, int], str] = {}
    while True:
        yaml = gold_template(
            article, labeller or made_by, {layer: "".join(_written(layer, entries[layer], wrong)) for layer in LAYERS}, made_by
        )
        found = _first_problems(yaml, entries, wrong)
        if not found:
            return yaml
        wrong |= found


def _first_problems(yaml: str, entries: Mapping[Layer, list[Entry]], wrong: Mapping[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    """What is wrong with entries that were thought sound, by layer and place."""
    problems = Problems("")
    parsed(yaml, problems)
    places = {layer: [at for at in range(len(entries[layer])) if (layer, at) not in wrong] for layer in LAYERS}
    found: dict[tuple[str, int], str] = {}
    for problem in problems.errors:
        layer, _, rest = problem.path.partition(".")
        number, _, name = rest.partition(".")
        known = places.get(layer, [])  # type: ignore[call-overload]
        if number.isdigit() and int(number) < len(known):
            found.setdefault((layer, known[int(number)]), f"{name}: {problem.message}")
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
    for one in spans:
        found = locate_span(text, one, share=DEFAULT.partial).span
        if found is None:
            continue
        words = text.text[found[0] : found[1]]
        runs = text.runs(forms(words))
        nth = bisect_right(runs, found[0], key=lambda run: text.span(run)[0]) or 1
        pieces.append(f"{{quote: {quoted(words)}, nth: {nth}}}" if len(runs) > 1 else quoted(words))
    return pieces[0] if len(pieces) == 1 else f"[{', '.join(pieces)}]" if pieces else ""


# What the labelling guide asks for before labels are used.
_ASKED = {"claims.f1": 0.70, "claims.speaker": 0.90, "figures.value_accuracy": 0.95}
_TENTATIVE, _FIRM = 0.67, 0.80
_SHOWN = (
    "claims.f1",
    "claims.speaker",
    "claims.mode",
    "stances.f1",
    "stances.kappa",
    "figures.f1",
    "figures.value_accuracy",
    "figures.core",
)


@dataclass(frozen=True)
class Agreement:
    """`result` has the first labeller as gold and the second as output. `alpha` is that of polarity, ordinal; None where nothing varies.

    `rated` counts the matched stances it rests on, `mixed` those left out because mixed has no place on the scale.
    """

    result: Result
    alpha: float | None
    rated: int
    mixed: int


def agreement(a: Sequence[Gold], b: Sequence[Gold]) -> Agreement:
    """Articles are paired by id; those that only one of the two has are left out, and those that a program has pre-filled.

    Raises NotComparable where the texts differ, or where nothing is left.
    """
    others = {one.id: one for one in b}
    both = [one for one in a if one.id in others]
    prefilled = [one.id for one in both if one.prefilled or others[one.id].prefilled]
    shared = [one for one in both if one.id not in prefilled]
    changed = [one.id for one in shared if one.text != others[one.id].text]
    if not shared or changed:
        _refuse(changed, prefilled)
    # What only one of them labelled in full cannot be judged the other way round.
    gold = [replace(one, complete=one.complete & others[one.id].complete) for one in shared]
    left = len({one.id for one in (*a, *b)}) - len(both)
    warnings = [f"{left} articles that only one has are left out"] * bool(left)
    warnings += [f"pre-filled by a program, so no labels of two people, and left out: {', '.join(prefilled)}"] * bool(prefilled)
    result = evaluate(gold, [as_output(others[one.id]) for one in shared], Provenance(warnings=tuple(warnings)))
    ratings = list(_ratings(result))
    on_scale = [[SCALE.index(one), SCALE.index(other)] for one, other in ratings if one in SCALE and other in SCALE]
    return Agreement(result, krippendorff(on_scale), len(on_scale), len(ratings) - len(on_scale))


def _refuse(changed: Sequence[str], prefilled: Sequence[str]) -> NoReturn:
    what, hint = "the two have no article in common", "both must label the same article, with the same id"
    if changed:
        what = f"the texts of {', '.join(changed)} differ"
    elif prefilled:
        what, hint = (
            f"{', '.join(prefilled)}: pre-filled by a program",
            "labels that a program has made or pre-filled never count for agreement",
        )
    raise NotComparable(f"agreement cannot be computed: {what}", hint=hint)


def agreement_table(found: Agreement) -> Table:
    """A row for each measure with its interval, and what the guide asks for."""
    rows = []
    for name in _SHOWN:
        one = found.result.estimate(name)
        rows.append((name, number(one.value), span(one), f"{one.n:.0f}", _asked(one.value, _ASKED.get(name))))
    rows.append(("stances.alpha (ordinal)", number(found.alpha), "", str(found.rated), _firmness(found.alpha)))
    notes = [f"⚠ {caution}" for caution in cautions(found.result)]
    if found.mixed:
        left_out = "1 stance that one calls mixed is" if found.mixed == 1 else f"{found.mixed} stances that one calls mixed are"
        notes.insert(0, f"⚠ {left_out} left out of alpha and kappa")
    return Table("", ("measure", "value", "95 % interval", "n", "asked"), rows, notes)


def as_output(gold: Gold) -> Output:
    """Labels as if a program had given them out; what is optional stays so."""
    return Output(
        gold.id,
        claims=tuple(
            OutputClaim(text=one.text, speaker=_names(one.speaker), mode=one.mode, **_common(at, one))
            for at, one in enumerate(gold.labels.claims)
        ),
        stances=tuple(
            OutputStance(holder=_names(one.holder), target=one.target.names, polarity=one.polarity, **_common(at, one))
            for at, one in enumerate(gold.labels.stances)
        ),
        figures=tuple(_figure(at, one) for at, one in enumerate(gold.labels.figures)),
    )


def _figure(at: int, one: GoldFigure) -> OutputFigure:
    plain = {name: getattr(one, name) for name in ("bound", "unit", "currency", "per", "measure", "as_of")}
    return OutputFigure(amount=one.amounts[0], speaker=_names(one.speaker), **plain, **_common(at, one))


def _common(at: int, label: Label) -> dict[str, Any]:
    return {"id": label.id, "place": at, "spans": _spans(label), "optional": label.optional}


def _spans(label: Label) -> tuple[Span, ...]:
    return tuple({"start": start, "end": end} for start, end in label.spans[0])


def _names(entity: Entity | None) -> tuple[str, ...]:
    return () if entity is None or entity.is_author else entity.names


def _ratings(result: Result) -> Iterator[tuple[str, str]]:
    for article in result.articles:
        for decision in article.runs[0].decisions:
            if decision.layer == "stances" and decision.verdict == "matched":
                yield from ((field.gold or "", field.output or "") for field in decision.fields if field.name == "polarity")


def _asked(value: float | None, least: float | None) -> str:
    if least is None:
        return ""
    return f"{number(least)} {'reached' if value is not None and value >= least else 'not reached'}"


def _firmness(alpha: float | None) -> str:
    if alpha is None or alpha < _TENTATIVE:
        return f"{number(_TENTATIVE)} not reached"
    return f"{number(_FIRM)} reached: firm" if alpha >= _FIRM else f"{number(_TENTATIVE)} reached: tentative"
