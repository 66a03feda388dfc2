"""Systems side by side, and the wording of a label or an item in parts, so that what is wrong in it can be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from summarise.evals.gold.model import AUTHOR, Layer
from summarise.evals.results import ArticleResult, Result, Run
from summarise.wording import ARROWS, BOUNDS, humanised

LONGEST = 1_000
"""Characters of one part; a model may write without end."""


@dataclass(frozen=True, slots=True)
class Part:
    """`before` is what parts it from the part before it."""

    text: str
    is_wrong: bool = False
    before: str = " · "


def wording(layer: Layer, of: Mapping[str, Any], wrong: Collection[str] = ()) -> tuple[Part, ...]:
    """The parts of a label, or of an item as a result holds it. `wrong` are the names of fields that were not matched."""
    return tuple(_WORDINGS[layer](of, wrong))


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


def _claim(of: Mapping[str, Any], wrong: Collection[str]) -> Iterator[Part]:
    yield Part(clipped(of["text"]) or "(no text)", before="")
    yield from _speaker(of["speaker"], wrong)
    if (mode := of["mode"]) and (mode != "asserts" or "mode" in wrong):
        yield Part(clipped(mode), "mode" in wrong)
    if of.get("key"):
        yield Part("key")


def _stance(of: Mapping[str, Any], wrong: Collection[str]) -> Iterator[Part]:
    yield Part(_name(of["holder"]) or AUTHOR, before="")
    polarity = of["polarity"] or "nothing"
    yield Part(f"{ARROWS.get(polarity, '?')} {clipped(polarity)}", "polarity" in wrong, " ")
    yield Part(_name(of["target"]) or "nothing", before=" ")


def _figure(of: Mapping[str, Any], wrong: Collection[str]) -> Iterator[Part]:
    amounts = of["amounts"] if "amounts" in of else [of["amount"]]
    if sign := BOUNDS.get(of["bound"]):
        yield Part(sign, "bound" in wrong, "")
    yield Part("no number" if amounts[0] is None else number(amounts[0]), "value" in wrong, " " if sign else "")
    for name, before in (("currency", " "), ("unit", " "), ("per", " / "), ("measure", " · "), ("as_of", " · ")):
        if of[name]:
            yield Part(clipped(of[name]), name in wrong, before)
    yield from _speaker(of["speaker"], wrong)


def _speaker(names: object, wrong: Collection[str]) -> Iterator[Part]:
    """Nothing for the article's own voice, unless it is wrong."""
    name = _name(names)
    if name or "speaker" in wrong:
        yield Part(name or AUTHOR, "speaker" in wrong)


def _name(names: Any) -> str:
    """The first of several names; "" for the article's own voice."""
    listed: Sequence[str] = names["names"] if isinstance(names, Mapping) else names or ()
    return "" if not listed or AUTHOR in listed else clipped(listed[0])


_WORDINGS = {"claims": _claim, "stances": _stance, "figures": _figure}


Named = tuple[str, Result]
"""A result and what to call it."""


@dataclass(frozen=True)
class Side:
    """`letter` is the same for all runs of a result; with repeats a number follows it. `runs` are by the id of the article."""

    name: str
    letter: str
    runs: dict[str, Run] = field(repr=False)

    def run(self, article: ArticleResult) -> Run:
        """Raises KeyError for an article that this side has not."""
        return self.runs[article.id]


def sides(results: Sequence[Named]) -> list[Side]:
    """A side for every repeat of every result."""
    return [side for at, (name, result) in enumerate(results) for side in _of(letter(at), name, result)]


def letter(at: int) -> str:
    """A, B … Z, then A1, B1 …"""
    return chr(ord("A") + at % 26) + (str(at // 26) if at >= 26 else "")


def _of(letter: str, name: str, result: Result) -> Iterator[Side]:
    for repeat in range(result.repeats):
        runs = {article.id: article.runs[repeat] for article in result.articles if repeat < len(article.runs)}
        number = f"{repeat + 1}" if result.repeats > 1 else ""
        yield Side(f"{name} run {number}" if number else name, f"{letter}{number}", _filled(runs, result))


def _filled(runs: dict[str, Run], result: Result) -> dict[str, Run]:
    """With an empty run for an article that was repeated fewer times than others."""
    empty = Run({}, (), {}, failed="no such run")
    return {article.id: runs.get(article.id, empty) for article in result.articles}
