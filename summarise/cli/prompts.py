"""`summarise prompts`."""

from __future__ import annotations

import argparse


def prompts(arguments: argparse.Namespace) -> int:
    from summarise.cli.terminal import put
    from summarise.prompt import available, load

    if arguments.name:
        put(load(arguments.name).source.strip() + "\n")
        return 0
    for name in available():
        prompt = load(name)
        print(f"{name}  {prompt.sha[:12]}  {prompt.description}")
    return 0
