"""The mock client: it answers a request as a model would, by rules, without a network."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from summarise.clients.mock.drafting import draft
from summarise.clients.protocol import Answer, Spent
from summarise.interrupts import droppable
from summarise.prompt import Request


class Mock:
    """A client that never calls anybody and is never cached. It always reads the whole document, whatever the request's part."""

    context_tokens: int | None = None
    warnings: tuple[str, ...] = ()
    spent = Spent()

    async def answer(self, request: Request) -> Answer:
        content = droppable(draft, request.document).model_dump_json()
        return Answer((content,), client="mock", attempts=0, input_tokens=0, output_tokens=0, cost_usd=0.0, seconds=0.0)

    def stop(self) -> bool:
        return False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None
