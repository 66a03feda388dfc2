"""Regular expressions that are compiled when they are first used, so that importing the rules costs nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern; its methods are those of the pattern from the first use on."""

    __slots__ = ("_flags", "_source", "findall", "finditer", "fullmatch", "match", "search", "split", "sub")

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _Pattern.__slots__:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in _Pattern.__slots__[2:]:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Like `re.compile`, but a fault in `source` shows at the first use."""
    return cast("re.Pattern[str]", _Pattern(source, flags))


def any_word(words: Collection[str], closing: str) -> str:
    """The source of a pattern that finds the longest of `words` wherever a word begins, if `closing` matches at its end.

    Every branch begins with its letter and looks back only then, because that is what the engine can scan a text for.
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(rf"{first}(?<!\w.)(?:{'|'.join(rest)}){closing}" for first, rest in rests.items())
