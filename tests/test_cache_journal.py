"""The journal: what is written stays, whatever is killed or full."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from pathlib import Path

import pytest
from cache_records import child, output_of, record

from summarise.clients.cache.journal import Journal, LineIndex, _Syncer
from summarise.clients.protocol import to_line
from summarise.errors import CacheError

WRITER = """
import sys
from pathlib import Path
from cache_records import attempt, record
from summarise.clients.cache.journal import Journal
from summarise.clients.protocol import to_line
folder, name, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
journal = Journal(folder / "journal.jsonl")
for number in range(300):
    journal.append(to_line(record(f"{name}-{number}", "ok", attempt("x" * size))))
journal.close()
"""

HERE = {"cwd": Path(__file__).parent}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "journal.jsonl"


def keys(path: Path) -> set[str]:
    with path.open("rb") as file:
        return {record.key for record in LineIndex.all_of(file.fileno()).records()}


def test_a_line_is_in_the_file_when_append_returns(path: Path) -> None:
    journal = Journal(path)
    assert [journal.append(b"one\n"), journal.append(b"three\n")] == [0, 4]
    assert path.read_bytes() == b"one\nthree\n"
    journal.close()


def test_folder_and_file_are_private(path: Path) -> None:
    Journal(path).close()
    assert [stat.S_IMODE(place.stat().st_mode) for place in (path.parent, path)] == [0o700, 0o600]


def test_a_torn_tail_is_ended_before_the_next_line(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'whole\n{"v":1,"ke')
    journal = Journal(path)
    assert journal.append(b"next\n") == 17
    assert path.read_bytes() == b'whole\n{"v":1,"ke\nnext\n'
    journal.close()


KILLER = """
import os, signal, sys
from pathlib import Path
from cache_records import attempt, record
from summarise.clients.cache.journal import Journal
from summarise.clients.protocol import to_line
path = Path(sys.argv[1])
for run in range(40):
    heard, told = os.pipe()
    writer = os.fork()
    if not writer:
        journal = Journal(path)
        for number in range(100_000):
            journal.append(to_line(record(f"{run}-{number}", "ok", attempt("x" * 300_000))))
            os.write(told, b"1")
    for number in range(run % 7):
        os.read(heard, 1)
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    os.close(told)
    acknowledged = run % 7 + len(os.read(heard, 1_000))
    print(*(f"{run}-{number}" for number in range(acknowledged)))
    os.close(heard)
"""


def test_a_process_killed_again_and_again_while_it_writes_loses_nothing_that_was_acknowledged(path: Path) -> None:
    acknowledged = output_of(child(KILLER, path, **HERE)).split()
    assert len(acknowledged) >= 100
    assert set(acknowledged) <= keys(path)


def test_two_processes_write_into_one_journal_without_tearing_a_line(path: Path) -> None:
    writers = [child(WRITER, path.parent, name, 3_000, **HERE) for name in ("a", "b")]
    for writer in writers:
        output_of(writer)
    assert keys(path) == {f"{name}-{number}" for name in ("a", "b") for number in range(300)}
    assert path.read_bytes().count(b"\n") == 600


FULL = """
import resource, sys
from pathlib import Path
from summarise.clients.cache.journal import Journal
from summarise.errors import CacheError
journal = Journal(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
journal.append(b"a" * 8_999 + b"\\n")
try:
    journal.append(b"b" * 1_999 + b"\\n")
except CacheError as error:
    print(error, error.stops_run)
journal.append(b"c" * 99 + b"\\n")
journal.close()
"""


def test_a_full_disk_leaves_whole_lines_and_says_what_to_do(path: Path) -> None:
    said = output_of(child(FULL, path))
    assert said == f"{path}: the disk is full (free disk space and run the same command again: what is stored stays) True\n"
    assert path.read_bytes() == b"a" * 8_999 + b"\n" + b"c" * 99 + b"\n"


def test_a_lock_that_another_process_holds_is_waited_for_but_not_for_ever(path: Path) -> None:
    journal = Journal(path, wait=0.05)
    other = os.open(path, os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(CacheError, match=r"another process has locked the cache for more than 0\.05 seconds"):
        journal.append(b"line\n")
    fcntl.flock(other, fcntl.LOCK_UN)
    assert journal.append(b"line\n") == 0
    os.close(other)
    journal.close()


def test_a_journal_that_is_removed_while_in_use_is_an_error_and_no_silent_loss(path: Path) -> None:
    journal = Journal(path)
    path.unlink()
    with pytest.raises(CacheError, match="cannot be written: the file was removed or replaced while it was in use"):
        journal.append(b"line\n")
    journal.close()


def test_a_link_or_a_pipe_is_no_journal(path: Path) -> None:
    path.parent.mkdir()
    (path.parent / "elsewhere").write_text("precious")
    path.symlink_to("elsewhere")
    with pytest.raises(CacheError, match="cannot be opened"):
        Journal(path)
    assert (path.parent / "elsewhere").read_text() == "precious"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(CacheError, match="is not a regular file"):
        Journal(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match=r"file/cache/journal.jsonl: cannot be opened: Not a directory \(give another cache folder\)"):
        Journal(tmp_path / "file" / "cache" / "journal.jsonl")


def test_a_name_that_no_file_can_have_is_a_cache_error() -> None:
    with pytest.raises(CacheError, match="cannot be opened: embedded null byte"):
        Journal(Path("a\0b/journal.jsonl"))


def test_what_cannot_be_brought_to_the_disk_is_an_error_of_the_next_write() -> None:
    reader, pipe = os.pipe()  # nothing that could be synced
    syncer = _Syncer(pipe)
    syncer.check()
    syncer.wake()
    with pytest.raises(OSError, match="Invalid argument"):
        for _ in range(2_000):
            time.sleep(0.001)
            syncer.check()
    with pytest.raises(OSError, match="Invalid argument"):
        syncer.close()
    os.close(reader)
    os.close(pipe)


def test_to_close_twice_does_nothing(path: Path) -> None:
    journal = Journal(path)
    journal.append(to_line(record("v1-a")))
    journal.close()
    journal.close()
    assert keys(path) == {"v1-a"}
