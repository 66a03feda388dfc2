"""Options of reading."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.errors import SettingsError
from summarise.reading.encoding import is_text_encoding
from summarise.reading.formats import FORMATS

MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class ReadOptions:
    """How to read. A column that is not named here is found by the names listed in docs/reading.md.

    `max_bytes` limits what one article may take, unpacked: a file of one article, or a row of a table. `encoding` is used for all
    text instead of looking at the bytes. `stdin_format` is "auto" or a name of `FORMATS`. Raises SettingsError for a bad value.
    """

    id_col: str | None = None
    text_col: str | None = None
    title_col: str | None = None
    source_col: str | None = None
    published_col: str | None = None
    url_col: str | None = None
    language_col: str | None = None
    max_bytes: int = MAX_BYTES
    encoding: str | None = None
    stdin_format: str = "auto"

    def __post_init__(self) -> None:
        if self.max_bytes < 1:
            raise SettingsError(f"--max-bytes must be at least 1, not {self.max_bytes}")
        if self.encoding is not None and not is_text_encoding(self.encoding):
            raise SettingsError(f"there is no text encoding '{self.encoding}'", hint="for example utf-8, windows-1252, shift_jis")
        if self.stdin_format != "auto" and self.stdin_format not in FORMATS:
            raise SettingsError(f"there is no format '{self.stdin_format}'", hint=f"one of auto, {', '.join(FORMATS)}")

    def column(self, field: str) -> str | None:
        """The column that the user named for `field` ("text", "id", …)."""
        named: str | None = getattr(self, f"{field}_col")
        return named
