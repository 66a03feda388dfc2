"""The gist: one or two sentences made of the best claims."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.clients.mock.wording import shortened
from summarise.schema import DraftClaim

_LONGEST = 350


def find_gist(claims: Sequence[DraftClaim]) -> str:
    """The first claim, and the next that still fits into about 350 characters; "" where there are no claims."""
    lines = [_attributed(claim) for claim in claims]
    if not lines:
        return ""
    first = shortened(lines[0])
    second = next((line for line in lines[1:] if len(first) + 1 + len(line) <= _LONGEST), "")
    return f"{first} {second}".strip()


def _attributed(claim: DraftClaim) -> str:
    """The claim with its speaker behind it, unless its own words name one."""
    if claim.speaker is None or claim.speaker.split()[-1] in claim.text:
        return claim.text
    closed = claim.text.rstrip("\"”’'»")
    if not closed.endswith("."):
        return f"{claim.text} ({claim.speaker})"
    return f"{closed[:-1]},{claim.text[len(closed) :]} according to {claim.speaker}."
