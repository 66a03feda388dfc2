"""Which variables hold secrets, and how these are taken out of what others say."""

from __future__ import annotations

import asyncio
import base64
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.concurrency import Worker
from summarise.errors import SettingsError
from summarise.secrets import Redactor, check_key, is_secret_name, secrets_in, without_secrets

KEY = "sk-canary-0123/456+789=abcdefXYZ&<>"
REDACTOR = Redactor([KEY])
ESCAPES = {
    "JSON": lambda c: f"\\u{ord(c):04X}",
    "JSON in JSON": lambda c: f"\\\\u{ord(c):04x}",
    "a URL": lambda c: f"%{ord(c):02X}",
    "a URL in a URL": lambda c: f"%25{ord(c):02x}",
    "HTML": lambda c: f"&#{ord(c)};",
    "hexadecimal HTML": lambda c: f"&#x{ord(c):X};",
}


SECRET_NAMES = """OPENAI_API_KEY SUMMARISE_API_KEY AWS_SECRET_ACCESS_KEY DATABRICKS_TOKEN HF_TOKEN GITHUB_TOKEN GITHUB_PAT DB_PASSWORD
PGPASSWORD MYSQL_PWD SSHPASS AZURE_CLIENT_SECRET OPENAI_API_KEY_2 GROQ_API_KEYS api-key accessToken X-Auth AZURE_STORAGE_CONNECTION_STRING
GOOGLE_APPLICATION_CREDENTIALS SENTRY_DSN apikey subscription-key sig"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_names_of_secrets_are_known(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "PWD",
        "OLDPWD",
        "HOME",
        "PATH",
        "KEYBOARD",
        "SUMMARISE_MAX_TOKENS",
        "TOKENIZERS_PARALLELISM",
        "api-version",
        "author",
        "GIT_CONFIG_KEY_0",
    ],
)
def test_other_names_are_not(name):
    assert not is_secret_name(name)


def test_secrets_are_values_of_such_names_each_key_of_a_list_and_passwords_in_urls():
    environment = {
        "HF_TOKEN": " hf_0123456789 \n",
        "GROQ_API_KEYS": "gsk_0123456789abcdef,gsk_fedcba9876543210",
        "HTTPS_PROXY": "http://me:hunter22@proxy:3128",
        "HOME": "/home/me",
    }
    found = ["hf_0123456789", "gsk_0123456789abcdef,gsk_fedcba9876543210", "gsk_0123456789abcdef", "gsk_fedcba9876543210", "hunter22"]
    assert list(secrets_in(environment)) == found
    assert without_secrets(environment) == {"HOME": "/home/me"}


@pytest.mark.parametrize("how", ESCAPES)
def test_a_secret_is_found_however_its_characters_are_escaped(how):
    every = "".join(map(ESCAPES[how], KEY))
    some = "".join(ESCAPES[how](c) if c in "/+=&<>" else c for c in KEY)
    assert REDACTOR.text(f"Bearer {every}, {some}.") == "Bearer [key], [key]."


@pytest.mark.parametrize(
    "told", [KEY.upper(), KEY.lower(), KEY.replace("/", "\\/"), KEY.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")]
)
def test_a_secret_is_found_in_other_case_and_as_php_and_html_write_it(told):
    assert REDACTOR.text(f"'{told}'") == "'[key]'"


@pytest.mark.parametrize("before", ["", "Bearer ", "me:", "user:", "x"])
@pytest.mark.parametrize("code", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_found_in_base64_with_anything_before_it(before, code):
    told = code(f"{before}{KEY}".encode()).decode()
    shown = REDACTOR.text(f"Basic {told}")
    assert "[key]" in shown
    assert len(shown) <= len("Basic [key]") + len(base64.b64encode(before.encode())) + 6


def test_a_piece_from_either_end_is_found_and_little_of_each_end_is_shown():
    assert REDACTOR.text(f"{KEY[:20]}… and …{KEY[-9:]}") == "[key]… and …[key]"
    assert REDACTOR.text(f"{KEY[:4]}…{KEY[-4:]}") == f"{KEY[:4]}…{KEY[-4:]}"


def test_json_stays_json_of_the_same_shape():
    told = json.dumps({"a": json.dumps({"b": f"\n{KEY}\n", "c": [KEY, f'"{KEY}"']})})
    assert json.loads(json.loads(REDACTOR.text(told))["a"]) == {"b": "\n[key]\n", "c": ["[key]", '"[key]"']}


def test_what_the_question_held_is_no_secret():
    redactor = Redactor(["newspaper"])
    assert redactor.clean(b"The newspaper said", b"[1] A Newspaper closed.") == b"The newspaper said"
    assert redactor.clean(b"The newspaper said", b"[1] A journal closed.") == b"The [key] said"


@given(st.binary() | st.text().map(str.encode))
def test_what_holds_no_secret_comes_back_as_the_same_object(told: bytes):
    assert REDACTOR.clean(told) is told


@given(st.text(), st.text(alphabet="abc/+%&u0\\", min_size=8), st.text())
def test_no_secret_is_left_whatever_stands_around_it(before: str, secret: str, after: str):
    assert secret not in Redactor([secret]).text(f"{before}{secret}{after}").replace("[key]", "\0")


@pytest.mark.parametrize("key", ["…", "sk-…", "sk-ä", "sk a", "sk\na", "sk-\x1b[0m", "sk-\x7f", "\ud83d"])
def test_what_can_be_no_key_is_refused_in_words_and_not_repeated(key):
    with pytest.raises(SettingsError) as error:
        check_key(key, "OPENAI_API_KEY")
    assert error.value.message == "the key in OPENAI_API_KEY holds a character that no key has; is it still the example's?"
    assert key not in str(error.value)


def test_a_worker_process_is_given_no_secret(monkeypatch):
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-canary-1")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary-2@127.0.0.1:9")

    async def environment_of_a_worker() -> dict[str, str]:
        worker = await Worker.start("import os; from summarise.concurrency import serve; serve(lambda question: dict(os.environ))")
        try:
            return await worker.ask(None)
        finally:
            await worker.close()

    seen = asyncio.run(environment_of_a_worker())
    assert seen["PATH"] == os.environ["PATH"]
    assert "canary" not in repr(seen)
