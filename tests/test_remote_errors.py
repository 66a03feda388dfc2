from __future__ import annotations

import subprocess
import sys

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.clients.remote.errors import BY_CLASS, BY_STATUS, REPLACEMENTS, ParameterFallback, Service, translate
from summarise.errors import ProviderError, QuotaExceeded, RateLimited, Rejected, SummariseError, TooLong, Unreachable

SERVICE = Service("http://127.0.0.1:9/v1", "m", "sk-secret")
REQUEST = httpx2.Request("POST", "http://127.0.0.1:9/v1/chat/completions")


def status_error(status: int, body: object = None, headers: dict[str, str] | None = None) -> openai.APIStatusError:
    """The exception that the SDK raises for an answer of this status."""
    response = httpx2.Response(status, json=body, headers=headers, request=REQUEST)
    return openai.OpenAI(api_key="x", base_url="http://127.0.0.1:9")._make_status_error_from_response(response)


def every_class() -> list[type[Exception]]:
    """All exception classes that the SDK exports, and those derived from its base."""
    exported = {value for value in list(vars(openai).values()) if isinstance(value, type) and issubclass(value, Exception)}
    exported |= {getattr(openai._exceptions, name) for name in openai._exceptions.__all__}
    todo = [openai.OpenAIError]
    while todo:
        kind = todo.pop()
        exported.add(kind)
        todo += kind.__subclasses__()
    return sorted(exported, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", every_class(), ids=lambda kind: kind.__name__)
def test_every_exception_class_of_the_sdk_is_mapped(kind):
    assert any(base.__name__ in BY_CLASS for base in kind.__mro__)


@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 452), *range(500, 530)])
def test_every_status_is_an_error_of_ours_with_words_for_people(status):
    error = translate(status_error(status, {"error": {"message": "so it is"}}), SERVICE).error
    assert isinstance(error, ProviderError)
    assert str(SERVICE) in error.message
    assert str(status) in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"message": "x", "code": "context_length_exceeded"}}, TooLong),
        (400, {"error": {"message": "x", "type": "exceed_context_size_error"}}, TooLong),
        (400, {"message": "Prompt is too long: 9 tokens"}, TooLong),
        (400, {"detail": "no"}, Rejected),
        (400, "no", Rejected),
        (400, [1], Rejected),
        (400, {"error": None}, Rejected),
        (400, {"error": {"message": {"deep": 1}, "code": 7}}, Rejected),
        (402, {"error": {"message": "Insufficient Balance"}}, QuotaExceeded),
        (413, None, TooLong),
        (422, {"detail": [{"loc": ["body"]}]}, Rejected),
        (422, {"detail": [{"loc": ["body", "messages"], "msg": "String should have at most 4096 characters"}]}, TooLong),
        (400, {"error": {"message": "Input tokens exceed the configured limit of 272000 tokens."}}, TooLong),
        (400, {"error": {"message": "max_tokens: 100000 exceeds the maximum of 8192 output tokens"}}, Rejected),
        (422, {"error": "`inputs` must have less than 1024 tokens. Given: 2000", "error_type": "validation"}, TooLong),
        (400, {"error": {"message": "max_tokens is too large: 100000. This model supports at most 16384 completion tokens"}}, Rejected),
        (429, {"error": {"message": "x", "type": "insufficient_quota"}}, QuotaExceeded),
        (429, {"error": {"message": "x", "type": "requests"}}, RateLimited),
        (429, None, RateLimited),
        (500, "<html>", Unreachable),
    ],
)
def test_what_a_status_means_depends_on_what_the_service_says(status, body, kind):
    assert type(translate(status_error(status, body), SERVICE).error) is kind


def test_the_tables_hold_no_retry_for_what_cannot_get_better():
    for status, rule in BY_STATUS.items():
        fault = rule(status_error(status, {"error": {"message": "x"}}), SERVICE)
        assert fault.error.retryable == (status in (408, 409, 429))


def test_an_exception_that_nobody_knows_is_raised_as_it_is():
    with pytest.raises(KeyError):
        translate(KeyError("a bug"), SERVICE)


def test_an_error_of_ours_stays_what_it_is():
    ours = SummariseError("x")
    assert translate(ours, SERVICE).error is ours


@given(st.text())
def test_what_a_service_says_is_shown_without_key_and_control_characters(words: str):
    shown = SERVICE.quoted(f"{words} sk-secret {words}")
    assert "sk-secret" not in shown
    assert shown.isprintable() or not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert len(shown) <= 301


def test_a_service_shows_no_key():
    assert "sk-secret" not in repr(SERVICE) + str(SERVICE)


# --- fallback ------------------------------------------------------------------------------------------------------

BODY = {"model": "m", "messages": [], "max_tokens": 5, "temperature": 0.0, "response_format": {"type": "json_schema"}}


@pytest.mark.parametrize(
    ("status", "told", "learnt"),
    [
        (
            400,
            {"message": "'response_format' of type 'json_schema' is not supported with this model.", "param": "response_format"},
            ["response_format"],
        ),
        (
            400,
            {"message": "Unsupported value: 'temperature' does not support 0", "param": "temperature", "code": "unsupported_value"},
            ["temperature"],
        ),
        (400, {"message": "Unsupported parameter: use 'max_completion_tokens'", "param": "max_tokens"}, ["max_tokens"]),
        (422, {"message": "body.response_format: Extra inputs are not permitted"}, ["response_format"]),
        (400, {"message": "Invalid schema for response_format 'Draft': 'x' is not supported", "param": "response_format"}, []),
        (400, {"message": "messages: not supported"}, []),
        (400, {"message": "response_format is malformed", "param": "response_format"}, []),
        (401, {"message": "response_format is not supported"}, []),
        (500, {"message": "response_format is not supported"}, []),
    ],
)
def test_only_a_field_that_is_named_as_unknown_is_given_up(status, told, learnt):
    fallback = ParameterFallback()
    assert fallback.learn(status_error(status, {"error": told}), BODY) == bool(learnt)
    assert fallback.refused == learnt


def test_a_body_without_the_field_is_left_alone():
    fallback = ParameterFallback()
    assert fallback.apply(BODY) == BODY
    fallback.refused = list(REPLACEMENTS)[:3]
    changed = fallback.apply(BODY)
    assert set(changed) == {"model", "messages", "max_completion_tokens", "tools", "tool_choice"}
    assert fallback.apply(changed) | {"tools": 0} == changed | {"tools": 0}


def test_a_service_that_refuses_both_names_of_a_field_is_not_asked_in_circles():
    fallback = ParameterFallback()
    assert fallback.learn(status_error(400, {"error": {"message": "max_tokens is not supported"}}), BODY)
    renamed = fallback.apply(BODY)
    assert not fallback.learn(status_error(400, {"error": {"message": "max_completion_tokens is not supported"}}), renamed)


# --- imports ----------------------------------------------------------------------------------------------------------


def test_making_a_client_loads_no_sdk():
    code = """
import sys
from summarise.clients.protocol import Target
from summarise.clients.remote import Remote
Remote(Target("openai", "http://127.0.0.1:9/v1", "m"), check=lambda request: lambda draft: [])
print([name for name in ("openai", "instructor", "tenacity", "aiohttp", "httpx2", "numpy") if name in sys.modules])
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
