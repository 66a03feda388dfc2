"""The offline client: it answers a request as a model would, by rules, without a network."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Self

from summarise.clients.mock.attribution import attributions, questions
from summarise.clients.mock.claims import find_claims, find_gist, rank
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.parsed_document import ParsedDocument
from summarise.clients.mock.speakers import SourcedAttribution, Speakers
from summarise.clients.mock.stances import author_judgements, find_stances
from summarise.clients.mock.wording import attributed_sentences
from summarise.clients.protocol import Answer, Spent
from summarise.document import Document, Mention
from summarise.figures import find_numerals
from summarise.interrupts import cancellable
from summarise.prompt import Request
from summarise.schema import MOST_CLAIMS, MOST_FIGURES, MOST_STANCES, Draft, DraftFigure
from summarise.text.tokens import Tokens, folded

_NO_NOUNS = (
    "prepositions",
    "auxiliaries",
    "subordinators",
    "pronouns",
    "determiners",
    "adverbs",
    "weekdays",
    "months",
    "times",
    "verbs",
    "no_nouns",
)


def names_thing(low: str) -> bool:
    """Whether a word in lower case can be the noun of a measure: none of a closed class, no number, no sign."""
    return len(low) > 1 and low.replace("-", "").isalpha() and not any(low in words("grammar", kind) for kind in _NO_NOUNS)


def find_figures(parsed: ParsedDocument, said: Sequence[SourcedAttribution], most: int = MOST_FIGURES) -> list[DraftFigure]:
    """One entry for each mention outside boilerplate, in text order, the first `most`."""
    spans = sorted((start, end, n) for n, sourced in enumerate(said) for start, end in sourced.attribution.spans)
    starts = [start for start, _, _ in spans]
    shown = [mention for mention in parsed.document.mentions if not parsed.kinds.boilerplate[mention.sentence - 1]]
    return [_figure(parsed, mention, _speaker(said, spans, starts, mention)) for mention in shown[:most]]


def _figure(parsed: ParsedDocument, mention: Mention, speaker: str | None) -> DraftFigure:
    figure = mention.figure
    return DraftFigure(
        id=mention.id,
        measure=_sound(figure.measure),
        as_of=figure.as_of,
        speaker=speaker or (parsed.names.fullest(figure.speaker) if figure.speaker else None),
    )


def _sound(measure: str | None) -> str | None:
    """The terms of a measure that name something: no pronoun, no stop word, no number that the figure itself holds."""
    terms = [term for term in folded(measure or "").split(", ") if any(map(names_thing, Tokens.of(term).lows)) and not find_numerals(term)]
    return ", ".join(terms) or None


def _speaker(
    said: Sequence[SourcedAttribution], spans: Sequence[tuple[int, int, int]], starts: Sequence[int], mention: Mention
) -> str | None:
    """Whose words the figure stands in."""
    n = bisect_right(starts, mention.figure.start) - 1
    if n < 0 or spans[n][1] < mention.figure.end:
        return None
    return said[spans[n][2]].speaker


def _most_claims(document: Document) -> int:
    """3 for fewer than 8 sentences, 4 from 8, and one more for every doubling; up to MOST_CLAIMS."""
    return min(MOST_CLAIMS, 3 + max(0, (len(document.sentences) // 8).bit_length()))


def draft(document: Document) -> Draft:
    """What the rules make of a document: always the same for the same text, in time linear in its length."""
    parsed = ParsedDocument.of(document)
    speakers = Speakers(parsed)
    said = speakers.with_speakers(attributions(parsed))
    speaking = frozenset(sourced.attribution.sentence for sourced in said)
    ranking = rank(parsed, speaking, skipped=questions(parsed))
    attributed = attributed_sentences(parsed, said)
    found = find_claims(parsed, attributed, ranking, _most_claims(document))
    stances = [*author_judgements(parsed, attributed), *find_stances(parsed, speakers)][:MOST_STANCES]
    claims = [one.claim for one in found]
    return Draft(gist=find_gist(parsed, found), claims=claims, stances=stances, figures=find_figures(parsed, said), missed_figures=[])


class Mock:
    """A client that never calls anybody and is never cached. It always reads the whole document, whatever the request's part."""

    context_tokens: int | None = None
    warnings: tuple[str, ...] = ()
    spent = Spent()

    async def answer(self, request: Request) -> Answer:
        content = cancellable(draft, request.document).model_dump_json()
        return Answer((content,), client="mock", attempts=0, input_tokens=0, output_tokens=0, cost_usd=0.0, seconds=0.0)

    def stop(self) -> bool:
        return False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None
