"""Kills a run with SIGKILL again and again, and checks that no answer is lost and none that was stored is asked for again.

python benchmarks/kills.py --articles 400 --kills 20
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from summarise import Article, Document
from summarise.prompt import Request, load

ROOT = Path(__file__).parents[1]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=400)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--latency", type=float, default=0.2)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, _server(given.latency) as url:
        return _Trial(Path(folder), url, given.articles).run(given.kills, random.Random(given.seed))


class _Trial:
    def __init__(self, folder: Path, url: str, articles: int) -> None:
        self.folder, self.url, self.articles = folder, url, articles
        self.cache = folder / "cache"
        self.out = folder / "out.jsonl"
        self.digests = dict(self._written(n) for n in range(articles))

    def _written(self, n: int) -> tuple[str, str]:
        """Writes an article; its id, and the digest by which the server counts requests about it."""
        grown = f"Its harbour master said that traffic had grown by {n % 40 + 2}% in a year."
        text = f"Port {n} reported {n + 12} ships on Monday.\n\n{grown}\n"
        path = self.folder / "articles" / f"a{n:05}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        document = Document.of(Article(text, id=path.stem))
        user = Request(document, load(), 1, len(document.sentences)).messages[1]["content"]
        return path.stem, hashlib.sha256(user.encode()).hexdigest()[:16]

    def run(self, kills: int, chance: random.Random) -> int:
        asked_again, stored = 0, set[str]()
        for kill in range(kills):
            before = self._asked()
            process = self._start()
            self._wait_for_more(len(stored), chance.randint(1, max(1, self.articles // kills)), process)
            time.sleep(chance.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
            process.wait()
            asked_again += self._again(stored, before)
            stored = self._stored()
            print(f"kill {kill + 1:2}: {len(stored):4} stored, {self._lines()} whole lines out", flush=True)
        before = self._asked()
        last = self._start().wait()
        asked_again += self._again(stored, before)
        summaries = [json.loads(line) for line in self.out.read_text().splitlines()]
        whole = sum("claims" in s for s in summaries)
        bought = sum(self._asked().values())
        summarised = f"{whole} of {self.articles} summarised"
        print(f"after the last: exit {last}, {summarised}, {bought} requests, {asked_again} of them for stored answers")
        return 0 if last == 0 and whole == self.articles and asked_again == 0 else 1

    def _wait_for_more(self, stored: int, more: int, process: subprocess.Popen[bytes]) -> None:
        wanted = min(stored + more, self.articles - 1)
        while process.poll() is None and len(self._stored()) < wanted:
            time.sleep(0.01)

    def _start(self) -> subprocess.Popen[bytes]:
        words = ["run", str(self.folder / "articles"), "--model", "m", "--base-url", self.url, "--cache", str(self.cache)]
        limits = ["--in-flight", "16", "-q", "-o", str(self.out)]
        return subprocess.Popen([sys.executable, "-m", "summarise.cli", *words, *limits])

    def _asked(self) -> dict[str, int]:
        with urllib.request.urlopen(self.url.removesuffix("/v1") + "/stats") as answer:
            counts: dict[str, int] = json.load(answer)["asked"]
        return counts

    def _again(self, stored: set[str], before: dict[str, int]) -> int:
        after = self._asked()
        return sum(after.get(self.digests[id], 0) - before.get(self.digests[id], 0) for id in stored)

    def _stored(self) -> set[str]:
        journal = self.cache / "journal.jsonl"
        whole = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
        records = [json.loads(line) for line in whole if line.endswith(b"}")]
        return {record["about"]["article"] for record in records if record["status"] != "open"}

    def _lines(self) -> int:
        whole = self.out.read_bytes().split(b"\n")[:-1] if self.out.exists() else []
        return len([json.loads(line) for line in whole])


@contextmanager
def _server(latency: float) -> Iterator[str]:
    words = [sys.executable, str(ROOT / "tests" / "fake_openai.py"), "--port", "0", "--latency", str(latency), "--sigma", "0.5"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
