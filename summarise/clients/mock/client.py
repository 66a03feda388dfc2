"""The offline client: it answers a request as a model would, by rules, without a network."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from summarise.clients.mock.attribution import attributions, questions
from summarise.clients.mock.claims import find_claims, find_gist, rank
from summarise.clients.mock.grammar import is_verb
from summarise.clients.mock.lexicon import forms, words
from summarise.clients.mock.page import Page
from summarise.clients.mock.speakers import Speakers, Voice
from summarise.clients.mock.stances import find_stances, verdicts
from summarise.clients.mock.wording import tellings
from summarise.clients.protocol import Answer, Spent
from summarise.document import Document, Mention
from summarise.figures import find_numerals
from summarise.interrupts import cancellable
from summarise.prompt import Request, max_claims
from summarise.schema import MOST_FIGURES, MOST_STANCES, Draft, DraftFigure
from summarise.text.tokens import Tokens, folded

_LONGEST = 6
_LONGEST_SUBJECT = 9
_LONGEST_NOUN = 3
_LINKS = frozenset({"of", "in", "for"})
_LEADS = frozenset({"to", "by", "at", "from", "of", "about", "nearly", "than", "is", "was", "reached", "totalled", "totaled"})
# Words that join two nouns into one subject ("the volume of trade between the two countries").
_JOINTS = frozenset({"of", "s", "between", "for"})
_ARTICLES = frozenset({"the", "a", "an", "both", "two", "all", "its", "their"})
_NO_NOUNS = (
    "prepositions",
    "auxiliaries",
    "subordinators",
    "pronouns",
    "determiners",
    "adverbs",
    "weekdays",
    "months",
    "times",
    "verbs",
    "no_nouns",
)


def measure(page: Page, mention: Mention) -> str | None:
    """The words behind a figure ("$20 billion of deals"), the subject before it ("trade rose to …"), or its own noun; None for none."""
    sentence = page.lines[mention.sentence - 1]
    held = page.tokens.between(sentence.start, sentence.end)
    inside = page.tokens.between(mention.figure.start, mention.figure.end)
    surroundings = _Surroundings(page.tokens, held.start, held.stop)
    if mention.figure.unit in {"percent", "percentage point"}:
        found = surroundings.change(inside.stop) or surroundings.before(inside.start) or surroundings.behind(inside.stop)
    else:
        own = surroundings.counted(inside) if mention.figure.currency is None else ""
        found = own or surroundings.behind(inside.stop) or surroundings.before(inside.start)
    return found[:200] or None


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The tokens [first, stop) of a figure's sentence."""

    tokens: Tokens
    first: int
    stop: int

    def counted(self, inside: range) -> str:
        """The nouns within a count ("38 separate agreements"); "" for a unit of measure, which is followed by what it measures."""
        own = [i for i in inside if names_thing(self.tokens.lows[i]) and "-" not in self.tokens.lows[i]]
        if not own or self._low(inside.stop) == "of" or self.tokens.lows[own[-1]] in words("grammar", "durations"):
            return ""
        return self.tokens.phrase(own[-_LONGEST_NOUN:][0], own[-1] + 1)

    def change(self, at: int) -> str:
        """The "rise in costs" of "an 18% rise in costs"."""
        if self._low(at) not in words("grammar", "changes"):
            return ""
        end = at + 1
        if self._low(end) in _LINKS:
            end = self._past_nouns(self._past_article(end + 1))
        return self.tokens.phrase(at, end)

    def behind(self, at: int) -> str:
        at = self._past_article(at + (self._low(at) in _LINKS))
        end = self._past_nouns(at)
        verb_like = end - at == 1 and self._low(at).endswith(("ed", "ing", "ly"))
        return "" if end == at or verb_like else self.tokens.phrase(at, end)

    def before(self, at: int) -> str:
        """The noun phrase left of the verb and preposition that lead to a figure ("bilateral trade increasing to")."""
        if at <= self.first or self._low(at - 1) not in _LEADS:
            return ""
        stop = at - 1
        while stop > self.first and at - stop < _LONGEST and self._is_verbal(stop - 1):
            stop -= 1
        while stop > self.first and self._low(stop - 1) in _JOINTS:
            stop -= 1
        start = stop
        while start > self.first and stop - start < _LONGEST_SUBJECT and self._is_nominal(start - 1):
            start -= 1
        while start < stop and self._low(start) in _JOINTS | _ARTICLES:
            start += 1
        return self.tokens.phrase(start, stop)

    def _low(self, i: int) -> str:
        return self.tokens.lows[i] if self.first <= i < self.stop else ""

    def _past_article(self, at: int) -> int:
        return at + (self._low(at) in words("grammar", "determiners"))

    def _past_nouns(self, at: int) -> int:
        end = at
        while end - at < _LONGEST and (names_thing(self._low(end)) or self._goes_on(end, at)):
            end += 1
        return end

    def _goes_on(self, i: int, start: int) -> bool:
        """The "of" in "line of credit"."""
        return i > start and self._low(i) == "of" and names_thing(self._low(i + 1))

    def _is_verbal(self, i: int) -> bool:
        low = self._low(i)
        return not names_thing(low) or low.endswith(("ed", "ing")) or is_verb(low)

    def _is_nominal(self, i: int) -> bool:
        """A noun, a word that joins nouns, or the article behind such a word."""
        low = self._low(i)
        if low.endswith("ed") or low in forms("cues", "believes"):
            return False
        if low == "to":
            return self.tokens.words[i + 1][0].isupper()
        return names_thing(low) or low in _JOINTS or (low in _ARTICLES and (self._low(i - 1) in _JOINTS or self._low(i - 1) in _ARTICLES))


def names_thing(low: str) -> bool:
    """Whether a word in lower case can be the noun of a measure: none of a closed class, no number, no sign."""
    return len(low) > 1 and low.replace("-", "").isalpha() and not any(low in words("grammar", kind) for kind in _NO_NOUNS)


def find_figures(page: Page, said: Sequence[Voice], most: int = MOST_FIGURES) -> list[DraftFigure]:
    """One entry for each mention outside furniture, in text order, the first `most`."""
    spans = sorted((start, end, n) for n, voice in enumerate(said) for start, end in voice.attribution.spans)
    starts = [start for start, _, _ in spans]
    shown = [mention for mention in page.document.mentions if not page.kinds.furniture[mention.sentence - 1]]
    return [_figure(page, mention, _speaker(said, spans, starts, mention)) for mention in shown[:most]]


def _figure(page: Page, mention: Mention, speaker: str | None) -> DraftFigure:
    figure = mention.figure
    return DraftFigure(
        id=mention.id,
        measure=_sound(figure.measure) or _sound(measure(page, mention)),
        as_of=figure.as_of,
        speaker=speaker or (page.names.fullest(figure.speaker) if figure.speaker else None),
    )


def _sound(measure: str | None) -> str | None:
    """The terms of a measure that name something: no pronoun, no stop word, no number that the figure itself holds."""
    terms = [term for term in folded(measure or "").split(", ") if any(map(names_thing, Tokens.of(term).lows)) and not find_numerals(term)]
    return ", ".join(terms) or None


def _speaker(said: Sequence[Voice], spans: Sequence[tuple[int, int, int]], starts: Sequence[int], mention: Mention) -> str | None:
    """Whose words the figure stands in."""
    n = bisect_right(starts, mention.figure.start) - 1
    if n < 0 or spans[n][1] < mention.figure.end:
        return None
    return said[spans[n][2]].speaker


def draft(document: Document) -> Draft:
    """What the rules make of a document: always the same for the same text, in time linear in its length."""
    page = Page.of(document)
    speakers = Speakers(page)
    said = speakers.voices(attributions(page))
    speaking = frozenset(voice.attribution.sentence for voice in said)
    ranking = rank(page, speaking, skipped=questions(page))
    found = find_claims(page, speakers, said, ranking, max_claims(document))
    told = tellings(page, said)
    stances = [*verdicts(page, told), *find_stances(page, speakers, speaking | frozenset(told))][:MOST_STANCES]
    claims = [one.claim for one in found]
    return Draft(gist=find_gist(page, found), claims=claims, stances=stances, figures=find_figures(page, said), missed_figures=[])


class Mock:
    """A client that never calls anybody and is never cached. It always reads the whole document, whatever the request's part."""

    context_tokens: int | None = None
    warnings: tuple[str, ...] = ()
    spent = Spent()

    async def answer(self, request: Request) -> Answer:
        content = cancellable(draft, request.document).model_dump_json()
        return Answer((content,), client="mock", attempts=0, input_tokens=0, output_tokens=0, cost_usd=0.0, seconds=0.0)

    def stop(self) -> bool:
        return False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None
