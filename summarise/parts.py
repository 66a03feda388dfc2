"""Parts: a long article cut at sentence borders into requests that fit the model, overlapping and with the ids of the whole."""

from __future__ import annotations

from collections.abc import Iterator

from summarise.document import Document
from summarise.errors import TooLong
from summarise.prompt import Prompt, Request
from summarise.tokens import estimate_tokens

# Sentences that a part repeats of the one before, so that a quotation is not torn from its speaker.
OVERLAP = 3
# A line of the prompt holds, beside its sentence, its number and perhaps some markers.
_LINE_TOKENS = 12
_FEWEST_TOKENS = 200


def requests_for(document: Document, prompt: Prompt, room: int | None) -> list[Request]:
    """The requests that together show every sentence.

    `room` is what the messages of one request may hold, in tokens; None: no limit. Raises TooLong when not even a few sentences fit.
    """
    whole = Request(document, prompt, 1, len(document.sentences))
    if room is None:
        return [whole]
    head = estimate_tokens(Request(document, prompt, 1, 0).text)
    left = room - head
    if left < _FEWEST_TOKENS:
        raise TooLong(f"{room} tokens are too few for the prompt", hint="a model with a longer context, or a smaller --max-tokens")
    borders = list(_borders(document, left))
    if len(borders) == 1:
        return [whole]
    return [Request(document, prompt, first, last, part, len(borders)) for part, (first, last) in enumerate(borders, start=1)]


def _borders(document: Document, room: int) -> Iterator[tuple[int, int]]:
    """First and last sentence of each part; a part always moves on, even where one sentence alone is over the room."""
    costs = [estimate_tokens(document.quote(sentence)) + _LINE_TOKENS for sentence in document.sentences]
    first, total = 1, len(costs)
    while first <= total:
        last, used = first, costs[first - 1]
        while last < total and used + costs[last] <= room:
            used += costs[last]
            last += 1
        yield first, last
        if last == total:
            return
        first = max(first + 1, last + 1 - OVERLAP)
