"""Records, requests and processes that the tests of the cache share."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hypothesis import strategies as st

from summarise.article import Article
from summarise.clients.protocol import Attempt, Call, Record, RequestInfo, Target
from summarise.document import Document
from summarise.prompt import Request, load

TARGET = Target("openai", "http://127.0.0.1:1/v1", "model-a")

ABOUT = RequestInfo(
    api="openai",
    endpoint="http://127.0.0.1:1/v1",
    model="model-a",
    mode="json_schema",
    temperature=0.0,
    max_tokens=4096,
    sample=0,
    prompt="summarise/v1",
    prompt_sha="ab" * 32,
    schema_sha="cd" * 32,
    article="article",
    article_sha="ef" * 32,
    first=1,
    last=9,
)


def attempt(content: str | None = "{}", **fields: Any) -> Attempt:
    return Attempt(**{"ms": 7, "http": 200, "input_tokens": 10, "output_tokens": 5, "cost_usd": 0.25, "content": content} | fields)


def record(key: str, status: str = "ok", *attempts: Attempt, **about: Any) -> Record:
    created = "2024-05-06T07:08:09+00:00"
    return Record(key=key, status=status, created=created, about=ABOUT.model_copy(update=about), attempts=attempts or (attempt(),))  # type: ignore[arg-type]


def request(text: str = "Prices rose. They fell.", **article: Any) -> Request:
    document = Document.of(Article(text, **article))
    return Request(document, load(), 1, len(document.sentences))


def call(text: str = "Prices rose. They fell.", target: Target = TARGET, **article: Any) -> Call:
    return Call(target, request(text, **article))


def child(code: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A Python process of its own that runs `code` with `arguments` as its sys.argv[1:]."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def output_of(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return out


ANY_TEXT = st.text(st.characters(), max_size=40)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
COUNTS = st.integers(0, 10**9)

ATTEMPTS = st.builds(
    Attempt,
    ms=COUNTS,
    http=st.none() | COUNTS,
    request_id=st.none() | ANY_TEXT,
    served=st.none() | ANY_TEXT,
    finish=st.none() | ANY_TEXT,
    input_tokens=COUNTS,
    output_tokens=COUNTS,
    estimated=st.booleans(),
    cost_usd=st.none() | st.floats(0, 1e6),
    content=st.none() | ANY_TEXT,
    refusal=st.none() | ANY_TEXT,
    error=st.none() | ANY_TEXT,
)
RECORDS = st.builds(
    Record,
    key=st.text('v1-0123456789abcdefé"\\\u2028', min_size=1, max_size=6),
    status=st.sampled_from(["open", "ok", "invalid_output", "truncated", "refusal", "failed"]),
    created=TEXT,
    about=st.builds(
        RequestInfo,
        **dict.fromkeys(["api", "endpoint", "model", "mode", "prompt", "prompt_sha", "schema_sha", "article", "article_sha"], ANY_TEXT),
        **dict.fromkeys(["max_tokens", "sample", "first", "last"], COUNTS),
        temperature=st.none() | st.floats(0, 2),
    ),
    attempts=st.lists(ATTEMPTS, max_size=3).map(tuple),
)
