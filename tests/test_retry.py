from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.clients.rate_limit import RetryPolicy, asked_pause, seconds
from summarise.errors import LimitReached, QuotaExceeded, RateLimited, Rejected, TooLong, Unreachable

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"x-ratelimit-reset-requests": "1m30s", "x-ratelimit-reset-tokens": "20ms"}, 90.0),
        ({"x-ratelimit-reset-requests": "1m30s", "x-ratelimit-reset-tokens": "20ms", "x-ratelimit-remaining-tokens": "0"}, 0.02),
        ({"x-ratelimit-reset": "12"}, 12.0),
        ({"x-ratelimit-reset": str(NOW + 7)}, 7.0),
        ({"x-ratelimit-reset": f"{(NOW + 7) * 1000:.0f}"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
    ],
)
def test_the_pause_that_a_service_asks_for(headers, pause):
    assert asked_pause(headers, NOW) == (None if pause is None else pytest.approx(pause))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20ms", 0.02),
        ("1s", 1.0),
        ("1m30.5s", 90.5),
        ("6h0m0s", 21600.0),
        ("2d", 172800.0),
        ("1.5", 1.5),
        ("", None),
        ("s", None),
        ("1 week", None),
        (None, None),
    ],
)
def test_durations_in_seconds(text, value):
    assert seconds(text) == (None if value is None else pytest.approx(value))


NAMES = ["retry-after", "retry-after-ms", "x-ratelimit-reset", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"]


@given(st.dictionaries(st.sampled_from(NAMES), st.text() | st.from_regex(r"\d{1,20}(\.\d+)?(ms|s|m|h)?", fullmatch=True)))
def test_whatever_the_headers_say_the_pause_is_a_finite_number_or_none(headers):
    pause = asked_pause(headers, NOW)
    assert pause is None or 0 <= pause < 1e17


@pytest.mark.parametrize(
    ("error", "tries"),
    [(Unreachable("x"), 6), (RateLimited("x"), 12), (Rejected("x"), 1), (QuotaExceeded("x"), 1), (TooLong("x"), 1), (LimitReached("x"), 1)],
)
def test_only_what_may_pass_is_tried_again(error, tries):
    assert RetryPolicy().tries(error) == tries
    assert (tries > 1) == error.retryable


@given(st.integers(1, 10_000))
def test_the_backoff_doubles_up_to_its_limit_with_jitter(attempt):
    ceiling = min(30.0, 0.5 * 2.0 ** min(attempt - 1, 60))
    assert ceiling / 2 <= RetryPolicy().backoff(attempt) <= ceiling
