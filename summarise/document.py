"""Documents: an article cut into numbered sentences with its figures marked, and worker processes that make them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter
from typing import Any

from summarise import concurrency
from summarise.article import Article
from summarise.concurrency import Worker, WorkerLost
from summarise.figures import find_figures
from summarise.figures.model import Figure, values_of
from summarise.interrupts import cancellable, stopped
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


# A process takes about as long to start as a few articles to read.
_WORTH_STARTING = 24
# With so many articles waiting for each worker, this process reads the next itself.
_MOST_WAITING = 24
_CODE = "from summarise.document import serve; serve()"

# A document without its article, as tuples: pickle writes them in a quarter and reads them in half the time of dataclasses.
_Plain = tuple[list[tuple[Any, ...]], list[tuple[str, int]], list[tuple[Any, ...]]]
_of_sentence = attrgetter(*(field.name for field in fields(Sentence)))


class DocumentPool:
    """Makes documents in this process and, after the first few, in `processes` more, until it is closed.

    Where one of them cannot start or is lost, its articles are read here.
    """

    def __init__(self, processes: int = 0) -> None:
        self._wanted = processes
        self._made = 0
        self._stopped = False
        self._readers: list[Worker] = []

    async def of(self, article: Article) -> Document:
        self._check_stopped()
        self._made += 1
        if self._made == _WORTH_STARTING:
            await concurrency.start(self._readers, self._wanted, _CODE)
        idle = min((reader for reader in self._readers if not reader.lost), key=lambda reader: reader.waiting, default=None)
        if idle is not None and idle.waiting < _MOST_WAITING:
            try:
                return _document(article, await idle.ask(article))
            except WorkerLost:
                self._check_stopped()  # else it is read here instead
        return cancellable(Document.of, article)

    def stop(self) -> None:
        """Make no more documents: waiting calls raise Stopped. May be called from any thread and from a signal handler."""
        self._stopped = True
        for reader in self._readers:
            reader.kill()

    def _check_stopped(self) -> None:
        if self._stopped:
            raise stopped()

    async def close(self) -> None:
        readers, self._readers = self._readers, []
        for reader in readers:
            await reader.close()


def serve() -> None:
    """In a worker process: read articles from stdin and write their documents to stdout."""
    concurrency.serve(lambda article: _plain(Document.of(article)))


def _plain(document: Document) -> _Plain:
    figures = [values_of(mention.figure) for mention in document.mentions]
    return [_of_sentence(s) for s in document.sentences], [(m.id, m.sentence) for m in document.mentions], figures


def _document(article: Article, plain: _Plain) -> Document:
    sentences, mentions, figures = plain
    found = (Mention(id, sentence, Figure(*figure)) for (id, sentence), figure in zip(mentions, figures, strict=True))
    return Document(article, tuple(Sentence(*sentence) for sentence in sentences), tuple(found))
