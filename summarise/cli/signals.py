"""Ctrl-C, SIGTERM and SIGHUP: the first ends the command cleanly, the second at once.

A Python handler gets the first in the main thread, between two bytecodes, also inside a regular expression, which checks for signals while
it searches. Where nothing is being summarised it raises KeyboardInterrupt, which closes open files on its way out. Inside `finishing` it
asks the summariser to stop: that drops its computations, writes what it has, and waits for running calls, because they are paid for.

The main thread may not get to its handler, or not to its end: in a call into C that releases the interpreter lock (a lock of SQLite,
unpacking), in code that swallows the exception, in a computation that cannot be dropped, in slow cleaning up. But the C handler of the
interpreter always runs, and writes to the wakeup descriptor of `signal`, on which a second thread waits. Where no call is running, that
thread interrupts the main thread after `_GRACE` seconds, and after as many again removes temporary files and ends the process. Only C
code that holds the interpreter lock delays both.

Worker processes end with this one by themselves (see `concurrency`). A signal that the parent process ignores, as nohup does with SIGHUP,
stays ignored. The library installs none of this.
"""

from __future__ import annotations

import _thread
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from summarise import interrupts
from summarise.errors import OutputError, Stopped

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_GRACE = 0.3  # seconds; a command without running calls ends within twice that, so under one second
_WRITE_TIMEOUT = 5.0  # for the summary of a paid answer that has arrived
_POLL_INTERVAL = 0.1

# A progress bar occupies the line of a message, and hides the cursor.
_CLEAR_LINE = "\r\x1b[2K"
_SHOW_CURSOR = "\x1b[?25h"

_stops: list[Callable[[], bool]] = []


@contextmanager
def finishing(stop: Callable[[], bool]) -> Iterator[None]:
    """While the block runs, the first signal calls `stop`, perhaps repeatedly; it returns whether calls are still running.

    The block then ends by itself, perhaps by Stopped, and KeyboardInterrupt is raised after it.
    """
    called = False

    def stop_it() -> bool:
        nonlocal called
        called = True
        return stop()

    _stops.append(stop_it)
    try:
        with suppress(Stopped):
            yield
    finally:
        _stops.remove(stop_it)
    if called:
        raise KeyboardInterrupt


def with_signals(command: Callable[[], int], *, to_the_end: bool) -> int:
    """What `command` returns; in the main thread, with signals handled while it runs.

    After a signal the process ends with the exit code 128 + its number, without waiting for threads that read or compute. With
    `to_the_end` the handlers stay, so that a signal ends the process also while the interpreter shuts down.
    """
    if threading.current_thread() is not threading.main_thread():
        return command()
    return _SignalHandler().run(command, to_the_end=to_the_end)


class _SignalHandler:
    def __init__(self) -> None:
        self._code = 0
        self._interrupting = False
        self._running = False
        self._waits_for_calls = False

    def run(self, command: Callable[[], int], *, to_the_end: bool) -> int:
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        wakeup_before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        wanted = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._handle) for number in wanted}
        threading.Thread(target=self._watch, args=(woken,), name="signals", daemon=True).start()
        try:
            self._running = True
            return command()
        finally:
            self._running = False
            if self._code:
                with suppress(OSError, ValueError, OutputError):
                    sys.stdout.flush()
                _end(self._code)
            if not to_the_end:
                for number, handler in before.items():
                    signal.signal(number, handler)
                signal.set_wakeup_fd(wakeup_before)
                os.close(wake)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        """The Python handler; runs in the main thread."""
        if self._interrupting:
            self._interrupting = False
            interrupts.interrupt()
        elif self._code or not self._running:
            _end(self._code or 128 + number)
        elif self._stop(number):
            interrupts.cancel()
        else:
            interrupts.interrupt()

    def _stop(self, number: int) -> bool:
        """Stops what can be stopped; whether there is any such thing."""
        self._code = 128 + number
        _silence()
        if _calls_are_running():
            self._waits_for_calls = True
            _print("summarise: finishing running requests; Ctrl-C again to stop now")
        return bool(_stops)

    def _watch(self, woken: int) -> None:
        """Runs in the second thread: ends the process where the main thread does not."""
        number = _next(woken, None)
        if number is None:  # the command has ended
            return os.close(woken)
        if not _next(woken, _GRACE):
            if not self._code:
                self._stop(number)
            if not self._second_signal_while_running(woken):
                self._interrupt_main(number, woken)
        return _end(self._code or 128 + number)

    def _second_signal_while_running(self, woken: int) -> bool:
        """Waits for running calls; whether a second signal came first."""
        while _calls_are_running():
            if _next(woken, _POLL_INTERVAL):
                return True
        return _next(woken, _WRITE_TIMEOUT if self._waits_for_calls else 0.0) is not None

    def _interrupt_main(self, number: int, woken: int) -> None:
        """Raises KeyboardInterrupt in the main thread where it is still inside `finishing`, and waits a moment more."""
        if _stops:
            self._interrupting = True
            _thread.interrupt_main(signal.Signals(number))
            _next(woken, 0.0)  # that was this one
        _next(woken, _GRACE)


def _calls_are_running() -> bool:
    return any(stop() for stop in tuple(_stops))


def _next(woken: int, seconds: float | None) -> int | None:
    """The next of our signals; None after `seconds`, or when the other end of the pipe is closed."""
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if until is None else max(0.0, until - time.monotonic())
        if not select.select([woken], [], [], left)[0] or not (found := os.read(woken, 1)):
            return None
        if found[0] in _SIGNALS:
            return found[0]


def _silence() -> None:
    """Keeps generators and tasks that are interrupted from printing tracebacks."""
    sys.unraisablehook = lambda _: None
    if logging := sys.modules.get("logging"):
        logging.disable()


def _print(line: str) -> None:
    """A line on stderr, past the buffers, which may be in use at this moment."""
    _write_to_stderr(f"{_CLEAR_LINE if os.isatty(2) else ''}{line}\n")


def _write_to_stderr(text: str) -> None:
    """Writes nothing where that would block."""
    with suppress(OSError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, text.encode())


def _end(code: int) -> None:
    interrupts.remove_temporary()
    if os.isatty(2):
        _write_to_stderr(_SHOW_CURSOR)
    os._exit(code)
