"""`summarise prompts`."""

from __future__ import annotations

import argparse


def prompts(arguments: argparse.Namespace) -> int:
    from summarise.prompt import available, load

    if arguments.name:
        print(load(arguments.name).source.strip())
        return 0
    for name in available():
        prompt = load(name)
        print(f"{name}  {prompt.sha[:12]}  {prompt.description}")
    return 0
