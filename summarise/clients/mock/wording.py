"""Wording: a sentence or a stretch of one as a claim that can be read on its own."""

from __future__ import annotations

import re

from summarise.clients.mock.lexicon import words
from summarise.clients.mock.tokens import folded

LONGEST = 600
_OPENER = re.compile(r"(?:([A-Za-z]+(?: [a-z]+){0,4}),\s+|(And|But|Yet|So|Then)\s+)(?=\S)")
# "MOSCOW, May 8, 2015 (Agency) - "
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’-]+(?:[ ,/]+[A-Z][A-Za-z.'’-]*){0,4}(?:,? \d{1,2})?(?:, \d{4})?(?: ?\([^()]{1,40}\))?\s*(?:--|[-–—])\s+(?=[A-Z\"“‘])"
)
_PAIRS = (("“", "”"), ("``", "''"), ("«", "»"))
# The marks of emphasis in Markdown, at the edge of a word.
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?!\w)")
_QUOTE_MARKS = '"“”'


def as_sentence(text: str) -> str:
    """`text` without "However," and the like, a capital first, quotation marks balanced, a stop at the end; at most `LONGEST` long."""
    text = folded(_EMPHASIS.sub("", text))
    dateline = _DATELINE.match(text)
    text = shortened(balanced(without_opener(text[dateline.end() :] if dateline else text)))
    text = text.rstrip(" ,;:—–-")
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    closed = text.rstrip("\"”’')]» ")
    if closed.endswith((".", "!", "?", "…")):
        return text
    if closed.endswith(",") and closed != text:
        return f"{closed[:-1]}.{text[len(closed) :]}"
    return f"{text}."


def quoted(text: str) -> str:
    """`text` in quotation marks, where it does not stand in them already."""
    return text if not text or text[0] in '"“«' else f"“{text}”"


def without_opener(text: str) -> str:
    match = _OPENER.match(text)
    if not match:
        return text
    opener = (match[1] or match[2]).lower().replace(" ", "_")
    return text[match.end() :] if opener in words("grammar", "openers") else text


def balanced(text: str) -> str:
    """Add the quotation mark that is missing at either end."""
    for opens, closes in _PAIRS:
        lacking = text.count(opens) - text.count(closes)
        if lacking > 0:
            text += closes * min(lacking, 1)
        elif lacking < 0:
            text = opens + text
    return f'{text}"' if text.count('"') % 2 and text.startswith('"') else f'"{text}' if text.count('"') % 2 else text


def shortened(text: str) -> str:
    """`text`, cut behind its last sentence or word where it is too long."""
    if len(text) <= LONGEST - 4:
        return text
    cut = text[: LONGEST - 8]
    stop = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    cut = cut[: stop + 1] if stop > 80 else cut[: max(cut.rfind(" "), 80)] + " …"
    return balanced(cut)
