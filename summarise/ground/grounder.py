"""The grounder: a Draft held against its article, item by item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

from pydantic import BaseModel

from summarise.document import Document
from summarise.errors import ModelOutputError
from summarise.ground.answer import cleaned, parse
from summarise.ground.evidence import Evidence, Fault, numbers_in, shown
from summarise.ground.figures import Citations
from summarise.ground.grounded import Grounded, GroundedClaim, GroundedStance
from summarise.schema import MOST_FIGURES, MOST_STANCES, Draft, DraftClaim, DraftStance, Dropped
from summarise.views.visible import clean
from summarise.words import fold_phrase, share, stems

Item = TypeVar("Item", bound=BaseModel)

# A claim must take this share of its words from its sentences.
_SUPPORTED = 0.34
# A neighbouring sentence is taken for the one that was pointed at when it holds this much more of the claim's words.
_FAR_BETTER = 0.34


def check(document: Document) -> Callable[[Draft], list[str]]:
    """A function that lists the faults of a Draft of `document`, one sentence each, in words that tell a model what to mend."""
    grounder = _grounder_of(document)
    return lambda draft: [f"{dropped.kind}: {dropped.why}" for dropped in grounder.ground(draft).dropped]


def settle(contents: Sequence[str], document: Document) -> Grounded:
    """The outcome of all attempts at one answer: the first without a fault, else the one that keeps most (of equals the later).

    Raises ModelOutputError when none of them is a Draft at all.
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
    def evidence(self) -> Evidence:
        return Evidence(self.document)

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
        figures = Citations(self.evidence, out)
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
        if any(_same(text, other.text) for other in out.claims):
            raise Fault(f"said twice: {text!r}")
        warnings: list[str] = []
        sentences = self._nearest(text, self.evidence.sentences(claim.sentences), warnings)
        sentences = self._with_numbers(text, sentences, warnings)
        if share(stems(text), self.evidence.stems_of(sentences)) < _SUPPORTED:
            raise Fault(f"sentence {', '.join(map(str, sentences))} does not say it: {text!r}")
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
            raise Fault(f"{grounded.holder or 'the author'} has two stances on {grounded.target!r}; give one, mixed where both hold")
        out.stances.append(grounded)

    def _gist(self, gist: str, out: Grounded) -> str:
        if not gist.strip():
            return ""
        try:
            text = self.evidence.phrase(_plain(gist), "gist")
            if self.evidence.share_of(text) < _SUPPORTED:
                raise Fault("it is not about the article")
        except Fault as fault:
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
        """The sentences, and the nearest other one for each number that they do not hold: then the evidence proves the number too."""
        for number in sorted(numbers_in(text) - self.evidence.numbers_of(sentences)):
            nearest = _nearest_to(sentences, self.evidence.places_of(number))
            warnings.append(f"sentence {nearest} added as evidence for the number {shown(number)} in {text!r}")
            sentences = tuple(sorted({*sentences, nearest}))
        return sentences


@lru_cache(maxsize=128)
def _grounder_of(document: Document) -> Grounder:
    """A live answer is grounded when it is checked and again when it is settled: what was learnt of its document serves both."""
    return Grounder(document)


def _take(
    kind: Literal["claim", "stance", "figure", "missed_figure"], items: Iterable[Item], take: Callable[[Item], None], out: Grounded
) -> None:
    """Takes each item; one that does not hold is counted and costs the others nothing."""
    for item in items:
        try:
            take(item)
        except Fault as fault:
            out.dropped.append(Dropped(kind=kind, why=str(fault), item=item.model_dump(mode="json")))


_MARKER = re.compile(r"\s*‹f[0-9]{1,6}›")


def _plain(text: str) -> str:
    """`text` on one line, without markers of the prompt, which models like to copy along with the number."""
    return " ".join(_MARKER.sub("", text).split())


def _nearest_to(sentences: Iterable[int], places: Iterable[int]) -> int:
    return min(places, key=lambda place: (min(abs(place - sentence) for sentence in sentences), place))


def _same(one: str, other: str) -> bool:
    a, b = stems(one), stems(other)
    return a == b if a or b else fold_phrase(one) == fold_phrase(other)
