"""Structured, checkable summaries of news articles: key claims, stances and cited figures, each tied to the characters that prove it.

    import summarise as sm
    summary = sm.summarise("Lind said the tunnel would cost 1.4 billion euros.")

Everything named in `__all__` is public; each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module

from summarise.version import __version__ as __version__

TYPE_CHECKING = False  # as in typing, which takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

    from summarise.article import Article
    from summarise.document import Document
    from summarise.errors import SummariseError
    from summarise.figures import Figure, find_figures
    from summarise.pipeline import Summariser, summarise
    from summarise.reading import ReadOptions, Unread, read
    from summarise.run import Run
    from summarise.schema import Draft, Failure, Summary
    from summarise.settings import Settings

_HOMES = {
    "Article": "article",
    "Document": "document",
    "Draft": "schema",
    "Failure": "schema",
    "Figure": "figures",
    "ReadOptions": "reading",
    "Run": "run",
    "Settings": "settings",
    "Summariser": "pipeline",
    "Summary": "schema",
    "SummariseError": "errors",
    "Unread": "reading",
    "find_figures": "figures",
    "read": "reading",
    "summarise": "pipeline",
}

__all__ = [
    "Article",
    "Document",
    "Draft",
    "Failure",
    "Figure",
    "ReadOptions",
    "Run",
    "Settings",
    "SummariseError",
    "Summariser",
    "Summary",
    "Unread",
    "find_figures",
    "read",
    "summarise",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'summarise' has no attribute '{name}'")
    value = getattr(import_module(f"summarise.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
