"""Writers: what stands in the file, when it stands there, and what is said when it cannot."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import json
import os
import resource
import secrets
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_summaries import failure, items, summary, texts

from summarise.errors import OutputError, ReaderGone, UsageError
from summarise.export import FORMATS, open_writer, records
from summarise.export.writers import neutral, restored
from summarise.render.terminal import overview_html
from summarise.schema import Failure, Span, Summary, parse_line
from summarise.text.sanitise import safe

ITEMS = [summary("a"), failure("b"), summary("c")]
TO_FILES = [
    ("x.jsonl", None),
    ("x.jsonl.gz", None),
    ("x.csv", None),
    ("x.parquet", None),
    ("x.db", None),
    ("x.md", None),
    ("x.txt", "table"),
]

hostile = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)


def _write(path: Path, items: list[Summary | Failure], format: str | None = None, layer: str | None = None) -> None:
    with open_writer(path, format, layer=layer) as writer:
        for item in items:
            writer.write(item)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _lines(path: Path) -> list[Summary | Failure]:
    data = path.read_bytes()
    return [parse_line(line) for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines()]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- which format -----------------------------------------------------------------------------------------------------


def test_the_suffix_names_the_format_in_any_case(tmp_path: Path) -> None:
    _write(tmp_path / "OUT.NDJSON", ITEMS)
    assert _lines(tmp_path / "OUT.NDJSON") == ITEMS


def test_a_named_format_counts_more_than_the_suffix(tmp_path: Path) -> None:
    _write(tmp_path / "out.md", ITEMS, "jsonl")
    assert _lines(tmp_path / "out.md") == ITEMS


def test_jsonl_into_a_name_that_ends_in_gz_is_compressed(tmp_path: Path) -> None:
    _write(tmp_path / "out.gz", ITEMS, "jsonl")
    assert _lines(tmp_path / "out.gz") == ITEMS


@pytest.mark.parametrize(
    ("path", "format", "layer", "message"),
    [
        ("out.xlsx", None, None, "in which format to write"),
        ("out", None, None, ".jsonl .ndjson .jsonl.gz"),
        ("out", "xml", None, "one of: jsonl, jsonl.gz, csv, parquet, sqlite, markdown, table"),
        ("out", "json", None, "one array cannot be written piece by piece"),
        ("out.csv", None, "words", "one of: articles, claims, stances, figures, evidence, dropped"),
        ("out.jsonl", None, "claims", "jsonl has no layers to choose from"),
        ("-", "parquet", None, "parquet cannot be written to stdout"),
        ("-", "sqlite", None, "sqlite cannot be written to stdout"),
    ],
)
def test_an_order_that_cannot_be_met_is_a_usage_error(path: str, format: str | None, layer: str | None, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_writer(path, format, layer=layer)
    assert message in str(caught.value)


# --- what stands in the file ------------------------------------------------------------------------------------------


@hostile
@given(st.lists(items, max_size=3))
def test_jsonl_holds_every_item(tmp_path_factory: pytest.TempPathFactory, found: list[Summary | Failure]) -> None:
    path = tmp_path_factory.mktemp("x") / "out.jsonl"
    _write(path, found)
    assert _lines(path) == found


def test_gzip_holds_the_same_bytes_for_the_same_items(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        _write(tmp_path / name, ITEMS)
    assert _lines(tmp_path / "a.jsonl.gz") == ITEMS
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_a_csv_is_the_figures_with_their_article(tmp_path: Path) -> None:
    _write(tmp_path / "out.csv", ITEMS)
    rows = _rows(tmp_path / "out.csv")
    assert [(row["article_id"], row["figure_id"], row["value"]) for row in rows] == [
        ("a", "f1", "4.5"),
        ("a", "f2", "1250000000"),
        ("c", "f1", "4.5"),
        ("c", "f2", "1250000000"),
    ]
    assert (rows[0]["title"], rows[0]["published"], rows[0]["evidence_count"], rows[0]["as_of"]) == ("Exports rise", "2024-05-01", "1", "")


def test_a_csv_of_articles_has_the_failures_too(tmp_path: Path) -> None:
    _write(tmp_path / "out.csv", ITEMS, layer="articles")
    rows = _rows(tmp_path / "out.csv")
    assert [(row["article_id"], row["cached"], row["error_kind"]) for row in rows] == [
        ("a", "false", ""),
        ("b", "", "empty"),
        ("c", "false", ""),
    ]


@hostile
@given(st.lists(items, max_size=3), st.sampled_from(["articles", "claims", "figures", "evidence", "dropped"]))
def test_a_csv_gives_back_every_text(tmp_path_factory: pytest.TempPathFactory, found: list[Summary | Failure], layer: str) -> None:
    path = tmp_path_factory.mktemp("x") / "out.csv"
    _write(path, found, layer=layer)
    expected = [{name: _as_text(cell) for name, cell in row.items()} for row in records(found, layer)]
    assert [{name: restored(cell) for name, cell in row.items()} for row in _rows(path)] == expected


def _as_text(cell: object) -> str:
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).lower()
    written = f"{cell:f}" if hasattr(cell, "as_tuple") else str(cell)
    written = written.rstrip("0").rstrip(".") if hasattr(cell, "as_tuple") and "." in written else written
    return written.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1", "\u200b=1", "\xa0\u3000＝1", "－1", "\ufeff@x", "−1", "'=1", "''=1"]
)
def test_a_cell_that_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "'tis", "3-1", "$5", '"=1', "1,5"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


@given(texts | st.text("'=+-@ \t\r＝ax"))
def test_the_apostrophe_comes_off_again(text: str) -> None:
    assert restored(neutral(text)) == text


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    first = summary().figures[0]
    _write(tmp_path / "out.csv", [summary(figures=[first.model_copy(update={"value": -first.value})])])
    assert _rows(tmp_path / "out.csv")[0]["value"] == "-4.5"


def test_parquet_has_doubles_and_every_digit_beside_them(tmp_path: Path) -> None:
    _write(tmp_path / "out.parquet", ITEMS)
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.column("value").to_pylist() == [4.5, 1.25e9, 4.5, 1.25e9]
    assert table.column("value_text").to_pylist() == ["4.5", "1250000000", "4.5", "1250000000"]
    assert (str(table.schema.field("value").type), str(table.schema.field("low_text").type)) == ("double", "string")


def test_parquet_keeps_formulas_as_they_are(tmp_path: Path) -> None:
    _write(tmp_path / "out.parquet", [summary("=1+1")], layer="claims")
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").column("article_id").to_pylist() == ["=1+1"]


def test_parquet_is_written_in_groups_of_bounded_size(tmp_path: Path) -> None:
    long = summary(article=summary().article.model_copy(update={"text": "x" * 3_000_000}))
    _write(tmp_path / "out.parquet", [long] * 7, layer="articles")
    file = pyarrow.parquet.ParquetFile(tmp_path / "out.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [3, 3, 1]


@hostile
@given(st.lists(items, max_size=3))
def test_sqlite_holds_every_item_under_valid_keys(tmp_path_factory: pytest.TempPathFactory, found: list[Summary | Failure]) -> None:
    path = tmp_path_factory.mktemp("x") / "out.db"
    _write(path, found)
    done = [item for item in found if isinstance(item, Summary)]
    with sqlite3.connect(path) as database:
        counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "claims", "stances", "figures")]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert counts == [len(found), *(sum(len(getattr(item, layer)) for item in done) for layer in ("claims", "stances", "figures"))]


def test_no_text_in_sqlite_ends_before_its_end(tmp_path: Path) -> None:
    evidence = [Span(start=0, end=3, quote="a\0b")]
    _write(tmp_path / "out.db", [summary(claims=[summary().claims[0].model_copy(update={"text": "c\0d", "evidence": evidence})])])
    with sqlite3.connect(tmp_path / "out.db") as database:
        found = database.execute("SELECT text, length(text), evidence_quote FROM claims").fetchone()
    database.close()
    assert found == ("c␀d", 3, "a␀b")


@hostile
@given(st.lists(items, max_size=2))
def test_no_format_for_people_holds_what_a_screen_obeys_or_hides(found: list[Summary | Failure]) -> None:
    shown = "".join([*(item.to_markdown() for item in found), *(item._repr_html_() for item in found), overview_html(found)])
    assert ascii(safe(shown)) == ascii(shown)


def test_sqlite_tables_join_by_their_keys(tmp_path: Path) -> None:
    _write(tmp_path / "out.db", ITEMS)
    database = sqlite3.connect(tmp_path / "out.db")
    found = database.execute(
        "SELECT a.article_id, c.text, f.value, f.value_text, e.quote FROM articles a JOIN claims c USING (article)"
        " JOIN claim_figures USING (article, claim_id) JOIN figures f USING (article, figure_id)"
        " JOIN evidence e ON e.article = a.article AND e.claim_id = c.claim_id"
    ).fetchall()
    database.close()
    quote = 'She said exports rose 4.5 percent to $1.25 billion, "a record".'
    assert found == [(id, "Exports rose 4.5 percent.", 4.5, "4.5", quote) for id in ("a", "c")]


def test_sqlite_takes_one_article_id_twice(tmp_path: Path) -> None:
    _write(tmp_path / "out.db", [summary("a"), summary("a")])
    database = sqlite3.connect(tmp_path / "out.db")
    assert database.execute("SELECT article, article_id FROM articles").fetchall() == [(1, "a"), (2, "a")]
    database.close()


def test_sqlite_names_the_article_that_has_two_items_with_one_id_and_keeps_the_others(tmp_path: Path) -> None:
    twice = summary("twice", claims=summary().claims * 2)
    with pytest.raises(OutputError, match="article 'twice' has two items with one id"):
        _write(tmp_path / "out.db", [summary("a"), twice])
    database = sqlite3.connect(tmp_path / "out.db")
    assert database.execute("SELECT article_id FROM articles").fetchall() == [("a",)]
    assert database.execute("SELECT count(*) FROM claims").fetchone() == (1,)
    database.close()


def test_markdown_has_each_article_under_its_title(tmp_path: Path) -> None:
    _write(tmp_path / "out.md", ITEMS)
    text = (tmp_path / "out.md").read_text()
    assert [line for line in text.splitlines() if line.startswith("# ")] == [
        "# Exports rise",
        "# b",
        "# Exports rise",
    ]


@pytest.mark.parametrize(("name", "format"), TO_FILES)
def test_no_items_make_a_valid_empty_file(tmp_path: Path, name: str, format: str | None) -> None:
    path = tmp_path / name
    _write(path, [], format)
    content = {
        "x.jsonl": lambda: path.read_bytes() == b"",
        "x.jsonl.gz": lambda: gzip.decompress(path.read_bytes()) == b"",
        "x.csv": lambda: _rows(path) == [] and path.read_text().startswith('"article_id","title"'),
        "x.parquet": lambda: pyarrow.parquet.read_table(path).num_rows == 0,
        "x.db": lambda: sqlite3.connect(path).execute("SELECT count(*) FROM articles").fetchone() == (0,),
        "x.md": lambda: path.read_bytes() == b"<!-- generator: summarise -->\n\n",
        "x.txt": lambda: path.read_text().split() == ["article", "claims", "figures", "stance", "grounded"],
    }
    assert content[name]()


# --- what was there before --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "format"), TO_FILES)
def test_an_old_file_stays_when_nothing_was_written(tmp_path: Path, name: str, format: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), open_writer(path, format):
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == [name]


@pytest.mark.parametrize(("name", "format"), TO_FILES)
def test_nothing_is_left_where_nothing_was_written(tmp_path: Path, name: str, format: str | None) -> None:
    with pytest.raises(KeyboardInterrupt), open_writer(tmp_path / name, format):
        raise KeyboardInterrupt
    assert _names(tmp_path) == []


@pytest.mark.parametrize(("name", "format"), TO_FILES)
def test_what_was_finished_replaces_the_old_file_when_the_run_is_broken_off(tmp_path: Path, name: str, format: str | None) -> None:
    whole = tmp_path / f"whole-{name}"
    _write(whole, ITEMS[:1], format)
    path = tmp_path / name
    path.write_bytes(b"old" * 10_000)
    with pytest.raises(KeyboardInterrupt), open_writer(path, format) as writer:
        writer.write(ITEMS[0])
        raise KeyboardInterrupt
    assert path.read_bytes() == whole.read_bytes()
    assert _names(tmp_path) == sorted([name, whole.name])


def test_lines_can_be_read_while_the_run_goes_on(tmp_path: Path) -> None:
    with open_writer(tmp_path / "out.jsonl") as writer:
        writer.write(ITEMS[0])
        assert _lines(tmp_path / "out.jsonl") == ITEMS[:1]


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.db"])
def test_files_that_are_no_streams_keep_the_old_content_until_the_end(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"old")
    with open_writer(path) as writer:
        writer.write(ITEMS[0])
        assert path.read_bytes() == b"old"
    assert path.read_bytes() != b"old"


def test_a_file_that_is_replaced_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    real = tmp_path / "real.csv"
    real.write_text("old")
    real.chmod(0o600)
    (tmp_path / "link.csv").symlink_to(real)
    _write(tmp_path / "link.csv", ITEMS)
    assert (tmp_path / "link.csv").is_symlink()
    assert (len(_rows(real)), stat.S_IMODE(real.stat().st_mode)) == (4, 0o600)


# --- what cannot be written -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.parquet", "x.db", "x.md"])
def test_a_folder_that_is_missing_is_told_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError) as caught:
        open_writer(tmp_path / "missing" / name)
    assert (caught.value.message, caught.value.hint) == (f"{tmp_path}/missing/{name}: no such folder", "make the folder first")


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet", "x.db"])
def test_a_folder_is_no_output(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError, match=name):
        open_writer(tmp_path / name)


def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(OutputError, match="/dev/null is not a regular file"):
        open_writer("/dev/null", "csv")
    with open_writer("/dev/null", "jsonl") as writer:
        writer.write(ITEMS[0])
    assert not Path("/dev/null").is_file()


def test_a_device_that_is_full_is_named() -> None:
    with pytest.raises(OutputError) as caught, open_writer("/dev/full", "jsonl") as writer:
        writer.write(ITEMS[0])
    assert (
        str(caught.value) == "/dev/full: cannot write: No space left on device (free disk space, then run the same command again to resume)"
    )


_FILL = """
import sys
from made_summaries import summary
from summarise.errors import OutputError
from summarise.export import open_writer
try:
    with open_writer(sys.argv[1]) as writer:
        for n in range(100_000):
            writer.write(summary(f"a{n}"))
except OutputError as error:
    print(error.kind, error.exit_code, error.message)
"""


def _fill(path: Path) -> str:
    """Writes to `path` until it may grow no more, at 100,000 bytes."""
    command = [sys.executable, "-c", _FILL, str(path)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    limit = (100_000, 100_000)
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_a_full_disk_leaves_whole_lines(tmp_path: Path, name: str) -> None:
    assert _fill(tmp_path / name) == f"output 2 {tmp_path}/{name}: cannot write: File too large\n"
    lines = _lines(tmp_path / name)
    assert [line.article.id for line in lines] == [f"a{n}" for n in range(len(lines))]
    assert (tmp_path / name).stat().st_size > 90_000


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.db"])
def test_a_full_disk_leaves_nothing_of_files_that_are_no_streams(tmp_path: Path, name: str) -> None:
    assert _fill(tmp_path / name).startswith(f"output 2 {tmp_path}/{name}: cannot write: ")
    assert _names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], capture_output=True, check=False, timeout=20)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True, timeout=20)


@pytest.mark.parametrize("layer", [None, "articles"])
@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.db"])
@pytest.mark.parametrize("spare", [0, 4096, 100_000])
def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_beside_it(small_disk: Path, name: str, layer: str | None, spare: int) -> None:
    """Full from the start, when the first bytes come, or later."""
    path = small_disk / name
    path.write_bytes(b"old")
    with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"x" * 4096):
            pass
    os.truncate(small_disk / "filler", (small_disk / "filler").stat().st_size - spare)
    with pytest.raises(OutputError) as caught, open_writer(path, layer=layer if name != "x.db" else None) as writer:
        for n in range(100_000):
            writer.write(summary(f"{n}-{secrets.token_hex(40)}"))
    assert (caught.value.exit_code, caught.value.hint) == (2, "free disk space, then run the same command again to resume")
    assert (path.read_bytes(), _names(small_disk)) == (b"old", ["filler", name])
    gc.collect()  # a writer that was given up says nothing either


# --- stdout -----------------------------------------------------------------------------------------------------------

_PRINT = """
import sys
from made_summaries import summary
from summarise.errors import ReaderGone
from summarise.export import open_writer
try:
    with open_writer("-", sys.argv[1]) as writer:
        for n in range(int(sys.argv[2])):
            writer.write(summary(f"a{n}"))
except ReaderGone as gone:
    sys.exit(gone.exit_code)
"""


def _print(format: str, count: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.Popen(
        [sys.executable, "-c", _PRINT, format, str(count)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize(
    ("format", "first"),
    [
        ("jsonl", b'{"schema_version":1,'),
        ("csv", b'"article_id",'),
        ("markdown", b"<!-- generator: summarise -->\n\n# Exports rise"),
        ("table", b"  article"),
    ],
)
def test_stdout_takes_every_format_that_is_a_stream(format: str, first: bytes) -> None:
    out, err = _print(format, 3).communicate(timeout=20)
    assert (out[: len(first)], err) == (first, b"")


def test_a_pipe_that_is_closed_ends_the_run_without_a_word() -> None:
    process = _print("jsonl", 100_000)
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["article"]["id"] == "a0"
    process.stdout.close()
    assert (process.wait(timeout=20), process.stderr.read()) == (128 + signal.SIGPIPE, b"")
    process.stderr.close()


def test_a_named_pipe_whose_reader_goes_is_the_same(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    def read_one_line() -> None:
        with (tmp_path / "pipe").open("rb") as reader:
            reader.readline()

    thread = threading.Thread(target=read_one_line)
    thread.start()
    with pytest.raises(ReaderGone), open_writer(tmp_path / "pipe", "jsonl") as writer:
        for _ in range(100_000):
            writer.write(ITEMS[0])
    thread.join()


def test_a_stdout_that_is_no_file_is_written_too(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", memory)
    with open_writer("-") as writer:
        writer.write(ITEMS[0])
    assert memory.buffer.getvalue() == f"{ITEMS[0].to_json()}\n".encode()  # type: ignore[attr-defined]


def test_every_format_is_tested_here() -> None:
    assert set(FORMATS) == {"jsonl", "jsonl.gz", "csv", "parquet", "sqlite", "markdown", "table"}
