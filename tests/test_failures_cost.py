"""What articles cost that failed or were broken off stands in their lines and in the totals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cache_runs import ended, lines, start, written
from fake_openai import FakeOpenAI

import summarise as sm

TEXT = "The bank of Leeds lent US$20 billion to farmers last year. Its head, Ann Lee, wants more of it."


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def asking(fake: FakeOpenAI, tmp_path: Path, **settings: object) -> sm.Summariser:
    return sm.Summariser(**({"model": "gpt-5-mini", "base_url": fake.url, "cache": tmp_path / "cache"} | settings))


def told(words: str, id: str = "a") -> sm.Article:
    return sm.Article(f"{TEXT} This is {id}.", id=id, source=f"FAKE({words})")


@pytest.mark.parametrize(("words", "kind", "attempts"), [("refusal", "refused", 1), ("length", "truncated", 2)])
def test_a_failure_says_what_was_asked_in_vain(fake: FakeOpenAI, tmp_path: Path, words: str, kind: str, attempts: int) -> None:
    with asking(fake, tmp_path) as summariser:
        (failure,) = summariser.run([told(words)]).failures
        assert summariser.spent.calls == fake.stats()["requests"]
    assert failure.run is not None
    assert (failure.error.kind, failure.run.attempts, failure.run.cached) == (kind, attempts, False)
    tokens = fake.stats()["tokens"]
    assert (failure.run.input_tokens, failure.run.output_tokens) == (tokens["in"], tokens["out"])
    assert sm.schema.parse_line(failure.to_json()) == failure


def test_a_failure_from_the_cache_is_marked_as_such_and_spends_nothing(fake: FakeOpenAI, tmp_path: Path) -> None:
    asking(fake, tmp_path).run([told("refusal")])
    with asking(fake, tmp_path) as summariser:
        (failure,) = summariser.run([told("refusal")]).failures
        assert (failure.run and failure.run.cached, failure.run and failure.run.attempts, summariser.spent.calls) == (True, 1, 0)


def test_of_two_articles_that_share_a_failure_one_has_paid_for_it(fake: FakeOpenAI, tmp_path: Path) -> None:
    failures = asking(fake, tmp_path).run([told("refusal"), told("refusal")]).failures
    assert sorted(one.run.cached for one in failures if one.run) == [False, True]


def test_the_parts_of_a_long_article_that_were_answered_before_it_failed_are_in_its_cost(fake: FakeOpenAI, tmp_path: Path) -> None:
    long = sm.Article("\n\n".join(f"Port {n} reported {n + 12} ships on Monday. {TEXT}" for n in range(60)), id="long", source="FAKE(ok)")
    with asking(fake, tmp_path, context_tokens=6_000) as summariser:
        (summary,) = summariser.run([long]).summaries
        parts = summary.run.attempts
        assert parts == summariser.spent.calls > 1
    fake.script(*["ok"] * (parts - 1), "refusal")
    with asking(fake, tmp_path / "other", context_tokens=6_000) as summariser:
        (failure,) = summariser.run([sm.Article(long.text, id="long")]).failures
        assert failure.run is not None
        assert (failure.run.attempts, summariser.spent.calls) == (parts, parts)


def test_an_article_that_cannot_be_read_has_cost_nothing(tmp_path: Path) -> None:
    (failure,) = sm.Summariser().run([sm.Article("", id="a")]).failures
    assert (failure.run, "run" in failure.to_json()) == (None, False)


@pytest.mark.parametrize("command", ["run", "compare", "eval"])
def test_the_totals_count_what_failed(fake: FakeOpenAI, tmp_path: Path, command: str) -> None:
    gold = Path(__file__).parents[1] / "evals" / "gold" / "sugar-works-wire.yaml"
    articles = written(tmp_path / "articles", 2)
    words = (command, "--gold", gold, "-o", tmp_path / "r.json") if command == "eval" else (command, *articles, "--in-flight", 1)
    fake.script("length", "length", "ok")
    code, _, err = ended(start(fake.url, tmp_path / "cache", *words))
    calls = fake.stats()["requests"]
    assert (code, f" 1 failed, 0 cached · {calls} calls" in err, calls) == (1, True, 2 if command == "eval" else 3), err


def test_the_totals_count_what_was_broken_off(fake: FakeOpenAI, tmp_path: Path) -> None:
    written(tmp_path / "articles", 1)
    fake.script("invalid", "quota")
    code, out, err = ended(start(fake.url, tmp_path / "cache", "run", tmp_path / "articles"))
    assert (code, lines(out), "0 summarised, 0 failed, 0 cached · 2 calls" in err) == (3, [], True), err


def test_a_run_that_goes_on_with_paid_attempts_counts_only_its_own(fake: FakeOpenAI, tmp_path: Path) -> None:
    written(tmp_path / "articles", 1)
    fake.script("invalid", "quota")
    ended(start(fake.url, tmp_path / "cache", "run", tmp_path / "articles"))
    _, out, err = ended(start(fake.url, tmp_path / "cache", "run", tmp_path / "articles"))
    assert (lines(out)[0]["run"]["attempts"], "1 summarised, 0 failed, 0 cached · 1 call" in err) == (2, True), err


def test_the_row_of_a_failure_has_its_cost(fake: FakeOpenAI, tmp_path: Path) -> None:
    from summarise.export import records

    (row,) = records(asking(fake, tmp_path).run([told("refusal")]), "articles")
    assert (row["error_kind"], row["attempts"], row["model"]) == ("refused", 1, "gpt-5-mini-2026-01-01")
