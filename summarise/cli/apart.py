"""What a command writes is none of what it reads: that is seen to before anything is read, asked or written."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from summarise.errors import UsageError
from summarise.files import Identity, identity, same_file

# The arguments, of any command, that hold the paths of files.
_WRITTEN = ("output", "junit", "html")
_READ = ("file", "paths", "result", "results", "a", "b", "summaries", "gold", "gate", "names", "labels", "config")
_STDIO = "-"


def keep_apart(arguments: argparse.Namespace) -> None:
    """Raises UsageError where a file that the command is told to read is one that it writes, or where two outputs are one file."""
    outputs = [path for name in _WRITTEN if (path := getattr(arguments, name, None))]
    refuse_same([_STDIO, *outputs], _read(arguments))
    files = [os.path.realpath(path) for path in outputs if path != _STDIO and not _is_special(path)]
    if len(set(files)) < len(files):
        raise UsageError(f"{outputs[0]}: is named for two outputs", hint="give each output a name of its own")


def refuse_same(outputs: Iterable[str], inputs: Iterable[str]) -> None:
    """Raises UsageError for an input that is one of the outputs, whatever it is called there; "-" is stdin and stdout."""
    written = {output_identity(path) for path in outputs} - {None}
    if not written:
        return
    for path in inputs:
        if identity(0 if path == _STDIO else path) in written:
            raise same_file("standard input" if path == _STDIO else path)


def output_identity(path: str) -> Identity | None:
    """The regular file that an output replaces or that stdout goes to; None where there is none yet."""
    return identity(1 if path == _STDIO else path)


def _is_special(path: str) -> bool:
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113


def _read(arguments: argparse.Namespace) -> Iterator[str]:
    for name in _READ:
        given = getattr(arguments, name, None) or ()
        yield from map(str, given if isinstance(given, list) else [given])
    if (folder := getattr(arguments, "gold", None)) and not hasattr(arguments, "file"):  # eval label writes over nothing, and says so
        yield from map(str, Path(folder).rglob("*.y*ml"))
    if hasattr(arguments, "config"):
        yield from _of_settings(arguments)


def _of_settings(arguments: argparse.Namespace) -> Iterator[str]:
    """The paid answers above all."""
    from summarise.cli.settings import settings_without_key
    from summarise.clients.cache.recording import JOURNAL
    from summarise.settings import FILE

    settings = settings_without_key(arguments)
    yield from (FILE, settings.prompt, str(settings.cache_folder / JOURNAL))
    if settings.replay is not None:
        yield from (str(settings.replay), str(settings.replay / JOURNAL))
