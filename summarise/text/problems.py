"""Problems of a file that a user wrote: pydantic's errors as "file:line: path: message"."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, get_args

from summarise.text.yaml_nodes import MappingNode, Node, SequenceNode

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    Model = TypeVar("Model", bound=BaseModel)

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
