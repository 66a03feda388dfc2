"""Readers of tables: JSON lines, CSV, TSV and Parquet, an article a row."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from summarise.errors import InputError
from summarise.reading.encoding import SAMPLE, Encoding, decode, line_encoding
from summarise.reading.input import Input, needs, parsing, too_large
from summarise.reading.metadata import Fault, Found, known, sound
from summarise.reading.options import ReadOptions
from summarise.text.sanitise import is_blank, listed


@dataclass(frozen=True, slots=True)
class Line:
    """Line `number` (from 1) without its end, or why it cannot be read."""

    number: int
    text: str
    error: InputError | None = None


def lines(source: Input, override: str | None, *, blank: bool = True) -> tuple[Iterator[Line], tuple[str, ...]]:
    """The lines of `source` (empty ones only with `blank`), and a warning for what was assumed of its encoding.

    Raises InputError for what is no text.
    """
    sample, chunks = _peeked(source.chunks())
    encoding = line_encoding(sample, override)
    warnings = (encoding.warning,) if encoding.warning else ()
    if "\n{".encode(encoding.name).removeprefix(codecs.BOM_UTF8) != b"\n{":
        encoding, chunks = Encoding("utf-8"), _recoded(chunks, encoding.name)
    split = _split(_with_newlines(chunks), source.max_bytes, blank)
    return (_decoded(number, line, encoding.name, source.max_bytes) for number, line in split), warnings


def _peeked(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    first: list[bytes] = []
    size = 0
    for chunk in chunks:
        first.append(chunk)
        size += len(chunk)
        if size >= SAMPLE:
            break
    return b"".join(first), chain(first, chunks)


def _recoded(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The same text in UTF-8, where line ends are single bytes."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
    except UnicodeError as error:  # codecs raise this too where they do not say at which byte
        raise InputError(f"it is not valid {name} all through: {getattr(error, 'reason', error)}", kind="malformed") from error


def _with_newlines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        joined = held + chunk
        held = b"\r" if joined.endswith(b"\r") else b""
        yield joined.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield b"\n"


def _split(chunks: Iterable[bytes], longest: int, blank: bool) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is longer than `longest` bytes."""
    number, line = 1, bytearray()
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            if end or line or blank:
                yield number, bytes(line + end) if len(line) + len(end) <= longest else None
                line = bytearray()
            number += 1
        if len(line) <= longest:  # the rest of a longer one is not kept
            line += rest
    if line:
        yield number, bytes(line) if len(line) <= longest else None


def _decoded(number: int, line: bytes | None, name: str, longest: int) -> Line:
    if line is None:
        return Line(number, "", too_large(longest, "the line"))
    try:
        text = line.decode(name)
    except UnicodeError as error:
        place = f"byte {error.start + 1:,} of the line" if isinstance(error, UnicodeDecodeError) else "the line"
        return Line(number, "", InputError(f"{place} is not valid {name}", kind="malformed"))
    return Line(number, text.removeprefix("\ufeff") if number == 1 else text)


# The names looked for, in this order, in any case. docs/reading.md lists them.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "body",
        "content",
        "article",
        "maintext",
        "main_text",
        "full_text",
        "fulltext",
        "article_text",
        "articlebody",
        "article_body",
    ),
    "id": ("id", "article_id", "doc_id", "document_id", "uuid", "_id"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "publication", "outlet", "sitename", "site_name", "source_name"),
    "published": (
        "published",
        "published_at",
        "publishedat",
        "date_published",
        "datepublished",
        "publication_date",
        "publish_date",
        "pub_date",
        "pubdate",
        "date",
    ),
    "url": ("url", "link", "canonical_url", "permalink"),
    "language": ("language", "lang"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; `other_texts` could hold the text as well and were not taken."""

    text: str
    fields: Mapping[str, str]
    other_texts: tuple[str, ...]

    @property
    def used(self) -> list[str]:
        return [*dict.fromkeys((self.text, *self.fields.values(), *self.other_texts))]


def columns(names: Iterable[str], options: ReadOptions) -> Columns:
    """The columns to read among `names`. Raises InputError when there is none for the text, or one that the user named is missing."""
    there: dict[str, str] = {}
    for name in names:
        there.setdefault(name.strip().casefold(), name)
        there[name] = name
    texts = _present("text", there, options)
    if not texts:
        raise InputError(f"no column holds the text; there are {_all(there)}", kind="malformed", hint="name it with --text-col")
    fields = {field: found[0] for field in NAMES if field != "text" and (found := _present(field, there, options))}
    return Columns(texts[0], fields, tuple(texts[1:]))


def found(row: Mapping[str, object], columns: Columns, number: int) -> Found:
    """The article of one row. Raises InputError when its text is none."""
    text = row.get(columns.text)
    others = [name for name in columns.other_texts if isinstance(value := row.get(name), str) and not is_blank(value)]
    if text is not None and not isinstance(text, str):
        what = type(text).__name__
        raise InputError(f"column '{columns.text}' holds no text but {what}", kind="malformed", hint="name another with --text-col")
    if not text or is_blank(text):
        hint = f"there is text in {listed(others)}: name it with --text-col" if others else ""
        raise InputError(f"column '{columns.text}' is empty", kind="empty", hint=hint)
    about, warnings = known({field: row.get(name) for field, name in columns.fields.items()})
    if others:
        warnings = (f"the text is from '{columns.text}'; there is text in {listed(others)} too", *warnings)
    text, lost = sound(text)
    return Found(text, about, warnings + lost, number)


def _present(field: str, there: Mapping[str, str], options: ReadOptions) -> list[str]:
    named = options.column(field)
    if named is None:
        return [there[name] for name in NAMES[field] if name in there]
    if named not in there:
        raise InputError(f"there is no column '{named}', but {_all(there)}", kind="malformed", hint=f"see --{field}-col")
    return [there[named]]


def _all(there: Mapping[str, str]) -> str:
    return listed([*dict.fromkeys(there.values())])


_SEPARATORS = ",;\t|"


def read_csv(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """An article a row under a header. The separator is the one of , ; | and tab that parts the header best."""
    return _rows(source, options, None)


def read_tsv(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    return _rows(source, options, "\t")


def _rows(source: Input, options: ReadOptions, separator: str | None) -> Iterator[Found | Fault]:
    import csv

    # the limit is one of the whole process; a row's length is limited by _Feed
    csv.field_size_limit(sys.maxsize)
    numbered, warnings = lines(source, options.encoding)
    first = next((line for line in numbered if line.error or line.text.strip()), None)
    if first is None:
        raise InputError("there is no text in it", kind="empty")
    if first.error:
        raise first.error
    feed = _Feed(first, numbered, source.max_bytes)
    reader = csv.reader(feed, delimiter=separator or _separator(first.text))
    header = next(reader)
    chosen = columns(header, options)
    number = 0
    while True:
        feed.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, feed.error = [], InputError(f"it is no valid CSV: {error}", kind="malformed")
        except InputError as error:
            cells, feed.error = [], error
        if cells or feed.error:
            number += 1
            yield _row(header, cells, chosen, number, feed, warnings)


def _row(header: list[str], cells: list[str], chosen: Columns, number: int, feed: _Feed, warnings: tuple[str, ...]) -> Found | Fault:
    try:
        if feed.error:
            raise feed.error
        if any(cell.strip() for cell in cells[len(header) :]):
            raise InputError(f"it has {len(cells)} columns, the header has {len(header)}", kind="malformed", hint="is a quote missing?")
        article = found(dict(zip(header, cells, strict=False)), chosen, number)
    except InputError as error:
        return Fault(error, number, f"row {number} (line {feed.row_line})")
    return Found(article.text, article.known, warnings + article.warnings, number)


class _Feed:
    """Lines for csv.reader, which ends a row where it likes; a bad line is raised and the next call goes on behind it."""

    def __init__(self, first: Line, numbered: Iterator[Line], max_bytes: int) -> None:
        self._first: Line | None = first
        self._numbered = numbered
        self._max_bytes = max_bytes
        self._row_length = 0
        self._line = 0
        self.row_line = 1
        self.error: InputError | None = None

    def start_row(self) -> None:
        self._row_length, self.row_line, self.error = 0, self._line + 1, None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line, self._first = self._first or next(self._numbered), None
        self._line = line.number
        if line.error:
            raise line.error
        self._row_length += len(line.text)
        if self._row_length > self._max_bytes:
            raise too_large(self._max_bytes, "the row")
        return f"{line.text}\n"


def _separator(header: str) -> str:
    import csv

    def fit(separator: str) -> tuple[bool, int]:
        cells = next(csv.reader([header], delimiter=separator), [])
        return any(cell.strip().casefold() in NAMES["text"] for cell in cells), len(cells)

    return max(_SEPARATORS, key=fit)


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
        yield from (_jsonl_row(item, number, f"item {number}", options, warnings) for number, item in enumerate(content, start=1))
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
            yield _jsonl_row(line.text, line.number, f"line {line.number}", options, warnings)


def _jsonl_row(item: object, number: int, place: str, options: ReadOptions, warnings: tuple[str, ...]) -> Found | Fault:
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


_BATCH = 64


def read_parquet(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """An article a row; only the columns that are used are read."""
    with needs("reading Parquet", "parquet"):
        from pyarrow import parquet

    with source.seekable() as file:
        with parsing("Parquet file"):
            table = parquet.ParquetFile(file)
            names = list(table.schema_arrow.names)
        chosen = columns(names, options)
        with parsing("Parquet file"):
            batches = table.iter_batches(batch_size=_BATCH, columns=chosen.used, use_threads=False)
        number = 0
        while rows := _next(batches):
            for number, row in enumerate(rows, start=number + 1):  # noqa: B020  # counts on over the batches
                yield _parquet_row(row, chosen, number, options.max_bytes)


def _next(batches: Iterator[object]) -> list[dict[str, object]]:
    """The rows of the next batch that has any; none at the end."""
    with parsing("Parquet file"):
        for batch in batches:
            rows: list[dict[str, object]] = batch.to_pylist()  # type: ignore[attr-defined]
            if rows:
                return rows
    return []


def _parquet_row(row: Mapping[str, object], chosen: Columns, number: int, max_bytes: int) -> Found | Fault:
    try:
        text = row.get(chosen.text)
        if isinstance(text, str) and len(text) > max_bytes:
            raise too_large(max_bytes, "the row")
        return found(row, chosen, number)
    except InputError as error:
        return Fault(error, number, f"row {number}")
