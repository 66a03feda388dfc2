"""Columns of a terminal: how many a text takes, and lines that fit."""

from __future__ import annotations

from collections.abc import Iterator


def columns(text: str) -> int:
    """Columns that `text` takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, "…" at the end where it was cut."""
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
