"""The offline client: honest, deterministic rules over the document, no model and no network."""

from summarise.clients.mock.attitudes import direction
from summarise.clients.mock.client import Mock
from summarise.clients.mock.continuation import attributions
from summarise.clients.mock.drafting import draft
from summarise.clients.mock.ranking import rank
from summarise.clients.mock.sentiment import toward

__all__ = ["Mock", "attributions", "direction", "draft", "rank", "toward"]
