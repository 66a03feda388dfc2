"""The command line: runs one command and returns its exit code."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Sequence

TYPE_CHECKING = False  # as in typing, which takes longer to load than all that is needed to handle a signal
if TYPE_CHECKING:
    from summarise.errors import SummariseError

GARBAGE_THRESHOLD = 50_000
"""Objects made between two runs of the garbage collector. At Python's 700 it looks through all that an article of 100,000 characters has
led to again and again, and finds nothing: a fifth of the time of `run`. Peak memory is the same, up to a million characters."""


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 some articles failed, 2 usage, 3 stopped at a limit.

    A signal ends the process with 128 and its number: 130 for Ctrl-C. Stdout is flushed here, so that an error is reported like any other
    and the interpreter prints nothing at exit.
    """
    whole_process = words is None
    if whole_process:
        gc.set_threshold(GARBAGE_THRESHOLD)
    if whole_process and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until anything is loaded, there is nothing to clean up
    from summarise.cli.signals import with_signals
    from summarise.cli.terminal import flush, prepare

    prepare()
    code = with_signals(lambda: _code_of(lambda: _run(words)), to_the_end=whole_process)
    return _code_of(flush) or code


def _run(words: Sequence[str] | None) -> int:
    from summarise.cli.arguments import parser
    from summarise.cli.settings import keep_apart

    arguments = parser().parse_args(words)
    keep_apart(arguments)
    return int(arguments.command(arguments))


def _code_of(step: Callable[[], int]) -> int:
    """The exit code of a step; an error is printed on stderr."""
    from summarise.errors import ReaderGone, SummariseError, explained

    try:
        return step()
    except SystemExit as ended:  # argparse has printed its message
        return ended.code if isinstance(ended.code, int) else 2
    except ReaderGone as error:  # as in `… | head`: nothing to report
        return error.exit_code
    except SummariseError as error:
        complain(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001  # the one place where bugs of our own end: reported, not ignored
        known = explained(error)
        complain(known)
        return known.exit_code


def complain(error: SummariseError) -> None:
    """One line on stderr, and a second with what to do next."""
    from summarise.text.sanitise import safe

    print(f"summarise: {safe(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"  → {safe(error.hint)}", file=sys.stderr)
