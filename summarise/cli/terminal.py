"""The terminal: what is printed on one is shown, and never obeyed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO, cast

from summarise.views.visible import safe


class Screen:
    """A stream to a terminal, with everything that the terminal would obey or hide written as a visible sign."""

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        return self.raw.write(safe(text))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def make_visible() -> None:
    """From now on stdout and stderr show what is printed, where they are terminals: pipes and files get it as it is.

    So what a library, argparse or the interpreter itself prints is shown too. `put` writes past this, and `raw` gives the stream itself.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Screen) and stream.isatty():
            setattr(sys, name, cast("TextIO", Screen(stream)))


def raw(stream: TextIO) -> TextIO:
    """The stream below: for what has to move the cursor."""
    return stream.raw if isinstance(stream, Screen) else stream


def put(text: str, visible: Callable[[str], str] = safe) -> None:
    """Data to stdout, in UTF-8. `visible` says how a terminal is to be given it, see `summarise.export.outlet.Stdout`."""
    from summarise.export.outlet import Stdout

    outlet = Stdout(visible)
    outlet.put(text.encode("utf-8", "replace"))
    outlet.close(keep=True)
