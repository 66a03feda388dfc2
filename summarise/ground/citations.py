"""Citations: which figures of the article a model names, what it says of them, and what it corrects of their reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, get_args

from summarise.document import Document
from summarise.figures import Figure, find_figures, find_numerals
from summarise.figures.lexicon import singular
from summarise.figures.model import Bound
from summarise.figures.money import NAMES, SIGNS
from summarise.ground.dates import dates_in
from summarise.ground.evidence import MOST_WORDS_OF_A_MEASURE, ArticleEvidence, Ungrounded
from summarise.ground.numbers import Form, Held, stated_in
from summarise.schema import Correction, DraftFigure, Dropped, MissedFigure
from summarise.text.tokens import STOP_WORDS, fold_phrase


@dataclass(frozen=True, slots=True)
class GroundedFigure:
    """A figure, the number of its sentence, and what this answer says of it."""

    figure: Figure
    sentence: int
    measure: str | None
    as_of: str | None
    speaker: str | None
    corrected: tuple[str, ...] = ()


@dataclass
class Citations:
    """Figures by their start in the text. Values, units and quotes are always those of the rules; a model only says what they measure."""

    evidence: ArticleEvidence
    dropped: list[Dropped]
    corrections: Sequence[Correction] = ()
    cited: dict[int, GroundedFigure] = field(default_factory=dict)

    def in_text_order(self) -> list[GroundedFigure]:
        return [self.cited[start] for start in sorted(self.cited)]

    def cite(self, drafted: DraftFigure) -> None:
        mention = self.evidence.document.mention(drafted.id)
        if mention is None:
            raise Ungrounded(f"there is no marker {drafted.id}")
        if mention.figure.start in self.cited:
            raise Ungrounded(f"{drafted.id} is listed twice")
        told = [correction for correction in self.corrections if correction.id == drafted.id]
        figure, changed, faults = corrected(mention.figure, mention.sentence, told, self.evidence)
        for fault in faults:
            self.dropped.append(Dropped(kind="field", why=str(fault), item=[one.model_dump(mode="json") for one in told]))
        self._put(figure, mention.sentence, drafted, tuple(changed))

    def add(self, missed: MissedFigure) -> None:
        """A number without a marker: its quote must stand in the sentence and hold a number that is no date, score or clock time."""
        document = self.evidence.document
        (number,) = self.evidence.sentences([missed.sentence])
        start, end = _locate(missed.quote, document, number)
        marked = next((m for m in document.mentions_in(number) if m.figure.start < end and start < m.figure.end), None)
        if marked is not None and not _is_one_end(missed.quote, marked.figure):
            if marked.figure.start not in self.cited:
                self._put(marked.figure, number, missed)
            return
        if marked is not None and marked.figure.start in self.cited and self.cited[marked.figure.start].figure == marked.figure:
            del self.cited[marked.figure.start]  # the rules made two numbers one
        found = _figures_in(document.article.text[start:end])
        if not found:
            raise Ungrounded(f"{missed.quote!r} holds no number that measures something")
        for figure in found:
            self._put(replace(figure, start=start + figure.start, end=start + figure.end), number, missed)

    def named_in(self, text: str, sentences: Iterable[int]) -> tuple[int, ...]:
        """Starts of the cited figures of `sentences` whose numbers stand in `text`: to say a number is to cite it."""
        said = {form for one in stated_in(text) for form in one.forms}
        mentions = (mention for number in sentences for mention in self.evidence.document.mentions_in(number))
        return tuple(
            sorted(
                mention.figure.start
                for mention in mentions
                if mention.figure.start in self.cited and said & {form for one in stated_in(mention.figure.quote) for form in one.forms}
            )
        )

    def _put(self, figure: Figure, sentence: int, said: DraftFigure | MissedFigure, changed: tuple[str, ...] = ()) -> None:
        def field_or_none(ground: Callable[[str], str | None], value: str | None) -> str | None:
            # A field that does not hold must not cost the figure, whose number the rules have read.
            try:
                return ground(value) if value is not None else None
            except Ungrounded as fault:
                self.dropped.append(Dropped(kind="field", why=str(fault), item=said.model_dump(mode="json")))
                return None

        measure = field_or_none(lambda value: self.evidence.label(value, MOST_WORDS_OF_A_MEASURE, "measure"), said.measure)
        as_of = field_or_none(lambda value: self._as_of(value, figure), said.as_of)
        speaker = field_or_none(self.evidence.speaker, said.speaker)
        self.cited[figure.start] = GroundedFigure(figure, sentence, measure, as_of, speaker, changed)

    def _as_of(self, date: str, figure: Figure) -> str:
        read_by_rules = figure.as_of is not None and figure.as_of.startswith(date)
        return date if read_by_rules else self.evidence.date(date)


def _is_one_end(quote: str, figure: Figure) -> bool:
    """Whether a quote has one of the two numbers that a figure joins."""
    return figure.low is not None and len(find_numerals(quote)) == 1 and len(find_numerals(figure.quote)) == 2


def _locate(quote: str, document: Document, number: int) -> tuple[int, int]:
    """Where a quote stands in a sentence, white space folded."""
    sentence = document.sentences[number - 1]
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = re.compile(pattern).search(document.article.text, sentence.start, sentence.end) if pattern else None
    if found is None:
        raise Ungrounded(f"sentence {number} does not hold {quote!r}")
    return found.span()


def _figures_in(quote: str) -> list[Figure]:
    """The figures of a quote; where the rules see none, what is a number all the same ("a year", "twice that", "19 to 14")."""
    if found := find_figures(quote):
        return found[:1]
    if _NO_MEASURE.search(quote):
        return []
    if found := _from_number_on(quote):
        return found
    dates = [dated for dated in dates_in(quote) if re.search(r"\d", quote[dated.start : dated.end])]
    numerals = [n for n in find_numerals(quote) if not any(dated.start <= n.start < dated.end for dated in dates)]
    if numerals:
        return [Figure(n.start, n.end, quote[n.start : n.end], n.value) for n in numerals[:2]]
    others = [(one, form) for one in stated_in(quote) for form in one.forms if form.kind in ("times", "share")]
    return [
        Figure(one.start, one.end, quote[one.start : one.end], form.value, unit="times" if form.kind == "times" else None)
        for one, form in others[:1]
    ]


def _from_number_on(quote: str) -> list[Figure]:
    """The figure that begins with a number or an article in the place of one ("the past five years", "a pound on it")."""
    for match in _BEGINS.finditer(quote):
        told = ("1".ljust(len(match[0])) if match[0].casefold() in ("a", "an", "one") else match[0]) + quote[match.end() :]
        for figure in find_figures(told)[:1]:
            start, end = match.start() + figure.start, match.start() + figure.end
            return [replace(figure, start=start, end=end, quote=quote[start:end])]
    return []


# A score, a clock time, a date; no odds ("250-1").
_NO_MEASURE = re.compile(r"\d\s?[-–:/]\s?(?!1\b)\d|\b\d\s?[-–]\s?1\b|\d\d?[:.]\d\d\s?[ap]\.?m")
_BEGINS = re.compile(r"\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b", re.IGNORECASE)


# --- corrections ---

_SCALES = {"thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALE = re.compile(r"(?:(?<=\d)|\b)(thousands?|k|millions?|mn?|billions?|bn|trillions?|tn)\b", re.IGNORECASE)
_UNITS = {
    "%": "percent",
    "per cent": "percent",
    "share": "percent",
    "percentage points": "percentage point",
    "points": "percentage point",
    "people": "person",
}
"""Units that have one name in summaries."""
_HALF_A_POINT = Decimal("0.5")
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


def _is_fraction(figure: Figure) -> bool:
    """Whether a figure is a part of one in words: "half", "a third"."""
    return figure.value is not None and 0 < figure.value < 1 and not any(sign.isdigit() for sign in figure.quote)


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
        self.figure = figure
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
            if name == "value" and (share := self._in_percent(figure, told) or self._share(told)) is not None:
                return replace(figure, value=share, low=None, high=None, unit="percent", bound=_unranged(figure))
            return replace(figure, **self._numbers(figure, name, self._number(figure, told)))
        if name == "bound":
            return replace(figure, bound=self._bound(told))
        if name == "currency":
            return replace(figure, currency=self._currency(told) if told else None)
        told = _unit(told)
        if told and not self._has_unit(told):
            raise Ungrounded(f"the {name} {told!r} is not in the article")
        if name == "unit" and told == "percent" and _is_fraction(figure) and figure.value is not None:
            return replace(figure, value=round(figure.value * 100, 2), unit=told)  # half is 50 percent
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

    def _has_unit(self, unit: str) -> bool:
        """Whether the words of a unit stand in the article, in the singular or plural."""
        article = self.evidence.document.article
        text = f"{article.title or ''} {article.text}"
        held = {singular(word) for word in fold_phrase(text)}
        if re.search(r"%|\bper ?cent|\bpoints?\b", text) or _is_fraction(self.figure):
            held |= {"percent", "percentage", "point"}
        is_bare = self.figure.unit is None and self.figure.currency is None
        return (is_bare and unit == "person") or all(singular(word) in held for word in fold_phrase(unit) if word not in STOP_WORDS)

    def _in_percent(self, figure: Figure, told: str) -> Decimal | None:
        """The percentage that a fraction in words is: 50 for "half"; None for another number."""
        found = find_numerals(told)
        if len(found) != 1 or figure.value is None or not _is_fraction(figure):
            return None
        return found[0].value if abs(found[0].value - figure.value * 100) < _HALF_A_POINT else None

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

    def _bound(self, told: str) -> Bound:
        told = told.replace(" ", "_")
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
