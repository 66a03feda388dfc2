"""A file of names: which of them are one and which must be kept apart, as the user says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from summarise.compare.names.mentions import plain
from summarise.errors import UsageError
from summarise.tree import Mapping, Node, Scalar, Sequence, Unreadable, parse

APART = "apart"
_MOST_BYTES = 1_000_000
_MOST_NAMES = 20_000
_LONGEST_NAME = 200
_EXAMPLE = 'write lines such as  Xi Jinping: [Xi, "China\'s president"]'
_PAIRS = "write  apart: [[Li Keqiang, Li Qiang]]"


@dataclass
class Listed:
    """`same` are the names under each canonical one, `apart` those of which no two may be joined."""

    same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    apart: list[tuple[str, ...]] = field(default_factory=list)


def read_names(path: Path) -> Listed:
    """The names of a YAML file. Raises UsageError, which names file and line, for what is no such file."""
    try:
        return _listed(_text(path))
    except _Fault as fault:
        raise UsageError(f"{path}:{fault.line}: {fault.message}", hint=fault.hint) from None


class _Fault(Exception):
    def __init__(self, line: int, message: str, hint: str = _EXAMPLE) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: the file of names cannot be read: {reason}", hint="check the path") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{path}: the file of names has over {_MOST_BYTES:,} bytes", hint="keep the names that these articles hold")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _Fault(line, "not UTF-8", "save the file as UTF-8") from error


def _listed(text: str) -> Listed:
    listed, lines = Listed(), dict[tuple[str, ...], tuple[int, str]]()
    for key, value in _entries(text):
        if key.text == APART:
            listed.apart += _apart(value)
            continue
        aliases = _names(value)
        for name in (key, *aliases):
            _note(name, key.text, lines)
        if key.text in listed.same:
            raise _Fault(
                key.line, f"'{key.text}' stands twice (first on line {lines[plain(key.text)][0]})", "put all its names in one entry"
            )
        listed.same[key.text] = tuple(alias.text for alias in aliases)
    if len(lines) > _MOST_NAMES:
        raise _Fault(1, f"{len(lines):,} names, at most {_MOST_NAMES:,} are read", "keep the names that these articles hold")
    _agree(listed, lines)
    return listed


def _note(name: Scalar, owner: str, lines: dict[tuple[str, ...], tuple[int, str]]) -> None:
    """A name belongs to one owner only; the same one twice under it does no harm."""
    known = lines.setdefault(plain(name.text), (name.line, owner))
    if known[1] != owner:
        raise _Fault(
            name.line, f"'{name.text}' stands under '{owner}' and under '{known[1]}' (line {known[0]})", "take it out of one of the two"
        )


def _agree(listed: Listed, lines: dict[tuple[str, ...], tuple[int, str]]) -> None:
    for names in listed.apart:
        owners: dict[str, str] = {}
        for name in names:
            line, owner = lines.get(plain(name), (1, name))
            if owner in owners:
                raise _Fault(line, f"'{owners[owner]}' and '{name}' are one name here, but are kept {APART} too", "take out one of the two")
            owners[owner] = name


def _apart(value: Node) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, Sequence):
        raise _Fault(value.line, f"'{APART}' needs lists of names", _PAIRS)
    pairs = [value] if value.items and all(isinstance(item, Scalar) for item in value.items) else value.items
    for pair in pairs:
        names = _names(pair)
        if len(names) < 2:
            raise _Fault(pair.line, f"'{APART}' needs two names or more", _PAIRS)
        yield tuple(name.text for name in names)


def _names(value: Node) -> list[Scalar]:
    items = value.items if isinstance(value, Sequence) else [value]
    names = []
    for item in items:
        if not isinstance(item, Scalar):
            raise _Fault(item.line, "a list within a list" if isinstance(item, Sequence) else "a mapping within an entry")
        names.append(_checked(item))
    if not names:
        raise _Fault(value.line, "no names")
    return names


def _checked(name: Scalar) -> Scalar:
    if not plain(name.text):
        raise _Fault(name.line, f"'{name.text[:40]}' is no name")
    if len(name.text) > _LONGEST_NAME:
        raise _Fault(name.line, f"a name of {len(name.text)} characters: '{name.text[:40]}…'", "a name has 200 characters at most")
    return Scalar(" ".join(name.text.split()), name.line)


def _entries(text: str) -> Iterator[tuple[Scalar, Node]]:
    """The keys of the file with their values; an empty file has none."""
    try:
        node = parse(text)
    except Unreadable as error:
        raise _Fault(error.line, error.message, "") from None
    if isinstance(node, Scalar) and not node.is_empty:
        raise _Fault(node.line, f"'{node.text[:40]}' is no entry")
    if isinstance(node, Sequence):
        raise _Fault(node.line, "a list where a name is expected")
    if isinstance(node, Mapping):
        yield from ((_checked(Scalar(key, node.lines[key])), value) for key, value in node.items.items())
