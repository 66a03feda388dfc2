"""`cache verify` reads every row of the index, and changes nothing; impossible records are damaged ones, wherever they are read."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from cache_records import attempt, record

from summarise.clients.cache import Recording, Store, verify
from summarise.clients.cache.index import packed
from summarise.clients.protocol import to_line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store(tmp_path / "cache") as store:
        for name in "abc":
            store.put(record(f"v1-{name}", "ok", attempt(name)))
    return tmp_path / "cache"


def faults(folder: Path) -> tuple[str, ...]:
    with Recording(folder) as recording:
        return verify(recording).faults


def damaged(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "index" / "cache.db", isolation_level=None)) as index:
        index.execute(statement, values)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def cache(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "summarise.cli", "cache", *words], capture_output=True, check=False, text=True, timeout=60)


def test_verify_reads_every_row_and_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    done = cache("verify", "--cache", str(folder))
    assert (done.returncode, done.stdout) == (0, "3 lines and 3 rows read: no faults\n")
    assert contents(folder) == before


COLUMNS = {
    "key": "'record v1-z'",
    "raw": "0",
    "store_time": "'then'",
    "expire_time": "1.0",
    "access_time": "NULL",
    "access_count": "9",
    "tag": "'x'",
    "size": "-1",
    "mode": "4",
    "filename": "'../journal.jsonl'",
    "value": "x'00'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_row_that_is_damaged_in_any_column_is_named(folder: Path, column: str) -> None:
    damaged(folder, f"UPDATE Cache SET {column} = {COLUMNS[column]} WHERE key = 'record v1-b'")
    named = "v1-z" if column == "key" else "v1-b"
    assert f"{folder}: the row of {named} is damaged" in faults(folder)
    assert cache("verify", "--cache", str(folder)).returncode == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_damage_in_the_row_that_says_what_the_index_holds_is_found(folder: Path, column: str) -> None:
    damaged(folder, f"UPDATE Cache SET {column} = {COLUMNS[column]} WHERE key = 'journal'")
    assert faults(folder)


OTHER = record("v1-b", "ok", attempt("other"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (packed("v1-b", True, to_line(OTHER).rstrip()), "is not what the journal says"),
        (packed("v1-b", False, to_line(record("v1-b", "ok", attempt("b"))).rstrip()), "is damaged"),
        (packed("v1-b", True, to_line(record("v1-b", "ok", attempt("b"))).rstrip()) + b"more", "is damaged"),
        (packed("v1-b", True, b"no record"), "is damaged"),
        (packed("v1-a", True, to_line(record("v1-a", "ok", attempt("a"))).rstrip()), "is damaged"),
    ],
)
def test_a_row_must_hold_its_own_record_as_the_journal_has_it(folder: Path, row: bytes, said: str) -> None:
    damaged(folder, "UPDATE Cache SET value = ? WHERE key = 'record v1-b'", row)
    assert faults(folder) == (f"{folder}: the row of v1-b {said}",)


def test_a_row_that_is_missing_is_named(folder: Path) -> None:
    damaged(folder, "DELETE FROM Cache WHERE key = 'record v1-b'")
    assert faults(folder) == (f"{folder}: the row of v1-b is missing", f"{folder}: the index was made with 3 rows and holds 2")


@pytest.mark.parametrize("damage", ["overwritten", "cut", "scribbled"])
def test_a_file_that_is_no_database_any_more_is_a_fault_and_stays_where_it_is(folder: Path, damage: str) -> None:
    file = folder / "index" / "cache.db"
    if damage == "overwritten":
        file.write_bytes(b"no database at all" * 1_000)
    elif damage == "cut":
        os.truncate(file, 6_000)
    else:
        content = file.read_bytes()
        file.write_bytes(content[:8192] + b"\xff" * 2_000 + content[10_192:])
    before = contents(folder)
    assert faults(folder)
    assert contents(folder) == before


def test_what_is_not_indexed_yet_is_no_fault_and_a_run_may_go_on_meanwhile(folder: Path) -> None:
    with Store(folder) as store:
        store.put(record("v1-new"))
        for number in range(250):
            store.put(record(f"v1-x{number}"))
        assert faults(folder) == ()
    assert faults(folder) == ()


IMPOSSIBLE = [
    ('"ms":7', '"ms":-7'),
    ('"ms":7', f'"ms":1{"0" * 400}'),
    ('"ms":7', '"ms":"soon"'),
    ('"http":200', '"http":1e400'),
    ('"input_tokens":10', '"input_tokens":-10'),
    ('"input_tokens":10', f'"input_tokens":{2**63}'),
    ('"output_tokens":5', '"output_tokens":NaN'),
    ('"output_tokens":5', '"output_tokens":[5]'),
    ('"cost_usd":0.25', '"cost_usd":-0.25'),
    ('"cost_usd":0.25', '"cost_usd":1e308'),
    ('"cost_usd":0.25', '"cost_usd":1e400'),
    ('"cost_usd":0.25', '"cost_usd":Infinity'),
    ('"max_tokens":4096', f'"max_tokens":1{"0" * 5_000}'),
    ('"first":1', '"first":-1'),
]


@pytest.mark.parametrize(("possible", "impossible"), IMPOSSIBLE)
def test_a_record_with_impossible_counts_is_damaged_and_never_a_traceback(tmp_path: Path, possible: str, impossible: str) -> None:
    from summarise.clients.cache import export_records, import_records, stats

    path = tmp_path / "journal.jsonl"
    line = to_line(record("v1-bad")).decode()
    assert possible in line
    path.write_text(line.replace(possible, impossible) + to_line(record("v1-good")).decode())
    with Recording(path) as recording:
        assert (recording.get("v1-bad"), recording.get("v1-good")) == (None, record("v1-good"))
        assert recording.warnings == [f"{path}: 1 damaged line passed over"]
    with Recording(path) as recording:
        found = stats(recording)
        assert (found.records, found.damaged, found.cost_usd) == (1, 1, 0.25)
    with Recording(path) as recording:
        assert verify(recording).faults == (f"{path}:1: no record can be read from this line",)
        assert export_records(recording, tmp_path / "out.jsonl") == 1
    with Store(tmp_path / "new") as store:
        done = import_records(store, path)
        assert (done.new, done.damaged) == (1, 1)
    with Store(tmp_path) as store:
        assert (store.get("v1-bad"), store.get("v1-good")) == (None, record("v1-good"))
        assert store.warnings == [f"{path}: 1 damaged line passed over"]


def test_a_replay_of_impossible_counts_fails_that_article_alone(tmp_path: Path) -> None:
    from cache_runs import ended, start, written
    from fake_openai import FakeOpenAI

    written(tmp_path / "articles", 3)
    words = ("run", tmp_path / "articles")
    with FakeOpenAI() as fake:
        assert ended(start(fake.url, tmp_path / "cache", *words))[0] == 0
        journal = tmp_path / "cache" / "journal.jsonl"
        journal.write_text(journal.read_text().replace('"ms":', '"ms":1' + "0" * 400, 2))
        code, out, err = ended(start(fake.url, tmp_path / "cache", *words, "--replay", journal))
    failed = [line["error"]["kind"] for line in map(json.loads, out.splitlines()) if "error" in line]
    assert (code, set(failed), len(out.splitlines()), "Traceback" in err) == (1, {"replay_miss"}, 3, False), err
