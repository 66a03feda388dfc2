"""Several runs on one cache: what one of them asks, the others wait for, whatever is killed."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cache_records import TARGET, child, request
from cache_runs import ended, lines, small_disk, start, written
from fake_openai import FakeOpenAI
from test_cached import Service, slow

import summarise as sm
from summarise.clients.cache import Store
from summarise.clients.cache.claims import Claims
from summarise.clients.cached import Cached

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="locks of open files")


def wait_for(fake: FakeOpenAI, requests: int) -> None:
    until = time.monotonic() + 30
    while fake.stats()["requests"] < requests and time.monotonic() < until:
        time.sleep(0.01)


def test_a_claim_is_held_against_every_other_store_until_it_is_released(tmp_path: Path) -> None:
    one, other = Claims(tmp_path / "claims"), Claims(tmp_path / "claims")
    assert [one.take("a"), one.take("a"), other.take("a"), other.take("b")] == [True, True, False, True]
    one.release("a")
    assert [other.take("a"), one.take("a")] == [True, False]
    other.close()
    assert one.take("a")


def test_a_claim_ends_with_its_process_and_is_not_handed_on(tmp_path: Path) -> None:
    code = """
import os, subprocess, sys, time
from pathlib import Path
from summarise.clients.cache.claims import Claims
claims = Claims(Path(sys.argv[1]))
print(claims.take("a"), subprocess.Popen(["sleep", "20"], stdin=-3, stdout=-3, stderr=-3).pid, flush=True)
time.sleep(20)
"""
    owner = child(code, tmp_path / "claims")
    assert owner.stdout is not None
    taken, heir = owner.stdout.readline().split()
    claims = Claims(tmp_path / "claims")
    assert (taken, claims.take("a")) == ("True", False)
    owner.kill()
    owner.communicate()
    assert claims.take("a")
    subprocess.run(["kill", heir], check=True)


@pytest.mark.parametrize("hindrance", ["a folder", "a link", "a pipe"])
def test_where_nothing_can_be_locked_everything_may_be_asked(tmp_path: Path, hindrance: str) -> None:
    import os

    place = tmp_path / "claims"
    {"a folder": place.mkdir, "a link": lambda: place.symlink_to(tmp_path / "x"), "a pipe": lambda: os.mkfifo(place)}[hindrance]()
    one, other = Claims(place), Claims(place)
    assert one.take("a")
    other.take("a")
    service = Service()
    (answer,) = [asyncio.run(asked(tmp_path, service))]
    assert (answer, len(service.asked)) == (False, 1)


async def asked(folder: Path, service: Service, patience: float = 60) -> bool:
    """Whether the answer came from the cache."""
    async with Cached(TARGET, store=Store(folder), source=service, patience=patience) as client:
        return (await client.answer(request("One."))).cached


def test_what_another_run_is_asking_is_waited_for_and_counts_as_cached(tmp_path: Path) -> None:
    service, late = Service(script=slow), Service()

    async def main() -> list[bool]:
        return await asyncio.gather(asked(tmp_path, service), asked(tmp_path, late), asked(tmp_path, late))

    assert asyncio.run(main()) == [False, True, True]
    assert (len(service.asked), late.asked) == (1, [])


def test_an_owner_that_fails_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    async def fail(call: object, record: object) -> None:
        await asyncio.sleep(0.02)
        raise sm.errors.Unreachable("no connection")

    failing, next_one = Service(script=fail), Service()

    async def main() -> list[object]:
        return await asyncio.gather(asked(tmp_path, failing), asked(tmp_path, next_one), return_exceptions=True)

    error, answer = asyncio.run(main())
    assert (str(error), answer, len(next_one.asked)) == ("no connection", False, 1)


def test_an_owner_that_is_stopped_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    code = """
import sys, time
from cache_records import call
from summarise.clients.cache import Store
print(Store(sys.argv[1]).claim(call("One.").key), flush=True)
time.sleep(30)
"""
    owner = child(code, tmp_path, cwd=Path(__file__).parent)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "True\n"
    owner.send_signal(signal.SIGSTOP)
    service = Service()
    assert asyncio.run(asked(tmp_path, service, patience=0.3)) is False
    assert len(service.asked) == 1
    owner.kill()
    owner.communicate()


@pytest.mark.parametrize("runs", [2, 3])
def test_runs_that_are_started_together_buy_each_answer_once(tmp_path: Path, runs: int) -> None:
    written(tmp_path / "articles", 40)
    with FakeOpenAI(latency=0.1, sigma=0.5) as fake:
        outputs = [tmp_path / f"{n}.jsonl" for n in range(runs)]
        words = ("run", tmp_path / "articles", "--in-flight", 8, "-o")
        started = [start(fake.url, tmp_path / "cache", *words, output) for output in outputs]
        for (code, _, err), output in zip(map(ended, started), outputs, strict=True):
            assert (code, len(lines(output.read_text())), "40 summarised, 0 failed" in err) == (0, 40, True), err
        assert fake.stats()["requests"] == 40


def test_summarisers_in_threads_of_one_process_buy_each_answer_once(tmp_path: Path) -> None:
    articles = [sm.Article(path.read_text(), id=path.stem) for path in written(tmp_path / "articles", 20)]
    found: list[sm.Run] = []

    def run(url: str) -> None:
        with sm.Summariser(model="m", base_url=url, cache=tmp_path / "cache", in_flight=4) as summariser:
            found.append(summariser.run(articles))

    with FakeOpenAI(latency=0.05) as fake:
        threads = [threading.Thread(target=run, args=(fake.url,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert fake.stats()["requests"] == 20
    assert [len(run.summaries) for run in found] == [20, 20, 20]


def test_a_run_whose_partner_is_killed_asks_again_only_what_was_in_the_air(tmp_path: Path) -> None:
    written(tmp_path / "articles", 40)
    with FakeOpenAI(latency=0.3) as fake:
        words = ("run", tmp_path / "articles", "--in-flight", 4, "-o")
        killed, left = [start(fake.url, tmp_path / "cache", *words, tmp_path / f"{n}.jsonl") for n in range(2)]
        wait_for(fake, 15)
        killed.kill()
        killed.communicate()
        code, _, err = ended(left)
        assert (code, len(lines((tmp_path / "1.jsonl").read_text()))) == (0, 40), err
        assert 40 <= fake.stats()["requests"] <= 44


def test_two_runs_killed_in_turn_on_a_disk_that_fills_lose_nothing_and_buy_twice_only_what_was_in_the_air(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        pass  # skipped where none can be mounted
    script = Path(__file__).parents[1] / "benchmarks" / "kills.py"
    words = ["--articles", "60", "--kills", "3", "--runs", "2", "--small-disk"]
    done = subprocess.run([sys.executable, str(script), *words], capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 of 60 summarised" in done.stdout
    assert "0 of them for stored answers" in done.stdout
    assert "the disk was full 0 times" not in done.stdout
