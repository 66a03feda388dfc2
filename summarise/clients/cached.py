"""Cached: a client that answers from recorded answers, and asks a live source for what is not there."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from summarise.clients.call import Call, Target
from summarise.clients.protocol import Answer, Source
from summarise.clients.record import Attempt, Record
from summarise.errors import CacheError, Refused, ReplayMiss, Truncated
from summarise.prompt import Request

if TYPE_CHECKING:
    from summarise.clients.cache import Recording, Store


class Cached:
    """`store` holds what was answered (None: nothing is kept), `source` is asked for the rest (None: replay, a miss is a ReplayMiss).

    The same request is never in the air twice: those who ask at the same time share one answer, or one error. An answer that cannot be
    stored is still given to who asked for it; after that nothing new is asked, and each further miss raises the CacheError.
    Leaving the context ends what is still in the air and closes source and store.
    """

    def __init__(
        self, target: Target, *, store: Store | Recording | None = None, source: Source | None = None, context_tokens: int | None = None
    ) -> None:
        self.target = target
        self.context_tokens = context_tokens
        self._store = store
        self._source = source
        self._flights: dict[str, _Flight] = {}
        self._tasks: set[asyncio.Task[Record]] = set()
        self._unstored: dict[str, Record] = {}
        self._broken: CacheError | None = None

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
        record, first = await flight.join()
        return answer_of(record, cached=not first)

    @property
    def warnings(self) -> list[str]:
        return self._store.warnings if self._store is not None else []

    def holds(self, request: Request) -> bool:
        """Whether `answer` would need nobody else for this request."""
        record = self._recall(Call(self.target, request).key)
        return record is not None and record.finished

    def stop(self) -> bool:
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
        if self._broken is not None:
            raise self._broken
        if self._store is not None and not self._store.writable:
            raise CacheError(f"{self._store.path}: can only be read, so nothing new was asked", hint="replay it, or give another folder")
        flight = self._flights[call.key] = _Flight(asyncio.create_task(source.ask(call, record, self._save)))
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda task: self._landed(call.key, flight))
        return flight

    def _landed(self, key: str, flight: _Flight) -> None:
        self._tasks.discard(flight.task)
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.task.cancelled():
            flight.task.exception()  # seen, even where nobody waits any more

    def _save(self, record: Record) -> None:
        """Store a record; where that fails it stays in memory, for it was paid for."""
        if self._store is None:
            return
        try:
            self._store.put(record)
            self._unstored.pop(record.key, None)
        except CacheError as error:
            self._broken = error
            self._unstored[record.key] = record


class _Flight:
    """One call in the air, and how many wait for it. Nobody's cancellation ends it but that of the last who waits."""

    def __init__(self, task: asyncio.Task[Record]) -> None:
        self.task = task
        self.given_up = False
        self._waiting = 0
        self._taken = False

    async def join(self) -> tuple[Record, bool]:
        """The record, and whether this is the first who gets it."""
        self._waiting += 1
        try:
            await asyncio.wait([self.task])
        finally:
            self._waiting -= 1
            if not self._waiting and not self.task.done():
                self.given_up = True
                self.task.cancel()
        record, first = self.task.result(), not self._taken
        self._taken = True
        return record, first


def answer_of(record: Record, *, cached: bool) -> Answer:
    """What a finished record answers, the same live and from the cache.

    Raises Truncated and Refused where that is all there is: an earlier answer that was only asked to be mended counts all the same.
    """
    attempts, contents = record.attempts, record.contents
    if record.status == "truncated" and not contents:
        raise Truncated(f"the answer did not fit into {record.about.max_tokens} output tokens", hint="raise the output limit")
    if record.status == "refusal" and not contents:
        raise Refused(_refusal(attempts), hint="another model may answer")
    return Answer(
        contents=contents,
        client="remote",
        model=next((a.served for a in reversed(attempts) if a.served), record.about.model),
        cached=cached,
        attempts=len(attempts),
        input_tokens=sum([a.input_tokens for a in attempts]),
        output_tokens=sum([a.output_tokens for a in attempts]),
        cost_usd=_cost(attempts),
        seconds=sum([a.ms for a in attempts]) / 1000,
    )


def _refusal(attempts: tuple[Attempt, ...]) -> str:
    said = next((a.refusal for a in reversed(attempts) if a.refusal), None)
    if said:
        return f"the model refused to answer: {said[:300]}"
    filtered = any(a.finish == "content_filter" for a in attempts)
    return "a content filter of the service withheld the answer" if filtered else "the model refused to answer"


def _cost(attempts: tuple[Attempt, ...]) -> float | None:
    """The sum of what the attempts cost; None where one that used tokens has no known price."""
    used = [a for a in attempts if a.input_tokens or a.output_tokens or a.cost_usd is not None]
    known = [a.cost_usd for a in used if a.cost_usd is not None]
    return sum(known) if known and len(known) == len(used) else None
