"""Readers of tables: JSON lines, CSV, TSV and Parquet, an article a row."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from summarise.errors import InputError
from summarise.reading.encoding import Encoding, decode, line_encoding
from summarise.reading.input import Input, guarded_import, guarded_parser, too_large
from summarise.reading.metadata import RawArticle, RowError
from summarise.reading.options import ReadOptions
from summarise.text.sanitise import is_blank, listed

if TYPE_CHECKING:
    from pyarrow import RecordBatch


@dataclass(frozen=True, slots=True)
class TextLine:
    """Line `number` (from 1) without its end, or why it cannot be read."""

    number: int
    text: str
    error: InputError | None = None


def text_lines(source: Input, override: str | None, *, blank: bool = True) -> tuple[Iterator[TextLine], tuple[str, ...]]:
    """The lines of `source` (empty ones only with `blank`), and a warning for what was assumed of its encoding.

    Each line is decoded by itself, so that a bad one costs no other. Raises InputError for what is not text.
    """
    encoding = line_encoding(source.beginning(), override)
    warnings = (encoding.warning,) if encoding.warning else ()
    chunks = source.chunks()
    if "\n{".encode(encoding.name).removeprefix(codecs.BOM_UTF8) != b"\n{":
        encoding, chunks = Encoding("utf-8"), _recoded(chunks, encoding.name)
    return _split(_with_newlines(chunks), encoding.name, source.max_bytes, blank), warnings


def _recoded(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The same text in UTF-8, where line ends are single bytes."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
    except UnicodeError as error:  # codecs raise this too where they do not say at which byte
        raise InputError(f"it is not valid {name} throughout: {getattr(error, 'reason', error)}", kind="malformed") from error


def _with_newlines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        joined = held + chunk
        held = b"\r" if joined.endswith(b"\r") else b""
        yield joined.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield b"\n"


def _split(chunks: Iterable[bytes], name: str, longest: int, blank: bool) -> Iterator[TextLine]:
    number, line = 1, bytearray()
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            if end or line or blank:
                yield _decoded(number, line + end, name, longest)
                line = bytearray()
            number += 1
        if len(line) <= longest:  # the rest of a longer one is not kept
            line += rest
    if line:
        yield _decoded(number, line, name, longest)


def _decoded(number: int, line: bytearray, name: str, longest: int) -> TextLine:
    if len(line) > longest:
        return TextLine(number, "", too_large(longest, "the line"))
    try:
        text = line.decode(name)
    except UnicodeError as error:
        place = f"byte {error.start + 1:,} of the line" if isinstance(error, UnicodeDecodeError) else "the line"
        return TextLine(number, "", InputError(f"{place} is not valid {name}", kind="malformed"))
    return TextLine(number, text.removeprefix("\ufeff") if number == 1 else text)


# The names looked for, in this order, in any case. docs/reading.md lists them.
_TEXT = "text body content article maintext main_text full_text fulltext article_text articlebody article_body"
_PUBLISHED = "published published_at publishedat date_published datepublished publication_date publish_date pub_date pubdate date"
NAMES: dict[str, tuple[str, ...]] = {
    "text": tuple(_TEXT.split()),
    "id": ("id", "article_id", "doc_id", "document_id", "uuid", "_id"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "publication", "outlet", "sitename", "site_name", "source_name"),
    "published": tuple(_PUBLISHED.split()),
    "url": ("url", "link", "canonical_url", "permalink"),
    "language": ("language", "lang"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; `other_texts` could hold the text as well and were not taken."""

    text: str
    fields: Mapping[str, str]
    other_texts: tuple[str, ...]

    @classmethod
    def among(cls, names: Iterable[str], options: ReadOptions) -> Columns:
        """The columns to read. Raises InputError when there is none for the text, or one that the user named is missing."""
        there: dict[str, str] = {}
        for name in names:
            there.setdefault(name.strip().casefold(), name)
            there[name] = name
        texts = _present("text", there, options)
        if not texts:
            raise InputError(f"no column holds the text; there are {_all(there)}", kind="malformed", hint="name it with --text-col")
        fields = {field: found[0] for field in NAMES if field != "text" and (found := _present(field, there, options))}
        return cls(texts[0], fields, tuple(texts[1:]))

    def article(self, row: Mapping[str, object], number: int | None, warnings: tuple[str, ...] = ()) -> RawArticle:
        """The article of one row. Raises InputError when its text is none."""
        text = row.get(self.text)
        others = [name for name in self.other_texts if isinstance(value := row.get(name), str) and not is_blank(value)]
        if text is not None and not isinstance(text, str):
            what = type(text).__name__
            raise InputError(f"column '{self.text}' holds {what}, not text", kind="malformed", hint="name another with --text-col")
        if not text or is_blank(text):
            hint = f"there is text in {listed(others)}: name it with --text-col" if others else ""
            raise InputError(f"column '{self.text}' is empty", kind="empty", hint=hint)
        if others:
            warnings = (*warnings, f"the text is from '{self.text}'; there is text in {listed(others)} too")
        return RawArticle.of(text, {field: row.get(name) for field, name in self.fields.items()}, warnings, number)


def _present(field: str, there: Mapping[str, str], options: ReadOptions) -> list[str]:
    named = options.column(field)
    if named is None:
        return [there[name] for name in NAMES[field] if name in there]
    if named not in there:
        raise InputError(f"there is no column '{named}', but {_all(there)}", kind="malformed", hint=f"see --{field}-col")
    return [there[named]]


def _all(there: Mapping[str, str]) -> str:
    return listed([*dict.fromkeys(there.values())])


def _row(number: int, place: str, article: Callable[..., RawArticle], *of: object) -> RawArticle | RowError:
    """What `article` makes `of` these; an InputError costs this row only."""
    try:
        return article(*of)
    except InputError as error:
        return RowError(error, number, place)


_SEPARATORS = ",;\t|"


def read_csv(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """An article a row under a header. The separator is the one of , ; | and tab that splits the header best."""
    return _delimited(source, options, None)


def read_tsv(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    return _delimited(source, options, "\t")


def _delimited(source: Input, options: ReadOptions, separator: str | None) -> Iterator[RawArticle | RowError]:
    import csv

    csv.field_size_limit(sys.maxsize)  # this is one of the whole process; a row's length is limited by _CsvLines
    lines, warnings = text_lines(source, options.encoding)
    first = next((line for line in lines if line.error or line.text.strip()), None)
    if first is None:
        raise InputError("there is no text in it", kind="empty")
    if first.error:
        raise first.error
    feed = _CsvLines(chain([first], lines), source.max_bytes)
    rows = csv.reader(feed, delimiter=separator or _separator(first.text))
    header = next(rows)
    columns = Columns.among(header, options)

    def article(number: int, cells: list[str] | InputError) -> RawArticle:
        if isinstance(cells, InputError):
            raise cells
        if any(cell.strip() for cell in cells[len(header) :]):
            raise InputError(f"it has {len(cells)} columns, the header has {len(header)}", kind="malformed", hint="is a quote missing?")
        return columns.article(dict(zip(header, cells, strict=False)), number, warnings)

    for number, cells in enumerate(filter(None, _cells(rows, feed)), start=1):
        yield _row(number, f"row {number} (line {feed.row_line})", article, number, cells)


def _cells(rows: Iterator[list[str]], feed: _CsvLines) -> Iterator[list[str] | InputError]:
    """The cells of each row, none for a blank line, or why it cannot be read."""
    import csv

    while True:
        feed.start_row()
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield InputError(f"it is not valid CSV: {error}", kind="malformed")
        except InputError as error:
            yield error


class _CsvLines:
    """Lines for csv.reader, which ends a row where it likes; a bad line is raised and the next call goes on behind it."""

    def __init__(self, lines: Iterator[TextLine], max_bytes: int) -> None:
        self._lines = lines
        self._max_bytes = max_bytes
        self._row_length = 0
        self._line = 0
        self.row_line = 1

    def start_row(self) -> None:
        self._row_length, self.row_line = 0, self._line + 1

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
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


def read_jsonl(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """An article a line; blank lines are none. Rows are numbered by line."""
    lines, warnings = text_lines(source, options.encoding, blank=False)
    return _json_rows(lines, options, warnings)


def read_json(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """A list of articles, one article, or (often under this name) JSON lines."""
    text, warnings = decode(source.whole(), options.encoding)
    try:
        content = loaded(text)
    except InputError:
        if not looks_like_jsonl(text):
            raise
        lines = (TextLine(number, line) for number, line in enumerate(text.split("\n"), start=1))
        yield from _json_rows(lines, options, warnings)
        return
    if isinstance(content, list):
        for number, item in enumerate(content, start=1):
            yield _row(number, f"item {number}", _json_article, item, number, options, warnings)
    else:
        yield _json_article(content, None, options, warnings)


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
        return json.loads(text, strict=False)  # a control in a text is for `clean_text` to judge, as in every other format
    except RecursionError as error:
        raise InputError("its JSON is nested too deep", kind="malformed") from error
    except ValueError as error:
        raise InputError(f"it is not valid JSON: {error}", kind="malformed") from error


def _json_rows(lines: Iterable[TextLine], options: ReadOptions, warnings: tuple[str, ...]) -> Iterator[RawArticle | RowError]:
    def article(line: TextLine) -> RawArticle:
        if line.error:
            raise line.error
        return _json_article(loaded(line.text), line.number, options, warnings)

    for line in lines:
        if line.error or (line.text and not line.text.isspace()):
            yield _row(line.number, f"line {line.number}", article, line)


def _json_article(value: object, number: int | None, options: ReadOptions, warnings: tuple[str, ...]) -> RawArticle:
    if not isinstance(value, dict):
        raise InputError(f"it is not a JSON object but {type(value).__name__}", kind="malformed")
    inner = value.get("article")
    if "schema_version" not in value or not isinstance(inner, dict):
        return Columns.among(value, options).article(value, number, warnings)
    text = inner.get("text")  # the article inside a line that this program has written
    if not isinstance(text, str):
        raise InputError("it is a summary without the article's text", kind="empty", hint="summaries hold it when written with --with-text")
    return RawArticle.of(text, inner, warnings, number)


_BATCH = 64  # rows; each may be as long as `max_bytes`


def read_parquet(source: Input, options: ReadOptions) -> Iterator[RawArticle | RowError]:
    """An article a row; only the columns that are used are read."""
    with guarded_import("reading Parquet", "parquet"):
        from pyarrow import parquet

    with source.seekable() as file:
        with guarded_parser("Parquet file"):
            table = parquet.ParquetFile(file)
            names = list(table.schema_arrow.names)
        columns = Columns.among(names, options)
        used = [*dict.fromkeys((columns.text, *columns.fields.values(), *columns.other_texts))]

        def article(number: int, row: Mapping[str, object]) -> RawArticle:
            text = row.get(columns.text)
            if isinstance(text, str) and len(text) > options.max_bytes:
                raise too_large(options.max_bytes, "the row")
            return columns.article(row, number)

        with guarded_parser("Parquet file"):
            batches = table.iter_batches(batch_size=_BATCH, columns=used, use_threads=False)
        for number, row in enumerate(_parquet_rows(batches), start=1):
            yield _row(number, f"row {number}", article, number, row)


def _parquet_rows(batches: Iterator[RecordBatch]) -> Iterator[dict[str, object]]:
    while True:
        with guarded_parser("Parquet file"):
            batch = next(batches, None)
            rows = [] if batch is None else batch.to_pylist()
        if batch is None:
            return
        yield from rows
