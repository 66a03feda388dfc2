"""Fitting: the decisions on articles as plain HTML while there is room, and the rest of them packed for a script to unpack."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Mapping

ROOM, ROOM_EACH = 1_000_000, 10_000
"""Bytes of a report, and for each article of one with more than a hundred."""


def fitted(bodies: Mapping[str, str], room: int | None) -> tuple[dict[str, str], str]:
    """As many of the first bodies as `room` bytes hold when the others are packed beside them, and the others, packed.

    All of them and "" where all fit, or where `room` is None.
    """
    names = list(bodies)
    if room is None or _size(bodies, names) <= room:
        return dict(bodies), ""

    def is_too_much(plain: int) -> bool:
        return _size(bodies, names[:plain]) + len(_rest(bodies, names[plain:])) > room

    most = bisect_left(range(1, len(names)), True, key=is_too_much)
    return {name: bodies[name] for name in names[:most]}, _rest(bodies, names[most:])


def packed(bodies: Mapping[str, str]) -> str:
    """JSON of them, deflated, in base64."""
    return b64encode(zlib.compress(json.dumps(dict(bodies), ensure_ascii=False, separators=(",", ":")).encode(), 9)).decode()


def _rest(bodies: Mapping[str, str], names: list[str]) -> str:
    return packed({name: bodies[name] for name in names})


def _size(bodies: Mapping[str, str], names: list[str]) -> int:
    return sum(len(bodies[name].encode()) for name in names)
