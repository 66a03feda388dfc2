"""What every client is: something that answers a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from summarise.prompt import Request

if TYPE_CHECKING:
    from summarise.clients.call import Call
    from summarise.clients.record import Record


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client said about one request.

    `contents` holds the text of each attempt that brought one, first to last, exactly as received; a Draft in JSON where all went
    well. `input_tokens`, `output_tokens` and `cost_usd` are summed over all attempts, failed ones too (None: unknown); `seconds` is the
    time that the attempts took when they were made, also for an answer from the cache.
    """

    contents: tuple[str, ...]
    client: str
    model: str | None = None
    cached: bool = False
    attempts: int = 1
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    seconds: float | None = None


@dataclass(slots=True)
class Spent:
    """What a client has asked so far, whatever came of it: requests, US dollars, and how many requests used tokens at an unknown price."""

    calls: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0


class Client(Protocol):
    """A client is an async context manager; `answer` may be called many times at once.

    `context_tokens` is what one request may hold, prompt and answer together; None where there is no limit.
    """

    @property
    def context_tokens(self) -> int | None: ...

    @property
    def warnings(self) -> Sequence[str]:
        """What a user should know about where the answers come from, a sentence each."""
        ...

    @property
    def spent(self) -> Spent: ...

    async def answer(self, request: Request) -> Answer:
        """The answer to `request`. Raises SummariseError and nothing else."""
        ...

    def stop(self) -> bool:
        """Call nobody any more: whatever is not yet called for raises Stopped. Whether calls are under way, which come to their end.

        May be called from any thread and from a signal handler.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Source(Protocol):
    """The live service behind the cache."""

    @property
    def spent(self) -> Spent: ...

    async def ask(self, call: Call, record: Record | None, save: Callable[[Record], None], ready: Callable[[], None]) -> Record:
        """Ask until the call has a finished record.

        `record` holds the attempts that an earlier run already paid for (status "open"), None for a new call. `save` stores a record
        durably and is called with each new attempt before it is validated; the finished record is returned after it was saved.
        `ready` is called before each request is sent, and raises CacheError where its answer could not be kept: then nothing is sent.
        Raises SummariseError (ProviderError…), told of all attempts in `asked`, when no answer can be had.
        """
        ...

    def stop(self) -> bool:
        """As `Client.stop`."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...
