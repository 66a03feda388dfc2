"""A gold file to fill in: the text of an article, its sentences as numbered comments, and an empty form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarise.evals.gold.tree import Mapping, Scalar, Unreadable, parse
from summarise.sentences import split
from summarise.text import Article

GUIDELINES = 3
_ID = re.compile(r"[^a-z0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/()-]*", re.ASCII)

_FORM = """\
entities:                # names used below; any of them counts as the same holder, speaker or target
#  key: [Full Name, Name, the office]

claims:                  # who says what; author = the article's own voice
#- key: yes              # what a fair three-line summary must hold
#  text: The claim in your own plain words, readable alone.
#  speaker: key
#  mode: asserts         # asserts (default) | denies | predicts | demands
#  quote: the shortest run of words that proves it

stances:                 # who is for or against what
#- {holder: key, target: key, polarity: against, quote: words that show it}   # favour | against | neutral | mixed

figures:                 # every number that measures something
#- quote: at least 12 units a day
#  value: 12             # plain and scaled up; lo..hi for a range
#  unit: unit
#  per: day
#  currency: EUR
#  bound: at_least       # at_most | more_than | less_than | about | range; leave out for exact
#  measure: what is counted
#  as_of: 2025-03
#  speaker: key
"""


def skeleton(article: Article, labeller: str = "") -> str:
    """A gold file without labels; reading it gives back exactly the text of the article."""
    known = {"title": article.title, "source": article.source, "published": article.published, "url": article.url}
    head = [f"id: {_scalar(_ID.sub('-', article.id.lower()).strip('-') or 'article')}"]
    head += [f"{key}: {_scalar(' '.join(value.split()))}" for key, value in known.items() if value]
    by = f"[{_scalar(labeller)}]" if labeller else "[]"
    head.append(f"labelled: {{by: {by}, guidelines: {GUIDELINES}}}")
    head.append("complete: [claims, stances, figures]  # layers labelled in full; take out what is not")
    body = "\n".join([*head, "", _text(article.text), *_sentences(article.text), "", _FORM])
    return f"# Gold labels, format 1. Everything is read as text; quotes are found, never counted.\nformat: 1\n{body}"


def _text(text: str) -> str:
    """As a block to read and copy from where YAML can give that back unchanged, else as one quoted string."""
    keep = "+" if text.endswith("\n\n") or not text.strip() else "" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    block = f"text: |2{keep}\n" + "\n".join(f"  {line}" if line else "" for line in lines) + "\n"
    return block if _reads_back(block, text) else f"text: {_quoted(text)}\n"


def _reads_back(yaml: str, text: str) -> bool:
    try:
        node = parse(yaml)
    except Unreadable:
        return False
    found = node.items.get("text") if isinstance(node, Mapping) else None
    return isinstance(found, Scalar) and found.text == text


def _sentences(text: str) -> Iterator[str]:
    for number, sentence in enumerate(split(text), start=1):
        words = " ".join(text[sentence.start : sentence.end].split())
        yield f"# [{number}] {_printable(words)}"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _scalar(value: str) -> str:
    return value if _PLAIN.fullmatch(value) and value == value.strip() else _quoted(value)


def _quoted(value: str) -> str:
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else "\\n" if char == "\n" else f"\\U{ord(char):08x}"
