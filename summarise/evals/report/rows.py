"""Rows of the report: each label and each unmatched item, with what every system made of it, worded in parts that can be marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Literal

from summarise.evals.alignment import AUTHOR
from summarise.evals.gold.model import LAYERS, Entity, GoldClaim, GoldFigure, GoldStance, Label, Layer
from summarise.evals.outputs import Usage
from summarise.evals.results import ArticleResult, Result, ScoredClaim, ScoredFigure, ScoredItem, ScoredItems, ScoredOutput, ScoredStance
from summarise.evals.scorer import Decision
from summarise.render.spans import EvidenceMark, Piece, nested
from summarise.wording import ARROWS, BOUNDS, humanised

LONGEST = 1_000
"""Characters of one part; a model may write without end."""


@dataclass(frozen=True, slots=True)
class Part:
    """`before` is what parts it from the part before it."""

    text: str
    is_wrong: bool = False
    before: str = " · "


def wording(of: Label | ScoredItem, wrong: Collection[str] = ()) -> tuple[Part, ...]:
    """The parts of a label or an item. `wrong` are the names of fields that were not matched."""
    if isinstance(of, GoldClaim | ScoredClaim):
        return tuple(_claim(of, wrong))
    if isinstance(of, GoldStance | ScoredStance):
        return tuple(_stance(of, wrong))
    return tuple(_figure(of, wrong))


def field_value(name: str, value: str) -> str:
    """A field as it is shown."""
    return number(value) if name == "value" else clipped(value.replace("_", " "))


def number(amount: str) -> str:
    """An amount as it stands in a result, with its digits made easy to read: "2.5 bn", "300–350"."""
    try:
        return "–".join(humanised(Decimal(end)) for end in amount.split(".."))
    except InvalidOperation:
        return clipped(amount)


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text) - LONGEST:,} characters more)"


def _claim(of: GoldClaim | ScoredClaim, wrong: Collection[str]) -> Iterator[Part]:
    yield Part(clipped(of.text) or "(no text)", before="")
    yield from _speaker(of.speaker, wrong)
    if of.mode and (of.mode != "asserts" or "mode" in wrong):
        yield Part(clipped(of.mode), "mode" in wrong)
    if isinstance(of, GoldClaim) and of.key:
        yield Part("key")


def _stance(of: GoldStance | ScoredStance, wrong: Collection[str]) -> Iterator[Part]:
    yield Part(_name(of.holder) or AUTHOR, before="")
    polarity = of.polarity or "nothing"
    yield Part(f"{ARROWS.get(polarity, '?')} {clipped(polarity)}", "polarity" in wrong, " ")
    yield Part(_name(of.target) or "nothing", before=" ")


def _figure(of: GoldFigure | ScoredFigure, wrong: Collection[str]) -> Iterator[Part]:
    amount = of.amounts[0] if isinstance(of, GoldFigure) else of.amount
    if sign := BOUNDS.get(of.bound):
        yield Part(sign, "bound" in wrong, "")
    yield Part("no number" if amount is None else number(str(amount)), "value" in wrong, " " if sign else "")
    parts = ((of.currency, "currency", " "), (of.unit, "unit", " "), (of.per, "per", " / "), (of.measure, "measure", " · "))
    for value, name, before in (*parts, (of.as_of, "as_of", " · ")):
        if value:
            yield Part(clipped(value), name in wrong, before)
    yield from _speaker(of.speaker, wrong)


def _speaker(names: Entity | tuple[str, ...] | None, wrong: Collection[str]) -> Iterator[Part]:
    """Nothing for the article's own voice, unless it is wrong."""
    name = _name(names)
    if name or "speaker" in wrong:
        yield Part(name or AUTHOR, "speaker" in wrong)


def _name(of: Entity | tuple[str, ...] | None) -> str:
    """The first of several names; "" for the article's own voice."""
    names = of.names if isinstance(of, Entity) else of or ()
    return "" if not names or AUTHOR in names else clipped(names[0])


Named = tuple[str, Result]
"""A result and what to call it."""


@dataclass(frozen=True)
class SystemColumn:
    """`letter` is the same for all runs of a result; with repeats a number follows it. `runs` are by the id of the article."""

    name: str
    letter: str
    runs: dict[str, ScoredOutput] = field(repr=False)

    def run(self, article: ArticleResult) -> ScoredOutput:
        """Raises KeyError for an article that this system has not."""
        return self.runs[article.id]


def columns(results: Sequence[Named]) -> list[SystemColumn]:
    """A column for every repeat of every result."""
    return [column for at, (name, result) in enumerate(results) for column in _of(letter(at), name, result)]


def letter(at: int) -> str:
    """A, B … Z, then A1, B1 …"""
    return chr(ord("A") + at % 26) + (str(at // 26) if at >= 26 else "")


def _of(letter: str, name: str, result: Result) -> Iterator[SystemColumn]:
    for repeat in range(result.repeats):
        runs = {article.id: article.runs[repeat] for article in result.articles if repeat < len(article.runs)}
        number = f"{repeat + 1}" if result.repeats > 1 else ""
        yield SystemColumn(f"{name} run {number}" if number else name, f"{letter}{number}", _filled(runs, result))


def _filled(runs: dict[str, ScoredOutput], result: Result) -> dict[str, ScoredOutput]:
    """With an empty run for an article that was repeated fewer times than others."""
    empty = ScoredOutput("no such run", "", Usage(), {}, (), ScoredItems())
    return {article.id: runs.get(article.id, empty) for article in result.articles}


Group = Literal["missed", "spurious", "wrong", "right", "uncounted"]
"""What a reader looks for, the worst first. "wrong" is found, but with a wrong field; "uncounted" is optional or not judged."""

GROUPS: tuple[Group, ...] = ("missed", "spurious", "wrong", "right", "uncounted")

FAR = 0.3
"""A nearest item without common evidence and with less likeness of wording than this is not worth naming."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`parts` are the item's wording where it says more than the label. `wrong` are fields with what the output has there, `lacking`
    those that it has nothing in.

    `alarms` say that the item does not stand on the text: evidence that is not there, numbers that are nowhere, copies.
    """

    group: Group
    parts: tuple[Part, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    reason: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    is_verbatim: bool = False


def cell(article: ArticleResult, run: ScoredOutput, decision: Decision) -> Cell:
    """Raises IndexError for a decision about an item that the run has not."""
    group, reason = group_of(decision), "" if None not in (decision.gold, decision.output) else clipped(reason_of(article, decision))
    if decision.output is None:
        return Cell(group, reason=reason)
    item = run.items.of(decision.layer)[decision.output]
    wrong = tuple((field.name, field_value(field.name, field.output)) for field in decision.wrong if field.output is not None)
    lacking = tuple(field.name for field in decision.wrong if field.output is None)
    verbatim = isinstance(item, ScoredClaim) and _is_verbatim(article.text, item)
    spans = tuple(span for place in item.spans for span in place)
    # A figure that was matched says what its label says but for the fields that are wrong.
    needs_wording = decision.gold is None or (decision.layer != "figures" and not verbatim)
    return Cell(group, wording(item) if needs_wording else (), wrong, lacking, tuple(_alarms(item)), reason, spans, verbatim)


def group_of(decision: Decision) -> Group:
    if decision.verdict == "matched":
        return "wrong" if decision.wrong else "right"
    return decision.verdict if decision.verdict in ("missed", "spurious") else "uncounted"


def reason_of(article: ArticleResult, decision: Decision) -> str:
    """Why a label or an item has no match, without what its heading and its alarms say already; "" for nothing to add."""
    reasons = [near_text(decision)]
    if decision.conveyed:
        reasons.append(f"{'conveys' if decision.gold is None else 'conveyed by'} {', '.join(decision.conveyed)}")
    if decision.verdict == "repeated":
        reasons.append("found already at another place")
    if decision.verdict == "unjudged":
        is_complete = decision.layer in article.complete
        reasons.append("optional for its labeller" if is_complete else "the layer is not labelled in full")
    return "; ".join(reason for reason in reasons if reason)


def near_text(decision: Decision) -> str:
    """What comes nearest and how near; "" where that is nothing, or too far to be worth naming."""
    near = decision.nearest
    if near is None or (near.match is None and near.evidence == 0 and round(near.wording, 2) < FAR):
        return ""
    evidence, wording = (f"{likeness:.2f}".removeprefix("0") for likeness in (near.evidence, near.wording))
    better = " and has a better match" if decision.gold is None else f", which is a better match for {near.match}"
    return f"nearest {near.id}: evidence {evidence}, wording {wording}{better if near.match is not None else ''}"


def _is_verbatim(text: str, item: ScoredClaim) -> bool:
    spans = [span for place in item.spans for span in place]
    return len(spans) == 1 and text[spans[0][0] : spans[0][1]] == item.text


def _alarms(item: ScoredItem) -> Iterator[str]:
    if item.grounding != "exact":
        yield "evidence not in the text" if item.grounding == "none" else "evidence only partly in the text"
    if item.invented:
        yield f"not in the article: {clipped(', '.join(item.invented[:5]))}"
    if item.copy_of is not None:
        yield f"copy of {clipped(item.copy_of)}"


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Row:
    """`key` is short and its own in the report. `name` is the id of the label or the item. `gold` is empty for an item without a label.

    `places` is where the label's evidence stands: places that each prove it, each of one or more spans.
    """

    key: str
    name: str
    layer: Layer
    group: Group
    gold: tuple[Part, ...]
    places: tuple[tuple[tuple[int, int], ...], ...]
    cells: tuple[Cell | None, ...]

    @property
    def start(self) -> int:
        """Where its evidence begins in the text; an item without any comes first."""
        spans = [span for place in self.places[:1] for span in place] or [span for cell in self.cells if cell for span in cell.spans]
        return min((start for start, _ in spans), default=-1)


class Keys:
    """Short names, each given once. They begin with a digit, so that none is a name of the page's own."""

    def __init__(self) -> None:
        self._names = (name for name in map(_in_base_36, count(1)) if name[0].isdigit())

    def new(self) -> str:
        return next(self._names)


def rows(article: ArticleResult, columns: Sequence[SystemColumn], keys: Keys) -> list[Row]:
    """Grouped, the worst group first; in a group by layer and by place in the text."""
    found = [row for layer in LAYERS for row in (*_labelled(article, layer, columns, keys), *_unlabelled(article, layer, columns, keys))]
    return sorted(found, key=lambda row: (GROUPS.index(row.group), LAYERS.index(row.layer), row.start))


def _labelled(article: ArticleResult, layer: Layer, columns: Sequence[SystemColumn], keys: Keys) -> Iterator[Row]:
    decided = [_by_label(column.run(article).decisions, layer) for column in columns]
    for label in article.labels.of(layer):
        id = label.id
        cells = [cell(article, column.run(article), by[id]) if id in by else None for column, by in zip(columns, decided, strict=True)]
        wrong = {name for one in cells if one for name in (*dict(one.wrong), *one.lacking)}
        group: Group = min((one.group for one in cells if one), key=GROUPS.index, default="uncounted")
        yield Row(keys.new(), clipped(id), layer, group, wording(label, wrong), label.spans, tuple(cells))


def _by_label(decisions: Sequence[Decision], layer: Layer) -> Mapping[str, Decision]:
    return {one.gold: one for one in decisions if one.layer == layer and one.gold is not None}


def _unlabelled(article: ArticleResult, layer: Layer, columns: Sequence[SystemColumn], keys: Keys) -> Iterator[Row]:
    for at, column in enumerate(columns):
        run = column.run(article)
        for one in run.decisions:
            if one.layer == layer and one.gold is None and one.output is not None:
                found = cell(article, run, one)
                name = f"{column.letter if len(columns) > 1 else ''}+{run.items.of(layer)[one.output].id}"
                cells = tuple(found if other == at else None for other in range(len(columns)))
                yield Row(keys.new(), clipped(name), layer, found.group, (), (), cells)


def _in_base_36(number: int) -> str:
    signs = ""
    while number:
        number, rest = divmod(number, 36)
        signs = _DIGITS[rest] + signs
    return signs


Kind = Literal["u", "b"]
"""The element of a mark: u for gold, b for an output."""


def pieces(text: str, rows: Iterable[Row]) -> Iterator[Piece]:
    """The whole text in order, with every start ended. A row's own mark has its key; where several share one, the first has it."""
    return nested(text, _marks(rows, len(text)))


def _marks(rows: Iterable[Row], length: int) -> Iterable[EvidenceMark]:
    """One for each span and kind. A row is linked from its first span; from an output's too, where that stands elsewhere."""
    found: dict[tuple[int, int, Kind], EvidenceMark] = {}

    def add(span: tuple[int, int], tag: Kind, row: Row | None) -> None:
        start, end = span
        if 0 <= start < end <= length:
            mark = found.setdefault((start, end, tag), EvidenceMark(start, end, tag))
            if row:
                mark.links[row.key] = row.name

    for row in rows:
        own = row.places[0] if row.places else ()
        for place in row.places:
            for span in place:
                add(span, "u", row if span == own[0] else None)
        for cell in row.cells:
            for at, span in enumerate(cell.spans if cell else ()):
                add(span, "b", row if at == 0 and not _touches(span, own) else None)
    return found.values()


def _touches(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)
