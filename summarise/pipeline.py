"""The pipeline: articles in, checked summaries out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from summarise import ground, prompt
from summarise.clients import connect
from summarise.clients.protocol import Answer, Client, Spent
from summarise.document import Document
from summarise.documents import Documents
from summarise.errors import InputError, Stopped, SummariseError, TooLong, explained
from summarise.parts import requests_for
from summarise.portal import Portal, opened_elsewhere
from summarise.prompt import Prompt, Request
from summarise.reading import Unread
from summarise.run import Run
from summarise.schema import ArticleInfo, Failure, Summary
from summarise.settings import Settings, with_key
from summarise.summary import article_info, assemble, failure, run_info
from summarise.text import Article, normalise_newlines
from summarise.tokens import estimate_tokens
from summarise.views.visible import is_blank
from summarise.window import Window

# So many times what the service finds too long is cut smaller, by a third each.
_MOST_CUTS = 4


class Summariser:
    """Summarises articles with one client. Use it as a context manager, sync or async, to keep its connections and its cache open.

    Settings are given by keyword (see Settings) or whole. `client` puts another client in the place of the one that the settings name.

        with Summariser(model="gpt-5-mini", max_cost=2.0) as summariser:
            run = summariser.run(articles)
    """

    def __init__(self, settings: Settings | None = None, *, client: Client | None = None, with_text: bool = False, **changes: Any) -> None:
        self.settings = with_key(replace(settings or Settings(), **changes))
        self.with_text = with_text
        self.prompt: Prompt = prompt.load(self.settings.prompt)
        self._given = client
        self._client: Client | None = None
        self._spent = Spent()
        self._process = os.getpid()
        self._documents = Documents()
        self._exit = AsyncExitStack()
        self._portal: Portal | None = None
        self._window: Window[Article | Unread | str, Summary | Failure | None] | None = None
        self._stopped_by: SummariseError | None = None

    # --- async ---

    async def __aenter__(self) -> Self:
        self._process = os.getpid()
        self._documents = Documents(self.settings.processes or 0)
        self._exit.push_async_callback(self._documents.close)
        self._client = await self._exit.enter_async_context(self._given or connect(self.settings))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._spent = self.spent
        if self._is_here():
            self._client = None
            await self._exit.__aexit__(kind, error, trace)

    async def asummarise(self, article: Article | str) -> Summary:
        """The Summary of one article. Raises SummariseError when there is none."""
        if self._client is None:
            async with self:
                return await self.asummarise(article)
        self._check_process()
        return await self._summary(_article(article), [])

    async def stream(self, articles: Iterable[Article | Unread | str], *, ordered: bool = True) -> AsyncIterator[Summary | Failure]:
        """A Summary or a Failure for each article, in their order or as they are finished; memory does not grow with their number.

        An error that every other article would meet too (a wrong key, a limit) is raised after the summaries that were under way.
        """
        self._check_process()
        self._stopped_by = None
        self._window = Window(self._outcome, self.settings.requests_at_once)
        with suppress(Stopped):  # while an article was read
            async for outcome in self._window.run(articles, ordered=ordered):
                if outcome is not None:
                    yield outcome
        if self._stopped_by is not None:
            raise self._stopped_by

    def stop(self) -> bool:
        """Call nobody any more: what has been asked for is finished and comes out of `stream`, all else is dropped.

        Whether calls are under way. May be called from any thread and from a signal handler; holds until the summariser is closed.
        """
        if self._window is not None:
            self._window.stop()
        self._documents.stop()
        return self._client is not None and self._client.stop()

    # --- sync: the same through a loop of its own ---

    def __enter__(self) -> Self:
        self._portal = Portal()
        self._portal.call(self.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        portal, self._portal = self._portal, None
        assert portal is not None
        if not portal.is_here:
            return
        if kind is KeyboardInterrupt:
            portal.interrupt()
        try:
            portal.call(self.__aexit__(kind, error, trace))
        finally:
            portal.close()

    def summarise(self, article: Article | str) -> Summary:
        """The Summary of one article. Raises SummariseError when there is none."""
        if self._portal is None:
            with self:
                return self.summarise(article)
        self._check_process()
        return self._portal.call(self.asummarise(article))

    def iterate(self, articles: Iterable[Article | Unread | str], *, ordered: bool = True) -> Iterator[Summary | Failure]:
        """As `stream`."""
        if self._portal is None:
            with self:
                yield from self.iterate(articles, ordered=ordered)
            return
        self._check_process()
        yield from self._portal.iterate(self.stream(articles, ordered=ordered))

    def run(self, articles: Iterable[Article | Unread | str]) -> Run:
        """All of them, in order, held in memory."""
        return Run(tuple(self.iterate(articles)))

    # --- one article ---

    @property
    def client(self) -> Client | None:
        """The client, while the summariser is open."""
        return self._client

    @property
    def spent(self) -> Spent:
        """What was asked since the summariser was opened, whatever came of it; answers from the cache are not in it."""
        return self._client.spent if self._client is not None else self._spent

    def requests(self, document: Document) -> list[Request]:
        """What the client is asked about a document: one request, or one for each part of a long one."""
        context = self._client.context_tokens if self._client is not None else None
        return requests_for(document, self.prompt, None if context is None else context - self.settings.max_tokens)

    def _is_here(self) -> bool:
        """Whether this is the process in which it was opened. A fork has neither its threads nor its connections to itself."""
        return self._process == os.getpid()

    def _check_process(self) -> None:
        if self._client is not None and not self._is_here():
            raise opened_elsewhere()

    async def _outcome(self, item: Article | Unread | str) -> Summary | Failure | None:
        """What becomes of one article; None when the run has to stop before it has a summary."""
        await asyncio.sleep(0)  # articles that need no waiting must not keep others, or Ctrl-C, from their turn
        if isinstance(item, Unread):
            return failure(ArticleInfo(id=item.id, chars=0, sha256=None), item.error)
        article = _article(item)
        asked: list[Answer] = []
        try:
            return await self._summary(article, asked)
        except Stopped:
            return None
        except Exception as raised:  # noqa: BLE001  # a fault of ours costs one article, and stands in its Failure
            error = explained(raised)
            if error.asked is not None:
                asked.append(error.asked)
            if not error.stops_run:
                return failure(article_info(article), error, run_info(self.prompt, asked) if asked else None)
            self._stopped_by = self._stopped_by or error
            if self._window is not None:
                self._window.stop()
            return None

    async def _summary(self, article: Article, asked: list[Answer]) -> Summary:
        """The Summary of one article; each answer that was had for it is added to `asked`, also where there is no Summary in the end."""
        if is_blank(article.text):
            raise InputError(f"{article.id}: the article is empty", kind="empty")
        document = await self._documents.of(article)
        grounded = await self._ask(document, asked)
        return assemble(document, self.prompt, grounded, asked, with_text=self.with_text)

    async def _ask(self, document: Document, asked: list[Answer]) -> ground.Grounded:
        """What holds of the answers for all parts of a document; cut smaller where the service finds a part too long."""
        assert self._client is not None
        requests = self.requests(document)
        for cuts_left in reversed(range(_MOST_CUTS + 1)):
            settled = []
            try:
                for request in requests:
                    asked.append(await self._client.answer(request))
                    settled.append(ground.settle(asked[-1].contents, document))
                return ground.merge(settled)
            except TooLong:
                if not cuts_left:
                    raise
                requests = requests_for(document, self.prompt, max(estimate_tokens(request.text) for request in requests) * 2 // 3)
        raise AssertionError("the last cut returns or raises")


def _article(item: Article | str) -> Article:
    return item if isinstance(item, Article) else Article(normalise_newlines(item))


def summarise(article: Article | str, **settings: Any) -> Summary:
    """The Summary of one text, by the offline mock client unless `model` is given. Keywords are those of Settings.

    Raises SummariseError when there is none.
    """
    return Summariser(**settings).summarise(article)
