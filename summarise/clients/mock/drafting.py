"""Drafting: the draft of a document, by rules alone."""

from __future__ import annotations

from summarise.clients.mock.claims import find_claims
from summarise.clients.mock.continuation import attributions
from summarise.clients.mock.figures import find_figures
from summarise.clients.mock.gist import find_gist
from summarise.clients.mock.page import Page
from summarise.clients.mock.ranking import rank
from summarise.clients.mock.speakers import Speakers
from summarise.clients.mock.stances import find_stances
from summarise.clients.mock.telling import tellings
from summarise.clients.mock.turns import questions
from summarise.clients.mock.verdicts import verdicts
from summarise.document import Document
from summarise.prompt import max_claims
from summarise.schema import MOST_STANCES, Draft


def draft(document: Document) -> Draft:
    """What the rules make of a document: always the same for the same text, in time linear in its length."""
    page = Page.of(document)
    speakers = Speakers(page)
    said = speakers.voices(attributions(page))
    speaking = frozenset(voice.attribution.sentence for voice in said)
    ranking = rank(page, speaking, skipped=questions(page))
    found = find_claims(page, speakers, said, ranking, max_claims(document))
    told = tellings(page, said)
    stances = [*verdicts(page, told), *find_stances(page, speakers, speaking | frozenset(told))][:MOST_STANCES]
    claims = [one.claim for one in found]
    return Draft(gist=find_gist(page, found), claims=claims, stances=stances, figures=find_figures(page, said), missed_figures=[])
