"""Encodings: a byte order mark first, then strict UTF-8, then the declared charset, then a guess with a warning."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from summarise.errors import InputError
from summarise.reading.input import SAMPLE, quiet
from summarise.reading.metadata import refuse_binary

_MARKS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive (such as DOCX, EPUB or XLSX)"),
    (b"\x1f\x8b", "a gzip file"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP, WAV or AVI file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
)
# Binary formats that may hold so much text that they have few control characters.
_PATTERNS = {
    "a tar archive": re.compile(rb"(?s:.{257})ustar"),
    "a compiled Python module": re.compile(rb"(?s:..)\r\n[\x00-\x03]\x00\x00\x00"),
}
# Text encodings of Python that no article is written in.
_NEVER_USED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# What browsers decode with where a page names the encoding on the left (WHATWG Encoding Standard).
_WEB_NAMES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_DECLARED = re.compile(
    rb"""(?:<meta\b[^>]{0,300}?\bcharset|^\s{0,20}<\?xml\b[^>]{0,100}?\bencoding)\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_WESTERN = re.compile(r"[\u00c0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e]")
# Signs of windows-1252 that stand between words, never inside one; letters of other code pages look like these when decoded as it.
_SIGNS = (
    "\u00a1-\u00ac\u00ae-\u00b4\u00b6\u00b8-\u00bf\u00d7\u00f7\u2020-\u2026\u2030\u20ac\u02c6\u02dc\u0192\u201a\u201e\u2039\u203a\u2122"
)
_INSIDE_A_WORD = re.compile(rf"[^\W\d_][{_SIGNS}][^\W\d_]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`errors` is "replace" where a few bad bytes in UTF-8 are replaced; `warning` says what was assumed."""

    name: str
    errors: str = "strict"
    warning: str | None = None


def is_text_encoding(name: str) -> bool:
    """Whether `name` is an encoding that text is written in."""
    try:
        info = codecs.lookup(name)
        "a".encode(name)
    except (LookupError, ValueError, UnicodeError):
        return False
    return info.name.replace("-", "_") not in {name.replace("-", "_") for name in _NEVER_USED}


def decode(content: bytes, override: str | None = None, *, declares: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text of `content` and a warning for what was assumed. `declares`: a charset may be declared in it, as in HTML.

    Raises InputError for bytes that are not text.
    """
    reason = ""
    for encoding in _candidates(content, override, declares):
        try:
            text = content.decode(encoding.name, encoding.errors)
        except UnicodeError as error:
            place = f"byte {error.start + 1:,}" if isinstance(error, UnicodeDecodeError) else "it"
            reason = f"{place} is not valid {encoding.name}"
            continue
        return text.removeprefix("\ufeff"), (encoding.warning,) if encoding.warning else ()
    raise InputError(f"its encoding cannot be found: {reason}", kind="malformed", hint="name it with --encoding")


def line_encoding(sample: bytes, override: str | None = None) -> Encoding:
    """The encoding of a file that begins with `sample`, for use line by line: one bad line must not change how the others are read."""
    encoding = next(_candidates(sample, override, False, whole=False))
    if encoding.name == "utf-8" or override or _is_unicode(encoding.name):
        return Encoding(encoding.name, "strict", encoding.warning if _is_unicode(encoding.name) else None)
    others = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]
    valid = sum(map(_is_utf8, others))
    return Encoding("utf-8") if valid and valid >= len(others) - valid else encoding


def _is_unicode(name: str) -> bool:
    return name.startswith(("utf-16", "utf-32", "utf-8"))


def _candidates(content: bytes, override: str | None, declares: bool, *, whole: bool = True) -> Iterator[Encoding]:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if not marked:
        _refuse_magic(content)
    if override or marked:
        # Without a mark, little-endian as on nearly all machines; decoders differ in what they assume.
        official = codecs.lookup(override).name if override else ""
        ordered = f"{official}-le" if official in ("utf-16", "utf-32") and not marked else None
        yield Encoding(ordered or override or marked or "")
        return
    wide = _wide(content[:4096])
    if wide:
        yield Encoding(wide, warning=f"read as {wide.upper()}, by the pattern of its bytes")
    if _is_utf8(content, whole=whole):
        yield Encoding("utf-8")
    else:
        yield from _eight_bit(content, declares)


def _eight_bit(content: bytes, declares: bool) -> Iterator[Encoding]:
    refuse_binary(content, len(content))
    mended = _mostly_utf8(content)
    if mended:
        yield mended
    declared = _declared(content) if declares else None
    if declared:
        yield Encoding(declared)
    yield from _guesses(content)


def _refuse_magic(content: bytes) -> None:
    by_bytes = (what for magic, what in _MAGIC if content.startswith(magic))
    by_pattern = (what for what, pattern in _PATTERNS.items() if pattern.match(content))
    if what := next(chain(by_bytes, by_pattern), None):
        raise InputError(f"it is {what}, not text", kind="binary")


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark, as its codec; None for anything else. In nearly every pair the same one of the two bytes is NUL."""
    if b"\0" not in head:
        return None
    pairs = max(1, len(head) // 2)
    even, odd = head[::2].count(0) / pairs, head[1::2].count(0) / pairs
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.4 and others < 0.02:
            return name
    return None


def _is_utf8(content: bytes, *, whole: bool = True) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _declared(content: bytes) -> str | None:
    match = _DECLARED.search(content[:4096])
    name = match[1].decode("ascii", "replace") if match else ""
    if not name or not is_text_encoding(name):
        return None
    official = codecs.lookup(name).name
    # a page that says UTF-16 in single bytes is not UTF-16
    return None if official.startswith(("utf-16", "utf-32", "utf-8")) else _WEB_NAMES.get(official, official)


def _mostly_utf8(content: bytes) -> Encoding | None:
    text = content.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - bad - len(text.encode("ascii", "ignore"))
    if good < 4 * bad:
        return None
    return Encoding("utf-8", "replace", f"not valid UTF-8 in {bad:,} place{'s' * (bad != 1)}, which stand as \ufffd in the text")


def _guesses(content: bytes) -> Iterator[Encoding]:
    sample = content[:SAMPLE]
    names = ["cp1252"] if _looks_western(sample) else []
    names += _detected(sample)
    for name in dict.fromkeys(names):
        yield Encoding(name, warning=f"the encoding is not declared; read as {name}, which is a guess")
    if not names:
        raise InputError("its bytes fit no text encoding", kind="binary", hint="if it is text, name its encoding with --encoding")


def _looks_western(sample: bytes) -> bool:
    """Whether it has few accented letters among many plain ones, and no sign inside a word: only Western European text looks so."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = sum(c.isalpha() for c in text)
    return len(_WESTERN.findall(text)) <= 0.12 * letters and not _INSIDE_A_WORD.search(text)


def _detected(sample: bytes) -> list[str]:
    from charset_normalizer import from_bytes

    with quiet("charset_normalizer"):
        return [match.encoding for match in from_bytes(sample) if is_text_encoding(match.encoding)]
