"""The offline client: honest, deterministic rules over the document, no model and no network."""

from summarise.clients.mock.attribution import attributions
from summarise.clients.mock.claims import rank
from summarise.clients.mock.client import Mock, draft

__all__ = ["Mock", "attributions", "draft", "rank"]
