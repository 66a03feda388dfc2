"""No key gets anywhere, whatever is done with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from canary import KEY, Canary, fly
from fake_openai import ECHOES

# The others of a kind that is asked again and again; `python tests/canary.py` meets them all.
QUICK = [word for word in ECHOES if word not in ("echo-200", "echo-429", "echo-500")]


def test_no_key_is_found_in_any_file_output_or_process_whatever_the_service_repeats(tmp_path: Path) -> None:
    assert fly(tmp_path, QUICK) == []


@pytest.mark.parametrize("told", [KEY, KEY.upper(), KEY[:12], KEY[-12:]])
def test_the_canary_would_see_a_key(tmp_path: Path, told: str) -> None:
    canary = Canary(tmp_path, "http://127.0.0.1:9/v1")
    (tmp_path / "some.log").write_text(f"Authorization: Bearer {told}")
    canary.look_at_files()
    assert canary.leaks
