"""Names from outside as they may be printed: one line, with everything that does not print made visible."""

from __future__ import annotations

import os


def shown(name: str, limit: int = 500) -> str:
    """`name` with control, direction and undecodable characters as escapes (\\x1b, \\u202e), cut in the middle above `limit` characters."""
    name = as_utf8(name)
    if len(name) > limit:
        name = f"{name[: limit // 2]}…{name[-limit // 2 :]}"
    return name if name.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in name)


def as_utf8(name: str) -> str:
    """The name of a file as UTF-8, which it nearly always is, in a locale that reads it as something else; as it is where it is none."""
    try:
        return name if name.isascii() else os.fsencode(name).decode("utf-8")
    except UnicodeError:
        return name


def listed(names: list[str], limit: int = 10) -> str:
    """Names for a message, in quotes; beyond `limit` only their number."""
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return ", ".join(f"'{shown(name, 100)}'" for name in names[:limit]) + more


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
