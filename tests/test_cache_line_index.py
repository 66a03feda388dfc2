"""LineIndex: which records a file holds, whatever else it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from cache_records import RECORDS, attempt, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarise.clients.cache.journal import LineIndex, split_lines
from summarise.clients.protocol import Record, to_line


@pytest.fixture
def file(tmp_path: Path) -> Iterator[BinaryIO]:
    with (tmp_path / "records.jsonl").open("w+b", buffering=0) as opened:
        yield opened


def lines_of(file: BinaryIO, *pieces: bytes) -> LineIndex:
    file.write(b"".join(pieces))
    return LineIndex.all_of(file.fileno())


def test_the_last_record_of_a_key_counts(file: BinaryIO) -> None:
    lines = lines_of(file, to_line(record("a", "open")), to_line(record("b")), to_line(record("a", "ok")))
    assert list(lines.records()) == [record("b"), record("a")]
    assert (len(lines), lines.superseded, lines.damaged) == (2, 1, 0)


def test_nothing_unfinished_takes_the_place_of_a_finished_record(file: BinaryIO) -> None:
    lines = lines_of(file, to_line(record("a", "ok")), to_line(record("a", "open")), to_line(record("a", "failed")))
    assert lines.get("a") == record("a", "ok")


def test_where_the_last_record_is_damaged_the_one_before_counts(file: BinaryIO) -> None:
    damaged = to_line(record("a", "ok")).replace(b'"ms":7', b'"ms":?')
    lines = lines_of(file, to_line(record("a", "open")), damaged)
    assert (lines.get("a"), lines.damaged) == (record("a", "open"), 1)


def test_what_was_written_after_a_torn_finished_record_counts(file: BinaryIO) -> None:
    torn = to_line(record("a", "ok", attempt('{"figures":[]}'))).split(b"]}")[0] + b"]}\n"
    lines = lines_of(file, torn, to_line(record("a", "open")))
    assert (lines.get("a"), lines.get("a"), lines.damaged) == (record("a", "open"), record("a", "open"), 1)


def test_what_is_no_record_is_counted_and_passed_over(file: BinaryIO) -> None:
    lines = lines_of(file, b"\n", b"hello\n", b" \r\n", b'{"v":1}\n', to_line(record("a")), b"\xff\x00\n")
    assert (list(lines.records()), lines.damaged) == ([record("a")], 3)


def test_a_line_written_by_hand_counts_too(file: BinaryIO) -> None:
    by_hand = to_line(record("a")).replace(b'{"v":1,"key"', b'{ "v": 1, "key"').replace(b"\n", b" \r\n")
    assert list(lines_of(file, b"\xef\xbb\xbf", by_hand).records()) == [record("a")]


def test_a_record_under_a_second_key_in_its_line_is_damaged(file: BinaryIO) -> None:
    lines = lines_of(file, to_line(record("a")).replace(b',"created"', b',"key":"b","created"'))
    assert (lines.get("a"), lines.get("b"), lines.damaged) == (None, None, 1)


def test_an_unended_line_is_left_until_its_end_is_written(file: BinaryIO) -> None:
    line = to_line(record("a"))
    lines = lines_of(file, line[:50])
    assert (lines.seen, lines.get("a")) == (0, None)
    file.write(line[50:])
    assert (lines.refresh(), lines.get("a"), lines.refresh()) == (True, record("a"), False)


def test_the_last_line_of_a_file_that_nobody_writes_needs_no_newline(file: BinaryIO) -> None:
    lines = lines_of(file, to_line(record("a")).rstrip())
    lines.finish()
    assert (lines.get("a"), lines.damaged) == (record("a"), 0)


def test_at_most_so_many_keys_are_read_at_once(file: BinaryIO) -> None:
    file.write(b"".join(to_line(record(str(n))) for n in range(5)))
    lines = LineIndex(file.fileno())
    assert [(lines.refresh(2), len(lines)), (lines.refresh(4), len(lines)), (lines.refresh(), len(lines))] == [
        (True, 2),
        (True, 4),
        (True, 5),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(RECORDS | st.binary(max_size=30).map(lambda junk: junk.replace(b"\n", b" ")), max_size=8), st.integers(0, 60))
def test_of_any_file_each_whole_record_is_found(file: BinaryIO, pieces: list[Record | bytes], cut: int) -> None:
    file.seek(0)
    file.truncate()
    content = b"".join(to_line(piece) if isinstance(piece, Record) else piece + b"\n" for piece in pieces)
    lines = lines_of(file, content[: len(content) - cut])
    ends = [sum(len(to_line(p)) if isinstance(p, Record) else len(p) + 1 for p in pieces[: n + 1]) for n in range(len(pieces))]
    whole = [p for p, end in zip(pieces, ends, strict=True) if isinstance(p, Record) and end <= len(content) - cut]
    expected: dict[str, Record] = {}
    for one in whole:
        if one.finished or one.key not in expected or not expected[one.key].finished:
            expected[one.key] = one
    assert {found.key: found for found in lines.records()} == expected


def test_lines_are_split_across_blocks_of_any_size(file: BinaryIO) -> None:
    pieces = [b"a" * n for n in (0, 1, 3 << 20, 5, (1 << 20) - 1, 1 << 20, 2)]
    file.write(b"\n".join([*pieces, b"rest"]))
    found = list(split_lines(file.fileno(), 0, file.tell()))
    assert [line for _, line, _ in found] == pieces
    assert [after for _, _, after in found[:-1]] == [offset for offset, _, _ in found[1:]]


def test_a_line_longer_than_any_record_is_damaged_and_not_held_in_memory(file: BinaryIO) -> None:
    file.truncate(65 << 20)
    file.seek(65 << 20)
    lines = lines_of(file, b"\n", to_line(record("a")))
    assert (list(lines.records()), lines.damaged) == ([record("a")], 1)
