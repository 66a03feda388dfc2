from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import instructor
import openai
import pytest
from fake_openai import FakeOpenAI
from pydantic import BaseModel
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


def test_cached_tokens_of_a_vendor_are_among_its_input_tokens():
    told = completion_in(asked("from-cache=200"))
    assert (told.cached_input_tokens, told.input_tokens > 200) == (200, True)


class AnthropicUsage(BaseModel):
    input_tokens: int = 30
    cache_creation_input_tokens: int | None = 20
    cache_read_input_tokens: int = 100
    output_tokens: int = 7


class AnthropicClient:
    """As instructor's client of Anthropic, whose input tokens are only those beside the cache."""

    async def create_with_completion(self, response_model, **_):
        return response_model.model_validate({"gist": ""}), SimpleNamespace(usage=AnthropicUsage(), model="claude")


def test_what_anthropic_counts_beside_its_input_tokens_is_input_too():
    body = body_of(Target("anthropic", "anthropic", "claude"), request("ok").messages)
    told = completion_in(asyncio.run(ask_vendor(AnthropicClient(), body)))
    assert (told.input_tokens, told.cached_input_tokens, told.output_tokens) == (150, 100, 7)


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
