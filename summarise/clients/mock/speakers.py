"""Speakers: the name that stands for a source, in full form and without its titles; pronouns and offices go back to who bore them last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarise.clients.mock.attribution import Attribution
from summarise.clients.mock.grammar import Phrase
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.names import Run
from summarise.clients.mock.page import Page

_SINGULAR = {"he": "male", "him": "male", "his": "male", "she": "female", "her": "female"}
_NOBODY = frozenset("i we you one this that these those there who which what whom me us myself".split())
_PLURAL = frozenset("they them".split())
_LONGEST = 12
_LOOK_BACK = 12
_PAPERS = frozenset("post times guardian journal economist atlantic telegraph independent sun hill diplomat intercept".split())


@dataclass(frozen=True, slots=True)
class Voice:
    """An attribution with its speaker's name; None where the article does not say, or not surely enough."""

    attribution: Attribution
    speaker: str | None
    run: Run | None = None


class Speakers:
    """Who the sources of an article are. `voices` is asked first: what it finds tells later pronouns who spoke last."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._last: Voice | None = None

    def voices(self, found: Sequence[Attribution]) -> list[Voice]:
        """Each attribution with its speaker, in the order given (text order)."""
        said = [self.voice(attribution) for attribution in found]
        self._last = None
        return said

    def name(self, phrase: Phrase, sentence: int) -> str | None:
        """The name that stands for a noun phrase of a sentence, by the rules for speakers."""
        return self._named(Attribution(sentence, (), phrase, "", "name", phrase.start), phrase).speaker

    def sole_person(self, token: int, sentence: int, sex: str) -> tuple[str, int] | None:
        """Who "He" at the head of a sentence surely is, and the sentence that names him: the one person in the sentence before."""
        if sentence < 2 or self.page.lines[sentence - 2].paragraph != self.page.lines[sentence - 1].paragraph:
            return None
        before, names = self.page.lines[sentence - 2], self.page.names
        held = self.page.tokens.between(before.start, before.end)
        runs = [run for run in self._runs_in(Phrase(held.start, held.stop, 0, 0)) if run.is_person and not self._is_place(run)]
        people = {names.fullest(run.text) for run in runs}
        if len(people) != 1 or not names.is_known(runs[0]) or not self._fits(runs[0], sex):
            return None
        return names.fullest(runs[0].text), sentence - 1

    def _is_place(self, run: Run) -> bool:
        """A lone name behind a preposition that nothing shows to be a person's ("of Eldmouth")."""
        lows = self.page.tokens.lows
        behind = run.start > 0 and lows[run.start - 1] in words("grammar", "prepositions")
        return behind and " " not in run.text and not self.page.names.is_known(run)

    def person(self, phrase: Phrase) -> str | None:
        """The full name of the person that a noun phrase names; None where it names none."""
        run = self._person_in(phrase)
        return self.page.names.fullest(run.text) if run else None

    def voice(self, attribution: Attribution) -> Voice:
        source = attribution.source
        if source is None:
            return Voice(attribution, None)
        if attribution.inner:
            inner = self._named(attribution, attribution.inner.source)
            self._remember(self._named(attribution, source))
            return inner
        if attribution.kind == "quote" and self._last and self._last.attribution.source == source:
            return self._remember(Voice(attribution, self._last.speaker, self._last.run))
        return self._remember(self._named(attribution, source))

    def _remember(self, voice: Voice) -> Voice:
        self._last = voice
        return voice

    def _named(self, attribution: Attribution, source: Phrase) -> Voice:
        low = self.page.tokens.lows[source.stop - 1]
        if source.stop - source.start == 1 and (
            low in words("grammar", "pronouns") or low in words("grammar", "relatives") or low in _NOBODY | _PLURAL
        ):
            return self._by_pronoun(attribution, source, low)
        run = self._person_in(source) or self._in_apposition(source)
        if run:
            return Voice(attribution, self.page.names.fullest(run.text), run)
        bearer = self._bearer_of(source)
        if bearer:
            return Voice(attribution, self.page.names.fullest(bearer.text), bearer)
        return Voice(attribution, self._as_it_stands(source))

    def _person_in(self, source: Phrase) -> Run | None:
        """The person that a noun phrase names: its first words, or the name in apposition at its end; no one who only belongs to it."""
        runs = list(self._runs_in(source))
        if not runs:
            return None
        tokens, head, tail = self.page.tokens, runs[0], runs[-1]
        if (
            len(runs) > 1
            and tail.stop == source.stop
            and tail.is_person
            and "and" in tokens.lows[head.stop : tail.start]
            and head.is_person
        ):
            return None
        if (
            head.is_person
            and self._only_titles(source.start, head.start)
            and not self._owns(head, source)
            and not self._is_body(head, source)
        ):
            return head
        if tail.is_person and tail.stop == source.stop and self._is_apposition(source, tail):
            return tail
        return None

    def _in_apposition(self, source: Phrase) -> Run | None:
        """The name set off by commas behind a description: "its chair, Marta Lind, said"."""
        lows, names = self.page.tokens.lows, self.page.names
        if any(run.stop == source.stop for run in self._runs_in(source)):
            return None
        n = names.last_before(source.stop)
        if n >= len(names.runs) or source.stop >= len(lows) or lows[source.stop] != ",":
            return None
        run = names.runs[n]
        described = any(low in words("people", "offices") or low in words("people", "titles") for low in lows[source.start : source.stop])
        closed = run.stop < len(lows) and lows[run.stop] in {",", ".", "("}
        adjacent = self._before_titles(source.stop + 1, run.start) == source.stop + 1
        return run if run.is_person and described and closed and adjacent else None

    def _runs_in(self, source: Phrase) -> Iterator[Run]:
        names = self.page.names
        for n in range(names.last_before(source.start), len(names.runs)):
            if names.runs[n].start >= source.stop:
                return
            yield names.runs[n]

    def _only_titles(self, start: int, stop: int) -> bool:
        kinds = ("titles", "peoples", "places", "institutions", "offices", "portfolios")
        lows = self.page.tokens.lows[start:stop]
        return all(
            any(low in words("people", kind) for kind in kinds) or low in {".", "the", "and", "of", "'", "s"} or not low.isalpha()
            for low in lows
        ) and lows[-1:] != ["of"]

    def _is_body(self, run: Run, source: Phrase) -> bool:
        """ "Citizens for Tax Justice": one word that nothing shows to be a person's, and a proper name behind its preposition."""
        tokens = self.page.tokens
        joined = run.stop + 1 < source.stop and tokens.lows[run.stop] in {"of", "for"} and tokens.words[run.stop + 1][0].isupper()
        return joined and " " not in run.text and not self.page.names.is_known(run)

    def _owns(self, run: Run, source: Phrase) -> bool:
        """ "Trump's lawyer" is not Trump; "Trump aides" are not either."""
        if run.stop >= source.stop:
            return False
        low = self.page.tokens.lows[run.stop]
        return (
            low == "s"
            or low in {"'", "’"}
            or (low.isalpha() and low not in words("grammar", "prepositions") and low not in {"himself", "herself"})
        )

    def _is_apposition(self, source: Phrase, run: Run) -> bool:
        before = self._before_titles(source.start, run.start)
        if before <= source.start:
            return True
        low = self.page.tokens.lows[before - 1]
        return low.isalpha() and low not in words("grammar", "prepositions") and low not in words("grammar", "determiners") and low != "and"

    def _before_titles(self, start: int, at: int) -> int:
        lows = self.page.tokens.lows
        while at > start and lows[at - 1] != "and" and (lows[at - 1] in words("people", "titles") or lows[at - 1] == "."):
            if lows[at - 1] in words("people", "titles") and self.page.tokens.words[at - 1].islower():
                return at
            at -= 1
        return at

    def _by_pronoun(self, attribution: Attribution, source: Phrase, low: str) -> Voice:
        if low in _SINGULAR:
            run = self._person_before(attribution, source.start, _SINGULAR[low])
            return Voice(attribution, self.page.names.fullest(run.text), run) if run else Voice(attribution, None)
        if low in words("grammar", "relatives"):
            run = self._antecedent(source.start) if low == "who" else None
            return Voice(attribution, self.page.names.fullest(run.text), run) if run else Voice(attribution, None)
        last = self._last
        if low in _PLURAL | {"it"} and last and last.run is None and last.speaker and attribution.sentence - last.attribution.sentence <= 2:
            return Voice(attribution, last.speaker)
        return Voice(attribution, None)

    def _antecedent(self, token: int) -> Run | None:
        """The person right before "who" or ", who"."""
        names = self.page.names
        n = names.last_before(token) - 1
        if n < 0 or token - names.runs[n].stop > 1 or not names.runs[n].is_person:
            return None
        run = names.runs[n]
        belongs = run.start > 0 and self.page.tokens.lows[run.start - 1] in words("grammar", "prepositions")
        return None if belongs and not names.is_known(run) else run

    def _person_before(self, attribution: Attribution, token: int, sex: str) -> Run | None:
        """Who "he" is: the first person of the same sentence, else the last speaker, else the first person of the sentence before."""
        for number in (attribution.sentence, attribution.sentence - 1, attribution.sentence - 2):
            last = self._last
            if (
                number < attribution.sentence
                and last
                and last.run
                and attribution.sentence - last.attribution.sentence <= 2
                and self._fits(last.run, sex)
            ):
                return last.run
            run = self._first_person(number, token, sex)
            if run:
                return run
        return None

    def _first_person(self, number: int, token: int, sex: str) -> Run | None:
        if number < 1:
            return None
        line, names = self.page.lines[number - 1], self.page.names
        held = self.page.tokens.between(line.start, line.end)
        for n in range(names.last_before(held.start), len(names.runs)):
            run = names.runs[n]
            if run.start >= min(token, held.stop):
                return None
            if names.is_known(run) and self._fits(run, sex) and not self._is_owner(run):
                return run
        return None

    def _is_owner(self, run: Run) -> bool:
        lows = self.page.tokens.lows
        return run.stop < len(lows) and lows[run.stop] == "s"

    def _fits(self, run: Run, sex: str) -> bool:
        return self.page.names.sex(run) in {None, sex}

    def _bearer_of(self, source: Phrase) -> Run | None:
        """The last person before "the minister" whose title was that word; None where there was none, or the phrase says more."""
        lows = self.page.tokens.lows[source.start : source.stop]
        rest = [low for low in lows if low not in words("people", "peoples")]
        if len(rest) != 2 or rest[0] != "the" or rest[1] not in words("people", "offices"):
            return None
        names = self.page.names
        for n in range(names.last_before(source.start) - 1, max(-1, names.last_before(source.start) - _LOOK_BACK), -1):
            if names.runs[n].is_person and names.runs[n].title == rest[1]:
                return names.runs[n]
        return None

    def _as_it_stands(self, source: Phrase) -> str | None:
        """The phrase itself, as short as it can be told apart: cut behind twelve words, "the" dropped before a name."""
        tokens, start, stop = self.page.tokens, source.start, source.stop
        if stop - start > _LONGEST:
            cuts = [i for i in range(start + 2, start + _LONGEST) if tokens.lows[i] in words("grammar", "prepositions")]
            if not cuts:
                return None
            stop = cuts[0]
        proper = stop - start > 1 and tokens.words[start + 1][0].isupper()
        if tokens.lows[start] == "the" and proper and not (tokens.words[start] == "The" and tokens.lows[stop - 1] in _PAPERS):
            start += 1
        phrase = self._mid_sentence(start, tokens.phrase(start, stop)).strip(" ,;:\"“”'’‘-–—")
        return phrase[:160].strip() if any(c.isalpha() for c in phrase) else None

    def _mid_sentence(self, start: int, phrase: str) -> str:
        """ "The district" at the head of a sentence is "the district" elsewhere."""
        tokens = self.page.tokens
        plain = (
            tokens.lows[start] in words("grammar", "determiners") and start + 1 < len(tokens.words) and tokens.words[start + 1].islower()
        )
        return phrase[:1].lower() + phrase[1:] if plain else phrase
