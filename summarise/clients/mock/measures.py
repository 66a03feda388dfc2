"""Measures: what a figure is of, in the words of its sentence."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.clients.mock.clauses import is_verb
from summarise.clients.mock.lexicon import forms, words
from summarise.clients.mock.page import Page
from summarise.clients.mock.tokens import Tokens
from summarise.document import Mention

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
