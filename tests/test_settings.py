"""Settings and where they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarise.errors import SettingsError
from summarise.settings import Settings, api_key, load


def test_nothing_set_is_the_mock() -> None:
    assert load({}, {}) == Settings()


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    file = tmp_path / "summarise.toml"
    file.write_text('model = "from-file"\nin_flight = 3\nrpm = 60\n')
    environment = {"SUMMARISE_MODEL": "from-environment", "SUMMARISE_IN_FLIGHT": "5"}
    settings = load({"model": "from-flag", "rpm": None}, environment, file)
    assert (settings.model, settings.in_flight, settings.rpm, settings.max_tokens) == ("from-flag", 5, 60.0, 4096)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("modle = 'x'", "unknown setting 'modle' (did you mean 'model')"),
        ("in_flight = 'many'", "in_flight: 'many' is no whole number"),
        ("in_flight = 1.5", "in_flight: 1.5 is no whole number"),
        ("rpm = true", "rpm: True is no number"),
        ("api_key = 'sk-1'", "keys do not belong in files (set SUMMARISE_API_KEY in the environment)"),
        ("model =", "cannot be read"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "summarise.toml"
    file.write_text(content)
    with pytest.raises(SettingsError) as error:
        load({}, {}, file)
    assert str(error.value).startswith(f"{file}: ")
    assert message in str(error.value)


def test_a_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load({}, {}, tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"in_flight": 0}, "in_flight is 0, but must be from 1 to 1024"),
        ({"temperature": 3.0}, "temperature is 3.0"),
        ({"base_url": "http://x", "model": None}, "base_url without a model"),
        ({"base_url": "ftp://x", "model": "m"}, "no http address"),
        ({"replay": Path("x.jsonl")}, "replay without a model"),
        ({"max_cost": float("nan"), "model": "m"}, "max_cost is nan"),
    ],
)
def test_settings_that_make_no_sense_are_refused(flags: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message.replace("(", r"\(")):
        load(flags, {})


def test_an_openai_key_goes_to_openai_only() -> None:
    keys = {"OPENAI_API_KEY": "sk-openai"}
    assert api_key(None, keys) == "sk-openai"
    assert api_key("https://api.openai.com/v1", keys) == "sk-openai"
    assert api_key("https://api.openai.com.evil.example/v1", keys) is None
    assert api_key("http://127.0.0.1:8080/v1", keys) is None
    assert api_key("http://127.0.0.1:8080/v1", keys | {"SUMMARISE_API_KEY": "mine"}) == "mine"


def test_a_key_never_shows() -> None:
    assert "sk-secret" not in repr(load({}, {"SUMMARISE_API_KEY": "sk-secret"}))


def test_the_cache_is_the_same_from_every_working_directory(tmp_path: Path) -> None:
    assert Settings().cache_folder.is_absolute()
    assert Settings(cache=tmp_path).cache_folder == tmp_path


def test_a_server_on_this_machine_is_asked_little_at_once_and_given_time() -> None:
    far, near = Settings(model="m", base_url="https://llm.example.org/v1"), Settings(model="m", base_url="http://127.0.0.1:8080/v1")
    assert [(s.requests_at_once, s.seconds_a_request) for s in (far, near)] == [(16, 300.0), (2, 900.0)]
    assert Settings(model="m", base_url="http://localhost:1/v1", in_flight=64, deadline=5.0).requests_at_once == 64
