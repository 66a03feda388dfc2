"""Settings and read options of a command, and the check that it overwrites none of its inputs."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from summarise.errors import UsageError
from summarise.files import Identity, identity, same_file
from summarise.reading import ReadOptions
from summarise.secrets import without_secrets
from summarise.settings import Settings, load


def settings_of(arguments: argparse.Namespace) -> Settings:
    settings = load(_given(arguments, Settings), os.environ, arguments.config, trusted=arguments.trust_config)
    return settings if settings.processes is not None else replace(settings, processes=len(os.sched_getaffinity(0)) - 1)


def settings_without_key(arguments: argparse.Namespace) -> Settings:
    """The settings for what makes no network calls, and so needs no key."""
    return load(_given(arguments, Settings), without_secrets(os.environ), arguments.config)


def read_options_of(arguments: argparse.Namespace) -> ReadOptions:
    return ReadOptions(**_given(arguments, ReadOptions))


def _given(arguments: argparse.Namespace, shape: Any) -> dict[str, Any]:
    """The arguments that name a field of `shape` and were given."""
    values = {field.name: getattr(arguments, field.name, None) for field in fields(shape)}
    return {name: value for name, value in values.items() if value is not None}


# The arguments, of any command, that hold the paths of files.
_WRITTEN = ("output", "junit", "html")
_READ = ("file", "paths", "result", "results", "a", "b", "summaries", "gold", "gate", "names", "labels", "config")
_STDIO = "-"


def keep_apart(arguments: argparse.Namespace) -> None:
    """Raises UsageError where an input of the command is also an output, or where two outputs are one file."""
    outputs = [path for name in _WRITTEN if (path := getattr(arguments, name, None))]
    refuse_same([_STDIO, *outputs], _read(arguments))
    files = [os.path.realpath(path) for path in outputs if path != _STDIO and not _is_special(path)]
    if len(set(files)) < len(files):
        raise UsageError(f"{outputs[0]}: is used for two outputs", hint="give each output a name of its own")


def refuse_same(outputs: Iterable[str], inputs: Iterable[str]) -> None:
    """Raises UsageError for an input that is one of the outputs, whatever its name there; "-" is stdin and stdout."""
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
    if (folder := getattr(arguments, "gold", None)) and not hasattr(arguments, "file"):  # eval label overwrites nothing
        yield from map(str, Path(folder).rglob("*.y*ml"))
    if hasattr(arguments, "config"):
        yield from _of_settings(arguments)


def _of_settings(arguments: argparse.Namespace) -> Iterator[str]:
    """Files that the settings name: the stored answers above all."""
    from summarise.settings import FILE, JOURNAL

    settings = settings_without_key(arguments)
    yield from (FILE, settings.prompt, str(settings.cache_folder / JOURNAL))
    if settings.replay is not None:
        yield from (str(settings.replay), str(settings.replay / JOURNAL))
