"""Evaluation: gold and outputs in, a result out; scored in worker processes where there are many."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from summarise.evals.gold.form import Faults
from summarise.evals.gold.model import Gold, Heading
from summarise.evals.gold.read import Kept, ReadArticle, digest_of, read_gold, read_one
from summarise.evals.matching import DEFAULT, Thresholds
from summarise.evals.outputs import Output, Reading, parse_line
from summarise.evals.results import ArticleResult, Result, Signature, article_line, article_result, read_article_line
from summarise.evals.scorer import score
from summarise.evals.statistics import RESAMPLES, estimates, seed_of
from summarise.version import PACKAGE

if TYPE_CHECKING:
    import asyncio

    from summarise.concurrency import Worker


@dataclass(frozen=True)
class About:
    """What a result says of its run beside the scores; `made` is an ISO time. `source` is what the outputs came from, for messages."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    made: str | None = None
    source: str = "the output"
    warnings: tuple[str, ...] = ()


def evaluate(
    gold: Sequence[Gold],
    outputs: Sequence[Output],
    about: About = About(),
    thresholds: Thresholds = DEFAULT,
    resamples: int = RESAMPLES,
) -> Result:
    """Scores the outputs of these articles; several of one article are its repeats. An article without any has failed."""
    joined = Joined.of([Heading.of(one) for one in gold], outputs)
    found = (scored(one, [outputs[at] for at in joined.places[one.id]], about.source, thresholds) for one in gold)
    return summed_up(joined, tuple(found), about, thresholds, resamples)


def scored(gold: Gold, outputs: Sequence[Output], source: str, thresholds: Thresholds = DEFAULT) -> ArticleResult:
    """One article with the outputs of its repeats; `source` is where they were looked for."""
    runs = outputs or [Output(gold.id, failed=f"not in {source}")]
    return article_result(gold, [(output, score(gold, output, thresholds)) for output in runs])


def summed_up(
    joined: Joined,
    found: tuple[ArticleResult, ...],
    about: About,
    thresholds: Thresholds = DEFAULT,
    resamples: int = RESAMPLES,
) -> Result:
    """The result of all articles, given that of each."""
    headings = joined.headings
    name, counts = digest_of(one.digest for one in headings), [[run.counts for run in article.runs] for article in found]
    used = [joined.outputs[at] for places in joined.places.values() for at in places]
    return Result(
        Signature(*_made_by(used), name, "+".join(sorted({one.guidelines for one in headings})), PACKAGE),
        found,
        tuple(estimates(counts, [one.cluster for one in headings], seed_of(name), resamples)),
        thresholds,
        resamples,
        about.settings,
        about.environment,
        about.made,
        (*about.warnings, *joined.warnings, *_prefilled(headings)),
    )


@dataclass
class Joined:
    """`places` are those of the outputs of each article, by its id."""

    headings: Sequence[Heading]
    outputs: Sequence[Output]
    places: dict[str, list[int]]
    warnings: list[str]

    @classmethod
    def of(cls, headings: Sequence[Heading], outputs: Sequence[Output]) -> Joined:
        """By `article.id` or, where no gold has that id, by the digest of the text."""
        joined = cls(headings, outputs, {one.id: [] for one in headings}, [])
        by_text: dict[str, str] = {}
        for one in headings:
            by_text.setdefault(one.sha256, one.id)
        digests, unknown, changed = {id: text for text, id in by_text.items()}, 0, dict[str, None]()
        for at, output in enumerate(outputs):
            id = output.id if output.id in joined.places else by_text.get(output.sha256 or "")
            if id is None:
                unknown += 1
                continue
            joined.places[id].append(at)
            if output.sha256 and output.sha256 != digests.get(id, output.sha256):
                changed[id] = None
        if changed:
            told = f"{', '.join(list(changed)[:3])}{f' and {len(changed) - 3} more' if len(changed) > 3 else ''}"
            joined.warnings.append(f"the output is of another text than gold's for {told}: evidence is looked up by its quotes")
        if unknown:
            joined.warnings.append(f"{unknown} output{'s' * (unknown != 1)} of articles without gold left out")
        return joined


def _prefilled(headings: Sequence[Heading]) -> list[str]:
    ids = [one.id for one in headings if one.prefilled]
    told = f"{', '.join(ids[:3])}{f' and {len(ids) - 3} more' if len(ids) > 3 else ''}"
    return [f"not labelled by hand but pre-filled by a program, so a score against it shows little: {told}"] if ids else []


def _made_by(outputs: Sequence[Output]) -> tuple[str, str]:
    """Model and prompt, as far as the outputs tell; several are joined by "+"."""
    models = {made.get("model") or made.get("client", "") for made in (output.made_by for output in outputs)}
    prompts = {_prompt(output.made_by) for output in outputs}
    return "+".join(sorted(filter(None, models))), "+".join(sorted(filter(None, prompts)))


def _prompt(made_by: Mapping[str, str]) -> str:
    return "#".join(part for part in (made_by.get("prompt", ""), made_by.get("prompt_sha", "")[:8]) if part)


Read = tuple[Heading | None, Faults]
Task = tuple[str, Sequence[bytes | str], str]
"""A gold file, the lines of output that are to be scored against it, and where they were looked for."""


class Desk:
    """Keeps the gold that it has read until it is scored; `kept` is what it has of earlier times."""

    def __init__(self, read_article: ReadArticle, kept: Kept | None = None) -> None:
        self._read_article = read_article
        self.kept = kept
        self._gold: dict[str, Gold] = {}

    def read(self, file: str) -> Read:
        """What is known of one gold file; None beside its faults where it has any."""
        gold, faults = (self.kept.read if self.kept else read_one)(Path(file), self._read_article)
        if gold is None:
            return None, faults
        self._gold[file] = gold
        return Heading.of(gold), faults

    def score(self, file: str, outputs: Sequence[Output], source: str) -> ArticleResult:
        """Gold that was read at another desk is read again. Raises GoldError where it has gone bad since."""
        gold = self._gold.pop(file, None) or read_gold([Path(file)], self._read_article)[0]
        return scored(gold, outputs, source)

    def answer(self, question: tuple[str, Sequence[Any]]) -> list[Any]:
        """What is asked of a desk in another process: to read files, or to score tasks. Results come as lines of JSON."""
        what, tasks = question
        return [self.read(one) for one in tasks] if what == "read" else [self._scored(one) for one in tasks]

    def _scored(self, task: Task) -> str:
        file, lines, source = task
        return article_line(self.score(file, [parse_line(line) for line in lines], source))


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

        from summarise.concurrency import start

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
    from summarise.concurrency import WorkerLost

    while not worker.lost and (files := shares.next(desk)):
        try:
            answers = await worker.ask((shares.what, [asked(file) for file in files]))
        except WorkerLost:
            shares.put_back(files)
        else:
            for file, answer in zip(files, answers, strict=True):
                shares.take(desk, file, answer)


def _prepare() -> None:
    """Loads what is wanted at the end, while the others are at work."""
    import numpy  # noqa: F401
