"""The gist: one or two sentences that say what the article is about."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.clients.mock.claims import Told
from summarise.clients.mock.opening import standfirst
from summarise.clients.mock.page import Page
from summarise.clients.mock.wording import as_sentence, shortened

_LONGEST = 400
_OPENING_MARKS = "\"“«‘'"
_CLOSING_MARKS = "\"”’'»"


def find_gist(page: Page, told: Sequence[Told]) -> str:
    """What the editors say of the article in its standfirst, else the first claim and the next that reads on; "" without claims."""
    lines = standfirst(page)
    if len(lines) > 1 and lines[-1].end - lines[0].start <= _LONGEST:
        return as_sentence(page.text[lines[0].start : lines[-1].end])
    return gist_of(told)


def gist_of(told: Sequence[Told]) -> str:
    """The first claim, and the most central that is no quote and still fits into about 400 characters; "" where there are none."""
    if not told:
        return ""
    first = shortened(_attributed(told[0]))
    others = [_attributed(one) for one in sorted(told[1:], key=lambda one: -one.weight)]
    second = next((line for line in others if line[0] not in _OPENING_MARKS and len(first) + 1 + len(line) <= _LONGEST), "")
    return f"{first} {second}".strip()


def _attributed(told: Told) -> str:
    """The claim as a sentence that names its speaker."""
    claim = told.claim
    if told.line and len(told.line) <= _LONGEST:
        return told.line
    if claim.speaker is None or claim.speaker.split()[-1] in claim.text:
        return claim.text
    closed = claim.text.rstrip(_CLOSING_MARKS)
    if not closed.endswith("."):
        return f"{claim.text} ({claim.speaker})"
    marks = claim.text[len(closed) :]
    said = f"{claim.speaker} said" if marks and claim.text[0] in _OPENING_MARKS else f"according to {claim.speaker}"
    return f"{closed.removesuffix('.')},{marks} {said}."
