"""The tree of errors."""

from __future__ import annotations

import inspect
import re

from summarise import errors
from summarise.errors import SummariseError


def _classes() -> dict[str, type[SummariseError]]:
    found = inspect.getmembers(errors, inspect.isclass)
    return {name: kind for name, kind in found if issubclass(kind, SummariseError)}


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = [(len(m[1]), m[2]) for m in re.finditer(r"^([│├└─ ]*)(\w+)(?:  |$)", errors.__doc__ or "", re.MULTILINE) if m[2] in _classes()]
    assert {name for _, name in drawn} == set(_classes())
    path: dict[int, str] = {}
    for depth, name in drawn:
        path[depth] = name
        if depth:
            assert _classes()[name].__base__ is _classes()[path[depth - 4]], name


def test_every_error_has_a_kind_of_its_own_and_a_documented_exit_code() -> None:
    kinds = [kind.kind for kind in _classes().values()]
    assert len(set(kinds)) == len(kinds)
    assert {kind.exit_code for kind in _classes().values()} <= {1, 2, 3, 70, 141}


def test_no_error_can_be_mistaken_for_a_builtin_lookup_error() -> None:
    assert not any(issubclass(kind, (KeyError, ValueError, OSError)) for kind in _classes().values())


def test_an_error_is_told_with_what_to_do_next() -> None:
    assert str(errors.SettingsError("in_flight is 0", hint="from 1 to 1024")) == "in_flight is 0 (from 1 to 1024)"
    assert str(errors.MissingExtra("PDF", "pdf")) == "PDF needs an optional package (pip install 'summarise-articles[pdf]')"
