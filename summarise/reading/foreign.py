"""Calling parsers made by others: whatever they raise becomes one InputError, and what they log is not printed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from summarise.errors import InputError, MissingExtra, SummariseError
from summarise.reading.shown import shown


@contextmanager
def parsing(what: str, *loggers: str) -> Iterator[None]:
    """Around a call of a parser: its exceptions come out as an InputError that says the `what` is malformed."""
    try:
        with quiet(*loggers), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SummariseError:
        raise
    except OSError as error:
        raise InputError(f"it cannot be read: {shown(error.strerror or str(error), 200)}") from error
    except Exception as error:  # a parser of hostile files raises anything, and each means the same
        reason = shown(str(error).strip() or type(error).__name__, 200)
        raise InputError(f"it is no valid {what}: {reason}", kind="malformed") from error


@contextmanager
def needs(what: str, extra: str) -> Iterator[None]:
    """Around the import of an optional package: without it, this file is unread with the command that installs it."""
    try:
        yield
    except ImportError as error:
        missing = MissingExtra(what, extra)
        raise InputError(missing.message, kind=missing.kind, hint=missing.hint) from error


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Keeps loggers nobody has set up from printing on stderr; a program that has set up logging still gets their lines."""
    if loggers:
        import logging

        for name in loggers:
            logger = logging.getLogger(name)
            if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
                logger.addHandler(logging.NullHandler())
    yield
