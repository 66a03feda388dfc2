"""Errors, divided by who must act; this module imports nothing else of the package.

SummariseError
├── UsageError             the caller: a wrong flag, path, or setting (exit code 2)
│   ├── SettingsError      a setting that is unknown, out of range, or contradicts another
│   ├── InputError         one article cannot be read; the others go on
│   ├── GoldError          gold labels with faults: all of them, each with its file and line
│   └── MissingExtra       an optional package is needed and not installed
├── OutputError            results cannot be written: no folder, no permission, a full disk (exit code 2)
│   └── ReaderGone         the reader of the output has closed it; nothing to report (exit code 141)
├── CacheError             the answers on disk cannot be read or written
│   ├── CacheFull          there is no room for further answers (exit code 3)
│   └── ReplayMiss         no recorded answer for this request, and no service to ask
├── ProviderError          the service that answers for the model
│   ├── Unreachable        no connection, reset, 5xx, timeout, or a body that is no answer
│   ├── RateLimited        429: slow down
│   ├── QuotaExceeded      the account is out of credit
│   ├── Rejected           400, 401, 403, 404: retrying cannot help
│   └── TooLong            the article does not fit the model's context
├── ModelOutputError       the model answered, but not with a Draft
│   ├── Truncated          the answer hit the output limit
│   └── Refused            the model or a content filter declined
├── LimitReached           a limit that the user set, or a pause too long to wait for (exit code 3)
├── Stopped                the run was stopped before there was an answer
├── NotComparable          two results that measure different things (exit code 3)
├── SystemRefused          the operating system: too many open files, no memory, a name that is too long (exit code 2)
└── InternalError          a bug of this package (exit code 70)
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self


class SummariseError(Exception):
    """Base of every error that this package raises on purpose.

    `kind` is the value of `error.kind` in JSON. `retryable` says whether the same request may succeed later in this run, `stops_run`
    whether every other article would meet the same error. `hint` says what to do next. `asked` is an Answer with the attempts before
    this error and their cost; None where nothing was asked.
    """

    kind: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False
    stops_run: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.asked: Any = None  # an Answer, whose module imports this one

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def after(self, asked: object) -> Self:
        """A copy of this error for another caller, with another `asked`."""
        twin = type(self).__new__(type(self), *self.args)
        twin.__dict__.update(self.__dict__, asked=asked)
        return twin


class UsageError(SummariseError):
    kind = "usage"
    exit_code = 2


class SettingsError(UsageError):
    kind = "settings"
    stops_run = True


class InputError(UsageError):
    """One article that cannot be read. `kind` says why: unreadable, empty, binary, too_large, unsupported, malformed."""

    kind = "unreadable"

    def __init__(self, message: str, *, kind: str = "unreadable", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind  # type: ignore[misc]  # narrower than the class on purpose: the reason differs by article


class GoldError(UsageError):
    """`faults` has a line for each error: "file.yaml:47: claims.3.quote: not in the text: …"."""

    kind = "gold"
    stops_run = True

    def __init__(self, faults: Sequence[str], *, hint: str = "") -> None:
        super().__init__(f"the gold labels have {len(faults)} fault{'s' * (len(faults) != 1)}:\n" + "\n".join(faults), hint=hint)
        self.faults = tuple(faults)


class MissingExtra(UsageError):
    kind = "missing_extra"

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package", hint=f"pip install 'summarise-articles[{extra}]'")


class OutputError(SummariseError):
    kind = "output"
    stops_run = True
    exit_code = 2


class ReaderGone(OutputError):
    """As in `summarise run … | head`: the run stops, and nothing is printed. 141 is what a shell reports for SIGPIPE."""

    kind = "reader_gone"
    exit_code = 141


class CacheError(SummariseError):
    kind = "cache"
    stops_run = True
    exit_code = 2


class CacheFull(CacheError):
    kind = "cache_full"
    exit_code = 3


class ReplayMiss(CacheError):
    kind = "replay_miss"
    stops_run = False


class ProviderError(SummariseError):
    kind = "provider"


class Unreachable(ProviderError):
    kind = "unreachable"
    retryable = True


class RateLimited(ProviderError):
    """`retry_after` is the pause that the service asks for, in seconds; None where it does not say."""

    kind = "rate_limited"
    retryable = True

    def __init__(self, message: str, *, retry_after: float | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class QuotaExceeded(ProviderError):
    kind = "quota"
    stops_run = True
    exit_code = 3


class Rejected(ProviderError):
    kind = "rejected"
    stops_run = True
    exit_code = 2


class TooLong(ProviderError):
    kind = "too_long"


class ModelOutputError(SummariseError):
    kind = "model_output"


class Truncated(ModelOutputError):
    kind = "truncated"


class Refused(ModelOutputError):
    kind = "refused"


class LimitReached(SummariseError):
    kind = "limit"
    stops_run = True
    exit_code = 3


class Stopped(SummariseError):
    kind = "stopped"


class NotComparable(SummariseError):
    kind = "not_comparable"
    stops_run = True
    exit_code = 3


class SystemRefused(SummariseError):
    kind = "system"
    exit_code = 2


class InternalError(SummariseError):
    """Says where, but not the message of the exception, which may hold a key or a text. 70 is EX_SOFTWARE of sysexits.h."""

    kind = "internal"
    exit_code = 70


TRACEBACK = "SUMMARISE_TRACEBACK"


def explained(error: Exception) -> SummariseError:
    """Any exception as a SummariseError. With SUMMARISE_TRACEBACK set, the traceback of a bug is printed."""
    if isinstance(error, SummariseError):
        return error
    if os.environ.get(TRACEBACK):
        from traceback import print_exception

        print_exception(error)
    if isinstance(error, MemoryError):
        return SystemRefused("there is not enough memory")
    if isinstance(error, OSError) and error.strerror:
        name = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        return SystemRefused(f"{name}{'it is closed' if error.errno == errno.EBADF else error.strerror}")
    return InternalError(
        f"this is a fault of summarise itself: {type(error).__name__} in {_place(error)}",
        hint=f"please report it; {TRACEBACK}=1 shows it whole",
    )


def _place(error: Exception) -> str:
    """The last file and line of this package in the traceback."""
    from traceback import extract_tb

    package = Path(__file__).parent
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    frame = (own or frames)[-1]
    file = Path(frame.filename)
    return f"{file.relative_to(package.parent) if own else file.name}:{frame.lineno}"
