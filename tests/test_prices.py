from __future__ import annotations

import subprocess
import sys

import pytest

from summarise.clients.prices import context_window, cost

OPENAI = "https://api.openai.com/v1"


def test_a_known_model_has_a_price_by_the_token():
    assert cost("gpt-5-mini", OPENAI, 1_000_000, 0) == pytest.approx(0.25)
    assert cost("gpt-5-mini", OPENAI, 0, 1_000_000) == pytest.approx(2.0)
    assert cost("gpt-5-mini", OPENAI, 0, 0) == 0


def test_tokens_from_the_cache_of_the_service_have_their_own_price_where_there_is_one():
    assert cost("gpt-5-mini", OPENAI, 1_000_000, 0, 400_000) == pytest.approx(0.6 * 0.25 + 0.4 * 0.025)
    assert cost("claude-sonnet-4-5", "anthropic", 100_000, 0, 50_000) == pytest.approx(0.05 * 3 + 0.05 * 0.3)
    assert cost("claude-2", "anthropic", 1_000_000, 0, 400_000) == cost("claude-2", "anthropic", 1_000_000, 0)


def test_a_vendor_is_known_by_name_too():
    assert cost("gpt-5-mini", "openai", 4, 0) == cost("gpt-5-mini", OPENAI, 4, 0)
    assert cost("claude-sonnet-4-5", "anthropic", 1_000, 0) == pytest.approx(0.003)


def test_a_price_in_steps_is_that_of_the_whole_request():
    small, large = (cost("gemini-2.5-pro", "google", tokens, 0) for tokens in (100_000, 300_000))
    assert large > 3 * small


def test_behind_an_unknown_address_the_names_of_openai_count():
    assert cost("gpt-5-mini", "http://127.0.0.1:8080/v1", 8, 8) == cost("gpt-5-mini", OPENAI, 8, 8)
    assert context_window("gpt-5-mini", "http://127.0.0.1:8080/v1") == context_window("gpt-5-mini", OPENAI)


@pytest.mark.parametrize(
    ("model", "endpoint"),
    [
        ("qwen2.5-coder-0.5b", "http://127.0.0.1:8080/v1"),
        ("llama3.1:8b", "http://localhost:11434/v1"),
        ("my-own", OPENAI),
        ("x", "acme"),
        ("", ""),
    ],
)
def test_what_is_not_known_has_no_price(model, endpoint):
    assert cost(model, endpoint, 1000, 1000) is None
    assert context_window(model, endpoint) is None


def test_the_price_list_is_not_loaded_before_it_is_asked():
    code = "import sys, summarise.clients.prices; print('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
