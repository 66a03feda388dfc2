"""The command line: words in, one command run, an exit code out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from summarise.cli.apart import keep_apart
from summarise.cli.arguments import parser
from summarise.cli.terminal import make_visible
from summarise.errors import ReaderGone, SummariseError

INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 some articles failed, 2 usage, 3 stopped at a limit, 130 Ctrl-C."""
    make_visible()
    arguments = parser().parse_args(words)
    try:
        keep_apart(arguments)
        return int(arguments.command(arguments))
    except (ReaderGone, BrokenPipeError):
        # As in `… | head`; the interpreter must not complain about it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ReaderGone.exit_code
    except SummariseError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def complain(error: SummariseError) -> None:
    """One line on stderr, and a second with what to do next."""
    from summarise.views.visible import safe

    print(f"summarise: {safe(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"  → {safe(error.hint)}", file=sys.stderr)
