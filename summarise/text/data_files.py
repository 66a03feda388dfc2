"""Data files of the package: tab-separated tables, and lists in sections. A line that begins with "# " is a comment."""

from __future__ import annotations

import pkgutil


def table(package: str, name: str) -> list[list[str]]:
    """The rows of a tab-separated file, filled up with "" to the width of the last comment, which names the columns."""
    columns: list[str] = []
    rows = []
    for line in _lines(package, name):
        if line.startswith("# "):
            columns = line.split("\t")
        elif line:
            cells = line.split("\t")
            rows.append(cells + [""] * (len(columns) - len(cells)))
    return rows


def sections(package: str, name: str) -> dict[str, list[str]]:
    """The lines of each `[section]` of a list file, without comments and empty lines."""
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in lines(package, name):
        if line.startswith("[") and line.endswith("]"):
            section = found.setdefault(line[1:-1], [])
        else:
            section.append(line)
    return found


def lines(package: str, name: str) -> list[str]:
    """The lines of a file, without comments and empty lines."""
    return [line for line in _lines(package, name) if line and not line.startswith("# ")]


def entries(cell: str) -> list[str]:
    """What a cell or a line lists between commas; nothing for an empty one."""
    return cell.split(", ") if cell else []


def _lines(package: str, name: str) -> list[str]:
    source = pkgutil.get_data(package, name)  # importlib.resources would double the time that the rules for figures take to load
    assert source is not None, "a package in a folder has a loader"
    return source.decode().split("\n")
