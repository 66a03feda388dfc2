"""Furniture: the sentences of a page that are no part of its article, and those that state nothing on their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from summarise.clients.mock.lexicon import sections, words
from summarise.clients.mock.tokens import Tokens
from summarise.document import Document, Sentence

_CLOSERS = "\"'”’»)]} \t\n\u00a0"
_ENDS = (".", "!", "?", "…", ":", ";", ",")
_BULLET = re.compile(r"\s*(?:[•▪◦‣·]|\*(?=\s)|[-–—](?=\s)|\d{1,2}[.)]\s)\s*")
_BYLINE = re.compile(r"(?i:by|compiled(?: and edited)? by|edited by|written by)\s+((?:[^\W\d_a-z][\w'’.-]*\s?){2,4})")
_BIO = re.compile(r"(?=(?:lives|is based|is an? |was an? |has been|has written|writes|covers|teaches|works|joined)\b)")
_DATELIKE = re.compile(r"(?:\d{1,4}(?:st|nd|rd|th)?|[ap]\.?m\.?|[a-z]{2,4}t|gmt|utc|on|at|the|of)$")
_LONGEST_HEADING = 14
_TAIL_FROM = 0.4


@dataclass(frozen=True, slots=True)
class Kinds:
    """For each sentence, in order: is it furniture, and may it be chosen as a claim (never furniture, lists, headings, questions)?"""

    furniture: list[bool]
    claimable: list[bool]


def sort_sentences(document: Document, tokens: Tokens) -> Kinds:
    """Which sentences are furniture and which are claimable."""
    rows = [_Row.of(document, tokens, sentence) for sentence in document.sentences]
    alone = _stand_alone(document.sentences)
    title = _folded(document.article.title or "")
    authors = _bylines(rows)
    furniture = [_is_furniture(row, single, title) for row, single in zip(rows, alone, strict=True)]
    tail = _tail_start(rows, alone, authors)
    furniture = [found or n >= tail for n, found in enumerate(furniture)]
    claimable = [not out and _can_be_claim(row) for row, out in zip(rows, furniture, strict=True)]
    return Kinds(furniture, claimable)


@dataclass(frozen=True, slots=True)
class _Row:
    """A sentence as the rules look at it: its raw text, that text folded to lower case, and its tokens."""

    raw: str
    low: str
    words: list[str]
    lows: list[str]

    @classmethod
    def of(cls, document: Document, tokens: Tokens, sentence: Sentence) -> _Row:
        place = tokens.between(sentence.start, sentence.end)
        raw = document.quote(sentence)
        return cls(raw, _folded(raw), tokens.words[place.start : place.stop], tokens.lows[place.start : place.stop])

    @property
    def ends_well(self) -> bool:
        return self.raw.rstrip(_CLOSERS).endswith(_ENDS)


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _stand_alone(sentences: Sequence[Sentence]) -> list[bool]:
    """Whether each sentence is the only one of its paragraph."""
    paragraphs = [s.paragraph for s in sentences]
    return [paragraphs[max(0, n - 1) : n + 2].count(p) == 1 for n, p in enumerate(paragraphs)]


def _bylines(rows: Sequence[_Row]) -> frozenset[str]:
    """The names in lines such as "by Jane Roe", in lower case."""
    short = (row.raw for row in rows if len(row.words) <= 8)
    return frozenset(_folded(match[1]) for match in map(_BYLINE.match, short) if match)


def _is_furniture(row: _Row, alone: bool, title: str) -> bool:
    return (
        (row.low.startswith(sections("furniture")["begins"]) and (len(row.words) <= 30))
        or any(mark in row.low for mark in sections("furniture")["contains"])
        or (bool(title) and row.low.strip(_CLOSERS + ".") == title.strip(_CLOSERS + "."))
        or not any(len(word) > 1 and word.isalpha() for word in row.words)
        or _is_date_line(row)
        or ((alone or row.raw.startswith("#")) and _is_heading(row))
    )


def _is_date_line(row: _Row) -> bool:
    spelled = [low for low in row.lows if low[0].isalnum()]
    return len(spelled) <= 10 and all(_is_date_word(low) for low in spelled)


def _is_date_word(low: str) -> bool:
    return low in words("grammar", "months") or low in words("grammar", "weekdays") or bool(_DATELIKE.match(low))


def _is_heading(row: _Row) -> bool:
    if _BULLET.match(row.raw):
        return False
    if row.raw.startswith("#"):
        return True
    return (len(row.words) <= _LONGEST_HEADING * 2 and not row.ends_well) or _is_title_case(row)


def _is_title_case(row: _Row) -> bool:
    """Nearly all long words begin with a capital, as headlines do."""
    long = [word for word in row.words if len(word) > 3 and word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in long)
    return len(long) >= 3 and len(row.words) <= _LONGEST_HEADING * 2 and capitals >= 0.85 * len(long)


def _tail_start(rows: Sequence[_Row], alone: Sequence[bool], authors: frozenset[str]) -> int:
    """The index of the first sentence of what follows the article (author box, comments, reading list); past the end where nothing does."""
    for n in range(int(len(rows) * _TAIL_FROM), len(rows)):
        row = rows[n]
        if (alone[n] and row.low.strip(_CLOSERS) in words("furniture", "tails")) or _is_author_box(row, authors):
            return n
    return len(rows)


def _is_author_box(row: _Row, authors: frozenset[str]) -> bool:
    """Whether a sentence begins with an author's name and goes on with what such boxes say: "Jane Roe lives in …"."""
    return bool(authors) and any(row.low[: bio.start() - 1] in authors for bio in _BIO.finditer(row.low, 1))


def _can_be_claim(row: _Row) -> bool:
    """A statement in full: five words, a full stop, and no bullet, bracket or question."""
    bare = row.raw.rstrip(_CLOSERS + "*_")
    spelled = sum(word[0].isalpha() for word in row.words)
    return spelled >= 5 and bare.endswith((".", "!", "…")) and not _BULLET.match(row.raw) and row.words[0][0] not in "([#"
