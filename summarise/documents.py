"""The making of documents, shared out among processes: reading a long article by rules costs more than all that its answer costs."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from dataclasses import fields
from operator import attrgetter
from typing import Any, BinaryIO

from summarise.document import Document, Mention, Sentence
from summarise.numbers.figure import Figure, values_of
from summarise.text import Article

# A process takes a moment to start, which a few articles do not repay.
_WORTH_STARTING = 24
# With so many articles waiting for one process, this one has the time to read the next itself.
_MOST_WAITING = 24
_SIZE = 4

# A document without its article, as what pickle writes in a quarter and reads in half of the time that dataclasses take.
_Plain = tuple[list[tuple[Any, ...]], list[tuple[str, int]], list[tuple[Any, ...]]]
_of_sentence = attrgetter(*(field.name for field in fields(Sentence)))


class Documents:
    """Makes documents in this process and, after the first few, in `processes` more. Close it, or they live as long as this process does.

    The others know no key, never run the caller's main module, hear no Ctrl-C, and end with this process however it ends. Where one
    cannot start or is lost, its articles are read here.
    """

    def __init__(self, processes: int = 0) -> None:
        self._wanted = processes
        self._made = 0
        self._readers: list[_Reader] = []

    async def of(self, article: Article) -> Document:
        self._made += 1
        if self._made == _WORTH_STARTING:
            await self._start()
        idle = min((reader for reader in self._readers if not reader.lost), key=lambda reader: reader.waiting, default=None)
        if idle is not None and idle.waiting < _MOST_WAITING:
            try:
                return await idle.read(article)
            except _Lost:
                pass  # read here instead
        return Document.of(article)

    async def _start(self) -> None:
        try:
            for _ in range(self._wanted):
                self._readers.append(await _Reader.start())
        except OSError:
            return  # no memory or no process to be had: those that run will do

    async def close(self) -> None:
        readers, self._readers = self._readers, []
        for reader in readers:
            await reader.close()


def serve(source: BinaryIO | None = None, sink: BinaryIO | None = None) -> None:
    """Read articles from `source` (stdin) and write what is found in each to `sink` (stdout), until there are no more."""
    source, sink = source or sys.stdin.buffer, sink or sys.stdout.buffer
    while head := source.read(_SIZE):
        document = Document.of(pickle.loads(source.read(int.from_bytes(head))))  # noqa: S301  # from our parent
        sink.write(_frame(_plain(document)))
        sink.flush()


class _Lost(Exception):
    """The process is gone, and with it what it was to read."""


class _Reader:
    """One more process that runs `serve`; it answers in the order in which it is asked."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._to, self._from = process, process.stdin, process.stdout
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls) -> _Reader:
        # -P: a module that happens to lie in the working folder is not ours. A session of its own: Ctrl-C is for the caller alone.
        command = (sys.executable, "-P", "-c", "from summarise.documents import serve; serve()")
        environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("_KEY")}
        return cls(
            await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True, limit=1 << 20
            )
        )

    @property
    def waiting(self) -> int:
        """How many articles it has still to read."""
        return len(self._asked)

    @property
    def lost(self) -> bool:
        return self._listening.done()

    async def read(self, article: Article) -> Document:
        """Raises _Lost."""
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._to.write(_frame(article))
        return _document(article, pickle.loads(await answer))  # noqa: S301  # from our own process

    async def close(self) -> None:
        self._listening.cancel()
        self._to.close()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _listen(self) -> None:
        try:
            while True:
                size = int.from_bytes(await self._from.readexactly(_SIZE))
                answer = await self._from.readexactly(size)
                if not (future := self._asked.popleft()).done():
                    future.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            for future in self._asked:
                if not future.done():
                    future.set_exception(_Lost)


def _plain(document: Document) -> _Plain:
    figures = [values_of(mention.figure) for mention in document.mentions]
    return [_of_sentence(s) for s in document.sentences], [(m.id, m.sentence) for m in document.mentions], figures


def _document(article: Article, plain: _Plain) -> Document:
    sentences, mentions, figures = plain
    found = (Mention(id, sentence, Figure(*figure)) for (id, sentence), figure in zip(mentions, figures, strict=True))
    return Document(article, tuple(Sentence(*sentence) for sentence in sentences), tuple(found))


def _frame(found: object) -> bytes:
    content = pickle.dumps(found, protocol=5)
    return len(content).to_bytes(_SIZE) + content
