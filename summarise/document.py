"""A document: an article cut into numbered sentences, with every numeric mention found before any model is asked."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from summarise.numbers import Figure, find_figures
from summarise.sentences import split
from summarise.text import Article


@dataclass(frozen=True, slots=True)
class Sentence:
    """Sentence `number` (from 1) of an article: the characters [start, end), in paragraph `paragraph` (from 0)."""

    number: int
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure of the article with the id that marks it in the prompt ("f3") and the number of its sentence."""

    id: str
    sentence: int
    figure: Figure


@dataclass(frozen=True)
class Document:
    """Sentences do not overlap and stand in text order; together they hold every character that is not white space."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]

    @classmethod
    def of(cls, article: Article) -> Document:
        sentences = tuple(Sentence(n, s.start, s.end, s.paragraph) for n, s in enumerate(split(article.text), start=1))
        starts = [s.start for s in sentences]
        found = find_figures(article.text, published=article.published)
        mentions = (Mention(f"f{n}", bisect_right(starts, f.start), f) for n, f in enumerate(found, start=1))
        return cls(article, sentences, tuple(mentions))

    def quote(self, sentence: Sentence) -> str:
        return self.article.text[sentence.start : sentence.end]

    def sentence(self, number: int) -> Sentence | None:
        """The sentence of that number, None where there is none."""
        return self.sentences[number - 1] if 1 <= number <= len(self.sentences) else None

    def mention(self, id: str) -> Mention | None:
        """The mention of that id, None where there is none."""
        return self._by_id.get(id)

    def mentions_in(self, number: int) -> tuple[Mention, ...]:
        """The mentions of one sentence, in text order; empty for a number that does not exist."""
        return self._by_sentence.get(number, ())

    @cached_property
    def _by_id(self) -> dict[str, Mention]:
        return {m.id: m for m in self.mentions}

    @cached_property
    def _by_sentence(self) -> dict[int, tuple[Mention, ...]]:
        grouped: dict[int, list[Mention]] = {}
        for mention in self.mentions:
            grouped.setdefault(mention.sentence, []).append(mention)
        return {number: tuple(mentions) for number, mentions in grouped.items()}
