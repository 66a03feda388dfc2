"""A run: the outcomes of many articles in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, overload

from summarise.schema import Failure, Summary

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from summarise.compare.comparison import Comparison


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

    @classmethod
    def read(cls, path: str | Path) -> Run:
        """Read a JSON Lines file (also .gz) that `write` has made. A line that is not a summary becomes a Failure.

        Raises InputError for a file that cannot be read or has no summary.
        """
        from summarise.schema import read_summaries

        return cls(tuple(read_summaries(Path(path))))

    def compare(self, names: str | Path | None = None) -> Comparison:
        """Compare the figures, claims and stances of all articles. `names` is a YAML file of names and their aliases.

        Raises UsageError where that file is missing or has errors.
        """
        from summarise.compare.comparison import compare

        return compare(self.items, Path(names) if names is not None else None)

    def report(self, path: str | Path) -> None:
        """One HTML file: all articles side by side, then each with its evidence. Raises OutputError."""
        self.compare().report(path)

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

    def write(self, path: str | Path, format: str | None = None, *, layer: str | None = None) -> None:
        """Write the run to a file, in `format` or that of its suffix; `layer` for formats that hold one. Raises UsageError."""
        from summarise.export import open_writer

        with open_writer(path, format, layer=layer) as writer:
            for item in self.items:
                writer.write(item)

    def to_pandas(self, layer: str = "figures") -> pandas.DataFrame:
        """One row per item of the layer. Raises MissingExtra without pandas."""
        from summarise.export import to_pandas

        return to_pandas(self.items, layer)

    def to_polars(self, layer: str = "figures") -> polars.DataFrame:
        """One row per item of the layer. Raises MissingExtra without polars."""
        from summarise.export import to_polars

        return to_polars(self.items, layer)

    def to_arrow(self, layer: str = "figures") -> pyarrow.Table:
        """One row per item of the layer. Raises MissingExtra without pyarrow."""
        from summarise.export import to_arrow

        return to_arrow(self.items, layer)

    def _repr_html_(self) -> str:
        from summarise.render.terminal import overview_html

        return overview_html(self.items)
