"""Progress of a run on stderr: failures as they come, a bar, and a line of totals."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from summarise.cli.terminal import raw
from summarise.clients.protocol import Spent
from summarise.schema import Failure, Summary
from summarise.text.sanitise import safe
from summarise.version import __version__

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_FAILURES_SHOWN = 20


@dataclass
class RunTotals:
    """Counts of one run.

    `unread` articles are those of the failed ones that could not be read. `spent` is that of this run without the cache, also for articles
    that failed or were interrupted.
    """

    summarised: int = 0
    failed: int = 0
    unread: int = 0
    cached: int = 0
    dropped: int = 0
    spent: Spent = field(default_factory=Spent)

    def add(self, item: Summary | Failure) -> None:
        if isinstance(item, Failure):
            self.failed += 1
            self.unread += item.article.sha256 is None
            return
        self.summarised += 1
        self.dropped += len(item.checks.dropped)
        self.cached += item.run.cached

    def __str__(self) -> str:
        spent = self.spent
        cost = f"${spent.cost_usd:.2f}" if spent.cost_usd == 0 or spent.cost_usd >= 0.01 else f"${spent.cost_usd:.4f}"
        parts = [
            f"{self.summarised} summarised, {self.failed} failed, {self.cached} cached",
            f"{spent.calls} call{'s' * (spent.calls != 1)}",
        ]
        if spent.input_tokens or spent.output_tokens:
            known = f" ({short(spent.cached_input_tokens)} cached)" if spent.cached_input_tokens else ""
            parts.append(f"{short(spent.input_tokens)} tokens in{known}, {short(spent.output_tokens)} out")
        parts.append(f"{cost} and {spent.unpriced} at an unknown price" if spent.unpriced else cost)
        if self.dropped:
            parts.append(f"{self.dropped} items dropped, see checks")
        return " · ".join(parts)


def short(count: int) -> str:
    """A count of tokens in few characters: 950, 1.2k, 12k, 3.4M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            scaled = count / size
            return f"{scaled:.0f}{letter}" if scaled >= 10 else f"{scaled:.1f}{letter}"
    return str(count)


@dataclass
class Progress:
    """Prints failures as they come and a line of totals; a bar where `bar` is set and stderr is a terminal; nothing when quiet."""

    model: str | None
    total: int | None
    quiet: bool = False
    bar: bool = True
    totals: RunTotals = field(default_factory=RunTotals)
    _bar: Bar | None = None
    _task: TaskID | None = None
    _started: float | None = None
    _failed: bool = False

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        if not self.quiet:
            articles = "" if self.total is None else f" · {self.total} article{'s' * (self.total != 1)}"
            print(safe(f"summarise {__version__} · {self.model or 'mock'}{articles}"), file=sys.stderr)
            self._show_bar()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._failed = kind is not None
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def add(self, item: Summary | Failure) -> None:
        self.totals.add(item)
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)
        if isinstance(item, Failure) and not self.quiet:
            self._complain(item)

    def finish(self, *spent: Spent) -> None:
        """Print the totals of a run that has begun, unless it failed with nothing to count; `spent` is what it cost."""
        for one in spent:
            self.totals.spent.add(one)
        totals = self.totals
        has_counts = totals.summarised or totals.failed or totals.spent.cost_usd or totals.spent.unpriced
        if self._started is not None and not self.quiet and (has_counts or not self._failed):
            print(f"{self.totals} · {time.monotonic() - self._started:.1f} s", file=sys.stderr)

    def warn(self, warnings: Iterable[str]) -> None:
        for warning in () if self.quiet else warnings:
            print(safe(f"summarise: {warning}"), file=sys.stderr)

    def _show_bar(self) -> None:
        if not (self.bar and sys.stderr.isatty()):
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(file=raw(sys.stderr)), transient=True)
        self._task = self._bar.add_task("articles", total=self.total)
        self._bar.start()

    def _complain(self, failed: Failure) -> None:
        if self.totals.failed > _FAILURES_SHOWN:
            return
        hint = f" → {failed.error.hint}" if failed.error.hint else ""
        print(safe(f"summarise: {failed.article.id}: {failed.error.message}{hint}"), file=sys.stderr)
        if self.totals.failed == _FAILURES_SHOWN:
            print("summarise: more failures are in the output only", file=sys.stderr)
