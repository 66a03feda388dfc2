"""Transport: HTTP for the OpenAI SDK by aiohttp, with a size limit, no redirects and proxies; other vendors by instructor."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import httpx2
import instructor
from instructor.core import IncompleteOutputException, InstructorRetryException
from openai import AsyncOpenAI
from pydantic import BaseModel

from summarise.clients.protocol import Target
from summarise.clients.remote.errors import Service
from summarise.clients.remote.response import cached_tokens
from summarise.errors import ProviderError, Rejected, SettingsError, Unreachable
from summarise.prompt import draft_schema
from summarise.secrets import Redactor, check_key
from summarise.settings import is_loopback


@dataclass(frozen=True)
class Proxy:
    """A proxy; `variable` is the environment variable it comes from. Its `url` may hold a password, `str` does not."""

    url: str
    variable: str

    def __str__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        return f"the proxy {scheme}://{re.split('[/?#]', rest.rpartition('@')[2])[0]} (from {self.variable})"

    def __repr__(self) -> str:
        return f"Proxy({self})"

    @property
    def usable(self) -> bool:
        """Whether it is an HTTP proxy with a valid address."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and self.url.isprintable()
        except ValueError:
            return False


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy for `url`; None for this machine and for what NO_PROXY names."""
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
    """The proxy variables that are set, by precedence: lower case before upper case."""
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    # In a CGI script, the client can set HTTP_PROXY (CVE-2016-1000110).
    forged = "HTTP_PROXY" if "REQUEST_METHOD" in environment else None
    return [name for name in names if name in environment and name != forged]


def _is_excepted(host: str, port: int, no_proxy: str) -> bool:
    """Whether NO_PROXY matches a host: *, a name, a parent domain (each with or without port), an address or a network."""
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


# Only the beginning of the body of an error is read; the message in it is cut to 300 characters later.
_LARGEST_ERROR = 2**16

_ENCODINGS = {"": 0, "identity": 0, "gzip": 31, "x-gzip": 31, "deflate": 15}


class TransportError(Exception):
    """No whole response arrived. `sent`: the request may have reached the service, and may be billed. `kind` is our error for it."""

    def __init__(self, what: str, *, sent: bool, kind: type[ProviderError] = Unreachable, hint: str = "") -> None:
        super().__init__(what)
        self.sent = sent
        self.kind = kind
        self.hint = hint


class Transport(httpx2.AsyncBaseTransport):
    """Sends the requests of the SDK. Stops reading a decoded body over `largest` bytes: 200 kB of gzip can hold 370 MB.

    `redactor` takes out any key that the service echoes, before anything else sees the response.
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
            raise TransportError("the address is not valid", sent=False) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            where = " in the middle of the answer" if sent else ""
            by_way = f", by way of {self._proxy}" if self._proxy else ""
            raise TransportError(f"the connection broke off{where}{by_way}", sent=True) from error
        content = self._redactor.clean(body, request.content)
        return httpx2.Response(answer.status, headers=self._answered(answer), content=content, request=request)

    async def aclose(self) -> None:
        if self._session:
            await self._session.close()

    def _open(self, url: httpx2.URL) -> aiohttp.ClientSession:
        # Looked up once: aiohttp would do it in a thread for every request.
        self._proxy = proxy_for(str(url), os.environ)
        if self._proxy and not self._proxy.usable:
            raise TransportError(f"{self._proxy} cannot be used", sent=False, kind=Rejected, hint=f"set an http:// proxy, or {_BYPASS}")
        # Reading the certificates takes a tenth of a second.
        connector = aiohttp.TCPConnector(limit=self._connections, ssl=httpx2.create_ssl_context() if url.scheme == "https" else True)
        # No cookies: requests are independent.
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=connector, timeout=self._timeout, cookie_jar=jar, auto_decompress=False)

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """The decoded body. Raises TransportError where it is too large or has an encoding that was not requested."""
        encoding = answer.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise TransportError(f"the response has the encoding '{encoding[:40]}', which was not requested", sent=True)
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
        """The response headers for the SDK, without secrets."""
        kept = [pair for pair in answer.raw_headers if pair[0].lower() not in _DROPPED_HEADERS]
        joined = b"\n".join([b": ".join(pair) for pair in kept])
        if self._redactor.clean(joined) is joined:
            return kept
        return [(name, self._redactor.clean(value)) for name, value in kept if self._redactor.clean(name) is name]

    def _too_large(self, answer: aiohttp.ClientResponse) -> TransportError:
        """Not retryable: it was probably billed, and the next response would be as large."""
        known = f" ({answer.content_length / 2**20:.1f} MiB)" if answer.content_length and answer.content_length > self._largest else ""
        what = f"the response is larger than {self._largest / 2**20:g} MiB{known}"
        return TransportError(what, sent=True, kind=ProviderError, hint="no summary is that large: check the base URL and the model")

    def _refused_by_proxy(self, status: int) -> TransportError:
        """Only a 5xx is worth a retry."""
        wants = ": it requires a user name and a password" if status == 407 else ""
        kind = Rejected if status < 500 else Unreachable
        return TransportError(f"{self._proxy} answers {status}{wants}", sent=False, kind=kind, hint=f"correct it, or {_BYPASS}")

    def _unconnected(self, error: aiohttp.ClientError) -> TransportError:
        late = not isinstance(error, aiohttp.ClientConnectorError)
        if self._proxy is None or isinstance(error, aiohttp.ClientSSLError):
            return TransportError("no connection in time" if late else f"no connection ({_reason(error)})", sent=False)
        why = "does not answer in time" if late else f"does not answer ({_reason(error)})"
        return TransportError(f"{self._proxy} {why}", sent=False, hint=f"check that it is running and its address is right, or {_BYPASS}")


_BYPASS = "name the host in NO_PROXY to bypass it"

# Headers that do not hold for the decoded body, or that the SDK must not see.
_DROPPED_HEADERS = {b"content-encoding", b"content-length", b"transfer-encoding", b"set-cookie"}


def _headers(request: httpx2.Request) -> list[tuple[str, str]]:
    skipped = ("content-length", "host", "accept-encoding", "connection")
    kept = [(name, value) for name, value in request.headers.multi_items() if name not in skipped]
    return [*kept, ("accept-encoding", "identity")]


def _unpacked(unpack: Any, packed: bytes, most: int) -> bytes:
    try:
        return bytes(unpack.decompress(packed, max(1, most)))
    except zlib.error as error:
        raise TransportError("the response has a damaged gzip body", sent=True) from error


def _reason(error: aiohttp.ClientError) -> str:
    reason = getattr(error, "os_error", None)
    return (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else type(error).__name__


# --- requests ---------------------------------------------------------------------------------------------------------

# No summary is larger than this, in bytes.
_LARGEST_BODY = 8 * 2**20


class Connection:
    """Sends requests by the OpenAI SDK where the service has that API, else by the client of its vendor ("anthropic/…").

    Raises SettingsError where the vendor is unknown, or a package or key is missing.
    """

    def __init__(self, target: Target, service: Service, connections: int, connect_timeout: float) -> None:
        self._redactor = service.redactor
        self._vendor: Any = None
        self._sdk: AsyncOpenAI | None = None
        base_url, key = target.endpoint, service.secret
        if target.api != "openai":
            self._vendor = _vendor_client(target, service)
            if not isinstance(self._vendor.client, AsyncOpenAI):
                return
            base_url, key = str(self._vendor.client.base_url), self._vendor.client.api_key
        if not key and urlsplit(base_url).hostname == "api.openai.com":
            raise SettingsError(f"{base_url} needs an API key", hint="set OPENAI_API_KEY in the environment")
        transport = Transport(connections, connect_timeout, _LARGEST_BODY, service.redactor)
        # No timeout here: Conversation has a deadline for each whole request.
        http = httpx2.AsyncClient(transport=transport, follow_redirects=False, timeout=None, trust_env=False)
        address, _, parameters = base_url.partition("?")
        query = dict(parse_qsl(parameters, keep_blank_values=True))
        # A local server needs no key, but the SDK does.
        self._sdk = AsyncOpenAI(api_key=key or "none", base_url=address, default_query=query, max_retries=0, http_client=http)

    async def post(self, body: dict[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """Body and headers of the response to one request, without retry or deadline. Raises the exceptions of the SDK."""
        if self._sdk is None:
            return self._redactor.clean(await ask_vendor(self._vendor, body), json.dumps(body).encode()), {}
        response = await self._sdk.post("/chat/completions", cast_to=httpx2.Response, body=body)
        return response.content, response.headers

    async def close(self) -> None:
        if self._sdk is not None:
            await self._sdk.close()
        elif hasattr(self._vendor.client, "close"):
            await self._vendor.client.close()


# What vendors call input and output tokens.
_USED = (("input_tokens", "output_tokens"), ("prompt_tokens", "completion_tokens"), ("prompt_token_count", "candidates_token_count"))


def _vendor_client(target: Target, service: Service) -> Any:
    """The instructor client of the vendor `target.api`, with the key of `service` or the vendor's own. Raises SettingsError."""
    options: dict[str, Any] = {"api_key": service.secret} if service.secret else {}
    try:
        client = instructor.from_provider(f"{target.api}/{target.model}", async_client=True, mode=instructor.Mode.TOOLS, **options)
    except Exception as error:  # noqa: BLE001  # a missing package or key, an unknown vendor: each SDK raises its own class
        hint = "check that the vendor's package is installed and its key is set"
        raise SettingsError(f"{target.api}/{target.model} cannot be used: {service.quoted(error)}", hint=hint) from None
    sdk: Any = client.client
    if isinstance(key := getattr(sdk, "api_key", None), str):
        check_key(key, f"the variable of {target.api}")
    if hasattr(sdk, "max_retries"):
        sdk.max_retries = 0  # retries are ours
    return client


class _AnyDraft(instructor.OpenAISchema):
    """Accepts any JSON: all answers are validated later, in one place."""

    text: str = ""

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        return draft_schema() | {"title": "Draft"}

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Any:
        return cls.model_construct(text=json_data if isinstance(json_data, str) else bytes(json_data).decode("utf-8", "replace"))

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Any:
        return cls.model_construct(text=json.dumps(obj, ensure_ascii=False))


async def ask_vendor(client: Any, body: dict[str, Any]) -> bytes:
    """Send one request; returns the answer as the body of an OpenAI completion. Raises the exceptions of the vendor's SDK."""
    sampling = {name: body[name] for name in ("max_tokens", "temperature") if name in body}
    try:
        raw, answer = await client.create_with_completion(response_model=_AnyDraft, messages=body["messages"], max_retries=0, **sampling)
    except IncompleteOutputException as error:
        return _as_openai("", error.last_completion, "length")
    except InstructorRetryException as error:
        cause = error.__cause__ or error
        cause.__context__ = None
    else:
        return _as_openai(raw.text, answer, "stop")
    raise cause


def _as_openai(text: str, answer: Any, finish: str) -> bytes:
    told = getattr(answer, "usage", None) or getattr(answer, "usage_metadata", None)
    used = told.model_dump() if isinstance(told, BaseModel) else told if isinstance(told, dict) else {}
    asked, answered = next(((used[i], used.get(o)) for i, o in _USED if isinstance(used.get(i), int)), (None, None))
    if asked is not None and "cache_read_input_tokens" in used:
        # The input tokens of Anthropic are only those that are neither read from its cache nor written to it.
        asked += sum(used.get(name) or 0 for name in ("cache_read_input_tokens", "cache_creation_input_tokens"))
    usage = {"prompt_tokens": asked, "completion_tokens": answered, "cached_tokens": cached_tokens(used)}
    choice = {"message": {"content": text}, "finish_reason": finish}
    return json.dumps({"choices": [choice], "model": str(getattr(answer, "model", "") or "") or None, "usage": usage}).encode()
