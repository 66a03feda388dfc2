"""The fields of a gold file, each asked for by name and kind, each fault noted with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from summarise.text.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode

_SHOWN = 100
_LONGEST, _MOST_KNOWN = 60, 200


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`path` is where in the file, with items counted from 0: "claims.3.quote"; empty for the file as a whole."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}{self.message}"


@dataclass
class Faults:
    """Those of one file. `errors` make it unusable, `warnings` do not."""

    file: str
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, line: int, path: str, message: str) -> None:
        self.errors.append(Fault(self.file, line, path, message))

    def warn(self, line: int, path: str, message: str) -> None:
        self.warnings.append(Fault(self.file, line, path, message))


def shown(text: str) -> str:
    """`text` on one line, in quotes and not too long."""
    line = " ".join(text.split())
    return f"'{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ ", did you mean 'speaker'", or what there is to choose from, as far as a reader can use it."""
    choice = list(islice(known, _MOST_KNOWN))
    close = difflib.get_close_matches(word[:_LONGEST], [one for one in choice if len(one) <= _LONGEST], n=1)
    return f", did you mean '{close[0]}'" if close else f"; known: {', '.join(one[:_LONGEST] for one in choice[:20])}"


_YES = {"yes": True, "true": True, "no": False, "false": False}
_NULLS = {"~", "null", "Null", "NULL", "none", "None"}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_KINDS = {ScalarNode: "a text", SequenceNode: "a list", MappingNode: "fields with values"}


class Form:
    """`path` is where it stands in the file. Unknown keys are faults from the start."""

    def __init__(self, node: MappingNode, path: str, faults: Faults, known: Collection[str]) -> None:
        self.node = node
        self.path = path
        self.faults = faults
        for key in node.items:
            if key not in known:
                self.faults.add(node.lines[key], self.place(key), f"unknown key{did_you_mean(key, known)}")

    def place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def line(self, key: str) -> int:
        """The line of a field, that of the whole form where it is missing."""
        return self.node.lines.get(key, self.node.line)

    def fault(self, key: str, message: str) -> None:
        self.faults.add(self.line(key), self.place(key), message)

    def has(self, key: str) -> bool:
        """Whether it is there and filled in."""
        node = self.node.items.get(key)
        return (
            bool(node.items)
            if isinstance(node, SequenceNode)
            else node is not None and not (isinstance(node, ScalarNode) and node.is_empty)
        )

    def need(self, *keys: str) -> bool:
        """Whether all are there; those that are not are faults."""
        lacking = [key for key in keys if not self.has(key)]
        for key in lacking:
            self.fault(key, "left empty" if key in self.node.items else "missing")
        return not lacking

    def text(self, key: str) -> str | None:
        """None for a field that is missing, empty, or no text."""
        node = self.node.items.get(key)
        if type(node) is ScalarNode and node.text and node.text not in _NULLS:  # all there is to nearly every field
            return node.text
        return None if node is None or not self.has(key) else self._scalar(node, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them."""
        if key not in self.node.items:
            return ()
        return tuple(text for place, node in self.nodes(key) if (text := self._scalar(node, place)) is not None)

    def nodes(self, key: str) -> Iterator[tuple[str, Node]]:
        """The items of a list with their place below this form, or the one item that stands in place of a list."""
        node = self.node.items.get(key)
        if isinstance(node, SequenceNode):
            yield from ((f"{key}.{at}", item) for at, item in enumerate(node.items))
        elif self.has(key) and node is not None:
            yield key, node

    def mapping(self, key: str) -> MappingNode | None:
        node = self.node.items.get(key)
        if node is None or isinstance(node, MappingNode):
            return node
        if self.has(key):
            self.wrong_kind(key, node, MappingNode)
        return None

    def flag(self, key: str) -> bool:
        text = self.text(key)
        if text is None:
            return False
        if text.lower() not in _YES:
            self.fault(key, f"{shown(text)} is neither yes nor no")
        return _YES.get(text.lower(), False)

    def choice(self, key: str, options: Collection[str]) -> str | None:
        text = self.text(key)
        if text is None or text in options:
            return text
        self.fault(key, f"{shown(text)} is not possible{did_you_mean(text, options)}")
        return None

    def when(self, key: str) -> str | None:
        """A whole or partial ISO date."""
        text = self.text(key)
        if text is not None and not _is_date(text):
            self.fault(key, f"{shown(text)} is no date: write it like 2031, 2025-03 or 2025-03-14")
            return None
        return text

    def wrong_kind(self, key: str, node: Node | None, wanted: type[Node]) -> None:
        found = _KINDS[type(node)] if node is not None else "nothing"
        line = self.line(key) if node is None else node.line
        self.faults.add(line, self.place(key), f"wrong type: {found} stands where {_KINDS[wanted]} belongs")

    def _scalar(self, node: Node, place: str) -> str | None:
        if not isinstance(node, ScalarNode):
            self.wrong_kind(place, node, ScalarNode)
            return None
        if node.plain and node.text in _NULLS:
            self.faults.add(node.line, self.place(place), f"'{node.text}' means nothing here: leave the field out, or quote the word")
            return None
        return node.text


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match or not 1000 <= int(match[1]) <= 2999:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True
