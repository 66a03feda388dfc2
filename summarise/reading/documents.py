"""Readers of plain text and Markdown, PDF, DOCX and EPUB."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from summarise.errors import InputError
from summarise.reading.encoding import decode
from summarise.reading.hidden_text import clear_hidden
from summarise.reading.html import HTML, Markup, parsed, text_of
from summarise.reading.input import Input, encrypted, guarded_import, guarded_parser, open_archive, too_large
from summarise.reading.metadata import RawArticle, RowError, clean_text
from summarise.reading.options import ReadOptions
from summarise.text.sanitise import is_blank

if TYPE_CHECKING:
    from zipfile import ZipFile


_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_OBFUSCATION = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_FONTS = (".otf", ".ttf", ".woff", ".woff2")
_MARKUP_TYPES = {"application/xhtml+xml", "text/html"}
_MOST_CHAPTERS = 5_000
_EPUB_METADATA = {
    field: f"string(//*[local-name()='metadata']/*[local-name()='{name}'])"
    for field, name in {"title": "title", "source": "publisher", "published": "date", "language": "language"}.items()
}


def read_epub(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """The chapters of a book as one text, without its table of contents."""
    content = source.whole()
    with guarded_parser("EPUB file"), open_archive(content, options.max_bytes) as archive:
        _refuse_drm(archive)
        package_path = _package_path(archive)
        package = _xml(archive.read(package_path))
        chapters = _chapters(package, posixpath.dirname(package_path))
        text = "\n\n".join(filter(None, (_chapter(archive, path) for path in chapters)))
        metadata = {field: package.xpath(path) for field, path in _EPUB_METADATA.items()}
    yield RawArticle.of(text, metadata)


def _package_path(archive: ZipFile) -> str:
    container = _xml(archive.read(_CONTAINER))
    path = container.xpath("string(//*[local-name()='rootfile']/@full-path)")
    if not path:
        raise InputError("it names no package document", kind="malformed")
    return str(path)


def _xml(content: bytes) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    return etree.fromstring(content, parser=etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _chapters(package: Any, folder: str) -> list[str]:
    """Paths of the chapters in the archive, each once."""
    items = {item.get("id"): item for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item'][@id and @href]")}
    order = package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref")
    chapters = [items[id] for id in dict.fromkeys(order) if id in items]
    read = [item for item in chapters if item.get("media-type") in _MARKUP_TYPES and "nav" not in item.get("properties", "").split()]
    paths = (posixpath.normpath(posixpath.join(folder, unquote(item.get("href").partition("#")[0]))) for item in read[:_MOST_CHAPTERS])
    return [*dict.fromkeys(paths)]


def _refuse_drm(archive: ZipFile) -> None:
    """Obfuscated fonts are common and do not matter; where anything else is encrypted, the chapters are too."""
    if _ENCRYPTION not in archive.namelist():
        return
    for locked in _xml(archive.read(_ENCRYPTION)).xpath("//*[local-name()='CipherReference'][@URI]"):
        method = locked.xpath("string(ancestor::*[local-name()='EncryptedData']/*[local-name()='EncryptionMethod']/@Algorithm)")
        if method not in _FONT_OBFUSCATION and not str(locked.get("URI")).lower().endswith(_FONTS):
            raise InputError("its chapters are encrypted (DRM)", hint="only the program that it was bought for can open it")


def _chapter(archive: ZipFile, path: str) -> str:
    markup, _ = decode(archive.read(path), declares=True)
    if not markup.strip():
        return ""
    tree = parsed(markup)
    clear_hidden(tree)
    body = tree.find("body")
    return text_of(body, HTML) if body is not None else ""


_LONGEST_FRONT = 65_536
_KEYS = {name: name for name in ("id", "title", "published", "source", "url", "language")} | {
    "date": "published",
    "publication": "source",
    "publisher": "source",
    "link": "url",
    "lang": "language",
}


def read_plain(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """The one article of a text file, its front matter cut off: offsets count in what follows it."""
    text, warnings = decode(source.whole(), options.encoding)
    text, removed = clean_text(text)
    if text[:200].lstrip().lower().startswith(("<!doctype html", "<html")):
        warnings += ("it looks like HTML but is read as plain text",)
    front, body, doubts = _split_front_matter(text)
    warnings += removed + doubts
    yield RawArticle.of(body, front, warnings) if front else RawArticle(body, {}, warnings, None)  # which is clean already


def _split_front_matter(text: str) -> tuple[dict[str, object], str, tuple[str, ...]]:
    """Front matter, the text behind it, and a warning; all of the text where there is no front matter."""
    if not text.startswith("---\n"):
        return {}, text, ()
    ends = [at for mark in ("\n---\n", "\n...\n") if (at := text.find(mark, 3, _LONGEST_FRONT)) >= 0]
    if not ends:
        return {}, text, ()
    head, body = text[4 : min(ends) + 1], text[min(ends) + 5 :]
    front = _front_matter(head)
    if front is None:
        return {}, text, ("the front matter between the --- lines is not valid; it is kept in the text",)
    return front, body.lstrip("\n"), ()


def _front_matter(head: str) -> dict[str, object] | None:
    """The known keys of a YAML mapping as they are written; None for anything else.

    The nodes are read without constructing values: no tag, alias or merge key can do anything, and 2019-06-05 stays a text.
    """
    import yaml

    try:
        node: Any = yaml.compose(head, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(node, yaml.MappingNode):
        return None
    front: dict[str, object] = {}
    for key, value in node.value:
        field = _KEYS.get(str(key.value).lower()) if isinstance(key, yaml.ScalarNode) else None
        if field and isinstance(value, yaml.ScalarNode) and not (value.tag.endswith(":null") and value.style is None):
            front.setdefault(field, value.value)
    return front


_WORD = Markup(
    blocks=frozenset({"body", "tbl", "sdt", "p"}),
    lines=frozenset({"tr"}),
    cells=frozenset({"tc"}),
    breaks=frozenset({"br", "cr"}),
    folds=False,
)
_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
# Deleted and hidden text, field codes, and the second copy of a text box for old programs.
_HIDDEN = "//w:del|//w:delText|//w:instrText|//w:moveFrom|//mc:Fallback|//w:r[w:rPr/w:vanish[not(@w:val='0' or @w:val='false')]]"


def read_docx(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """The one article of a Word document: the body without headers, footers and notes."""
    content = source.whole()
    with guarded_import("reading DOCX", "docx"):
        import docx

    with guarded_parser("DOCX file"):
        with open_archive(content, options.max_bytes):
            document = docx.Document(BytesIO(content))
        title, language = document.core_properties.title, document.core_properties.language
        text = _docx_text(document.element.body)
    yield RawArticle.of(text, {"title": title, "language": language})


def _docx_text(body: Any) -> str:
    from lxml import etree

    # parsed again into plain elements: `text` of those of python-docx is the text of everything below
    body = etree.fromstring(etree.tostring(body), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for element in etree.XPath(_HIDDEN, namespaces=_NAMES)(body):
        element.clear(keep_tail=True)
    for tab in etree.XPath("//w:r/w:tab", namespaces=_NAMES)(body):
        tab.tail = "\t"
    return text_of(body, _WORD)


_MOST_PAGES = 2_000
_SENTENCE_ENDS = (".", "!", "?", ":", '"', "”", "’", ")", "»")


def read_pdf(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """The one article of a PDF file. Raises InputError for scans, encrypted and broken files."""
    content = source.whole()
    with guarded_import("reading PDF", "pdf"):
        import pypdf

    if not content.strip():
        raise InputError("there is nothing in it", kind="empty")
    with guarded_parser("PDF file", "pypdf"):
        pdf = pypdf.PdfReader(BytesIO(content))
        _refuse_encrypted_pdf(pdf)
        text = _pdf_text(pdf, options.max_bytes)
        title = pdf.metadata.title if pdf.metadata else None
    if is_blank(text):
        raise InputError("its pages hold no text", kind="empty", hint="scans need OCR first")
    yield RawArticle.of(text, {"title": str(title or "")})


def _refuse_encrypted_pdf(pdf: Any) -> None:
    if not pdf.is_encrypted:
        return
    try:
        opens = bool(pdf.decrypt(""))
    except Exception as error:  # unknown ciphers, a missing cipher package: all mean that it cannot be read
        raise encrypted() from error
    if not opens:
        raise encrypted()


def _pdf_text(pdf: Any, max_bytes: int) -> str:
    if len(pdf.pages) > _MOST_PAGES:
        raise InputError(f"it has more than {_MOST_PAGES:,} pages", kind="too_large", hint="split it into articles")
    written: list[str] = []
    size = 0
    for page in pdf.pages:
        text = page.extract_text().replace("\0", "").strip()
        size += len(text)
        if size > max_bytes:
            raise too_large(max_bytes, "its text")
        if text:
            written += [text, "\n\n" if text.endswith(_SENTENCE_ENDS) else "\n"]  # a sentence may run over the page
    return "".join(written).strip()
