"""A plain fake of the OpenAI chat API over real sockets: it answers validly from the request's own schema, and misbehaves as told.

As a script: `python tests/fake_openai.py --port 0 --latency 1 --sigma 0.5 --rpm 600 --seed 7` prints its base URL and stays.
In a test: `with FakeOpenAI() as fake: … fake.url … fake.stats()`; it runs in a thread of its own.

A behaviour is a word with an optional value, `429=2` or `hang`. Which behaviours an article meets, one for each request about it (the last
one repeats), is taken from the first of: the request header `x-fake`, a mark `FAKE(invalid,ok)` in the user message, the queue set by
`POST /script {"queue": […]}` (one for each request, whoever asks), the share `--faulty`, else `ok`. The words are the keys of FAULTS.
`GET /stats` counts: requests by article digest, statuses, most requests in flight, tokens.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import email.utils
import functools
import hashlib
import itertools
import json
import random
import re
import threading
import time
import urllib.request
import zlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

MARK = re.compile(r"FAKE\(([^)]*)\)")
LINE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
USAGE = re.compile(rb'"prompt_tokens": (\d+), "completion_tokens": (\d+)')
MARKER = re.compile("‹(f[0-9]+)›")
# What a service with this share of bad answers does wrong, in about the proportions that users report.
MIX = ["429=0.05"] * 8 + ["500", "503", "reset", "cut", "html"] * 2
MIX += ["invalid"] * 10 + ["fenced"] * 4 + ["ungrounded"] * 6 + ["length", "null"]


# --- the answer -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One request as the model would see it."""

    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def secret(self) -> str:
        """What a careless service may repeat."""
        return self.headers.get("authorization", "")

    @property
    def user(self) -> str:
        return next((m["content"] for m in self.body["messages"] if m["role"] == "user"), "")

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.user.encode()).hexdigest()[:16]

    @property
    def schema(self) -> dict[str, Any]:
        if tools := self.body.get("tools"):
            return tools[0]["function"]["parameters"]
        return self.body.get("response_format", {}).get("json_schema", {}).get("schema", {})

    @property
    def limit(self) -> int:
        return self.body.get("max_completion_tokens") or self.body.get("max_tokens") or 4096

    @property
    def prompt_tokens(self) -> int:
        return sum(len(m.get("content") or "") for m in self.body["messages"]) // 4 + 3


def draft(asked: Asked) -> dict[str, Any]:
    """A valid answer to the schema of the request: claims from the first sentences, each marker as a figure."""
    lines = [(int(n), MARKER.sub("", text)[:580]) for n, text in LINE.findall(asked.user)]
    claims = [{"text": text, "speaker": None, "mode": "asserts", "sentences": [n]} for n, text in lines if text][:3]
    figures = [{"id": id, "measure": None, "as_of": None, "speaker": None} for id in dict.fromkeys(MARKER.findall(asked.user))][:20]
    gist = lines[0][1] if lines else "nothing"
    known = {"gist": gist, "claims": claims, "stances": [], "figures": figures, "corrections": [], "missed_figures": []}
    return {name: known.get(name) for name in asked.schema.get("properties", known)}


def ungrounded(asked: Asked) -> dict[str, Any]:
    claim = {"text": "The total came to 987,654,321 parrots.", "speaker": "Nobody Atall", "mode": "asserts", "sentences": [999999]}
    return draft(asked) | {"claims": [claim]}


def completion(
    asked: Asked, content: str | None, *, finish: str = "stop", refusal: str | None = None, usage: bool = True
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal}
    if asked.body.get("tools") and content is not None:
        call = {"id": "call_0", "type": "function", "function": {"name": asked.body["tools"][0]["function"]["name"], "arguments": content}}
        message |= {"content": None, "tool_calls": [call]}
    answer = {
        "id": f"chatcmpl-{asked.digest}",
        "object": "chat.completion",
        "created": 1767225600,
        "model": f"{asked.body['model']}-2026-01-01",
        "choices": [{"index": 0, "finish_reason": finish, "message": message, "logprobs": None}],
    }
    if usage:
        out = len(content or refusal or "") // 4 + 1
        answer["usage"] = {"prompt_tokens": asked.prompt_tokens, "completion_tokens": out, "total_tokens": asked.prompt_tokens + out}
    return answer


# --- behaviours -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """What goes over the wire. `how` is whole, cut (half the body, then close), drip (a byte a second), hang, or reset."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    type: str = "application/json"
    how: str = "whole"


def ok(asked: Asked, value: str = "") -> Reply:
    return Reply(body=json.dumps(completion(asked, json.dumps(draft(asked), ensure_ascii=False))).encode())


def said(content: Callable[[Asked], str | None], **more: Any) -> Callable[[Asked, str], Reply]:
    return lambda asked, value: Reply(body=json.dumps(completion(asked, content(asked), **more)).encode())


def error(
    status: int, message: str, code: str | None = None, param: str | None = None, type: str = "invalid_request_error"
) -> Callable[[Asked, str], Reply]:
    body = json.dumps({"error": {"message": message, "type": type, "param": param, "code": code}}).encode()
    return lambda asked, value: Reply(status=status, body=body)


def limited(header: str, form: Callable[[float], str]) -> Callable[[Asked, str], Reply]:
    body = b'{"error": {"message": "Rate limit reached", "type": "requests", "param": null, "code": "rate_limit_exceeded"}}'
    return lambda asked, value: Reply(status=429, body=body, headers=((header, form(float(value or 1))),) if header else ())


def by_wire(how: str) -> Callable[[Asked, str], Reply]:
    def reply(asked: Asked, value: str) -> Reply:
        return Reply(body=ok(asked).body, how=how)

    return reply


def long(asked: Asked, value: str, finish: str = "length") -> Reply:
    """Cut by the output limit unless the limit is at least `value` tokens."""
    if value and asked.limit >= int(value):
        return ok(asked)
    return said(lambda a: json.dumps(draft(a))[:40], finish=finish)(asked, value)


def partly(asked: Asked, value: str) -> Reply:
    """An answer with one bad claim, with what models wrap around it; then that claim alone, mended."""
    mended = [{"text": "Ann Lee wants more of it.", "speaker": "Ann Lee", "mode": "demands", "sentences": [2]}]
    if len(asked.body["messages"]) > 2:
        return said(lambda _: json.dumps({"gist": "", "claims": mended, "stances": [], "figures": []}))(asked, value)
    answer = draft(asked)
    bad = {"text": "The total came to 987,654,321 parrots.", "mode": "asserts", "sentences": ["2"]}
    answer = answer | {"claims": [*answer["claims"][:1], bad]}
    return said(lambda _: f"<think>Let me see.</think>Here it is:\n```json\n{json.dumps({'Draft': answer})}\n```")(asked, value)


def in_thoughts(asked: Asked, value: str) -> Reply:
    """A server that takes the whole answer for thoughts."""
    answer = completion(asked, None)
    answer["choices"][0]["message"]["reasoning_content"] = f"First I read it. {json.dumps(draft(asked))}"
    return Reply(body=json.dumps(answer).encode())


def from_cache(asked: Asked, value: str) -> Reply:
    """A service that had `value` input tokens in its cache."""
    answer = completion(asked, json.dumps(draft(asked)))
    answer["usage"]["prompt_tokens_details"] = {"cached_tokens": int(value)}
    return Reply(body=json.dumps(answer).encode())


def few_at_most(asked: Asked, value: str) -> Reply:
    """A model whose answers are cut at `value` tokens, and that refuses to be asked for more."""
    if asked.limit > int(value):
        return error(400, f"max_tokens is too large: {asked.limit}.", "invalid_value", "max_tokens")(asked, value)
    return said(lambda a: json.dumps(draft(a))[:40], finish="length")(asked, value)


def huge(asked: Asked, value: str) -> Reply:
    return Reply(body=json.dumps(completion(asked, "x" * int(float(value or 64) * 2**20))).encode())


def bomb(asked: Asked, value: str) -> Reply:
    """A small gzip body of `value` MiB of blanks and then a valid answer."""
    return Reply(body=blanks(int(value or 200), ok(asked).body), headers=(("content-encoding", "gzip"),))


@functools.lru_cache(maxsize=4)
def blanks(mebibytes: int, end: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    blank = b" " * 2**20
    return b"".join(packer.compress(blank) for _ in range(mebibytes)) + packer.compress(end) + packer.flush()


def redirect(asked: Asked, value: str) -> Reply:
    return Reply(status=307, headers=(("location", f"http://127.0.0.1:{value}/v1/chat/completions"),))


def refuses(field: str, otherwise: Callable[[Asked, str], Reply] = ok) -> Callable[[Asked, str], Reply]:
    """A service that does not know one field of the body."""
    no = error(400, f"Unsupported parameter: '{field}' is not supported with this model.", "unsupported_parameter", field)
    return lambda asked, value: no(asked, value) if field in asked.body else otherwise(asked, value)


def echoed(asked: Asked) -> str:
    """A valid answer that repeats the key wherever a text may stand."""
    answer = draft(asked)
    told = f"{answer['gist']} {asked.secret}"
    claims = [claim | {"text": f"{claim['text'][:100]} {asked.secret}"} for claim in answer["claims"]]
    return json.dumps(answer | {"gist": told[:300], "claims": claims}, ensure_ascii=False)


def disguised(asked: Asked) -> str:
    """As `echoed`, in base64 and with each character escaped."""
    hidden = "".join(f"\\u{ord(c):04x}" for c in asked.secret)
    code = base64.b64encode(asked.secret.encode()).decode()
    return json.dumps(draft(asked) | {"gist": f"GIST {code}"}).replace("GIST", hidden)


def echo_in_body(**fields: Callable[[Asked], Any]) -> Callable[[Asked, str], Reply]:
    def reply(asked: Asked, value: str) -> Reply:
        body = completion(asked, json.dumps(draft(asked)))
        return Reply(body=json.dumps(body | {name: made(asked) for name, made in fields.items()}).encode())

    return reply


def echo_in_headers(asked: Asked, value: str) -> Reply:
    names = ("x-request-id", "x-ratelimit-remaining-requests", "openai-organization", "set-cookie", "www-authenticate")
    return Reply(body=ok(asked).body, headers=tuple((name, asked.secret) for name in names))


def echo_in_error(status: int, form: Callable[[str], str] = str, type: str = "application/json") -> Callable[[Asked, str], Reply]:
    def reply(asked: Asked, value: str) -> Reply:
        words = f"Incorrect API key provided: {form(asked.secret)}. It was {asked.secret[:24]}"
        body = words if type != "application/json" else json.dumps({"error": {"message": words, "code": asked.secret}})
        return Reply(status=status, body=body.encode(), type=type)

    return reply


ECHOES: dict[str, Callable[[Asked, str], Reply]] = {
    "echo-content": said(echoed),
    "echo-disguised": said(disguised),
    "echo-text": said(lambda asked: f"Your key is {asked.secret}."),
    "echo-refusal": lambda asked, value: Reply(body=json.dumps(completion(asked, None, refusal=f"No, {asked.secret}.")).encode()),
    "echo-finish": lambda asked, value: Reply(body=json.dumps(completion(asked, json.dumps(draft(asked)), finish=asked.secret)).encode()),
    "echo-model": echo_in_body(model=lambda asked: asked.secret, id=lambda asked: asked.secret),
    "echo-200": lambda asked, value: Reply(body=json.dumps({"error": {"message": asked.secret}}).encode()),
    "echo-headers": echo_in_headers,
    "echo-401": echo_in_error(401),
    "echo-400-text": echo_in_error(400, str.upper, "text/plain"),
    "echo-403-url": echo_in_error(403, lambda secret: "".join(f"%{ord(c):02X}" for c in secret)),
    "echo-422-base64": echo_in_error(422, lambda secret: base64.b64encode(secret.encode()).decode()),
    "echo-413": echo_in_error(413),
    "echo-429": echo_in_error(429),
    "echo-500": echo_in_error(500),
}

FIELDS = [
    {"type": "less_than", "loc": ["body", "temperature"], "msg": "Input should be less than 2", "input": {"messages": "all of it"}},
    {"type": "missing", "loc": ["body", "seed"], "msg": "Field required", "input": {}},
]
TGI = "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens"

FAULTS: dict[str, Callable[[Asked, str], Reply]] = {
    "ok": ok,
    "429": limited("Retry-After", lambda s: f"{s:g}"),
    "429-date": limited("Retry-After", lambda s: email.utils.formatdate(time.time() + s, usegmt=True)),
    "429-ms": limited("retry-after-ms", lambda s: f"{s * 1000:.0f}"),
    "429-reset": limited("x-ratelimit-reset-requests", lambda s: f"{s * 1000:.0f}ms"),
    "429-bare": limited("", str),
    "quota": error(429, "You exceeded your current quota", "insufficient_quota", type="insufficient_quota"),
    "400": error(400, "Invalid schema for response_format 'Draft'", "invalid_json_schema", "text.format.schema"),
    "401": error(401, "Incorrect API key provided: sk-secret-key-of-the-test", "invalid_api_key"),
    "403": error(403, "Project does not have access to the model", "model_not_found"),
    "404": error(404, "The model 'nope' does not exist", "model_not_found"),
    "context": error(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded", "messages"),
    "context-llama": error(400, "the request exceeds the available context size", type="exceed_context_size_error"),
    "413": error(413, "Request too large"),
    "422": error(422, "Unprocessable"),
    "422-fields": lambda asked, value: Reply(status=422, body=json.dumps({"detail": FIELDS}).encode()),
    "422-tgi": lambda asked, value: Reply(status=422, body=json.dumps({"error": TGI, "error_type": "validation"}).encode()),
    "408": error(408, "Request timeout"),
    "409": error(409, "Conflict"),
    "500": error(500, "The server had an error", type="server_error"),
    "500-large": error(500, "It broke. " * 2**20),
    "502": lambda asked, value: Reply(status=502, body=b"<html>502 Bad Gateway</html>", type="text/html"),
    "503": error(503, "Overloaded", type="server_error"),
    "529": error(529, "Overloaded", type="overloaded_error"),
    "reset": by_wire("reset"),
    "cut": by_wire("cut"),
    "hang": by_wire("hang"),
    "drip": by_wire("drip"),
    "html": lambda asked, value: Reply(body=b"<!doctype html><title>Sign in</title>", type="text/html"),
    "broken": lambda asked, value: Reply(body=ok(asked).body[:-9]),
    "array": lambda asked, value: Reply(body=b"[1, 2]"),
    "deep": lambda asked, value: Reply(body=b"[" * 200_000),
    "empty-choices": lambda asked, value: Reply(body=json.dumps(completion(asked, "") | {"choices": []}).encode()),
    "null-choices": lambda asked, value: Reply(body=json.dumps(completion(asked, "") | {"choices": None}).encode()),
    "error-200": lambda asked, value: Reply(body=b'{"error": {"message": "upstream provider failed", "code": 502}}'),
    "null": said(lambda asked: None),
    "length": long,
    "MAX_TOKENS": functools.partial(long, finish="MAX_TOKENS"),
    "max_tokens": functools.partial(long, finish="max_tokens"),
    "model_length": functools.partial(long, finish="model_length"),
    "few-at-most": few_at_most,
    "partly": partly,
    "in-thoughts": in_thoughts,
    "from-cache": from_cache,
    "refusal": said(lambda asked: None, refusal="I cannot help with that."),
    "content-filter": said(lambda asked: "", finish="content_filter"),
    "invalid": said(lambda asked: '{"gist": 5}'),
    "text": said(lambda asked: "Here is what I think about it."),
    "ungrounded": said(lambda asked: json.dumps(ungrounded(asked))),
    "fenced": said(lambda asked: f"```json\n{json.dumps(draft(asked))}\n```"),
    "no-usage": lambda asked, value: Reply(body=json.dumps(completion(asked, json.dumps(draft(asked)), usage=False)).encode()),
    "huge": huge,
    "bomb": bomb,
    "redirect": redirect,
    "no-response-format": refuses("response_format"),
    "no-temperature": refuses("temperature"),
    "no-max-tokens": refuses("max_tokens"),
    **ECHOES,
}


# --- the server -------------------------------------------------------------------------------------------------------


@dataclass
class Bucket:
    """A provider's limit: `per_minute` units at most at once, refilled evenly, with the headers that tell about it."""

    name: str
    per_minute: float
    level: float = -1
    at: float = 0

    def take(self, units: float) -> bool:
        now = time.monotonic()
        self.level = self.per_minute if self.level < 0 else min(self.per_minute, self.level + (now - self.at) * self.per_minute / 60)
        self.at = now
        if self.level < units:
            return False
        self.level -= units
        return True

    def headers(self) -> tuple[tuple[str, str], ...]:
        full_in = (self.per_minute - self.level) * 60 / self.per_minute
        values = (("limit", f"{self.per_minute:.0f}"), ("remaining", f"{int(self.level)}"), ("reset", f"{full_in:.3f}s"))
        return tuple((f"x-ratelimit-{what}-{self.name}", value) for what, value in values)


@dataclass
class Behaviour:
    """How the server behaves when nothing else is said. Seconds; `sigma` is the spread of lognormal latency, `faulty` a share."""

    latency: float = 0.0
    sigma: float = 0.0
    rpm: float = 0.0
    tpm: float = 0.0
    faulty: float = 0.0
    refused: float = 0.0
    seed: int = 0


@dataclass
class Service:
    behaviour: Behaviour
    queue: deque[str] = field(default_factory=deque)
    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    bodies: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=20))
    headers: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=20))
    open: set[Any] = field(default_factory=set)
    in_flight: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.behaviour.seed)
        limits = (("requests", self.behaviour.rpm), ("tokens", self.behaviour.tpm))
        self.buckets = [Bucket(name, per_minute) for name, per_minute in limits if per_minute]

    def latency(self) -> float:
        return self.behaviour.latency * (self.random.lognormvariate(0, self.behaviour.sigma) if self.behaviour.sigma else 1)

    def reply(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        asked = Asked(body, headers)
        self.bodies.append(body)
        self.headers.append(headers)
        self.asked[asked.digest] += 1
        sizes = {"requests": 1, "tokens": asked.prompt_tokens + asked.limit}
        taken = [bucket.take(sizes[bucket.name]) for bucket in self.buckets]
        word, _, value = self.word(asked, headers).partition("=")
        reply = FAULTS[word](asked, value) if all(taken) else FAULTS["429"](asked, "1")
        self.count(reply)
        more = tuple(header for bucket in self.buckets for header in bucket.headers())
        return Reply(reply.status, reply.body, reply.headers + more, reply.type, reply.how)

    def word(self, asked: Asked, headers: dict[str, str]) -> str:
        if words := headers.get("x-fake"):
            return nth(words, self.asked[asked.digest])
        if mark := MARK.search(MARKER.sub("", asked.user)):  # a number in the text of an article is marked as a figure
            return nth(mark.group(1), self.asked[asked.digest])
        if self.queue:
            return self.queue.popleft()
        dice = random.Random(f"{self.behaviour.seed} {asked.digest}")
        if dice.random() < self.behaviour.refused:
            return "refusal"
        dice = random.Random(f"{self.behaviour.seed} {asked.digest} {self.asked[asked.digest]}")
        return dice.choice(MIX) if dice.random() < self.behaviour.faulty else "ok"

    def count(self, reply: Reply) -> None:
        self.statuses[reply.status] += 1
        if reply.status == 200 and reply.how == "whole" and (used := USAGE.search(reply.body[-400:])):
            self.tokens.update({"in": int(used[1]), "out": int(used[2])})

    def stats(self) -> dict[str, Any]:
        return {
            "requests": sum(self.asked.values()),
            "asked": dict(self.asked),
            "statuses": {str(k): v for k, v in self.statuses.items()},
            "max_in_flight": self.most,
            "tokens": dict(self.tokens),
        }


def nth(words: str, n: int) -> str:
    listed = [word.strip() for word in words.split(",")]
    return listed[min(n, len(listed)) - 1]


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as little of it as the clients need."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.buffer = bytearray()
        self.transport: Any = None
        self.answering = False
        self.dripping: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.service.open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.service.open.discard(self.transport)
        if self.answering:
            self.done()
        if self.dripping:
            self.dripping.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, sep, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        if not sep:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        size = int(headers.get("content-length", 0))
        if len(rest) < size:
            return
        self.buffer = bytearray(rest[size:])
        method, path, _ = first.split(" ", 2)
        self.route(method, path, headers, rest[:size])

    def route(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        if path == "/stats":
            return self.send(Reply(body=json.dumps(self.service.stats()).encode()))
        if path == "/script":
            self.service.queue.extend(json.loads(body)["queue"])
            return self.send(Reply(body=b"{}"))
        if path == "/v1/models":
            return self.send(Reply(body=b'{"object": "list", "data": [{"id": "fake", "object": "model"}]}'))
        if method != "POST" or not path.endswith("/chat/completions"):
            return self.send(Reply(status=404, body=b'{"error": {"message": "no such path"}}'))
        self.answering = True
        self.service.in_flight += 1
        self.service.most = max(self.service.most, self.service.in_flight)
        reply = self.service.reply(json.loads(body), headers)
        if delay := self.service.latency():
            asyncio.get_running_loop().call_later(delay, self.answer, reply)
        else:
            self.answer(reply)
        return None

    def answer(self, reply: Reply) -> None:
        if reply.how == "hang" or self.transport.is_closing():
            return
        if reply.how == "reset":
            self.done()
            self.transport.abort()
            return
        if reply.how == "cut":
            self.done()
            self.transport.write(self.head(reply) + reply.body[: len(reply.body) // 2])
            self.transport.close()
            return
        if reply.how == "drip":
            self.transport.write(self.head(reply))
            self.drip(reply.body, 0)
            return
        self.done()
        self.send(reply)

    def done(self) -> None:
        if self.answering:
            self.answering = False
            self.service.in_flight -= 1

    def drip(self, body: bytes, at: int) -> None:
        self.transport.write(body[at : at + 1])
        self.dripping = asyncio.get_running_loop().call_later(1, self.drip, body, at + 1)

    def send(self, reply: Reply) -> None:
        self.transport.write(self.head(reply) + reply.body)

    @staticmethod
    def head(reply: Reply) -> bytes:
        known = (("content-type", reply.type), ("content-length", str(len(reply.body))), ("x-request-id", f"req_{next(_REQUESTS)}"))
        lines = "".join(f"{name}: {value}\r\n" for name, value in (*known, *reply.headers))
        return f"HTTP/1.1 {reply.status} Fake\r\n{lines}\r\n".encode("latin-1")


_REQUESTS = itertools.count(1)


async def serve(service: Service, port: int, ready: Callable[[int], None]) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Connection(service), "127.0.0.1", port, backlog=1024)
    ready(server.sockets[0].getsockname()[1])
    try:
        await server.serve_forever()
    finally:
        for transport in list(service.open):
            transport.abort()
        await asyncio.sleep(0)


class FakeOpenAI:
    """The server in a thread. `service` may be looked at while nothing is under way."""

    def __init__(self, **behaviour: Any) -> None:
        self.service = Service(Behaviour(**behaviour))
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *words: str) -> None:
        self.service.queue.extend(words)

    def stats(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=5) as answer:
            return json.load(answer)

    def __enter__(self) -> Self:
        up = threading.Event()

        def ready(port: int) -> None:
            self.port = port
            up.set()

        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        up.wait(5)
        return self

    def _run(self, ready: Callable[[int], None]) -> None:
        with asyncio.Runner() as runner, contextlib.suppress(asyncio.CancelledError):
            self._loop = runner.get_loop()
            self._task = self._loop.create_task(serve(self.service, 0, ready))
            self._loop.run_until_complete(self._task)

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    for name, default in vars(Behaviour()).items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = vars(parser.parse_args())
    port = options.pop("port")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(Service(Behaviour(**options)), port, lambda port: print(f"http://127.0.0.1:{port}/v1", flush=True)))


if __name__ == "__main__":
    main()
