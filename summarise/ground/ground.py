"""Grounding: a Draft held against its article item by item, what holds kept, the rest dropped and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

from pydantic import BaseModel

from summarise.document import Document
from summarise.errors import ModelOutputError
from summarise.ground.citations import Citations, GroundedFigure
from summarise.ground.evidence import MOST_WORDS_OF_A_TARGET, ArticleEvidence, Ungrounded
from summarise.ground.numbers import stated_in
from summarise.ground.parse import cleaned, parse
from summarise.schema import (
    MOST_FIGURES,
    MOST_STANCES,
    Draft,
    DraftClaim,
    DraftStance,
    Dropped,
    Mode,
    Polarity,
)
from summarise.text.sanitise import clean
from summarise.text.tokens import STOP_WORDS, fold, fold_phrase, share, stems

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class GroundedClaim:
    """`figures` names the figures that the claim cites by their start in the text."""

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
        """Who and what, folded: there is one stance a pair."""
        return (self.holder or "", *fold_phrase(self.target))


@dataclass
class Grounded:
    """Claims most important first; figures in text order, no two at one place; `gist` is empty when the drafted one did not hold.

    `faults` are the claims and stances that did not hold, in words for the model: what it is worth asking again about.
    """

    gist: str = ""
    claims: list[GroundedClaim] = field(default_factory=list)
    stances: list[GroundedStance] = field(default_factory=list)
    figures: list[GroundedFigure] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return len(self.claims) + len(self.stances) + len(self.figures) + bool(self.gist)


def merge(parts: Sequence[Grounded]) -> Grounded:
    """The overlapping parts of one long article as one: claims rank by rank, and what two parts both say, once."""
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
    """The first of the items of each key, in their order."""
    found: dict[Hashable, Kind] = {}
    for item in items:
        found.setdefault(key(item), item)
    return list(found.values())


Item = TypeVar("Item", bound=BaseModel)


def check(document: Document, instructions: str = "") -> Callable[[Draft], list[str]]:
    """A function that lists the claims and stances of a Draft that do not hold, one sentence each, in words that tell a model what to mend.

    `instructions` is the text of the prompt. What else is dropped is no reason to ask again.
    """
    grounder = _grounder_of(document, instructions)
    return lambda draft: grounder.ground(draft).faults


def settle(contents: Sequence[str], document: Document, instructions: str = "") -> Grounded:
    """The outcome of all attempts at one answer: the one that keeps most (of equals the first), and what others mended of it.

    Raises ModelOutputError when none of them is a Draft at all.
    """
    grounder = _grounder_of(document, instructions)
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
        outcomes.append(replace(outcome, dropped=lost))
    if not outcomes:
        raise failure
    best = max(outcomes, key=lambda outcome: outcome.kept)
    return _mended(best, [outcome for outcome in outcomes if outcome is not best])


def _mended(best: Grounded, others: Iterable[Grounded]) -> Grounded:
    """An outcome with claims and stances of the others in the place of its faulty ones, as many as those."""
    cited = {figure.figure.start for figure in best.figures}
    claims, stances = list(best.claims), list(best.stances)
    room = len(claims) + len(stances) + len(best.faults)
    for other in others:
        for claim in other.claims:
            if len(claims) + len(stances) < room and not any(_same_claim(claim, one) for one in claims):
                claims.append(replace(claim, figures=tuple(start for start in claim.figures if start in cited)))
        for stance in other.stances:
            if len(claims) + len(stances) < room and stance.pair not in {one.pair for one in stances}:
                stances.append(stance)
    return replace(best, claims=claims, stances=stances)


def _same_claim(one: GroundedClaim, other: GroundedClaim) -> bool:
    return one.speaker == other.speaker and _same(one.text, other.text)


# A neighbouring sentence is taken for the one that was pointed at when it holds this much more of the claim's words.
_FAR_BETTER = 0.34


class _Repeated(Ungrounded):
    """An item that was said before: left out, and no reason to ask again."""


@dataclass(frozen=True)
class Grounder:
    """Grounds any number of Drafts of one document."""

    document: Document
    instructions: str = ""
    _grounded: list[tuple[Draft, Grounded]] = field(default_factory=list)

    @cached_property
    def evidence(self) -> ArticleEvidence:
        return ArticleEvidence(self.document, self.instructions)

    def ground(self, draft: Draft) -> Grounded:
        """The Grounded is shared by all who ask for an equal Draft: not to be changed."""
        for known, grounded in self._grounded:
            if known == draft:
                return grounded
        grounded = self._ground(draft)
        self._grounded.append((draft, grounded))
        return grounded

    def _ground(self, draft: Draft) -> Grounded:
        out = Grounded()
        figures = Citations(self.evidence, out.dropped)
        figures.corrections = draft.corrections
        _take("figure", draft.figures, figures.cite, out)
        _take("missed_figure", draft.missed_figures, figures.add, out)
        _take("claim", draft.claims, lambda claim: self._claim(claim, figures, out), out)
        _take("stance", draft.stances, lambda stance: self._stance(stance, out), out)
        out.gist = self._gist(draft.gist, out)
        out.figures = figures.in_text_order()
        out.warnings += self._full_lists(draft)
        return out

    def _full_lists(self, draft: Draft) -> Iterator[str]:
        """What to say of lists that hold as much as they may: whoever wrote them may have left out the rest."""
        if len(draft.figures) >= MOST_FIGURES:
            marked = len(self.document.mentions)
            yield f"an answer may list {MOST_FIGURES} figures and this one does; the article has {marked:,} marked numbers"
        if len(draft.stances) >= MOST_STANCES:
            yield f"an answer may list {MOST_STANCES} stances and this one does; the article may have more"

    def _claim(self, claim: DraftClaim, figures: Citations, out: Grounded) -> None:
        text = _plain(claim.text)
        self.evidence.check(text)
        warnings: list[str] = []
        sentences = self._nearest(claim, text, self.evidence.sentences(claim.sentences), warnings)
        sentences = self._with_numbers(text, sentences, warnings)
        if not self.evidence.is_about(text, sentences):
            raise Ungrounded(f"sentence {', '.join(map(str, sentences))} does not say it")
        speaker = self._speaker(claim, out)
        if any(speaker == other.speaker and _same(text, other.text) for other in out.claims):
            raise _Repeated(f"said twice: {text!r}")
        out.claims.append(GroundedClaim(text, speaker, claim.mode, sentences, figures.named_in(text, sentences)))
        out.warnings += warnings

    def _speaker(self, claim: DraftClaim, out: Grounded) -> str | None:
        try:
            return self.evidence.speaker(claim.speaker)
        except Ungrounded as fault:
            out.dropped.append(Dropped(kind="field", why=f"speaker: {fault}", item=claim.model_dump(mode="json")))
            return None

    def _stance(self, stance: DraftStance, out: Grounded) -> None:
        grounded = GroundedStance(
            holder=self.evidence.speaker(stance.holder),
            target=self.evidence.label(stance.target, MOST_WORDS_OF_A_TARGET, "target"),
            polarity=stance.polarity,
            sentences=self.evidence.sentences(stance.sentences),
        )
        if any(other.pair == grounded.pair for other in out.stances):
            raise _Repeated(f"{grounded.holder or 'the author'} has two stances on {grounded.target!r}")
        out.stances.append(grounded)

    def _gist(self, gist: str, out: Grounded) -> str:
        text = _plain(gist)
        if not text:
            return ""
        try:
            self.evidence.check(text)
            if not self.evidence.is_about(text, range(1, len(self.document.sentences) + 1)):
                raise Ungrounded("it is not about the article")
        except Ungrounded as fault:
            out.dropped.append(Dropped(kind="gist", why=str(fault), item=gist))
            return ""
        return text

    def _nearest(self, claim: DraftClaim, text: str, sentences: tuple[int, ...], warnings: list[str]) -> tuple[int, ...]:
        """Sentence numbers are often off by one: for a sentence that says nothing of a claim, a far better neighbour is taken."""
        if len(sentences) != 1 or self._says_something(claim, text, sentences[0]):
            return sentences
        said, (pointed,) = stems(text), sentences
        near = [number for number in (pointed, pointed - 1, pointed + 1) if self.document.sentence(number)]
        fits = {number: share(said, stems(self.evidence.quote(number))) for number in near}
        best = max(near, key=lambda number: fits[number])
        if fits[best] - fits[pointed] < _FAR_BETTER:
            return sentences
        warnings.append(f"sentence {best} taken for {pointed}, which fits far less: {text!r}")
        return (best,)

    def _says_something(self, claim: DraftClaim, text: str, number: int) -> bool:
        """Whether a sentence holds a number of the claim, its speaker, or one of its names."""
        held, quote = self.evidence.held_by(number), self.evidence.quote(number)
        tokens = set(fold_phrase(quote))
        names = {word for word in fold_phrase(claim.speaker or "") if word not in STOP_WORDS} | {
            fold(word) for word in text.split()[1:] if word[:1].isupper()
        }
        return not names.isdisjoint(tokens) or any(held.holds(one) for one in stated_in(text))

    def _with_numbers(self, text: str, sentences: tuple[int, ...], warnings: list[str]) -> tuple[int, ...]:
        """The sentences, and the nearest other one for each number that they do not hold: then the evidence proves the number too."""
        for one in stated_in(text):
            place = self.evidence.place_of(one, sentences)
            if place is not None:
                warnings.append(f"sentence {place} added as evidence for {text[one.start : one.end]!r} in {text!r}")
                sentences = tuple(sorted({*sentences, place}))
        return sentences


@lru_cache(maxsize=128)
def _grounder_of(document: Document, instructions: str) -> Grounder:
    """A live answer is grounded when it is checked and again when it is settled: what was learnt of its document serves both."""
    return Grounder(document, instructions)


def _take(
    kind: Literal["claim", "stance", "figure", "missed_figure"], items: Iterable[Item], take: Callable[[Item], None], out: Grounded
) -> None:
    """Takes each item; one that does not hold is counted and costs the others nothing."""
    for number, item in enumerate(items, start=1):
        try:
            take(item)
        except Ungrounded as fault:
            out.dropped.append(Dropped(kind=kind, why=str(fault), item=item.model_dump(mode="json")))
            if isinstance(item, DraftClaim | DraftStance) and not isinstance(fault, _Repeated):
                shown = item.text if isinstance(item, DraftClaim) else f"{item.holder or 'the author'}, {item.target}"
                out.faults.append(f"{kind} {number}, {shown!r}: {fault}")


_MARKER = re.compile(r"\s*‹f[0-9]{1,6}›\??")


def _plain(text: str) -> str:
    """`text` on one line, without markers of the prompt, which models like to copy along with the number."""
    return " ".join(_MARKER.sub("", text).split())


def _same(one: str, other: str) -> bool:
    a, b = stems(one), stems(other)
    return a == b if a or b else fold_phrase(one) == fold_phrase(other)
