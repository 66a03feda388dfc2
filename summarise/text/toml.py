"""TOML files that people write: parsed with limits; errors name the file and line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from reprlib import Repr
from typing import Any

from summarise.errors import SettingsError

_repr = Repr()
_repr.maxstring = _repr.maxother = 100


def read_toml(path: Path) -> dict[str, Any]:
    """The contents of the file. Raises SettingsError, which names the file and, where there is one, the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: cannot be read: nested too deep") from error
    except ValueError as error:  # bad TOML, bad UTF-8, a number of more digits than Python reads
        raise SettingsError(f"{path}: cannot be read: {error}") from error


def brief(value: object) -> str:
    """A TOML value shortened for a message, however long or deep it is."""
    try:
        return _repr.repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits, but TOML may hold one in hexadecimal
        return "a number of thousands of digits"
