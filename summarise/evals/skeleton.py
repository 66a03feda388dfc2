"""A gold file to fill in: the text of an article, its sentences as numbered comments, and an empty form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from summarise.evals.gold.labels import LAYERS, Layer
from summarise.sentences import split
from summarise.text import Article
from summarise.tree import Mapping as MappingNode
from summarise.tree import Scalar, Unreadable, parse

GUIDELINES = 3
_ID = re.compile(r"[^a-z0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/()-]*", re.ASCII)

_PREFILLED = """\
# PRE-FILLED by %s, not by a person. Read the article, then mend, take out and add labels; 'prefilled' stays, whoever
# mends them: such a file never counts for agreement, and scores against it are told to be so.
"""
_FORM = """\
entities:                # names used below; any of them counts as the same holder, speaker or target
#  key: [Full Name, Name, the office]

claims:                  # who says what; author = the article's own voice
#- key: yes              # what a fair three-line summary must hold
#  text: The claim in your own plain words, readable alone.
#  speaker: key
#  mode: asserts         # asserts (default) | denies | predicts | demands
#  quote: the shortest run of words that proves it
%(claims)s
stances:                 # who is for or against what
#- {holder: key, target: key, polarity: against, quote: words that show it}   # favour | against | neutral | mixed
%(stances)s
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
%(figures)s"""


def skeleton(article: Article, labeller: str = "", labels: Mapping[Layer, str] | None = None, prefilled: str = "") -> str:
    """A gold file without labels; reading it gives back exactly the text of the article.

    `labels` are entries of YAML to begin with, and `prefilled` says which program made them.
    """
    known = {"title": article.title, "source": article.source, "published": article.published, "url": article.url}
    head = [f"id: {scalar(_ID.sub('-', article.id.lower()).strip('-') or 'article')}"]
    head += [f"{key}: {scalar(' '.join(value.split()))}" for key, value in known.items() if value]
    by = f"[{scalar(labeller)}]" if labeller else "[]"
    head.append(f"labelled: {{by: {by}, guidelines: {GUIDELINES}{f', prefilled: {scalar(prefilled)}' if prefilled else ''}}}")
    head.append("complete: [claims, stances, figures]  # layers labelled in full; take out what is not")
    form = _FORM % (dict.fromkeys(LAYERS, "") | dict(labels or {}))
    body = "\n".join([*head, "", _text(article.text), *_sentences(article.text), "", form])
    told = "# Gold labels, format 1. Everything is read as text; quotes are found, never counted.\n"
    return f"{told}{_PREFILLED % _printable(prefilled) if prefilled else ''}format: 1\n{body}"


def _text(text: str) -> str:
    """As a block to read and copy from where YAML can give that back unchanged, else as one quoted string."""
    keep = "+" if text.endswith("\n\n") or not text.strip() else "" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    block = f"text: |2{keep}\n" + "\n".join(f"  {line}" if line else "" for line in lines) + "\n"
    return block if _reads_back(block, text) else f"text: {quoted(text)}\n"


def _reads_back(yaml: str, text: str) -> bool:
    try:
        node = parse(yaml)
    except Unreadable:
        return False
    found = node.items.get("text") if isinstance(node, MappingNode) else None
    return isinstance(found, Scalar) and found.text == text


def _sentences(text: str) -> Iterator[str]:
    for number, sentence in enumerate(split(text), start=1):
        words = " ".join(text[sentence.start : sentence.end].split())
        yield f"# [{number}] {_printable(words)}"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def scalar(value: str) -> str:
    """A text of one line as YAML, quoted where that is safer."""
    return value if _PLAIN.fullmatch(value) and value == value.strip() else quoted(value)


def quoted(value: str) -> str:
    """Any text as one string of YAML."""
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else "\\n" if char == "\n" else f"\\U{ord(char):08x}"
