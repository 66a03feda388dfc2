"""Files of JSON lines: read as they are, unpacked, or refused with a reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarise.errors import InputError, UsageError
from summarise.evals.outputs import read_outputs
from summarise.files import lines_of
from summarise.schema import holds_summaries, read_summaries

LINES = [b'{"article": {"id": "a"}, "claims": []}\n', b"\n", b"\xff{\n", b"no newline"]
PACKED = gzip.compress(b"".join(LINES), mtime=0)
BROKEN = PACKED[:12] + b"\xff" * 8 + PACKED[20:]


def test_the_lines_of_a_file_are_the_same_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"".join(LINES))
    (tmp_path / "a.jsonl.gz").write_bytes(PACKED)
    assert list(lines_of(tmp_path / "a.jsonl")) == list(lines_of(tmp_path / "a.jsonl.gz")) == LINES


@pytest.mark.parametrize("name", ["gone.jsonl", "gone.jsonl.gz", "."])
def test_what_is_no_file_is_an_error_of_the_system(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"No such file|Is a directory"):
        list(lines_of(tmp_path / name))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(PACKED)), length=st.integers(0, len(PACKED)), put=st.binary(max_size=8))
def test_a_damaged_file_is_its_lines_or_an_error_of_the_system(tmp_path: Path, at: int, length: int, put: bytes) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(PACKED[:at] + put + PACKED[at + length :])
    try:
        assert b"".join(lines_of(path)) in (b"".join(LINES), b"")
    except OSError as error:
        assert str(error)


def test_a_damaged_file_is_told_to_whoever_reads_summaries(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(BROKEN)
    for read, error in ((lambda: read_outputs(path), UsageError), (lambda: list(read_summaries(path)), InputError)):
        with pytest.raises(error, match=r"a\.jsonl\.gz: its gzip data is damaged: .*invalid"):
            read()
    assert not holds_summaries(path)
