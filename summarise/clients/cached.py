"""Cached: a client that answers from stored records, and asks a live source for the rest."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from summarise.clients.protocol import Answer, AnswerSource, Attempt, Call, Record, Spent, Target, as_answer
from summarise.errors import CacheError, Refused, ReplayMiss, SummariseError, Truncated
from summarise.prompt import Request
from summarise.text.sanitise import clean

if TYPE_CHECKING:
    from summarise.clients.cache import Records

# While another run asks for a key: seconds between two looks at it, and seconds until the request is sent here all the same, because
# that run may be stopped or hang.
_LOOK_AGAIN = 0.05
_PATIENCE = 120.0


class Cached:
    """`store` has the earlier answers; `source` is asked for the rest (None: replay, where a miss raises ReplayMiss).

    The same request is never in flight twice: concurrent callers share one answer, or one error, and a request of another process is
    waited for, `patience` seconds at most. An answer that cannot be stored is still returned, and stored as soon as possible; until then
    nothing new is asked, and each further miss raises the CacheError. Leaving the context cancels requests in flight and closes source
    and store; it raises the CacheError of a store that cannot take another answer, unless a caller has seen it.
    """

    def __init__(
        self,
        target: Target,
        *,
        store: Records,
        source: AnswerSource | None = None,
        context_tokens: int | None = None,
        patience: float = _PATIENCE,
    ) -> None:
        self.target = target
        self.context_tokens = context_tokens
        self.patience = patience
        self._store = store
        self._source = source
        self._in_flight: dict[str, _InFlightCall] = {}
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
        running = self._in_flight.get(call.key)
        if running is None or running.given_up:
            running = self._start(call, record, self._source)
        return await running.join()

    @property
    def warnings(self) -> list[str]:
        return self._store.warnings

    @property
    def spent(self) -> Spent:
        return self._source.spent if self._source is not None else Spent()

    def holds(self, request: Request) -> bool:
        """Whether the answer to this request is stored."""
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
            self._store.close()

    def _recall(self, key: str) -> Record | None:
        return self._unstored.get(key) or self._store.get(key)

    def _miss(self, call: Call, record: Record | None) -> ReplayMiss:
        wanted = f"no recorded answer for the article '{call.request.document.article.id}'"
        hint = "record it with a run that may ask the model"
        if record is not None:
            return ReplayMiss(f"{wanted}: its record in {self._store.path} is not finished ({record.status})", hint=hint)
        return ReplayMiss(f"{wanted} in {self._store.path}: {self._store.nearest(call)}", hint=hint)

    def _start(self, call: Call, record: Record | None, source: AnswerSource) -> _InFlightCall:
        """Nothing may be awaited between reading `record` and this call, or the claim could come too late."""
        self._make_ready()
        is_ours = self._store.claim(call.key) and not self._store.has_news()
        running = self._in_flight[call.key] = _InFlightCall(asyncio.create_task(self._asked(call, record, source, is_ours=is_ours)))
        self._tasks.add(running.task)
        running.task.add_done_callback(lambda _: self._finished(call.key, running))
        return running

    def _finished(self, key: str, running: _InFlightCall) -> None:
        self._tasks.discard(running.task)
        if self._in_flight.get(key) is running:
            del self._in_flight[key]
        if key not in self._in_flight:
            self._store.unclaim(key)
        if not running.task.cancelled():
            running.task.exception()  # retrieved, or asyncio would log it where nobody waits any more

    async def _asked(self, call: Call, record: Record | None, source: AnswerSource, *, is_ours: bool) -> Answer:
        if not is_ours:
            await self._wait_for_claim(call.key)
            record = self._recall(call.key)
            if record is not None and record.finished:
                return answer_of(record, cached=True)
        self._has_asked = True
        return answer_of(await source.ask(call, record, self._save, self._make_ready), cached=False)

    async def _wait_for_claim(self, key: str) -> None:
        """Claim `key`; waits while another process has claimed it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience
        while not self._stopped and not self._store.claim(key) and loop.time() < deadline:  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(_LOOK_AGAIN)

    def _make_ready(self) -> None:
        """Make sure that the next answer can be stored, and store those that could not be stored before. Raises CacheError."""
        try:
            for record in list(self._unstored.values()):
                self._put(record)
            self._store.make_ready()
        except CacheError:
            self._has_refused = True
            raise

    def _save(self, record: Record) -> None:
        """Store a record; where that fails it is kept in memory, because it was paid for."""
        with suppress(CacheError):  # raised again by `_make_ready`, before anything else is asked
            self._put(record)

    def _put(self, record: Record) -> None:
        self._unstored[record.key] = record
        self._store.put(record)
        del self._unstored[record.key]


class _InFlightCall:
    """A call in flight and the number of its waiters; it is cancelled when the last of them is cancelled."""

    def __init__(self, task: asyncio.Task[Answer]) -> None:
        self.task = task
        self.given_up = False
        self._waiting = 0
        self._taken = False

    async def join(self) -> Answer:
        """The answer; all waiters but the first get it marked as cached, so that its cost counts once. The same for an error."""
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
    """The answer in a finished record, the same live and from the cache.

    Raises Truncated or Refused where there is no answer: one that came before a failed re-ask counts.
    """
    answer = as_answer(record, cached=cached)
    if record.status == "truncated" and not answer.contents:
        raise Truncated("; ".join(answer.warnings) or "the answer was cut at the output limit", hint="a larger --max-tokens").after(answer)
    if record.status == "refusal" and not answer.contents:
        raise Refused(_refusal(record.attempts), hint="another model may answer").after(answer)
    return answer


def _refusal(attempts: tuple[Attempt, ...]) -> str:
    said = next((a.refusal for a in reversed(attempts) if a.refusal), None)
    if said:
        return f"the model refused to answer: {clean(said[:300])}"
    filtered = any(a.finish == "content_filter" for a in attempts)
    return "a content filter of the service withheld the answer" if filtered else "the model refused to answer"
