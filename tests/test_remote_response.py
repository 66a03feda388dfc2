from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.clients.protocol import Target, body_of
from summarise.clients.remote.response import BodyError, Completion, completion_in
from summarise.prompt import draft_schema
from summarise.schema import Draft


def body(message: object, **more: object) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}], **more}).encode()


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ({"content": "{}"}, "{}"),
        ({"content": None}, ""),
        ({}, ""),
        ({"content": [{"type": "text", "text": "{"}, {"type": "thinking"}, {"type": "text", "text": "}"}, 3]}, "{}"),
        ({"content": None, "tool_calls": [{"function": {"name": "Draft", "arguments": '{"a":1}'}}]}, '{"a":1}'),
        ({"tool_calls": [{"function": {"arguments": {"a": 1}}}]}, '{"a": 1}'),
        ({"content": "x", "tool_calls": []}, "x"),
        ({"content": "x", "tool_calls": [{"function": None}]}, "x"),
    ],
)
def test_the_draft_is_found_wherever_the_service_puts_it(message, content):
    assert completion_in(body(message)) == Completion(content, None, "stop", None, None, None)


@pytest.mark.parametrize(
    "usage", [None, 5, [], {}, {"prompt_tokens": None}, {"prompt_tokens": -1}, {"prompt_tokens": True}, {"prompt_tokens": "9"}]
)
def test_token_counts_that_are_none_are_not_believed(usage):
    assert completion_in(body({"content": "x"}, usage=usage)).input_tokens is None


def test_token_counts_are_read():
    told = completion_in(body({"content": "x"}, usage={"prompt_tokens": 7, "completion_tokens": 10**30}, model="m-1"))
    assert (told.input_tokens, told.output_tokens, told.served) == (7, 10**9, "m-1")


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "it answered with an empty body"),
        (b" \n<html>", "it answered HTML, not the API"),
        (b'{"choices": [', "it answered with broken JSON"),
        (b"null", "it answered JSON without a choice in it"),
        (b'{"error": "down"}', "it answered with an error: down"),
        (b'{"error": {"message": "down"}}', "it answered with an error: down"),
    ],
)
def test_a_body_that_is_no_completion_is_named(raw, what):
    with pytest.raises(BodyError, match=f"^{what}$"):
        completion_in(raw)


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["choices", "message", "content", "usage", "error", "model"]), inner)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_body_is_a_completion_or_a_body_error(raw: bytes):
    try:
        completion_in(raw)
    except BodyError as error:
        assert error.what


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 5}}, 5),
        ({"input_tokens_details": {"cached_tokens": 0}}, 0),
        ({"cache_read_input_tokens": 7, "prompt_tokens_details": None}, 7),
        ({"prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 1}, 8),
        ({"cached_content_token_count": None}, None),
        ({"prompt_tokens_details": {"cached_tokens": -5}}, None),
        ({"prompt_tokens_details": [5]}, None),
        ({}, None),
        (None, None),
    ],
)
def test_cached_tokens_are_read_by_any_vendors_name_for_them(usage, cached):
    assert completion_in(body({"content": "x"}, usage=usage)).cached_input_tokens == cached


DRAFT = '{"gist": "", "claims": [], "stances": [], "figures": []}'


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ({"content": None, "reasoning_content": f"I think so. {DRAFT}"}, f"I think so. {DRAFT}"),
        ({"content": "", "reasoning": DRAFT}, DRAFT),
        ({"content": DRAFT, "reasoning": "{}"}, DRAFT),
        ({"content": None, "reasoning_content": "I think so.", "reasoning": DRAFT}, DRAFT),
        ({"content": None, "reasoning_content": 'Is it {"a": 1}?'}, ""),
        ({"content": None, "reasoning": {"text": DRAFT}}, ""),
    ],
)
def test_a_draft_among_the_thoughts_is_the_answer_where_there_is_no_other(message, content):
    assert completion_in(body(message)).content == content


# --- the schema that is sent ------------------------------------------------------------------------------------------


def words_of(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {word for item in schema for word in words_of(item)}
    if not isinstance(schema, dict):
        return set()
    found: set[str] = set()
    for word, value in schema.items():
        named = word in ("properties", "$defs")
        found |= {word} | ({w for inner in value.values() for w in words_of(inner)} if named else words_of(value))
    return found


def sent_to(endpoint: str, model: str = "gpt-5-mini") -> dict:
    return body_of(Target("openai", endpoint, model, temperature=None), [])


def test_openai_gets_the_part_of_json_schema_that_its_strict_mode_takes():
    sent = sent_to("https://api.openai.com/v1")
    words = words_of(sent["response_format"]["json_schema"]["schema"])
    assert not words & {"minLength", "maxLength", "title", "default"}
    assert not words & {"pattern", "maxItems", "minItems", "maximum", "minimum"}
    assert "additionalProperties" in words
    assert sent["max_completion_tokens"] == 4096
    assert "max_tokens" not in sent


@pytest.mark.parametrize(
    ("endpoint", "model"), [("https://me.openai.azure.com/openai/v1", "x"), ("https://api.openai.com/v1", "ft:gpt-4o:me")]
)
def test_azure_and_fine_tuned_models_get_no_limits_at_all(endpoint, model):
    words = words_of(sent_to(endpoint, model)["response_format"]["json_schema"]["schema"])
    assert not words & {"minLength", "maxLength", "pattern", "maxItems", "minItems", "maximum", "minimum"}


def test_other_servers_get_no_limits_and_no_more_than_they_need() -> None:
    sent = sent_to("http://127.0.0.1:8080/v1")
    words = words_of(sent["response_format"]["json_schema"]["schema"])
    assert not words & {"maxLength", "minLength", "pattern", "maxItems", "minItems", "additionalProperties"}
    assert sent["max_tokens"] == 4096


def test_the_schema_that_is_sent_is_that_of_a_draft_whatever_the_service() -> None:
    for strict in (True, False):
        schema = draft_schema(strict=strict)
        items = [inner["items"] for inner in schema["properties"].values() if inner["type"] == "array"]
        assert list(schema["properties"]) == list(Draft.model_fields)
        assert len(items) == len(Draft.model_fields) - 1
        assert all((inner.get("additionalProperties") is False) == strict for inner in (schema, *items))
        assert not words_of(schema) & {"$defs", "$ref"}


def test_strict_services_want_each_field_and_from_others_what_is_empty_may_be_left_out() -> None:
    assert draft_schema(strict=True)["required"] == list(Draft.model_fields)
    assert draft_schema()["required"] == ["gist", "claims", "stances", "figures"]
