"""Settings and where they come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarise.errors import SettingsError
from summarise.settings import Settings, api_key, is_loopback, load


def test_nothing_set_is_the_mock() -> None:
    assert load({}, {}) == Settings()


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    file = tmp_path / "summarise.toml"
    file.write_text('model = "from-file"\nin_flight = 3\nrpm = 60\n')
    environment = {"SUMMARISE_MODEL": "from-environment", "SUMMARISE_IN_FLIGHT": "5"}
    settings = load({"model": "from-flag", "rpm": None}, environment, file)
    assert (settings.model, settings.in_flight, settings.rpm, settings.max_tokens) == ("from-flag", 5, 60.0, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("modle = 'x'", "unknown setting 'modle' (did you mean 'model')"),
        ("in_flight = 'many'", "in_flight: 'many' is not a whole number"),
        ("in_flight = 1.5", "in_flight: 1.5 is not a whole number"),
        ("rpm = true", "rpm: True is not a number"),
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
        ({"base_url": "ftp://x", "model": "m"}, "not an http address"),
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
    settings = load({"model": "m"}, {"SUMMARISE_API_KEY": "sk-secret"})
    assert settings.api_key == "sk-secret"
    assert "sk-secret" not in repr(settings)


# --- addresses --------------------------------------------------------------------------------------------------------

SECRETIVE = """http://user:canary@127.0.0.1:9/v1 http://canary@host/v1 http://:canary@host/v1 http://user%3Acanary%40host/v1 https://h/v1?key=canary
https://h/v1?api-key=canary https://h/v1?token=canary https://h/v1?access_token=1 https://h/v1?canary https://h/v1?x=canary https://h/v1#canary
https://h/v1?api-version=2024-10-01&sig=canary https://h/v1?api-version=canary https://h/v1;key=canary https://h/v1/token=canary/x
http://h/v1?sub%73cription-key=1 http://h:80canary@x/v1 ftp://user:canary@h/v1 http://user:canary@[::1/v1 http://user:canary@h:port/v1"""
BAD = """http:// http:///v1 http://:8080/v1 http://h:port/v1 http://h:99999/v1 http://h:-1/v1 http://h:0/v1 http://h:/v1 http://[::1/v1 http://::1/v1
http://[::g]/v1 http://a]b/v1 http://a[b]/v1 http://[::1]x/v1 http://a..b/v1 http://. ftp://h/v1 h:8080 //h/v1 http:/h http:h http://h\\@x/v1
http://a%20b/v1 http://a|b/v1 http://<h>/v1"""
INVISIBLE = [
    "http://a b/v1",
    " http://h/v1",
    "http://h/v1\n",
    "http://h/\tv1",
    "http://h/\0",
    "http://h/\x1b[0m",
    "http://h/\u202e",
    "http://h/\ud800",
]
GOOD = """http://127.0.0.1:8080/v1 https://llm.example.org/v1/ http://[::1]:8080/v1 http://localhost https://h/v1?api-version=2024-10-01-preview
http://my_host:1/v1 https://bücher.example/v1 https://h/openai/deployments/my-model https://h/v1?v=2&stream=false http://h/@cf/v1"""


@pytest.mark.parametrize("url", [*SECRETIVE.split(), *BAD.split(), *INVISIBLE])
def test_an_address_that_holds_a_secret_or_is_none_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    (tmp_path / "summarise.toml").write_text(f"base_url = {json.dumps(url)}" if url.isprintable() else 'base_url = "http://a b"')
    for refused in (
        lambda: Settings(model="m", base_url=url),
        lambda: load({"model": "m", "base_url": url}, {}),
        lambda: load({"model": "m"}, {"SUMMARISE_BASE_URL": url}),
        lambda: load({"model": "m"}, {}, tmp_path / "summarise.toml"),
    ):
        with pytest.raises(SettingsError, match=r"^base_url (?:contains|is not|has)") as error:
            refused()
        assert error.value.hint
        assert "canary" not in str(error.value)
        assert str(error.value).isprintable()


@pytest.mark.parametrize("url", GOOD.split())
def test_other_addresses_are_taken(url: str) -> None:
    assert Settings(model="m", base_url=url).base_url == url


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST", "localhost.", "api.localhost", "::ffff:127.0.0.1"]
)
def test_this_machine_has_many_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", [None, "", "10.0.0.1", "localhost.example.org", "notlocalhost", "127.example.org", "::2"])
def test_other_hosts_are_not_this_machine(host: str | None) -> None:
    assert not is_loopback(host)


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["…", "sk-…", "sk-1\nsk-2", "sk 1", "sk-\x07"])
@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ({"model": "gpt-5-mini"}, "OPENAI_API_KEY"),
        ({"model": "openai/gpt-5-mini"}, "OPENAI_API_KEY"),
        ({"model": "m", "base_url": "http://127.0.0.1:9/v1"}, "SUMMARISE_API_KEY"),
        ({"model": "anthropic/claude"}, "ANTHROPIC_API_KEY"),
        ({"model": "databricks/dbrx"}, "DATABRICKS_TOKEN"),
    ],
)
def test_a_key_that_can_be_none_is_refused_before_anything_is_read(key: str, flags: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsError, match=f"^the key in {name} holds a character that no key has; is it still the example's?") as error:
        load(flags, {name: key})
    assert key not in str(error.value)


def test_a_key_that_nobody_is_sent_is_not_looked_at() -> None:
    bad = {"OPENAI_API_KEY": "…", "SUMMARISE_API_KEY": "…", "ANTHROPIC_API_KEY": "…"}
    assert load({}, bad).api_key is None
    assert load({"model": "m", "replay": "x.jsonl"}, bad).api_key is None
    assert load({"model": "mistral/large"}, {"ANTHROPIC_API_KEY": "…", "OPENAI_API_KEY": "…"}).api_key is None


def test_the_line_end_of_a_file_is_no_part_of_a_key() -> None:
    assert load({"model": "m"}, {"OPENAI_API_KEY": "sk-1234\n"}).api_key == "sk-1234"


def test_an_openai_key_is_not_sent_to_another_vendor() -> None:
    keys = {"OPENAI_API_KEY": "sk-openai"}
    assert [load({"model": model}, keys).api_key for model in ("gpt-5", "openai/gpt-5", "anthropic/claude")] == [
        "sk-openai",
        "sk-openai",
        None,
    ]


# --- a file that lies here --------------------------------------------------------------------------------------------

THERE = "https://collector.example/v1"


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "summarise.toml"
    path.write_text(f'model = "m"\nbase_url = "{THERE}"\n')
    return path


def test_a_file_that_lies_here_does_not_say_who_gets_a_key(found: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load({}, {"SUMMARISE_API_KEY": "sk-canary"})
    assert error.value.message == f"summarise.toml in this folder would send the key in SUMMARISE_API_KEY to {THERE}"
    assert error.value.hint == "to allow it: --trust-config, --config summarise.toml, or --base-url"
    found.write_text('model = "anthropic/claude"')
    with pytest.raises(SettingsError, match="would send the key in SUMMARISE_API_KEY to anthropic"):
        load({}, {"SUMMARISE_API_KEY": "sk-canary"})


def test_what_the_user_says_too_is_confirmed(found: Path) -> None:
    key = {"SUMMARISE_API_KEY": "sk-canary"}
    for settings in (
        load({}, key, trusted=True),
        load({}, key, found),
        load({"base_url": THERE}, key),
        load({}, key | {"SUMMARISE_BASE_URL": THERE}),
    ):
        assert (settings.base_url, settings.api_key) == (THERE, "sk-canary")


def test_without_a_key_to_send_a_file_may_name_a_server(found: Path) -> None:
    settings = load({}, {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-ant"})
    assert (settings.base_url, settings.api_key) == (THERE, None)
    found.write_text('model = "anthropic/claude"')
    assert load({}, {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-ant"}).api_key is None


def test_the_cache_is_the_same_from_every_working_directory(tmp_path: Path) -> None:
    assert Settings().cache_folder.is_absolute()
    assert Settings(cache=tmp_path).cache_folder == tmp_path


def test_a_server_on_this_machine_is_asked_little_at_once_and_given_time() -> None:
    far, near = Settings(model="m", base_url="https://llm.example.org/v1"), Settings(model="m", base_url="http://127.0.0.1:8080/v1")
    assert [(s.requests_at_once, s.seconds_a_request) for s in (far, near)] == [(16, 300.0), (2, 900.0)]
    assert Settings(model="m", base_url="http://localhost:1/v1", in_flight=64, deadline=5.0).requests_at_once == 64
