"""Sanitising: control, direction and invisible characters shown or removed, texts clipped, columns of a terminal counted."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator


def columns(text: str) -> int:
    """Columns that `text` takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def clip(text: str, longest: int) -> str:
    """`text` in at most `longest` characters, "…" at the end where it was cut."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns of a terminal, "…" at the end where it was cut."""
    if columns(text) <= width:
        return text
    if text.isascii():
        return text[: width - 1] + "…"
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip() + "…"


def wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Lines of at most `width` columns, each behind `indent`; the first behind `first`, which is as long."""
    head, room, has_any = indent if first is None else first, width - len(indent), False
    for line in fitting(text, room):
        yield (head + " ".join(word for _, word in line)).rstrip()
        head, has_any = indent, True
    if first and not has_any:
        yield first.rstrip()


def fitting(text: str, room: int) -> Iterator[list[tuple[int, str]]]:
    """The words of each line of at most `room` columns, each word with its place in `text`. Words that are wider are broken."""
    line: list[tuple[int, str]] = []
    taken = 0
    for at, word in _words(text, room):
        wide = columns(word)
        if line and taken + 1 + wide > room:
            yield line
            line, taken = [], 0
        taken += wide + (1 if line else 0)
        line.append((at, word))
    if line:
        yield line


def _words(text: str, room: int) -> Iterator[tuple[int, str]]:
    at = 0
    for word in text.split():
        at = text.index(word, at)
        for part in [word] if columns(word) <= room else _broken(word, room):
            yield at, part
            at += len(part)


def _broken(word: str, room: int) -> list[str]:
    from rich.cells import chop_cells

    return chop_cells(word, room)


# For a regular expression: controls but \n, lone surrogates, line separators, noncharacters, and all that Unicode calls default ignorable,
# which is never drawn; the blank sign of Braille is drawn as nothing too. Joiners and variation selectors stay where they shape something,
# see `_stays`. The number signs of Arabic are not among them: they can be seen.
INVISIBLE = (
    r"\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800"
    r"\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
)
_FAR_INVISIBLE = r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17)
)
_BEYOND = r"\U00010000-\U0010ffff"
# Every character beyond the first plane is matched and left to `_stays`: a class of the unsafe ones alone takes six times as long.
_UNSAFE = re.compile(f"[{INVISIBLE}{_BEYOND}]")
_DRAWN = re.compile(rf"[^\s{INVISIBLE}{_BEYOND}]|[{_BEYOND}](?<![{_FAR_INVISIBLE}])")
_KEYS = "0123456789#*"  # the only ASCII that has a form to choose: that of a key, 1\ufe0f\u20e3
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # its combining class; behind it a joiner shapes the last letter of a word, as in Malayalam
_FIRST_SHAPED = "\u0590"  # no script before Hebrew has letters that a joiner shapes
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}


def safe(text: str) -> str:
    """`text` with each unsafe character as a visible sign ("␛", "<U+202E>"). \\n stays."""
    return replace_unsafe(text, _sign)


def replace_unsafe(text: str, written: Callable[[str], str]) -> str:
    """`text` with each unsafe character (controls but \\n, direction, invisible, unpaired) as `written` says."""
    if text.isprintable() and text.isascii():
        return text
    return _UNSAFE.sub(lambda match: match[0] if _stays(match) else written(match[0]), text)


def in_json(text: str) -> str:
    """JSON of the same value, with each unsafe character as an escape (\\u202e): in JSON they occur in strings only."""
    return replace_unsafe(text, lambda sign: "".join(f"\\u{unit:04x}" for unit in _units(sign)))


def clean(text: str) -> str:
    """`text` without unsafe characters: white space among them and \\n become spaces, the others are removed."""
    if text.isprintable() and text.isascii():
        return text
    return replace_unsafe(text.replace("\n", " "), lambda sign: " " if sign.isspace() else "")


# Signs that NFKC would take apart although they mean what they show.
_STAYS_AS_IT_IS = frozenset("…½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞™®℃℉Ωµ")
_RAISED = frozenset("²³¹⁰⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉")


def compatible(text: str) -> str:
    """`text` in NFKC, so that a number or word has one form however it is drawn ("⑨" is 9).

    Fractions, "…", and what is raised behind a letter ("m²") stay as they are.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    signs = []
    for before, sign in zip(f" {text}", text, strict=False):
        stays = sign in _STAYS_AS_IT_IS or (sign in _RAISED and before.isalpha())
        signs.append(sign if stays else unicodedata.normalize("NFKC", sign))
    return "".join(signs)


def is_blank(text: str) -> bool:
    """Whether `text` has no visible character."""
    return _DRAWN.search(text) is None


def one_line(text: str) -> str:
    """`safe` text on one line: every run of white space is one space, none at the ends."""
    return safe(" ".join(text.split()))


def is_right_to_left(text: str) -> bool:
    """Whether it has right-to-left letters, which could reorder the text beside them."""
    return _RIGHT_TO_LEFT.search(text) is not None


def _stays(match: re.Match[str]) -> bool:
    """Whether it is a joiner between letters or emoji, as in Persian, Hindi and families of emoji, or behind a virama; or chooses the form
    of the character before it."""
    char, text, at = match[0], match.string, match.start()
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    if char in _JOINERS:
        return _is_shaped(before) and (unicodedata.combining(before) == _VIRAMA or _is_shaped(behind))
    if _is_variant(char):
        return _DRAWN.match(before) is not None and (not before.isascii() or before in _KEYS)
    return _DRAWN.match(char) is not None


def _is_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _is_shaped(char: str) -> bool:
    """Whether a joiner may shape it: a letter, a mark or an emoji, also one that this Python does not know yet."""
    if char < _FIRST_SHAPED or not (_DRAWN.match(char) or _is_variant(char)):
        return False
    return unicodedata.category(char) in {"Lo", "Mn", "Mc", "So", "Sk", "Cn"} or char.isalpha()


def _sign(char: str) -> str:
    return _PICTURES.get(ord(char)) or f"<U+{ord(char):04X}>"


def _units(sign: str) -> list[int]:
    encoded = sign.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(encoded[at : at + 2]) for at in range(0, len(encoded), 2)]


def printable(name: str, limit: int = 500) -> str:
    """`name` on one line, unsafe and undecodable characters as escapes (\\x1b, \\u202e); above `limit` characters cut in the middle."""
    name = as_utf8(name)
    if len(name) > limit:
        name = f"{name[: limit // 2]}…{name[-limit // 2 :]}"
    return replace_unsafe(name, _escaped).replace("\n", "\\n")


def as_utf8(name: str) -> str:
    """The name of a file decoded as UTF-8 in any locale; unchanged where it is not UTF-8."""
    try:
        return name if name.isascii() else os.fsencode(name).decode("utf-8")
    except UnicodeError:
        return name


def listed(names: list[str], limit: int = 10) -> str:
    """Names for a message, in quotes; beyond `limit` only their number."""
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return ", ".join(f"'{printable(name, 100)}'" for name in names[:limit]) + more


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
