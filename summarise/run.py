"""A run: the outcomes of many articles, held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from summarise.schema import Failure, Summary

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


@dataclass(frozen=True)
class Run(Sequence[Summary | Failure]):
    """A sequence of Summary and Failure in the order of the articles. Layers are figures, claims, stances and articles."""

    items: tuple[Summary | Failure, ...]

    @property
    def summaries(self) -> tuple[Summary, ...]:
        return tuple(item for item in self.items if isinstance(item, Summary))

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(item for item in self.items if isinstance(item, Failure))

    @overload
    def __getitem__(self, at: int) -> Summary | Failure: ...
    @overload
    def __getitem__(self, at: slice) -> Run: ...
    def __getitem__(self, at: int | slice) -> Summary | Failure | Run:
        return Run(self.items[at]) if isinstance(at, slice) else self.items[at]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Summary | Failure]:
        return iter(self.items)
