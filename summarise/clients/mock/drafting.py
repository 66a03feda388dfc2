"""Drafting: the draft of a document, by rules alone."""

from __future__ import annotations

from summarise.clients.mock.claims import find_claims
from summarise.clients.mock.continuation import attributions
from summarise.clients.mock.figures import find_figures
from summarise.clients.mock.gist import find_gist
from summarise.clients.mock.page import Page
from summarise.clients.mock.ranking import rank
from summarise.clients.mock.speakers import voices
from summarise.clients.mock.stances import find_stances
from summarise.document import Document
from summarise.prompt import max_claims
from summarise.schema import Draft


def draft(document: Document) -> Draft:
    """What the rules make of a document: always the same for the same text, in time linear in its length."""
    page = Page.of(document)
    said = voices(page, attributions(page))
    ranking = rank(page, frozenset(voice.attribution.sentence for voice in said))
    claims = find_claims(page, said, ranking, max_claims(document))
    return Draft(
        gist=find_gist(claims), claims=claims, stances=find_stances(page, said), figures=find_figures(page, said), missed_figures=[]
    )
