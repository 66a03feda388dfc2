"""Which proxy a request goes through, and what is said of one that fails."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fake_openai import FakeOpenAI
from remote_client import QUICK, Asked, ask, ask_once, grounded

from summarise.clients.protocol import Target
from summarise.clients.rate_limit import RetryPolicy
from summarise.clients.remote import Remote
from summarise.clients.remote.transport import Proxy, proxy_for
from summarise.errors import Rejected, Unreachable

SECURE = "https://llm.example.org/v1"
PLAIN = "http://llm.example.org/v1"


@pytest.mark.parametrize(
    ("environment", "url", "found"),
    [
        ({}, SECURE, None),
        ({"HTTPS_PROXY": "http://p:1"}, SECURE, Proxy("http://p:1", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:1"}, SECURE, Proxy("http://q:1", "https_proxy")),
        ({"HTTPS_PROXY": "http://p:1"}, PLAIN, None),
        ({"ALL_PROXY": "p:1"}, PLAIN, Proxy("http://p:1", "ALL_PROXY")),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, PLAIN, None),
        *[
            ({"ALL_PROXY": "p:1"}, f"http://{host}/v1", None)
            for host in ("localhost:1", "127.0.0.1:1", "127.1.2.3", "[::1]:1", "x.localhost")
        ],
        *[
            ({"ALL_PROXY": "p:1", "NO_PROXY": names}, PLAIN, None)
            for names in ("*", "a, *", "llm.example.org", "EXAMPLE.org", ".example.org", "*.example.org", "x,example.org:80")
        ],
        *[
            ({"ALL_PROXY": "p:1", "no_proxy": names}, PLAIN, Proxy("http://p:1", "ALL_PROXY"))
            for names in ("", "ample.org", "example.org:443", "org.example", ".")
        ],
        ({"ALL_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8"}, "http://10.1.2.3/v1", None),
        ({"ALL_PROXY": "p:1", "NO_PROXY": "fd00::/8"}, "http://[fd00::1]/v1", None),
    ],
)
def test_the_proxy_is_the_one_that_the_environment_names_for_this_address(environment, url, found):
    assert proxy_for(url, environment) == found


def test_a_proxy_shows_no_password():
    proxy = Proxy("http://me:hunt@er22@proxy:3128/?key=canary", "HTTPS_PROXY")
    assert str(proxy) == "the proxy http://proxy:3128 (from HTTPS_PROXY)"
    assert repr(proxy) == "Proxy(the proxy http://proxy:3128 (from HTTPS_PROXY))"


@contextmanager
def proxy_that_says(words: bytes) -> Iterator[int]:
    """A server that answers whatever it is asked with the same bytes; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()
        server.settimeout(0.1)

        def run() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    connection.recv(65536)
                    connection.sendall(words)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join(5)


def asked_by_way_of(monkeypatch: pytest.MonkeyPatch, proxy: str, url: str = SECURE) -> Asked:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", proxy)

    async def main() -> Asked:
        target = Target("openai", url, "m")
        retry = RetryPolicy(attempts=2, base=0.001, max_backoff=0.001)
        async with Remote(target, check=grounded, api_key="sk-canary-1", retry=retry) as client:
            return await ask(client, "ok")

    return asyncio.run(main())


@pytest.mark.parametrize("url", [SECURE, PLAIN])
def test_a_proxy_that_wants_a_password_is_told_as_such_and_stops_the_run(monkeypatch, url):
    with proxy_that_says(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as port:
        asked = asked_by_way_of(monkeypatch, f"http://me:hunter22@127.0.0.1:{port}", url)
    assert type(asked.error) is Rejected
    proxy = f"the proxy http://127.0.0.1:{port} (from ALL_PROXY)"
    assert asked.error.message == f"{url} (model m): {proxy} answers 407: it requires a user name and a password"
    assert "NO_PROXY" in asked.error.hint


def test_a_proxy_that_does_not_let_us_through_is_told_as_such(monkeypatch):
    with proxy_that_says(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n") as port:
        asked = asked_by_way_of(monkeypatch, f"http://127.0.0.1:{port}")
    assert type(asked.error) is Unreachable
    assert asked.error.message == f"{SECURE} (model m): the proxy http://127.0.0.1:{port} (from ALL_PROXY) answers 502"


@pytest.mark.parametrize("url", [SECURE, PLAIN])
def test_a_proxy_that_is_not_there_is_told_as_such(monkeypatch, url):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    asked = asked_by_way_of(monkeypatch, f"http://me:hunter22@127.0.0.1:{port}", url)
    assert type(asked.error) is Unreachable
    assert asked.error.message.startswith(f"{url} (model m): the proxy http://127.0.0.1:{port} (from ALL_PROXY) does not answer (")
    assert "hunter22" not in str(asked.error)


@pytest.mark.parametrize("proxy", ["socks5://me:hunter22@127.0.0.1:1", "http://me:hunter22@127.0.0.1:port", "http://[", "http://"])
def test_a_proxy_that_cannot_be_used_is_told_as_such(monkeypatch, proxy):
    asked = asked_by_way_of(monkeypatch, proxy)
    assert type(asked.error) is Rejected
    assert asked.error.message.endswith(" (from ALL_PROXY) cannot be used")
    assert "hunter22" not in str(asked.error)


def test_no_proxy_is_asked_on_the_way_to_this_machine(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with FakeOpenAI() as fake:
        assert ask_once(fake, "ok", retry=QUICK).status == "ok"
