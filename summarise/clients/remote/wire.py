"""The wire: HTTP for the OpenAI SDK by aiohttp, with a cap on what a body may hold, without redirects and without surprises."""

from __future__ import annotations

import zlib
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2

_ENCODINGS = {"": 0, "identity": 0, "gzip": 31, "x-gzip": 31, "deflate": 15}


class WireError(Exception):
    """No whole answer came. `sent` says that the request may have reached the service, and may be billed."""

    def __init__(self, what: str, *, sent: bool) -> None:
        super().__init__(what)
        self.sent = sent


class Wire(httpx2.AsyncBaseTransport):
    """Sends what the SDK built. A decoded body over `largest` bytes is not read on: 200 kB of gzip can hold 370 MB."""

    def __init__(self, connections: int, connect: float, largest: int) -> None:
        self._largest = largest
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect)
        self._session: aiohttp.ClientSession | None = None
        self._proxy: str | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session = self._session or self._open(request.url)
        sent = False
        try:
            async with session.post(
                str(request.url), headers=_headers(request), data=request.content, allow_redirects=False, proxy=self._proxy
            ) as answer:
                sent = True
                body = await self._body(answer)
                answered = [pair for pair in answer.raw_headers if pair[0].lower() not in _SPENT]
        except aiohttp.ClientConnectorError as error:
            raise WireError(f"no connection ({_reason(error)})", sent=False) from error
        except (aiohttp.ConnectionTimeoutError, aiohttp.SocketTimeoutError) as error:
            raise WireError("no connection in time", sent=False) from error
        except aiohttp.InvalidURL as error:
            raise WireError("that is no address", sent=False) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            where = " in the middle of the answer" if sent else ""
            raise WireError(f"the connection broke off{where}", sent=True) from error
        return httpx2.Response(answer.status, headers=answered, content=body, request=request)

    async def aclose(self) -> None:
        if self._session:
            await self._session.close()

    def _open(self, url: httpx2.URL) -> aiohttp.ClientSession:
        # Looked up once, for aiohttp does it in a thread for every request.
        self._proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme)
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
        unpack = zlib.decompressobj(_ENCODINGS[encoding]) if _ENCODINGS[encoding] else None
        pieces: list[bytes] = []
        size = 0
        async for packed in answer.content.iter_any():
            piece = _unpacked(unpack, packed, self._largest - size + 1) if unpack else packed
            size += len(piece)
            if size > self._largest:
                raise WireError(f"it answered with more than {self._largest / 2**20:g} MiB", sent=True)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


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


def _reason(error: aiohttp.ClientConnectorError) -> str:
    reason = error.os_error
    return (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else type(error).__name__
