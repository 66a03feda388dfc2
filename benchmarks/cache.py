"""How fast recorded answers are found again: `python benchmarks/cache.py [ARTICLES]`.

Prints articles a CPU second for a warm cache and for a replay (call, key, record, contents), what `get` and `put` cost beside plain
sqlite3 and a plain file, and how long a cache of that size takes to open.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from summarise.article import Article
from summarise.clients.cache import Recording, Store, export_records
from summarise.clients.cached import Cached
from summarise.clients.protocol import Attempt, Call, Record, Target, to_line
from summarise.document import Document, Sentence
from summarise.prompt import Request, load

TARGET = Target("openai", "http://127.0.0.1:1/v1", "some-model")
SENTENCE = "The ministry said on day {n} of the talks that exports of article {k} would not grow before the second quarter of the year. "


def request(k: int) -> Request:
    """A request of about 5 KB in some 40 sentences."""
    pieces = [SENTENCE.format(n=n, k=k) for n in range(40)]
    ends = [sum(map(len, pieces[: n + 1])) for n in range(len(pieces))]
    sentences = tuple(Sentence(n + 1, end - len(pieces[n]), end - 1, 0) for n, end in enumerate(ends))
    return Request(Document(Article("".join(pieces), id=f"article-{k}"), sentences, ()), load(), 1, len(sentences))


def record(call: Call) -> Record:
    """A finished record of about 2.7 KB."""
    claim = (
        '{"text": "Exports would not grow before the second quarter.", "speaker": "the ministry", "mode": "asserts", "sentences": [3, 4]}'
    )
    content = '{"gist": "Exports stall.", "claims": [' + ", ".join([claim] * 10) + '], "stances": [], "figures": [], "missed_figures": []}'
    attempt = Attempt(
        ms=900, http=200, request_id="r-1", served="some-model", finish="stop", input_tokens=1500, output_tokens=400, content=content
    )
    return Record.new(call).model_copy(update={"status": "ok", "attempts": (attempt,)})


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{what:<52} {cpu / count * 1e6:8.1f} µs CPU {wall / count * 1e6:8.1f} µs wall {count / cpu:9.0f} a CPU second")


async def ask_all(client: Cached, requests: list[Request]) -> None:
    async with client:
        for each in requests:
            answer = await client.answer(each)
            assert answer.contents


def rates(folder: Path, recording: Path, count: int) -> None:
    runs: list[tuple[str, Callable[[], Store | Recording]]] = [
        ("warm cache, opening included", lambda: Store(folder)),
        ("replay of a JSONL file, opening included", lambda: Recording(recording)),
        ("replay of a .gz, opening included", lambda: Recording(recording.with_suffix(".jsonl.gz"))),
    ]
    for what, opened in runs:
        for prepared in (False, True):
            requests = [request(k) for k in range(count)]
            if prepared:
                for each in requests:
                    each.messages  # noqa: B018
            with timed(what + (", messages made before" if prepared else ""), count):
                asyncio.run(ask_all(Cached(TARGET, store=opened()), requests))


def against_sqlite(folder: Path, records: list[Record]) -> None:
    lines = [(r.key, to_line(r)) for r in records]
    database = sqlite3.connect(folder / "plain.db", isolation_level=None)
    database.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=normal; CREATE TABLE c (key TEXT PRIMARY KEY, line BLOB)")
    with timed("set: plain sqlite3", len(lines)):
        for key, line in lines:
            database.execute("INSERT OR REPLACE INTO c VALUES (?, ?)", (key, line))
    with timed("set: plain file, unbuffered", len(lines)), (folder / "plain").open("ab", buffering=0) as file:
        for _, line in lines:
            file.write(line)
    with timed("set: Store.put, index included", len(lines)), Store(folder / "store") as store:
        for each in records:
            store.put(each)
    with timed("get: plain sqlite3, bytes only", len(lines)):
        for key, _ in lines:
            database.execute("SELECT line FROM c WHERE key = ?", (key,)).fetchone()
    store = Store(folder / "store")
    with timed("get: Store.get, checked and parsed", len(lines)):
        for key, _ in lines:
            store.get(key)
    rows = store._rows
    if rows:
        with timed("get: the row alone, bytes only", len(lines)):
            for key, _ in lines:
                rows.get(key)
    store.close()


def opening(folder: Path, count: int) -> None:
    with timed("open and close, index there", 1), Store(folder):
        pass
    (folder / "index").rename(folder.parent / "old-index")
    with timed(f"open, index of {count} records made again", count), Store(folder):
        pass


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        calls = [Call(TARGET, request(k)) for k in range(count)]
        with timed("messages", count):
            for call in calls:
                call.request.messages  # noqa: B018
        with timed("key, messages made before", count):
            for call in calls:
                call.key  # noqa: B018
        records = [record(call) for call in calls]
        print(f"{count} articles of {len(calls[0].request.document.article.text)} characters, records of {len(to_line(records[0]))} bytes")
        against_sqlite(place, records)
        with Store(place / "store") as store:
            for target in ("records.jsonl", "records.jsonl.gz"):
                with timed(f"export to {target}", count):
                    export_records(store, place / target)
        rates(place / "store", place / "records.jsonl", count)
        opening(place / "store", count)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak RSS {memory:.0f} MB, {os.cpu_count()} cores, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
