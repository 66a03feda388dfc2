"""The command line: words in, one command run, an exit code out."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

TYPE_CHECKING = False  # as in typing, which takes longer to load than all that is needed to hear a signal
if TYPE_CHECKING:
    from summarise.errors import SummariseError


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 some articles failed, 2 usage, 3 stopped at a limit.

    A signal ends the process, with 128 and its number: 130 for Ctrl-C.
    """
    whole_process = words is None
    if whole_process and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as long as nothing is loaded, there is nothing to close and to say
    from summarise.cli.signals import hearing

    return hearing(lambda: _main(words), to_the_end=whole_process)


def _main(words: Sequence[str] | None) -> int:
    from summarise.cli.arguments import parser
    from summarise.errors import ReaderGone, SummariseError

    arguments = parser().parse_args(words)
    try:
        return int(arguments.command(arguments))
    except (ReaderGone, BrokenPipeError):
        # As in `… | head`; the interpreter must not complain about it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ReaderGone.exit_code
    except SummariseError as error:
        complain(error)
        return error.exit_code


def complain(error: SummariseError) -> None:
    """One line on stderr, and a second with what to do next."""
    from summarise.views.visible import safe

    print(f"summarise: {safe(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"  → {safe(error.hint)}", file=sys.stderr)
