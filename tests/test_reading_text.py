"""summarise.reading: plain text, front matter, dates, encodings, documents behind extras, and that nothing at all raises."""

# ruff: noqa: E501  # lines of data are as long as they are
from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from summarise.article import Article
from summarise.reading import ReadOptions, Unread, read
from summarise.reading.metadata import iso_date

GUESSED = "the encoding is not declared; read as {}, which is a guess"


def one(path: Path, content: bytes | str, options: ReadOptions | None = None) -> Article | Unread:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (item,) = read([str(path)], options or ReadOptions())
    return item


def error(item: Article | Unread) -> tuple[str, str, str]:
    assert isinstance(item, Unread)
    return item.error.kind, item.error.message.rpartition("/")[2], item.error.hint


# --- plain text and front matter --------------------------------------------------------------------------------------


def test_text_is_touched_nowhere_but_at_its_newlines(tmp_path: Path) -> None:
    assert one(tmp_path / "a.txt", " 10\u00a0000 cafe\u0301\t“x” \r\n\r\n\u2028 y ") == Article(
        " 10\u00a0000 cafe\u0301\t“x” \n\n\u2028 y ", "a"
    )


def test_front_matter_is_read_and_cut_off(tmp_path: Path) -> None:
    front = "---\r\ntitle: 'A: b'\ndate: 2019-06-05 10:00\nsource: Wire\nurl: https://x.org/a\nlang: de\nid: 007\ntags: [a]\n---\n\nText.\n"
    assert one(tmp_path / "a.md", front) == Article("Text.\n", "007", "A: b", "Wire", "2019-06-05", "https://x.org/a", "de")


@pytest.mark.parametrize("head", ["title: A: b", "just words", "- a", "{" * 20_000, ""])
def test_front_matter_that_is_none_stays_in_the_text(tmp_path: Path, head: str) -> None:
    text = f"---\n{head}\n---\nText."
    warning = "the front matter between the --- lines is not valid; it is kept in the text"
    assert one(tmp_path / "a.txt", text) == Article(text, "a", warnings=(warning,))


def test_tags_and_aliases_in_front_matter_do_nothing(tmp_path: Path) -> None:
    bombs = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    head = f"a0: &a0 x\n{bombs}title: !!python/name:os.system T\n"
    assert one(tmp_path / "a.txt", f"---\n{head}---\nText.") == Article("Text.", "a", "T")


def test_nothing_but_front_matter_is_empty(tmp_path: Path) -> None:
    assert error(one(tmp_path / "a.txt", "---\ntitle: T\n---\n \n"))[0] == "empty"


def test_html_in_a_text_file_is_read_as_it_stands_with_a_warning(tmp_path: Path) -> None:
    assert one(tmp_path / "a.txt", "<html><p>x") == Article("<html><p>x", "a", warnings=("it looks like HTML but is read as plain text",))


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2019", "2019"),
        ("2019-06", "2019-06"),
        (" 2019-06-05 ", "2019-06-05"),
        ("2019/06/05", "2019-06-05"),
        ("20190605", "2019-06-05"),
        ("2019-06-05T23:59:59.123+02:00", "2019-06-05"),
        ("2019-06-05 10:00 UTC", "2019-06-05"),
        ("2019-02-29", None),
        ("2019-13", None),
        ("2019-06/05", None),
        ("2019-06T10:00", None),
        ("05.06.2019", None),
        ("June 5, 2019", None),
        ("1559728800", None),
        ("٢٠١٩", None),
        ("", None),
    ],
)
def test_only_iso_like_dates_are_read(written: str, date: str | None) -> None:
    assert iso_date(written) == date


@given(st.from_regex(r"[0-9T:/ +.-]{0,30}", fullmatch=True))
def test_a_date_is_whole_or_partial_iso_or_none(written: str) -> None:
    date = iso_date(written)
    assert date is None or (written.strip().startswith(date[:4]) and len(date) in {4, 7, 10})


# --- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_text_and_utf_8_are_no_guess(tmp_path: Path, encoding: str) -> None:
    assert one(tmp_path / "a.txt", "Zürich – 5 €".encode(encoding)) == Article("Zürich – 5 €", "a")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_pattern(tmp_path: Path, encoding: str) -> None:
    warning = f"read as {encoding.upper()}, by the pattern of its bytes"
    assert one(tmp_path / "a.txt", "Zürich and more".encode(encoding)) == Article("Zürich and more", "a", warnings=(warning,))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Der Käse kostet “5 €” – und er reicht wohl für alle, die heute kommen. Ça va déjà.", "cp1252"),
        ("Президент заявил во вторник, что новая линия соединит два порта в следующем году. " * 3, "cp1251"),
        ("大臣は火曜日に、新しい路線が来年から二つの港を結ぶと述べた。" * 3, "cp932"),
    ],
)
def test_what_is_left_is_guessed_and_the_guess_is_named(tmp_path: Path, text: str, encoding: str) -> None:
    assert one(tmp_path / "a.txt", text.encode(encoding)) == Article(text, "a", warnings=(GUESSED.format(encoding),))


def test_a_named_encoding_ends_the_guessing(tmp_path: Path) -> None:
    assert one(tmp_path / "a.txt", "Łódź".encode("cp1250"), ReadOptions(encoding="cp1250")) == Article("Łódź", "a")


def test_a_named_encoding_that_does_not_fit_is_malformed(tmp_path: Path) -> None:
    kind, message, hint = error(one(tmp_path / "a.txt", b"a\xff", ReadOptions(encoding="utf-8")))
    assert (kind, message, hint) == (
        "malformed",
        "a.txt: its encoding cannot be found: byte 2 is not valid utf-8",
        "name it with --encoding",
    )


def test_a_bad_byte_in_utf_8_is_replaced_with_a_warning(tmp_path: Path) -> None:
    item = one(tmp_path / "a.txt", "Zürich, Köln, München, Osnabrück, ".encode() + b"\xff")
    assert item == Article(
        "Zürich, Köln, München, Osnabrück, \ufffd", "a", warnings=("not valid UTF-8 in 1 place, which stand as \ufffd in the text",)
    )


# --- documents behind extras ------------------------------------------------------------------------------------------


def pdf(*lines: str, password: str | None = None) -> bytes:
    """A PDF of one page, written by hand as the format is defined."""
    import pypdf

    shown = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{item}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    content += f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF".encode()
    if password is None:
        return content
    writer, out = pypdf.PdfWriter(io.BytesIO(content)), io.BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def test_the_text_of_a_pdf_is_read(tmp_path: Path) -> None:
    assert one(tmp_path / "a.pdf", pdf("First line", "second line.")) == Article("First line\nsecond line.", "a")


def test_an_encrypted_pdf_says_so(tmp_path: Path) -> None:
    assert error(one(tmp_path / "a.pdf", pdf("x", password="secret"))) == (
        "unreadable",
        "a.pdf: it is encrypted",
        "save it without a password",
    )


def test_a_pdf_without_text_hints_at_ocr(tmp_path: Path) -> None:
    assert error(one(tmp_path / "a.pdf", pdf(""))) == (
        "empty",
        "a.pdf: its pages hold no text",
        "scans need OCR first",
    )


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.epub"])
@pytest.mark.parametrize("content", [b"no such thing", b"%PDF-1.4\nbroken", b"PK\x03\x04broken"])
def test_a_broken_document_is_malformed(tmp_path: Path, name: str, content: bytes) -> None:
    assert error(one(tmp_path / name, content))[0] == "malformed"


def test_the_visible_paragraphs_of_a_word_document_are_read(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.core_properties.title = "T"
    document.add_paragraph("First paragraph.")
    second = document.add_paragraph("Second ")
    second.add_run("SECRET").font.hidden = True
    second.add_run("one.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "2019", "5.1"
    document.save(str(tmp_path / "b.docx"))
    assert one(tmp_path / "a.docx", (tmp_path / "b.docx").read_bytes()) == Article(
        "First paragraph.\n\nSecond one.\n\n2019\n\n5.1", "a", "T"
    )


def epub(chapter: str, *, extra: dict[str, str] | None = None) -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Book</dc:title><dc:date>2019-06</dc:date>'
        '<dc:language>en</dc:language></metadata><manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="c" href="c%201.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/><itemref idref="c"/></spine></package>'
    )
    files = {
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="in/p.opf"/></rootfiles></container>',
        "in/p.opf": package,
        "in/nav.xhtml": "<html><body>Contents</body></html>",
        "in/c 1.xhtml": chapter,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | (extra or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_visible_chapters_of_a_book_are_read(tmp_path: Path) -> None:
    chapter = "<?xml version='1.0'?><html><head><title>x</title></head><body><h1>One</h1><p>First\n words.</p><p hidden=''>SECRET</p><p>a<br/>b</p></body></html>"
    assert one(tmp_path / "a.epub", epub(chapter)) == Article("One\n\nFirst words.\n\na\nb", "a", "Book", None, "2019-06", None, "en")


def test_an_encrypted_book_says_so(tmp_path: Path) -> None:
    locks = {"META-INF/encryption.xml": '<encryption><CipherReference URI="in/c%201.xhtml"/></encryption>'}
    assert error(one(tmp_path / "a.epub", epub("x", extra=locks)))[1] == "a.epub: its chapters are encrypted (DRM)"


def test_a_zip_bomb_is_too_large(tmp_path: Path) -> None:
    assert error(one(tmp_path / "a.epub", epub("x" * 30_000_000)))[0] == "too_large"
    assert error(one(tmp_path / "a.docx", epub("x" * 30_000_000)))[0] == "too_large"


@pytest.mark.parametrize(
    ("name", "package", "extra"), [("a.pdf", "pypdf", "pdf"), ("a.docx", "docx", "docx"), ("a.parquet", "pyarrow", "parquet")]
)
def test_a_missing_package_costs_only_its_files(tmp_path: Path, name: str, package: str, extra: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b.txt").write_text("Text.")
    code = (
        "import sys\nsys.modules[sys.argv[2]] = None\nfrom summarise.reading import read\n"
        "bad, good = read([sys.argv[1]])\nprint(bad.error.kind, bad.error.hint, good.text)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path), package], capture_output=True, check=True, text=True)
    assert done.stdout == f"missing_extra pip install 'summarise-articles[{extra}]' Text.\n"


# --- anything ---------------------------------------------------------------------------------------------------------

PIECES = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=20).map(str.encode),
    st.sampled_from(
        [
            b"\n",
            b'{"text": "',
            b'"}',
            b"---\n",
            b"text,id\n",
            b'"',
            b"<p>",
            b"<div hidden>",
            b"</div>",
            b"\xff\xfe",
            b"\0",
            b"\r",
            b"&nbsp;",
            b"title: ",
        ]
    ),
)


@settings(max_examples=60)
@example(b"\xff\xfe\x00")
@example(b"---\n? [a]: b\n---\nx")
@example(b"\x1f\x8b\x08")
@given(st.lists(PIECES, max_size=30).map(b"".join))
def test_any_bytes_become_articles_or_reasons(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for suffix in ("txt", "md", "html", "csv", "tsv", "jsonl", "json", "epub", "txt.gz"):
        (folder / f"x.{suffix}").write_bytes(content)
    found = list(read([str(folder)]))
    for item in found:
        if isinstance(item, Article):
            assert item.text.strip()
            assert "\0" not in item.text
            assert "\r" not in item.text
            item.text.encode("utf-8")
        else:
            assert item.where.startswith(str(folder))
            assert item.error.message.startswith(item.where)
    assert len({item.id for item in found}) == len(found)
