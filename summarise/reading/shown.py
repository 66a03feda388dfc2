"""Names from outside as they may be printed: one line, with everything that does not print made visible."""

from __future__ import annotations


def shown(name: str, limit: int = 500) -> str:
    """`name` with control, direction and undecodable characters as escapes (\\x1b, \\u202e), cut in the middle above `limit` characters."""
    if len(name) > limit:
        name = f"{name[: limit // 2]}…{name[-limit // 2 :]}"
    return name if name.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in name)


def listed(names: list[str], limit: int = 10) -> str:
    """Names for a message, in quotes; beyond `limit` only their number."""
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return ", ".join(f"'{shown(name, 100)}'" for name in names[:limit]) + more


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
