"""The figures that one answer cites, each checked against the rules' own reading of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from summarise.document import Document
from summarise.ground.evidence import Evidence, Fault, numbers_in
from summarise.ground.grounded import Grounded, GroundedFigure
from summarise.numbers import Figure, find_figures
from summarise.schema import DraftFigure, Dropped, MissedFigure


@dataclass(frozen=True)
class Citations:
    """Figures by their start in the text. Values, units and quotes are always those of the rules; a model only says what they measure."""

    evidence: Evidence
    out: Grounded
    cited: dict[int, GroundedFigure] = field(default_factory=dict)

    def in_text_order(self) -> list[GroundedFigure]:
        return [self.cited[start] for start in sorted(self.cited)]

    def cite(self, drafted: DraftFigure) -> None:
        mention = self.evidence.document.mention(drafted.id)
        if mention is None:
            raise Fault(f"there is no marker {drafted.id}")
        if mention.figure.start in self.cited:
            raise Fault(f"{drafted.id} is listed twice")
        self._put(mention.figure, mention.sentence, drafted)

    def add(self, missed: MissedFigure) -> None:
        """A number without a marker: its quote must stand in the sentence and be a figure by the rules when read by itself."""
        document = self.evidence.document
        (number,) = self.evidence.sentences([missed.sentence])
        start, end = _locate(missed.quote, document, number)
        marked = next((m for m in document.mentions_in(number) if m.figure.start < end and start < m.figure.end), None)
        if marked is not None:
            if marked.figure.start not in self.cited:
                self._put(marked.figure, number, missed)
            return
        found = find_figures(document.article.text[start:end])
        if not found:
            raise Fault(f"{missed.quote!r} holds no number that measures something")
        self._put(replace(found[0], start=start + found[0].start, end=start + found[0].end), number, missed)

    def named_in(self, text: str, sentences: Iterable[int]) -> tuple[int, ...]:
        """Starts of the figures of `sentences` whose numbers stand in `text`: to say a number is to cite it."""
        numbers = numbers_in(text)
        starts = set()
        for mention in (m for number in sentences for m in self.evidence.document.mentions_in(number)):
            if numbers & numbers_in(mention.figure.quote):
                figure = mention.figure
                known = GroundedFigure(figure, mention.sentence, figure.measure, figure.as_of, figure.speaker)
                self.cited.setdefault(figure.start, known)
                starts.add(figure.start)
        return tuple(sorted(starts))

    def _put(self, figure: Figure, sentence: int, said: DraftFigure | MissedFigure) -> None:
        def field_or_none(ground: Callable[[str], str | None], value: str | None) -> str | None:
            # A field that does not hold must not cost the figure, whose number the rules have read.
            try:
                return ground(value) if value is not None else None
            except Fault as fault:
                self.out.dropped.append(Dropped(kind="field", why=str(fault), item=said.model_dump(mode="json")))
                return None

        measure = field_or_none(lambda value: self.evidence.phrase(value, "measure"), said.measure)
        as_of = field_or_none(lambda value: self._as_of(value, figure), said.as_of)
        speaker = field_or_none(lambda value: self.evidence.name(value, "speaker"), said.speaker)
        self.cited[figure.start] = GroundedFigure(figure, sentence, measure or figure.measure, as_of or figure.as_of, speaker)

    def _as_of(self, date: str, figure: Figure) -> str:
        read_by_rules = figure.as_of is not None and figure.as_of.startswith(date)
        return date if read_by_rules else self.evidence.date(date)


def _locate(quote: str, document: Document, number: int) -> tuple[int, int]:
    """Where a quote stands in a sentence, white space folded."""
    sentence = document.sentences[number - 1]
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = re.compile(pattern).search(document.article.text, sentence.start, sentence.end) if pattern else None
    if found is None:
        raise Fault(f"sentence {number} does not hold {quote!r}")
    return found.span()
