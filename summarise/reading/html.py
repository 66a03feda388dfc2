"""The HTML reader: the main text as people see it, and the metadata that the page declares. Nothing is fetched."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from summarise.errors import InputError
from summarise.reading.encoding import decode
from summarise.reading.hidden_text import clear_hidden
from summarise.reading.input import Input, guarded_parser
from summarise.reading.metadata import RawArticle, RowError, clean_text, metadata_of
from summarise.reading.options import ReadOptions

_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Markup:
    """Which tags separate blocks, lines and cells. `folds`: white space is folded as HTML does."""

    blocks: frozenset[str]
    lines: frozenset[str]
    cells: frozenset[str]
    breaks: frozenset[str]
    folds: bool


HTML = Markup(
    blocks=frozenset(
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form "
        "h1 h2 h3 h4 h5 h6 header hr legend main nav ol p pre section summary table tbody tfoot thead ul".split()
    ),
    lines=frozenset({"li", "tr"}),
    cells=frozenset({"td", "th"}),
    breaks=frozenset({"br"}),
    folds=True,
)
# The elements of the trees that trafilatura returns.
EXTRACTED = Markup(
    blocks=frozenset("body div p head quote list table code ab".split()),
    lines=frozenset({"item", "row"}),
    cells=frozenset({"cell"}),
    breaks=frozenset({"lb"}),
    folds=False,
)


def text_of(tree: Any, markup: Markup) -> str:
    """The text in `tree` (of lxml); empty when it has none."""
    builder = _TextBuilder(markup.folds)
    for starts, element in _walk(tree):
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag in markup.breaks and starts:
            builder.pieces.append("\n")
        elif tag in markup.cells and starts:
            builder.cell()
        elif tag in markup.lines:
            builder.end("\n")
        elif tag in markup.blocks:
            builder.end("\n\n")
        builder.add((element.text if starts else element.tail) if tag or not starts else "")
    builder.end("\n\n")
    return "".join(builder.written)


def _walk(tree: Any) -> Iterator[tuple[bool, Any]]:
    from lxml import etree  # type: ignore[import-untyped]

    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event != "end" or element is not tree:
            yield event == "start", element


@dataclass(slots=True)
class _TextBuilder:
    """Collects the text of one block at a time, and the gap before the next."""

    folds: bool
    pieces: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    gap: str = ""
    holds_text: bool = False

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(_SPACES.sub(" ", text) if self.folds else text)
            self.holds_text = self.holds_text or not text.isspace()

    def cell(self) -> None:
        if self.holds_text:
            self.pieces.append(" | ")

    def end(self, gap: str) -> None:
        """Ends the block; `gap` separates it from the next, and a wider gap wins over a narrower one."""
        text = "".join(self.pieces)
        text = _SPACES.sub(_kept_break, text) if self.folds else text
        text = "\n".join(line.strip(" ") for line in text.split("\n")).strip(" \t\r\n\f")
        self.pieces, self.holds_text = [], False
        if text:
            self.written += [self.gap, text] if self.written else [text]
            self.gap = gap
        else:
            self.gap = max(self.gap, gap)


def _kept_break(spaces: re.Match[str]) -> str:
    return "\n" * spaces[0].count("\n") or " "


# In order of preference: the first that can be used is taken.
_META = {
    "title": ("og:title", "headline", "citation_title", "dc.title", "dcterms.title", "twitter:title", "title"),
    "source": ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "publisher"),
    "published": (
        "article:published_time datepublished citation_publication_date citation_date dc.date.issued dcterms.issued dc.date dcterms.date "
        "dcterms.created parsely-pub-date sailthru.date pubdate publishdate publish_date publish-date og:published_time "
        "og:article:published_time date"
    ).split(),
    "url": ("og:url", "twitter:url"),
    "language": ("content-language", "dc.language", "dcterms.language"),
}
_TIME = "//time[@itemprop='datePublished' or @pubdate]/@datetime"
_LONGEST_JSON = 1_000_000
_MOST_NODES = 2_000
_ARTICLES = ("article", "posting", "report", "review")


def html_metadata(tree: Any) -> dict[str, object]:
    """What the page at `tree` (of lxml) declares: for each field the first value that can be used, else the first, to be warned of."""
    meta = _meta(tree)
    linked = _json_ld(tree)
    fields: dict[str, list[object]] = {field: [meta[name] for name in names if name in meta] for field, names in _META.items()}
    fields["title"] += [linked.get("headline"), _first(tree, "//head/title")]
    fields["source"] += [linked.get("publisher")]
    fields["published"] = [linked.get("datePublished"), *fields["published"], _first(tree, _TIME)]
    fields["url"] = [_first(tree, "//link[@rel='canonical']/@href"), *fields["url"], linked.get("url")]
    fields["language"] = [_first(tree, "/html/@lang"), *fields["language"], linked.get("inLanguage")]
    return {field: _best(field, values) for field, values in fields.items()}


def _best(field: str, values: Iterable[object]) -> object:
    there = [value for value in values if value]
    usable = (value for value in there if field in {"title", "source"} or metadata_of({field: value})[0])
    return next(usable, there[0] if there else None)


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
        content = element.get("content", "").strip()
        if content:
            found.setdefault(name.strip().lower().replace("dc:", "dc.").replace("dcterms:", "dcterms."), content)
    return found


def _first(tree: Any, path: str) -> str:
    return str(tree.xpath(f"string({path})")).strip()


def _json_ld(tree: Any) -> dict[str, Any]:
    """The first article among the page's JSON-LD objects; empty when there is none."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            content = json.loads((script.text or "")[:_LONGEST_JSON], strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(content):
            if _is_article(node):
                return {**node, "url": _address(node)}
    return {}


def _nodes(content: Any) -> Iterator[dict[str, Any]]:
    left = deque([content])
    for _ in range(_MOST_NODES):
        if not left:
            return
        node = left.popleft()
        if isinstance(node, list):
            left += node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            left += [node[key] for key in ("@graph", "mainEntity") if key in node]


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.lower().endswith(_ARTICLES) for name in names)


def _address(node: dict[str, Any]) -> object:
    page = node.get("mainEntityOfPage")
    return node.get("url") or (page.get("@id") if isinstance(page, dict) else page)


# trafilatura turns no-break spaces into plain ones. Between the parts of a number or name, letters of a script that no article is
# written in (Egyptian hieroglyphs) take their place during the extraction.
_PLACEHOLDERS = dict(zip("\u00a0\u202f\u2007\u2009", "\U00013000\U00013001\U00013002\U00013003", strict=True))
_RESTORED = {ord(letter): space for space, letter in _PLACEHOLDERS.items()}
_HINTS = (*_PLACEHOLDERS, "&nb", "&th", "&#1", "&#8", "&#x")  # a search for _NO_BREAK costs more than these
_NO_BREAK = re.compile(
    r"(?<=[\w.,%$€£¥)\]])(?:[\u00a0\u202f\u2007\u2009]|&(?:nbsp|thinsp|#160|#8239|#8201|#x(?i:a0|202f|2009));)(?=[\w$€£¥%(\[+–−-])"
)
# Characters that the parser accepts, but that lxml refuses to set in a tree: trafilatura, which moves texts, fails on a page with one.
_NO_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
# The two limits of libxml2's parser on nested elements; real pages stay below the first.
_DEEP, _DEEPEST = 256, 2048
_MOST_ELEMENTS = 30_000  # see `_extracted`


def read_html(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """The main text of one page. Raises InputError when it has none."""
    markup, warnings = decode(source.whole(), options.encoding, declares=True)
    markup, removed = clean_text(markup)
    with guarded_parser("HTML page", "trafilatura", "htmldate", "courlan"):
        metadata = html_metadata(parsed(markup))
        text, assumed = _main_text(markup)
    if not text:
        raise InputError("no main text found", kind="empty", hint="save a page that scripts write after they have run")
    yield RawArticle.of(text, metadata, warnings + removed + assumed)


def parsed(markup: str) -> Any:
    """The tree of a page. Raises InputError when elements are nested so deep that the parser would drop the rest."""
    tree = _parsed(markup, _DEEPEST)
    if tree is None:
        raise InputError(f"its elements are nested more than {_DEEPEST:,} deep", kind="malformed")
    return tree


def _parsed(markup: str, depth: int) -> Any:
    """None when the parser gives up at `depth`, which is one of its two limits."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=depth > _DEEP)
    try:
        tree = html.document_fromstring(markup.encode("utf-8"), parser=parser)
    except etree.ParserError as error:
        raise InputError("there is nothing in it", kind="empty") from error
    return None if any("depth" in entry.message for entry in parser.error_log) else tree


def _main_text(markup: str) -> tuple[str, tuple[str, ...]]:
    holds = any(hint in markup for hint in _HINTS) and not any(letter in markup for letter in _PLACEHOLDERS.values())
    text, warnings = _extracted(_NO_BREAK.sub(lambda space: _PLACEHOLDERS[unescape(space[0])], markup) if holds else markup)
    return (text.translate(_RESTORED) if holds else text), warnings


def _extracted(markup: str) -> tuple[str, tuple[str, ...]]:
    """The main text, with a warning where it was not found in the usual way."""
    tree = _parsed(markup, _DEEP)
    if tree is None or tree.xpath("count(//*)") > _MOST_ELEMENTS:
        # trafilatura takes quadratic time and more on such trees, a plain walk does not
        tree = parsed(markup)
        clear_hidden(tree)
        return text_of(tree, HTML), ("the page is too large or too deep to find its main text; all that is visible in it is read",)
    text = _by_trafilatura(tree, keep_aria=False)
    if text:
        return text, ()
    return _by_trafilatura(parsed(markup), keep_aria=True), ("its text is marked aria-hidden; it is read all the same",)


def _by_trafilatura(tree: Any, *, keep_aria: bool) -> str:
    import trafilatura

    clear_hidden(tree, keep_aria=keep_aria)
    _prepare(tree)
    page = trafilatura.bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
    body = getattr(page, "body", None)
    return text_of(body, EXTRACTED) if body is not None else ""


def _left_out(control: re.Match[str]) -> str:
    return " " if control[0].isspace() else ""


def _prepare(tree: Any) -> None:
    """Undoes what would mislead trafilatura: text in attributes, control characters, and paragraphs that only blank lines separate."""
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
