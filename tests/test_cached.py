"""The cached client: answers are kept, shared and replayed, and nothing is asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from cache_records import TARGET, attempt, call, child, output_of, record, request

from summarise.clients.cache import Recording, Store
from summarise.clients.cached import Cached, answer_of
from summarise.clients.protocol import Answer, AnswerSource, Attempt, Call, Client, Record, Spent
from summarise.errors import CacheError, Refused, ReplayMiss, SummariseError, Truncated, Unreachable

HERE = {"cwd": Path(__file__).parent}

Script = Callable[[Call, Record], Awaitable[None]]


class Service:
    """A source that answers each call with one attempt more, after `script`; it remembers what it was asked."""

    def __init__(self, status: str = "ok", script: Script | None = None) -> None:
        self.status = status
        self.script = script
        self.asked: list[Record | None] = []
        self.spent = Spent()
        self.open = False

    async def ask(self, call: Call, record: Record | None, save: Callable[[Record], None], ready: Callable[[], None]) -> Record:
        self.asked.append(record)
        content = None if self.status == "refusal" else f"answer {len(self.asked)}"
        finish = "length" if self.status == "truncated" else "stop"
        record = record or Record.new(call)
        if self.script:
            await self.script(call, record)
        paid = record.model_copy(update={"attempts": (*record.attempts, attempt(content, served="model-a-1", finish=finish))})
        save(paid)
        finished = paid.model_copy(update={"status": self.status})
        save(finished)
        return finished

    async def __aenter__(self) -> Self:
        self.open = True
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.open = False


async def slow(call: Call, record: Record) -> None:
    await asyncio.sleep(0.02)


ANSWER = Answer(
    contents=("answer 1",),
    client="remote",
    model="model-a-1",
    attempts=1,
    input_tokens=10,
    output_tokens=5,
    cost_usd=0.25,
    seconds=0.007,
)
AGAIN = replace(ANSWER, cached=True)


async def answers(client: Cached, *texts: str) -> list[Answer | BaseException]:
    """What is answered to requests that are all made at once."""
    async with client:
        return await asyncio.gather(*(client.answer(request(text)) for text in texts), return_exceptions=True)


def test_a_cached_client_is_a_client_and_its_service_a_source(tmp_path: Path) -> None:
    client: Client = Cached(TARGET, store=Store(tmp_path), context_tokens=8_000)
    source: AnswerSource = Service()
    assert (client.context_tokens, source) == (8_000, source)


def test_a_new_request_is_asked_once_and_then_answered_from_the_cache(tmp_path: Path) -> None:
    service = Service()
    assert asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=service), "One.")) == [ANSWER]
    assert asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=service), "One.")) == [AGAIN]
    assert (service.asked, service.open) == ([None], False)


def test_a_replay_gives_what_the_cache_gives(tmp_path: Path) -> None:
    asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=Service()), "One."))
    assert asyncio.run(answers(Cached(TARGET, store=Recording(tmp_path)), "One.")) == [AGAIN]


def test_fifty_equal_requests_at_once_are_asked_once_and_paid_once(tmp_path: Path) -> None:
    service = Service(script=slow)
    got = asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=service), *["One."] * 50, "Two."))
    assert got == [ANSWER, *[AGAIN] * 49, replace(ANSWER, contents=("answer 2",))]
    assert len(service.asked) == 2


def test_who_asked_first_and_goes_away_takes_the_answer_from_nobody(tmp_path: Path) -> None:
    service = Service(script=slow)

    async def main() -> list[Answer]:
        async with Cached(TARGET, store=Store(tmp_path), source=service) as client:
            waiting = [asyncio.create_task(client.answer(request("One."))) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            return await asyncio.gather(*waiting[1:])

    assert (asyncio.run(main()), len(service.asked)) == ([ANSWER, AGAIN], 1)


def test_a_call_that_nobody_waits_for_any_more_is_ended_and_can_be_made_anew(tmp_path: Path) -> None:
    ended: list[str] = []
    begun = asyncio.Event()

    async def script(call: Call, record: Record) -> None:
        if begun.is_set():
            return
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append(record.key)
            await asyncio.sleep(0)
            raise

    async def main() -> Answer:
        async with Cached(TARGET, store=Store(tmp_path), source=Service(script=script)) as client:
            waiting = asyncio.create_task(client.answer(request("One.")))
            await begun.wait()
            waiting.cancel()
            await asyncio.sleep(0)
            return await client.answer(request("One."))

    assert asyncio.run(main()) == replace(ANSWER, contents=("answer 2",))
    assert ended == [call("One.").key]


def test_an_error_goes_to_all_who_wait_and_the_next_one_asks_again(tmp_path: Path) -> None:
    async def script(call: Call, record: Record) -> None:
        await slow(call, record)
        if len(service.asked) == 1:
            raise Unreachable("no connection")

    service = Service(script=script)

    async def main() -> list[Any]:
        async with Cached(TARGET, store=Store(tmp_path), source=service) as client:
            first = await asyncio.gather(*(client.answer(request("One.")) for _ in range(3)), return_exceptions=True)
            return [*first, await client.answer(request("One."))]

    *errors, answer = asyncio.run(main())
    assert ([str(error) for error in errors], answer) == (["no connection"] * 3, replace(ANSWER, contents=("answer 2",)))


def test_leaving_ends_what_is_still_in_the_air(tmp_path: Path) -> None:
    service = Service(script=lambda call, record: asyncio.sleep(60))

    async def main() -> list[BaseException | Answer]:
        async with Cached(TARGET, store=Store(tmp_path), source=service) as client:
            waiting = asyncio.gather(client.answer(request("One.")), return_exceptions=True)
            await asyncio.sleep(0.001)
        return await waiting

    (ended,) = asyncio.run(main())
    assert (type(ended), service.open) == (asyncio.CancelledError, False)


# --- what was paid for --------------------------------------------------------------------------------------------------


def test_attempts_of_an_earlier_run_are_handed_to_the_service(tmp_path: Path) -> None:
    unfinished = Record.new(call("One.")).model_copy(update={"attempts": (attempt("paid before"),)})
    with Store(tmp_path) as store:
        store.put(unfinished)
    service = Service()
    (answer,) = asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=service), "One."))
    assert service.asked == [unfinished]
    assert isinstance(answer, Answer)
    assert (answer.contents, answer.attempts, answer.cost_usd) == (("paid before", "answer 1"), 2, 0.5)


def test_what_another_process_finished_meanwhile_is_not_asked(tmp_path: Path) -> None:
    service = Service()

    async def main() -> Answer:
        async with Cached(TARGET, store=Store(tmp_path), source=service) as client:
            with Store(tmp_path) as other:
                other.put(Record.new(call("One.")).model_copy(update={"status": "ok", "attempts": (attempt(),)}))
            return await client.answer(request("One."))

    assert asyncio.run(main()).cached
    assert service.asked == []


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        ("truncated", Truncated, "the first answer was cut at 4,096 tokens (a larger --max-tokens)"),
        ("refusal", Refused, "the model refused to answer (another model may answer)"),
    ],
)
def test_what_ended_without_a_draft_ends_the_same_way_each_time_without_a_call(
    tmp_path: Path, status: str, error: type[SummariseError], said: str
) -> None:
    service = Service(status)
    for opened in (Store, Store, Recording):
        store = opened(tmp_path)
        (got,) = asyncio.run(answers(Cached(TARGET, store=store, source=service if store.writable else None), "One."))
        assert (type(got), str(got)) == (error, said)
    assert len(service.asked) == 1


@pytest.mark.parametrize("status", ["truncated", "refusal"])
def test_an_answer_whose_mending_failed_is_an_answer_still(tmp_path: Path, status: str) -> None:
    whole, cut = attempt(content="{}", finish="stop"), attempt(content='{"cl', finish="length")
    with Store(tmp_path) as store:
        store.put(Record.new(call("One.")).model_copy(update={"status": status, "attempts": (whole, cut)}))
    (got,) = asyncio.run(answers(Cached(TARGET, store=Recording(tmp_path)), "One."))
    assert isinstance(got, Answer)
    assert (got.contents, got.attempts) == (("{}",), 2)


def test_an_answer_that_never_became_valid_is_an_answer(tmp_path: Path) -> None:
    service = Service("invalid_output")
    for _ in range(2):
        (got,) = asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=service), "One."))
        assert isinstance(got, Answer)
    assert len(service.asked) == 1


FULL = """
import asyncio, resource, sys
from cache_records import TARGET, request
from summarise.clients.cache import Store
from summarise.clients.cached import Cached
from summarise.errors import CacheError
from test_cached import Service

async def main():
    service = Service()
    store = Store(sys.argv[1])
    async with Cached(TARGET, store=store, source=service) as client:
        await client.answer(request("Stored."))
        resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size + 900,) * 2)
        print((await client.answer(request("Not stored."))).contents)
        print((await client.answer(request("Not stored."))).cached)
        print((await client.answer(request("Stored."))).cached)
        try:
            await client.answer(request("Not asked."))
        except CacheError as error:
            print(error.message, error.stops_run)
        print(len(service.asked))
asyncio.run(main())
"""


def test_an_answer_that_cannot_be_stored_is_given_and_nothing_more_is_asked(tmp_path: Path) -> None:
    said = output_of(child(FULL, tmp_path, **HERE)).splitlines()
    assert said == ["('answer 2',)", "True", "True", f"{tmp_path}/journal.jsonl: the disk is full True", "2"]


def test_with_a_cache_that_may_only_be_read_nothing_is_paid_for(tmp_path: Path) -> None:
    asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=Service()), "One."))
    service = Service()
    known, new = asyncio.run(answers(Cached(TARGET, store=Recording(tmp_path), source=service), "One.", "Two."))
    assert (known, service.asked) == (AGAIN, [])
    assert str(new) == f"{tmp_path}/journal.jsonl: can only be read, so nothing new was asked (replay it, or give another folder)"
    assert isinstance(new, CacheError)


# --- replay -------------------------------------------------------------------------------------------------------------


def miss(client: Cached, text: str) -> str:
    (error,) = asyncio.run(answers(client, text))
    assert type(error) is ReplayMiss
    assert not error.stops_run
    return str(error)


def test_a_miss_says_what_differs_from_the_nearest_record(tmp_path: Path) -> None:
    asyncio.run(answers(Cached(replace(TARGET, model="x"), store=Store(tmp_path), source=Service()), "One."))
    said = miss(Cached(TARGET, store=Recording(tmp_path)), "One.")
    assert said.startswith(
        f"no recorded answer for the article 'text' in {tmp_path}/journal.jsonl: the nearest record is the same article under model 'x'"
    )
    assert said.endswith(
        "the model differs (asked: --model 'model-a'; recorded: --model 'x') (record it with a run that may ask the model)"
    )


def test_a_miss_of_an_unfinished_record_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put(Record.new(call("One.")))
    assert f"its record in {tmp_path}/journal.jsonl is not finished (open)" in miss(Cached(TARGET, store=Store(tmp_path)), "One.")


# --- answers ------------------------------------------------------------------------------------------------------------


def answer(*attempts: Attempt) -> Answer:
    return answer_of(record("v1-a", "ok", *attempts), cached=True)


def test_tokens_time_and_cost_are_those_of_all_attempts() -> None:
    failed = attempt(None, input_tokens=0, output_tokens=0, cost_usd=None, error="reset", ms=1_500)
    assert answer(failed, attempt("bad"), attempt("good", served="model-a-1")) == Answer(
        contents=("bad", "good"),
        client="remote",
        model="model-a-1",
        cached=True,
        attempts=3,
        input_tokens=20,
        output_tokens=10,
        cost_usd=0.5,
        seconds=1.514,
    )


def test_a_cost_that_is_known_in_part_is_unknown() -> None:
    assert answer(attempt(), attempt(cost_usd=None)).cost_usd is None


def test_what_used_no_tokens_cost_nothing() -> None:
    assert answer(attempt(None, input_tokens=0, output_tokens=0, cost_usd=None)).cost_usd == 0.0


def test_the_model_is_the_one_that_was_asked_where_the_service_named_none() -> None:
    assert answer(attempt()).model == "model-a"


def test_a_refusal_says_what_the_model_or_the_filter_said() -> None:
    with pytest.raises(Refused, match="the model refused to answer: I cannot help"):
        answer_of(record("v1-a", "refusal", attempt(None, refusal="I cannot help")), cached=True)
    with pytest.raises(Refused, match="a content filter of the service withheld the answer"):
        answer_of(record("v1-a", "refusal", attempt(None, finish="content_filter")), cached=True)


def test_cached_answers_load_no_heavy_module(tmp_path: Path) -> None:
    asyncio.run(answers(Cached(TARGET, store=Store(tmp_path), source=Service()), "One."))
    code = """
import asyncio, sys
from summarise.clients.cache import Recording, Store
from summarise.clients.cached import Cached
from cache_records import TARGET, request
for opened in (Store, Recording):
    print(asyncio.run(Cached(TARGET, store=opened(sys.argv[1])).answer(request("One."))).cached)
print({"openai", "instructor", "numpy", "httpx2", "tenacity"} & set(sys.modules))
"""
    assert output_of(child(code, tmp_path, **HERE)).split() == ["True", "True", "set()"]


def test_what_a_service_calls_its_model_is_clean_and_the_record_keeps_it_as_it_came() -> None:
    kept = record("v1-a", "ok", attempt("\x1b{}", served="model\x1b[7m\u202e-a"), attempt("{}", served="\u200b"))
    assert answer_of(kept, cached=True).model == "model[7m-a"
    assert kept.attempts[0].served == "model\x1b[7m\u202e-a"
    assert answer_of(kept, cached=True).contents == ("\x1b{}", "{}")
    refusal = record("v1-a", "refusal", attempt(None, refusal="no\x1b]0;x\x07\nnever"))
    with pytest.raises(Refused, match=r"refused to answer: no\]0;x never "):
        answer_of(refusal, cached=True)
