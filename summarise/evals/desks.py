"""Gold read and outputs scored in several processes at once: the same result as in one, only sooner."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from summarise.evals.desk import Desk, Read
from summarise.evals.evaluation import About, Joined, summed_up
from summarise.evals.gold import ReadArticle
from summarise.evals.gold.kept import Kept
from summarise.evals.heading import Heading
from summarise.evals.outputs import Reading
from summarise.evals.result import ArticleResult, Result
from summarise.evals.result_file import read_article_line

if TYPE_CHECKING:
    import asyncio

    from summarise.processes import Worker

# So many files that it is worth it to start a process, which takes as long as reading and scoring fifty of them, and to keep what was read.
_MANY = 100
# What is sent at once: the answers to so many fit into a pipe, so that no process waits until this one has time to listen.
_AT_ONCE = {"read": 4, "score": 2}
_AHEAD = 3


class Desks:
    """One desk here and, for many files, one in each of `processes` more, which run `code`. Close it.

    `code` must serve a Desk with the same `read_article`, and `kept`. Where a process cannot start or is lost, its files are read and
    scored here. `kept` is for many files only.
    """

    def __init__(self, read_article: ReadArticle, processes: int = 0, code: str = "", kept: Kept | None = None) -> None:
        self._here = Desk(read_article)
        self._wanted, self._code, self._kept = processes, code, kept
        self._workers: list[Worker] = []
        self._runner: asyncio.Runner | None = None
        self._read_by: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            with runner:
                for worker in self._workers:
                    runner.run(worker.close())

    def read(self, files: Sequence[str], meanwhile: Callable[[], object] = lambda: None) -> list[Read]:
        """What is known of each file. `meanwhile` is called once, when the others are at work."""
        if len(files) >= _MANY:
            self._here.kept = self._kept
            self._start()
        found: dict[str, Read] = {}

        def take(desk: int, file: str, read: Read) -> None:
            found[file], self._read_by[file] = read, desk

        self._share(_Shares("read", [files], take), lambda file: file, self._here.read, meanwhile)
        return [found[file] for file in files]

    def evaluate(self, headings: Sequence[Heading], reading: Reading, about: About) -> Result:
        """As `evaluate` of the gold that was read."""
        joined = Joined.of(headings, reading.outputs)
        places = {one.file: joined.places[one.id] for one in headings}
        found: dict[str, ArticleResult] = {}

        def asked(file: str) -> object:
            return file, [reading.lines[at] for at in places[file]], about.source

        def score(file: str) -> ArticleResult:
            return self._here.score(file, [reading.outputs[at] for at in places[file]], about.source)

        def take(desk: int, file: str, scored: ArticleResult | str) -> None:
            found[file] = read_article_line(scored) if isinstance(scored, str) else scored

        own = [[file for file in places if self._read_by.get(file, 0) == desk] for desk in range(len(self._workers) + 1)]
        self._share(_Shares("score", own, take), asked, score, _prepare)
        return summed_up(joined, tuple(found[one.file] for one in headings), about)

    def _start(self) -> None:
        if not self._wanted:
            return
        import asyncio

        from summarise.processes import start

        self._runner = asyncio.Runner()
        self._runner.run(start(self._workers, self._wanted, self._code))

    def _share(self, shares: _Shares, asked: Callable[[str], object], here: Callable[[str], Any], meanwhile: Callable[[], object]) -> None:
        if self._runner is not None:
            self._runner.run(_shared(shares, self._workers, asked, here, meanwhile))
            return
        meanwhile()
        while files := shares.next(0):
            for file in files:
                shares.take(0, file, here(file))


class _Shares:
    """What is still to be done, in portions: each desk has its own, and when these are done takes those of others. Desk 0 is here."""

    def __init__(self, what: str, files: Iterable[Sequence[str]], take: Callable[[int, str, Any], None]) -> None:
        size = _AT_ONCE[what]
        self.what, self.take = what, take
        self._rest = [deque(own[at : at + size] for at in range(0, len(own), size)) for own in files]

    def next(self, desk: int) -> Sequence[str]:
        """Empty when there is nothing left."""
        if desk < len(self._rest) and self._rest[desk]:
            return self._rest[desk].popleft()
        longest = max(self._rest, key=len)
        return longest.pop() if longest else ()

    def put_back(self, files: Sequence[str]) -> None:
        self._rest[0].append(files)


async def _shared(
    shares: _Shares,
    workers: Sequence[Worker],
    asked: Callable[[str], object],
    here: Callable[[str], Any],
    meanwhile: Callable[[], object],
) -> None:
    import asyncio

    others = [asyncio.create_task(_there(shares, desk, one, asked)) for desk, one in enumerate(workers, start=1) for _ in range(_AHEAD)]
    await asyncio.sleep(0)  # they ask for the first time
    meanwhile()
    while (files := shares.next(0)) or others:
        for file in files:
            shares.take(0, file, here(file))
            await asyncio.sleep(0)
        if not files:
            # What a lost process had to do may still come back.
            await asyncio.gather(*others)
            others = []


async def _there(shares: _Shares, desk: int, worker: Worker, asked: Callable[[str], object]) -> None:
    from summarise.processes import Lost

    while not worker.lost and (files := shares.next(desk)):
        try:
            answers = await worker.ask((shares.what, [asked(file) for file in files]))
        except Lost:
            shares.put_back(files)
        else:
            for file, answer in zip(files, answers, strict=True):
                shares.take(desk, file, answer)


def _prepare() -> None:
    """Loads what is wanted at the end, while the others are at work."""
    import numpy  # noqa: F401
