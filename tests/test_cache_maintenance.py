"""Recordings, export and import, and what is said of a cache."""

from __future__ import annotations

import gzip
import os
import stat
from collections import Counter
from pathlib import Path

import pytest
from cache_records import RECORDS, TARGET, attempt, call, child, output_of, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarise.clients.cache import Imported, Recording, Stats, Store, Verification, export_records, import_records, stats, verify
from summarise.clients.protocol import Call, Record, Target, to_line
from summarise.errors import CacheError

HERE = {"cwd": Path(__file__).parent}


def filled(folder: Path, *records: Record) -> Store:
    store = Store(folder)
    for one in records:
        store.put(one)
    return store


def written(path: Path, *records: Record) -> Path:
    path.write_bytes(b"".join(map(to_line, records)))
    return path


# --- recordings ---------------------------------------------------------------------------------------------------------


def test_a_recording_is_a_file_a_packed_file_or_a_cache_folder(tmp_path: Path) -> None:
    one = record("v1-a")
    plain = written(tmp_path / "records.jsonl", one)
    packed = tmp_path / "records.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    filled(tmp_path / "cache", one).close()
    for path in (plain, packed, tmp_path / "cache"):
        with Recording(path) as recording:
            assert (recording.get("v1-a"), recording.get("v1-b"), recording.warnings, recording.writable) == (one, None, [], False)


def test_a_recording_is_not_written_to(tmp_path: Path) -> None:
    with Recording(written(tmp_path / "records.jsonl")) as recording, pytest.raises(CacheError, match="a recording is only read"):
        recording.put(record("v1-a"))


def test_the_damaged_lines_of_a_recording_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "records.jsonl", record("v1-a"))
    path.write_bytes(b"junk\n" + path.read_bytes() + b'{"v":1,')
    with Recording(path) as recording:
        assert recording.get("v1-a") == record("v1-a")
        assert recording.warnings == [f"{path}: 2 damaged lines passed over"]


def test_what_cannot_be_read_is_a_cache_error(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"x" * 5_000)[:20])
    (tmp_path / "wrong.gz").write_bytes(b"\x1f\x8b\x08" + b"\xff" * 100)
    os.mkfifo(tmp_path / "pipe")
    for name, why in (
        ("none", "No such file"),
        ("cut.gz", "ended before"),
        ("wrong.gz", "."),
        ("pipe", "not a regular file"),
        (".", "No such file"),
    ):
        with pytest.raises(CacheError, match=f"no recorded answers can be read: .*{why}.*give a JSONL file of records or a cache folder"):
            Recording(tmp_path / name)


def test_stdin_is_a_recording(tmp_path: Path) -> None:
    code = "from summarise.clients.cache import Recording\nwith Recording('-') as r: print(r.get('v1-a').status)"
    process = child(code)
    assert process.communicate(to_line(record("v1-a")).decode(), timeout=30)[0] == "ok\n"


# --- the nearest record -------------------------------------------------------------------------------------------------


def nearest(folder: Path, *recorded: Call, wanted: Call) -> str:
    with Recording(written(folder / "records.jsonl", *map(Record.new, recorded))) as recording:
        return recording.nearest(wanted)


def other(**fields: object) -> Target:
    from dataclasses import replace

    return replace(TARGET, **fields)  # type: ignore[arg-type]


def test_what_differs_from_the_nearest_record_is_said(tmp_path: Path) -> None:
    wanted = call(target=other(model="model-b"))
    sha = wanted.request.prompt.sha[:8]
    assert nearest(tmp_path, call(), call("Another."), wanted=wanted) == (
        f"the nearest record is the same article under model 'model-a' with prompt summarise/v2 (sha {sha}): "
        "the model differs (asked: --model 'model-b'; recorded: --model 'model-a')"
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            other(endpoint="https://x/v1"),
            "the endpoint differs (asked: --base-url http://127.0.0.1:1/v1; recorded: --base-url https://x/v1)",
        ),
        (
            other(temperature=None, sample=2),
            "the temperature differs (asked: --temperature 0; recorded: no --temperature), "
            "the sample number differs (asked: --sample 0; recorded: --sample 2)",
        ),
        (
            other(mode="tools", max_tokens=9),
            "the output mode differs (asked: json_schema; recorded: tools), "
            "the output limit differs (asked: --max-tokens 4096; recorded: --max-tokens 9)",
        ),
    ],
)
def test_each_setting_that_differs_is_named(tmp_path: Path, target: Target, said: str) -> None:
    assert f": {said}" in nearest(tmp_path, call(target=target), wanted=call())


def test_the_same_article_is_nearer_than_the_same_settings_and_the_same_model_nearer_than_the_same_limit(tmp_path: Path) -> None:
    far, near, nearer = call("Another one."), call(target=other(model="x")), call(target=other(max_tokens=1))
    assert "the same article under model 'x'" in nearest(tmp_path, far, near, wanted=call())
    assert "the output limit differs" in nearest(tmp_path, far, near, nearer, wanted=call())


def test_a_part_and_the_prompt_are_named_as_such(tmp_path: Path) -> None:
    made = Record.new(call())
    about = made.about.model_copy(update={"first": 3, "last": 9, "prompt": "summarise/v0", "prompt_sha": "0" * 64})
    with Recording(written(tmp_path / "r", made.model_copy(update={"about": about}))) as recording:
        said = recording.nearest(call())
    assert "the prompt differs (asked: --prompt summarise/v2 (sha " in said
    assert (
        "; recorded: --prompt summarise/v0 (sha 00000000)), the part of the article differs (asked: sentences 1-2; recorded: sentences 3-9)"
        in said
    )


def test_another_article_and_an_equal_one_and_none_at_all_are_told_apart(tmp_path: Path) -> None:
    assert "another article under model 'model-a'" in nearest(tmp_path, call("Another one."), wanted=call())
    assert "what differs is the title, source or date" in nearest(tmp_path, call(title="Prices"), wanted=call())
    assert nearest(tmp_path, wanted=call()) == "there is no record at all"


# --- export and import --------------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(st.lists(RECORDS, max_size=5))
def test_export_import_export_gives_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    place = tmp_path_factory.mktemp("exchange")
    with filled(place / "one", *records) as one, Store(place / "two") as two:
        export_records(one, place / "one.jsonl")
        import_records(two, place / "one.jsonl")
        export_records(two, place / "two.jsonl")
    assert (place / "one.jsonl").read_bytes() == (place / "two.jsonl").read_bytes()


def test_an_export_is_sorted_and_holds_each_key_once(tmp_path: Path) -> None:
    with filled(tmp_path / "cache", record("v1-b"), record("v1-a", "open"), record("v1-a")) as store:
        assert export_records(store, tmp_path / "out.jsonl") == 2
        assert export_records(store, tmp_path / "out.jsonl.gz") == 2
    assert (tmp_path / "out.jsonl").read_bytes() == to_line(record("v1-a")) + to_line(record("v1-b"))
    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()) == (tmp_path / "out.jsonl").read_bytes()


def test_a_packed_export_has_no_time_in_it(tmp_path: Path) -> None:
    with filled(tmp_path / "cache", record("v1-a")) as store:
        export_records(store, tmp_path / "one.gz")
        export_records(store, tmp_path / "two.gz")
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_an_export_goes_to_stdout_too(tmp_path: Path) -> None:
    filled(tmp_path, record("v1-a")).close()
    code = "import sys; from summarise.clients.cache import *\nexport_records(Recording(sys.argv[1]), '-')"
    assert output_of(child(code, tmp_path)).encode() == to_line(record("v1-a"))


FULL = """
import resource, sys
from summarise.clients.cache import Recording, export_records
from summarise.errors import CacheError
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
try:
    export_records(Recording(sys.argv[1]), sys.argv[2])
except CacheError as error:
    print(error.message)
"""


def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    filled(tmp_path / "cache", *(record(f"v1-{n}") for n in range(5))).close()
    target = tmp_path / "out" / "out.jsonl"
    target.parent.mkdir()
    target.write_text("old")
    assert output_of(child(FULL, tmp_path / "cache", target)) == f"{target}: cannot be written: File too large\n"
    assert ([place.name for place in target.parent.iterdir()], target.read_text()) == (["out.jsonl"], "old")


def test_an_export_through_a_link_keeps_the_link_and_one_to_a_device_the_device(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with filled(tmp_path / "cache", record("v1-a")) as store:
        export_records(store, tmp_path / "link")
        export_records(store, tmp_path / "pipe")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "file").read_bytes()) == (True, to_line(record("v1-a")))
    assert ((tmp_path / "pipe").is_fifo(), os.read(reader, 10_000)) == (True, to_line(record("v1-a")))
    os.close(reader)


def test_an_import_is_counted_and_a_second_one_changes_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path / "in.jsonl", record("v1-new"), record("v1-worse", "invalid_output"), record("v1-better"), record("v1-open", "open")
    )
    path.write_bytes(path.read_bytes() + b"junk\n")
    kept = [record("v1-worse"), record("v1-better", "truncated"), record("v1-open", "open", attempt("mine"))]
    with filled(tmp_path / "cache", *kept) as store:
        assert import_records(store, path) == Imported(new=1, better=2, known=1, damaged=1)
        size = store.path.stat().st_size
        assert import_records(store, path) == Imported(new=0, better=0, known=4, damaged=1)
        assert store.path.stat().st_size == size
        assert [store.get(key) for key in ("v1-new", "v1-worse", "v1-better", "v1-open")] == [
            *(record("v1-new"), record("v1-worse"), record("v1-better")),
            record("v1-open", "open", attempt("mine"), attempt()),
        ]


def test_an_exported_file_may_be_read_by_those_who_may_read_files_of_its_writer(tmp_path: Path) -> None:
    with filled(tmp_path / "cache") as store:
        export_records(store, tmp_path / "out.jsonl")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o666 & ~umask


# --- stats and verify ---------------------------------------------------------------------------------------------------


def test_stats_count_every_attempt_that_is_part_of_a_record(tmp_path: Path) -> None:
    unpriced, failed = attempt(cost_usd=None), attempt(None, cost_usd=None, input_tokens=0, output_tokens=0, error="reset")
    with filled(
        tmp_path, record("v1-a", "open"), record("v1-a", "ok", attempt(), unpriced), record("v1-b", "refusal", failed, model="b")
    ) as store:
        assert stats(store) == Stats(
            records=2,
            bytes=store.path.stat().st_size,
            superseded=1,
            attempts=3,
            input_tokens=20,
            output_tokens=10,
            cost_usd=0.25,
            unpriced=1,
            by_status=Counter(ok=1, refusal=1),
            by_model=Counter({"model-a": 1, "b": 1}),
        )


def test_a_whole_cache_is_verified_line_by_line_and_row_by_row(tmp_path: Path) -> None:
    filled(tmp_path, record("v1-a", "open"), record("v1-a"), record("v1-b")).close()
    with Store(tmp_path) as store:
        assert verify(store) == Verification(lines=3, rows=2, faults=())
        assert verify(store).whole


def test_each_damaged_line_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "records.jsonl", record("v1-a"), record("v1-b"))
    path.write_bytes(path.read_bytes().replace(b'"ms":7', b'"ms":?', 1) + b'{"torn')
    with Recording(path) as recording:
        assert verify(recording) == Verification(
            lines=3, rows=0, faults=(f"{path}:1: no record can be read from this line", f"{path}:3: the last line is torn")
        )


def test_a_row_that_the_journal_does_not_know_is_named(tmp_path: Path) -> None:
    import sqlite3

    from summarise.clients.cache.index import packed

    filled(tmp_path, record("v1-a"), record("v1-b")).close()
    store = Store(tmp_path)
    index = sqlite3.connect(tmp_path / "index" / "cache.db", isolation_level=None)
    forged = packed("v1-a", True, to_line(record("v1-a", "refusal")))
    index.execute("UPDATE Cache SET value = ? WHERE key = 'record v1-a'", (forged,))
    index.execute("UPDATE Cache SET mode = 4 WHERE key = 'record v1-b'")
    index.close()
    faults = (f"{tmp_path}: the row of v1-a is not what the journal says", f"{tmp_path}: the row of v1-b is damaged")
    assert verify(store) == Verification(lines=2, rows=2, faults=faults)
    store.close()


def test_lines_can_be_read_while_they_are_written(tmp_path: Path) -> None:
    with filled(tmp_path, record("v1-a")) as store, Recording(tmp_path) as recording:
        store.put(record("v1-b"))
        assert [one.key for one in store.lines().records()] == ["v1-a", "v1-b"]
        assert [one.key for one in recording.lines().records()] == ["v1-a"]


def test_what_is_exported_is_json_lines(tmp_path: Path) -> None:
    import json

    with filled(tmp_path / "cache", record("v1-a"), record("v1-b", "refusal")) as store:
        export_records(store, tmp_path / "out.jsonl")
    with (tmp_path / "out.jsonl").open(encoding="utf-8") as file:
        assert [json.loads(line)["status"] for line in file] == ["ok", "refusal"]
