"""A page: a document as the rules read it, with its tokens, quotes, and the kind of each sentence."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from summarise.clients.mock.clauses import Clause
from summarise.clients.mock.furniture import Kinds, sort_sentences
from summarise.clients.mock.names import Names, find_names
from summarise.clients.mock.quotes import Quote, find_quotes
from summarise.clients.mock.tokens import Tokens
from summarise.document import Document

LONGEST_LINE = 300
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

    @property
    def is_prose(self) -> bool:
        """Whether a line is short enough to be read for its grammar; what is longer is no sentence that anybody wrote."""
        return len(self.items) <= LONGEST_LINE


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

    @cached_property
    def clauses(self) -> list[Clause]:
        """The lines with their words: clause n belongs to line n."""
        lows, words = [*self.tokens.lows, '"'], [*self.tokens.words, '"']
        return [_clause(self.tokens, line.items, lows, words) for line in self.lines]

    def line_at(self, offset: int) -> int:
        """The index of the line that holds the character at `offset`, or the last one before it."""
        return max(0, bisect_right(self._line_starts, offset) - 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines]

    @cached_property
    def speech(self) -> list[tuple[int, Quote]]:
        """The quotes that are somebody's words rather than a term in quotation marks, with their indices."""
        return [(n, quote) for n, quote in enumerate(self.quotes) if self._is_speech(quote)]

    def _is_speech(self, quote: Quote) -> bool:
        inside = self.tokens.between(quote.start + 1, quote.end)
        spelled = sum(self.tokens.words[i][0].isalnum() for i in inside)
        tail = self.text[max(quote.start, quote.end - 4) : quote.end].rstrip("\"”’'» ")
        return spelled >= _FEWEST_WORDS or (spelled > 0 and tail[-1:] in _END_MARKS)


def _lines(page: Page) -> list[Line]:
    speech, lines, at = page.speech, [], 0
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


def _clause(tokens: Tokens, items: list[int], lows: list[str], words: list[str]) -> Clause:
    return Clause(tokens, items, [lows[max(item, -1)] for item in items], [words[max(item, -1)] for item in items])
