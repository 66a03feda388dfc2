from __future__ import annotations

import asyncio
import json

import instructor
import openai
import pytest
from fake_openai import FakeOpenAI
from remote_client import request

from summarise.clients.protocol import Target, body_of
from summarise.clients.remote.response import Completion, completion_in
from summarise.clients.remote.transport import ask_vendor


def asked(words: str) -> bytes:
    """One request by way of instructor's own client, as for a vendor with an SDK of its own."""

    async def main(url: str) -> bytes:
        async with openai.AsyncOpenAI(api_key="x", base_url=url, max_retries=0) as sdk:
            client = instructor.from_openai(sdk, mode=instructor.Mode.TOOLS, model="some-model")
            return await ask_vendor(client, body_of(Target("acme", "acme", "some-model"), request(words).messages))

    with FakeOpenAI() as fake:
        return asyncio.run(main(fake.url))


def test_the_answer_of_a_vendor_comes_as_the_body_of_a_completion():
    told = completion_in(asked("ok"))
    assert list(json.loads(told.content)) == ["gist", "claims", "stances", "figures", "corrections", "missed_figures"]
    assert (told.finish, told.served) == ("stop", "some-model-2026-01-01")
    assert told.input_tokens > 0
    assert told.output_tokens > 0


def test_a_bad_draft_is_left_for_later_checks():
    assert completion_in(asked("invalid")).content == '{"gist": 5}'


def test_a_cut_off_answer_says_so():
    told = completion_in(asked("length"))
    assert (told.content, told.finish) == ("", "length")


@pytest.mark.parametrize(
    ("words", "kind"), [("503", openai.InternalServerError), ("429", openai.RateLimitError), ("401", openai.AuthenticationError)]
)
def test_the_exceptions_of_the_sdk_come_through_for_translation(words, kind):
    with pytest.raises(kind):
        asked(words)


def test_no_usage_is_no_count():
    assert isinstance(told := completion_in(asked("no-usage")), Completion)
    assert (told.input_tokens, told.output_tokens) == (None, None)
