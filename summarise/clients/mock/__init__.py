"""The offline client: honest, deterministic rules over the document, no model and no network."""

from summarise.clients.mock.client import Mock
from summarise.clients.mock.drafting import draft

__all__ = ["Mock", "draft"]
