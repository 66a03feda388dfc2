"""summarise.reading: which files are read, in which order, under which ids, and what becomes of those that cannot be."""

# ruff: noqa: E501  # lines of data are as long as they are
from __future__ import annotations

import gzip
import io
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summarise.article import Article
from summarise.errors import SettingsError, UsageError
from summarise.reading import ReadOptions, Unread, read
from summarise.reading.metadata import LONGEST, Ids, numbered, safe_id


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, content: str | bytes = "Some text.") -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def ids(*paths: str, options: ReadOptions | None = None) -> list[str]:
    return [item.id for item in read(list(paths), options or ReadOptions())]


def unread(*paths: str, options: ReadOptions | None = None) -> Unread:
    (item,) = read(list(paths), options or ReadOptions())
    assert isinstance(item, Unread)
    return item


# --- paths ------------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_sorted_by_name_and_below() -> None:
    for name in ("in/b.txt", "in/a/z.md", "in/c.txt", "in/a/y.txt"):
        write(name)
    assert ids("in") == ["a-y", "a-z", "b", "c"]


def test_hidden_files_and_folders_are_passed_over() -> None:
    for name in ("in/.secret.txt", "in/.git/x.txt", "in/a.txt"):
        write(name)
    assert ids("in") == ["a"]


def test_unknown_suffixes_in_a_folder_are_counted_once() -> None:
    for name in ("in/a.txt", "in/b.jpg", "in/c.jpg", "in/README"):
        write(name)
    reading = read(["in"])
    assert [item.id for item in reading] == ["a"]
    assert reading.skipped == {".jpg": 2, "no extension": 1}
    assert reading.warnings == ("skipped 3 files of unknown type: .jpg (2), no extension (1)",)


def test_a_folder_without_articles_is_named() -> None:
    Path("in").mkdir()
    reading = read(["in"])
    assert list(reading) == []
    assert reading.warnings == ("nothing to read in 'in'",)


def test_a_named_file_of_unknown_suffix_is_read_as_text_with_a_warning() -> None:
    (article,) = read([write("notes.log", "One.")])
    assert article == Article("One.", id="notes", warnings=("the extension '.log' is unknown; read as plain text",))


def test_a_named_file_that_is_certainly_no_text_is_unsupported() -> None:
    item = unread(write("book.mobi"))
    assert (item.id, item.where, item.error.kind) == ("book", "book.mobi", "unsupported")


def test_a_glob_matches_as_in_a_shell_and_with_two_stars_below() -> None:
    for name in ("d/a.txt", "d/s/b.txt", "d/s/t/c.txt", "d/s/x.md", "d/.h/e.txt", "d/.f.txt"):
        write(name)
    assert ids("d/*.txt") == ["a"]
    assert ids("d/**/*.txt") == ["a", "s-b", "s-t-c"]
    assert ids("d/*/*.txt") == ["s-b"]
    assert ids("d/**") == ["a", "s-b", "s-t-c", "s-x"]
    assert ids("d/?/[!a].txt") == ["s-b"]
    assert ids("d/.f*") == [".f".strip(".")]


def test_a_folder_that_a_glob_matches_is_read_whole() -> None:
    for name in ("d/a/x.txt", "d/b/y/z.txt"):
        write(name)
    assert ids("d/*") == ["a-x", "b-y-z"]


def test_a_name_that_looks_like_a_pattern_is_a_name_first() -> None:
    write("a[1].txt")
    write("a1.txt")
    assert [item.id for item in read(["a[1].txt"])] == ["a-1"]


def test_all_that_is_missing_is_named_at_once_and_before_anything_is_read() -> None:
    write("there.txt")
    with pytest.raises(UsageError) as caught:
        read(["there.txt", "nope", "x*.md", "gone.txt"])
    assert caught.value.message == "not found: 'nope', 'gone.txt'; nothing matches: 'x*.md'"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("url", ["http://example.org/a", "https://example.org/a", "HTTPS://example.org", "ftp://example.org/x"])
def test_a_url_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(UsageError, match="URLs are not fetched") as caught:
        read([url])
    assert caught.value.hint == "download the page yourself and pass the file"


def test_links_that_lead_back_end_the_walk() -> None:
    write("in/sub/a.txt")
    for name in ("in/loop", "in/sub/loop", "in/sub/again"):
        Path(name).symlink_to(Path("in").resolve())
    Path("in/self.txt").symlink_to("self.txt")
    assert ids("in") == ["self", "sub-a"]
    assert ids("in/**/*.txt") == ["self", "sub-a"]


def test_counting_needs_names_only() -> None:
    for name in ("in/a.txt", "in/b.html", "in/c.jpg"):
        write(name)
    assert read(["in", "in/a.txt"]).total == 3
    assert read([write("rows.csv")]).total is None
    assert read(["-"]).total is None


def test_reading_is_lazy() -> None:
    for number in range(3):
        write(f"in/{number}.txt")
    reading = read(["in"])
    assert next(reading).id == "0"
    Path("in/1.txt").unlink()
    vanished, last = reading
    assert isinstance(vanished, Unread)
    assert vanished.error.message == "in/1.txt: missing, or a broken link"
    assert last.id == "2"


def test_standard_input_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        read(["-", "-"])


# --- standard input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"Plain words.", [("stdin", "Plain words.")]),
        (b'{"text": "a"}\n{"text": "b"}\n', [("stdin-000001", "a"), ("stdin-000002", "b")]),
        (b'{"text": "a"}', [("stdin-000001", "a")]),
        (b"{not json}\n", [("stdin", "{not json}\n")]),
        (b'{"text": "a"}\nThen words.', [("stdin", '{"text": "a"}\nThen words.')]),
    ],
)
def test_standard_input_is_text_unless_every_line_is_an_object(content: bytes, found: list[tuple[str, str]]) -> None:
    assert [(item.id, getattr(item, "text", None)) for item in read(["-"], stdin=io.BytesIO(content))] == found


def test_the_format_of_standard_input_can_be_named() -> None:
    (article,) = read(["-"], ReadOptions(stdin_format="csv"), stdin=io.BytesIO(b"text,title\nHello,T\n"))
    assert article == Article("Hello", id="stdin-000001", title="T")


def test_a_process_reads_its_own_standard_input() -> None:
    code = "from summarise.reading import read\nfor item in read(['-']): print(item.id, item.text)"
    done = subprocess.run([sys.executable, "-c", code], input=b"From a pipe.", capture_output=True, check=True)
    assert done.stdout == b"stdin From a pipe.\n"


@pytest.mark.parametrize(
    "bad", [{"stdin_format": "xml"}, {"encoding": "klingon"}, {"encoding": "rot13"}, {"encoding": "utf-7"}, {"max_bytes": 0}]
)
def test_options_that_mean_nothing_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        ReadOptions(**bad)  # type: ignore[arg-type]


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_a_pipe_a_socket_and_a_folder_named_like_files_are_unread_and_nothing_waits() -> None:
    Path("in/dir.txt").mkdir(parents=True)
    os.mkfifo("in/pipe.txt")
    write("in/z.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("in/sock.txt")
        *refused, good = read(["in"])
    assert [item.error.message for item in refused if isinstance(item, Unread)] == [
        "in/dir.txt: it is a folder, not a file",
        "in/pipe.txt: it is a pipe (FIFO), not a file",
        "in/sock.txt: it is a socket, not a file",
    ]
    assert good.id == "z"


def test_a_device_is_unread() -> None:
    assert unread("/dev/zero").error.message == "/dev/zero: it is a device, not a file"


def test_a_forbidden_file_and_folder_are_unread(folder: Path) -> None:
    folder.chmod(0o755)
    Path(write("in/a.txt")).chmod(0)
    Path(write("in/sub/b.txt")).parent.chmod(0)
    mine = os.geteuid()
    try:
        if mine == 0:  # root may read everything, so somebody else looks
            os.seteuid(65534)
        first, second = read(["in"])
    finally:
        os.seteuid(mine)
        Path("in/sub").chmod(0o700)
    assert isinstance(first, Unread)
    assert isinstance(second, Unread)
    assert first.error.message == "in/a.txt: it cannot be opened: Permission denied"
    assert second.error.message == "in/sub: the folder cannot be listed: Permission denied"


@pytest.mark.parametrize("content", [b"", b" \n\t \n", "\u00a0\u2003".encode(), b"\xef\xbb\xbf"])
def test_a_file_without_text_is_empty(content: bytes) -> None:
    assert unread(write("a.txt", content)).error.kind == "empty"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n....",
        b"%PDF-1.4 ...",
        b"PK\x03\x04....",
        bytes(range(256)) * 4,
        b"\x01\x02\x03\x04 text",
        "half \ud800".encode("utf-16-le", "surrogatepass"),
    ],
)
def test_what_is_no_text_is_binary_whatever_its_name(content: bytes) -> None:
    assert unread(write("a.txt", content)).error.kind in {"binary", "malformed"}


def test_a_stray_control_character_is_no_reason_to_refuse() -> None:
    (article,) = read([write("a.txt", "Page one.\fPage two.\x1a")])
    assert article == Article("Page one.\fPage two.\x1a", id="a")


def test_a_file_above_the_limit_names_limit_and_flag() -> None:
    error = unread(write("a.txt", "x" * 11), options=ReadOptions(max_bytes=10)).error
    assert (error.kind, error.message, error.hint) == ("too_large", "a.txt: it is larger than 10 bytes", "raise the limit with --max-bytes")


def test_a_file_at_the_limit_is_read() -> None:
    assert ids(write("a.txt", "x" * 10), options=ReadOptions(max_bytes=10)) == ["a"]


def test_gzip_of_several_members_is_read() -> None:
    (article,) = read([write("a.txt.gz", gzip.compress(b"One. ") + gzip.compress(b"Two.") + b"\0" * 512)])
    assert article == Article("One. Two.", id="a")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (gzip.compress(b"words " * 1000, mtime=0)[:-9], "malformed"),
        (b"no gzip", "malformed"),
        (gzip.compress(b"w" * 100, mtime=0)[:-6] + b"oooooo", "malformed"),
    ],
)
def test_broken_gzip_is_malformed(content: bytes, kind: str) -> None:
    assert unread(write("a.txt.gz", content)).error.kind == kind


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(b"\n" * 30_000_000)
    assert unread(write("a.txt.gz", bomb)).error.kind == "too_large"


def test_a_gzip_bomb_in_a_table_stops_by_its_ratio() -> None:
    bomb = gzip.compress(b" " * 60_000_000)
    assert "decompression bomb" in unread(write("a.jsonl.gz", bomb)).error.message


def test_names_are_printed_with_nothing_hidden_in_them() -> None:
    item = unread(write("a\x1b[31m\n\u202e.txt", b""))
    assert item.where == r"a\x1b[31m\n\u202e.txt"
    assert item.id == "a-31m"


def test_a_name_that_is_not_utf_8_is_read() -> None:
    with open(b"caf\xe9.txt", "wb") as file:  # noqa: PTH123
        file.write(b"Text.")
    (article,) = read([os.fsdecode(b"caf\xe9.txt")])
    assert article == Article("Text.", id="caf")


# --- ids --------------------------------------------------------------------------------------------------------------


def test_the_same_id_twice_is_numbered_in_order() -> None:
    assert ids(write("a.txt"), write("s/a.txt"), write("a.md"), write("A.html", "<p>Some words.</p>")) == ["a", "a-2", "a-3", "A-4"]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a b\nc", "a-b-c"),
        ("..", "article"),
        ("", "article"),
        (".hidden", "hidden"),
        ("a..b", "a.b"),
        ("Zürich 2019", "Zürich-2019"),
        ("Zu\u0308rich", "Zürich"),
        ("https://example.org/a?b=1", "https-example.org-a-b-1"),
        ("x\u202ey", "x-y"),
    ],
)
def test_an_id_is_safe(name: str, id: str) -> None:
    assert safe_id(name) == id


def test_a_long_name_is_cut_and_ends_in_a_hash_of_the_whole() -> None:
    one, other = safe_id("x" * 500 + "1"), safe_id("x" * 500 + "2")
    assert re.fullmatch("x{111}-[0-9a-f]{8}", one)
    assert one != other


def assert_safe(id: str) -> None:
    assert 1 <= len(id) <= LONGEST
    assert all(c.isalnum() or c in "._-" for c in id)
    assert not id.startswith(".")
    assert ".." not in id


NAMES = st.one_of(st.text(max_size=30), st.sampled_from(["a", "a-2", "a-000001", "a-2-000001", "A", "x" * 200, "..", "a/b", "a-b"]))


@example(["a", "a-2", "a", "a-000001"], ["a", "a", "a-2"])
@given(st.lists(NAMES, max_size=30), st.lists(NAMES, max_size=5))
def test_ids_are_safe_unique_and_the_same_again(names: list[str], tables: list[str]) -> None:
    def given_ids() -> list[str]:
        ids = Ids()
        some, more = names[: len(names) // 2], names[len(names) // 2 :]
        rows = [*map(ids.unique, some), *(numbered(prefix, row) for prefix in map(ids.prefix, tables) for row in (1, 2, 10_000_000))]
        return [*rows, *map(ids.unique, more)]

    found = given_ids()
    assert found == given_ids()
    assert len({id.casefold() for id in found}) == len(found)
    for id in found:
        assert_safe(id)


# --- the package ------------------------------------------------------------------------------------------------------


def test_importing_loads_no_parser() -> None:
    heavy = "trafilatura lxml pyarrow pypdf docx yaml charset_normalizer csv zipfile logging tempfile".split()
    code = f"import sys, summarise.reading; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_plain_text_needs_no_parser() -> None:
    write("a.txt", "Zürich.")
    code = "import sys\nfrom summarise.reading import read\nlist(read(['a.txt']))\nprint('lxml' in sys.modules, 'charset_normalizer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False False\n"
