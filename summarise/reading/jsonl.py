"""JSON lines, and JSON files that hold one article or a list of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from summarise.errors import InputError
from summarise.reading.encoding import decode
from summarise.reading.known import known
from summarise.reading.lines import Line, lines
from summarise.reading.options import ReadOptions
from summarise.reading.records import columns, found
from summarise.reading.stream import Input
from summarise.reading.unread import Fault, Found, sound


def read_jsonl(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """An article a line; blank lines are none. Rows are numbered by line."""
    numbered, warnings = lines(source, options.encoding, blank=False)
    return _articles(numbered, options, warnings)


def read_json(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """A list of articles, one article, or (often under this name) JSON lines."""
    text, warnings = decode(source.whole(), options.encoding)
    try:
        content = loaded(text)
    except InputError:
        if not looks_like_jsonl(text):
            raise
        yield from _articles((Line(number, line) for number, line in enumerate(text.split("\n"), start=1)), options, warnings)
        return
    if isinstance(content, list):
        yield from (_row(item, number, f"item {number}", options, warnings) for number, item in enumerate(content, start=1))
    else:
        yield _article(content, None, options, warnings)


def looks_like_jsonl(text: str) -> bool:
    """Whether every line begins with "{" and the first is a JSON object by itself."""
    filled = [line for line in text.split("\n") if line.strip()]
    if not filled or not all(line.lstrip().startswith("{") for line in filled):
        return False
    try:
        return isinstance(loaded(filled[0]), dict)
    except InputError:
        return False


def loaded(text: str) -> Any:
    """The JSON value in `text`. Raises InputError."""
    try:
        return json.loads(text, strict=False)  # a control in a text is for `sound` to judge, as in every other format
    except RecursionError as error:
        raise InputError("its JSON is nested too deep", kind="malformed") from error
    except ValueError as error:
        raise InputError(f"it is no valid JSON: {error}", kind="malformed") from error


def _articles(numbered: Iterable[Line], options: ReadOptions, warnings: tuple[str, ...]) -> Iterator[Found | Fault]:
    for line in numbered:
        if line.error:
            yield Fault(line.error, line.number, f"line {line.number}")
        elif not line.text.isspace() and line.text:
            yield _row(line.text, line.number, f"line {line.number}", options, warnings)


def _row(item: object, number: int, place: str, options: ReadOptions, warnings: tuple[str, ...]) -> Found | Fault:
    try:
        return _article(loaded(item) if isinstance(item, str) else item, number, options, warnings)
    except InputError as error:
        return Fault(error, number, place)


def _article(value: object, number: int | None, options: ReadOptions, warnings: tuple[str, ...]) -> Found:
    if not isinstance(value, dict):
        raise InputError(f"it is no JSON object but {type(value).__name__}", kind="malformed")
    if "schema_version" in value and isinstance(value.get("article"), dict):
        article = _of_a_summary(value["article"])
    else:
        article = found(value, columns(value, options), 0)
    return Found(article.text, article.known, warnings + article.warnings, number)


def _of_a_summary(article: dict[str, Any]) -> Found:
    """The article inside a line that this program has written."""
    text = article.get("text")
    if not isinstance(text, str):
        raise InputError("it is a summary without the article's text", kind="empty", hint="summaries hold it when written with --with-text")
    about, warnings = known(article)
    text, lost = sound(text)
    return Found(text, about, warnings + lost)
