"""Documents made in worker processes: finding sentences and figures takes most of the CPU time of an offline run."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any

from summarise import concurrency
from summarise.article import Article
from summarise.concurrency import Worker, WorkerLost
from summarise.document import Document, Mention, Sentence
from summarise.figures.model import Figure, values_of
from summarise.interrupts import cancellable, stopped

# A process takes about as long to start as a few articles to read.
_WORTH_STARTING = 24
# With so many articles waiting for each worker, this process reads the next itself.
_MOST_WAITING = 24
_CODE = "from summarise.document_pool import serve; serve()"

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
