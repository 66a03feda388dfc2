"""HTML pages: the main text as a reader sees it, and what the page declares about itself. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from summarise.errors import InputError
from summarise.reading.blocks import EXTRACTED, HTML, text_of
from summarise.reading.declared import declared
from summarise.reading.encoding import decode
from summarise.reading.foreign import parsing
from summarise.reading.options import ReadOptions
from summarise.reading.stream import Input
from summarise.reading.unread import Fault, Found, sound
from summarise.reading.visible import clear_unseen

# Spaces that hold a number or a name together get through the extraction as letters of scripts that no article is written in.
_HOLDING = dict(zip("\u00a0\u202f\u2007\u2009", "\U00013000\U00013001\U00013002\U00013003", strict=True))
_LETTING_GO = {ord(letter): space for space, letter in _HOLDING.items()}
_ENTITIES = {
    "nbsp": "\u00a0",
    "#160": "\u00a0",
    "#xa0": "\u00a0",
    "#8239": "\u202f",
    "#x202f": "\u202f",
    "thinsp": "\u2009",
    "#8201": "\u2009",
    "#x2009": "\u2009",
}
_HINTS = (*_HOLDING, *(f"&{entity}"[:3] for entity in _ENTITIES))  # a search for _BETWEEN costs more than these
_BETWEEN = re.compile(
    r"(?<=[\w.,%$€£¥)\]])(?:([\u00a0\u202f\u2007\u2009])|&(nbsp|#160|#xa0|#8239|#x202f|thinsp|#8201|#x2009);)(?=[\w$€£¥%(\[+–−-])",
    re.IGNORECASE,
)
# What the parser takes and no tree can be given again: the extraction, which moves texts, gives a page with one of them up.
_NO_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
# the two limits of libxml2's parser on nested elements; real pages stay below the first
_DEEP, _DEEPEST = 256, 2048
_MOST_ELEMENTS = 30_000


def read_html(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """The main text of one page. Raises InputError when it has none."""
    markup, warnings = decode(source.whole(), options.encoding, declares=True)
    markup, lost = sound(markup)
    with parsing("HTML page", "trafilatura", "htmldate", "courlan"):
        about, doubts = declared(parsed(markup))
        text, assumed = _main_text(markup)
    if not text:
        raise InputError("no main text is found in it", kind="empty", hint="save a page that scripts write after they ran")
    text, more = sound(text)
    yield Found(text, about, warnings + lost + doubts + assumed + more)


def parsed(markup: str) -> Any:
    """The tree of a page. Raises InputError when elements are nested so deep that the parser would drop the rest."""
    tree = _parsed(markup, _DEEPEST)
    if tree is None:
        raise InputError(f"its elements are nested more than {_DEEPEST:,} deep", kind="malformed")
    return tree


def _parsed(markup: str, depth: int) -> Any:
    """None when the parser gives up at `depth`, which is one of its two limits."""
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=depth > _DEEP)
    try:
        tree = html.document_fromstring(markup.encode("utf-8"), parser=parser)
    except etree.ParserError as error:
        raise InputError("there is nothing in it", kind="empty") from error
    return None if any("depth" in entry.message for entry in parser.error_log) else tree


def _main_text(markup: str) -> tuple[str, tuple[str, ...]]:
    holds = any(hint in markup for hint in _HINTS) and not any(letter in markup for letter in _HOLDING.values())
    text, warnings = _extracted(_BETWEEN.sub(_held, markup) if holds else markup)
    return (text.translate(_LETTING_GO) if holds else text), warnings


def _extracted(markup: str) -> tuple[str, tuple[str, ...]]:
    """The main text, with a warning where another way than the usual one led to it."""
    tree = _parsed(markup, _DEEP)
    if tree is None or tree.xpath("count(//*)") > _MOST_ELEMENTS:
        # the extraction takes quadratic time and more on such trees, a plain walk does not
        tree = parsed(markup)
        clear_unseen(tree)
        return text_of(tree, HTML), ("the page is too large or too deep to find its main text; all that is visible in it is read",)
    text = _by_trafilatura(tree, keep_aria=False)
    if text:
        return text, ()
    return _by_trafilatura(parsed(markup), keep_aria=True), ("its text is marked aria-hidden; it is read all the same",)


def _by_trafilatura(tree: Any, *, keep_aria: bool) -> str:
    import trafilatura

    clear_unseen(tree, keep_aria=keep_aria)
    _prepare(tree)
    page = trafilatura.bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
    body = getattr(page, "body", None)
    return text_of(body, EXTRACTED) if body is not None else ""


def _held(match: re.Match[str]) -> str:
    return _HOLDING[match[1] or _ENTITIES[match[2].lower()]]


def _left_out(control: re.Match[str]) -> str:
    return " " if control[0].isspace() else ""


def _prepare(tree: Any) -> None:
    """Undoes what would mislead the extraction: text kept in attributes, controls, and paragraphs that only blank lines part."""
    from lxml import etree

    for element in tree.iter():
        for part in ("text", "tail"):
            text = getattr(element, part)
            if text and not text.isprintable() and _NO_XML.search(text):
                setattr(element, part, _NO_XML.sub(_left_out, text))

    for element in tree.xpath("//*[@data-preloaded]"):
        del element.attrib["data-preloaded"]
    for element in tree.xpath("//pre[not(*)]"):
        paragraphs = re.split(r"\n[ \t\r]*\n", element.text or "")
        if len(paragraphs) > 1:
            element.tag, element.text = "div", None
            for paragraph in paragraphs:
                etree.SubElement(element, "p").text = paragraph
