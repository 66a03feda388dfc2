"""Estimates: what a run would call and cost."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fake_openai import FakeOpenAI

import summarise as sm
from summarise.pipeline import RunEstimate, estimate

ARTICLES = [sm.Article(f"Port {n} reported 5,000 ships.", id=f"a{n}") for n in range(3)]
UNREAD = sm.Unread(id="b", where="b.txt", error=sm.errors.InputError("nothing in it", kind="empty"))


def made(summariser: sm.Summariser, items: list[sm.Article | sm.Unread]) -> RunEstimate:
    async def opened() -> RunEstimate:
        async with summariser:
            return estimate(summariser, items)

    return asyncio.run(opened())


def test_the_mock_calls_and_costs_nothing() -> None:
    assert made(sm.Summariser(), [*ARTICLES, UNREAD]) == RunEstimate(articles=3, unread=1)


def test_what_is_stored_is_not_counted_as_a_call_and_nothing_is_sent(tmp_path: Path) -> None:
    with FakeOpenAI() as fake:
        settings = sm.Settings(model="gpt-5-mini", base_url=fake.url, cache=tmp_path / "cache")
        sm.Summariser(settings).run(ARTICLES[:1])
        found = made(sm.Summariser(settings), list(ARTICLES))
        assert fake.stats()["requests"] == 1
    assert (found.articles, found.cached, found.calls) == (3, 1, 2)
    assert found.input_tokens > 1000 < found.output_tokens * 10
    assert found.cost_usd is not None
    assert 0 < found.cost_usd < 0.01


def test_an_unknown_price_is_said_to_be_unknown(tmp_path: Path) -> None:
    settings = sm.Settings(model="nobody-sells-this", base_url="http://127.0.0.1:9/v1", cache=tmp_path / "cache")
    assert made(sm.Summariser(settings), list(ARTICLES)).cost_usd is None
