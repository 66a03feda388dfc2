"""EPUB books: the visible text of their chapters, in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from summarise.errors import InputError
from summarise.reading.blocks import HTML, text_of
from summarise.reading.encoding import decode
from summarise.reading.foreign import parsing
from summarise.reading.known import Known, known
from summarise.reading.options import ReadOptions
from summarise.reading.packed import unpacked
from summarise.reading.pages import parsed
from summarise.reading.stream import Input
from summarise.reading.unread import Fault, Found, sound
from summarise.reading.visible import clear_unseen

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
