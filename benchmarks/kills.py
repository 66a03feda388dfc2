"""Kills a run with SIGKILL again and again, and checks that no answer is lost and none that was stored is asked for again.

python benchmarks/kills.py --articles 400 --kills 20
python benchmarks/kills.py --articles 400 --kills 20 --runs 2 --small-disk    # two runs on one cache, on a disk that fills again and again

With several runs one of them is killed while the others go on. `--small-disk` needs leave to mount a file system.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from summarise import Article, Document
from summarise.prompt import Request, load

ROOT = Path(__file__).parents[1]
IN_FLIGHT = 16
FULL = 3  # the exit code of a run that met a full disk
SIZE = 16 << 20
ROOM = 288 << 10  # the reserve, and a few answers


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=400)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--latency", type=float, default=0.2)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--runs", type=int, default=1, help="how many runs share the cache")
    arguments.add_argument("--small-disk", action="store_true", help="keep the cache on a disk that fills")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, _server(given.latency) as url:
        disk = _small_disk(Path(folder) / "disk") if given.small_disk else nullcontext()
        with disk as small:
            return _Trial(Path(folder), url, given.articles, given.runs, small).run(given.kills, random.Random(given.seed))


class _Trial:
    def __init__(self, folder: Path, url: str, articles: int, runs: int, disk: _Disk | None) -> None:
        self.folder, self.url, self.articles, self.runs, self.disk = folder, url, articles, runs, disk
        self.cache = (disk.path if disk else folder) / "cache"
        self.outputs = [folder / f"out-{n}.jsonl" for n in range(runs)]
        self.stopped = 0
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
        processes = [self._start(n) for n in range(self.runs)]
        try:
            for kill in range(kills):
                before = self._asked()
                self._wait_for_more(len(stored), chance.randint(1, max(1, self.articles // kills)), processes)
                time.sleep(chance.uniform(0, 0.05))
                victim = chance.randrange(self.runs)
                processes[victim].send_signal(signal.SIGKILL)
                processes[victim].wait()
                asked_again += self._again(stored, before)
                stored = self._stored()
                processes[victim] = self._start(victim)
                print(f"kill {kill + 1:2}: {len(stored):4} stored, {self._lines()} whole lines out", flush=True)
            before = self._asked()
            for n, process in enumerate(processes):
                self._finish(n, process)
            asked_again += self._again(stored, before)
        finally:
            for process in processes:
                process.kill()
        return self._verdict(kills, asked_again)

    def _verdict(self, kills: int, asked_again: int) -> int:
        whole = [sum("claims" in json.loads(line) for line in output.read_text().splitlines()) for output in self.outputs]
        bought, most = sum(self._asked().values()), self.articles + kills * IN_FLIGHT
        summarised = f"{min(whole)} of {self.articles} summarised"
        print(f"after the last: exit 0, {summarised}, {bought} requests of at most {most}, {asked_again} of them for stored answers")
        if self.disk:
            print(f"the disk was full {self.stopped} times")
        return 0 if min(whole) == self.articles and asked_again == 0 and bought <= most else 1

    def _wait_for_more(self, stored: int, more: int, processes: list[subprocess.Popen[bytes]]) -> None:
        """Wait until so many more answers are stored, or there is nothing left to wait for; a run that met a full disk begins again."""
        wanted = min(stored + more, self.articles - 1)
        while len(self._stored()) < wanted and any(process.poll() in (None, FULL) for process in processes):
            for n, process in enumerate(processes):
                if process.poll() == FULL and self.disk:
                    self.stopped += 1
                    self.disk.make_room()
                    processes[n] = self._start(n)
            time.sleep(0.01)

    def _finish(self, n: int, process: subprocess.Popen[bytes]) -> None:
        while (code := process.wait(300)) == FULL and self.disk:
            self.stopped += 1
            self.disk.make_room()
            process = self._start(n)
        if code:
            raise SystemExit(f"a run ended with exit code {code}")

    def _start(self, n: int) -> subprocess.Popen[bytes]:
        words = ["run", str(self.folder / "articles"), "--model", "m", "--base-url", self.url, "--cache", str(self.cache)]
        limits = ["--in-flight", str(IN_FLIGHT), "-q", "-o", str(self.outputs[n])]
        return subprocess.Popen([sys.executable, "-m", "summarise.cli", *words, *limits], stderr=subprocess.DEVNULL if self.disk else None)

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
        whole = [line for output in self.outputs if output.exists() for line in output.read_bytes().split(b"\n")[:-1]]
        return len([json.loads(line) for line in whole])


class _Disk:
    """A small disk, filled but for the room that is made bit by bit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.filler = path / "filler"
        self.filler.write_bytes(bytes(SIZE - ROOM))

    def make_room(self) -> None:
        os.truncate(self.filler, max(0, self.filler.stat().st_size - ROOM // 6))


@contextmanager
def _small_disk(path: Path) -> Iterator[_Disk]:
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(path)], check=True)
    try:
        yield _Disk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


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
