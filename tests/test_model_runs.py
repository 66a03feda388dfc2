"""Runs of a capable model over a real server: what is mended in silence, asked again, counted, and replayed without a flag."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_openai import FakeOpenAI
from test_cli import lines, summarise

import summarise as sm
from summarise.pipeline import Summariser

TEXT = "The bank lent US$20 billion to farmers last year.\n\nIts head, Ann Lee, wants more of it, she said on Monday."
COMMANDS = ("run", "show", "compare", "report", "eval")


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def article(words: str) -> sm.Article:
    return sm.Article(TEXT, id="a", source=f"FAKE({words})")


def asking(fake: FakeOpenAI, tmp_path: Path, **settings: Any) -> Summariser:
    return Summariser(**({"model": "m", "base_url": fake.url, "cache": tmp_path / "cache"} | settings))


def summarised(fake: FakeOpenAI, tmp_path: Path, words: str, **settings: Any) -> sm.Summary:
    (summary,) = asking(fake, tmp_path, **settings).run([article(words)]).summaries
    return summary


def run(tmp_path: Path, url: str, *words: str, command: str = "run") -> Any:
    (tmp_path / "a.txt").write_text(TEXT)
    return summarise(command, str(tmp_path / "a.txt"), "--model", "m", "--base-url", url, "--cache", str(tmp_path / "cache"), *words)


# --- asked again ------------------------------------------------------------------------------------------------------


def test_what_is_wrapped_or_fenced_or_of_another_type_costs_no_second_request(fake: FakeOpenAI, tmp_path: Path) -> None:
    assert summarised(fake, tmp_path, "fenced").run.attempts == 1
    assert [len(body["messages"]) for body in fake.service.bodies] == [2]


def test_a_claim_that_does_not_hold_is_asked_for_alone_and_joins_the_first_answer(fake: FakeOpenAI, tmp_path: Path) -> None:
    summary = summarised(fake, tmp_path, "partly")
    assert [(claim.text, claim.speaker) for claim in summary.claims] == [
        ("The bank lent US$20 billion to farmers last year.", None),
        ("Ann Lee wants more of it.", "Ann Lee"),
    ]
    assert [figure.quote for figure in summary.figures] == ["US$20 billion"]
    assert summary.run.attempts == 2
    assert fake.service.bodies[-1]["messages"][-1]["content"].partition("\n")[2] == (
        "These do not hold: claim 2, 'The total came to 987,654,321 parrots.': the number '987,654,321' is not in the article. "
        "Answer with the same JSON that holds only these items, corrected, and empty lists for the rest; "
        "leave out what cannot be corrected."
    )


@pytest.mark.parametrize(("flags", "requests"), [((), 2), (("--reasks", "0"), 1), (("--reasks", "3"), 4)])
def test_it_is_asked_again_as_often_as_the_setting_allows(fake: FakeOpenAI, tmp_path: Path, flags: tuple[str, ...], requests: int) -> None:
    fake.script(*["ungrounded"] * 5)
    done = run(tmp_path, fake.url, *flags)
    assert (done.returncode, fake.stats()["requests"]) == (0, requests), done.stderr


def test_the_environment_and_the_file_set_reasks_too(fake: FakeOpenAI, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("reasks = 0\n")
    fake.script(*["ungrounded"] * 5)
    assert run(tmp_path, fake.url, "--config", str(tmp_path / "s.toml")).returncode == 0
    assert fake.stats()["requests"] == 1


# --- counted and said -------------------------------------------------------------------------------------------------


def test_a_cut_answer_is_said_in_the_summary(fake: FakeOpenAI, tmp_path: Path) -> None:
    summary = summarised(fake, tmp_path, "length=32768")
    assert summary.checks.warnings == ["the first answer was cut at 16,384 tokens"]
    assert [body["max_tokens"] for body in fake.service.bodies] == [16384, 32768]


def test_an_answer_that_is_cut_twice_fails_its_article_with_both_limits(fake: FakeOpenAI, tmp_path: Path) -> None:
    (failed,) = asking(fake, tmp_path, max_tokens=100).run([article("length")]).failures
    assert (failed.error.kind, failed.error.message) == (
        "truncated",
        "the first answer was cut at 100 tokens; the second answer was cut at 200 tokens",
    )


def test_the_totals_tell_the_tokens_and_those_from_the_cache_of_the_service(fake: FakeOpenAI, tmp_path: Path) -> None:
    fake.script("from-cache=200")
    first, again = run(tmp_path, fake.url), run(tmp_path, fake.url)
    assert re.search(r" · 1 call · \d+ tokens in \(200 cached\), \d+ out · ", first.stderr), first.stderr
    assert "tokens" not in again.stderr


# --- what the prompt is given -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "show", "compare", "report"])
def test_claims_and_language_reach_the_model_from_every_command(fake: FakeOpenAI, tmp_path: Path, command: str) -> None:
    output = () if command == "show" else ("-o", str(tmp_path / "out"), "-f", {"run": "jsonl", "report": "html"}.get(command, "json"))
    done = run(tmp_path, fake.url, "--max-claims", "3", "--language", "German", *output, command=command)
    assert done.returncode == 0, done.stderr
    system = fake.service.bodies[-1]["messages"][0]["content"]
    assert "claims: up to 3," in system
    assert "Write gist, claims and measures in German." in system


def test_a_printed_prompt_is_a_prompt_file_that_asks_the_same(fake: FakeOpenAI, tmp_path: Path) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text(summarise("prompts", "summarise/v2").stdout)
    for words in ((), ("--prompt", str(mine))):
        assert run(tmp_path, fake.url, *words, "--cache", str(tmp_path / f"cache{len(words)}")).returncode == 0
    released, printed = fake.service.bodies
    assert released == printed


def test_a_prompt_of_the_user_is_asked_with_its_variables(fake: FakeOpenAI, tmp_path: Path) -> None:
    names = "title source published part parts max_claims language"
    told = " ".join(f"{name}={{{{ {name} }}}}" for name in names.split())
    mine = tmp_path / "mine.md"
    mine.write_text(
        f"---\nname: mine\nversion: 3\n---\n{{% block system %}}S {told}{{% endblock %}}\n"
        f"{{% block user %}}U {told}\n{{% for line in lines %}}{{{{ line }}}}\n{{% endfor %}}{{% endblock %}}"
    )
    done = run(tmp_path, fake.url, "--prompt", str(mine), "--language", "German")
    assert lines(done.stdout)[0]["run"]["prompt"] == "mine/v3"  # type: ignore[index]
    system, user = (message["content"] for message in fake.service.bodies[-1]["messages"])
    values = "title= source= published= part=1 parts=1 max_claims=10 language=German"
    assert system == f"S {values}"
    assert user.startswith(f"U {values}\n[1] The bank lent US$20 billion‹f1› to farmers last year.\n[2] ")


def test_no_answer_may_repeat_the_words_of_the_prompt(fake: FakeOpenAI, tmp_path: Path) -> None:
    mine = tmp_path / "mine.md"
    user = "{% block user %}{% for line in lines %}{{ line }}\n{% endfor %}{% endblock %}"
    rule = "the head of the bank lent more of it to farmers last year she said"
    mine.write_text(f"---\nname: mine\nversion: 1\n---\n{{% block system %}}Never say: {rule}.{{% endblock %}}{user}")
    answer = {"gist": f"The bank: {rule}.", "claims": [], "stances": [], "figures": []}
    with Summariser(
        model="m", base_url=fake.url, cache=tmp_path / "cache", prompt=str(mine), client=_Says(json.dumps(answer))
    ) as asking_it:
        dropped = asking_it.summarise(TEXT).checks.dropped
    assert [(item.kind, "is of the instructions" in item.why) for item in dropped] == [("gist", True)]


class _Says:
    """A client that always says the same."""

    context_tokens = None
    warnings = ()

    def __init__(self, content: str) -> None:
        from summarise.clients.protocol import Spent

        self.content = content
        self.spent = Spent()

    async def answer(self, request: Any) -> Any:
        from summarise.clients.protocol import Answer

        return Answer((self.content,), client="says")

    def stop(self) -> bool:
        return False

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


def test_a_prompt_file_without_its_front_matter_is_told_in_one_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine.md"
    for head, said in (("", "it has no front matter"), ("---\nname: mine\n---\n", "the front matter lacks name or version")):
        mine.write_text(f"{head}{{% block system %}}{{% endblock %}}{{% block user %}}{{% endblock %}}")
        done = run(tmp_path, "http://127.0.0.1:9/v1", "--prompt", str(mine))
        first, hint = done.stderr.splitlines()
        assert (done.returncode, str(mine) in first, said in first) == (2, True, True), done.stderr
        assert (
            hint
            == "  → a prompt file begins with the lines ---, name: mine, version: 1, ---; then comes a Jinja2 template, see docs/prompts.md"
        )


# --- replayed ---------------------------------------------------------------------------------------------------------


def recorded(tmp_path: Path, *words: str, model: str = "large-llm") -> str:
    """What a run wrote whose answers are in recording.jsonl, whose server has gone."""
    (tmp_path / "a.txt").write_text(TEXT)
    cache = ("--cache", str(tmp_path / "cache"))
    with FakeOpenAI() as fake:
        for name in ("other-llm", model):
            done = summarise("run", str(tmp_path / "a.txt"), "--model", name, "--base-url", fake.url, *words, *cache)
            assert done.returncode == 0, done.stderr
    assert summarise("cache", "export", str(tmp_path / "recording.jsonl"), *cache).returncode == 0
    return done.stdout.replace('"cached":false', '"cached":true')


@pytest.mark.parametrize("words", [(), ("--max-tokens", "1024"), ("--temperature", "0.5", "--max-tokens", "600")])
@pytest.mark.parametrize("model", ["large-llm", "meta/large-llm"])
def test_a_recording_is_replayed_with_no_flag_but_its_model(tmp_path: Path, words: tuple[str, ...], model: str) -> None:
    out = recorded(tmp_path, *words, model=model)
    done = summarise("run", str(tmp_path / "a.txt"), "--model", model, "--replay", str(tmp_path / "recording.jsonl"))
    assert (done.returncode, done.stdout) == (0, out), done.stderr


def test_an_eval_replays_with_no_other_flag_too(tmp_path: Path) -> None:
    gold = Path(__file__).parents[1] / "evals" / "gold"
    one = tmp_path / "gold"
    one.mkdir()
    source = (gold / "sugar-works-wire.yaml").read_text()
    (one / "sugar-works-wire.yaml").write_text(source.replace("../../", f"{gold.parent.parent}/"))
    words = ("eval", "--gold", str(one), "--model", "large-llm", "-o", str(tmp_path / "result.json"))
    with FakeOpenAI() as fake:
        live = summarise(*words, "--base-url", fake.url, "--max-tokens", "1024", "--cache", str(tmp_path / "cache"))
    replayed = summarise(*words, "--replay", str(tmp_path / "cache"))
    assert (live.returncode, replayed.returncode) == (0, 0), replayed.stderr
    assert "1 summarised, 0 failed, 1 cached · 0 calls" in replayed.stderr


def test_a_miss_names_the_flag_that_differs(tmp_path: Path) -> None:
    recorded(tmp_path, "--max-tokens", "1024")
    replay = ("--model", "large-llm", "--replay", str(tmp_path / "recording.jsonl"))
    for words, said in (
        (("--max-tokens", "2048"), "the output limit differs (asked: --max-tokens 2048; recorded: --max-tokens 1024)"),
        (("--temperature", "1"), "the temperature differs (asked: --temperature 1; recorded: no --temperature)"),
        (("--sample", "2"), "the sample number differs (asked: --sample 2; recorded: --sample 0)"),
        (("--prompt", "summarise/v1"), "the prompt differs (asked: --prompt summarise/v1 (sha "),
        (("--max-claims", "3"), "what differs is the title, source or date of the article, --max-claims, --language, or how"),
    ):
        done = summarise("run", str(tmp_path / "a.txt"), *replay, *words)
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
