"""The word lists: plain text files in words/, read once, when a rule first needs them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The words of each `[section]` of words/NAME.txt."""
    source = resources.files(__package__).joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in source.splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[] "), [])
        elif line and not line.startswith("# "):
            section += line.split()
    return {title: tuple(entries) for title, entries in found.items()}


@cache
def words(name: str, section: str) -> frozenset[str]:
    """One section as a set. It is only ever asked for membership: nothing depends on its order."""
    return frozenset(sections(name)[section])


@cache
def forms(name: str, section: str) -> dict[str, str]:
    """Every inflected form of the verbs of a section, with its base; "call_for" keeps its particle behind the inflected verb."""
    return {form: base for entry in sections(name)[section] for form, base in _inflected(entry)}


def _inflected(entry: str) -> Iterable[tuple[str, str]]:
    verb, _, particle = entry.partition("_")
    base = verb.rstrip("!")
    tail = f"_{particle}" if particle else ""
    shapes = _irregular().get(base) or regular(base, doubles=verb.endswith("!"))
    return [(shape + tail, base + tail) for shape in (base, *shapes)]


def regular(base: str, *, doubles: bool = False) -> tuple[str, ...]:
    """The -s, -ed and -ing forms of a regular verb."""
    stem = base + base[-1] if doubles else base
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    s = base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
    past = stem + ("d" if base.endswith("e") else "ed")
    gerund = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else stem
    return s, past, gerund + "ing"


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    source = resources.files(__package__).joinpath("words", "irregular.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in source.splitlines() if line and not line.startswith("#"))
    return {base: tuple(shapes) for base, *shapes in rows}
