"""Ctrl-C, SIGTERM and SIGHUP: the first ends the command in good order, the second at once.

A handler hears the first between two steps of the main thread, also inside a regular expression, which looks for signals while it
searches. Where nobody summarises, it raises KeyboardInterrupt, which closes on its way out what is open. Inside `finishing` it asks the
summariser to stop: that drops what it makes, writes what it has, and waits for calls that are under way, for they are paid for.

A main thread may fail to hear or to end: in a call into C that lets other threads run (a lock of SQLite, unpacking), in code that swallows
the exception, in a computation that cannot be dropped, in cleaning up that takes long. So the handler of the interpreter itself, which is
C and always runs, wakes a second thread through the wakeup descriptor of `signal`. Where nothing is under way, this one breaks the main
thread off after `_MOMENT`, and after another removes temporary files and ends the process. Only C code that keeps the interpreter to
itself holds up both.

Worker processes end with this one by themselves (see `processes`). A signal that the parent has this program ignore, as nohup does with
SIGHUP, stays ignored. The library installs none of this.
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

_HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Seconds. Twice that is the longest that a program lives on which has nothing to wait for: under one second.
_MOMENT = 0.3
# So long a paid answer that has come may take until its summary is written.
_TO_WRITE = 5.0
_LOOK_EVERY = 0.1

# A progress bar stands on the line where a message is to come, and hides the cursor.
_CLEAR_LINE = "\r\x1b[2K"
_SHOW_CURSOR = "\x1b[?25h"

_stops: list[Callable[[], bool]] = []


@contextmanager
def finishing(stop: Callable[[], bool]) -> Iterator[None]:
    """While the block runs, the first signal calls `stop`, which says whether there is something to wait for; it may be called again.

    The block then comes to its end by itself, perhaps by Stopped; that is where the interrupt is raised.
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


def hearing(command: Callable[[], int], *, to_the_end: bool) -> int:
    """What `command` returns; in the main thread, with signals heard while it runs.

    Where one was heard, the process ends with the exit code 128 + its number: no thread is waited for that reads or computes. With
    `to_the_end` the handlers stay, so that a signal ends the process also while the interpreter puts itself away.
    """
    if threading.current_thread() is not threading.main_thread():
        return command()
    return _Signals().hearing(command, to_the_end=to_the_end)


class _Signals:
    def __init__(self) -> None:
        self._code = 0
        self._breaking = False
        self._running = False
        self._awaits_calls = False

    def hearing(self, command: Callable[[], int], *, to_the_end: bool) -> int:
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        wakeup_before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        wanted = [number for number in _HEARD if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._hear) for number in wanted}
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

    def _hear(self, number: int, frame: FrameType | None) -> None:
        """Runs in the main thread."""
        if self._breaking:
            self._breaking = False
            interrupts.interrupt()
        elif self._code or not self._running:
            _end(self._code or 128 + number)
        elif self._stop(number):
            interrupts.cancel()
        else:
            interrupts.interrupt()

    def _stop(self, number: int) -> bool:
        """Stops what knows how to stop; whether there is any such thing."""
        self._code = 128 + number
        _hush()
        if _under_way():
            self._awaits_calls = True
            _tell("summarise: finishing what is under way; Ctrl-C again to stop at once")
        return bool(_stops)

    def _watch(self, woken: int) -> None:
        """Ends the process where the main thread does not."""
        number = _next(woken, None)
        if number is None:  # the command is through
            return os.close(woken)
        if not _next(woken, _MOMENT):
            if not self._code:
                self._stop(number)
            if not self._second_while_under_way(woken):
                self._break_off(number, woken)
        return _end(self._code or 128 + number)

    def _second_while_under_way(self, woken: int) -> bool:
        """Waits for what is under way; whether a second signal came first."""
        while _under_way():
            if _next(woken, _LOOK_EVERY):
                return True
        return _next(woken, _TO_WRITE if self._awaits_calls else 0.0) is not None

    def _break_off(self, number: int, woken: int) -> None:
        """Raises KeyboardInterrupt in the main thread where it has not come out of `finishing`, and gives it a moment more."""
        if _stops:
            self._breaking = True
            _thread.interrupt_main(signal.Signals(number))
            _next(woken, 0.0)  # that was this one
        _next(woken, _MOMENT)


def _under_way() -> bool:
    return any(stop() for stop in tuple(_stops))


def _next(woken: int, seconds: float | None) -> int | None:
    """The next signal of ours; None when the time is over, or when nobody listens any more."""
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if until is None else max(0.0, until - time.monotonic())
        if not select.select([woken], [], [], left)[0] or not (found := os.read(woken, 1)):
            return None
        if found[0] in _HEARD:
            return found[0]


def _hush() -> None:
    """A generator or a task that is broken off tells so in many words, which nobody wants to read who broke it off."""
    sys.unraisablehook = lambda _: None
    if logging := sys.modules.get("logging"):
        logging.disable()


def _tell(line: str) -> None:
    """A line on stderr, past the buffers that may just be in use."""
    _write_to_stderr(f"{_CLEAR_LINE if os.isatty(2) else ''}{line}\n")


def _write_to_stderr(text: str) -> None:
    """Not at all where it would have to wait for a reader."""
    with suppress(OSError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, text.encode())


def _end(code: int) -> None:
    interrupts.remove_temporary()
    if os.isatty(2):
        _write_to_stderr(_SHOW_CURSOR)
    os._exit(code)
