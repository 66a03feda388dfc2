"""The alias file of a user: which names are one and which are kept apart, validated by pydantic, faults by file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from summarise.compare.mentions import NameKey, name_key
from summarise.errors import UsageError
from summarise.text.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Unreadable, parse

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

APART = "apart"
_MOST_BYTES = 1_000_000
_MOST_NAMES = 20_000
_LONGEST_NAME = 200
_EXAMPLE = 'write lines such as  Xi Jinping: [Xi, "China\'s president"]'
_PAIRS = "write  apart: [[Li Keqiang, Li Qiang]]"


def _name(text: str) -> str:
    if not name_key(text):
        raise PydanticCustomError("name", "'{name}' is not a name", {"name": text[:40]})
    if len(text) > _LONGEST_NAME:
        message = "a name of {length} characters: '{name}…', at most {most} are read"
        raise PydanticCustomError("name", message, {"length": len(text), "name": text[:40], "most": _LONGEST_NAME})
    return " ".join(text.split())


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_lists(value: object) -> object:
    """A single list of names may stand for a list with that list."""
    return [value] if isinstance(value, list) and value and all(isinstance(item, str) for item in value) else value


_Name = Annotated[str, AfterValidator(_name)]
_Aliases = Annotated[list[_Name], BeforeValidator(_as_list), Field(min_length=1)]
_Apart = Annotated[list[_Name], BeforeValidator(_as_list), Field(min_length=2)]


class AliasFile(BaseModel):
    """`same` are the aliases of each canonical name, `apart` lists of names of which no two may be joined."""

    same: dict[_Name, _Aliases] = {}
    apart: Annotated[list[_Apart], BeforeValidator(_as_lists)] = []


class _AliasFileError(Exception):
    def __init__(self, line: int, message: str, hint: str = _EXAMPLE) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def read_aliases(path: Path) -> AliasFile:
    """The names of a YAML file. Raises UsageError, with file and line, if the file is not valid."""
    try:
        return _validated(_text(path))
    except _AliasFileError as fault:
        raise UsageError(f"{path}:{fault.line}: {fault.message}", hint=fault.hint) from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: the alias file cannot be read: {reason}", hint="check the path") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{path}: the alias file has over {_MOST_BYTES:,} bytes", hint="keep only the names that these articles contain")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _AliasFileError(line, "not UTF-8", "save the file as UTF-8") from error


def _validated(text: str) -> AliasFile:
    try:
        node = parse(text)
    except Unreadable as error:
        raise _AliasFileError(error.line, error.message, "") from None
    if isinstance(node, ScalarNode) and not node.is_empty:
        raise _AliasFileError(node.line, f"'{node.text[:40]}' is not an entry")
    if isinstance(node, SequenceNode):
        raise _AliasFileError(node.line, "a list where a name is expected")
    if not isinstance(node, MappingNode):
        return AliasFile()
    same = {key: _plain(value) for key, value in node.items.items() if key != APART}
    try:
        found = AliasFile.model_validate({"same": same, "apart": _plain(node.items[APART]) if APART in node.items else []})
    except ValidationError as error:
        raise _fault(error.errors()[0], node) from None
    _check_owners(node, found.apart)
    return found


def _plain(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key: _plain(value) for key, value in node.items.items()}
    return node.text if isinstance(node, ScalarNode) else [_plain(item) for item in node.items]


def _fault(error: ErrorDetails, node: MappingNode) -> _AliasFileError:
    """The first error of pydantic, with its line and in the words of the file."""
    is_apart = error["loc"][0] == APART
    line = _line(node, error["loc"] if is_apart else error["loc"][1:])
    if error["type"] == "name":
        return _AliasFileError(line, error["msg"])
    if is_apart and error["type"] == "list_type" and len(error["loc"]) == 1:
        return _AliasFileError(line, f"'{APART}' needs lists of names", _PAIRS)
    if error["type"] == "too_short":
        return _AliasFileError(line, f"'{APART}' needs two names or more", _PAIRS) if is_apart else _AliasFileError(line, "no names")
    kinds: dict[type, str] = {list: "a list within a list", dict: "a mapping within an entry"}
    return _AliasFileError(line, kinds.get(type(error["input"]), error["msg"]))


def _line(node: Node, loc: tuple[int | str, ...]) -> int:
    """The line of what pydantic calls `loc`, as far as the file has parts of its own for it."""
    line = node.line
    for step in loc:
        if isinstance(node, MappingNode) and step in node.items:
            line, node = node.lines[str(step)], node.items[str(step)]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
    return line


def _check_owners(node: MappingNode, apart: list[list[str]]) -> None:
    """A name belongs to one entry only, and names of one entry cannot be kept apart. The same name twice in an entry does no harm."""
    owners: dict[NameKey, tuple[int, str]] = {}
    entries = set[str]()
    for key, value in node.items.items():
        if key == APART:
            continue
        owner = " ".join(key.split())
        for name in (ScalarNode(owner, node.lines[key]), *_scalars(value)):
            line, other = owners.setdefault(name_key(name.text), (name.line, owner))
            if other != owner:
                message = f"'{' '.join(name.text.split())}' stands under '{owner}' and under '{other}' (line {line})"
                raise _AliasFileError(name.line, message, "take it out of one of the two")
        if owner in entries:
            first = owners[name_key(owner)][0]
            raise _AliasFileError(node.lines[key], f"'{owner}' stands twice (first on line {first})", "put all its names in one entry")
        entries.add(owner)
    if len(owners) > _MOST_NAMES:
        raise _AliasFileError(
            1, f"{len(owners):,} names, at most {_MOST_NAMES:,} are read", "keep only the names that these articles contain"
        )
    for names in apart:
        _check_apart(names, owners)


def _scalars(node: Node) -> list[ScalarNode]:
    return [item for item in (node.items if isinstance(node, SequenceNode) else [node]) if isinstance(item, ScalarNode)]


def _check_apart(names: list[str], owners: dict[NameKey, tuple[int, str]]) -> None:
    found: dict[str, str] = {}
    for name in names:
        line, owner = owners.get(name_key(name), (1, name))
        if owner in found:
            message = f"'{found[owner]}' and '{name}' are one name here, but are kept {APART} too"
            raise _AliasFileError(line, message, "take out one of the two")
        found[owner] = name
