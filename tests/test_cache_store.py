"""The store: the journal is the truth, the index only makes it quick."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from cache_records import attempt, call, child, output_of, record

from summarise.clients.cache import Store, verify
from summarise.clients.cache.index import packed, unpacked
from summarise.clients.protocol import Record, to_line
from summarise.errors import CacheError

HERE = {"cwd": Path(__file__).parent}
RECORDS = [record(f"v1-{n}", "ok", attempt(f"answer {n}")) for n in range(5)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache folder with five records, all of them in the index."""
    with Store(tmp_path / "cache") as store:
        for one in RECORDS:
            store.put(one)
    return tmp_path / "cache"


def found(store: Store) -> list[Record | None]:
    return [store.get(one.key) for one in RECORDS]


def rows(folder: Path) -> dict[str, bytes]:
    """What the index holds: the line of each key."""
    with closing(database(folder)) as index:
        found = {key.removeprefix("record "): value for key, value in index.execute("SELECT key, value FROM Cache WHERE key != 'journal'")}
    return {key: unpacked(key, value) for key, value in found.items()}


def database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "index" / "cache.db", isolation_level=None)


def test_what_was_put_is_found_at_once_and_by_the_next_store(folder: Path) -> None:
    new = record("v1-new")
    with Store(folder) as store:
        store.put(new)
        assert [*found(store), store.get("v1-new"), store.get("v1-none")] == [*RECORDS, new, None]
    with Store(folder) as store:
        assert [*found(store), store.get("v1-new"), store.get("v1-none"), store.warnings] == [*RECORDS, new, None, []]


def test_what_is_indexed_is_not_read_from_the_journal_again(folder: Path) -> None:
    with Store(folder) as store:
        assert len(store._tail) == 0
        assert rows(folder) == {one.key: to_line(one).rstrip() for one in RECORDS}


def test_only_what_was_added_since_is_read_from_the_journal(folder: Path) -> None:
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(to_line(record("v1-new")))
    with Store(folder) as store:
        assert [key for key, _ in store._tail.positions()] == ["v1-new"]
        assert store.get("v1-new") == record("v1-new")


def test_many_records_go_into_the_index_while_the_store_is_open(tmp_path: Path) -> None:
    many = [record(f"v1-{n}") for n in range(1_100)]
    with Store(tmp_path) as store:
        for one in many:
            store.put(one)
        assert (len(store._tail), len(rows(tmp_path))) == (100, 1_000)
        assert [store.get(one.key) for one in many] == many


def test_all_is_private(folder: Path) -> None:
    places = [folder, folder / "index", folder / "journal.jsonl", folder / "index" / "cache.db"]
    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o700, 0o700, 0o600, 0o600]


def test_nothing_unfinished_takes_the_place_of_a_finished_row(folder: Path) -> None:
    with Store(folder) as store:
        store.put(record("v1-0", "open"))
        store.put(record("v1-new", "open"))
    with Store(folder) as store:
        assert (store.get("v1-0"), store.get("v1-new")) == (RECORDS[0], record("v1-new", "open"))
        store.put(record("v1-new"))
        assert store.get("v1-new") == record("v1-new")


def test_a_large_cache_is_never_culled(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put(record("v1-big", "ok", attempt(os.urandom(1_000_000).hex())))
    with closing(database(tmp_path)) as index:
        settings = dict(index.execute("SELECT key, value FROM Settings"))
        files = index.execute("SELECT count(*) FROM Cache WHERE filename IS NOT NULL").fetchone()
    names = ("eviction_policy", "cull_limit", "size_limit", "disk_min_file_size", "statistics", "tag_index")
    assert [settings[name] for name in names] == ["none", 0, 2**62, 2**62, 0, 0]
    assert files == (0,)


# --- damage ------------------------------------------------------------------------------------------------------------


def overwritten(folder: Path) -> None:
    (folder / "index" / "cache.db").write_bytes(b"no database at all" * 1_000)


def cut(folder: Path) -> None:
    os.truncate(folder / "index" / "cache.db", 6_000)


def scribbled(folder: Path) -> None:
    with (folder / "index" / "cache.db").open("r+b") as file:
        for page in range(2, file.seek(0, os.SEEK_END) // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 2_000)


def with_other_values(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("UPDATE Cache SET value = ?", (b"x" * 40,))


def with_rows_exchanged(folder: Path) -> None:
    with closing(database(folder)) as index:
        (value,) = index.execute("SELECT value FROM Cache WHERE key = 'record v1-1'").fetchone()
        index.execute("UPDATE Cache SET value = ? WHERE key = 'record v1-0'", (value,))


def of_another_schema(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("CREATE TRIGGER evil AFTER UPDATE ON Cache BEGIN DELETE FROM Cache; END")


def with_odd_settings(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("INSERT INTO Settings VALUES ('get', 'not a function'), ('sqlite_trusted_schema', 1)")


def without_its_table(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("DROP TABLE Cache")
        index.execute("CREATE TABLE Cache (key)")


def with_a_row_less(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("DELETE FROM Cache WHERE key = 'record v1-3'")


def with_a_row_that_expired(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("UPDATE Cache SET expire_time = 1 WHERE key = 'record v1-3'")


def with_a_wrong_mark(folder: Path) -> None:
    with closing(database(folder)) as index:
        index.execute("UPDATE Cache SET value = ? WHERE key = 'journal'", (b'{"offset": 1}',))


DAMAGES = [
    with_a_row_less,
    with_a_row_that_expired,
    with_a_wrong_mark,
    overwritten,
    cut,
    scribbled,
    with_other_values,
    with_rows_exchanged,
    of_another_schema,
    with_odd_settings,
    without_its_table,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_set_aside_and_made_again_from_the_journal(folder: Path, damage: object) -> None:
    assert callable(damage)
    damage(folder)
    with Store(folder) as store:
        assert found(store) == RECORDS
        assert [warning for warning in store.warnings if "set aside as index.damaged-1" in warning]
        store.put(record("v1-new"))
    with Store(folder) as store:
        assert [*found(store), store.get("v1-new")] == [*RECORDS, record("v1-new")]
        assert store.warnings == []
    with Store(folder) as store:
        assert (len(rows(folder)), store.warnings) == (6, [])


class Evil:
    """What runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize(
    "columns",
    [
        "mode = 4, value = :pickle",
        "mode = 4, value = NULL, filename = '../evil.pickle'",
        "raw = 0, key = :pickle",
        "mode = 2, value = NULL, filename = '../journal.jsonl'",
        "mode = 3, value = NULL, filename = '../../precious'",
        "mode = 1, value = 'text'",
        "mode = 1, value = 7",
    ],
)
def test_a_foreign_row_runs_nothing_and_reads_and_removes_no_file(folder: Path, columns: str) -> None:
    mark, precious = folder / "mark", folder.parent / "precious"
    precious.write_text("precious")
    pickled = pickle.dumps(Evil(mark))
    (folder / "evil.pickle").write_bytes(pickled)
    with closing(database(folder)) as index:
        index.execute(f"UPDATE Cache SET {columns} WHERE key = 'record v1-0'", {"pickle": pickled})
    with Store(folder) as store:
        assert found(store) == RECORDS
        store.put(record("v1-0", "ok", attempt("new")))
    with Store(folder) as store:
        verify(store)
        assert store.get("v1-0") == record("v1-0", "ok", attempt("new"))
    assert (mark.exists(), precious.read_text(), (folder / "evil.pickle").exists()) == (False, "precious", True)
    pickle.loads(pickled)
    assert mark.exists()


def test_a_foreign_row_that_is_overwritten_keeps_the_file_that_it_names(folder: Path) -> None:
    precious = folder / "index" / "precious"
    precious.write_text("precious")
    with closing(database(folder)) as index:
        index.execute("UPDATE Cache SET filename = 'precious' WHERE key != 'journal'")
    with Store(folder) as store:
        for one in RECORDS:
            store.put(one.model_copy(update={"created": "later"}))
    assert precious.read_text() == "precious"


def test_an_index_of_another_journal_is_not_believed(folder: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "other") as store:
        store.put(record("v1-other"))
    shutil.copy(tmp_path / "other" / "journal.jsonl", folder / "journal.jsonl")
    with Store(folder) as store:
        assert [store.get("v1-other"), *found(store)] == [record("v1-other"), *[None] * 5]


def test_a_copied_folder_needs_no_new_index(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    with Store(tmp_path / "copy") as store:
        assert (len(store._tail), found(store), store.warnings) == (0, RECORDS, [])


def test_a_cache_that_lost_its_index_makes_a_new_one(folder: Path) -> None:
    shutil.rmtree(folder / "index")
    with Store(folder) as store:
        assert (found(store), store.warnings) == (RECORDS, [])
    assert (folder / "index" / "cache.db").exists()


def test_damaged_lines_are_counted_and_the_others_found(folder: Path) -> None:
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b"junk\n" + to_line(record("v1-new")) + b'{"torn')
    with Store(folder) as store:
        assert store.get("v1-new") == record("v1-new")
        assert store.warnings == [f"{folder}/journal.jsonl: 1 damaged line passed over"]


def test_a_journal_that_is_cut_while_it_is_in_use_stops_the_run(folder: Path) -> None:
    store = Store(folder)
    os.truncate(folder / "journal.jsonl", 10)
    with pytest.raises(CacheError, match="was cut short while in use"):
        store.get("v1-none")
    with pytest.raises(CacheError, match="was cut short while in use"):
        store.close()


@pytest.mark.parametrize("target", ["index", "index/cache.db"])
def test_an_index_that_is_a_link_is_not_followed(folder: Path, target: str) -> None:
    shutil.rmtree(folder / "index")
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    if target == "index/cache.db":
        (folder / "index").mkdir(mode=0o700)
        (folder / target).symlink_to(elsewhere / "cache.db")
    else:
        (folder / target).symlink_to(elsewhere)
    with Store(folder) as store:
        assert found(store) == RECORDS
        assert [warning for warning in store.warnings if "the index is not used" in warning]
    assert [place for place in elsewhere.iterdir() if place.stat().st_size] == []


def test_a_folder_where_anybody_may_write_gets_no_index(folder: Path) -> None:
    folder.chmod(0o777)
    with Store(folder) as store:
        assert found(store) == RECORDS
        assert store.warnings == [
            f"{folder}/index: the index is not used: {folder}/index: belongs to another user, or is writable by everybody"
        ]


def test_a_linked_folder_is_a_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    with Store(tmp_path / "link") as store:
        assert (found(store), store.warnings) == (RECORDS, [])


# --- other processes ----------------------------------------------------------------------------------------------------


def test_what_another_store_puts_is_found_at_once(folder: Path) -> None:
    with Store(folder) as one, Store(folder) as other:
        other.put(record("v1-new", "open"))
        assert one.get("v1-new") == record("v1-new", "open")
        other.put(record("v1-new"))
        assert one.get("v1-new") == record("v1-new")


def test_two_stores_of_one_folder_leave_an_index_of_all(folder: Path) -> None:
    with Store(folder) as one, Store(folder) as other:
        for number in range(1_300):
            (one, other)[number % 2].put(record(f"v1-x{number}"))
    with Store(folder) as store:
        assert (len(store._tail), len(rows(folder)), store.warnings) == (0, 1_305, [])
        assert all(line == to_line(record(key)).rstrip() for key, line in rows(folder).items() if "x" in key)


def test_who_indexes_late_does_not_undo_what_another_store_has_indexed(folder: Path) -> None:
    late = Store(folder)
    late.put(record("v1-new", "ok", attempt("first")))
    with Store(folder) as other:
        for number in range(250):
            other.put(record(f"v1-x{number}"))
        other.put(record("v1-new", "ok", attempt("second")))
    assert late.get("v1-none") is None
    with Store(folder) as store:
        assert store.get("v1-new") == record("v1-new", "ok", attempt("second"))
    late.close()


def test_an_index_that_another_process_holds_is_waited_for_but_not_for_ever(folder: Path) -> None:
    with closing(database(folder)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with Store(folder, wait=0.05) as store:
            assert found(store) == RECORDS
            store.put(record("v1-new"))
            assert store.warnings == [f"{folder}/index: the index is not used: database is locked"]
    with Store(folder) as store:
        assert (store.get("v1-new"), store.warnings) == (record("v1-new"), [])


def test_an_index_that_is_held_later_is_done_without(folder: Path) -> None:
    with Store(folder, wait=0.05) as store, closing(database(folder)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(600):
            store.put(record(f"v1-x{number}"))
        assert [store.get("v1-x599"), *found(store)] == [record("v1-x599"), *RECORDS]
        assert store.warnings == [f"{folder}/index: the index is not used: another process holds the index"]


KILLER = """
import os, random, signal, sys, time
from cache_records import record
from summarise.clients.cache import Store
for run in range(10):
    heard, told = os.pipe()
    writer = os.fork()
    if not writer:
        store = Store(sys.argv[1])
        for number in range(100_000):
            store.put(record(f"{run}-{number}"))
            os.write(told, b"1")
    os.read(heard, 1)
    time.sleep(random.Random(run).uniform(0, 0.1))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    os.close(told)
    acknowledged = 1
    while got := len(os.read(heard, 100_000)):
        acknowledged += got
    print(*(f"{run}-{number}" for number in range(acknowledged)))
    os.close(heard)
"""


def test_a_process_killed_again_and_again_loses_no_record_and_no_index(tmp_path: Path) -> None:
    acknowledged = output_of(child(KILLER, tmp_path, **HERE)).split()
    assert len(acknowledged) > 200
    with Store(tmp_path) as store:
        assert [key for key in acknowledged if store.get(key) != record(key)] == []
        assert [warning for warning in store.warnings if "damaged line" not in warning] == []


READER = """
import os, sys
from cache_records import record
from summarise.clients.cache import Store
from summarise.clients.cache.index import RecordIndex
from summarise.errors import CacheError
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with Store(".") as store:
    print(store.writable, [key for key in ("v1-0", "v1-4", "v1-none") if store.get(key)], store.warnings)
    try:
        store.put(record("v1-new"))
    except CacheError as error:
        print(error, error.stops_run)
"""


def test_a_folder_that_may_only_be_read_is_read(folder: Path) -> None:
    (folder / "journal.jsonl").chmod(0o444)
    folder.chmod(0o555)
    before = sorted(folder.rglob("*"))
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})" + READER
    said = output_of(child(code, cwd=folder)).splitlines()
    folder.chmod(0o700)
    assert said == [
        "False ['v1-0', 'v1-4'] []",
        "journal.jsonl: the cache is read-only (give a writable folder, or replay it) True",
    ]
    assert sorted(folder.rglob("*")) == before


# --- the rest -----------------------------------------------------------------------------------------------------------


def test_a_row_belongs_to_its_key() -> None:
    row = packed("v1-a", True, b"line\n")
    assert unpacked("v1-a", row) == b"line\n"
    for key, damaged in (("v1-b", row), ("v1-a", row[:-6]), ("v1-a", b"")):
        with pytest.raises(ValueError, match="a row"):
            unpacked(key, damaged)


def test_the_nearest_record_is_the_one_of_the_same_article(folder: Path) -> None:
    wanted = call("Prices rose.")
    with Store(folder) as store:
        store.put(Record.new(wanted).model_copy(update={"key": "v1-x"}))
        assert store.nearest(wanted).startswith(
            "the nearest record is the same article under model 'model-a' with prompt summarise/v2 (sha "
        )


def test_a_store_may_be_opened_in_one_thread_and_used_in_another(folder: Path) -> None:
    store = Store(folder)
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(found, store).result() == RECORDS
        thread.submit(store.close).result()


def test_to_close_twice_does_nothing(folder: Path) -> None:
    store = Store(folder)
    store.close()
    store.close()


@pytest.fixture(autouse=True)
def _no_spare_files(tmp_path: Path) -> Iterator[None]:
    """diskcache was never made to write a value into a file."""
    yield
    assert list(tmp_path.rglob("*.val")) == []
