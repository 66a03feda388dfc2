"""Corrections: what a model reads of a marked number otherwise than the rules, taken where the article bears it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

from summarise.figures import Figure, find_figures, find_numerals
from summarise.figures.lexicon import singular
from summarise.figures.model import Bound
from summarise.figures.money import NAMES, SIGNS
from summarise.ground.evidence import ArticleEvidence, Ungrounded
from summarise.ground.numbers import Form, Held, stated_in
from summarise.schema import Correction
from summarise.text.tokens import stems

_SCALES = {"thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALE = re.compile(r"(?:(?<=\d)|\b)(thousands?|k|millions?|mn?|billions?|bn|trillions?|tn)\b", re.IGNORECASE)
_UNITS = {"%": "percent", "per cent": "percent", "percentage points": "percentage point", "points": "percentage point"}
"""Units that have one name in summaries."""
_LETTERS = {"k": 1_000, "m": 10**6, "b": 10**9, "t": 10**12}
_HEADS = 3
"""Lines from the top, and sentences before, that may say the scale, unit or currency of what follows ("all figures in million euros")."""
_ALL_IN = re.compile(r"\b(?:all|figures|amounts|prices|sums|values)\b[^.]{0,40}\bin\b", re.IGNORECASE)
_BOUND_WORDS: dict[str, str] = {
    "about": r"about|around|roughly|some|approximately|nearly|almost|circa|close to|or so",
    "at_least": r"at least|minimum|no (?:less|fewer) than|or more|from|starting",
    "at_most": r"at most|up to|maximum|no more than|or less|or fewer|as (?:many|much) as|within",
    "more_than": r"more than|over|above|exceed\w*|beyond|upwards of",
    "less_than": r"less than|fewer than|under|below|just short of",
}


def corrected(
    figure: Figure, sentence: int, corrections: Sequence[Correction], evidence: ArticleEvidence
) -> tuple[Figure, list[str], list[Ungrounded]]:
    """The figure with the corrections that hold, the names of its fields that they changed, and why the others do not."""
    context = _Context(figure, sentence, evidence)
    changed: list[str] = []
    faults: list[Ungrounded] = []
    for correction in corrections:
        try:
            new = context.corrected(figure, correction)
        except Ungrounded as fault:
            faults.append(fault)
            continue
        if new != figure:
            changed.append(correction.field)
            figure = new
    return figure, changed, faults


def _unit(told: str) -> str:
    """A unit in the singular: "cubic metres" is cubic metre, "micrograms per litre" keeps its denominator."""
    known = _UNITS.get(told.casefold())
    if known is not None or not told:
        return known or told
    head, per, rest = told.partition(" per ")
    return " ".join([*head.split()[:-1], singular(head.split()[-1]) or head.split()[-1]]) + per + rest


def _unranged(figure: Figure) -> Bound:
    return "exact" if figure.bound == "range" else figure.bound


class _Context:
    """Where a figure's scale, unit and currency may be said: its sentence, the title, heads above it, and what speaks of all figures."""

    def __init__(self, figure: Figure, sentence: int, evidence: ArticleEvidence) -> None:
        self.evidence = evidence
        self.sentence = sentence
        document = evidence.document
        before = document.sentences[max(0, sentence - 1 - _HEADS) : sentence - 1]
        of_all = [each for each in document.sentences[: sentence - 1] if _ALL_IN.search(evidence.quote(each.number))]
        said = [evidence.quote(each.number) for each in (*of_all, *before)]
        self.text = "\n".join([document.article.title or "", *said, evidence.quote(sentence)])

    def corrected(self, figure: Figure, correction: Correction) -> Figure:
        name, told = correction.field, correction.value.strip()
        if name in ("value", "low", "high"):
            if name == "value" and (share := self._share(told)) is not None:
                return replace(figure, value=share, low=None, high=None, unit="percent", bound=_unranged(figure))
            return replace(figure, **self._numbers(figure, name, self._number(figure, told)))
        if name == "bound":
            return replace(figure, bound=self._bound(figure, told))
        if name == "currency":
            return replace(figure, currency=self._currency(told) if told else None)
        told = _unit(told)
        if told and not stems(told) <= self._unit_stems:
            raise Ungrounded(f"the {name} {told!r} is not in the article")
        changes: dict[str, Any] = {name: told or None}
        return replace(figure, **changes)

    def _numbers(self, figure: Figure, name: str, value: Decimal) -> dict[str, Any]:
        """One number ends a range, an end makes one."""
        if name == "value":
            return {"value": value, "low": None, "high": None, "bound": _unranged(figure)}
        ends = {
            "low": figure.low if figure.low is not None else figure.value,
            "high": figure.high if figure.high is not None else figure.value,
        }
        return {"value": None, **ends, name: value, "bound": "range"}

    @property
    def _unit_stems(self) -> frozenset[str]:
        """Words of the article up to the figure's sentence, and of the percentages in it."""
        document = self.evidence.document
        sentence = document.sentences[self.sentence - 1]
        text = f"{document.article.title or ''} {document.article.text[: sentence.end]}"
        found = stems(text)
        return found | stems("percent percentage point") if re.search(r"%|\bper ?cent|\bpoints?\b", text) else found

    def _share(self, told: str) -> Decimal | None:
        """ "one in five" in percent, where the sentence says so; None for what is no share."""
        shares = [form for one in stated_in(told) for form in one.forms if form.kind == "share"]
        if not shares or "%" in told or "percent" in told:
            return None
        if shares[0] not in Held((self.evidence.quote(self.sentence),)).forms:
            raise Ungrounded(f"the number {told!r} is not in sentence {self.sentence}")
        return (shares[0].value * 100).normalize()

    def _number(self, figure: Figure, told: str) -> Decimal:
        found = find_numerals(told)
        if len(found) != 1:
            raise Ungrounded(f"{told!r} is no number")
        value = found[0].value * (-1 if re.match(r"\s*[-−(]", told) else 1)
        own = Held((figure.quote, self.evidence.quote(self.sentence)))
        scales = [Decimal(1), *(Decimal(scale) for scale in self._scales())]
        if not any(Form("number", abs(value) / scale) in own.forms for scale in scales):
            raise Ungrounded(f"the number {told!r} is not in sentence {self.sentence}")
        return value

    def _scales(self) -> Iterator[int]:
        for match in _SCALE.finditer(self.text):
            word = match[1].lower().removesuffix("s")
            yield _SCALES.get(word) or _LETTERS[word[0]]

    def _bound(self, figure: Figure, told: str) -> Bound:
        known: dict[str, Bound] = {str(bound): bound for bound in get_args(Bound)}
        if told not in known or told == "range":
            raise Ungrounded(f"there is no bound {told!r}")
        words = _BOUND_WORDS.get(told)
        if words and not re.search(rf"\b(?:{words})\b", self.evidence.quote(self.sentence), re.IGNORECASE):
            raise Ungrounded(f"sentence {self.sentence} does not say {told!r}")
        return known[told]

    def _currency(self, told: str) -> str:
        code = told.upper()
        document = self.evidence.document
        used = {figure.currency for figure in find_figures(self.text)} | {mention.figure.currency for mention in document.mentions}
        names = {name for name, meant in NAMES.items() if meant == code} | {sign for sign, meant in SIGNS.items() if meant == code}
        words = " " + re.sub(r"[^\w$€£¥]+", " ", self.text.casefold()) + " "
        if code in used or code in document.article.text or any(f" {name} " in words for name in names):
            return code
        if self.evidence.names.has_country_of(code):
            return code
        raise Ungrounded(f"the currency {told!r} is not in the article")
