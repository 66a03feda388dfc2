"""YAML as nodes that know their line, and as plain values; every scalar stays text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# A file that people write by hand has a hundredth of these; what has more is a mistake or an attack.
MOST_CHARACTERS = 2_000_000
_DEEPEST = 12
_MOST_NODES = 100_000
_NULLS = {"~", "null", "Null", "NULL", "none", "None"}


class ScalarNode(NamedTuple):
    """`plain` says that it stood without quotes or block sign, as `~` and nothing at all do."""

    text: str
    line: int
    plain: bool = False

    @property
    def is_empty(self) -> bool:
        return self.plain and not self.text


@dataclass(slots=True)
class SequenceNode:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class MappingNode:
    """`lines` gives the line of each key."""

    line: int
    items: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = ScalarNode | SequenceNode | MappingNode


class Null(str):
    """A word for nothing, such as `null`, that stood without quotes: most likely not meant as the text that it is."""

    __slots__ = ()


def values(node: Node) -> Any:
    """Dictionaries, lists, texts; None for a scalar that was left empty."""
    if isinstance(node, ScalarNode):
        return node.text if not node.plain else None if not node.text else Null(node.text) if node.text in _NULLS else node.text
    if isinstance(node, SequenceNode):
        return [values(item) for item in node.items]
    return {key: values(item) for key, item in node.items.items()}


class Unreadable(Exception):
    """YAML that cannot be read, or that is refused. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def parse(text: str) -> Node | None:
    """The one document in `text`; None where it says nothing.

    Raises Unreadable for bad YAML, and for what a file that people write by hand never needs: anchors, tags, deep nesting.
    """
    import yaml

    if len(text) > MOST_CHARACTERS:
        raise Unreadable(1, f"the file is huge: {len(text):,} characters, at most {MOST_CHARACTERS:,} are read")
    loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        return _Builder(text).build(loader(text).get_event)
    except yaml.YAMLError as error:
        raise _explained(error, text) from None
    except (UnicodeError, RecursionError) as error:
        raise Unreadable(1, f"it is no readable text: {error}") from None


class _Builder:
    """Builds the tree from the events of the parser, so that nothing is built before it has been looked at."""

    def __init__(self, text: str) -> None:
        self._stack: list[SequenceNode | MappingNode] = []
        self._keys: list[ScalarNode | None] = []
        self._documents = 0
        self._root: Node | None = None
        self._lines = text.count("\n") + 1

    def build(self, next_event: Callable[[], Any]) -> Node | None:
        import yaml.events as kinds

        take: dict[type, Callable[[Any, int], None]] = {
            kinds.ScalarEvent: self._scalar,
            kinds.SequenceStartEvent: self._sequence,
            kinds.MappingStartEvent: self._mapping,
            kinds.SequenceEndEvent: self._end,
            kinds.MappingEndEvent: self._end,
            kinds.AliasEvent: self._alias,
            kinds.DocumentStartEvent: self._document,
        }
        count = 0
        while (event := next_event()) is not None:
            count += 1
            if count > _MOST_NODES or len(self._stack) > _DEEPEST:
                raise Unreadable(self._line(event), "it is nested too deep, or has too many parts")
            if taken := take.get(type(event)):
                taken(event, self._line(event))
        return self._root

    def _line(self, event: Any) -> int:
        line: int = event.start_mark.line + 1
        return line if line < self._lines else self._lines

    def _document(self, _: Any, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(line, "a second document: a file holds one; take out the line of dashes")

    def _alias(self, _: Any, line: int) -> None:
        raise Unreadable(line, "YAML anchors and aliases (&name, *name) are refused: write the text out, or put it in quotes")

    def _scalar(self, event: Any, line: int) -> None:
        self._add(event, ScalarNode(event.value, line, not event.style))

    def _sequence(self, event: Any, line: int) -> None:
        self._open(event, SequenceNode(line))

    def _mapping(self, event: Any, line: int) -> None:
        self._open(event, MappingNode(line))

    def _open(self, event: Any, node: SequenceNode | MappingNode) -> None:
        self._add(event, node)
        self._stack.append(node)
        self._keys.append(None)

    def _end(self, *_: Any) -> None:
        self._stack.pop()
        self._keys.pop()

    def _add(self, event: Any, node: Node) -> None:
        if event.anchor:
            self._alias(event, node.line)
        if event.tag and event.tag != "!":
            raise Unreadable(node.line, f"YAML tags are refused ({event.tag}): everything is read as text")
        if not self._stack:
            self._root = node
        elif isinstance(parent := self._stack[-1], SequenceNode):
            parent.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = _key(node, parent)
        else:
            parent.items[key.text] = node
            parent.lines[key.text] = key.line
            self._keys[-1] = None


def _key(node: Node, parent: MappingNode) -> ScalarNode:
    if not isinstance(node, ScalarNode):
        raise Unreadable(node.line, "a key must be a plain word")
    if node.text in parent.items:
        raise Unreadable(node.line, f"the key '{node.text[:60]}' stands twice (first on line {parent.lines[node.text]})")
    return node


def _explained(error: Any, text: str) -> Unreadable:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    # What breaks off is noticed behind the end.
    line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
    lines = text.split("\n")
    for number in (line, line - 1):
        if 1 <= number <= len(lines) and "\t" in _indent(lines[number - 1]):
            return Unreadable(number, "a tab at the start of the line: YAML wants spaces")
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    near = lines[line - 1].strip()[:60]
    hint = "; a text with ': ' or ' #' in it, or with a quote mark first, needs quotes around it" if near else ""
    return Unreadable(line, f"bad YAML: {problem}{f' near {near!r}' if near else ''}{hint}")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t-"))]
