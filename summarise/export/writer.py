"""What every writer is: a context manager that takes summaries one at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from summarise.schema import Failure, Summary

Item = Summary | Failure


class Writer(ABC):
    """Memory stays the same however many items are written. Leaving the context by an exception keeps what was finished."""

    @abstractmethod
    def write(self, item: Item) -> None:
        """Raises OutputError where the output cannot take it, ReaderGone where nobody reads it."""

    @abstractmethod
    def close(self, *, finished: bool = True) -> None:
        """Ends the output. When not `finished` and nothing was written, a file that was there before stays as it was."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close(finished=kind is None)
