"""Hidden text: what tags, attributes or inline CSS hide is cleared from the tree of a page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

_HIDDEN_TAGS = ("script style template noscript iframe object embed canvas audio video datalist noembed noframes rp title").split()
_CANDIDATES = "//*[@style or @hidden or @popover or @aria-hidden]|//dialog[not(@open)]|//input|//textarea|" + "|".join(
    f"//{tag}" for tag in _HIDDEN_TAGS
)
_HIDDEN_OR_INPUT = {*_HIDDEN_TAGS, "dialog", "input", "textarea"}
_LONGEST_STYLE = 20_000
_FAR = 400  # pixels off screen
_NUMBER = re.compile(r"([-+]?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))(px|pt|r?em|ex|ch|%|v[wh]|cm|in|mm|pc)?")
_PIXELS = {"em": 16, "rem": 16, "vw": 10, "vh": 10, "%": 10, "in": 96, "cm": 38, "pc": 16, "mm": 4, "ex": 8, "ch": 8}
_OFF_SCREEN = re.compile(r"translate[xy3d]{0,2}\(\s{0,9}-[0-9]{3,}|scale[xy]?\(\s{0,9}0(?:\.0{1,9})?\s{0,9}[,)]")
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ?|\\(.)", re.IGNORECASE | re.DOTALL)


def clear_hidden(tree: Any, *, keep_aria: bool = False) -> None:
    """Empties every element of an lxml tree that is not shown. Tails stay, and so do the empty elements: removing them would be quadratic.

    `keep_aria` keeps what is only hidden from screen readers: a page saved with an open dialog marks its whole text so.
    """
    for element in [found for found in tree.xpath(_CANDIDATES) if _is_hidden(found, keep_aria)]:
        element.clear(keep_tail=True)
        element.tag = "span"


def _is_hidden(element: Any, keep_aria: bool) -> bool:
    attributes = element.attrib
    if element.tag in _HIDDEN_OR_INPUT or "hidden" in attributes or "popover" in attributes:
        return True
    if attributes.get("aria-hidden", "").strip().lower() == "true" and not keep_aria:
        return True
    return hides(attributes.get("style", ""))


def hides(style: str) -> bool:
    """Whether a style attribute makes its element invisible, tiny or off screen."""
    if not style:
        return False
    values = _declarations(style)
    return any(name in values and test(values[name]) for name, test in _HIDING.items()) or _is_shrunk(values) or _is_camouflaged(values)


def _declarations(style: str) -> dict[str, str]:
    plain = _ESCAPE.sub(_unescaped, _without_comments(style[:_LONGEST_STYLE])).lower()
    parts = (part.partition(":") for part in plain.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in parts}


def _without_comments(style: str) -> str:
    first, *others = style.split("/*")
    return first + "".join(other.partition("*/")[2] for other in others)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else None
    return chr(code) if code is not None and code < 0x110000 else match[2] or ""


def _pixels(value: str) -> float:
    """A CSS length in pixels, roughly; NaN, with which every comparison is false, for anything else."""
    match = _NUMBER.fullmatch(value)
    return float(match[1]) * _PIXELS.get(match[2] or "px", 1) if match else math.nan


def _is_transparent(value: str) -> bool:
    match = _NUMBER.fullmatch(value)
    return match is not None and float(match[1]) * (0.01 if match[2] == "%" else 1) <= 0.05


def _is_clear_colour(value: str) -> bool:
    compact = value.replace(" ", "")
    return compact == "transparent" or (compact.startswith(("rgba(", "hsla(")) and compact.endswith((",0)", ",0.0)", ",0%)", "/0)")))


def _is_clipped(value: str) -> bool:
    compact = re.sub(r"[\s,]+", ",", value)
    return bool(re.fullmatch(r"rect\((?:[01](?:px|em)?,?){4}\)|inset\((?:50|[6-9][0-9]|100)%.{0,40}\)|circle\(0.{0,40}\)", compact))


_HIDING: dict[str, Callable[[str], bool]] = {
    "display": lambda value: value.startswith("none"),
    "visibility": lambda value: value in {"hidden", "collapse"},
    "content-visibility": lambda value: value == "hidden",
    "opacity": _is_transparent,
    "font-size": lambda value: _pixels(value) < 2,
    "font": lambda value: bool(re.match(r"(?:[a-z]{1,20} ){0,3}0(?:px|pt|em)?[ /]", value)),
    "color": _is_clear_colour,
    "clip": _is_clipped,
    "clip-path": _is_clipped,
    "transform": lambda value: bool(_OFF_SCREEN.search(value)),
} | dict.fromkeys(("text-indent", "left", "right", "top", "margin-left", "margin-top"), lambda value: _pixels(value) <= -_FAR)


def _is_shrunk(style: dict[str, str]) -> bool:
    sides = (_pixels(style.get(side, "")) for side in ("height", "max-height", "width", "max-width"))
    return style.get("overflow", "").startswith(("hidden", "clip")) and any(pixels <= 1 for pixels in sides)


def _is_camouflaged(style: dict[str, str]) -> bool:
    behind = style.get("background-color") or style.get("background")
    return bool(behind) and style.get("color") == behind
