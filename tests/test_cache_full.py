"""A full disk under the cache: the run stops and says so, and no answer is lost or bought twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cache_records import TARGET, record, request
from cache_runs import Disk, ended, lines, small_disk, start, written
from fake_openai import FakeOpenAI
from test_cached import Service

from summarise.clients.cache import Recording, Store
from summarise.clients.cached import Cached
from summarise.errors import CacheFull

SAID = "{cache}/journal.jsonl: the disk is full\n  → free disk space and run the same command again: what is stored stays\n"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as made:
        yield made


def wait_for(fake: FakeOpenAI, requests: int) -> None:
    until = time.monotonic() + 30
    while fake.stats()["requests"] < requests and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize("count", [1, 5, 60])
def test_a_disk_that_fills_stops_the_run_and_the_next_one_buys_nothing_twice(disk: Disk, tmp_path: Path, count: int) -> None:
    written(tmp_path / "articles", count)
    cache, words = disk.path / "cache", ("run", tmp_path / "articles", "--in-flight", 8)
    with FakeOpenAI(latency=0.5) as fake:
        process = start(fake.url, cache, *words)
        wait_for(fake, min(count, 8))
        disk.fill()
        code, out, err = ended(process)
        asked = fake.stats()["requests"]
        assert (code, len(lines(out)), err.endswith(SAID.format(cache=cache))) == (3, asked, True), err
        assert f"{asked} summarised, 0 failed, 0 cached · {asked} call{'s' * (asked != 1)} · " in err
        assert asked <= 16
        disk.make_room()
        code, out, err = ended(start(fake.url, cache, *words))
        assert (code, len(lines(out)), f"{count} summarised, 0 failed, {asked} cached" in err) == (0, count, True), err
        assert fake.stats()["requests"] == count


@pytest.mark.parametrize("command", ["run", "show", "compare", "report", "eval"])
def test_on_a_disk_that_is_full_already_nothing_is_asked(disk: Disk, tmp_path: Path, command: str) -> None:
    article = written(tmp_path / "articles", 1)[0]
    gold = Path(__file__).parents[1] / "evals" / "gold" / "sugar-works-wire.yaml"
    words = (command, "--gold", gold, "-o", tmp_path / "result.json") if command == "eval" else (command, article)
    cache = disk.path / "cache"
    Store(cache).close()
    disk.fill(but=50_000)
    with FakeOpenAI() as fake:
        code, _, err = ended(start(fake.url, cache, *words))
        assert (code, err.endswith(SAID.format(cache=cache)), fake.stats()["requests"]) == (3, True, 0), err


@pytest.mark.parametrize("command", ["show", "compare", "eval"])
def test_a_disk_that_fills_under_the_last_answer_is_said_by_every_command(disk: Disk, tmp_path: Path, command: str) -> None:
    article = written(tmp_path / "articles", 1)[0]
    gold = Path(__file__).parents[1] / "evals" / "gold" / "sugar-works-wire.yaml"
    words = (command, "--gold", gold, "-o", tmp_path / "result.json") if command == "eval" else (command, article)
    cache = disk.path / "cache"
    with FakeOpenAI(latency=1) as fake:
        process = start(fake.url, cache, *words)
        wait_for(fake, 1)
        disk.fill()
        code, _, err = ended(process)
        assert (code, err.endswith(SAID.format(cache=cache))) == (3, True), err
        disk.make_room()
        assert ended(start(fake.url, cache, *words))[0] == 0
        assert fake.stats()["requests"] == 1


def test_a_folder_that_cannot_even_be_made_for_want_of_room_is_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m,nr_inodes=2") as disk:
        (disk.path / "file").touch()
        with pytest.raises(CacheFull, match=r"cache/journal.jsonl: the disk is full \(free disk space"):
            Store(disk.path / "cache")


def test_what_is_stored_is_answered_from_a_full_disk(disk: Disk) -> None:
    async def twice() -> tuple[bool, bool]:
        async with Cached(TARGET, store=Store(disk.path), source=Service()) as client:
            first = await client.answer(request("One."))
        disk.fill()
        async with Cached(TARGET, store=Store(disk.path), source=Service()) as client:
            return first.cached, (await client.answer(request("One."))).cached

    assert asyncio.run(twice()) == (False, True)


def test_an_answer_for_which_not_even_the_reserve_had_room_is_stored_when_there_is_room_again(disk: Disk) -> None:
    service = Service()

    async def main() -> list[str]:
        async with Cached(TARGET, store=Store(disk.path), source=service) as client:
            flight = asyncio.create_task(client.answer(request("One.")))
            await asyncio.sleep(0)
            (disk.path / "reserve").unlink()
            disk.fill()
            said = [(await flight).contents[0]]
            with pytest.raises(CacheFull):
                await client.answer(request("Two."))
            disk.make_room()
            return [*said, (await client.answer(request("Two."))).contents[0]]

    assert asyncio.run(main()) == ["answer 1", "answer 2"]
    with Recording(disk.path) as recording:
        assert [one.attempts[0].content for one in recording.lines().records()] == ["answer 1", "answer 2"]


def test_an_index_for_which_there_is_no_room_is_done_without(disk: Disk) -> None:
    cache = disk.path / "cache"
    with Store(cache) as store:
        store.make_ready()
        disk.fill()
        many = [record(f"v1-{n}") for n in range(250)]
        for one in many:
            store.put(one)
        assert [store.get(one.key) for one in many] == many
    disk.make_room()
    with Store(cache) as store:
        assert ([store.get(one.key) for one in many], store.warnings) == (many, [])


def test_requests_that_wait_for_their_turn_are_not_sent_when_the_disk_is_full(disk: Disk, tmp_path: Path) -> None:
    written(tmp_path / "articles", 12)
    with FakeOpenAI(latency=0.5) as fake:
        process = start(fake.url, disk.path / "cache", "run", tmp_path / "articles", "--in-flight", 12, "--rpm", 60)
        wait_for(fake, 2)
        disk.fill()
        code, out, _ = ended(process)
        assert (code, len(lines(out)) == fake.stats()["requests"] < 12) == (3, True)
