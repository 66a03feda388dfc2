"""A page: a document as the rules read it, with its tokens, quotes, and the kind of each sentence."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from summarise.clients.mock.furniture import Kinds, sort_sentences
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.names import Names, find_names
from summarise.clients.mock.quotes import Quote, find_quotes
from summarise.clients.mock.tokens import Tokens
from summarise.document import Document

_FEWEST_WORDS = 4
_END_MARKS = frozenset(".,!?…—")


@dataclass(frozen=True)
class Line:
    """One sentence cut into items: token indices (0 and above), and quotes (below 0: `~item` is the index of the quote).

    A short quote within a sentence ("a 'no limits' partnership") is no item of its own: its tokens are.
    """

    number: int
    paragraph: int
    start: int
    end: int
    items: list[int]


@dataclass(frozen=True)
class Page:
    document: Document
    tokens: Tokens
    quotes: list[Quote]
    kinds: Kinds

    @classmethod
    def of(cls, document: Document) -> Page:
        tokens = Tokens.of(document.article.text)
        grouped = groupby(document.sentences, key=lambda s: s.paragraph)
        paragraphs = [(group[0].start, group[-1].end) for group in (list(g) for _, g in grouped)]
        return cls(document, tokens, find_quotes(document.article.text, paragraphs), sort_sentences(document, tokens))

    @property
    def text(self) -> str:
        return self.document.article.text

    @cached_property
    def names(self) -> Names:
        return find_names(self.tokens, self.kinds.furniture, self.document.sentences)

    @cached_property
    def lines(self) -> list[Line]:
        """A line for every sentence, furniture too."""
        return list(_lines(self))

    def line_at(self, offset: int) -> int:
        """The index of the line that holds the character at `offset`, or the last one before it."""
        return max(0, bisect_right(self._line_starts, offset) - 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def is_speech(self, quote: Quote) -> bool:
        """Whether a quote is somebody's words rather than a term in quotation marks."""
        inside = self.tokens.between(quote.start + 1, quote.end)
        spelled = sum(self.tokens.words[i][0].isalnum() for i in inside)
        tail = self.text[max(quote.start, quote.end - 4) : quote.end].rstrip("\"”’'» ")
        return spelled >= _FEWEST_WORDS or (spelled > 0 and tail[-1:] in _END_MARKS)


def _lines(page: Page) -> list[Line]:
    speech = [(n, quote) for n, quote in enumerate(page.quotes) if page.is_speech(quote)]
    lines, at = [], 0
    for sentence in page.document.sentences:
        while at < len(speech) and speech[at][1].end <= sentence.start:
            at += 1
        items, ahead, cursor = [], at, sentence.start
        while ahead < len(speech) and speech[ahead][1].start < sentence.end:
            n, quote = speech[ahead]
            items += [*page.tokens.between(cursor, quote.start), ~n]
            cursor = max(cursor, quote.end)
            ahead += 1
        items += page.tokens.between(cursor, max(cursor, sentence.end))
        lines.append(Line(sentence.number, sentence.paragraph, sentence.start, sentence.end, items))
    return lines


def is_name_word(word: str, low: str) -> bool:
    """Whether a token may be part of a proper name."""
    return word[0].isupper() and low not in words("grammar", "determiners") and low not in words("grammar", "pronouns")
