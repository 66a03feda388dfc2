"""A table of texts, rendered for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarise.render.markdown import escaped
from summarise.text.sanitise import columns as columns_of
from summarise.text.sanitise import cut, one_line

UNDEFINED = "—"
"""A cell without a value."""

_INDENT, _GAP = "  ", "  "
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True)
class Table:
    """Cells are plain texts; they are cleaned and escaped when they are rendered.

    A row of a single cell is a heading for the rows below it. `notes` are lines below the table, an empty one for a gap.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    @property
    def body(self) -> list[Sequence[str]]:
        """The rows that are no headings."""
        return [row for row in self.rows if len(row) > 1]

    def right(self, column: int) -> bool:
        """Whether a column is set flush right: any but the first, when a cell of it holds a digit."""
        return column > 0 and any(char.isdigit() for row in self.body for char in row[column])


def lines(table: Table, width: int | None = None, *, colour: bool = False) -> Iterator[str]:
    """The title, the columns, the rows, and the notes after an empty line; the widest columns are cut to fit into `width`."""
    if table.title:
        yield _painted(one_line(table.title), _BOLD if colour else "")
    widths = _widths(table, width)
    to_the_right = [table.right(at) for at in range(len(table.columns))]
    yield _painted(_line(table.columns, widths, to_the_right), _DIM if colour else "")
    for row in table.rows:
        yield _line(row, widths, to_the_right) if len(row) > 1 else _painted(one_line(row[0]), _BOLD if colour else "")
    if table.notes:
        yield from ("", *map(one_line, table.notes))


def markdown(table: Table) -> str:
    """The title in bold, the rows that are no headings, and the notes, each on a line of its own."""
    head = [escaped(column) for column in table.columns]
    rule = ["---:" if table.right(at) else "---" for at in range(len(head))]
    rows = [" | ".join([escaped(cell) for cell in row]) for row in table.body]
    parts = [
        f"**{escaped(table.title)}**" if table.title else "",
        "\n".join(f"| {row} |" for row in (" | ".join(head), " | ".join(rule), *rows)),
    ]
    parts.append("\n".join(f"{escaped(note)}  " if note else "" for note in table.notes))
    return "\n\n".join(part for part in parts if part) + "\n"


def _widths(table: Table, most: int | None) -> list[int]:
    widths = [max(columns_of(one_line(cell)) for cell in cells) for cells in zip(table.columns, *table.body, strict=True)]
    room = None if most is None else most - len(_INDENT) - len(_GAP) * (len(widths) - 1)
    while room is not None and sum(widths) > max(room, len(widths)):
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    filled = []
    for cell, width, right in zip(cells, widths, to_the_right, strict=True):
        shown = cut(one_line(cell), width)
        space = " " * (width - columns_of(shown))
        filled.append(space + shown if right else shown + space)
    return (_INDENT + _GAP.join(filled)).rstrip()


def _painted(line: str, style: str) -> str:
    return f"{style}{line}{_PLAIN}" if style else line
