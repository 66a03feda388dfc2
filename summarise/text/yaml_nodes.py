"""YAML and JSON files that people write: nodes with their lines, and what is wrong in them told by file, line and field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from json import JSONDecoder
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    Model = TypeVar("Model", bound=BaseModel)


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


Path = tuple[int | str, ...]
"""Keys, and places in lists counted from 0."""

_SHOWN = 100  # characters of a text that a message repeats
_LONGEST, _MOST_KNOWN = 60, 200  # of the words that are searched for one that was meant
_KINDS: dict[type, str] = {str: "a text", list: "a list", dict: "fields with values"}
_WANTED: dict[str, type] = {"model_type": dict, "dict_type": dict, "list_type": list, "tuple_type": list, "string_type": str}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`path` is empty for the file as a whole, else such as "claims.3.quote"; lines count from 1."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}{self.message}"


@dataclass
class Problems:
    """Those of one file. `errors` make it unusable, `warnings` do not."""

    file: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, line: int, path: str, message: str) -> None:
        self.errors.append(Problem(self.file, line, path, message))

    def add_at(self, root: Node, path: Path, message: str) -> None:
        self.errors.append(Problem(self.file, *place(root, path), message))

    def warn_at(self, root: Node, path: Path, message: str) -> None:
        self.warnings.append(Problem(self.file, *place(root, path), message))


def validated(kind: type[Model], values: Any, root: Node, problems: Problems, context: Any = None) -> Model | None:
    """The model of the `values` of `root`; None, with each error noted, where they are not right."""
    from pydantic import ValidationError

    try:
        return kind.model_validate(values, context=context)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            problems.add_at(root, one["loc"], message_of(one, kind))
        return None


def message_of(error: ErrorDetails, kind: type[BaseModel]) -> str:
    """What is wrong, and what to write instead where that can be said."""
    found, wanted = error["input"], _WANTED.get(error["type"])
    if error["type"] == "extra_forbidden":
        return f"unknown key{did_you_mean(str(error['loc'][-1]), _keys(kind, error['loc'][:-1]))}"
    if error["type"] == "missing":
        return "missing"
    if wanted is not None:
        return "left empty" if found is None else wrong_kind(found, wanted)
    return error["msg"].removeprefix("Value error, ")


def wrong_kind(found: object, wanted: type) -> str:
    return f"wrong type: {_KINDS.get(type(found), 'something else')} stands where {_KINDS[wanted]} belongs"


def refuse(path: Path, message: str) -> NoReturn:
    """Raises, within a validator of pydantic, an error about another field of the model than the validator's own."""
    from pydantic import ValidationError
    from pydantic_core import PydanticCustomError

    raise ValidationError.from_exception_data("", [{"type": PydanticCustomError("refused", message), "loc": path, "input": None}])


def place(root: Node, path: Path) -> tuple[int, str]:
    """The line of what `path` leads to, or of the nearest around it, and the path as text.

    A single value may stand for a list of one: then the place in the list is left out.
    """
    node: Node | None = root
    line, steps = root.line, []
    for step in path:
        if isinstance(node, MappingNode) and isinstance(step, str):
            line, node = node.lines.get(step, line), node.items.get(step)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
        else:
            continue
        steps.append(str(step))
    return line, ".".join(steps)


def shown(text: str) -> str:
    """`text` on one line, in quotes and not too long."""
    line = " ".join(text.split())
    return f"'{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ ", did you mean 'speaker'", or what there is to choose from, as far as a reader can use it."""
    choice = list(islice(known, _MOST_KNOWN))
    close = difflib.get_close_matches(word[:_LONGEST], [one for one in choice if len(one) <= _LONGEST], n=1)
    return f", did you mean '{close[0]}'" if close else f"; known: {', '.join(one[:_LONGEST] for one in choice[:20])}"


def _keys(kind: Any, path: Path) -> Iterable[str]:
    """The keys that the model at `path` within the model `kind` knows; none for what is no model."""
    for step in path:
        if isinstance(step, str):
            kind = _inner(_fields(kind).get(step))
    return _fields(kind)


def _fields(kind: Any) -> Mapping[str, Any]:
    """The types of the fields of a model or a TypedDict; none for anything else."""
    if not isinstance(kind, type):
        return {}
    models = getattr(kind, "model_fields", None)
    return getattr(kind, "__annotations__", {}) if models is None else {name: one.annotation for name, one in models.items()}


def _inner(kind: Any) -> Any:
    """The model in an annotation such as `list[Model]` or `Model | None`."""
    for one in get_args(kind):
        if found := _inner(one):
            return found
    return kind if _fields(kind) else None


# --- lines of JSON ---

_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = JSONDecoder()


def line_of(text: str, path: Iterable[int | str]) -> int:
    """The line on which stands what `path` leads to in a text of JSON, or else the nearest around it."""
    at = _space(text, 0)
    for step in path:
        child = _child(text, at, step)
        if child is None:
            break
        at = child
    return text.count("\n", 0, at) + 1


def _child(text: str, at: int, step: int | str) -> int | None:
    is_object, place = text[at] == "{", 0
    if not is_object and text[at] != "[":
        return None
    at = _space(text, at + 1)
    while text[at] not in "}]":
        key: int | str = place
        if is_object:
            key, at = _decoder.raw_decode(text, at)
            at = _space(text, _space(text, at) + 1)
        if key == step:
            return at
        _, at = _decoder.raw_decode(text, at)
        at = _space(text, at)
        at = _space(text, at + (text[at] == ","))
        place += 1
    return None


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
