"""Formats by the ends of file names."""

from __future__ import annotations

from dataclasses import dataclass

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
