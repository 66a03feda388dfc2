"""The pipeline: articles in, checked summaries out, whatever the service does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_openai import FakeOpenAI

import summarise as sm
from summarise.errors import InputError, LimitReached, ReplayMiss, SettingsError, TooLong

TEXT = "The bank of {n} lent US$20 billion to farmers last year.\n\nIts head, Ann Lee, wants more of it, she said on Monday."


def articles(count: int, source: str | None = None) -> list[sm.Article]:
    return [sm.Article(TEXT.format(n=f"Port {n}"), id=f"a{n}", source=source) for n in range(count)]


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def asking(fake: FakeOpenAI, tmp_path: Path, **settings: object) -> sm.Summariser:
    return sm.Summariser(**({"model": "m", "base_url": fake.url, "cache": tmp_path / "cache"} | settings))


def without_cached(summary: sm.Summary | sm.Failure) -> dict[str, object]:
    assert isinstance(summary, sm.Summary)
    return summary.model_dump() | {"run": summary.run.model_dump(exclude={"cached"})}


def test_one_text_is_summarised_in_one_line_of_code() -> None:
    summary = sm.summarise(TEXT.format(n="Leeds"))
    assert [f.quote for f in summary.figures] == ["US$20 billion"]
    assert (summary.run.client, summary.run.attempts, summary.run.cached) == ("mock", 0, False)


def test_the_library_takes_its_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISE_API_KEY", "sk-mine")
    summariser = sm.Summariser(model="m", base_url="http://127.0.0.1:9/v1", cache="folder")
    assert (summariser.settings.api_key, summariser.settings.cache_folder) == ("sk-mine", Path("folder"))
    assert "sk-mine" not in repr(summariser.settings)


def test_a_text_with_windows_newlines_is_counted_as_it_stands_in_the_summary() -> None:
    summary = sm.Summariser(with_text=True).summarise("The deal was signed.\r\n\r\nIt is worth $5 million.\r\n")
    assert summary.article.text == "The deal was signed.\n\nIt is worth $5 million.\n"
    assert summary.article.text[summary.figures[0].start : summary.figures[0].end] == "$5 million"


def test_an_empty_text_is_an_input_error() -> None:
    with pytest.raises(InputError, match="is empty"):
        sm.summarise(" \n ")


def test_async_and_sync_give_the_same() -> None:
    async def both() -> list[sm.Summary | sm.Failure]:
        async with sm.Summariser() as summariser:
            one = await summariser.asummarise(articles(1)[0])
            return [one, *[item async for item in summariser.stream(articles(1))]]

    assert asyncio.run(both()) == [sm.Summariser().summarise(articles(1)[0])] * 2


def test_the_sync_front_works_inside_a_running_loop() -> None:
    async def notebook() -> sm.Run:
        return sm.Summariser().run(articles(2))

    assert len(asyncio.run(notebook()).summaries) == 2


def test_a_second_run_calls_nobody_and_gives_the_same(fake: FakeOpenAI, tmp_path: Path) -> None:
    first = asking(fake, tmp_path).run(articles(5))
    second = asking(fake, tmp_path).run(articles(5))
    assert fake.stats()["requests"] == 5
    assert [s.run.cached for s in first.summaries] == [False] * 5
    assert [s.run.cached for s in second.summaries] == [True] * 5
    assert list(map(without_cached, first)) == list(map(without_cached, second))


def test_replay_gives_the_bytes_of_a_cached_run_with_the_server_gone(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        asking(fake, tmp_path).run(articles(3, source="FAKE(invalid,ok)"))
        cached = asking(fake, tmp_path).run(articles(3, source="FAKE(invalid,ok)"))
        url = fake.url
    replayed = sm.Summariser(model="m", base_url=url, replay=tmp_path / "cache").run(articles(3, source="FAKE(invalid,ok)"))
    assert [s.to_json() for s in replayed] == [s.to_json() for s in cached]
    assert [s.run.attempts for s in replayed.summaries] == [2, 2, 2]


def test_a_miss_in_replay_fails_that_article_and_says_what_differs(fake: FakeOpenAI, tmp_path: Path) -> None:
    asking(fake, tmp_path).run(articles(1))
    run = sm.Summariser(model="n", base_url=fake.url, replay=tmp_path / "cache").run(articles(1))
    (failure,) = run.failures
    assert (failure.error.kind, "the model differs" in failure.error.message) == (ReplayMiss.kind, True)
    assert fake.stats()["requests"] == 1


def test_the_same_article_twice_at_once_is_asked_once(fake: FakeOpenAI, tmp_path: Path) -> None:
    run = asking(fake, tmp_path, in_flight=50).run(articles(1) * 50)
    assert (fake.stats()["requests"], len(run.summaries)) == (1, 50)


def test_what_stays_wrong_after_re_asks_is_dropped_and_counted(fake: FakeOpenAI, tmp_path: Path) -> None:
    (summary,) = asking(fake, tmp_path).run(articles(1, source="FAKE(ungrounded)")).summaries
    assert summary.run.attempts == 2
    assert summary.checks.dropped
    assert summary.figures or summary.claims


def test_a_refusal_fails_its_article_only(fake: FakeOpenAI, tmp_path: Path) -> None:
    run = asking(fake, tmp_path).run([*articles(1), *articles(1, source="FAKE(refusal)")])
    assert [type(item).__name__ for item in run] == ["Summary", "Failure"]
    assert run.failures[0].error.kind == "refused"


def test_an_error_that_would_meet_every_article_stops_the_run_after_what_is_done(fake: FakeOpenAI, tmp_path: Path) -> None:
    done: list[str] = []
    with pytest.raises(sm.SummariseError) as error:
        for item in asking(fake, tmp_path, in_flight=1).iterate([*articles(2), *articles(5, source="FAKE(401)")]):
            done.append(item.article.id)  # noqa: PERF401  # the loop raises
    assert (error.value.kind, error.value.exit_code, done) == ("rejected", 2, ["a0", "a1"])
    assert fake.stats()["requests"] == 3


def test_a_cost_limit_stops_the_run_and_a_higher_one_goes_on(fake: FakeOpenAI, tmp_path: Path) -> None:
    done: list[sm.Summary | sm.Failure] = []
    with pytest.raises(LimitReached):
        done.extend(asking(fake, tmp_path, model="gpt-5-mini", max_cost=0.02, max_tokens=4096, in_flight=1).iterate(articles(50)))
    asked = fake.stats()["requests"]
    assert 0 < asked < 50
    run = asking(fake, tmp_path, model="gpt-5-mini", max_cost=5.0, max_tokens=4096).run(articles(50))
    assert (len(run.summaries), fake.stats()["requests"]) == (50, 50)


def test_a_cost_limit_on_an_unknown_price_is_refused(fake: FakeOpenAI, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="price"):
        asking(fake, tmp_path, max_cost=1.0).run(articles(1))


def long_article(source: str | None = None) -> sm.Article:
    sentences = [f"Harbour {n} reported {n + 100} ships on Monday, its master said." for n in range(80)]
    return sm.Article("\n\n".join(sentences), id="long", source=source)


def test_an_article_longer_than_the_context_is_asked_in_parts_and_merged(fake: FakeOpenAI, tmp_path: Path) -> None:
    (summary,) = asking(fake, tmp_path, context_tokens=3000, max_tokens=500).run([long_article()]).summaries
    asked = fake.stats()["requests"]
    assert asked > 1
    assert summary.run.attempts == asked
    assert len({c.evidence[0].start for c in summary.claims}) == len(summary.claims) > 3
    assert len({f.start for f in summary.figures}) == len(summary.figures)


def test_an_article_that_the_service_finds_too_long_is_cut_smaller(fake: FakeOpenAI, tmp_path: Path) -> None:
    fake.script("context", "context")
    (summary,) = asking(fake, tmp_path).run([long_article()]).summaries
    assert summary.run.attempts > 1


def test_an_article_that_stays_too_long_fails_by_itself(fake: FakeOpenAI, tmp_path: Path) -> None:
    (failure,) = asking(fake, tmp_path).run([long_article(source="FAKE(context)")]).failures
    assert failure.error.kind == TooLong.kind


def test_no_more_than_in_flight_are_asked_at_once(tmp_path: Path) -> None:
    with FakeOpenAI(latency=0.05) as fake:
        asking(fake, tmp_path, in_flight=7).run(articles(60))
        assert fake.stats()["max_in_flight"] <= 7


# --- real processes, interrupted ---------------------------------------------------------------------------------------


def start(fake: FakeOpenAI, tmp_path: Path, count: int) -> subprocess.Popen[str]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for article in articles(count):
        (folder / f"{article.id}.txt").write_text(article.text)
    words = ["run", str(folder), "--model", "m", "--base-url", fake.url, "--cache", str(tmp_path / "cache"), "--in-flight", "4"]
    return subprocess.Popen(
        [sys.executable, "-m", "summarise.cli", *words, "-o", str(tmp_path / "out.jsonl")], stderr=subprocess.PIPE, text=True
    )


def wait_for(server: FakeOpenAI, requests: int) -> None:
    until = time.monotonic() + 30
    while server.stats()["requests"] < requests and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_the_first_ctrl_c_finishes_what_is_under_way_and_leaves_whole_lines(tmp_path: Path) -> None:
    with FakeOpenAI(latency=0.3) as fake:
        process = start(fake, tmp_path, 60)
        wait_for(fake, 10)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
        asked = fake.stats()["requests"]
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert len([json.loads(line) for line in lines]) == asked < 60


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_second_ctrl_c_ends_at_once_with_whole_lines(tmp_path: Path) -> None:
    with FakeOpenAI(latency=20) as fake:
        process = start(fake, tmp_path, 10)
        wait_for(fake, 4)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in stderr, time.monotonic() - began < 15) == (130, False, True)
    out = tmp_path / "out.jsonl"
    assert not out.exists() or out.read_text() == ""


def test_a_killed_run_loses_no_answer_and_buys_none_twice() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "kills.py"
    done = subprocess.run(
        [sys.executable, str(script), "--articles", "30", "--kills", "2"], capture_output=True, check=False, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exit 0, 30 of 30 summarised" in done.stdout
    assert "0 of them for stored answers" in done.stdout
