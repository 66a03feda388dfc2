"""Writes docs/cli.md, the help of every command as the program prints it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from summarise.cli.arguments import parser

PAGE = Path(__file__).with_name("cli.md")


def page() -> str:
    """The text of docs/cli.md."""
    os.environ["COLUMNS"] = "120"
    helps = "\n".join(f"## {command.prog}\n\n```text\n{command.format_help().rstrip()}\n```\n" for command in _commands(parser()))
    return f"# Commands\n\nWritten by docs/cli.py from the program's own help.\n\n{helps}"


def _commands(command: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield command
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _commands(inner)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
