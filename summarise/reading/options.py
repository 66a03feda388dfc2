"""Options of reading, and the file types that are recognised by suffix."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

from summarise.errors import SettingsError
from summarise.reading.encoding import is_text_encoding

# The suffixes of each format.
FORMATS: dict[str, tuple[str, ...]] = {
    "txt": (".txt", ".text"),
    "md": (".md", ".markdown"),
    "html": (".html", ".htm", ".xhtml"),
    "jsonl": (".jsonl", ".ndjson"),
    "json": (".json",),
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
    "parquet": (".parquet", ".pq"),
    "pdf": (".pdf",),
    "docx": (".docx",),
    "epub": (".epub",),
}

# Formats whose files hold any number of articles.
TABLES = frozenset({"jsonl", "json", "csv", "tsv", "parquet"})

_BY_SUFFIX = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}

# Suffixes that people do pass, of formats that would only look like broken text.
_UNSUPPORTED = frozenset(
    ".doc .odt .rtf .pages .xls .xlsx .ods .ppt .pptx .zip .tar .tgz .bz2 .xz .zst .7z .rar .mobi .azw3 .msg .eml .mht .mhtml .warc".split()
)


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file's name says of its contents.

    `format` is None for an unknown suffix; `stem` is the name without its suffixes; `suffix` is the last one before .gz, in lower case.
    """

    format: str | None
    zipped: bool
    stem: str
    suffix: str

    @property
    def is_unsupported(self) -> bool:
        """Whether it is certainly not text."""
        return self.suffix in _UNSUPPORTED


@lru_cache  # asked several times in a row for each file
def file_type(name: str) -> FileType:
    """The type of a file by its name."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122
    zipped = suffix.lower() == ".gz"
    if zipped:
        stem, suffix = os.path.splitext(stem)  # noqa: PTH122
    return FileType(_BY_SUFFIX.get(suffix.lower()), zipped, stem or name, suffix.lower())


MAX_BYTES = 20_000_000  # far above any article: it protects memory


@dataclass(frozen=True)
class ReadOptions:
    """How to read. A column that is not named here is found by the names listed in docs/reading.md.

    `max_bytes` limits the unpacked size of one article: a file of one article, or a row of a table. `encoding` is used for all
    text instead of detection. `stdin_format` is "auto" or a name of `FORMATS`. Raises SettingsError for a bad value.
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
            raise SettingsError(f"unknown text encoding '{self.encoding}'", hint="for example utf-8, windows-1252, shift_jis")
        if self.stdin_format != "auto" and self.stdin_format not in FORMATS:
            raise SettingsError(f"unknown format '{self.stdin_format}'", hint=f"one of auto, {', '.join(FORMATS)}")

    def column(self, field: str) -> str | None:
        """The column that the user named for `field` ("text", "id", …); None where none was named."""
        named: str | None = getattr(self, f"{field}_col")
        return named
