from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import traceback
from dataclasses import replace

import pytest
from fake_openai import FAULTS, Asked, FakeOpenAI, draft
from remote_client import KEY, QUICK, ask, ask_once, grounded, remote, request

from summarise.clients.protocol import Call, Target, as_answer
from summarise.clients.rate_limit import RetryPolicy
from summarise.clients.remote import Limits, Remote
from summarise.errors import LimitReached, ProviderError, QuotaExceeded, Rejected, SettingsError, TooLong, Unreachable


@pytest.fixture
def fake():
    with FakeOpenAI() as server:
        yield server


def answer(words: str) -> str:
    """What the fake says when all goes well."""
    call = Call(Target("openai", "http://nowhere/v1", "gpt-5-mini"), request(words))
    return json.dumps(draft(Asked(call.body)), ensure_ascii=False)


# --- one answer -------------------------------------------------------------------------------------------------------


def test_a_good_answer_is_one_attempt_that_is_saved_before_it_is_validated(fake):
    asked = ask_once(fake, "ok")
    assert asked.status == "ok"
    assert [(r.status, len(r.attempts)) for r in asked.saved] == [("open", 1), ("ok", 1)]
    assert asked.saved[-1] == asked.record
    attempt = asked.record.attempts[0]
    assert attempt.content == answer("ok")
    assert (attempt.http, attempt.finish, attempt.served, attempt.estimated) == (200, "stop", "gpt-5-mini-2026-01-01", False)
    assert attempt.cost_usd == pytest.approx(attempt.input_tokens * 0.25e-6 + attempt.output_tokens * 2e-6)
    assert attempt.request_id.startswith("req_")


def test_what_is_sent_is_the_body_that_the_key_is_made_of(fake):
    ask_once(fake, "ok")
    assert fake.service.bodies[-1] == Call(Target("openai", fake.url, "gpt-5-mini"), request("ok")).body
    assert fake.service.bodies[-1]["response_format"]["json_schema"]["strict"] is True


def test_tools_are_sent_when_the_target_says_so(fake):
    assert ask_once(fake, "ok", mode="tools").record.attempts[0].content == answer("ok")
    assert fake.service.bodies[-1] == Call(Target("openai", fake.url, "gpt-5-mini", mode="tools"), request("ok")).body


def test_template_signs_in_an_article_reach_the_service_as_they_are(fake):
    text = "It costs {{ price }} dollars. {% if %} And   {# no #} more."

    async def main():
        async with remote(fake) as client:
            return await client.ask(Call(client.target, request("invalid,ok", text)), None, lambda record: None)

    assert asyncio.run(main()).status == "ok"
    for body in list(fake.service.bodies)[-2:]:
        assert "{{ price }} dollars." in body["messages"][1]["content"]
        assert "{% if %} And {# no #} more." in body["messages"][1]["content"]


def test_an_answer_without_usage_is_counted_by_estimate_and_marked(fake):
    attempt = ask_once(fake, "no-usage").record.attempts[0]
    assert attempt.estimated
    assert attempt.input_tokens > 500
    assert attempt.output_tokens == -(-len(attempt.content.encode()) // 3)


def test_json_in_a_markdown_fence_is_an_answer_and_kept_as_it_came(fake):
    asked = ask_once(fake, "fenced")
    assert (asked.status, len(asked.record.attempts)) == ("ok", 1)
    assert asked.record.attempts[0].content.startswith("```json\n{")


# --- answers that are asked for again -------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["invalid", "text", "ungrounded", "null"])
def test_a_bad_answer_goes_back_with_the_reason_and_all_attempts_count(fake, bad):
    asked = ask_once(fake, f"{bad},ok")
    assert asked.status == "ok"
    assert len(asked.record.attempts) == 2
    first, second = list(fake.service.bodies)[-2:]
    assert second["messages"][:2] == first["messages"]
    assert [m["role"] for m in second["messages"][2:]] == ["assistant", "user"]
    assert {k: v for k, v in second.items() if k != "messages"} == {k: v for k, v in first.items() if k != "messages"}


def test_the_reason_names_what_is_wrong_and_asks_for_that_alone(fake):
    ask_once(fake, "ungrounded,ok")
    assert fake.service.bodies[-1]["messages"][-1]["content"].partition("\n")[2] == (
        "These do not hold: there is no sentence 999999. Answer with the same JSON that holds only these items, corrected, "
        "and empty lists for the rest; leave out what cannot be corrected."
    )


def test_an_answer_without_a_draft_is_told_what_to_answer_with(fake):
    ask_once(fake, "text,ok")
    assert fake.service.bodies[-1]["messages"][-1]["content"].partition("\n")[2] == (
        "the model did not answer with JSON. Answer with nothing but the JSON object: gist, claims, stances, figures."
    )


@pytest.mark.parametrize("reasks", [0, 1, 3])
def test_after_as_many_reasks_as_are_allowed_the_answers_are_kept_as_invalid_output(fake, reasks):
    asked = ask_once(fake, "invalid", retry=replace(QUICK, reasks=reasks))
    assert asked.status == "invalid_output"
    assert [a.content for a in asked.record.attempts] == ['{"gist": 5}'] * (1 + reasks)


def test_a_reask_that_the_model_does_not_take_leaves_the_first_answer(fake):
    asked = ask_once(fake, "ungrounded,context")
    assert asked.status == "invalid_output"
    assert asked.attempts == [(200, "stop"), (400, None)]


def test_a_long_bad_answer_is_not_sent_back_whole(fake):
    assert ask_once(fake, "huge=1,ok").status == "ok"
    assert len(json.dumps(fake.service.bodies[-1])) < 60_000


@pytest.mark.parametrize("finish", ["length", "MAX_TOKENS", "max_tokens", "model_length"])
def test_a_cut_off_answer_is_asked_for_once_more_with_twice_the_limit(fake, finish):
    asked = ask_once(fake, f"{finish}=8192")
    assert asked.status == "ok"
    assert asked.attempts == [(200, finish), (200, "stop")]
    assert as_answer(asked.record).warnings == ("the first answer was cut at 4,096 tokens",)
    assert len(asked.record.contents) == 1
    assert [body["max_tokens"] for body in list(fake.service.bodies)[-2:]] == [4096, 8192]


def test_a_service_that_refuses_twice_the_limit_truncates_that_answer_and_does_not_stop_the_run(fake):
    asked = ask_once(fake, "few-at-most=4096")
    assert (asked.status, asked.attempts) == ("truncated", [(200, "length"), (400, None)])


def test_a_key_that_is_refused_after_a_cut_answer_is_no_truncation(fake):
    asked = ask_once(fake, "length,401")
    assert type(asked.error) is Rejected
    assert [record.status for record in asked.saved] == ["open"]


def test_a_draft_among_the_thoughts_is_an_answer(fake):
    assert (ask_once(fake, "in-thoughts").status, fake.stats()["requests"]) == ("ok", 1)


def test_input_tokens_that_the_service_had_in_its_cache_are_counted_and_cost_less(fake):
    (attempt,) = ask_once(fake, "from-cache=200").record.attempts
    fresh = attempt.input_tokens - 200
    assert attempt.cached_input_tokens == 200
    assert attempt.cost_usd == pytest.approx(fresh * 0.25e-6 + 200 * 0.025e-6 + attempt.output_tokens * 2e-6)
    assert ask_once(fake, "ok").record.attempts[0].cached_input_tokens is None


def test_no_more_tokens_come_from_the_cache_than_were_sent(fake):
    (attempt,) = ask_once(fake, "from-cache=1000000").record.attempts
    assert attempt.cached_input_tokens == attempt.input_tokens


def test_an_answer_that_is_cut_off_twice_is_truncated(fake):
    asked = ask_once(fake, "length")
    assert (asked.status, len(asked.record.attempts)) == ("truncated", 2)
    assert asked.saved[-1] == asked.record


@pytest.mark.parametrize(("words", "refusal"), [("refusal", "I cannot help with that."), ("content-filter", None)])
def test_a_refusal_is_final(fake, words, refusal):
    asked = ask_once(fake, words)
    assert asked.status == "refusal"
    assert [a.refusal for a in asked.record.attempts] == [refusal]


# --- what an earlier run paid for ----------------------------------------------------------------------------------


def test_stored_attempts_are_looked_at_before_anything_is_asked(fake):
    paid = ask_once(fake, "ok, 1").record
    before = fake.stats()["requests"]
    asked = ask_once(fake, "ok, 1", paid.model_copy(update={"status": "open"}))
    assert asked.record == paid
    assert asked.saved == [paid]
    assert fake.stats()["requests"] == before


def test_a_run_goes_on_behind_the_attempts_of_the_one_before(fake):
    first = ask_once(fake, "invalid").record
    one_bad = first.model_copy(update={"status": "open", "attempts": first.attempts[:1]})
    before = fake.stats()["requests"]
    asked = ask_once(fake, "invalid", one_bad)
    assert asked.status == "invalid_output"
    assert len(asked.record.attempts) == 2
    assert fake.stats()["requests"] == before + 1
    assert "gist" in fake.service.bodies[-1]["messages"][-1]["content"]


def test_a_stored_truncation_is_not_asked_for_at_the_same_limit_again(fake):
    first = ask_once(fake, "length=8192").record
    cut = first.model_copy(update={"status": "open", "attempts": first.attempts[:1]})
    assert ask_once(fake, "length=8192", cut).attempts == [(200, "length"), (200, "stop")]
    assert fake.service.bodies[-1]["max_tokens"] == 8192


# --- faults: every row of the table, over a real socket -------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "error", "words"),
    [
        ("quota", QuotaExceeded, "is out of credit (429): You exceeded your current quota"),
        ("400", Rejected, "rejects the request (400): Invalid schema for response_format 'Draft'"),
        ("401", Rejected, "rejects the request (401): Incorrect API key provided: [key]"),
        ("403", Rejected, "rejects the request (403): Project does not have access to the model"),
        ("404", Rejected, "rejects the request (404): The model 'nope' does not exist"),
        ("redirect=9", Rejected, "redirects to another address (307)"),
        ("context", TooLong, "does not accept a request of this size (400): This model's maximum context length is 8192 tokens."),
        ("context-llama", TooLong, "does not accept a request of this size (400): the request exceeds the available context size"),
        ("413", TooLong, "does not accept a request of this size (413)"),
        ("422", Rejected, "rejects the request (422): Unprocessable"),
        ("422-fields", Rejected, "rejects the request (422): body.temperature: Input should be less than 2; body.seed: Field required"),
        ("422-tgi", TooLong, "(422): Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
    ],
)
def test_what_cannot_get_better_is_asked_once(fake, word, error, words):
    before = fake.stats()["requests"]
    asked = ask_once(fake, word)
    assert type(asked.error) is error
    assert f"{fake.url} (model gpt-5-mini)" in asked.error.message
    assert words in asked.error.message
    assert asked.error.hint
    assert asked.error.stops_run == (error is not TooLong)
    assert fake.stats()["requests"] == before + 1
    assert asked.saved == []


TROUBLE = [
    ("500", "server error (500): The server had an error"),
    ("502", "server error (502)"),
    ("503", "server error (503): Overloaded"),
    ("529", "server error (529): Overloaded"),
    ("408", "server error (408): Request timeout"),
    ("409", "server error (409): Conflict"),
    ("reset", "the connection broke off"),
    ("cut", "the connection broke off in the middle of the answer"),
    ("html", "it answered HTML, not the API"),
    ("broken", "it answered with broken JSON"),
    ("array", "it answered JSON without a choice in it"),
    ("deep", "it answered with broken JSON"),
    ("empty-choices", "it answered JSON without a choice in it"),
    ("null-choices", "it answered JSON without a choice in it"),
    ("error-200", "it answered with an error: upstream provider failed"),
]


@pytest.mark.parametrize(("word", "words"), TROUBLE)
def test_trouble_is_met_with_six_tries_and_then_said(fake, word, words):
    before = fake.stats()["requests"]
    asked = ask_once(fake, word)
    assert type(asked.error) is Unreachable
    assert asked.error.message == f"{fake.url} (model gpt-5-mini): {words}"
    assert fake.stats()["requests"] == before + 6


@pytest.mark.parametrize(
    ("word", "words"), [("huge=9", "the response is larger than 8 MiB (9.0 MiB)"), ("bomb=32", "the response is larger than 8 MiB")]
)
def test_a_body_that_is_too_large_was_probably_billed_and_is_not_asked_for_again(fake, word, words):
    before = fake.stats()["requests"]
    asked = ask_once(fake, word)
    assert type(asked.error) is ProviderError
    assert asked.error.message == f"{fake.url} (model gpt-5-mini): {words}"
    assert not asked.error.stops_run
    assert fake.stats()["requests"] == before + 1
    assert [(a.error, a.cost_usd > 0) for a in asked.saved[-1].attempts] == [(f"{asked.error.message} (maybe billed)", True)]


def test_of_a_large_body_with_an_error_only_the_beginning_counts(fake):
    asked = ask_once(fake, "500-large")
    assert type(asked.error) is Unreachable
    assert asked.error.message.startswith(f"{fake.url} (model gpt-5-mini): server error (500)")
    assert len(asked.error.message) < 500
    assert asked.saved == []


@pytest.mark.parametrize("word", [word for word, _ in TROUBLE])
def test_trouble_that_passes_costs_a_try_and_no_answer(fake, word):
    asked = ask_once(fake, f"{word},ok")
    assert asked.status == "ok"
    assert [a.error is None for a in asked.record.attempts] == [False, True]


@pytest.mark.parametrize("word", ["hang", "drip"])
def test_a_server_that_keeps_us_waiting_meets_the_deadline(fake, word):
    asked = ask_once(fake, f"{word},ok", deadline=0.3)
    assert asked.status == "ok"
    late = asked.record.attempts[0]
    assert late.error == f"{fake.url} (model gpt-5-mini): no whole answer within 0.3 s (maybe billed)"
    assert 250 < late.ms < 2000
    assert (late.estimated, late.input_tokens > 0, late.output_tokens) == (True, True, 0)


def test_what_may_have_been_billed_is_noted_and_saved_even_when_no_answer_comes(fake):
    asked = ask_once(fake, "cut")
    assert asked.saved[-1].status == "failed"
    assert len(asked.saved[-1].attempts) == 6
    assert all(a.error.endswith("(maybe billed)") and a.cost_usd > 0 for a in asked.saved[-1].attempts)


def test_trouble_that_is_never_billed_leaves_no_record(fake):
    assert ask_once(fake, "503").saved == []


def test_a_closed_port_is_unreachable_in_words():
    with FakeOpenAI() as fake:
        pass
    asked = ask_once(fake, "ok")
    assert type(asked.error) is Unreachable
    assert "no connection (Connect" in asked.error.message


def test_a_redirect_is_not_followed(fake):
    with FakeOpenAI() as other:
        assert isinstance(ask_once(fake, f"redirect={other.port}").error, Rejected)
        assert other.stats()["requests"] == 0


def test_a_gzip_bomb_stays_small(fake):
    code = f"""
import resource, sys
sys.path.insert(0, {str(sys.path[0])!r}); sys.path.insert(0, {__file__.rpartition("/")[0]!r})
from remote_client import ask_once, RetryPolicy
class Fake: url = {fake.url!r}
ask_once(Fake, "ok"); before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
error = ask_once(Fake, "bomb=100", retry=RetryPolicy(attempts=1)).error
print(type(error).__name__, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    name, grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert name == "ProviderError"
    assert int(grown) < 40_000  # kB; unpacked it is 100 MB


# --- 429 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["429=0.3", "429-ms=0.3", "429-reset=0.3", "429-date=2"])
def test_a_refusal_for_now_is_obeyed_in_every_form(fake, word):
    start = time.monotonic()
    asked = ask_once(fake, f"{word},ok")
    assert asked.status == "ok"
    assert asked.attempts == [(429, None), (200, "stop")]
    assert time.monotonic() - start >= (0.3 if "date" not in word else 0.9)


def test_a_refusal_without_a_time_is_met_with_backoff(fake):
    assert ask_once(fake, "429-bare,429-bare,ok").attempts == [(429, None), (429, None), (200, "stop")]


@pytest.mark.parametrize("word", ["429=121", "429-date=500", "429-ms=121", "429-reset=121"])
def test_a_pause_of_more_than_two_minutes_stops_the_run(fake, word):
    asked = ask_once(fake, word)
    assert type(asked.error) is LimitReached
    assert asked.error.hint == "run the same command later to resume"


def test_a_service_that_refuses_again_and_again_stops_the_run(fake):
    asked = ask_once(fake, "429-bare", retry=RetryPolicy(base=0.001, max_backoff=0.001, limited_attempts=4))
    assert type(asked.error) is LimitReached
    assert "limits the request rate (429): Rate limit reached, 4 times in a row" in asked.error.message


def test_a_refusal_makes_everybody_pause():
    with FakeOpenAI() as fake:

        async def main():
            async with remote(fake) as client:
                first = asyncio.create_task(ask(client, "429=0.5,ok"))
                await asyncio.sleep(0.15)
                start = time.monotonic()
                await ask(client, "ok")
                return time.monotonic() - start, (await first).status

        waited, status = asyncio.run(main())
    assert status == "ok"
    assert waited > 0.25


# --- what a service does not know ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "gone", "instead"),
    [
        ("no-response-format", "response_format", "tools"),
        ("no-temperature", "temperature", "messages"),
        ("no-max-tokens", "max_tokens", "max_completion_tokens"),
    ],
)
def test_a_field_that_the_service_does_not_know_is_replaced_for_the_rest_of_the_run(word, gone, instead):
    with FakeOpenAI() as fake:

        async def main():
            async with remote(fake) as client:
                return await ask(client, word), await ask(client, f"{word}, {word}")

        first, second = asyncio.run(main())
        bodies = list(fake.service.bodies)
    assert (first.status, second.status) == ("ok", "ok")
    assert [gone in body for body in bodies] == [True, False, False]
    assert instead in bodies[-1]
    assert len(first.record.attempts) == 1
    assert first.record.attempts[0].content == answer(word)
    assert first.record.key == Call(Target("openai", fake.url, "gpt-5-mini"), request(word)).key


def test_a_bad_answer_by_tools_goes_back_with_the_reason_too(fake):
    asked = ask_once(fake, "invalid,ok", mode="tools")
    assert (asked.status, len(asked.record.attempts)) == ("ok", 2)


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_cost_limit_needs_a_price():
    with pytest.raises(SettingsError, match=r"the price of my-model at http://127.0.0.1:1/v1 is not known"):
        Remote(Target("openai", "http://127.0.0.1:1/v1", "my-model"), check=grounded, limits=Limits(max_cost=1.0))


def test_a_cost_limit_is_never_passed_however_many_ask_at_once():
    with FakeOpenAI(latency=0.02) as fake:

        async def main():
            async with remote(fake, in_flight=64, max_cost=0.02) as client:
                asked = await asyncio.gather(*(ask(client, f"ok, {n}") for n in range(80)))
                return asked, client.budget.spent

        asked, spent = asyncio.run(main())
        tokens = fake.stats()["tokens"]
    billed = tokens["in"] * 0.25e-6 + tokens["out"] * 2e-6
    assert spent == pytest.approx(billed)
    assert 0.005 < billed <= 0.02
    assert {a.status for a in asked} == {"ok", "LimitReached"}


def test_the_server_never_sees_more_at_once_than_was_allowed():
    with FakeOpenAI(latency=0.05) as fake:

        async def main():
            async with remote(fake, in_flight=20) as client:
                await asyncio.gather(*(ask(client, f"ok, {n}") for n in range(150)))

        asyncio.run(main())
        assert fake.stats()["max_in_flight"] == 20


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_a_cancelled_question_ends_at_once_and_leaves_room_for_others(fake):
    async def main():
        async with remote(fake, in_flight=1) as client:
            hanging = asyncio.create_task(ask(client, "hang"))
            await asyncio.sleep(0.1)
            hanging.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hanging
            return client.limiter.active, (await ask(client, "ok")).status

    assert asyncio.run(main()) == (0, "ok")


SLOW = ("hang", "drip", "bomb", "huge", "429", "429-date", "429-ms", "429-reset")


@pytest.mark.parametrize("word", [word for word in FAULTS if word not in SLOW])
def test_no_message_record_or_log_holds_the_key(fake, word, caplog):
    caplog.set_level("DEBUG")
    asked = ask_once(fake, word, retry=RetryPolicy(attempts=2, limited_attempts=2, base=0.001, max_backoff=0.001))
    trace = "".join(traceback.format_exception(asked.error))
    assert KEY not in "".join([repr(asked), str(asked.error), caplog.text, repr(remote(fake)), trace])


def test_nothing_is_printed_when_answers_are_bad():
    code = f"""
import sys
sys.path.insert(0, {__file__.rpartition("/")[0]!r})
from fake_openai import FakeOpenAI
from remote_client import ask_once
with FakeOpenAI() as fake:
    print(ask_once(fake, "500,invalid").status)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("invalid_output\n", "")


def test_openai_itself_is_not_asked_without_a_key():
    async def main():
        target = Target("openai", "https://api.openai.com/v1", "gpt-5-mini")
        async with Remote(target, check=grounded, retry=QUICK) as client:
            return await ask(client, "ok")

    asked = asyncio.run(main())
    assert type(asked.error) is SettingsError
    assert asked.error.hint == "set OPENAI_API_KEY in the environment"


# --- other houses -----------------------------------------------------------------------------------------------------


def ask_vendor(api: str, model: str = "some-model"):
    async def main():
        async with Remote(Target(api, api, model, temperature=None), check=grounded, api_key=KEY, retry=QUICK) as client:
            return await ask(client, "ok")

    return asyncio.run(main())


def test_a_vendor_whose_package_is_missing_is_named_with_what_to_install():
    asked = ask_vendor("cohere")
    assert type(asked.error) is SettingsError
    assert "cohere/some-model cannot be used: The cohere package is required" in asked.error.message
    assert KEY not in str(asked.error)


def test_an_unknown_vendor_is_a_settings_error():
    asked = ask_vendor("acme")
    assert type(asked.error) is SettingsError
    assert "acme/some-model cannot be used: Unsupported provider: acme" in asked.error.message


def test_a_vendor_that_speaks_like_openai_is_asked_by_the_same_client():
    asked = ask_vendor("ollama")
    assert type(asked.error) is Unreachable
    assert "no connection (Connect" in asked.error.message
