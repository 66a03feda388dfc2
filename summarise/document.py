"""A document: an article split into numbered sentences, with all its figures, found by rules before any model is called."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.article import Article
from summarise.figures import Figure, find_figures
from summarise.text.sentences import LONGEST, Extent, split


@dataclass(frozen=True, slots=True)
class Sentence:
    """Sentence `number` (from 1) of an article: characters [start, end), in paragraph `paragraph` (from 0)."""

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


@dataclass(frozen=True, eq=False)
class Document:
    """An article with its sentences and figures. Sentences are in text order, do not overlap, and cover everything but white space."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]

    @classmethod
    def of(cls, article: Article) -> Document:
        """Splits the text and finds its figures; time is linear in the text."""
        found = find_figures(article.text, published=article.published)
        extents = unbroken(article.text, split(article.text), found)
        sentences = tuple(Sentence(n, e.start, e.end, e.paragraph) for n, e in enumerate(extents, start=1))
        starts = [s.start for s in sentences]
        mentions = (Mention(f"f{n}", bisect_right(starts, f.start), f) for n, f in enumerate(found, start=1))
        return cls(article, sentences, tuple(mentions))

    def quote(self, sentence: Sentence) -> str:
        """The text of a sentence."""
        return self.article.text[sentence.start : sentence.end]

    def sentence(self, number: int) -> Sentence | None:
        """The sentence with that number; None where there is none."""
        return self.sentences[number - 1] if 1 <= number <= len(self.sentences) else None

    def mention(self, id: str) -> Mention | None:
        """The mention with that id; None where there is none."""
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


def unbroken(text: str, extents: Sequence[Extent], figures: Sequence[Figure]) -> list[Extent]:
    """`extents` without a boundary inside any of `figures`: the sentences on both sides are joined.

    Where that would be longer than LONGEST, the first ends before the figure instead, so that figures in a row make no endless sentence.
    Both must be in text order, the figures without overlap.
    """
    whole: list[Extent] = []
    waiting = iter(figures)
    figure = next(waiting, None)
    for extent in extents:
        while figure and figure.end <= extent.start:
            figure = next(waiting, None)
        if whole and figure and figure.start < whole[-1].end:
            whole[-1:] = _around(text, figure, whole[-1], extent)
        else:
            whole.append(extent)
    return whole


def _around(text: str, figure: Figure, before: Extent, after: Extent) -> list[Extent]:
    if after.end - before.start <= LONGEST or figure.start <= before.start:
        return [Extent(before.start, after.end, before.paragraph)]
    kept = text[before.start : figure.start].rstrip()
    return [Extent(before.start, before.start + len(kept), before.paragraph), Extent(figure.start, after.end, after.paragraph)]
