"""Turns: the paragraphs of an interview or a transcript, each of whoever its label names ("Q:", "LIND:")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from summarise.clients.mock.attribution import Attribution
from summarise.clients.mock.clauses import Phrase
from summarise.clients.mock.page import Line, Page

_LONGEST_LABEL = 4
_FEWEST_TURNS = 2
_QUESTIONS = frozenset({"Q"})
_ANSWERS = frozenset({"A"})


def find_turns(page: Page) -> list[Attribution]:
    """An attribution for each labelled paragraph but questions; nothing where no label comes twice."""
    opened = [(line, stop) for line in _first_lines(page) if (stop := _label(page, line))]
    counts = Counter(_text(page, line, stop) for line, stop in opened)
    guest = _guest(page, opened[0][0]) if opened else None
    found = []
    for line, stop in opened:
        label = _text(page, line, stop)
        source = guest if label in _ANSWERS else Phrase(line.items[0], stop, 0, 0)
        if counts[label] >= _FEWEST_TURNS and label not in _QUESTIONS and source:
            found.append(Attribution(line.number, (_rest(page, line, stop),), source, ":", "turn", stop))
    return found


def questions(page: Page) -> frozenset[int]:
    """The numbers of the sentences that an interviewer asks."""
    asked = {line.paragraph for line in _first_lines(page) if (stop := _label(page, line)) and _text(page, line, stop) in _QUESTIONS}
    return frozenset(line.number for line in page.lines if line.paragraph in asked)


def _first_lines(page: Page) -> Iterator[Line]:
    paragraph = -1
    for line in page.lines:
        if line.paragraph != paragraph and not page.kinds.furniture[line.number - 1]:
            yield line
        paragraph = line.paragraph


def _label(page: Page, line: Line) -> int:
    """The token of the colon behind a label at the head of a line; 0 where there is none."""
    for k, item in enumerate(line.items[: _LONGEST_LABEL + 1]):
        word = page.tokens.words[item] if item >= 0 else ""
        if word == ":" and k:
            return item
        if not word[:1].isupper() or not (word.isupper() or word in _QUESTIONS | _ANSWERS):
            return 0
    return 0


def _text(page: Page, line: Line, stop: int) -> str:
    return page.tokens.phrase(line.items[0], stop)


def _rest(page: Page, line: Line, colon: int) -> tuple[int, int]:
    """From behind the label to the end of the paragraph."""
    last = line.number - 1
    while last + 1 < len(page.lines) and page.lines[last + 1].paragraph == line.paragraph:
        last += 1
    end = page.lines[last].end
    start = page.tokens.starts[colon + 1] if colon + 1 < len(page.tokens.starts) else end
    return min(start, end), end


def _guest(page: Page, first: Line) -> Phrase | None:
    """Who is interviewed: the first person that the text before the first turn names."""
    for run in page.names.runs:
        if run.start >= first.items[0]:
            return None
        if page.names.is_known(run):
            return Phrase(run.start, run.stop, 0, 0)
    return None
