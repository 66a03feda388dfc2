"""Cached: a client that answers from recorded answers, and asks a live source for what is not there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from summarise.clients.protocol import Answer, Attempt, Call, Record, Source, Spent, Target, said_of
from summarise.errors import CacheError, Refused, ReplayMiss, SummariseError, Truncated
from summarise.prompt import Request
from summarise.text.sanitise import clean

if TYPE_CHECKING:
    from summarise.clients.cache import Recording, Store

# Seconds between two looks whether another run is through with a request, and until it is asked here all the same: that run may be
# stopped or hang. One request may take two minutes unless the settings say otherwise.
_LOOK_AGAIN = 0.05
_PATIENCE = 120.0


class Cached:
    """`store` holds what was answered (None: nothing is kept), `source` is asked for the rest (None: replay, a miss is a ReplayMiss).

    The same request is never in the air twice: those who ask at the same time share one answer, or one error, and what another process
    is asking is waited for, `patience` seconds at most. An answer that cannot be stored is still given to who asked for it, and stored
    when it can be; until then nothing new is asked, and each further miss raises the CacheError.
    Leaving the context ends what is still in the air and closes source and store. It raises the CacheError of a cache that could take no
    further answer, where nobody has met it yet.
    """

    def __init__(
        self,
        target: Target,
        *,
        store: Store | Recording | None = None,
        source: Source | None = None,
        context_tokens: int | None = None,
        patience: float = _PATIENCE,
    ) -> None:
        self.target = target
        self.context_tokens = context_tokens
        self.patience = patience
        self._store = store
        self._source = source
        self._flights: dict[str, _Flight] = {}
        self._tasks: set[asyncio.Task[Answer]] = set()
        self._unstored: dict[str, Record] = {}
        self._has_asked = False
        self._has_refused = False
        self._stopped = False

    async def answer(self, request: Request) -> Answer:
        call = Call(self.target, request)
        record = self._recall(call.key)
        if record is not None and record.finished:
            return answer_of(record, cached=True)
        if self._source is None:
            raise self._miss(call, record)
        flight = self._flights.get(call.key)
        if flight is None or flight.given_up:
            flight = self._start(call, record, self._source)
        return await flight.join()

    @property
    def warnings(self) -> list[str]:
        return self._store.warnings if self._store is not None else []

    @property
    def spent(self) -> Spent:
        return self._source.spent if self._source is not None else Spent()

    def holds(self, request: Request) -> bool:
        """Whether `answer` would need nobody else for this request."""
        record = self._recall(Call(self.target, request).key)
        return record is not None and record.finished

    def stop(self) -> bool:
        self._stopped = True
        return self._source is not None and self._source.stop()

    async def __aenter__(self) -> Self:
        if self._source is not None:
            await self._source.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._source is not None:
                await self._source.__aexit__(kind, error, trace)
            if self._has_asked and not self._has_refused and error is None:
                self._make_ready()
        finally:
            if self._store is not None:
                self._store.close()

    def _recall(self, key: str) -> Record | None:
        return self._unstored.get(key) or (self._store.get(key) if self._store is not None else None)

    def _miss(self, call: Call, record: Record | None) -> ReplayMiss:
        wanted = f"no recorded answer for the article '{call.request.document.article.id}'"
        if self._store is None:
            return ReplayMiss(f"{wanted}, and none to look in", hint="give a recording or a cache folder")
        hint = "record it with a run that may ask the model"
        if record is not None:
            return ReplayMiss(f"{wanted}: its record in {self._store.path} is not finished ({record.status})", hint=hint)
        return ReplayMiss(f"{wanted} in {self._store.path}: {self._store.nearest(call)}", hint=hint)

    def _start(self, call: Call, record: Record | None, source: Source) -> _Flight:
        """`record` must have been recalled a moment ago: between that and the claim nothing else of this process may happen."""
        self._make_ready()
        is_ours = self._store is None or (self._store.claim(call.key) and not self._store.has_news())
        flight = self._flights[call.key] = _Flight(asyncio.create_task(self._asked(call, record, source, is_ours=is_ours)))
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda task: self._landed(call.key, flight))
        return flight

    def _landed(self, key: str, flight: _Flight) -> None:
        self._tasks.discard(flight.task)
        if self._flights.get(key) is flight:
            del self._flights[key]
        if self._store is not None and key not in self._flights:
            self._store.unclaim(key)
        if not flight.task.cancelled():
            flight.task.exception()  # seen, even where nobody waits any more

    async def _asked(self, call: Call, record: Record | None, source: Source, *, is_ours: bool) -> Answer:
        if not is_ours:
            await self._turn(call.key)
            record = self._recall(call.key)
            if record is not None and record.finished:
                return answer_of(record, cached=True)
        self._has_asked = True
        return answer_of(await source.ask(call, record, self._save, self._make_ready), cached=False)

    async def _turn(self, key: str) -> None:
        """Claim `key`, and wait while another process has it."""
        assert self._store is not None
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience
        while not self._stopped and not self._store.claim(key) and loop.time() < deadline:  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(_LOOK_AGAIN)

    def _make_ready(self) -> None:
        """See that answers to what is asked now can be stored; those that could not be stored before go first. Raises CacheError."""
        if self._store is None:
            return
        try:
            for record in list(self._unstored.values()):
                self._put(self._store, record)
            self._store.make_ready()
        except CacheError:
            self._has_refused = True
            raise

    def _save(self, record: Record) -> None:
        """Store a record; where that fails it stays in memory, for it was paid for."""
        if self._store is not None:
            with suppress(CacheError):  # raised again by `_make_ready`, before anything else is asked
                self._put(self._store, record)

    def _put(self, store: Store | Recording, record: Record) -> None:
        self._unstored[record.key] = record
        store.put(record)
        del self._unstored[record.key]


class _Flight:
    """One call in the air, and how many wait for it. Nobody's cancellation ends it but that of the last who waits."""

    def __init__(self, task: asyncio.Task[Answer]) -> None:
        self.task = task
        self.given_up = False
        self._waiting = 0
        self._taken = False

    async def join(self) -> Answer:
        """The answer; for all but the first who gets it, it is one from the cache. An error is told of what was asked in the same way."""
        self._waiting += 1
        try:
            await asyncio.wait([self.task])
        finally:
            self._waiting -= 1
            if not self._waiting and not self.task.done():
                self.given_up = True
                self.task.cancel()
        first, self._taken = not self._taken, True
        try:
            answer = self.task.result()
        except SummariseError as error:
            if first or error.asked is None:
                raise
            raise error.after(replace(error.asked, cached=True)) from error.__cause__
        return answer if first else replace(answer, cached=True)


def answer_of(record: Record, *, cached: bool) -> Answer:
    """What a finished record answers, the same live and from the cache.

    Raises Truncated and Refused where that is all there is: an earlier answer that was only asked to be mended counts all the same.
    """
    answer = said_of(record, cached=cached)
    if record.status == "truncated" and not answer.contents:
        limit = record.about.max_tokens
        raise Truncated(f"the answer did not fit into {limit} output tokens", hint="raise the output limit").after(answer)
    if record.status == "refusal" and not answer.contents:
        raise Refused(_refusal(record.attempts), hint="another model may answer").after(answer)
    return answer


def _refusal(attempts: tuple[Attempt, ...]) -> str:
    said = next((a.refusal for a in reversed(attempts) if a.refusal), None)
    if said:
        return f"the model refused to answer: {clean(said[:300])}"
    filtered = any(a.finish == "content_filter" for a in attempts)
    return "a content filter of the service withheld the answer" if filtered else "the model refused to answer"
