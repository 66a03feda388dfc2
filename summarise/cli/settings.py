"""The settings of a command, and what it reads, from its arguments."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields, replace
from typing import Any

from summarise.reading import ReadOptions
from summarise.secrets import without_secrets
from summarise.settings import Settings, load


def settings_of(arguments: argparse.Namespace) -> Settings:
    settings = load(_given(arguments, Settings), os.environ, arguments.config, trusted=arguments.trust_config)
    return settings if settings.processes is not None else replace(settings, processes=len(os.sched_getaffinity(0)) - 1)


def settings_without_key(arguments: argparse.Namespace) -> Settings:
    """The settings for what asks nobody, and so has no business with a key."""
    return load(_given(arguments, Settings), without_secrets(os.environ), arguments.config)


def read_options_of(arguments: argparse.Namespace) -> ReadOptions:
    return ReadOptions(**_given(arguments, ReadOptions))


def _given(arguments: argparse.Namespace, shape: Any) -> dict[str, Any]:
    """The arguments that name a field of `shape` and were given."""
    values = {field.name: getattr(arguments, field.name, None) for field in fields(shape)}
    return {name: value for name, value in values.items() if value is not None}
