"""Ids: safe to use as a file name, unique within one read, and the same for the same input."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable

from summarise.reading.shown import as_utf8

LONGEST = 120
_ROWS = re.compile(r"(.*)-[0-9]{6,}", re.DOTALL)
_DIGEST = 8


def clean(name: str, longest: int = LONGEST) -> str:
    """`name` as an id: letters, digits, ".", "_" and "-" stay, all else becomes "-"; a long one is cut and ends in a hash of the whole."""
    composed = unicodedata.normalize("NFC", as_utf8(name[: 40 * LONGEST]))
    kept = "".join(c if c.isalnum() or c in "._-" else " " for c in composed)
    tidy = re.sub(r"\.{2,}", ".", "-".join(kept.split())).strip("-.") or "article"
    if len(tidy) <= longest and len(name) <= 40 * LONGEST:
        return tidy
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{tidy[: longest - _DIGEST - 1].rstrip('-.')}-{digest}"


class Ids:
    """Gives each article of one read its id. Upper and lower case count as the same, since some file systems think so.

    An id from a name takes some dozens of bytes of memory; the numbered ids of a table take none, since no other id may look like them.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._next: dict[str, int] = {}
        self._prefixes: set[str] = set()
        self._numbered: set[str] = set()

    def unique(self, name: str) -> str:
        """The id for `name`; "-2", "-3", … is appended when it is taken."""
        return self._first_free(clean(name), LONGEST, self._take)

    def prefix(self, name: str) -> str:
        """What the ids of a table's rows begin with, see `numbered`."""
        return self._first_free(clean(name, LONGEST - 20), LONGEST - 13, self._take_prefix)

    def _first_free(self, wanted: str, longest: int, take: Callable[[str], bool]) -> str:
        if take(wanted):
            return wanted
        number = self._next.get(wanted.casefold(), 2)
        while not take(candidate := f"{wanted[: longest - len(str(number)) - 1].rstrip('-.')}-{number}"):
            number += 1
        self._next[wanted.casefold()] = number + 1
        return candidate

    def _take(self, id: str) -> bool:
        folded = id.casefold()
        rows = _ROWS.fullmatch(folded)
        # 64 bits instead of the string: a collision gives a needless "-2", never a duplicate
        digest = _hash_64(folded)
        if digest in self._taken or (rows and rows[1] in self._prefixes):
            return False
        self._taken.add(digest)
        if rows:
            self._numbered.add(rows[1])
        return True

    def _take_prefix(self, prefix: str) -> bool:
        folded = prefix.casefold()
        if folded in self._prefixes or folded in self._numbered:
            return False
        self._prefixes.add(folded)
        return True


def numbered(prefix: str, row: int) -> str:
    """The id of a row that declares none: "name-000012"."""
    return f"{prefix}-{row:06d}"


def _hash_64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
