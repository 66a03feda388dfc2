"""The text of a tree of markup: a blank line between paragraphs, a line for a list item or a table row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Markup:
    """Which tags part blocks, lines and cells. `folds` folds white space as HTML does."""

    blocks: frozenset[str]
    lines: frozenset[str]
    cells: frozenset[str]
    breaks: frozenset[str]
    folds: bool


HTML = Markup(
    blocks=frozenset(
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form "
        "h1 h2 h3 h4 h5 h6 header hr legend main nav ol p pre section summary table tbody tfoot thead ul".split()
    ),
    lines=frozenset({"li", "tr"}),
    cells=frozenset({"td", "th"}),
    breaks=frozenset({"br"}),
    folds=True,
)
# what trafilatura makes of a page
EXTRACTED = Markup(
    blocks=frozenset("body div p head quote list table code ab".split()),
    lines=frozenset({"item", "row"}),
    cells=frozenset({"cell"}),
    breaks=frozenset({"lb"}),
    folds=False,
)


def text_of(tree: Any, markup: Markup) -> str:
    """The text in `tree` (of lxml); empty when it has none."""
    writer = _Writer(markup.folds)
    for starts, element in _walk(tree):
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag in markup.breaks and starts:
            writer.pieces.append("\n")
        elif tag in markup.cells and starts:
            writer.cell()
        elif tag in markup.lines:
            writer.end("\n")
        elif tag in markup.blocks:
            writer.end("\n\n")
        writer.add((element.text if starts else element.tail) if tag or not starts else "")
    writer.end("\n\n")
    return "".join(writer.written)


def _walk(tree: Any) -> Iterator[tuple[bool, Any]]:
    from lxml import etree  # type: ignore[import-untyped]

    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event != "end" or element is not tree:
            yield event == "start", element


@dataclass(slots=True)
class _Writer:
    folds: bool
    pieces: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    gap: str = ""
    holds_text: bool = False

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(_SPACES.sub(" ", text) if self.folds else text)
            self.holds_text = self.holds_text or not text.isspace()

    def cell(self) -> None:
        if self.holds_text:
            self.pieces.append(" | ")

    def end(self, gap: str) -> None:
        """Ends what was begun; `gap` parts it from what follows, and a wider gap wins over a narrower one."""
        text = "".join(self.pieces)
        text = _SPACES.sub(_kept_break, text) if self.folds else text
        text = "\n".join(line.strip(" ") for line in text.split("\n")).strip(" \t\r\n\f")
        self.pieces, self.holds_text = [], False
        if text:
            self.written += [self.gap, text] if self.written else [text]
            self.gap = gap
        else:
            self.gap = max(self.gap, gap)


def _kept_break(spaces: re.Match[str]) -> str:
    return "\n" * spaces[0].count("\n") or " "
