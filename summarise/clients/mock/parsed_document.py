"""A document as the rules read it, with its tokens, its quotes, and the kind of each sentence (headline, boilerplate, text)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from summarise.clients.mock.grammar import Clause
from summarise.clients.mock.names import NameIndex, find_names
from summarise.document import Document
from summarise.text.boilerplate import BULLET, CLOSERS, PageLine, find_boilerplate
from summarise.text.tokens import Tokens

_DOUBLE = re.compile(r"[“”„\"«»]|``|''")
# A single mark that cannot be an apostrophe: it opens after a space and closes before one.
_SINGLE = re.compile(r"(?<![^\s(\[—–])[‘'](?=\w)|(?<=[.,!?\w])[’'](?=[\s)\]—–.,;:]|$)")
_OPENS = ("“", "„", "«", "``", "‘")
_CLOSES = ("”", "»", "’")


@dataclass(frozen=True, slots=True)
class Quote:
    """The characters [start, end) hold the quote with its marks."""

    start: int
    end: int


def find_quotes(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Quote]:
    """The outermost quotes of each paragraph [start, end), in text order. Single marks count only where no double ones exist."""
    marks = _DOUBLE if _DOUBLE.search(text) else _SINGLE
    return [quote for start, end in paragraphs for quote in _in_paragraph(marks, text, start, end)]


def _in_paragraph(marks: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Quote]:
    opened: int | None = None
    for mark in marks.finditer(text, start, end):
        if opened is None:
            if mark[0] not in _CLOSES and not _is_possessive(text, mark):
                opened = mark.start()
        elif mark[0] not in _OPENS:
            yield Quote(opened, mark.end())
            opened = None
    if opened is not None:
        yield Quote(opened, end)


def _is_possessive(text: str, mark: re.Match[str]) -> bool:
    """The mark in "the auditors' report": it follows a letter, and nothing is open."""
    return mark[0] == "'" and mark.start() > 0 and text[mark.start() - 1].isalnum()


_FEWEST_CLAIM_WORDS = 5


@dataclass(frozen=True, slots=True)
class Kinds:
    """For each sentence, in order: is it boilerplate, and may it be chosen as a claim (never boilerplate, headings, questions)?"""

    boilerplate: list[bool]
    claimable: list[bool]


def sort_sentences(document: Document, tokens: Tokens) -> Kinds:
    """Which sentences are boilerplate and which are claimable."""
    paragraphs = [sentence.paragraph for sentence in document.sentences]
    rows = []
    for n, sentence in enumerate(document.sentences):
        held = tokens.between(sentence.start, sentence.end)
        is_alone = paragraphs[max(0, n - 1) : n + 2].count(sentence.paragraph) == 1
        rows.append(PageLine(document.quote(sentence), tokens.words[held.start : held.stop], is_alone))
    boilerplate = find_boilerplate(rows)
    return Kinds(boilerplate, [not out and _can_be_claim(row) for row, out in zip(rows, boilerplate, strict=True)])


def _can_be_claim(row: PageLine) -> bool:
    """A statement in full: five words, a full stop, and no bracket or sign of a list before them."""
    spelled = sum(word[0].isalpha() for word in row.words)
    is_whole = row.text.rstrip(CLOSERS + "*_").endswith((".", "!", "…"))
    return spelled >= _FEWEST_CLAIM_WORDS and is_whole and row.words[0][0] not in "([#" and not BULLET.match(row.text)


LONGEST_SENTENCE = 300
_FEWEST_WORDS = 4
_END_MARKS = frozenset(".,!?…—")


@dataclass(frozen=True)
class ParsedSentence:
    """One sentence cut into items: token indices (0 and above), and quotes (below 0: `~item` is the index of the quote).

    A short quote within a sentence ("a 'no limits' partnership") is no item of its own: its tokens are.
    """

    number: int
    paragraph: int
    start: int
    end: int
    items: list[int]

    @property
    def is_prose(self) -> bool:
        """Whether a sentence is short enough to be read for its grammar; what is longer is no sentence that anybody wrote."""
        return len(self.items) <= LONGEST_SENTENCE


@dataclass(frozen=True)
class ParsedDocument:
    document: Document
    tokens: Tokens
    quotes: list[Quote]
    kinds: Kinds

    @classmethod
    def of(cls, document: Document) -> ParsedDocument:
        tokens = Tokens.of(document.article.text)
        grouped = groupby(document.sentences, key=lambda s: s.paragraph)
        paragraphs = [(group[0].start, group[-1].end) for group in (list(g) for _, g in grouped)]
        return cls(document, tokens, find_quotes(document.article.text, paragraphs), sort_sentences(document, tokens))

    @property
    def text(self) -> str:
        return self.document.article.text

    @cached_property
    def names(self) -> NameIndex:
        return find_names(self.tokens, self.kinds.boilerplate, self.document.sentences)

    @cached_property
    def sentences(self) -> list[ParsedSentence]:
        """Every sentence of the document, boilerplate too."""
        return list(_parsed_sentences(self))

    @cached_property
    def clauses(self) -> list[Clause]:
        """The sentences with their words: clause n belongs to sentence n."""
        lows, words = [*self.tokens.lows, '"'], [*self.tokens.words, '"']
        return [_clause(self.tokens, sentence.items, lows, words) for sentence in self.sentences]

    def sentence_at(self, offset: int) -> int:
        """The index of the sentence that holds the character at `offset`, or the last one before it."""
        return max(0, bisect_right(self._sentence_starts, offset) - 1)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def speech(self) -> list[tuple[int, Quote]]:
        """The quotes that are somebody's words rather than a term in quotation marks, with their indices."""
        return [(n, quote) for n, quote in enumerate(self.quotes) if self._is_speech(quote)]

    def _is_speech(self, quote: Quote) -> bool:
        inside = self.tokens.between(quote.start + 1, quote.end)
        spelled = sum(self.tokens.words[i][0].isalnum() for i in inside)
        tail = self.text[max(quote.start, quote.end - 4) : quote.end].rstrip("\"”’'» ")
        return spelled >= _FEWEST_WORDS or (spelled > 0 and tail[-1:] in _END_MARKS)


def _parsed_sentences(parsed: ParsedDocument) -> list[ParsedSentence]:
    speech, sentences, at = parsed.speech, [], 0
    for sentence in parsed.document.sentences:
        while at < len(speech) and speech[at][1].end <= sentence.start:
            at += 1
        items, ahead, cursor = [], at, sentence.start
        while ahead < len(speech) and speech[ahead][1].start < sentence.end:
            n, quote = speech[ahead]
            items += [*parsed.tokens.between(cursor, quote.start), ~n]
            cursor = max(cursor, quote.end)
            ahead += 1
        items += parsed.tokens.between(cursor, max(cursor, sentence.end))
        sentences.append(ParsedSentence(sentence.number, sentence.paragraph, sentence.start, sentence.end, items))
    return sentences


def _clause(tokens: Tokens, items: list[int], lows: list[str], words: list[str]) -> Clause:
    return Clause(tokens, items, [lows[max(item, -1)] for item in items], [words[max(item, -1)] for item in items])
