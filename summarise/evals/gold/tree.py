"""YAML as a tree in which every scalar is text and every node knows its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_CHARACTERS = 2_000_000
_DEEPEST = 12
_MOST_NODES = 100_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """`plain` says that it stood without quotes or block sign, as `~` and nothing at all do."""

    text: str
    line: int
    plain: bool = False

    @property
    def is_empty(self) -> bool:
        return self.plain and not self.text


@dataclass(slots=True)
class Sequence:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """`lines` gives the line of each key."""

    line: int
    items: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


class Unreadable(Exception):
    """YAML that cannot be read, or that is refused. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def parse(text: str) -> Node:
    """The one document in `text`. Raises Unreadable for bad YAML, and for what a label file never needs: anchors, tags, deep nesting."""
    import yaml

    if len(text) > MOST_CHARACTERS:
        raise Unreadable(1, f"the file is huge: {len(text):,} characters, at most {MOST_CHARACTERS:,} are read")
    loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        return _Builder(text).build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        raise _explained(error, text) from None
    except (UnicodeError, RecursionError) as error:
        raise Unreadable(1, f"it is no readable text: {error}") from None


class _Builder:
    """Builds the tree from the events of the parser, so that nothing is built before it has been looked at."""

    def __init__(self, text: str) -> None:
        self._stack: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []
        self._nodes = 0
        self._root: Node | None = None
        self._lines = text.count("\n") + 1

    def build(self, events: Iterator[Any]) -> Node:
        documents = 0
        for event in events:
            line = min(event.start_mark.line + 1, self._lines)
            kind = type(event).__name__
            documents += kind == "DocumentStartEvent"
            if documents > 1:
                raise Unreadable(line, "a second document: one file holds one article")
            self._refuse(event, kind, line)
            self._take(event, kind, line)
        if self._root is None:
            raise Unreadable(1, "the file is empty")
        return self._root

    def _refuse(self, event: Any, kind: str, line: int) -> None:
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise Unreadable(line, "YAML anchors and aliases (&name, *name) are refused: write the text out, or put it in quotes")
        if getattr(event, "tag", None) and event.tag != "!":
            raise Unreadable(line, f"YAML tags are refused ({event.tag}): everything is read as text")
        self._nodes += 1
        if self._nodes > _MOST_NODES or len(self._stack) > _DEEPEST:
            raise Unreadable(line, "it is nested too deep or has too many parts for a file of labels")

    def _take(self, event: Any, kind: str, line: int) -> None:
        if kind == "ScalarEvent":
            self._add(Scalar(event.value, line, event.style in (None, "")))
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            node = Sequence(line) if kind.startswith("Seq") else Mapping(line)
            self._add(node)
            self._stack.append(node)
            self._keys.append(None)
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            self._stack.pop()
            self._keys.pop()

    def _add(self, node: Node) -> None:
        if not self._stack:
            self._root = node
        elif isinstance(parent := self._stack[-1], Sequence):
            parent.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = _key(node, parent)
        else:
            parent.items[key.text] = node
            parent.lines[key.text] = key.line
            self._keys[-1] = None


def _key(node: Node, parent: Mapping) -> Scalar:
    if not isinstance(node, Scalar):
        raise Unreadable(node.line, "a key must be a plain word")
    if node.text in parent.items:
        raise Unreadable(node.line, f"the key '{node.text[:60]}' stands twice (first on line {parent.lines[node.text]})")
    return node


def _explained(error: Any, text: str) -> Unreadable:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    lines = text.split("\n")
    for number in (line, line - 1):
        if 1 <= number <= len(lines) and "\t" in _indent(lines[number - 1]):
            return Unreadable(number, "a tab at the start of the line: YAML wants spaces")
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    near = lines[line - 1].strip()[:60] if line <= len(lines) else ""
    hint = "; a text with ': ' or ' #' in it, or with a quote mark first, needs quotes around it" if near else ""
    return Unreadable(line, f"bad YAML: {problem}{f' near {near!r}' if near else ''}{hint}")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t-"))]
