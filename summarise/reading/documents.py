"""Readers of plain text and Markdown, PDF, DOCX and EPUB."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from summarise.errors import InputError
from summarise.reading.encoding import decode
from summarise.reading.hidden_text import clear_unseen
from summarise.reading.html import HTML, Markup, parsed, text_of
from summarise.reading.input import Input, needs, parsing, too_large, unpacked
from summarise.reading.metadata import Fault, Found, Known, known, sound
from summarise.reading.options import ReadOptions
from summarise.text.sanitise import is_blank

if TYPE_CHECKING:
    from zipfile import ZipFile


_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_OBFUSCATION = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}  # the two that EPUB readers know for fonts
_FONTS = (".otf", ".ttf", ".woff", ".woff2")
_MARKUP_TYPES = {"application/xhtml+xml", "text/html"}
_MOST_CHAPTERS = 5_000


def read_epub(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """The one text of a book, its table of contents left out."""
    content = source.whole()
    with parsing("EPUB file"), unpacked(content, options.max_bytes) as archive:
        _refuse_locked(archive)
        package_path = _package_path(archive)
        package = _xml(archive.read(package_path))
        chapters = _chapters(package, posixpath.dirname(package_path))
        text = "\n\n".join(filter(None, (_chapter(archive, path) for path in chapters)))
        about, warnings = _about(package)
    text, lost = sound(text)
    yield Found(text, about, warnings + lost)


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


def _refuse_locked(archive: ZipFile) -> None:
    """Fonts that are obfuscated are common and no matter; anything else under encryption means that the chapters are too."""
    if _LOCKS not in archive.namelist():
        return
    for locked in _xml(archive.read(_LOCKS)).xpath("//*[local-name()='CipherReference'][@URI]"):
        method = locked.xpath("string(ancestor::*[local-name()='EncryptedData']/*[local-name()='EncryptionMethod']/@Algorithm)")
        if method not in _OBFUSCATION and not str(locked.get("URI")).lower().endswith(_FONTS):
            raise InputError("its chapters are encrypted (DRM)", hint="only the program that it was bought for can open it")


def _chapter(archive: ZipFile, path: str) -> str:
    markup, _ = decode(archive.read(path), declares=True)
    if not markup.strip():
        return ""
    tree = parsed(markup)
    clear_unseen(tree)
    body = tree.find("body")
    return text_of(body, HTML) if body is not None else ""


def _about(package: Any) -> tuple[Known, tuple[str, ...]]:
    def first(name: str) -> str:
        return str(package.xpath(f"string(//*[local-name()='metadata']/*[local-name()='{name}'])"))

    return known({"title": first("title"), "source": first("publisher"), "published": first("date"), "language": first("language")})


_LONGEST_FRONT = 65_536
_KEYS = {
    "id": "id",
    "title": "title",
    "published": "published",
    "date": "published",
    "source": "source",
    "publication": "source",
    "publisher": "source",
    "url": "url",
    "link": "url",
    "language": "language",
    "lang": "language",
}


def read_plain(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """The one article of a text file, its front matter cut off: offsets count in what follows it."""
    text, warnings = decode(source.whole(), options.encoding)
    text, lost = sound(text)
    front, body, fault = _parted(text)
    about, doubts = known(front)
    markup = ("it looks like HTML but is read as plain text",) if _looks_like_html(text) else ()
    yield Found(sound(body)[0] if front else body, about, warnings + lost + fault + doubts + markup)


def _parted(text: str) -> tuple[dict[str, object], str, tuple[str, ...]]:
    """Front matter, the text behind it, and a warning; all of the text where there is no front matter."""
    if not text.startswith("---\n"):
        return {}, text, ()
    ends = [at for mark in ("\n---\n", "\n...\n") if (at := text.find(mark, 3, _LONGEST_FRONT)) >= 0]
    if not ends:
        return {}, text, ()
    head, body = text[4 : min(ends) + 1], text[min(ends) + 5 :]
    front = _front_matter(head)
    if front is None:
        return {}, text, ("what stands between the --- lines is no YAML of names and values; it is kept in the text",)
    return front, body.lstrip("\n"), ()


def _front_matter(head: str) -> dict[str, object] | None:
    """The known keys of a YAML mapping as they are written; None for anything else.

    The nodes are read without building values from them: no tag, alias or merge key can do anything, and 2019-06-05 stays as it stands.
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


def _looks_like_html(text: str) -> bool:
    return text[:200].lstrip().lower().startswith(("<!doctype html", "<html"))


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
# deleted and hidden text, field codes, and the second copy of a text box that is there for old programs
_UNSEEN = "//w:del|//w:delText|//w:instrText|//w:moveFrom|//mc:Fallback|//w:r[w:rPr/w:vanish[not(@w:val='0' or @w:val='false')]]"


def read_docx(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """The one article of a Word document: the body without headers, footers and notes."""
    content = source.whole()
    with needs("reading DOCX", "docx"):
        import docx

    with parsing("DOCX file"):
        with unpacked(content, options.max_bytes):
            document = docx.Document(BytesIO(content))
        title, language = document.core_properties.title, document.core_properties.language
        text = _text(document.element.body)
    about, _ = known({"title": title, "language": language})
    text, lost = sound(text)
    yield Found(text, about, lost)


def _text(body: Any) -> str:
    from lxml import etree

    # plain elements again: in those of python-docx `text` is the text of everything below
    body = etree.fromstring(etree.tostring(body), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for element in etree.XPath(_UNSEEN, namespaces=_NAMES)(body):
        element.clear(keep_tail=True)
    for tab in etree.XPath("//w:r/w:tab", namespaces=_NAMES)(body):
        tab.tail = "\t"
    return _in_lines(text_of(body, _WORD))


def _in_lines(text: str) -> str:
    return "\n".join(line.strip(" ") for line in text.split("\n"))


_MOST_PAGES = 2_000
_ENDS = (".", "!", "?", ":", '"', "”", "’", ")", "»")


def read_pdf(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """The one article of a PDF file. Raises InputError for scans, encrypted and broken files."""
    content = source.whole()
    with needs("reading PDF", "pdf"):
        import pypdf

    if not content.strip():
        raise InputError("there is nothing in it", kind="empty")
    with parsing("PDF file", "pypdf"):
        pdf = pypdf.PdfReader(BytesIO(content))
        _pdf_refuse_locked(pdf)
        text = _pdf_text(pdf, options.max_bytes)
        about, _ = known({"title": _title(pdf)})
    if is_blank(text):
        raise InputError("its pages hold no text", kind="empty", hint="pictures of text (scans) have to go through OCR first")
    text, lost = sound(text)
    yield Found(text, about, lost)


def _pdf_refuse_locked(pdf: Any) -> None:
    if not pdf.is_encrypted:
        return
    try:
        opens = bool(pdf.decrypt(""))
    except Exception as error:  # unknown ciphers, a missing cipher package: all mean that it stays locked
        raise InputError("it is encrypted", hint="save it without a password") from error
    if not opens:
        raise InputError("it is encrypted", hint="save it without a password")


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
            written += [text, "\n\n" if text.endswith(_ENDS) else "\n"]  # a sentence may run over the page
    return "".join(written).strip()


def _title(pdf: Any) -> str | None:
    title = pdf.metadata.title if pdf.metadata else None
    return str(title) if title else None
