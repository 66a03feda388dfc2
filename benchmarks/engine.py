"""The engine against a fake service on the same machine: every figure that is promised for it, measured.

    python benchmarks/engine.py                        # all sections, each in a process of its own; some minutes
    python benchmarks/engine.py --only wall fast cost

The fake server runs in its own process. "ideal" is a perfect sliding window that costs no time itself. Wall times need two free cores.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MODEL = "gpt-5-mini"
WIDTH = 64
SPARE = len(os.sched_getaffinity(0)) - 1

_STORY = (
    "The regional bank said on Tuesday that it would lend {a} million euros to growers along the coast over the next two years.",
    "Its director, Ann Lee, told reporters that the money was meant for wells, sheds and seed, and that nobody would be left out.",
    "Farmers in the hills were less pleased, and some of them called the plan a gift to the big estates near the port.",
    '"We have asked for a road since my father\'s time, and what we get is a brochure," said Omar Haddad, who keeps goats.',
    "Prices for barley rose {b} percent in the past year, according to the ministry, while wages in the district hardly moved.",
    "The council is to vote on the plan before the summer, and its members are divided, as they have been on most things lately.",
    "An earlier scheme reached only {c} villages, and a good part of the money was never spent, as an audit found later.",
    "Supporters answer that the rules are different this time, with a board on which the villages have seats of their own.",
)


def story(number: int, sentences: int = 40) -> str:
    """An article like no other, of about 5 KB with a dozen figures unless it is to be shorter."""
    dice = random.Random(number)
    lines = [f"Report {number} from the coast."]
    lines += [
        _STORY[k % len(_STORY)].format(a=dice.randint(3, 900), b=dice.randint(2, 60), c=dice.randint(3, 90)) for k in range(sentences)
    ]
    return "\n\n".join(" ".join(lines[k : k + 4]) for k in range(0, len(lines), 4))


def articles(first: int, how_many: int, sentences: int = 40) -> Iterator[Any]:
    from summarise.article import Article

    return (Article(story(n, sentences), id=f"a{n}") for n in range(first, first + how_many))


# --- server, clock and memory ---------------------------------------------------------------------------------------


@contextmanager
def server(**behaviour: float) -> Iterator[str]:
    options = [f"--{name}={value}" for name, value in behaviour.items()]
    with subprocess.Popen([sys.executable, str(ROOT / "tests/fake_openai.py"), *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def stats(url: str) -> dict[str, Any]:
    import json
    import urllib.request

    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats", timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rss() -> float:
    """Resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ideal(latencies: Iterable[float], width: int) -> float:
    """The end of a perfect sliding window over these latencies."""
    busy: list[float] = []
    end = 0.0
    for latency in latencies:
        start = heapq.heappop(busy) if len(busy) == width else 0.0
        heapq.heappush(busy, start + latency)
        end = max(end, start + latency)
    return end


def row(what: str, value: str, goal: str = "") -> None:
    print(f"{what:<64} {value:>24}   {goal}", flush=True)


# --- runs -----------------------------------------------------------------------------------------------------------


def summariser(url: str, cache: Path, **more: Any) -> Any:
    from summarise.pipeline import Summariser

    return Summariser(model=MODEL, base_url=url, cache=cache, **{"in_flight": WIDTH, "processes": SPARE} | more)


async def run(url: str, items: Iterable[Any], cache: Path, each: Callable[[int], None] | None = None, **more: Any) -> dict[str, Any]:
    """Summarise everything; what came of it, and how long it took once the first article had warmed everything up."""
    from summarise.errors import SummariseError
    from summarise.schema import Summary

    told = {"ok": 0, "failed": 0, "stopped": "", "kinds": {}}
    async with summariser(url, cache, **more) as it:
        start, used = time.perf_counter(), cpu()
        try:
            async for n, outcome in aenumerate(it.stream(items, ordered=False)):
                told["ok" if isinstance(outcome, Summary) else "failed"] += 1
                if not isinstance(outcome, Summary):
                    told["kinds"][outcome.error.kind] = told["kinds"].get(outcome.error.kind, 0) + 1
                if each:
                    each(n)
        except SummariseError as error:
            told["stopped"] = type(error).__name__
        told["wall"], told["cpu"] = time.perf_counter() - start, cpu() - used
    return told


async def aenumerate(stream: Any) -> Any:
    numbers = count(1)
    async for item in stream:
        yield next(numbers), item


async def in_a_folder(section: Callable[[Path], Any]) -> None:
    """A section in an empty folder, after a run that loads what is loaded once."""
    with tempfile.TemporaryDirectory(prefix="summarise-bench-") as folder:
        with server() as url:
            await run(url, articles(10**6, 2), Path(folder) / "warm")
        await section(Path(folder))


# --- sections -------------------------------------------------------------------------------------------------------


async def _cpu(folder: Path) -> None:
    """What one call costs: the live client alone, and in what surrounds it."""
    from summarise import ground, prompt
    from summarise.clients.cache import Store
    from summarise.clients.cached import Cached
    from summarise.clients.protocol import Call, Target
    from summarise.clients.remote import Limits, Remote
    from summarise.document import Document
    from summarise.prompt import Request

    n = 600
    start = cpu()
    documents = [Document.of(article) for article in articles(0, n)]
    row("document, CPU an article", f"{(cpu() - start) / n * 1e3:.2f} ms")
    requests = [Request(document, prompt.load(), 1, len(document.sentences)) for document in documents]
    start = cpu()
    for request in requests:
        _ = request.messages
    row("prompt, CPU an article", f"{(cpu() - start) / n * 1e3:.2f} ms")
    with server(latency=0.05) as url:
        target = Target("openai", url, MODEL, temperature=None)

        async def timed(what: str, goal: str, check: Any, store: Store | None) -> None:
            async with Cached(target, store=store, source=Remote(target, check=check, limits=Limits(in_flight=WIDTH))) as client:
                await client.answer(requests[0])
                rest, start = iter(requests[1:]), cpu()

                async def worker() -> None:
                    for request in rest:
                        await client.answer(request)

                await asyncio.gather(*(worker() for _ in range(WIDTH)))
                row(what, f"{(cpu() - start) / (n - 1) * 1e3:.2f} ms", goal)

        nothing: Callable[[Any], Any] = lambda request: lambda draft: []  # noqa: E731
        await timed("live client, CPU a call", "4.6-5.1 ms (instructor alone 7.9)", nothing, None)
        await timed("  and the answer stored durably", "", nothing, Store(folder / "a"))
        await timed("  and checked against the article", "", lambda request: ground.check(request.document), Store(folder / "b"))
        start = cpu()
        for request in requests:
            _ = Call(target, request).key
        row("  of that the key", f"{(cpu() - start) / n * 1e3:.2f} ms")


async def _cache(folder: Path) -> None:
    """Answers that are there already: from the cache, and from a recording."""
    from summarise import prompt
    from summarise.clients.cache import Recording, Store
    from summarise.clients.cached import Cached
    from summarise.clients.protocol import Target
    from summarise.document import Document
    from summarise.prompt import Request

    n = 1000
    with server() as url:
        await run(url, articles(0, n), folder / "cache")
        before = stats(url)["requests"]
        target = Target("openai", url, MODEL, temperature=None)
        requests = [Request(d, prompt.load(), 1, len(d.sentences)) for d in (Document.of(a) for a in articles(0, n))]
        for request in requests:
            _ = request.messages
        journal = next((folder / "cache").rglob("*.jsonl"))
        for what, goal, open_store in (
            ("warm cache, answers a CPU second", "5,500", lambda: Store(folder / "cache")),
            ("replay, answers a CPU second", "7,000", lambda: Recording(journal)),
        ):
            async with Cached(target, store=open_store()) as client:
                await client.answer(requests[0])
                start = cpu()
                for request in requests:
                    await client.answer(request)
                row(what, f"{n / (cpu() - start):,.0f}", goal)
        told = await run(url, articles(0, n), folder / "cache")
        row("warm cache, whole pipeline, articles a CPU second", f"{n / told['cpu']:,.0f}")
        row("  calls that the second run made", str(stats(url)["requests"] - before), "0")


async def alone(url: str, how_many: int, folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of the engine without what surrounds it: documents and prompts are ready, answers are stored, not grounded."""
    from summarise import prompt
    from summarise.clients.cache import Store
    from summarise.clients.cached import Cached
    from summarise.clients.protocol import Target
    from summarise.clients.remote import Limits, Remote
    from summarise.document import Document
    from summarise.prompt import Request

    requests = [Request(d, prompt.load(), 1, len(d.sentences)) for d in (Document.of(a) for a in articles(0, how_many))]
    for request in requests:
        _ = request.messages
    target = Target("openai", url, MODEL, temperature=None)
    source = Remote(target, check=lambda request: lambda draft: [], limits=Limits(in_flight=WIDTH))
    async with Cached(target, store=Store(folder), source=source) as client:
        rest, start, used = iter(requests), time.perf_counter(), cpu()

        async def worker() -> None:
            for request in rest:
                await client.answer(request)

        await asyncio.gather(*(worker() for _ in range(WIDTH)))
        return time.perf_counter() - start, cpu() - used


async def _wall(folder: Path) -> None:
    n = 2000
    with server(latency=1) as url:
        wall, _ = await alone(url, n, folder / "alone")
        row("2,000 calls at 1 s, 64 in flight, engine alone: wall / ideal", f"{wall / ideal([1.0] * n, WIDTH):.3f}", "1.15")
    for sigma in (0.0, 0.5):
        with server(latency=1, sigma=sigma, seed=7) as url:
            dice = random.Random(7)
            drawn = [dice.lognormvariate(0, sigma) if sigma else 1.0 for _ in range(n)]
            told = await run(url, articles(0, n), folder / f"{sigma}")
            best = ideal(drawn, WIDTH)
            spread = f", lognormal latency, sigma {sigma}" if sigma else ""
            row(f"2,000 articles at 1 s, 64 in flight{spread}: wall / ideal", f"{told['wall'] / best:.3f}", "1.15 (prototype 1.24)")
            row(
                "  CPU of that, most in flight, failed",
                f"{told['cpu']:.1f} s, {stats(url)['max_in_flight']}, {told['failed']}",
                "64 at most, 0",
            )


async def _fast(folder: Path) -> None:
    """At 200 ms, against the SDK alone with the same bodies."""
    from openai import AsyncOpenAI

    from summarise import prompt
    from summarise.clients.protocol import Call, Target
    from summarise.document import Document
    from summarise.prompt import Request

    n = 2000
    with server(latency=0.2) as url:
        target = Target("openai", url, MODEL, temperature=None)
        documents = (Document.of(a) for a in articles(0, n))
        bodies = [Call(target, Request(d, prompt.load(), 1, len(d.sentences))).body for d in documents]

        async with AsyncOpenAI(api_key="none", base_url=url, max_retries=0) as sdk:

            async def worker(rest: Iterator[dict[str, Any]]) -> None:
                for body in rest:
                    await sdk.chat.completions.create(**body)

            await sdk.chat.completions.create(**bodies[0])
            rest, start, used = iter(bodies), time.perf_counter(), cpu()
            await asyncio.gather(*(worker(rest) for _ in range(WIDTH)))
            bare, bare_cpu = time.perf_counter() - start, cpu() - used
        engine, engine_cpu = await alone(url, n, folder / "alone")
        best = math.ceil(n / WIDTH) * 0.2
        row("2,000 calls at 200 ms, engine alone: wall / bare SDK loop", f"{engine / bare:.2f}", "1.3")
        row("  CPU a call, of the SDK loop", f"{engine_cpu / n * 1e3:.2f} ms, {bare_cpu / n * 1e3:.2f} ms")
        for processes in dict.fromkeys((SPARE, 0)):
            told = await run(url, list(articles(0, n)), folder / f"with {processes}", processes=processes)
            row(f"2,000 articles at 200 ms, {processes} further processes: wall / bare SDK loop", f"{told['wall'] / bare:.2f}", "1.3")
            row("  wall / ideal, of the SDK loop", f"{told['wall'] / best:.2f}, {bare / best:.2f}", "2.15, 1.64 (prototype)")
            row("  CPU of this process an article", f"{told['cpu'] / n * 1e3:.2f} ms")


async def _memory(folder: Path) -> None:
    marks: dict[int, float] = {}

    def mark(n: int) -> None:
        if n in (1000, 20_000):
            marks[n] = rss()

    with server() as url:
        await run(url, articles(0, 20_000, sentences=4), folder, mark)
    row(
        "RSS of a live run, 1,000 -> 20,000 articles",
        f"{marks[1000]:.0f} -> {marks[20_000]:.0f} MB",
        "flat (prototype 107 -> 113 at 2,000)",
    )


async def _rpm(folder: Path) -> None:
    with server(latency=0.2, rpm=600) as url:
        told = await run(url, articles(0, 900), folder)
        refused = stats(url)["statuses"].get("429", 0)
        row("900 calls to a service that takes 600 a minute", f"{told['wall']:.1f} s, {refused} x 429", "30 s ideal, 0 (prototype 32.8)")
        row("  answered", str(told["ok"]), "900")


async def _cost(folder: Path) -> None:
    with server(latency=0.1) as url:
        told = await run(url, articles(0, 400), folder, max_cost=0.05)
        tokens = stats(url)["tokens"]
        billed = tokens["in"] * 0.25e-6 + tokens["out"] * 2e-6
        row("$0.05 cap, 64 workers: billed", f"${billed:.4f}", "never over (prototype 0.0451)")
        row("  answered, stopped by", f"{told['ok']}, {told['stopped']}", "LimitReached")


async def _identical(folder: Path) -> None:
    with server(latency=0.2) as url:
        told = await run(url, [next(articles(0, 1))] * 50, folder)
        row("50 identical articles at once: calls", f"{stats(url)['requests']} ({told['ok']} ok)", "1")


async def _faulty(folder: Path) -> None:
    with server(latency=0.02, faulty=0.39, refused=0.015, seed=3) as url:
        told = await run(url, articles(0, 600), folder)
        first = stats(url)["requests"]
        row("600 articles, 39 % of answers faulty", f"{told['ok']} ok, {told['failed']} quarantined", "591, 9 (prototype)")
        row("  kinds of failure, requests", f"{told['kinds']}, {first}")
        again = await run(url, articles(0, 600), folder)
        row("  second run: calls, ok", f"{stats(url)['requests'] - first}, {again['ok']}", "0")


SECTIONS = {
    "cpu": _cpu,
    "cache": _cache,
    "wall": _wall,
    "fast": _fast,
    "memory": _memory,
    "rpm": _rpm,
    "cost": _cost,
    "identical": _identical,
    "faulty": _faulty,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION", help=", ".join(SECTIONS))
    chosen = parser.parse_args().only
    if len(chosen) == 1:
        asyncio.run(in_a_folder(SECTIONS[chosen[0]]))
        return
    for name in chosen:
        subprocess.run([sys.executable, __file__, "--only", name], check=True)


if __name__ == "__main__":
    main()
