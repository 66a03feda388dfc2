"""The pipeline: articles are sent to a client, its answers grounded and assembled into summaries; and an estimate of its cost."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar

from summarise import ground, prompt
from summarise.article import Article, normalise_newlines
from summarise.clients import answer_limit, connect, prices
from summarise.clients.cached import Cached
from summarise.clients.protocol import Answer, Client, Spent
from summarise.concurrency import BoundedMap, SyncBridge, opened_elsewhere
from summarise.document import Document, DocumentPool
from summarise.errors import InputError, Stopped, SummariseError, TooLong, explained
from summarise.figures.model import FIELDS, values_of
from summarise.ground import Grounded, GroundedFigure
from summarise.prompt import Prompt, Request, estimate_tokens, requests_for
from summarise.reading import Unread
from summarise.run import Run
from summarise.schema import ArticleInfo, Checks, CitedFigure, Claim, ErrorInfo, Failure, RunInfo, Span, Stance, Summary
from summarise.settings import Settings, with_key
from summarise.text.sanitise import clean, is_blank
from summarise.version import PACKAGE

_GIST_CLAIMS = 2

Number = TypeVar("Number", int, float)


def assemble(document: Document, prompt: Prompt, grounded: Grounded, answers: Sequence[Answer], *, with_text: bool = False) -> Summary:
    """The Summary of a document; `answers` are all answers about it, at least one."""
    ids = {f.figure.start: f"f{n}" for n, f in enumerate(grounded.figures, start=1)}
    claims = [
        Claim(
            id=f"c{n}",
            text=claim.text,
            speaker=claim.speaker,
            mode=claim.mode,
            evidence=_spans(document, claim.sentences),
            figures=[ids[start] for start in claim.figures],
        )
        for n, claim in enumerate(grounded.claims, start=1)
    ]
    stances = [
        Stance(id=f"s{n}", holder=s.holder, target=s.target, polarity=s.polarity, evidence=_spans(document, s.sentences))
        for n, s in enumerate(grounded.stances, start=1)
    ]
    figures = [CitedFigure(id=ids[f.figure.start], evidence=_spans(document, [f.sentence]), **_attributes(f)) for f in grounded.figures]
    return Summary(
        article=article_info(document.article, with_text=with_text),
        gist=grounded.gist or _extracted_gist(document, claims),
        claims=claims,
        stances=stances,
        figures=figures,
        checks=Checks(dropped=grounded.dropped, warnings=[*document.article.warnings, *grounded.warnings, *_warnings(answers)]),
        run=run_info(prompt, answers),
    )


def failure(article: ArticleInfo, error: SummariseError, run: RunInfo | None = None) -> Failure:
    return Failure(article=article, error=ErrorInfo(kind=error.kind, message=error.message, hint=error.hint), run=run)


def article_info(article: Article, *, with_text: bool = False) -> ArticleInfo:
    return ArticleInfo(
        id=article.id,
        title=article.title,
        source=article.source,
        published=article.published,
        url=article.url,
        language=article.language,
        chars=len(article.text),
        sha256=article.sha256,
        text=article.text if with_text else None,
    )


def _attributes(cited: GroundedFigure) -> dict[str, Any]:
    read = dict(zip(FIELDS, values_of(cited.figure), strict=True))
    stated = {"measure": cited.measure, "as_of": cited.as_of, "speaker": cited.speaker}
    # The rules take these words from the article; only a quote must stay verbatim, control characters included.
    return {name: clean(value) if isinstance(value, str) else value for name, value in {**read, **stated}.items()}


def _spans(document: Document, sentences: Iterable[int]) -> list[Span]:
    found = [document.sentences[number - 1] for number in sentences]
    return [Span(start=s.start, end=s.end, quote=document.quote(s)) for s in found]


def _extracted_gist(document: Document, claims: Sequence[Claim]) -> str:
    """In place of a gist that was dropped: the first claims, which are checked, or the first sentence."""
    if claims:
        return " ".join(claim.text for claim in claims[:_GIST_CLAIMS])
    return clean(" ".join(document.quote(document.sentences[0]).split())) if document.sentences else ""


def _warnings(answers: Sequence[Answer]) -> list[str]:
    return list(dict.fromkeys(warning for answer in answers for warning in answer.warnings))


def run_info(prompt: Prompt, answers: Sequence[Answer]) -> RunInfo:
    """Client, model and prompt of the answers (at least one), and the sums of their tokens, cost and time."""
    first = answers[0]
    return RunInfo(
        client=first.client,
        model=first.model,
        prompt=prompt.name,
        prompt_sha=prompt.sha,
        package=PACKAGE,
        cached=all(answer.cached for answer in answers),
        attempts=sum(answer.attempts for answer in answers),
        input_tokens=_total([answer.input_tokens for answer in answers]),
        output_tokens=_total([answer.output_tokens for answer in answers]),
        cost_usd=_total([answer.cost_usd for answer in answers]),
        seconds=_total([answer.seconds for answer in answers]),
    )


def _total(values: Sequence[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


# How often an article that is too long for the service is cut into smaller parts, by a third each time.
_MOST_CUTS = 4


class Summariser:
    """Summarises articles with one client. Use it as a context manager, sync or async, to keep its connections and its cache open.

    Give Settings, or single settings by keyword. `client` replaces the client that the settings name.

        with Summariser(model="gpt-5-mini", max_cost=2.0) as summariser:
            run = summariser.run(articles)
    """

    def __init__(self, settings: Settings | None = None, *, client: Client | None = None, with_text: bool = False, **changes: Any) -> None:
        self.settings = with_key(replace(settings or Settings(), **changes))
        self.with_text = with_text
        loaded = prompt.load(self.settings.prompt)
        self.prompt: Prompt = replace(loaded, max_claims=self.settings.max_claims, language=self.settings.language or "")
        self._given = client
        self._client: Client | None = None
        self._spent = Spent()
        self._process = os.getpid()
        self._documents = DocumentPool()
        self._exit = AsyncExitStack()
        self._bridge: SyncBridge | None = None
        self._map: BoundedMap[Article | Unread | str, Summary | Failure | None] | None = None
        self._stopped_by: SummariseError | None = None

    # --- async ---

    async def __aenter__(self) -> Self:
        self._process = os.getpid()
        self._documents = DocumentPool(self.settings.processes or 0)
        self._exit.push_async_callback(self._documents.close)
        self._client = await self._exit.enter_async_context(self._given or connect(self.settings))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._spent = self.spent
        if self._is_here():
            self._client = None
            await self._exit.__aexit__(kind, error, trace)

    async def asummarise(self, article: Article | str) -> Summary:
        """The Summary of one article. Raises SummariseError."""
        if self._client is None:
            async with self:
                return await self.asummarise(article)
        self._check_process()
        return await self._summary(_article(article), [])

    async def stream(self, articles: Iterable[Article | Unread | str], *, ordered: bool = True) -> AsyncIterator[Summary | Failure]:
        """A Summary or a Failure for each article, in their order or as they finish; memory does not grow with their number.

        An error that would meet every other article too (a wrong key, a limit) is raised after the summaries in progress.
        """
        self._check_process()
        self._stopped_by = None
        self._map = BoundedMap(self._outcome, self.settings.requests_at_once)
        with suppress(Stopped):  # while an article was read
            async for outcome in self._map.run(articles, ordered=ordered):
                if outcome is not None:
                    yield outcome
        if self._stopped_by is not None:
            raise self._stopped_by

    def stop(self) -> bool:
        """Send no more requests: articles whose requests are in flight are finished and come out of `stream`, all others are dropped.

        Whether requests are in flight. May be called from any thread and from a signal handler; holds until the summariser is closed.
        """
        if self._map is not None:
            self._map.stop()
        self._documents.stop()
        return self._client is not None and self._client.stop()

    # --- sync: the same through a SyncBridge ---

    def __enter__(self) -> Self:
        self._bridge = SyncBridge()
        self._bridge.call(self.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        bridge, self._bridge = self._bridge, None
        assert bridge is not None
        if not bridge.is_here:
            return
        if kind is KeyboardInterrupt:
            bridge.interrupt()
        try:
            bridge.call(self.__aexit__(kind, error, trace))
        finally:
            bridge.close()

    def summarise(self, article: Article | str) -> Summary:
        """The Summary of one article. Raises SummariseError."""
        if self._bridge is None:
            with self:
                return self.summarise(article)
        self._check_process()
        return self._bridge.call(self.asummarise(article))

    def iterate(self, articles: Iterable[Article | Unread | str], *, ordered: bool = True) -> Iterator[Summary | Failure]:
        """As `stream`."""
        if self._bridge is None:
            with self:
                yield from self.iterate(articles, ordered=ordered)
            return
        self._check_process()
        yield from self._bridge.iterate(self.stream(articles, ordered=ordered))

    def run(self, articles: Iterable[Article | Unread | str]) -> Run:
        """The outcomes of all articles, in order, in memory."""
        return Run(tuple(self.iterate(articles)))

    # --- one article ---

    @property
    def client(self) -> Client | None:
        """The client, while the summariser is open."""
        return self._client

    @property
    def spent(self) -> Spent:
        """Requests and cost since the summariser was opened, failed ones included; answers from the cache cost nothing."""
        return self._client.spent if self._client is not None else self._spent

    def requests(self, document: Document) -> list[Request]:
        """The requests about a document: one, or one for each part of a long one."""
        client = self._client
        if client is None or client.context_tokens is None:
            return requests_for(document, self.prompt, None)
        limit = client.target.max_tokens if isinstance(client, Cached) else self.settings.max_tokens
        return requests_for(document, self.prompt, client.context_tokens - (limit or answer_limit(client.context_tokens)))

    def _is_here(self) -> bool:
        """Whether this is the process that opened it: a fork lacks its threads and shares its connections."""
        return self._process == os.getpid()

    def _check_process(self) -> None:
        if self._client is not None and not self._is_here():
            raise opened_elsewhere()

    async def _outcome(self, item: Article | Unread | str) -> Summary | Failure | None:
        """The outcome of one article; None where the run stops before."""
        await asyncio.sleep(0)  # let other tasks, and Ctrl-C, have their turn even where nothing is awaited
        if isinstance(item, Unread):
            return failure(ArticleInfo(id=item.id, chars=0, sha256=None), item.error)
        article = _article(item)
        asked: list[Answer] = []
        try:
            return await self._summary(article, asked)
        except Stopped:
            return None
        except Exception as raised:  # noqa: BLE001  # a bug of ours costs one article, and its Failure says so
            error = explained(raised)
            if error.asked is not None:
                asked.append(error.asked)
            if not error.stops_run:
                return failure(article_info(article), error, run_info(self.prompt, asked) if asked else None)
            self._stopped_by = self._stopped_by or error
            if self._map is not None:
                self._map.stop()
            return None

    async def _summary(self, article: Article, asked: list[Answer]) -> Summary:
        """The Summary of one article; every answer about it is appended to `asked`, also where there is no Summary in the end."""
        if is_blank(article.text):
            raise InputError(f"{article.id}: the article is empty", kind="empty")
        document = await self._documents.of(article)
        grounded = await self._ask(document, asked)
        return assemble(document, self.prompt, grounded, asked, with_text=self.with_text)

    async def _ask(self, document: Document, asked: list[Answer]) -> ground.Grounded:
        """The grounded answers for all parts of a document, merged; the parts are cut smaller where the service finds one too long."""
        assert self._client is not None
        requests = self.requests(document)
        for cuts_left in reversed(range(_MOST_CUTS + 1)):
            settled = []
            try:
                for request in requests:
                    asked.append(await self._client.answer(request))
                    settled.append(ground.settle(asked[-1].contents, document, request.instructions))
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

    Raises SummariseError.
    """
    return Summariser(**settings).summarise(article)


# The tokens of an answer, fitted to real articles: a share of the request, and a constant.
_ANSWER_SHARE = 0.25
_ANSWER_LEAST = 150


@dataclass
class RunEstimate:
    """Counts of articles and calls; tokens and cost of the calls are estimates, rather too high. `cost_usd` is None without a price."""

    articles: int = 0
    unread: int = 0
    cached: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0


def estimate(summariser: Summariser, articles: Iterable[Article | Unread]) -> RunEstimate:
    """What `summariser` would do with `articles`; it must be open. Nothing is sent."""
    total = RunEstimate()
    for item in articles:
        if isinstance(item, Unread):
            total.unread += 1
        else:
            total.articles += 1
            _add_calls(total, summariser, item)
    return total


def _add_calls(total: RunEstimate, summariser: Summariser, article: Article) -> None:
    client = summariser.client
    if not isinstance(client, Cached):
        return  # the mock client calls nobody
    missing = [estimate_tokens(request.text) for request in summariser.requests(Document.of(article)) if not client.holds(request)]
    total.cached += not missing
    total.calls += len(missing)
    tokens_in = sum(missing)
    tokens_out = sum(min(_ANSWER_LEAST + int(_ANSWER_SHARE * tokens), client.target.max_tokens) for tokens in missing)
    total.input_tokens += tokens_in
    total.output_tokens += tokens_out
    cost = prices.cost(client.target.model, client.target.endpoint, tokens_in, tokens_out)
    if missing:
        total.cost_usd = None if cost is None or total.cost_usd is None else total.cost_usd + cost
