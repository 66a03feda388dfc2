"""PDF files: the text of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from summarise.errors import InputError
from summarise.reading.foreign import needs, parsing
from summarise.reading.known import known
from summarise.reading.options import ReadOptions
from summarise.reading.stream import Input, too_large
from summarise.reading.unread import Fault, Found, sound
from summarise.views.visible import is_blank

_MOST_PAGES = 2_000
_ENDS = (".", "!", "?", ":", '"', "”", "’", ")", "»")


def read_pdf(source: Input, options: ReadOptions) -> Iterator[Found | Fault]:
    """The one article of a PDF file. Raises InputError for scans, encrypted and broken files."""
    content = source.whole()
    with needs("reading PDF", "pdf"):
        import pypdf

    if not content.strip():
        raise InputError("there is nothing in it", kind="empty")
    with parsing("PDF file", "pypdf"):
        pdf = pypdf.PdfReader(BytesIO(content))
        _refuse_locked(pdf)
        text = _text(pdf, options.max_bytes)
        about, _ = known({"title": _title(pdf)})
    if is_blank(text):
        raise InputError("its pages hold no text", kind="empty", hint="pictures of text (scans) have to go through OCR first")
    text, lost = sound(text)
    yield Found(text, about, lost)


def _refuse_locked(pdf: Any) -> None:
    if not pdf.is_encrypted:
        return
    try:
        opens = bool(pdf.decrypt(""))
    except Exception as error:  # unknown ciphers, a missing cipher package: all mean that it stays locked
        raise InputError("it is encrypted", hint="save it without a password") from error
    if not opens:
        raise InputError("it is encrypted", hint="save it without a password")


def _text(pdf: Any, max_bytes: int) -> str:
    if len(pdf.pages) > _MOST_PAGES:
        raise InputError(f"it has more than {_MOST_PAGES:,} pages", kind="too_large", hint="split it into articles")
    written: list[str] = []
    size = 0
    for page in pdf.pages:
        text = page.extract_text().replace("\0", "").strip()
        size += len(text)
        if size > max_bytes:
            raise too_large(max_bytes, "its text")
        if text:
            written += [text, "\n\n" if text.endswith(_ENDS) else "\n"]  # a sentence may run over the page
    return "".join(written).strip()


def _title(pdf: Any) -> str | None:
    title = pdf.metadata.title if pdf.metadata else None
    return str(title) if title else None
