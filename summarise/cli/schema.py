"""`summarise schema`."""

from __future__ import annotations

import argparse
import json


def schema(arguments: argparse.Namespace) -> int:
    from pydantic import TypeAdapter

    from summarise.schema import Draft, Failure, Summary

    shape = TypeAdapter(Draft if arguments.draft else Summary | Failure)
    print(json.dumps(shape.json_schema(mode="validation" if arguments.draft else "serialization"), indent=2))
    return 0
