"""Attribution: which stretches of an article are whose words, found by cue verbs, carried on from sentence to sentence, and by turns in
interviews."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from summarise.clients.mock.grammar import Clause, Cue, Phrase, cue_table, find_cues, is_unsaid, subject_left
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page, Quote
from summarise.clients.mock.reported_speech import Reading, first_subject, following, looks_like_speaker, read
from summarise.schema import Mode

Span = tuple[int, int]


_LONGEST_INNER = 12


@dataclass(frozen=True, slots=True)
class Inner:
    """The last source of a chain ("Lind said the auditors had warned that …"); `start` is where its own words begin."""

    source: Phrase
    kind: str
    start: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """`spans` hold what is said, in text order. `source` is the phrase that names who says it (None: nobody is named there).

    `kind` is the section of cues.txt that the cue stands in, or "quote" for a quote that goes on from the one before.
    """

    sentence: int
    spans: tuple[Span, ...]
    source: Phrase | None
    cue: str
    kind: str
    cue_at: int
    inner: Inner | None = None

    @property
    def mode(self) -> Mode:
        modes: dict[str, Mode] = {"denies": "denies", "predicts": "predicts", "demands": "demands"}
        return modes.get(self.inner.kind if self.inner else self.kind, "asserts")

    @property
    def start(self) -> int:
        return self.spans[0][0]


def find_attributions(page: Page) -> list[Attribution]:
    """The attributions that have a cue, outside furniture, sentence by sentence."""
    found: list[Attribution] = []
    for line, furniture in zip(page.lines, page.kinds.furniture, strict=True):
        if not furniture and line.is_prose:
            found += _outermost(list(_in_line(page, line)))
    return found


def _outermost(found: list[Attribution]) -> list[Attribution]:
    """Those of one line that do not lie within another's words."""
    return [a for a in found if not any(b is not a and _holds(b, a) for b in found)]


def _holds(outer: Attribution, inner: Attribution) -> bool:
    start, end = inner.spans[0][0], inner.spans[-1][1]
    return any(a <= start and end <= b and (a, b) != (start, end) for a, b in outer.spans)


def _in_line(page: Page, line: Line) -> Iterator[Attribution]:
    clause = page.clauses[line.number - 1]
    covered, last = 0, None
    for cue in find_cues(clause):
        if cue.k < covered:
            continue
        reading = read(clause, cue, last, covered)
        if reading and any(stop > start for start, stop in reading.parts):
            covered = max(covered, reading.until)
            last = reading.source or last
            yield _attribution(page, line, cue, reading)


def _attribution(page: Page, line: Line, cue: Cue, reading: Reading) -> Attribution:
    spans = tuple(span for part in reading.parts if (span := _span(page, line.items, *part)))
    inner = _inner(page, page.clauses[line.number - 1], cue, reading) if cue.kind in {"says", "tells", "according"} else None
    return Attribution(line.number, spans, reading.source, cue.base, cue.kind, line.items[cue.k], inner)


def _inner(page: Page, clause: Clause, cue: Cue, reading: Reading) -> Inner | None:
    """Another source at the very beginning of what is said."""
    start, stop = reading.parts[0]
    for k in range(start + 1, min(stop, start + _LONGEST_INNER)):
        known = cue_table().get(clause.low(k), {}).get("")
        if known and known[0] in {"says", "denies", "shows"}:
            inside = Cue(k, 1, *known)
            source = subject_left(clause, k)
            if source is None or source.at != start or is_unsaid(clause, inside) or clause.low(start) in words("grammar", "pronouns"):
                return None
            content = following(clause, inside, source) if looks_like_speaker(clause.tokens, source) else None
            span = _span(page, clause.items, *content.parts[0]) if content else None
            return Inner(source, inside.kind, span[0]) if span else None
    return None


def _span(page: Page, items: Sequence[int], start: int, stop: int) -> Span | None:
    """The characters of the items [start, stop); a quote at either end is taken whole, with what stands in the next sentences."""
    held = items[start:stop]
    if not held:
        return None
    first, last = held[0], held[-1]
    begin = page.quotes[~first].start if first < 0 else page.tokens.starts[first]
    end = page.quotes[~last].end if last < 0 else page.tokens.ends[last]
    return begin, end


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


_FARTHEST = 2
_LONGEST_NAME = 6
_DASHES = frozenset({"—", "–", "―"})
# Cues whose quotes do not go on in the next sentence.
_SILENT = frozenset({"judges", "believes", "shows", "predicts"})


def attributions(page: Page) -> list[Attribution]:
    """All attributions of an article, in text order, with the quotes that go on from one to the next."""
    turns = find_turns(page)
    reader = _Reader(page, _without_turns(find_attributions(page), turns) + turns)
    for n, quote in page.speech:
        reader.place(n, quote)
    return sorted(reader.read(), key=lambda a: (a.start, a.sentence))


def _without_turns(found: list[Attribution], turns: list[Attribution]) -> list[Attribution]:
    """Those that are not read out of the label of a turn."""
    labels = {turn.cue_at for turn in turns}
    return [a for a in found if a.cue_at not in labels]


@dataclass
class _Reader:
    """`_before` is the attribution that a quote may continue, `_last` its last stretch.

    Further stretches are kept in `_tails`, by the place of their attribution in `found`: to add each at once would copy those before it.
    """

    page: Page
    found: list[Attribution]

    def __post_init__(self) -> None:
        self.found.sort(key=lambda a: a.spans[0])
        self.added: list[Attribution] = []
        self._tails: dict[int, list[Span]] = {}
        self._starts = [line.start for line in self.page.lines]
        self._next = 0
        self._before: Attribution | None = None
        self._last: Span = (0, 0)
        self._reached = 0

    def place(self, n: int, quote: Quote) -> None:
        """Give quote `n` to the attribution that it continues, or to one of its own."""
        self._move_to(quote.start)
        line = self.page.lines[bisect_right(self._starts, quote.start) - 1]
        if not line.is_prose:
            return
        upcoming = self.found[self._next] if self._next < len(self.found) else None
        if quote.start < self._reached or (upcoming and upcoming.start < quote.end) or self.page.kinds.furniture[line.number - 1]:
            return
        made = self._signed(line, quote) or self._continued(line, n, quote) or self._beside(line, n, quote)
        if made:
            self.added.append(made)
            self._before, self._last, self._reached = made, made.spans[-1], quote.end

    def read(self) -> list[Attribution]:
        """What was found, with the quotes that continue it, and what was added."""
        longer = (replace(a, spans=(*a.spans, *self._tails.get(n, ()))) for n, a in enumerate(self.found))
        return [*longer, *self.added]

    def _move_to(self, start: int) -> None:
        while self._next < len(self.found) and self.found[self._next].start <= start:
            self._before = self.found[self._next]
            self._last = self._before.spans[-1]
            self._reached = max(self._reached, self._last[1])
            self._next += 1

    def _continued(self, line: Line, n: int, quote: Quote) -> Attribution | None:
        """The quote as a part, or a successor, of the attribution before it; None where it does not stand on its own."""
        before = self._before
        if before is None or before.source is None or before.kind in _SILENT or not self._is_bare(line, n):
            return None
        earlier = self.page.lines[bisect_right(self._starts, self._last[0]) - 1]
        if line.paragraph - earlier.paragraph >= _FARTHEST:
            return None
        if line.paragraph == earlier.paragraph:
            self._extend(before, quote)
            return None
        return Attribution(line.number, ((quote.start, quote.end),), before.source, before.cue, "quote", before.cue_at)

    def _is_bare(self, line: Line, n: int) -> bool:
        """Whether a quote is all of its sentence but a word or two."""
        others = [i for i in line.items if i >= 0 and self.page.tokens.words[i][0].isalnum()]
        return ~n in line.items and len(others) <= 1

    def _extend(self, before: Attribution, quote: Quote) -> None:
        self._last, self._reached = (quote.start, quote.end), quote.end
        if self._next and self.found[self._next - 1] is before:
            self._tails.setdefault(self._next - 1, []).append(self._last)

    def _beside(self, line: Line, n: int, quote: Quote) -> Attribution | None:
        """A quote within a sentence that has no cue: it belongs to the subject, if that is a person or one of their pronouns."""
        clause = self.page.clauses[line.number - 1]
        at = line.items.index(~n) if ~n in line.items else -1
        source = (self._label(clause, at) or first_subject(clause, at)) if at > 0 else None
        if source is None or not self._is_somebody(source):
            return None
        return Attribution(
            line.number, ((quote.start, quote.end),), source, "", "beside", line.items[0] if line.items[0] >= 0 else source.start
        )

    def _signed(self, line: Line, quote: Quote) -> Attribution | None:
        """A quote with a name behind a dash: "Come and see." — Jane Roe."""
        tokens = self.page.tokens
        dash = tokens.between(0, quote.end).stop
        if dash + 1 >= len(tokens.lows) or tokens.lows[dash] not in _DASHES or self._is_letter(quote.end):
            return None
        stop = dash + 1
        while stop < len(tokens.lows) and stop - dash <= _LONGEST_NAME and (tokens.words[stop][0].isupper() or tokens.lows[stop] == "."):
            stop += 1
        ends = (
            stop == len(tokens.lows)
            or "\n" in self.page.text[tokens.ends[stop - 1] : tokens.starts[stop]]
            or tokens.lows[stop] in {"“", '"', ","}
        )
        source = Phrase(dash + 1, stop - (tokens.lows[stop - 1] == "."), 0, 0)
        if not ends or source.stop <= source.start:
            return None
        return Attribution(line.number, ((quote.start, quote.end),), source, "—", "quote", dash)

    def _is_letter(self, at: int) -> bool:
        return self.page.text[at : at + 1].isalnum()

    def _label(self, clause: Clause, at: int) -> Phrase | None:
        """The name at the head of "Jane Roe, editor of the Post: …"."""
        if clause.low(at - 1) != ":":
            return None
        stop = next(k for k in range(at) if clause.low(k) in {",", ":", "("})
        return clause.phrase(0, stop) if 0 < stop <= _LONGEST_NAME else None

    def _is_somebody(self, source: Phrase) -> bool:
        lows = self.page.tokens.lows[source.start : source.stop]
        return lows[-1] in {"he", "she"} or self.page.tokens.words[source.stop - 1][0].isupper()
