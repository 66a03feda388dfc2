"""Attribution: who says which parts of an article, by cue verbs, by quotes that continue over sentences, and by labels in interviews."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from summarise.clients.mock.grammar import Clause, Cue, Phrase, find_cues
from summarise.clients.mock.parsed_document import ParsedDocument, ParsedSentence, Quote
from summarise.clients.mock.reported_speech import ReportedSpeech, first_subject, read
from summarise.schema import Mode

CharRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Attribution:
    """`spans` hold what is said, in text order. `source` is the phrase that names who says it (None: nobody is named there).

    `kind` is the section of cues.txt that the cue stands in, or "quote" for a quote that goes on from the one before.
    """

    sentence: int
    spans: tuple[CharRange, ...]
    source: Phrase | None
    cue: str
    kind: str
    cue_at: int

    @property
    def mode(self) -> Mode:
        modes: dict[str, Mode] = {"denies": "denies", "predicts": "predicts", "demands": "demands"}
        return modes.get(self.kind, "asserts")

    @property
    def start(self) -> int:
        return self.spans[0][0]


def find_attributions(parsed: ParsedDocument) -> list[Attribution]:
    """The attributions that have a cue, outside boilerplate, sentence by sentence."""
    found: list[Attribution] = []
    for sentence, boilerplate in zip(parsed.sentences, parsed.kinds.boilerplate, strict=True):
        if not boilerplate and sentence.is_prose:
            found += _in_sentence(parsed, sentence)
    return found


def _in_sentence(parsed: ParsedDocument, sentence: ParsedSentence) -> Iterator[Attribution]:
    clause = parsed.clauses[sentence.number - 1]
    covered, last = 0, None
    for cue in find_cues(clause):
        if cue.k < covered:
            continue
        speech = read(clause, cue, last, covered)
        if speech and any(stop > start for start, stop in speech.parts):
            covered = max(covered, speech.until)
            last = speech.source or last
            yield _attribution(parsed, sentence, cue, speech)


def _attribution(parsed: ParsedDocument, sentence: ParsedSentence, cue: Cue, speech: ReportedSpeech) -> Attribution:
    spans = tuple(span for part in speech.parts if (span := _span(parsed, sentence.items, *part)))
    return Attribution(sentence.number, spans, speech.source, cue.base, cue.kind, sentence.items[cue.k])


def _span(parsed: ParsedDocument, items: Sequence[int], start: int, stop: int) -> CharRange | None:
    """The characters of the items [start, stop); a quote at either end is taken whole, with what stands in the next sentences."""
    held = items[start:stop]
    if not held:
        return None
    first, last = held[0], held[-1]
    begin = parsed.quotes[~first].start if first < 0 else parsed.tokens.starts[first]
    end = parsed.quotes[~last].end if last < 0 else parsed.tokens.ends[last]
    return begin, end


_LONGEST_LABEL = 4
_FEWEST_ANSWERS = 2
_QUESTIONS = frozenset({"Q"})
_ANSWERS = frozenset({"A"})


def interview_answers(parsed: ParsedDocument) -> list[Attribution]:
    """An attribution for each labelled paragraph but questions; nothing where no label comes twice."""
    opened = [(sentence, stop) for sentence in _first_sentences(parsed) if (stop := _label(parsed, sentence))]
    counts = Counter(_text(parsed, sentence, stop) for sentence, stop in opened)
    guest = _guest(parsed, opened[0][0]) if opened else None
    found = []
    for sentence, stop in opened:
        label = _text(parsed, sentence, stop)
        source = guest if label in _ANSWERS else Phrase(sentence.items[0], stop, 0, 0)
        if counts[label] >= _FEWEST_ANSWERS and label not in _QUESTIONS and source:
            found.append(Attribution(sentence.number, (_rest(parsed, sentence, stop),), source, ":", "interview", stop))
    return found


def questions(parsed: ParsedDocument) -> frozenset[int]:
    """The numbers of the sentences that an interviewer asks."""
    asked = {
        sentence.paragraph
        for sentence in _first_sentences(parsed)
        if (stop := _label(parsed, sentence)) and _text(parsed, sentence, stop) in _QUESTIONS
    }
    return frozenset(sentence.number for sentence in parsed.sentences if sentence.paragraph in asked)


def _first_sentences(parsed: ParsedDocument) -> Iterator[ParsedSentence]:
    paragraph = -1
    for sentence in parsed.sentences:
        if sentence.paragraph != paragraph and not parsed.kinds.boilerplate[sentence.number - 1]:
            yield sentence
        paragraph = sentence.paragraph


def _label(parsed: ParsedDocument, sentence: ParsedSentence) -> int:
    """The token of the colon behind a label at the head of a sentence; 0 where there is none."""
    for k, item in enumerate(sentence.items[: _LONGEST_LABEL + 1]):
        word = parsed.tokens.words[item] if item >= 0 else ""
        if word == ":" and k:
            return item
        if not word[:1].isupper() or not (word.isupper() or word in _QUESTIONS | _ANSWERS):
            return 0
    return 0


def _text(parsed: ParsedDocument, sentence: ParsedSentence, stop: int) -> str:
    return parsed.tokens.phrase(sentence.items[0], stop)


def _rest(parsed: ParsedDocument, sentence: ParsedSentence, colon: int) -> tuple[int, int]:
    """From behind the label to the end of the paragraph."""
    last = sentence.number - 1
    while last + 1 < len(parsed.sentences) and parsed.sentences[last + 1].paragraph == sentence.paragraph:
        last += 1
    end = parsed.sentences[last].end
    start = parsed.tokens.starts[colon + 1] if colon + 1 < len(parsed.tokens.starts) else end
    return min(start, end), end


def _guest(parsed: ParsedDocument, first: ParsedSentence) -> Phrase | None:
    """Who is interviewed: the first person that the text before the first turn names."""
    for mention in parsed.names.mentions:
        if mention.start >= first.items[0]:
            return None
        if parsed.names.is_known(mention):
            return Phrase(mention.start, mention.stop, 0, 0)
    return None


_FARTHEST = 2
_LONGEST_NAME = 6
_DASHES = frozenset({"—", "–", "―"})
# Cues whose quotes do not go on in the next sentence.
_SILENT = frozenset({"judges", "believes", "shows", "predicts"})


def attributions(parsed: ParsedDocument) -> list[Attribution]:
    """All attributions of an article, in text order, with the quotes that go on from one to the next."""
    answers = interview_answers(parsed)
    reader = _QuoteAssigner(parsed, _without_turns(find_attributions(parsed), answers) + answers)
    for n, quote in parsed.speech:
        reader.place(n, quote)
    return sorted(reader.read(), key=lambda a: (a.start, a.sentence))


def _without_turns(found: list[Attribution], answers: list[Attribution]) -> list[Attribution]:
    """Those that are not read out of the label of a turn."""
    labels = {turn.cue_at for turn in answers}
    return [a for a in found if a.cue_at not in labels]


@dataclass
class _QuoteAssigner:
    """`_before` is the attribution that a quote may continue, `_last` its last stretch.

    Further stretches are kept in `_tails`, by the place of their attribution in `found`: to add each at once would copy those before it.
    """

    parsed: ParsedDocument
    found: list[Attribution]

    def __post_init__(self) -> None:
        self.found.sort(key=lambda a: a.spans[0])
        self.added: list[Attribution] = []
        self._tails: dict[int, list[CharRange]] = {}
        self._starts = [sentence.start for sentence in self.parsed.sentences]
        self._next = 0
        self._before: Attribution | None = None
        self._last: CharRange = (0, 0)
        self._reached = 0

    def place(self, n: int, quote: Quote) -> None:
        """Give quote `n` to the attribution that it continues, or to one of its own."""
        self._move_to(quote.start)
        sentence = self.parsed.sentences[bisect_right(self._starts, quote.start) - 1]
        if not sentence.is_prose:
            return
        upcoming = self.found[self._next] if self._next < len(self.found) else None
        if quote.start < self._reached or (upcoming and upcoming.start < quote.end) or self.parsed.kinds.boilerplate[sentence.number - 1]:
            return
        made = self._signed(sentence, quote) or self._continued(sentence, n, quote) or self._beside(sentence, n, quote)
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

    def _continued(self, sentence: ParsedSentence, n: int, quote: Quote) -> Attribution | None:
        """The quote as a part, or a successor, of the attribution before it; None where it does not stand on its own."""
        before = self._before
        if before is None or before.source is None or before.kind in _SILENT or not self._is_bare(sentence, n):
            return None
        earlier = self.parsed.sentences[bisect_right(self._starts, self._last[0]) - 1]
        if sentence.paragraph - earlier.paragraph >= _FARTHEST:
            return None
        if sentence.paragraph == earlier.paragraph:
            self._extend(before, quote)
            return None
        return Attribution(sentence.number, ((quote.start, quote.end),), before.source, before.cue, "quote", before.cue_at)

    def _is_bare(self, sentence: ParsedSentence, n: int) -> bool:
        """Whether a quote is all of its sentence but a word or two."""
        others = [i for i in sentence.items if i >= 0 and self.parsed.tokens.words[i][0].isalnum()]
        return ~n in sentence.items and len(others) <= 1

    def _extend(self, before: Attribution, quote: Quote) -> None:
        self._last, self._reached = (quote.start, quote.end), quote.end
        if self._next and self.found[self._next - 1] is before:
            self._tails.setdefault(self._next - 1, []).append(self._last)

    def _beside(self, sentence: ParsedSentence, n: int, quote: Quote) -> Attribution | None:
        """A quote within a sentence that has no cue: it belongs to the subject, if that is a person or one of their pronouns."""
        clause = self.parsed.clauses[sentence.number - 1]
        at = sentence.items.index(~n) if ~n in sentence.items else -1
        source = (self._label(clause, at) or first_subject(clause, at)) if at > 0 else None
        if source is None or not self._is_somebody(source):
            return None
        return Attribution(
            sentence.number,
            ((quote.start, quote.end),),
            source,
            "",
            "beside",
            sentence.items[0] if sentence.items[0] >= 0 else source.start,
        )

    def _signed(self, sentence: ParsedSentence, quote: Quote) -> Attribution | None:
        """A quote with a name behind a dash: "Come and see." — Jane Roe."""
        tokens = self.parsed.tokens
        dash = tokens.between(0, quote.end).stop
        if dash + 1 >= len(tokens.lows) or tokens.lows[dash] not in _DASHES:
            return None
        stop = dash + 1
        while stop < len(tokens.lows) and stop - dash <= _LONGEST_NAME and (tokens.words[stop][0].isupper() or tokens.lows[stop] == "."):
            stop += 1
        ends = (
            stop == len(tokens.lows)
            or "\n" in self.parsed.text[tokens.ends[stop - 1] : tokens.starts[stop]]
            or tokens.lows[stop] in {"“", '"', ","}
        )
        source = Phrase(dash + 1, stop - (tokens.lows[stop - 1] == "."), 0, 0)
        if not ends or source.stop <= source.start:
            return None
        return Attribution(sentence.number, ((quote.start, quote.end),), source, "—", "quote", dash)

    def _label(self, clause: Clause, at: int) -> Phrase | None:
        """The name at the head of "Jane Roe, editor of the Post: …"."""
        if clause.low(at - 1) != ":":
            return None
        stop = next(k for k in range(at) if clause.low(k) in {",", ":", "("})
        return clause.phrase(0, stop) if 0 < stop <= _LONGEST_NAME else None

    def _is_somebody(self, source: Phrase) -> bool:
        lows = self.parsed.tokens.lows[source.start : source.stop]
        return lows[-1] in {"he", "she"} or self.parsed.tokens.words[source.stop - 1][0].isupper()
