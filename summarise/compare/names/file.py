"""A file of names: which of them are one and which must be kept apart, as the user says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from summarise.compare.names.mentions import plain
from summarise.errors import UsageError

APART = "apart"
_MOST_BYTES = 1_000_000
_MOST_NAMES = 20_000
_LONGEST_NAME = 200
_DEEPEST = 3
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


@dataclass(frozen=True)
class _Scalar:
    text: str
    line: int


@dataclass(frozen=True)
class _List:
    items: list[_Scalar | _List]
    line: int


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
        listed.same[key.text] = tuple(alias.text for alias in aliases)
    if len(lines) > _MOST_NAMES:
        raise _Fault(1, f"{len(lines):,} names, at most {_MOST_NAMES:,} are read", "keep the names that these articles hold")
    _agree(listed, lines)
    return listed


def _note(name: _Scalar, owner: str, lines: dict[tuple[str, ...], tuple[int, str]]) -> None:
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


def _apart(value: _Scalar | _List) -> Iterator[tuple[str, ...]]:
    if isinstance(value, _Scalar):
        raise _Fault(value.line, f"'{APART}' needs lists of names", _PAIRS)
    pairs = [value] if value.items and all(isinstance(item, _Scalar) for item in value.items) else value.items
    for pair in pairs:
        names = _names(pair)
        if len(names) < 2:
            raise _Fault(pair.line, f"'{APART}' needs two names or more", _PAIRS)
        yield tuple(name.text for name in names)


def _names(value: _Scalar | _List) -> list[_Scalar]:
    items = value.items if isinstance(value, _List) else [value]
    names = []
    for item in items:
        if isinstance(item, _List):
            raise _Fault(item.line, "a list within a list")
        names.append(_checked(item))
    if not names:
        raise _Fault(value.line, "no names")
    return names


def _checked(name: _Scalar) -> _Scalar:
    if not plain(name.text):
        raise _Fault(name.line, f"'{name.text[:40]}' is no name")
    if len(name.text) > _LONGEST_NAME:
        raise _Fault(name.line, f"a name of {len(name.text)} characters: '{name.text[:40]}…'", "a name has 200 characters at most")
    return _Scalar(" ".join(name.text.split()), name.line)


def _entries(text: str) -> list[tuple[_Scalar, _Scalar | _List]]:
    """The keys of the file with their values; an empty file has none."""
    import yaml

    loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        return _Entries(yaml.parse(text, Loader=loader)).entries
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        hint = "put a name with a colon, a quote mark or a # in it in quotes"
        line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
        raise _Fault(line, f"bad YAML: {problem}", hint) from None
    except (UnicodeError, RecursionError) as error:
        raise _Fault(1, f"no readable text: {error}", "save the file as UTF-8") from None


class _Entries:
    """Reads the parser's events one after the other: nothing nested, tagged or repeated is ever built."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.entries: list[tuple[_Scalar, _Scalar | _List]] = []
        self._seen: dict[str, int] = {}
        self._key: _Scalar | None = None
        self._lists: list[_List] = []
        self._is_open = False
        self._documents = 0
        take: dict[str, Callable[[Any, int], None]] = {
            "DocumentStartEvent": self._document,
            "MappingStartEvent": self._mapping,
            "MappingEndEvent": self._end_of_mapping,
            "SequenceStartEvent": self._list,
            "SequenceEndEvent": self._end_of_list,
            "ScalarEvent": self._scalar,
        }
        for event in events:
            kind, line = type(event).__name__, event.start_mark.line + 1
            if kind == "AliasEvent" or getattr(event, "anchor", None) or getattr(event, "tag", None) not in (None, "!"):
                raise _Fault(line, "YAML anchors, aliases and tags are refused", "write the names out, or put them in quotes")
            if kind in take:
                take[kind](event, line)

    def _document(self, event: Any, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _Fault(line, "a second document: one file holds one list of names", "take out the line of dashes")

    def _mapping(self, event: Any, line: int) -> None:
        if self._is_open or self._lists:
            raise _Fault(line, "a mapping within an entry")
        self._is_open = True

    def _end_of_mapping(self, event: Any, line: int) -> None:
        self._is_open = False

    def _list(self, event: Any, line: int) -> None:
        if self._key is None:
            raise _Fault(line, "a list where a name is expected")
        if len(self._lists) >= _DEEPEST:
            raise _Fault(line, "lists nested too deep")
        self._lists.append(_List([], line))

    def _end_of_list(self, event: Any, line: int) -> None:
        self._value(self._lists.pop())

    def _scalar(self, event: Any, line: int) -> None:
        scalar = _Scalar(event.value, line)
        if not self._is_open:
            if event.value:
                raise _Fault(line, f"'{event.value[:40]}' is no entry")
        elif self._key is None:
            self._open_entry(scalar)
        else:
            self._value(scalar)

    def _open_entry(self, key: _Scalar) -> None:
        self._key = key = _checked(key)
        first = self._seen.setdefault(key.text, key.line)
        if first != key.line:
            raise _Fault(key.line, f"'{key.text}' stands twice (first on line {first})", "put all its names in one entry")

    def _value(self, value: _Scalar | _List) -> None:
        if self._lists:
            self._lists[-1].items.append(value)
        elif self._key is not None:
            self.entries.append((self._key, value))
            self._key = None
