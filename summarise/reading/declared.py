"""What a page declares about itself in meta tags, JSON-LD, link and title; nothing is taken from its text."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from summarise.reading.known import Known, known

# in this order; the first that can be used is taken
_META = {
    "title": ("og:title", "headline", "citation_title", "dc.title", "dcterms.title", "twitter:title", "title"),
    "source": ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "publisher"),
    "published": (
        "article:published_time",
        "datepublished",
        "citation_publication_date",
        "citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dc.date",
        "dcterms.date",
        "dcterms.created",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publishdate",
        "publish_date",
        "publish-date",
        "og:published_time",
        "og:article:published_time",
        "date",
    ),
    "url": ("og:url", "twitter:url"),
    "language": ("content-language", "dc.language", "dcterms.language"),
}
_TIME = "//time[@itemprop='datePublished' or @pubdate]/@datetime"
_LONGEST_JSON = 1_000_000
_MOST_NODES = 2_000
_ARTICLES = ("article", "posting", "report", "review")


def declared(tree: Any) -> tuple[Known, tuple[str, ...]]:
    """What the page at `tree` (of lxml) declares, and a warning for what is declared but cannot be used."""
    meta = _meta(tree)
    linked = _json_ld(tree)
    fields: dict[str, list[object]] = {field: [meta[name] for name in names if name in meta] for field, names in _META.items()}
    fields["title"] += [linked.get("headline"), _first(tree, "//head/title")]
    fields["source"] += [linked.get("publisher")]
    fields["published"] = [linked.get("datePublished"), *fields["published"], _first(tree, _TIME)]
    fields["url"] = [_first(tree, "//link[@rel='canonical']/@href"), *fields["url"], linked.get("url")]
    fields["language"] = [_first(tree, "/html/@lang"), *fields["language"], linked.get("inLanguage")]
    return known({field: _best(field, values) for field, values in fields.items()})


def _best(field: str, values: Iterable[object]) -> object:
    """The first value that can be used; else the first at all, so that a warning can name it."""
    there = [value for value in values if value]
    usable = (value for value in there if field in {"title", "source"} or getattr(known({field: value})[0], field))
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
