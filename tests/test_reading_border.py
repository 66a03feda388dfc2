"""The border between text and what is none: binary data, invisible characters, empty tables, locked books."""

from __future__ import annotations

import csv
import gzip
import io
import json
import marshal
import pickle
import py_compile
import random
import sqlite3
import struct
import subprocess
import sys
import tarfile
import wave
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from test_reading_text import epub

import summarise as sm
from summarise.article import Article
from summarise.errors import InputError
from summarise.reading import ReadOptions, Unread, read

WORDS = "The harbour council voted on Tuesday to back the tunnel. " * 16  # 912 characters


def one(path: Path, content: bytes | str, options: ReadOptions | None = None) -> Article | Unread:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (item,) = read([str(path)], options or ReadOptions())
    return item


def text_of(item: Article | Unread) -> str:
    assert isinstance(item, Article), item
    return item.text


def kind_of(item: Article | Unread) -> str:
    assert isinstance(item, Unread), item
    return item.error.kind


# --- what is no text --------------------------------------------------------------------------------------------------


def _png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + random.Random(1).randbytes(300) for _ in range(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows))


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("one.txt")
        info.size = len(WORDS) * 500
        archive.addfile(info, io.BytesIO(WORDS.encode() * 500))
    return out.getvalue()


def _sqlite(folder: Path) -> bytes:
    with sqlite3.connect(folder / "x.db") as database:
        database.execute("CREATE TABLE t (a TEXT)")
        database.executemany("INSERT INTO t VALUES (?)", [(WORDS,)] * 20)
    database.close()
    return (folder / "x.db").read_bytes()


def _compiled(folder: Path) -> bytes:
    (folder / "m.py").write_text(f"TEXT = {WORDS * 30!r}\n")
    return Path(py_compile.compile(str(folder / "m.py"), str(folder / "m.pyc"), doraise=True)).read_bytes()


def _wave() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(struct.pack("<2000h", *(int(9000 * random.Random(n).random()) for n in range(2000))))
    return out.getvalue()


BINARIES: dict[str, Callable[[Path], bytes]] = {
    "ELF": lambda folder: Path(sys.executable).resolve().read_bytes()[:200_000],
    "ELF without its head": lambda folder: Path(sys.executable).resolve().read_bytes()[64:100_000],
    "PNG": lambda folder: _png(),
    "PNG without its head": lambda folder: _png()[8:],
    "random bytes": lambda folder: random.Random(2).randbytes(5000),
    "few random bytes": lambda folder: random.Random(3).randbytes(300),
    "compiled Python": _compiled,
    "marshalled code": lambda folder: marshal.dumps(compile(Path(__file__).read_text(), "x", "exec")),
    "SQLite": _sqlite,
    "SQLite without its head": lambda folder: _sqlite(folder)[16:],
    "tar": lambda folder: _tar(),
    "zip": lambda folder: epub("x"),
    "gzip twice": lambda folder: gzip.compress(gzip.compress(WORDS.encode())),
    "zlib": lambda folder: zlib.compress(random.Random(5).randbytes(2000) + WORDS.encode() * 9),
    "pickle": lambda folder: pickle.dumps([{"id": n, "score": n / 7, "name": str(n)} for n in range(300)]),
    "WAV": lambda folder: _wave(),
    "WAV without its head": lambda folder: _wave()[44:],
    "doubles": lambda folder: struct.pack("<500d", *(n / 3 for n in range(500))),
    "integers": lambda folder: struct.pack("<500i", *range(500)),
    "short integers": lambda folder: struct.pack("<500h", *range(500)),
    "PDF": lambda folder: b"%PDF-1.7\n" + WORDS.encode(),
    "all bytes": lambda folder: bytes(range(256)) * 4,
    "some controls": lambda folder: b"\x01\x02\x03\x04 text",
}


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "csv", "jsonl", "json", "txt.gz"])
@pytest.mark.parametrize("name", BINARIES)
def test_binary_data_is_no_article_whatever_its_name(tmp_path: Path, name: str, suffix: str) -> None:
    content = BINARIES[name](tmp_path)
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(gzip.compress(content) if suffix.endswith(".gz") else content)
    items = list(read([str(path)]))
    assert items
    assert all(isinstance(item, Unread) for item in items)
    if suffix in {"txt", "md", "txt.gz"}:
        assert [kind_of(item) for item in items] == ["binary"]


# --- what is text -----------------------------------------------------------------------------------------------------

TEXTS = {
    "three odd controls": WORDS + "\x01\x02\x7f",
    "form feeds": "Page one.\fPage two.\f" * 9,
    "a Ctrl-Z at the end": WORDS + "\x1a",
    "colours": "".join(f"\x1b[1;31m{word}\x1b[0m " for word in WORDS.split()),
    "letters struck twice, as in man pages": "".join(f"{c}\b{c}" for c in "NAME the harbour council"),
    "vertical tabs": "One line.\vAnother line.\v" * 9,
    "bells": "Ring\a the bell.\a\a\a\a",
    "the quotes of windows-1252 taken for Latin-1": "\x93Yes,\x94 he said. \x93It\x92s \x80 5.\x94 " * 9,
    "the dashes and quotes of a whole page": ("\x96 \x93Non\x94, dit\x85il. " * 90).replace("\x85", "-"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_odd_characters_cost_no_article_in_any_format(tmp_path: Path, name: str) -> None:
    text = TEXTS[name]
    cells = io.StringIO()
    csv.writer(cells).writerows([["id", "text"], ["1", text]])
    assert text_of(one(tmp_path / "a.txt", text)) == text
    assert text_of(one(tmp_path / "a.md", text)) == text
    assert text_of(one(tmp_path / "a.csv", cells.getvalue())) == text
    assert text_of(one(tmp_path / "a.jsonl", json.dumps({"text": text}))) == text
    assert text_of(one(tmp_path / "b.jsonl", f'{{"text": "{text}"}}')) == text, "as it stands, without an escape"
    assert text_of(one(tmp_path / "a.json", json.dumps([{"text": text}], ensure_ascii=False))) == text
    assert isinstance(one(tmp_path / "a.html", f"<html><body><article><p>{text}</p><p>{WORDS}</p></article></body></html>"), Article)


def test_nul_is_left_out_before_offsets_are_counted_and_told(tmp_path: Path) -> None:
    told = ("1 NUL character left out of the text",)
    assert one(tmp_path / "a.txt", b"One\0 two.\n") == Article("One two.\n", "a", warnings=told)
    assert one(tmp_path / "a.md", b"---\ntitle: T\n---\nOne \0\0two.") == Article(
        "One two.", "a", "T", warnings=("2 NUL characters left out of the text",)
    )
    assert one(tmp_path / "a.csv", b"text,id\nOne\0 two.,x\n") == Article("One two.", "x", warnings=told)
    assert one(tmp_path / "a.jsonl", b'{"text": "One\\u0000 two.", "id": "x"}') == Article("One two.", "x", warnings=told)
    assert one(tmp_path / "a.json", b'{"text": "One\0 two.", "id": "x"}') == Article("One two.", "x", warnings=told)
    page = f"<html><body><article><p>One\0 two. {WORDS}</p></article></body></html>"
    item = one(tmp_path / "a.html", page)
    assert (text_of(item)[:8], item.warnings) == ("One two.", told)  # type: ignore[union-attr]


@pytest.mark.parametrize("control", ["\x01", "\x1b", "&#27;", "&#1;", "&#x1f;", "\uffff", "&#xfffe;"])
def test_a_control_in_a_page_written_out_or_as_a_reference_is_left_out(tmp_path: Path, control: str) -> None:
    page = f"<html><body><article><p>One{control} two.{control}<b>{WORDS}</b>{control}</p></article></body></html>"
    assert text_of(one(tmp_path / "a.html", page)).replace("  ", " ").startswith("One two.")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_still_known_beside_a_nul(tmp_path: Path, encoding: str) -> None:
    item = one(tmp_path / "a.txt", f"{WORDS}\0 end".encode(encoding))
    assert text_of(item) == f"{WORDS} end"
    assert item.warnings == (  # type: ignore[union-attr]
        f"read as {encoding.upper()}, by the pattern of its bytes",
        "1 NUL character left out of the text",
    )


def test_a_bad_row_in_a_table_of_text_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,One.\n2,x\x01\x02\x03\x04\x05\n3,Three.\n")
    items = list(read([str(path)]))
    assert [item.text if isinstance(item, Article) else item.error.kind for item in items] == ["One.", "binary", "Three."]


# --- nothing that can be seen -----------------------------------------------------------------------------------------

INVISIBLE = [
    "\u200b",
    "\ufeff\ufeff",
    "\xad\xad",
    "\u2800",
    "\u3164",
    "\U000e0041\U000e007f",
    "\u2060\u200e\u202e",
    "\u200d\ufe0f",
    " \n\u3000\u200b\t",
]


def _docx(folder: Path, text: str) -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(folder / "made.docx"))
    return (folder / "made.docx").read_bytes()


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_a_text_of_invisible_characters_only_is_no_text_in_any_format(tmp_path: Path, text: str) -> None:
    made: dict[str, str | bytes] = {
        "a.txt": text,
        "a.md": f"---\ntitle: T\n---\n{text}",
        "a.html": f"<html><body><p>{text}</p></body></html>",
        "a.csv": f'id,text\n1,"{text}"\n',
        "a.tsv": f'id\ttext\n1\t"{text}"\n',
        "a.jsonl": json.dumps({"text": text}),
        "a.json": json.dumps([{"text": text}], ensure_ascii=False),
        "a.docx": _docx(tmp_path, text),
        "a.epub": epub(f"<html><body><p>{text}</p></body></html>"),
    }
    assert {name: kind_of(one(tmp_path / name, content)) for name, content in made.items()} == dict.fromkeys(made, "empty")


def test_a_pdf_whose_text_cannot_be_seen_is_empty(tmp_path: Path) -> None:
    from test_reading_text import pdf  # type: ignore[attr-defined]

    made = pdf("\\255\\255").replace(b"/Helvetica >>", b"/Helvetica /Encoding /WinAnsiEncoding >>")
    assert kind_of(one(tmp_path / "a.pdf", made)) == "empty"


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_the_library_finds_no_text_in_invisible_characters_either(text: str) -> None:
    with sm.Summariser() as summariser, pytest.raises(InputError, match="the article is empty") as caught:
        summariser.summarise(text)
    assert caught.value.kind == "empty"


# --- tables without rows ----------------------------------------------------------------------------------------------


def _parquet(folder: Path) -> bytes:
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"text": pyarrow.array([], pyarrow.string())}), folder / "made.parquet")
    content = (folder / "made.parquet").read_bytes()
    (folder / "made.parquet").unlink()
    return content


EMPTY: dict[str, Callable[[Path], bytes]] = {
    "header.csv": lambda folder: b"id,text\n",
    "blank-rows.csv": lambda folder: b"id,text\n\n\n",
    "header.tsv": lambda folder: b"id\ttext",
    "blank.jsonl": lambda folder: b"\n \n\n",
    "nothing.jsonl": lambda folder: b"",
    "list.json": lambda folder: b"[]",
    "rows.parquet": _parquet,
    "packed.csv.gz": lambda folder: gzip.compress(b"text\n"),
}


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "summarise.cli", *words], cwd=cwd, capture_output=True, check=False, text=True, timeout=60)


@pytest.mark.parametrize("name", EMPTY)
def test_a_table_without_an_article_is_named(tmp_path: Path, name: str) -> None:
    item = one(tmp_path / name, EMPTY[name](tmp_path))
    assert isinstance(item, Unread)
    assert (item.error.kind, item.error.message) == ("empty", f"{tmp_path}/{name}: no article in it")


def test_a_folder_of_empty_tables_exits_2_and_beside_an_article_1(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, made in EMPTY.items():
        (folder / name).write_bytes(made(tmp_path))
    alone = {command: run(*command.split(), cwd=tmp_path).returncode for command in ("run in", "run in --dry-run", "compare in", "show in")}
    (folder / "one.txt").write_text(WORDS)
    beside = {command: run(*command.split(), cwd=tmp_path).returncode for command in ("run in", "run in --dry-run", "compare in")}
    assert alone == dict.fromkeys(alone, 2)
    assert beside == dict.fromkeys(beside, 1)
    assert "summarise: header: in/header.csv: no article in it\n" in run("run", "in", cwd=tmp_path).stderr


def test_a_folder_in_which_nothing_is_read_exits_2(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.bin").write_bytes(b"x")
    assert [run(*words, cwd=tmp_path).returncode for words in (("run", "in"), ("run", "in", "--dry-run"), ("compare", "in"))] == [2, 2, 2]


# --- locked books -----------------------------------------------------------------------------------------------------


def _locks(method: str, path: str) -> dict[str, str]:
    data = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{method}"/><enc:CipherData><enc:CipherReference URI="{path}"/></enc:CipherData>'
        "</enc:EncryptedData></encryption>"
    )
    return {"META-INF/encryption.xml": data}


AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


@pytest.mark.parametrize("path", ["in/c%201.xhtml", "/in/c 1.xhtml", "in/p.opf", "elsewhere/chapter.xhtml"])
def test_a_book_under_drm_is_named_as_such(tmp_path: Path, path: str) -> None:
    item = one(tmp_path / "a.epub", epub("\x13\x9c\x07", extra=_locks(AES, path)))
    assert isinstance(item, Unread)
    assert item.error.message == f"{tmp_path}/a.epub: its chapters are encrypted (DRM)"
    assert item.error.hint == "only the program that it was bought for can open it"


def test_a_book_under_drm_whose_package_is_locked_too_is_named_as_such(tmp_path: Path) -> None:
    made = zipfile.ZipFile(tmp_path / "a.epub", "w")
    with made:
        made.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>')
        made.writestr("META-INF/encryption.xml", _locks(AES, "p.opf")["META-INF/encryption.xml"])
        made.writestr("p.opf", random.Random(4).randbytes(200))
    (item,) = read([str(tmp_path / "a.epub")])
    assert isinstance(item, Unread)
    assert item.error.message.endswith("its chapters are encrypted (DRM)")


@pytest.mark.parametrize(
    ("method", "path"),
    [("http://www.idpf.org/2008/embedding", "in/font.otf"), ("http://ns.adobe.com/pdf/enc#RC", "in/f"), (AES, "in/font.WOFF2")],
)
def test_a_book_with_obfuscated_fonts_is_read(tmp_path: Path, method: str, path: str) -> None:
    assert text_of(one(tmp_path / "a.epub", epub("<html><body><p>Words.</p></body></html>", extra=_locks(method, path)))) == "Words."
