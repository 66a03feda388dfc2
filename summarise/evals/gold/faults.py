"""What is wrong with gold files, collected so that all of it is told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

_SHOWN = 100
_LONGEST, _MOST_KNOWN = 60, 200


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`path` is where in the file, with items counted from 0: "claims.3.quote"; empty for the file as a whole."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}{self.message}"


@dataclass
class Faults:
    """Those of one file. `errors` make it unusable, `warnings` do not."""

    file: str
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, line: int, path: str, message: str) -> None:
        self.errors.append(Fault(self.file, line, path, message))

    def warn(self, line: int, path: str, message: str) -> None:
        self.warnings.append(Fault(self.file, line, path, message))


def shown(text: str) -> str:
    """`text` on one line, in quotes and not too long."""
    line = " ".join(text.split())
    return f"'{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ ", did you mean 'speaker'", or what there is to choose from, as far as a reader can use it."""
    choice = list(islice(known, _MOST_KNOWN))
    close = difflib.get_close_matches(word[:_LONGEST], [one for one in choice if len(one) <= _LONGEST], n=1)
    return f", did you mean '{close[0]}'" if close else f"; known: {', '.join(one[:_LONGEST] for one in choice[:20])}"
