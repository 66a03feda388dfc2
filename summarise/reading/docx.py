"""Word documents (DOCX): the paragraphs that a reader sees."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from summarise.reading.blocks import Markup, text_of
from summarise.reading.foreign import needs, parsing
from summarise.reading.known import known
from summarise.reading.options import ReadOptions
from summarise.reading.packed import unpacked
from summarise.reading.stream import Input
from summarise.reading.unread import Fault, Found, sound

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
    from lxml import etree  # type: ignore[import-untyped]

    # plain elements again: in those of python-docx `text` is the text of everything below
    body = etree.fromstring(etree.tostring(body), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    for element in etree.XPath(_UNSEEN, namespaces=_NAMES)(body):
        element.clear(keep_tail=True)
    for tab in etree.XPath("//w:r/w:tab", namespaces=_NAMES)(body):
        tab.tail = "\t"
    return _in_lines(text_of(body, _WORD))


def _in_lines(text: str) -> str:
    return "\n".join(line.strip(" ") for line in text.split("\n"))
