"""Signatures: how the files begin that this program writes, so that no run takes its own results for articles."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from typing import BinaryIO

from summarise.version import __version__

GENERATOR = f"summarise {__version__}"
"""The content of <meta name=generator> in HTML."""
MARKDOWN = "<!-- generator: summarise -->\n\n"
"""A comment, which Markdown readers do not show."""
SQLITE = 0x736D6D72
"""The application id of a database: "smmr"."""

_PEEK = 4096
# The first columns of each of our tables, enough to differ from any table of articles.
_ARTICLE = "article_id title source published url"
_TABLES = [
    f"{_ARTICLE} figure_id quote value",
    f"{_ARTICLE} claim_id text speaker mode",
    f"{_ARTICLE} stance_id holder target polarity",
    f"{_ARTICLE} claim_id stance_id figure_id position",
    f"{_ARTICLE} position kind why item",
    f"{_ARTICLE} language chars sha256 gist",
    "metric label value low high n of macro",  # of an evaluation
    "article cluster repeat failed layer verdict",
]
_CSV = "|".join('"?' + table.replace(" ", '"?,"?') for table in _TABLES).encode()
# The footer of a Parquet file has the column names in order, a few bytes apart.
_PARQUET = re.compile("|".join(table.replace(" ", ".{1,24}?") for table in _TABLES).encode(), re.DOTALL)
_JSON = rb"""\[?\s*\{\s*(?:
    "schema_version"\s*:\s*\d+\s*,\s*(?:"article"\s*:\s*\{\s*"id"|"sources"\s*:\s*\[)  # a summary or a failure; a comparison
    |"format"\s*:\s*\d+\s*,\s*"made"\s*:\s*(?:null|"[^"]*")\s*,\s*"signature"\s*:\s*\{  # a result of an evaluation
    |"version"\s*:\s*2\s*,\s*"status"\s*:[^{}]*"eval"\s*:\s*\{[^{}]*"task"\s*:\s*"summarise\ eval"  # the same for Inspect
    |"v"\s*:\s*1\s*,\s*"key"\s*:\s*"v1-[0-9a-f]{64}"  # a recorded answer
)"""
_HTML = rb'<!doctype\ html>\n<html\ lang=en>\n<meta\ charset=utf-8>\n<meta\ name=generator\ content="summarise\ '
_SQLITE = rb"SQLite\ format\ 3\x00.{52}" + SQLITE.to_bytes(4, "big")
_TABLE = rb"(?:\x1b\[\d*m)?\x20*article\x20+claims\x20+figures\x20+stance\x20+grounded"
# What a run writes to stderr, in case that is redirected to a file.
_LOG = rb"summarise(?:\x20\d+\.\d+\.\d+\S*\x20\xc2\xb7\x20|:\x20)"
_OURS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:" + b"|".join([_JSON, _CSV, _HTML, _SQLITE, _TABLE, _LOG, re.escape(MARKDOWN.strip().encode())]) + b")",
    re.VERBOSE | re.DOTALL,
)


def part_of(name: str, mark: str = "") -> str:
    """The temporary name of a file until it is complete."""
    return f".{name}.{mark}part"


def is_ours(file: BinaryIO, name: str = "") -> bool:
    """Whether this program wrote the file, or is writing it; the file is rewound to its beginning."""
    if name.startswith(".") and name.endswith(".part"):
        return True
    try:
        head = file.read(_PEEK)
        if head.startswith(b"PAR1"):
            return _PARQUET.search(_footer(file)) is not None
        return _OURS.match(_unpacked(file) if head.startswith(b"\x1f\x8b") else head) is not None
    except (OSError, EOFError, zlib.error):  # the reader of the file will say what is wrong
        return False
    finally:
        file.seek(0)


def _unpacked(file: BinaryIO) -> bytes:
    file.seek(0)
    with gzip.GzipFile(fileobj=file) as packed:
        return packed.read(_PEEK)


def _footer(file: BinaryIO) -> bytes:
    """The first bytes of the footer of a Parquet file, whose length is in the last 8 bytes."""
    end = file.seek(-8, os.SEEK_END)
    file.seek(max(0, end - int.from_bytes(file.read(4), "little")))
    return file.read(_PEEK)
