"""Records and the lines they are written as."""

from __future__ import annotations

import json

import pytest
from cache_records import ATTEMPTS, RECORDS, TARGET, attempt, call, record
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from summarise.article import Article
from summarise.clients.protocol import Attempt, Call, Record, RequestInfo, Target, canonical, from_line, merge, schema_sha, to_line
from summarise.document import Document
from summarise.prompt import Request, load


@given(RECORDS)
def test_a_record_is_the_same_after_it_was_written_and_read(made: Record) -> None:
    line = to_line(made)
    assert from_line(line) == made
    assert to_line(from_line(line)) == line


@given(RECORDS)
def test_a_record_is_one_line_for_every_reader_of_lines(made: Record) -> None:
    assert len(to_line(made).decode().splitlines()) == 1


def test_a_line_can_be_read_by_a_person() -> None:
    fields = json.loads(to_line(record("v1-a", "ok", attempt("ein Öl\u2028für zwei"))))
    assert list(fields) == ["v", "key", "status", "created", "about", "attempts"]
    assert "ein Öl\\u2028für zwei".encode() in to_line(record("v1-a", "ok", attempt("ein Öl\u2028für zwei")))


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert attempt("a\ud800b\udfff😀").content == "a\ufffdb\ufffd😀"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        to_line(record("v1-a"))[:-4],
        to_line(record("v1-a")).replace(b'"v":1', b'"v":2'),
        to_line(record("v1-a")).replace(b'"ok"', b'"fine"'),
        to_line(record("v1-a")).replace(b'"ms":7', b'"ms":-7'),
        to_line(record("v1-a")).replace(b"0.25", b"NaN"),
    ],
)
def test_what_is_no_record_is_a_value_error(line: bytes) -> None:
    with pytest.raises(ValueError, match="validation error"):
        from_line(line)


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert from_line(to_line(record("v1-a")).replace(b'{"v":1,', b'{"v":1,"later":[],')) == record("v1-a")


def test_what_is_not_finite_is_no_cost() -> None:
    with pytest.raises(ValidationError):
        Attempt(ms=1, cost_usd=float("inf"))


def test_a_new_record_says_in_words_what_was_asked() -> None:
    made = call("Prices rose. They fell.", id="news/1")
    new = Record.new(made)
    assert (new.key, new.status, new.attempts) == (made.key, "open", ())
    assert new.about == RequestInfo(
        api="openai",
        endpoint="http://127.0.0.1:1/v1",
        model="model-a",
        mode="json_schema",
        temperature=0.0,
        max_tokens=4096,
        sample=0,
        prompt="summarise/v2",
        prompt_sha=made.request.prompt.sha,
        schema_sha=schema_sha(),
        article="news/1",
        article_sha=made.request.document.article.sha256,
        first=1,
        last=2,
    )


@pytest.mark.parametrize(
    ("status", "finished"), [("open", False), ("failed", False), ("ok", True), ("invalid_output", True), ("refusal", True)]
)
def test_a_record_is_finished_when_nothing_is_left_to_ask(status: str, finished: bool) -> None:
    assert record("v1-a", status).finished is finished


def test_the_contents_are_those_of_the_attempts_that_brought_one() -> None:
    assert record("v1-a", "ok", attempt("one"), attempt(None), attempt("")).contents == ("one", "")


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("ok", "open", "old"),
        ("ok", "invalid_output", "old"),
        ("ok", "ok", "old"),
        ("truncated", "refusal", "old"),
        ("invalid_output", "ok", "new"),
        ("truncated", "invalid_output", "new"),
        ("open", "refusal", "new"),
        ("failed", "ok", "new"),
    ],
)
def test_the_better_of_two_records_is_kept_whole(old: str, new: str, kept: str) -> None:
    records = {"old": record("v1-a", old, attempt("1")), "new": record("v1-a", new, attempt("2"))}
    assert merge(records["old"], records["new"]) == records[kept]


def test_the_attempts_of_two_unfinished_records_are_kept_once_each() -> None:
    one, two, three = attempt("1"), attempt("2"), attempt("3")
    merged = merge(record("v1-a", "open", one, two), record("v1-a", "open", one, three))
    assert merged == record("v1-a", "open", one, two, three)


def test_what_is_not_there_yet_is_taken_as_it_is() -> None:
    assert merge(None, record("v1-a", "open")) == record("v1-a", "open")


@given(st.lists(ATTEMPTS, max_size=3), st.lists(ATTEMPTS, max_size=3), st.sampled_from(["open", "ok"]), st.sampled_from(["open", "ok"]))
def test_to_merge_twice_changes_nothing(old: list[Attempt], new: list[Attempt], before: str, after: str) -> None:
    one, two = record("v1-a", before, *old), record("v1-a", after, *new)
    assert merge(merge(one, two), two) == merge(one, two)


@given(st.text(st.characters(), min_size=1).filter(str.strip), st.sampled_from(["json_schema", "tools"]), st.none() | st.floats(0, 2))
def test_a_key_is_the_digest_of_the_canonical_json_of_what_is_asked(text: str, mode: str, temperature: float | None) -> None:
    import hashlib
    from dataclasses import replace

    target = replace(TARGET, mode=mode, temperature=temperature, sample=3)
    made = Call(target, call(text).request)
    material = {"v": 1, "api": target.api, "endpoint": target.endpoint, "request": made.body, "sample": 3}
    assert made.key == "v1-" + hashlib.sha256(canonical(material).encode("utf-8", "surrogatepass")).hexdigest()


def test_the_key_of_a_request_stays_the_same_from_version_to_version() -> None:
    """A new key would have every stored answer paid for again."""
    target = Target("openai", "https://x/v1", "m")
    article = Article("Lind said the tunnel would cost 1.4 billion euros.", title="x")
    assert Call(target, Request(Document.of(article), load("summarise/v1"), 1, 1)).key == (
        "v1-99cfdfe74032192491ff33f4bc468bd199f15d2635fc5d8de4235da4edbb6036"
    )
