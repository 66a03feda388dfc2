"""Grounding: each item of a Draft is checked against its article, and kept or dropped with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

from pydantic import BaseModel

from summarise.document import Document
from summarise.errors import ModelOutputError
from summarise.figures import Figure, find_figures
from summarise.ground.evidence import ArticleEvidence, Ungrounded, numbers_in, shown
from summarise.ground.parse import cleaned, parse
from summarise.schema import MOST_FIGURES, MOST_STANCES, Draft, DraftClaim, DraftFigure, DraftStance, Dropped, MissedFigure, Mode, Polarity
from summarise.text.sanitise import clean
from summarise.text.tokens import fold_phrase, share, stems

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class GroundedClaim:
    """`figures` are the figures that the claim cites, by their start in the text."""

    text: str
    speaker: str | None
    mode: Mode
    sentences: tuple[int, ...]
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroundedStance:
    holder: str | None
    target: str
    polarity: Polarity
    sentences: tuple[int, ...]

    @property
    def pair(self) -> tuple[str, ...]:
        """Holder and folded target: one stance is kept for each pair."""
        return (self.holder or "", *fold_phrase(self.target))


@dataclass(frozen=True, slots=True)
class GroundedFigure:
    """A figure, the number of its sentence, and what the answer says about it."""

    figure: Figure
    sentence: int
    measure: str | None
    as_of: str | None
    speaker: str | None


@dataclass
class Grounded:
    """Claims by importance; figures in text order, no two at one place; `gist` is empty where the drafted one was dropped."""

    gist: str = ""
    claims: list[GroundedClaim] = field(default_factory=list)
    stances: list[GroundedStance] = field(default_factory=list)
    figures: list[GroundedFigure] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return len(self.claims) + len(self.stances) + len(self.figures) + bool(self.gist)


def merge(parts: Sequence[Grounded]) -> Grounded:
    """Merge the overlapping parts of a long article: claims are interleaved by rank, and duplicates dropped."""
    longest = max((len(part.claims) for part in parts), default=0)
    ranked = [claim for rank in range(longest) for part in parts for claim in part.claims[rank : rank + 1]]
    claims = _firsts(ranked, lambda claim: fold_phrase(claim.text))
    stances = _firsts([stance for part in parts for stance in part.stances], lambda stance: stance.pair)
    figures = _firsts([figure for part in parts for figure in part.figures], lambda figure: figure.figure.start)
    return Grounded(
        gist=next((part.gist for part in parts if part.gist), ""),
        claims=claims,
        stances=stances,
        figures=sorted(figures, key=lambda figure: figure.figure.start),
        dropped=[dropped for part in parts for dropped in part.dropped],
        warnings=list(dict.fromkeys(warning for part in parts for warning in part.warnings)),
    )


def _firsts(items: Iterable[Kind], key: Callable[[Kind], Hashable]) -> list[Kind]:
    """The first item of each key, in order."""
    found: dict[Hashable, Kind] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())


@dataclass(frozen=True)
class FigureCitations:
    """The figures that an answer cites, by their start in the text. Values, units and quotes come from the rules, never from the model."""

    evidence: ArticleEvidence
    out: Grounded
    cited: dict[int, GroundedFigure] = field(default_factory=dict)

    def in_text_order(self) -> list[GroundedFigure]:
        return [self.cited[start] for start in sorted(self.cited)]

    def cite(self, drafted: DraftFigure) -> None:
        mention = self.evidence.document.mention(drafted.id)
        if mention is None:
            raise Ungrounded(f"there is no marker {drafted.id}")
        if mention.figure.start in self.cited:
            raise Ungrounded(f"{drafted.id} is listed twice")
        self._put(mention.figure, mention.sentence, drafted)

    def add(self, missed: MissedFigure) -> None:
        """A number without a marker: its quote must be in the sentence, and the rules must read it as a figure."""
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
            raise Ungrounded(f"{missed.quote!r} holds no number that measures something")
        self._put(replace(found[0], start=start + found[0].start, end=start + found[0].end), number, missed)

    def named_in(self, text: str, sentences: Iterable[int]) -> tuple[int, ...]:
        """The starts of the figures of `sentences` whose numbers are in `text`: a claim cites the numbers that it states."""
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
            # An unsupported field does not cost the figure, whose number the rules have read.
            try:
                return ground(value) if value is not None else None
            except Ungrounded as fault:
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
    """Start and end of a quote in a sentence; any white space matches any other."""
    sentence = document.sentences[number - 1]
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = re.compile(pattern).search(document.article.text, sentence.start, sentence.end) if pattern else None
    if found is None:
        raise Ungrounded(f"sentence {number} does not hold {quote!r}")
    return found.span()


Item = TypeVar("Item", bound=BaseModel)

# The share of the words of a claim that must be in its sentences: a third, as a model may restate the rest.
_SUPPORTED = 0.34
# A neighbouring sentence replaces the given one if it has this much more of the words of the claim.
_FAR_BETTER = 0.34


def check(document: Document) -> Callable[[Draft], list[str]]:
    """A function that lists the errors of a Draft of `document`, a sentence each, worded so that a model can correct them."""
    grounder = _grounder_of(document)
    return lambda draft: [f"{dropped.kind}: {dropped.why}" for dropped in grounder.ground(draft).dropped]


def settle(contents: Sequence[str], document: Document) -> Grounded:
    """Ground all attempts at one answer; returns the first without errors, else the one that keeps most items (of equals the later).

    Raises ModelOutputError where none of them is a Draft.
    """
    grounder = _grounder_of(document)
    outcomes: list[Grounded] = []
    failure = ModelOutputError("the model returned nothing", hint="try again, or another model")
    for content in contents:
        try:
            draft, dropped = parse(content)
        except ModelOutputError as error:
            failure = error
            continue
        outcome = grounder.ground(draft)
        # What is dropped is told in the model's words, among them those of fields that no Draft has.
        lost = [Dropped(kind=one.kind, why=clean(one.why), item=cleaned(one.item)) for one in (*dropped, *outcome.dropped)]
        outcome = replace(outcome, dropped=lost)
        if not outcome.dropped:
            return outcome
        outcomes.append(outcome)
    if not outcomes:
        raise failure
    return max(reversed(outcomes), key=lambda outcome: outcome.kept)


@dataclass(frozen=True)
class Grounder:
    """Grounds any number of Drafts of one document."""

    document: Document
    _grounded: list[tuple[Draft, Grounded]] = field(default_factory=list)

    @cached_property
    def evidence(self) -> ArticleEvidence:
        return ArticleEvidence(self.document)

    def ground(self, draft: Draft) -> Grounded:
        """The result is cached for equal Drafts, so callers must not change it."""
        for known, grounded in self._grounded:
            if known == draft:
                return grounded
        grounded = self._ground(draft)
        self._grounded.append((draft, grounded))
        return grounded

    def _ground(self, draft: Draft) -> Grounded:
        out = Grounded()
        figures = FigureCitations(self.evidence, out)
        _take("figure", draft.figures, figures.cite, out)
        _take("missed_figure", draft.missed_figures, figures.add, out)
        _take("claim", draft.claims, lambda claim: self._claim(claim, figures, out), out)
        _take("stance", draft.stances, lambda stance: self._stance(stance, out), out)
        out.gist = self._gist(draft.gist, out)
        out.figures = figures.in_text_order()
        out.warnings += self._full_lists(draft)
        return out

    def _full_lists(self, draft: Draft) -> Iterator[str]:
        """Warnings about lists of the maximum length, which may have left out the rest."""
        if len(draft.figures) >= MOST_FIGURES:
            marked = len(self.document.mentions)
            yield f"an answer may list {MOST_FIGURES} figures and this one does; the article has {marked:,} marked numbers"
        if len(draft.stances) >= MOST_STANCES:
            yield f"an answer may list {MOST_STANCES} stances and this one does; the article may have more"

    def _claim(self, claim: DraftClaim, figures: FigureCitations, out: Grounded) -> None:
        text = _plain(claim.text)
        if any(_same(text, other.text) for other in out.claims):
            raise Ungrounded(f"said twice: {text!r}")
        warnings: list[str] = []
        sentences = self._nearest(text, self.evidence.sentences(claim.sentences), warnings)
        sentences = self._with_numbers(text, sentences, warnings)
        if share(stems(text), self.evidence.stems_of(sentences)) < _SUPPORTED:
            raise Ungrounded(f"sentence {', '.join(map(str, sentences))} does not say it: {text!r}")
        speaker = self.evidence.name(claim.speaker, "speaker")
        out.claims.append(GroundedClaim(text, speaker, claim.mode, sentences, figures.named_in(text, sentences)))
        out.warnings += warnings

    def _stance(self, stance: DraftStance, out: Grounded) -> None:
        grounded = GroundedStance(
            holder=self.evidence.name(stance.holder, "holder"),
            target=self.evidence.phrase(stance.target, "target"),
            polarity=stance.polarity,
            sentences=self.evidence.sentences(stance.sentences),
        )
        if any(other.pair == grounded.pair for other in out.stances):
            raise Ungrounded(f"{grounded.holder or 'the author'} has two stances on {grounded.target!r}; give one, mixed where both hold")
        out.stances.append(grounded)

    def _gist(self, gist: str, out: Grounded) -> str:
        if not gist.strip():
            return ""
        try:
            text = self.evidence.phrase(_plain(gist), "gist")
            if self.evidence.share_of(text) < _SUPPORTED:
                raise Ungrounded("it is not about the article")
        except Ungrounded as fault:
            out.dropped.append(Dropped(kind="gist", why=str(fault), item=gist))
            return ""
        return text

    def _nearest(self, text: str, sentences: tuple[int, ...], warnings: list[str]) -> tuple[int, ...]:
        """Half of a weak model's wrong sentence numbers are off by one."""
        if len(sentences) != 1:
            return sentences
        said, (pointed,) = stems(text), sentences
        near = [number for number in (pointed, pointed - 1, pointed + 1) if self.document.sentence(number)]
        fits = {number: share(said, self.evidence.stems_of([number])) for number in near}
        best = max(near, key=lambda number: fits[number])
        if fits[best] - fits[pointed] < _FAR_BETTER:
            return sentences
        warnings.append(f"sentence {best} taken for {pointed}, which fits far less: {text!r}")
        return (best,)

    def _with_numbers(self, text: str, sentences: tuple[int, ...], warnings: list[str]) -> tuple[int, ...]:
        """The sentences, plus the nearest other one for each number of `text` that they lack, so that the evidence has every number."""
        for number in sorted(numbers_in(text) - self.evidence.numbers_of(sentences)):
            nearest = _nearest_to(sentences, self.evidence.places_of(number))
            warnings.append(f"sentence {nearest} added as evidence for the number {shown(number)} in {text!r}")
            sentences = tuple(sorted({*sentences, nearest}))
        return sentences


@lru_cache(maxsize=128)
def _grounder_of(document: Document) -> Grounder:
    """Shared by `check` and `settle`, which both ground a live answer."""
    return Grounder(document)


def _take(
    kind: Literal["claim", "stance", "figure", "missed_figure"], items: Iterable[Item], take: Callable[[Item], None], out: Grounded
) -> None:
    """Call `take` for each item; an unsupported item is listed in `out.dropped`, and the others are not affected."""
    for item in items:
        try:
            take(item)
        except Ungrounded as fault:
            out.dropped.append(Dropped(kind=kind, why=str(fault), item=item.model_dump(mode="json")))


_MARKER = re.compile(r"\s*‹f[0-9]{1,6}›")


def _plain(text: str) -> str:
    """`text` on one line, without the markers of the prompt, which models often copy with the number."""
    return " ".join(_MARKER.sub("", text).split())


def _nearest_to(sentences: Iterable[int], places: Iterable[int]) -> int:
    return min(places, key=lambda place: (min(abs(place - sentence) for sentence in sentences), place))


def _same(one: str, other: str) -> bool:
    a, b = stems(one), stems(other)
    return a == b if a or b else fold_phrase(one) == fold_phrase(other)
