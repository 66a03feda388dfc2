"""An article: its text as read, and what is known about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property


def normalise_newlines(text: str) -> str:
    """`text` with \\r\\n and lone \\r as \\n. Nothing else is touched: every offset of the program counts in this text."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Article:
    """One article. `text` has \\n newlines; offsets everywhere count its code points.

    `published` is an ISO date, whole or partial ("2019", "2019-06", "2019-06-05"). What is not known is None: nothing is guessed.
    `warnings` says what was assumed while reading (such as the encoding).
    """

    text: str
    id: str = "text"
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    warnings: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""
        return sha256_of(self.text)


def sha256_of(text: str) -> str:
    """Hex digest of `text` in UTF-8, lone surrogates included."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
