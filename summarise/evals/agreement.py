"""Agreement: how far two people label the same articles alike, by the same scorer, with one of them as gold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from summarise.errors import NotComparable
from summarise.evals.evaluate import Provenance, evaluate
from summarise.evals.gold.model import SCALE, Entity, Gold, GoldFigure, Label
from summarise.evals.outputs import Output, OutputClaim, OutputFigure, OutputStance, Span
from summarise.evals.results import Result
from summarise.evals.statistics import krippendorff
from summarise.evals.tables import cautions, number, span
from summarise.render.table import Table

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
