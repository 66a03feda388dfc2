"""Plain text and Markdown, with YAML front matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from summarise.reading.encoding import decode
from summarise.reading.known import known
from summarise.reading.options import ReadOptions
from summarise.reading.stream import Input
from summarise.reading.unread import Fault, Found, sound

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
