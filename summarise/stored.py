"""Stored summaries: read back from the JSON lines that they were written to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from summarise.errors import InputError
from summarise.jsonl import lines_of
from summarise.schema import ArticleInfo, ErrorInfo, Failure, Summary, parse_line

_LONGEST_FAULT = 200
_HINT = "summaries are JSON lines, as summarise run -o FILE.jsonl writes them"
_SUFFIXES = (".jsonl", ".ndjson", ".json")


def holds_summaries(path: Path) -> bool:
    """Whether the file looks like one of summaries: JSON lines, the first of them an article with claims, or one that failed."""
    name = path.name.removesuffix(".gz")
    if not name.endswith(_SUFFIXES) or not path.is_file():
        return False
    with suppress(OSError, ValueError, RecursionError), closing(lines_of(path)) as lines:
        first = next((line for line in lines if line.strip()), b"")
        data = json.loads(first)
        return isinstance(data, dict) and isinstance(data.get("article"), dict) and ("claims" in data or "error" in data)
    return False


def read_summaries(path: Path) -> Iterator[Summary | Failure]:
    """What the file holds, in order; blank lines are nothing, and a line that is no summary is a Failure that says where it stands.

    Raises InputError for a file that cannot be read or holds no summary at all.
    """
    found = 0
    try:
        for item in _parsed(lines_of(path), path):
            found += isinstance(item, Summary)
            yield item
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", hint=_HINT) from error
    if not found:
        raise InputError(f"{path}: holds no summary", kind="empty", hint=_HINT)


def _parsed(lines: Iterable[bytes], path: Path) -> Iterator[Summary | Failure]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield parse_line(line)
        except ValueError as error:
            yield _failure(f"{path}:{number}", str(error))


def _failure(place: str, reason: str) -> Failure:
    said = " ".join(reason.split())
    message = f"{place}: no summary: {said[:_LONGEST_FAULT]}{'…' if len(said) > _LONGEST_FAULT else ''}"
    return Failure(article=ArticleInfo(id=place, chars=0, sha256=None), error=ErrorInfo(kind="malformed", message=message))
