"""Systems side by side, and the wording of a label or an item in parts, so that what is wrong in it can be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from summarise.evals.alignment import AUTHOR
from summarise.evals.gold.model import Entity, GoldClaim, GoldFigure, GoldStance, Label
from summarise.evals.outputs import Usage
from summarise.evals.results import ArticleResult, Result, ScoredClaim, ScoredFigure, ScoredItem, ScoredItems, ScoredOutput, ScoredStance
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
