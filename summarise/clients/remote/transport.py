"""The HTTP transport of the OpenAI SDK, by aiohttp: bodies with a size limit, no redirects, proxies from the environment."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx2

from summarise.address import is_loopback
from summarise.errors import ProviderError, Rejected, Unreachable
from summarise.secrets import Redactor


@dataclass(frozen=True)
class Proxy:
    """`variable` is where its `url` stands, which may hold a password: only `str` is for people."""

    url: str
    variable: str

    def __str__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        return f"the proxy {scheme}://{re.split('[/?#]', rest.rpartition('@')[2])[0]} (from {self.variable})"

    def __repr__(self) -> str:
        return f"Proxy({self})"

    @property
    def usable(self) -> bool:
        """Whether it is an HTTP proxy with an address that can be read."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and self.url.isprintable()
        except ValueError:
            return False


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy on the way to `url`: none to this machine, none to what NO_PROXY names."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    no_proxy = environment.get("no_proxy", environment.get("NO_PROXY", ""))
    if is_loopback(host) or _is_excepted(host, port, no_proxy):
        return None
    for name in _variables(parts.scheme, environment):
        if value := environment[name].strip():
            return Proxy(value if "://" in value else f"http://{value}", name)
    return None


def _variables(scheme: str, environment: Mapping[str, str]) -> list[str]:
    """Those that are set, the first that counts first: small letters before capitals."""
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    # In a CGI script, whoever asks can set HTTP_PROXY (CVE-2016-1000110).
    forged = "HTTP_PROXY" if "REQUEST_METHOD" in environment else None
    return [name for name in names if name in environment and name != forged]


def _is_excepted(host: str, port: int, no_proxy: str) -> bool:
    """Whether NO_PROXY names a host: as *, by name, by a domain above it, with or without port, by address or network."""
    entries = [entry for entry in re.split(r"[\s,]+", no_proxy.lower()) if entry]
    return "*" in entries or any(_is_named(host, port, entry) or _is_within(host, entry) for entry in entries)


def _is_named(host: str, port: int, entry: str) -> bool:
    name, _, only = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
    domain = name.removeprefix("*").lstrip(".")
    return bool(domain) and only in ("", str(port)) and f".{host}".endswith(f".{domain}")


def _is_within(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False


# Of the body of an error only the beginning is read; what it says is cut much shorter still.
_LARGEST_ERROR = 2**16

_ENCODINGS = {"": 0, "identity": 0, "gzip": 31, "x-gzip": 31, "deflate": 15}


class WireError(Exception):
    """No whole answer came. `sent` says that the request may have reached the service, and may be billed; `kind` is what it amounts to."""

    def __init__(self, what: str, *, sent: bool, kind: type[ProviderError] = Unreachable, hint: str = "") -> None:
        super().__init__(what)
        self.sent = sent
        self.kind = kind
        self.hint = hint


class Wire(httpx2.AsyncBaseTransport):
    """Sends what the SDK built. A decoded body over `largest` bytes is not read on: 200 kB of gzip can hold 370 MB.

    Whatever comes in is `redactor`'s first: no key that a service echoes gets past here.
    """

    def __init__(self, connections: int, connect: float, largest: int, redactor: Redactor) -> None:
        self._largest = largest
        self._redactor = redactor
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect)
        self._session: aiohttp.ClientSession | None = None
        self._proxy: Proxy | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session = self._session or self._open(request.url)
        proxy = self._proxy.url if self._proxy else None
        sent = False
        try:
            async with session.post(
                str(request.url), headers=_headers(request), data=request.content, allow_redirects=False, proxy=proxy
            ) as answer:
                sent = True
                if proxy and answer.status == 407:
                    raise self._refused_by_proxy(407)
                body = await self._body(answer)
        except aiohttp.ClientHttpProxyError as error:
            raise self._refused_by_proxy(error.status) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.SocketTimeoutError) as error:
            raise self._unconnected(error) from error
        except aiohttp.InvalidURL as error:
            raise WireError("that is no address", sent=False) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            where = " in the middle of the answer" if sent else ""
            by_way = f", by way of {self._proxy}" if self._proxy else ""
            raise WireError(f"the connection broke off{where}{by_way}", sent=True) from error
        content = self._redactor.clean(body, request.content)
        return httpx2.Response(answer.status, headers=self._answered(answer), content=content, request=request)

    async def aclose(self) -> None:
        if self._session:
            await self._session.close()

    def _open(self, url: httpx2.URL) -> aiohttp.ClientSession:
        # Looked up once, for aiohttp does it in a thread for every request.
        self._proxy = proxy_for(str(url), os.environ)
        if self._proxy and not self._proxy.usable:
            raise WireError(f"{self._proxy} is none that can be used", sent=False, kind=Rejected, hint=f"an http:// proxy, or {_PAST}")
        # Reading the certificates takes a tenth of a second.
        connector = aiohttp.TCPConnector(limit=self._connections, ssl=httpx2.create_ssl_context() if url.scheme == "https" else True)
        # One request has no business with another: no cookies.
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=connector, timeout=self._timeout, cookie_jar=jar, auto_decompress=False)

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """The body, decoded. Raises WireError when it is too large or coded in a way that nobody asked for."""
        encoding = answer.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise WireError(f"it answered in the encoding '{encoding[:40]}', which was not asked for", sent=True)
        largest = self._largest if answer.status < 400 else _LARGEST_ERROR
        unpack = zlib.decompressobj(_ENCODINGS[encoding]) if _ENCODINGS[encoding] else None
        pieces: list[bytes] = []
        size = 0
        async for packed in answer.content.iter_any():
            piece = _unpacked(unpack, packed, largest - size + 1) if unpack else packed
            size += len(piece)
            pieces.append(piece)
            if size > largest:
                if answer.status < 400:
                    raise self._too_large(answer)
                break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _answered(self, answer: aiohttp.ClientResponse) -> list[tuple[bytes, bytes]]:
        """The headers for the SDK, without secrets."""
        kept = [pair for pair in answer.raw_headers if pair[0].lower() not in _SPENT]
        joined = b"\n".join([b": ".join(pair) for pair in kept])
        if self._redactor.clean(joined) is joined:
            return kept
        return [(name, self._redactor.clean(value)) for name, value in kept if self._redactor.clean(name) is name]

    def _too_large(self, answer: aiohttp.ClientResponse) -> WireError:
        """Not retryable: it was probably billed, and the next would be no smaller."""
        known = f" ({answer.content_length / 2**20:.1f} MiB)" if answer.content_length and answer.content_length > self._largest else ""
        what = f"it answered with more than {self._largest / 2**20:g} MiB{known}"
        return WireError(what, sent=True, kind=ProviderError, hint="no summary is that large: is this the right service, and model?")

    def _refused_by_proxy(self, status: int) -> WireError:
        """407 and the like stay as they are; a 5xx may pass."""
        wants = ": it wants a user name and a password" if status == 407 else ""
        kind = Rejected if status < 500 else Unreachable
        return WireError(f"{self._proxy} answers {status}{wants}", sent=False, kind=kind, hint=f"set it right, or {_PAST}")

    def _unconnected(self, error: aiohttp.ClientError) -> WireError:
        late = not isinstance(error, aiohttp.ClientConnectorError)
        if self._proxy is None or isinstance(error, aiohttp.ClientSSLError):
            return WireError("no connection in time" if late else f"no connection ({_reason(error)})", sent=False)
        why = "does not answer in time" if late else f"does not answer ({_reason(error)})"
        return WireError(f"{self._proxy} {why}", sent=False, hint=f"is it up, and its address right? Else {_PAST}")


_PAST = "name the host in NO_PROXY to go past it"

# Headers that are no longer true of a decoded body, or no business of the SDK.
_SPENT = {b"content-encoding", b"content-length", b"transfer-encoding", b"set-cookie"}


def _headers(request: httpx2.Request) -> list[tuple[str, str]]:
    skipped = ("content-length", "host", "accept-encoding", "connection")
    kept = [(name, value) for name, value in request.headers.multi_items() if name not in skipped]
    return [*kept, ("accept-encoding", "identity")]


def _unpacked(unpack: Any, packed: bytes, most: int) -> bytes:
    try:
        return bytes(unpack.decompress(packed, max(1, most)))
    except zlib.error as error:
        raise WireError("it answered with a damaged gzip body", sent=True) from error


def _reason(error: aiohttp.ClientError) -> str:
    reason = getattr(error, "os_error", None)
    return (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else type(error).__name__
