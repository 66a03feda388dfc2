"""summarise.reading: JSON lines, JSON, CSV and Parquet."""

# ruff: noqa: E501  # lines of data are as long as they are
from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from summarise.article import Article
from summarise.reading import ReadOptions, Unread, read
from summarise.reading.tables import NAMES


def rows(path: Path, content: bytes | str, options: ReadOptions | None = None) -> list[Article | Unread]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read([str(path)], options or ReadOptions()))


def faults(found: list[Article | Unread]) -> list[tuple[str, str, str]]:
    return [(item.id, item.where.rpartition("/")[2], item.error.kind) for item in found if isinstance(item, Unread)]


# --- JSON lines -------------------------------------------------------------------------------------------------------


def test_a_line_is_an_article_with_what_its_fields_say(tmp_path: Path) -> None:
    line = {
        "id": 7,
        "Headline": "T",
        "body": "B\r\nb",
        "source": {"id": None, "name": "Wire"},
        "publishedAt": "2019-06-05T23:00:00Z",
        "link": "https://x.org/a",
        "lang": "en_US",
    }
    assert rows(tmp_path / "a.jsonl", json.dumps(line)) == [Article("B\nb", "7", "T", "Wire", "2019-06-05", "https://x.org/a", "en-US")]


def test_a_bad_line_costs_no_other(tmp_path: Path) -> None:
    content = b'{"text": "\xc3\xb6ne"}\n\n{"text": \n[1]\n{"title": "no text"}\n{"text": ""}\n{"text": 5}\n{"text": "\xff"}\n{"text": "half \\ud800"}\n{"text": "nul \\u0000\\u0001\\u0002\\u0003"}\n{"text": "last"}'
    found = rows(tmp_path / "a.jsonl", content)
    assert [item.text for item in found if isinstance(item, Article)] == ["öne", "last"]
    assert faults(found) == [
        ("a-000003", "a.jsonl, line 3", "malformed"),
        ("a-000004", "a.jsonl, line 4", "malformed"),
        ("a-000005", "a.jsonl, line 5", "malformed"),
        ("a-000006", "a.jsonl, line 6", "empty"),
        ("a-000007", "a.jsonl, line 7", "malformed"),
        ("a-000008", "a.jsonl, line 8", "malformed"),
        ("a-000009", "a.jsonl, line 9", "binary"),
        ("a-000010", "a.jsonl, line 10", "binary"),
    ]


def test_a_message_names_the_file_as_given_and_the_line(tmp_path: Path) -> None:
    (item,) = rows(tmp_path / "a.jsonl", '{"title": "T"}')
    assert isinstance(item, Unread)
    assert item.error.message == f"{tmp_path}/a.jsonl, line 1: no column holds the text; there are 'title'"
    assert item.error.hint == "name it with --text-col"


def test_the_first_of_several_texts_is_taken_and_said(tmp_path: Path) -> None:
    (article,) = rows(tmp_path / "a.jsonl", '{"content": "c", "body": "b", "maintext": " "}')
    assert article == Article("b", "a-000001", warnings=("the text is from 'body'; there is text in 'content' too",))


def test_named_columns_win_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    options = ReadOptions(text_col="c", id_col="key")
    first, second = rows(tmp_path / "a.jsonl", '{"c": "c", "text": "t", "key": "k"}\n{"c": "c"}', options)
    assert first == Article("c", "k")
    assert isinstance(second, Unread)
    assert "there is no column 'key', but 'c'" in second.error.message


def test_what_cannot_be_used_is_left_out_with_a_warning(tmp_path: Path) -> None:
    (article,) = rows(tmp_path / "a.jsonl", '{"text": "t", "date": "June 5, 2019", "url": "javascript:alert(1)", "title": ["x"]}')
    assert article == Article(
        "t",
        "a-000001",
        warnings=(
            "the title is not text: \"['x']\" is left out",
            "the date of publication is not an ISO date: 'June 5, 2019' is left out",
            "the URL is not http or https: 'javascript:alert(1)' is left out",
        ),
    )


def test_a_summary_line_is_an_article_again(tmp_path: Path) -> None:
    article = {
        "id": "x",
        "title": "T",
        "source": None,
        "published": "2019",
        "url": None,
        "language": "en",
        "text": "Words.",
        "chars": 6,
        "sha256": "",
    }
    found = rows(tmp_path / "a.jsonl", json.dumps({"schema_version": 1, "article": article, "claims": []}))
    assert found == [Article("Words.", "x", "T", None, "2019", None, "en")]


def test_a_summary_line_without_text_says_how_to_get_it(tmp_path: Path) -> None:
    (item,) = rows(tmp_path / "a.jsonl", '{"schema_version": 1, "article": {"id": "x"}}')
    assert isinstance(item, Unread)
    assert item.error.hint == "summaries hold it when written with --with-text"


def test_a_line_above_the_limit_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    content = '{"text": "' + "x" * 300_000 + '"}\n{"text": "b"}\n'
    found = rows(tmp_path / "a.jsonl", content, ReadOptions(max_bytes=1000))
    assert faults(found) == [("a-000001", "a.jsonl, line 1", "too_large")]
    assert found[1] == Article("b", "a-000002")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_lines_may_be_in_any_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    found = rows(tmp_path / "a.jsonl", '{"text": "Zürich"}\n{"text": "b"}\n'.encode(encoding))
    assert [item.text for item in found if isinstance(item, Article)] == ["Zürich", "b"]


def test_deep_nesting_in_json_is_malformed(tmp_path: Path) -> None:
    assert faults(rows(tmp_path / "a.jsonl", '{"text": ' + "[" * 200_000)) == [("a-000001", "a.jsonl, line 1", "malformed")]


def test_packed_json_lines_are_read(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.jsonl.gz", gzip.compress(b'{"text": "b"}\n')) == [Article("b", "a-000001")]


def test_a_large_file_takes_the_memory_of_one_line(tmp_path: Path) -> None:
    line = json.dumps({"text": "word " * 2000}) + "\n"
    with (tmp_path / "a.jsonl").open("w") as file:
        file.writelines(line for _ in range(2000))  # 20 MB
    tracemalloc.start()
    total = sum(1 for _ in read([str(tmp_path / "a.jsonl")]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 2000
    assert peak < 2_000_000


# --- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ('{"text": "t"}', ["a"]),
        ('{"text": "t",\n "id": "k"}', ["k"]),
        ('[{"text": "t"}, {"text": "u"}]', ["a-000001", "a-000002"]),
        ('{"text": "t"}\n{"text": "u"}\n', ["a-000001", "a-000002"]),
    ],
)
def test_json_is_one_article_a_list_or_lines(tmp_path: Path, content: str, ids: list[str]) -> None:
    found = rows(tmp_path / "a.json", content)
    assert [item.id for item in found if isinstance(item, Article)] == ids


@pytest.mark.parametrize("content", ["{", "5", "[" * 100_000, '{"text": "t"} x'])
def test_broken_json_is_one_malformed_file(tmp_path: Path, content: str) -> None:
    assert faults(rows(tmp_path / "a.json", content)) == [("a", "a.json", "malformed")]


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_of_a_csv_is_found(tmp_path: Path, separator: str) -> None:
    found = rows(tmp_path / "a.csv", separator.join(["title", "Text"]) + "\r\n" + separator.join(["T", '"a ""b""\r\nc"']) + "\r\n")
    assert found == [Article('a "b"\nc', "a-000001", "T")]


def test_tsv_is_parted_by_tabs_only(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.tsv", "id\ttext, all\ttext\nk\tx\ty, z\n") == [Article("y, z", "k")]


def test_a_bad_row_costs_no_other(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b'id,text\n1,\xc3\xb6ne\n2,\n3,a,b\n4,\xff\n\n5,"f\ni"\n6,last')
    assert [(item.id, item.text) for item in found if isinstance(item, Article)] == [("1", "öne"), ("5", "f\ni"), ("6", "last")]
    assert faults(found) == [
        ("a-000002", "a.csv, row 2 (line 3)", "empty"),
        ("a-000003", "a.csv, row 3 (line 4)", "malformed"),
        ("a-000004", "a.csv, row 4 (line 5)", "malformed"),
    ]


def test_a_quote_that_never_ends_stops_at_the_limit(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", 'text\n"' + "x\n" * 5000, ReadOptions(max_bytes=4000))
    assert faults(found)[0] == ("a-000001", "a.csv, row 1 (line 2)", "too_large")


def test_a_csv_without_text_column_is_one_error_that_names_the_columns(tmp_path: Path) -> None:
    (item,) = rows(tmp_path / "a.csv", "a,b\n1,2\n3,4\n")
    assert isinstance(item, Unread)
    assert item.error.message == f"{tmp_path}/a.csv: no column holds the text; there are 'a', 'b'"


def test_an_empty_table_is_empty(tmp_path: Path) -> None:
    assert faults(rows(tmp_path / "a.csv", "\n\n")) == [("a", "a.csv", "empty")]


def test_one_guess_of_the_encoding_holds_for_a_whole_table(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", "text\nDer Käse reicht für alle.\nplain words\n".encode("cp1252"))
    assert found[0] == Article(
        "Der Käse reicht für alle.", "a-000001", warnings=("the encoding is not declared; read as cp1252, which is a guess",)
    )


# --- Parquet ----------------------------------------------------------------------------------------------------------


def parquet(path: Path, columns: dict[str, list[object]]) -> str:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), path)
    return str(path)


def test_a_parquet_row_is_an_article(tmp_path: Path) -> None:
    name = parquet(
        tmp_path / "a.parquet",
        {"text": ["one", None, "three"], "date": [date(2019, 6, 5), None, date(2020, 1, 1)], "extra": [1, 2, 3]},
    )
    found = list(read([name]))
    assert [found[0], found[2]] == [
        Article("one", "a-000001", published="2019-06-05"),
        Article("three", "a-000003", published="2020-01-01"),
    ]
    assert faults(found) == [("a-000002", "a.parquet, row 2", "empty")]


def test_a_time_stamp_gives_its_day(tmp_path: Path) -> None:
    name = parquet(tmp_path / "a.parquet", {"text": ["one"], "published_at": [datetime(2019, 6, 5, 12, tzinfo=UTC)]})
    assert list(read([name])) == [Article("one", "a-000001", published="2019-06-05")]


def test_rows_are_counted_over_batches(tmp_path: Path) -> None:
    name = parquet(tmp_path / "a.parquet", {"text": ["t"] * 200})
    assert [item.id for item in read([name])][-1] == "a-000200"


def test_packed_parquet_is_read(tmp_path: Path) -> None:
    packed = tmp_path / "b.parquet.gz"
    packed.write_bytes(gzip.compress(Path(parquet(tmp_path / "a.parquet", {"text": ["t"]})).read_bytes()))
    assert list(read([str(packed)])) == [Article("t", "b-000001")]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 500 + b"PAR1"])
def test_broken_parquet_is_malformed(tmp_path: Path, content: bytes) -> None:
    assert faults(rows(tmp_path / "a.parquet", content)) == [("a", "a.parquet", "malformed")]


def test_every_name_that_is_looked_for_stands_in_the_docs() -> None:
    page = (Path(__file__).parent.parent / "docs" / "reading.md").read_text(encoding="utf-8")
    assert [name for names in NAMES.values() for name in names if f"`{name}`" not in page] == []
