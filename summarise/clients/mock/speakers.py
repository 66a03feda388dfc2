"""Speakers: the name of each source, in full form and without titles; pronouns are resolved to the last name that fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarise.clients.mock.attribution import Attribution
from summarise.clients.mock.grammar import Phrase
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.names import NameMention
from summarise.clients.mock.parsed_document import ParsedDocument

_SINGULAR = {"he": "male", "him": "male", "his": "male", "she": "female", "her": "female"}
_NOBODY = frozenset("i we you one this that these those there who which what whom me us myself".split())
_PLURAL = frozenset("they them".split())
_LONGEST = 12
_PAPERS = frozenset("post times guardian journal economist atlantic telegraph independent sun hill diplomat intercept".split())


@dataclass(frozen=True, slots=True)
class SourcedAttribution:
    """An attribution with its speaker's name; None where the article does not say it with certainty."""

    attribution: Attribution
    speaker: str | None
    mention: NameMention | None = None


class Speakers:
    """Names the sources of an article. `with_speakers` goes through them in text order, so that a pronoun finds who spoke last."""

    def __init__(self, parsed: ParsedDocument) -> None:
        self.parsed = parsed
        self._last: SourcedAttribution | None = None

    def with_speakers(self, found: Sequence[Attribution]) -> list[SourcedAttribution]:
        """Each attribution with its speaker, in the order given (text order)."""
        said = [self.with_speaker(attribution) for attribution in found]
        self._last = None
        return said

    def name(self, phrase: Phrase, sentence: int) -> str | None:
        """The name that stands for a noun phrase of a sentence, by the rules for speakers."""
        return self._named(Attribution(sentence, (), phrase, "", "name", phrase.start), phrase).speaker

    def person(self, phrase: Phrase) -> str | None:
        """The full name of the person that a noun phrase names; None where it names none."""
        mention = self._person_in(phrase)
        return self.parsed.names.fullest(mention.text) if mention else None

    def with_speaker(self, attribution: Attribution) -> SourcedAttribution:
        source = attribution.source
        if source is None:
            return SourcedAttribution(attribution, None)
        return self._remember(self._named(attribution, source))

    def _remember(self, sourced: SourcedAttribution) -> SourcedAttribution:
        self._last = sourced
        return sourced

    def _named(self, attribution: Attribution, source: Phrase) -> SourcedAttribution:
        low = self.parsed.tokens.lows[source.stop - 1]
        if source.stop - source.start == 1 and (
            low in words("grammar", "pronouns") or low in words("grammar", "relatives") or low in _NOBODY | _PLURAL
        ):
            return self._by_pronoun(attribution, source, low)
        mention = self._person_in(source) or self._in_apposition(source)
        if mention:
            return SourcedAttribution(attribution, self.parsed.names.fullest(mention.text), mention)
        return SourcedAttribution(attribution, self._as_it_stands(source))

    def _person_in(self, source: Phrase) -> NameMention | None:
        """The person that a noun phrase names: its first words, or the name in apposition at its end; no one who only belongs to it."""
        mentions = list(self._mentions_in(source))
        if not mentions:
            return None
        tokens, head, tail = self.parsed.tokens, mentions[0], mentions[-1]
        if (
            len(mentions) > 1
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

    def _in_apposition(self, source: Phrase) -> NameMention | None:
        """The name set off by commas behind a description: "its chair, Marta Lind, said"."""
        lows, names = self.parsed.tokens.lows, self.parsed.names
        if any(mention.stop == source.stop for mention in self._mentions_in(source)):
            return None
        n = names.last_before(source.stop)
        if n >= len(names.mentions) or source.stop >= len(lows) or lows[source.stop] != ",":
            return None
        mention = names.mentions[n]
        described = any(low in words("people", "offices") or low in words("people", "titles") for low in lows[source.start : source.stop])
        adjacent = self._before_titles(source.stop + 1, mention.start) == source.stop + 1
        return mention if mention.is_person and described and adjacent else None

    def _mentions_in(self, source: Phrase) -> Iterator[NameMention]:
        names = self.parsed.names
        for n in range(names.last_before(source.start), len(names.mentions)):
            if names.mentions[n].start >= source.stop:
                return
            yield names.mentions[n]

    def _only_titles(self, start: int, stop: int) -> bool:
        kinds = ("titles", "peoples", "places", "institutions", "offices")
        lows = self.parsed.tokens.lows[start:stop]
        return all(
            any(low in words("people", kind) for kind in kinds) or low in {".", "the", "and", "of", "'", "s"} or not low.isalpha()
            for low in lows
        ) and lows[-1:] != ["of"]

    def _is_body(self, mention: NameMention, source: Phrase) -> bool:
        """ "Citizens for Tax Justice": one word that nothing shows to be a person's, and a proper name behind its preposition."""
        tokens = self.parsed.tokens
        joined = (
            mention.stop + 1 < source.stop and tokens.lows[mention.stop] in {"of", "for"} and tokens.words[mention.stop + 1][0].isupper()
        )
        return joined and " " not in mention.text and not self.parsed.names.is_known(mention)

    def _owns(self, mention: NameMention, source: Phrase) -> bool:
        """ "Trump's lawyer" is not Trump; "Trump aides" are not either."""
        if mention.stop >= source.stop:
            return False
        low = self.parsed.tokens.lows[mention.stop]
        return (
            low == "s"
            or low in {"'", "’"}
            or (low.isalpha() and low not in words("grammar", "prepositions") and low not in {"himself", "herself"})
        )

    def _is_apposition(self, source: Phrase, mention: NameMention) -> bool:
        before = self._before_titles(source.start, mention.start)
        if before <= source.start:
            return True
        low = self.parsed.tokens.lows[before - 1]
        return low.isalpha() and low not in words("grammar", "prepositions") and low not in words("grammar", "determiners") and low != "and"

    def _before_titles(self, start: int, at: int) -> int:
        lows = self.parsed.tokens.lows
        while at > start and lows[at - 1] != "and" and (lows[at - 1] in words("people", "titles") or lows[at - 1] == "."):
            if lows[at - 1] in words("people", "titles") and self.parsed.tokens.words[at - 1].islower():
                return at
            at -= 1
        return at

    def _by_pronoun(self, attribution: Attribution, source: Phrase, low: str) -> SourcedAttribution:
        if low in _SINGULAR:
            mention = self._person_before(attribution, source.start, _SINGULAR[low])
            return (
                SourcedAttribution(attribution, self.parsed.names.fullest(mention.text), mention)
                if mention
                else SourcedAttribution(attribution, None)
            )
        if low in words("grammar", "relatives"):
            mention = self._antecedent(source.start) if low == "who" else None
            return (
                SourcedAttribution(attribution, self.parsed.names.fullest(mention.text), mention)
                if mention
                else SourcedAttribution(attribution, None)
            )
        last = self._last
        if (
            low in _PLURAL | {"it"}
            and last
            and last.mention is None
            and last.speaker
            and attribution.sentence - last.attribution.sentence <= 2
        ):
            return SourcedAttribution(attribution, last.speaker)
        return SourcedAttribution(attribution, None)

    def _antecedent(self, token: int) -> NameMention | None:
        """The person right before "who" or ", who"."""
        names = self.parsed.names
        n = names.last_before(token) - 1
        if n < 0 or token - names.mentions[n].stop > 1 or not names.mentions[n].is_person:
            return None
        mention = names.mentions[n]
        belongs = mention.start > 0 and self.parsed.tokens.lows[mention.start - 1] in words("grammar", "prepositions")
        return None if belongs and not names.is_known(mention) else mention

    def _person_before(self, attribution: Attribution, token: int, sex: str) -> NameMention | None:
        """Who "he" is: the first person of the same sentence, else the last speaker, else the first person of the sentence before."""
        for number in (attribution.sentence, attribution.sentence - 1, attribution.sentence - 2):
            last = self._last
            if (
                number < attribution.sentence
                and last
                and last.mention
                and attribution.sentence - last.attribution.sentence <= 2
                and self._fits(last.mention, sex)
            ):
                return last.mention
            mention = self._first_person(number, token, sex)
            if mention:
                return mention
        return None

    def _first_person(self, number: int, token: int, sex: str) -> NameMention | None:
        if number < 1:
            return None
        sentence, names = self.parsed.sentences[number - 1], self.parsed.names
        held = self.parsed.tokens.between(sentence.start, sentence.end)
        for n in range(names.last_before(held.start), len(names.mentions)):
            mention = names.mentions[n]
            if mention.start >= min(token, held.stop):
                return None
            if names.is_known(mention) and self._fits(mention, sex) and not self._is_owner(mention):
                return mention
        return None

    def _is_owner(self, mention: NameMention) -> bool:
        lows = self.parsed.tokens.lows
        return mention.stop < len(lows) and lows[mention.stop] == "s"

    def _fits(self, mention: NameMention, sex: str) -> bool:
        return self.parsed.names.sex(mention) in {None, sex}

    def _as_it_stands(self, source: Phrase) -> str | None:
        """The phrase itself: cut behind twelve words, "the" dropped before a name."""
        tokens, start, stop = self.parsed.tokens, source.start, source.stop
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
        tokens = self.parsed.tokens
        plain = (
            tokens.lows[start] in words("grammar", "determiners") and start + 1 < len(tokens.words) and tokens.words[start + 1].islower()
        )
        return phrase[:1].lower() + phrase[1:] if plain else phrase
