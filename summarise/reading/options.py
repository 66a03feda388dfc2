"""Options of reading, and the formats that are known by suffix."""

from __future__ import annotations

from dataclasses import dataclass

from summarise.errors import SettingsError
from summarise.reading.encoding import is_text_encoding

# name of the format: the suffixes that mean it
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

# formats whose files hold any number of articles
TABLES = frozenset({"jsonl", "json", "csv", "tsv", "parquet"})

_BY_SUFFIX = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}

# suffixes that people do pass, of formats that would only look like broken text
_FOREIGN = frozenset(
    ".doc .odt .rtf .pages .xls .xlsx .ods .ppt .pptx .zip .tar .tgz .bz2 .xz .zst .7z .rar .mobi .azw3 .msg .eml .mht .mhtml .warc".split()
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`format` is None for an unknown suffix; `stem` is the name without its suffixes; `suffix` is the last one but .gz, in lower case."""

    format: str | None
    zipped: bool
    stem: str
    suffix: str

    @property
    def is_foreign(self) -> bool:
        """It is certainly not text."""
        return self.suffix in _FOREIGN


def kind_of(name: str) -> Kind:
    """The kind of a file by its name."""
    stem, suffix = _parted(name)
    zipped = suffix == ".gz"
    if zipped:
        stem, suffix = _parted(stem)
    return Kind(_BY_SUFFIX.get(suffix), zipped, stem or name, suffix)


def _parted(name: str) -> tuple[str, str]:
    at = name.rfind(".")
    return (name[:at], name[at:].lower()) if at > 0 and "/" not in name[at:] else (name, "")


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
